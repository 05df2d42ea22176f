/* Forms, lists, workspaces and documents in words. */
#include "compile/explain_int.h"

static struct str column_labels(struct explainer *e, uint32_t first, uint32_t count)
{
    struct str list = {0};
    for (uint32_t i = first; i < first + count; i++) {
        list = explain_joined(e, list, explain_text(e, model_list_column_row(e->model, i)->label),
                              false);
    }
    return list;
}

static struct str item_subject(struct explainer *e, const struct model_form_item *item)
{
    if (item->field != MODEL_NONE) {
        return explain_text(e, model_field_row(e->model, item->field)->label);
    }
    if (item->list != MODEL_NONE) {
        return explain_text(e, model_list_row(e->model, item->list)->label);
    }
    if (item->collection != MODEL_NONE) {
        return explain_text(e, model_collection_row(e->model, item->collection)->label);
    }
    return explain_expr(e, item->show);
}

void explain_form(struct explainer *e, uint32_t row)
{
    const struct model_form *form = model_form_row(e->model, row);
    LINE(e, 0, STR("Form: "), explain_called(e, form->label, form->name));
    LINE(e, 1, explain_text(e, form->help));
    LINE(e, 1, STR("About: "), explain_entity_label(e, form->entity));
    for (uint32_t i = 0; i < form->items_count; i++) {
        const struct model_form_item *item = model_form_item_row(e->model, form->items_first + i);
        bool heading = item->kind == ITEM_SECTION || item->kind == ITEM_NOTE;
        struct str label = explain_text(e, item->label);
        struct str subject = item_subject(e, item);
        LINE(e, item->kind == ITEM_SECTION ? 1 : 2, heading ? label : subject,
             heading || label.n == 0 ? STR("") : STR(", called "), heading ? STR("") : label);
        if (item->relevant != MODEL_NONE) {
            LINE(e, 3, STR("Only when "), explain_expr(e, item->relevant));
        }
    }
}

void explain_list_view(struct explainer *e, uint32_t row)
{
    const struct model_list_view *view = model_list_view_row(e->model, row);
    LINE(e, 0, STR("List: "), explain_called(e, view->label, view->name));
    LINE(e, 1, explain_text(e, view->help));
    LINE(e, 1, STR("Shows: "), explain_entity_label(e, view->entity),
         view->where == MODEL_NONE ? STR("") : STR(", where "), explain_expr(e, view->where));
    LINE(e, 1, STR("Columns: "), column_labels(e, view->columns_first, view->columns_count));
    if (view->order != MODEL_NONE) {
        LINE(e, 1, STR("In the order of: "), explain_expr(e, view->order),
             view->descending ? STR(", largest first") : STR(""));
    } else if (view->clock != MODEL_NONE) {
        LINE(e, 1, STR("In the order of what is due: "),
             explain_text(e, model_clock_row(e->model, view->clock)->label));
    }
}

void explain_workspace(struct explainer *e, uint32_t row)
{
    const struct model_workspace *workspace = model_workspace_row(e->model, row);
    LINE(e, 0, STR("Workspace: "), explain_called(e, workspace->label, workspace->name));
    LINE(e, 1, explain_text(e, workspace->help));
    LINE(e, 1, STR("About: "), explain_entity_label(e, workspace->entity));
    LINE(e, 1, STR("Title: "), explain_expr(e, workspace->title));
    if (workspace->create != MODEL_NONE) {
        LINE(e, 1, STR("A new one begins with the form \""),
             explain_text(e, model_form_row(e->model, workspace->create)->label), STR("\"."));
    }
    for (uint32_t i = 0; i < workspace->steps_count; i++) {
        const struct model_workspace_step *step =
            model_workspace_step_row(e->model, workspace->steps_first + i);
        LINE(e, 1, STR("Step: "), explain_called(e, step->label, step->name), STR(", "),
             model_step_kind_words((enum model_step_kind)step->kind));
        if (model_text(e->model, step->stage).n > 0) {
            LINE(e, 2, STR("Stage: "), explain_text(e, step->stage));
        }
        if (step->relevant != MODEL_NONE) {
            LINE(e, 2, STR("Only when "), explain_expr(e, step->relevant));
        }
        if (step->complete != MODEL_NONE) {
            LINE(e, 2, STR("Complete when "), explain_expr(e, step->complete));
        }
    }
}

void explain_duty(struct explainer *e, uint32_t row)
{
    const struct model_duty *duty = model_duty_row(e->model, row);
    LINE(e, 0, STR("Duty: "), explain_called(e, duty->label, duty->name));
    LINE(e, 1, STR("Carried are records of: "), explain_entity_label(e, duty->entity));
    LINE(e, 1, STR("By: "), explain_text(e, model_field_row(e->model, duty->worker)->label),
         duty->rows == MODEL_NONE ? STR("") : STR(", in each row of "),
         duty->rows == MODEL_NONE ? STR("")
                                  : explain_text(e, model_list_row(e->model, duty->rows)->label));
    LINE(e, 1, STR("Handed over by the step: "),
         explain_text(e, model_transition_row(e->model, duty->transition)->label));
    LINE(e, 1, STR("On the hand-over sheet as in the list: "),
         explain_text(e, model_list_view_row(e->model, duty->list_view)->label));
}

void explain_pack(struct explainer *e, uint32_t row)
{
    const struct model_pack *pack = model_pack_row(e->model, row);
    LINE(e, 0, STR("Pack of papers: "), explain_called(e, pack->label, pack->name));
    LINE(e, 1, explain_text(e, pack->help));
    LINE(e, 1, STR("About: "), explain_entity_label(e, pack->entity));
    for (uint32_t i = 0; i < pack->parts_count; i++) {
        const struct model_pack_part *part = model_pack_part_row(e->model, pack->parts_first + i);
        bool blank = part->form != MODEL_NONE;
        uint32_t label = blank ? model_form_row(e->model, part->form)->label
                               : model_document_row(e->model, part->document)->label;
        LINE(e, 2, STR("- "), explain_text(e, part->label > 0 ? part->label : label),
             blank ? STR(", blank") : STR(""), part->large ? STR(", in large type") : STR(""),
             part->signatures ? STR(", with lines to sign on") : STR(""));
    }
    for (uint32_t i = 0; i < pack->visits_count; i++) {
        uint32_t clock = model_pack_visit_row(e->model, pack->visits_first + i)->clock;
        LINE(e, 1, STR("On the day when this is due: "),
             explain_text(e, model_clock_row(e->model, clock)->label));
    }
}

void explain_document(struct explainer *e, uint32_t row)
{
    const struct model_document *document = model_document_row(e->model, row);
    LINE(e, 0, STR("Document: "), explain_called(e, document->label, document->name));
    LINE(e, 1, explain_text(e, document->intro));
    LINE(e, 1, STR("About: "), explain_entity_label(e, document->entity));
    if (document->recipients != MODEL_NONE) {
        LINE(e, 1, STR("A copy for each of: "),
             explain_text(e, model_collection_row(e->model, document->recipients)->label));
    }
    for (uint32_t i = 0; i < document->parts_count; i++) {
        const struct model_document_part *part =
            model_document_part_row(e->model, document->parts_first + i);
        struct str label = explain_text(e, part->label);
        LINE(e, 2, STR("- "), label, label.n > 0 && part->text != MODEL_NONE ? STR(": ") : STR(""),
             explain_expr(e, part->text),
             column_labels(e, part->columns_first, part->columns_count));
        struct str otherwise = explain_text(e, part->otherwise);
        if (otherwise.n > 0) {
            LINE(e, 3, STR("Where there is nothing: "), otherwise);
        }
        if (part->hidden_from != MODEL_NONE) {
            LINE(e, 3, STR("Not on the copy of one for whom "), explain_expr(e, part->hidden_from));
        }
    }
}

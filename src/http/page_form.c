/* See page_form.h: reading what a form needs, and showing it. */
#include "http/page_form.h"
#include "http/draft_fit.h"
#include "http/page_work.h"

#include "http/body.h"
#include "http/connection.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "store/attachment.h"
#include "store/draft.h"

#define CHOICES_MAX 200u

/* ---- parts ---- */

static bool may_change(const struct request *request, const struct record *record)
{
    const struct model *model = request->model;
    if (!record_stands(record) ||
        (record->state != MODEL_NONE && !model_state_row(model, record->state)->editable)) {
        return false;
    }
    return access_record(&request->set, record, VERB_UPDATE).allowed;
}

struct page_part *page_form_add(struct page_form *form, struct record *record, uint32_t model_form)
{
    CHECK(form->count < SERVICE_CHANGES_MAX);
    struct page_part *part = &form->parts[form->count++];
    *part = (struct page_part){.entity = record->subject.entity,
                               .form = model_form,
                               .record = record,
                               .parent_field = MODEL_NONE,
                               .version = record->version,
                               .may_change = may_change(form->request, record)};
    return part;
}

static struct uuid new_id(void *store)
{
    return store_new_id(store);
}

/* What is typed may make records and rows, which need identifiers; they live as long as the page.
 */
static void number_what_is_typed(struct request *request)
{
    request->set.new_id = new_id;
    request->set.id_context = request->store;
}

struct page_part *page_form_add_new(struct page_form *form, uint32_t entity, uint32_t model_form,
                                    uint32_t parent_field, const struct record *parent)
{
    struct request *request = form->request;
    CHECK(form->count < SERVICE_CHANGES_MAX);
    number_what_is_typed(request);
    struct record *record = work_set_create(&request->set, entity);
    record->agency = request->actor.agency;
    record->created_at = request->set.now;
    if (parent != NULL) {
        answer_set(&record->subject, parent_field, answer_of(value_reference(parent->subject.id)));
        record->root = parent->root;
        record->agency = parent->agency;
        record->audiences = parent->audiences;
        record->audience_count = parent->audience_count;
    }
    struct page_part *part = &form->parts[form->count++];
    *part = (struct page_part){.entity = entity,
                               .form = model_form,
                               .record = record,
                               .parent_field = parent_field,
                               .may_change = access_create_record(&request->set, record).allowed};
    return part;
}

/* ---- what may be chosen ---- */

/* References to records of this entity are found by words: there are too many to list. */
static uint32_t searched_entity(const struct model *model)
{
    return model_c_name(model, C_PERSON)->entity;
}

/* Parts of the page's own aggregate are loaded with it; what stands by itself is listed. */
static bool is_listed(const struct model *model, const struct model_field *field)
{
    return field->kind == FIELD_REFERENCE && field->target != MODEL_NONE &&
           field->target != searched_entity(model) &&
           model_entity_row(model, field->target)->kind != ENTITY_PART;
}

struct wanted {
    struct request *request;
    LIST(uint32_t) entities;
};

static void want_field(struct wanted *wanted, uint32_t field)
{
    const struct model_field *shape = model_field_row(wanted->request->model, field);
    if (!is_listed(wanted->request->model, shape) || shape->derived != MODEL_NONE) {
        return;
    }
    for (size_t i = 0; i < wanted->entities.count; i++) {
        if (wanted->entities.items[i] == shape->target) {
            return;
        }
    }
    LIST_PUSH(&wanted->request->arena, &wanted->entities, shape->target);
}

static void want_form(struct wanted *wanted, uint32_t form)
{
    const struct model *model = wanted->request->model;
    const struct model_form *shape = model_form_row(model, form);
    for (uint32_t i = 0; i < shape->items_count; i++) {
        const struct model_form_item *item = model_form_item_row(model, shape->items_first + i);
        if (item->kind == ITEM_FIELD) {
            want_field(wanted, item->field);
        }
        if ((item->kind != ITEM_ROWS && item->kind != ITEM_GRID) || item->list == MODEL_NONE) {
            continue;
        }
        const struct model_list *list = model_list_row(model, item->list);
        for (uint32_t f = 0; f < list->fields_count; f++) {
            if (view_item_has(model, item, list->fields_first + f)) {
                want_field(wanted, list->fields_first + f);
            }
        }
    }
}

static enum status load_choices(struct page_form *form)
{
    struct request *request = form->request;
    struct wanted wanted = {.request = request};
    for (size_t i = 0; i < form->count; i++) {
        if (form->parts[i].may_change) {
            want_form(&wanted, form->parts[i].form);
        }
    }
    for (size_t i = 0; i < wanted.entities.count; i++) {
        struct record **records;
        size_t count;
        struct str next;
        TRY(store_find(request->reader, &request->set, wanted.entities.items[i], MODEL_NONE,
                       (struct uuid){{0}}, (struct store_page){.limit = CHOICES_MAX},
                       &request->outcome, &records, &count, &next));
    }
    return STATUS_OK;
}

/* ---- what was typed ---- */

/* A save ends the draft of its page: one that is there has not been saved. When somebody else has
 * saved since, it still holds the version that was seen, and saving it leads to the clash page. */
static void find_draft(struct page_form *form)
{
    struct request *request = form->request;
    struct str content;
    struct instant saved_at;
    struct body_pairs pairs = {0};
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (store_draft_find(request->reader, request->session.worker, page_draft_place(request),
                         &content, &saved_at) != STATUS_OK ||
        content.n == 0 ||
        body_urlencoded(&request->arena, content, &pairs, &ignored) != STATUS_OK) {
        return;
    }
    struct input *typed = ARENA_NEW(&request->arena, struct input);
    *typed = (struct input){pairs.pairs.items, pairs.pairs.count};
    form->typed = typed;
    form->from_draft = true;
    form->draft_at = saved_at;
}

/* Records that were chosen are shown; one that may not be read stays as absent as it was. */
static void load_chosen(struct request *request, uint32_t entity, const struct input *input)
{
    struct input_reference *references;
    size_t count = input_references(&request->arena, request->model, entity, input, &references);
    for (size_t i = 0; i < count; i++) {
        struct outcome ignored;
        struct record *record;
        outcome_init(&ignored, &request->arena);
        if (work_set_find(&request->set, references[i].id) == NULL &&
            store_read(request->reader, &request->set, references[i].entity, references[i].id, 0, 0,
                       (struct store_purpose){.route = STR("chosen in a form")}, &ignored,
                       &record) != STATUS_OK) {
            continue;
        }
    }
}

/* The version that was seen while it was typed. */
static uint32_t version_typed(const struct page_form *form, const struct page_part *part)
{
    struct str name = STR_JOIN(&form->request->arena, part->prefix, STR("version"));
    for (size_t i = 0; i < form->typed->count; i++) {
        int64_t number;
        if (str_eq(form->typed->pairs[i].name, name) &&
            str_to_i64(form->typed->pairs[i].value, &number) && number >= 0 &&
            number <= UINT32_MAX) {
            return (uint32_t)number;
        }
    }
    return part->version;
}

static void apply_typed(struct page_form *form, struct page_part *part)
{
    struct request *request = form->request;
    struct outcome ignored;
    const struct input_scope scope = {
        .form = part->form, .transition = form->transition, .correcting = form->correcting};
    struct input input =
        view_input(&request->arena, request->model, part->form, part->prefix, form->typed);
    outcome_init(&ignored, &request->arena);
    load_chosen(request, part->entity, &input);
    input_apply(&request->set, part->record, &scope, &input, &ignored);
    part->version = version_typed(form, part);
}

/* What stands on the form of a part and is kept apart from the rest of the record: whether it waits
 * for a proof, and who else has the same. */
static enum status look_closer(struct page_form *form, struct page_part *part)
{
    struct request *request = form->request;
    const struct model_form *shape = model_form_row(request->model, part->form);
    for (uint32_t i = 0; i < shape->items_count && !part->record->is_new; i++) {
        uint32_t field = model_form_item_row(request->model, shape->items_first + i)->field;
        struct record **others;
        size_t count;
        if (field == MODEL_NONE || !model_has_field(request->model, field)) {
            continue;
        }
        form->unproved |= access_field(&request->set, part->record, field, VERB_READ).unproved;
        if (!store_is_identifier(request->model, field)) {
            continue;
        }
        TRY(store_find_alike(request->reader, &request->set, part->record, field, &request->outcome,
                             &others, &count));
        for (size_t k = 0; k < count; k++) {
            LIST_PUSH(&request->arena, &part->alike, ((struct page_alike){field, others[k]}));
        }
    }
    return STATUS_OK;
}

/* What the form shows, also of what was just chosen in it. */
static enum status load_shown(struct page_form *form, struct page_part *part)
{
    struct request *request = form->request;
    const struct model_form *shape = model_form_row(request->model, part->form);
    return store_load(request->reader, &request->set, part->record, shape->loads_first,
                      shape->loads_count, &request->outcome);
}

static enum status show_typed(struct page_form *form)
{
    for (size_t i = 0; form->typed != NULL && i < form->count; i++) {
        if (form->parts[i].may_change) {
            apply_typed(form, &form->parts[i]);
            TRY(load_shown(form, &form->parts[i]));
        }
    }
    return STATUS_OK;
}

bool page_form_prepare(struct page_form *form, bool drafts, enum handled *ret_handled)
{
    struct request *request = form->request;
    enum status status = STATUS_OK;
    number_what_is_typed(request);
    for (size_t i = 0; i < form->count && status == STATUS_OK; i++) {
        struct page_part *part = &form->parts[i];
        status = load_shown(form, part);
        status = status == STATUS_OK
                     ? identity_read(request->reader, &request->set, part->record, &part->identity)
                     : status;
        status = status == STATUS_OK ? look_closer(form, part) : status;
    }
    status = status == STATUS_OK ? load_choices(form) : status;
    if (status == STATUS_OK && form->typed == NULL && drafts) {
        find_draft(form);
    }
    status = status == STATUS_OK ? show_typed(form) : status;
    if (status != STATUS_OK) {
        *ret_handled = request_fail(request, status);
        return false;
    }
    form->kept_apart = form->from_draft && !page_form_may_change(form);
    page_titles(request);
    return true;
}

/* ---- showing ---- */

static struct url record_url(const void *context, uint32_t entity, struct uuid id)
{
    const struct request *request = context;
    const struct record *record = work_set_find(&request->set, id);
    return page_open_url(request, entity, id, record != NULL ? record->root : (struct uuid){{0}});
}

static struct url attachment_url(const void *context, const struct subject *subject, uint32_t field)
{
    const struct request *request = context;
    struct arena *arena = request->outcome.arena;
    const struct model_entity *entity =
        model_entity_row(request->model, subject->record->subject.entity);
    return URL(arena, STR("record"), model_text(request->model, entity->name),
               uuid_text(arena, subject->record->subject.id), STR("attachment"),
               answer_name(arena, subject, field));
}

/* By a set of its own: what a page shows is settled by then. */
static struct str worker_name(const struct request *request, struct uuid worker)
{
    struct arena *arena = request->outcome.arena;
    struct work_set *set = ARENA_NEW(arena, struct work_set);
    work_set_init(set, arena, request->model, request->set.now, request->set.actor);
    uint32_t entity = model_c_name(request->model, C_WORKER)->entity;
    return entity != MODEL_NONE &&
                   store_titles_of(request->reader, set, entity, &worker, 1) == STATUS_OK &&
                   store_titles(request->reader, set) == STATUS_OK
               ? value_words(set, value_reference(worker), MODEL_NONE)
               : STR("");
}

/* "left-arm.png, 812 KB; R. Diaz, Wed 25 Nov 2026, 14:02; BLAKE2b 3fa29c0e11d27b45": the
 * whole digest is the ETag of the file. */
static struct str attachment_words(const void *context, struct uuid file)
{
    const struct request *request = context;
    struct arena *arena = request->outcome.arena;
    struct store_attachment attachment;
    if (store_attachment(request->reader, file, &attachment) != STATUS_OK) {
        return STR("");
    }
    return STR_JOIN(arena, attachment.name, attachment.name.n > 0 ? STR(", ") : STR(""),
                    str_from_int(arena, (int64_t)((attachment.size + 1023) / 1024)), STR(" KB; "),
                    worker_name(request, attachment.taken_by), STR(", "),
                    zone_long(arena, request->set.calendar.zone, attachment.stored_at),
                    STR("; BLAKE2b "), str_slice(attachment.digest, 0, 16));
}

/* Where a new one of those who are searched for is written down, when this worker may. */
static struct url start_searched(struct request *request)
{
    const struct model *model = request->model;
    uint32_t workspace = page_workspace_of(model, searched_entity(model));
    if (workspace == MODEL_NONE || model_workspace_row(model, workspace)->create == MODEL_NONE ||
        !access_create(&request->set, searched_entity(model), request->actor.agency).allowed) {
        return (struct url){0};
    }
    return URL(&request->arena, STR("start"),
               model_text(model, model_workspace_row(model, workspace)->name));
}

void page_view(struct view *view, struct request *request, struct html *html, struct record *record)
{
    *view = (struct view){.html = html,
                          .set = &request->set,
                          .record = record,
                          .form = MODEL_NONE,
                          .transition = MODEL_NONE,
                          .searched = searched_entity(request->model),
                          .record_url = record_url,
                          .attachment_url = attachment_url,
                          .attachment_words = attachment_words,
                          .context = request};
}

/* What can no longer be changed can be corrected by those who may. */
static void add_correction(struct html *html, const struct page_form *form,
                           const struct page_part *part)
{
    struct url to = page_correct_url(form->request, part->record, part->form);
    if (!url_is_empty(to) && form->transition == MODEL_NONE) {
        html_open_class(html, "p", "note correct");
        component_link(html, (struct link){STR("Correct with a reason"), to, false});
        html_close(html, "p");
    }
}

/* Words that would tell who reported, for those who may know: nothing is refused for them. */
static void add_warnings(struct html *html, const struct page_part *part)
{
    struct identity_warning *warnings;
    size_t count = identity_warnings(&part->identity, part->record, &warnings);
    for (size_t i = 0; i < count; i++) {
        component_callout(html, &(struct callout){.tone = TONE_WATCH,
                                                  .title = STR("This may tell who reported"),
                                                  .text = warnings[i].message});
    }
}

/* Told without the number: who may read it has it before them. */
static void add_alike(struct html *html, const struct page_form *form, const struct page_part *part)
{
    struct request *request = form->request;
    struct arena *arena = &request->arena;
    for (size_t i = 0; i < part->alike.count; i++) {
        const struct page_alike *alike = &part->alike.items[i];
        const struct record *other = alike->other;
        struct str label =
            model_text(request->model, model_field_row(request->model, alike->field)->label);
        struct link to = {
            record_title(&request->set, other),
            page_open_url(request, other->subject.entity, other->subject.id, other->root), false};
        component_callout(
            html,
            &(struct callout){.tone = TONE_WATCH,
                              .title = STR_JOIN(arena, label, STR(": somebody else has the same")),
                              .text = STR("Perhaps it is the same person, or one of the two was "
                                          "typed wrong. Look before you go on."),
                              .actions = &to,
                              .actions_count = 1});
    }
}

static struct view part_view(struct html *html, const struct page_form *form,
                             const struct page_part *part)
{
    struct view view;
    page_view(&view, form->request, html, part->record);
    view.prefix = part->prefix;
    view.form = part->form;
    view.transition = form->transition;
    view.correcting = form->correcting;
    view.may_change = part->may_change;
    view.typed = form->typed;
    view.outcome = form->faults;
    view.found = &form->found;
    view.found_count = form->has_found ? 1 : 0;
    view.start_searched = start_searched(form->request);
    return view;
}

static void show_part(struct html *html, const struct page_form *form, const struct page_part *part)
{
    struct view view = part_view(html, form, part);
    struct arena *arena = &form->request->arena;
    add_warnings(html, part);
    add_alike(html, form, part);
    if (!part->may_change && !part->record->is_new) {
        add_correction(html, form, part);
    }
    if (part->may_change || !part->record->is_new) { /* a step may be taken on what is only read */
        component_hidden(html, STR_JOIN(arena, part->prefix, STR("version")),
                         str_from_int(arena, part->version));
        component_hidden(html, STR_JOIN(arena, part->prefix, STR("record_id")),
                         part->record->is_new ? STR("")
                                              : uuid_text(arena, part->record->subject.id));
    }
    view_form(&view);
}

/* The words by which an unfinished form is found again. */
static struct str place_title(const struct page_form *form)
{
    struct request *request = form->request;
    const struct page_part *part = &form->parts[0];
    struct str label =
        model_text(request->model, model_form_row(request->model, part->form)->label);
    return part->record->is_new ? label
                                : STR_JOIN(&request->arena, label, STR(": "),
                                           record_title(&request->set, part->record));
}

/* A form sent twice, by a finger that trembles, makes one record. */
static void add_once(struct html *html, const struct page_form *form)
{
    struct request *request = form->request;
    struct str once = request_form(request, STR("once"));
    if (form->parts[0].record->is_new) {
        component_hidden(html, STR("once"),
                         once.n > 0 ? once
                                    : uuid_text(&request->arena, store_new_id(request->store)));
    }
}

struct part_drawing {
    const struct page_form *form;
    const struct page_part *part;
};

static void part_content(struct html *html, const void *context)
{
    const struct part_drawing *drawing = context;
    show_part(html, drawing->form, drawing->part);
}

/* A further aggregate: open while the page is filled in, folded once it is there to be read. */
static void add_part(struct html *html, const struct page_form *form, const struct page_part *part)
{
    struct view view = part_view(html, form, part);
    struct view_tally tally = view_tally(&view);
    bool typed = part->may_change && form->parts[0].may_change;
    bool opens = tally.filled == 0 || view_tally_opens(&view, &tally);
    component_fold(html,
                   &(struct fold){
                       .id = component_field_id(html, part->prefix),
                       .title = part->label,
                       .asked = tally.asked,
                       .filled = tally.filled,
                       .needed = tally.needed,
                       .says = view_tally_says(&view, &tally),
                       .open = tally.faulty || (typed && opens),
    },
                   (struct html_slot){part_content, &(struct part_drawing){form, part}});
}

void page_form_fields(struct html *html, const void *page_form)
{
    const struct page_form *form = page_form;
    struct request *request = form->request;
    component_hidden(html, STR("draft_place"), page_draft_place(request));
    component_hidden(html, STR("draft_title"), place_title(form));
    add_once(html, form);
    page_form_note(html, form);
    for (size_t i = 1; i < form->count; i++) {
        add_part(html, form, &form->parts[i]);
    }
    show_part(html, form, &form->parts[0]);
}

void page_form_note(struct html *html, const struct page_form *form)
{
    struct request *request = form->request;
    const struct record *record = form->parts[0].record;
    if (!form->from_draft) {
        return;
    }
    if (form->kept_apart) {
        component_callout(
            html,
            &(struct callout){.tone = TONE_WATCH,
                              .title = STR("Typed and not saved"),
                              .text = STR_JOIN(&request->arena, STR("What you typed here at "),
                                               page_when(request, form->draft_at),
                                               STR(" was never saved, and this can no longer be "
                                                   "changed. It is kept under Unfinished on My "
                                                   "day until you close it."))});
        return;
    }
    struct link discard = {STR("Discard it"),
                           url_query(&request->arena, URL_FIXED("/draft/close"), STR("place"),
                                     page_draft_place(request)),
                           false};
    component_callout(html, &(struct callout){
                                .tone = TONE_PLAIN,
                                .title = STR("Not submitted yet"),
                                .text = STR_JOIN(&request->arena, STR("What you typed at "),
                                                 page_when(request, form->draft_at),
                                                 STR(" is here again. It is kept until you save "
                                                     "the page."),
                                                 form->draft_at.ms < record->changed_at.ms
                                                     ? STR(" Somebody else has saved since: you "
                                                           "will see both.")
                                                     : STR("")),
                                .actions = &discard,
                                .actions_count = 1,
                            });
    draft_fit_note(html, form);
}

struct str page_form_enctype(const struct page_form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        if (view_form_has_files(form->request->model, form->parts[i].form)) {
            return STR("multipart/form-data");
        }
    }
    return STR("application/x-www-form-urlencoded");
}

bool page_form_may_change(const struct page_form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        if (form->parts[i].may_change) {
            return true;
        }
    }
    return false;
}

bool page_form_is_unsaved(const struct page_form *form)
{
    return form->typed != NULL && !form->from_draft;
}

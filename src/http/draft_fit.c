/* See draft_fit.h. */
#include "http/draft_fit.h"

#include "rule/input.h"

struct fit {
    const struct request *request;
    struct arena *arena;
    const struct page_part *part;
    const struct model *then, *now;
    uint32_t entity_then;
    LIST(struct fact) facts;
};

/* The field of "street" or "participants[+1].role", or MODEL_NONE. */
static uint32_t field_named(const struct model *model, uint32_t entity, struct str name)
{
    ptrdiff_t open = str_find_byte(name, '['), close = str_find(name, STR("]."));
    if (open < 0 || close < open) {
        return model_field_by_name(model, entity, name);
    }
    uint32_t list = model_list_by_name(model, entity, str_slice(name, 0, (size_t)open));
    return list == MODEL_NONE
               ? MODEL_NONE
               : model_list_field_by_name(model, list, str_slice(name, (size_t)close + 2, name.n));
}

static bool is_code(const struct model_field *field)
{
    return field->kind == FIELD_CODE || field->kind == FIELD_CODES;
}

/* What was typed, in the words of then. */
static struct str typed_words(const struct fit *fit, uint32_t field, struct str typed)
{
    const struct model_field *shape = model_field_row(fit->then, field);
    uint32_t code = is_code(shape)
                        ? model_code_on(fit->then, shape->code_set, typed, MODEL_NO_BOUND)
                        : MODEL_NONE;
    return code != MODEL_NONE ? model_text(fit->then, model_code_row(fit->then, code)->label)
                              : input_masked(fit->arena, fit->then, field, typed);
}

/* Why an answer no longer fits; empty when it does. */
static struct str misfit(const struct fit *fit, uint32_t then, uint32_t now, struct str typed)
{
    if (now == MODEL_NONE || !model_has_field(fit->now, now)) {
        return STR("this is no longer asked");
    }
    const struct model_field *shape = model_field_row(fit->now, now);
    if (shape->kind != model_field_row(fit->then, then)->kind) {
        return STR("this is asked in another way now");
    }
    if (is_code(shape) && model_code_on(fit->now, shape->code_set, typed,
                                        fit->request->set.today.day) == MODEL_NONE) {
        return STR("this can no longer be chosen");
    }
    return STR("");
}

static void look_at_pair(struct fit *fit, const struct input_pair *pair)
{
    struct str name = pair->name;
    if (!str_starts(name, fit->part->prefix) || pair->value.n == 0) {
        return;
    }
    name = str_slice(name, fit->part->prefix.n, name.n);
    uint32_t then = field_named(fit->then, fit->entity_then, name);
    if (then == MODEL_NONE) {
        return; /* no answer: a reason why there is none, or the page's own */
    }
    struct str why = misfit(fit, then, field_named(fit->now, fit->part->entity, name), pair->value);
    if (why.n > 0) {
        struct fact fact = {
            .label = model_text(fit->then, model_field_row(fit->then, then)->label),
            .value = typed_words(fit, then, pair->value),
            .from = why,
        };
        LIST_PUSH(fit->arena, &fit->facts, fact);
    }
}

/* A field of the form that need not be answered then. */
static void look_at_item(struct fit *fit, const struct model_form_item *item)
{
    const struct model_field *now =
        item->kind == ITEM_FIELD ? model_field_row(fit->now, item->field) : NULL;
    if (now == NULL || now->required == REQUIRED_NONE) {
        return;
    }
    uint32_t then =
        model_field_by_name(fit->then, fit->entity_then, model_text(fit->now, now->name));
    if (then == MODEL_NONE || model_field_row(fit->then, then)->required == REQUIRED_NONE) {
        struct fact fact = {.label = model_text(fit->now, now->label),
                            .value = STR("has to be answered now")};
        LIST_PUSH(fit->arena, &fit->facts, fact);
    }
}

static void look_at_part(struct fit *fit, const struct page_form *form)
{
    const struct model_form *shape = model_form_row(fit->now, fit->part->form);
    fit->entity_then = model_entity_by_name(
        fit->then, model_text(fit->now, model_entity_row(fit->now, fit->part->entity)->name));
    if (fit->entity_then == MODEL_NONE) {
        return; /* what is new has no draft */
    }
    for (size_t i = 0; i < form->typed->count; i++) {
        look_at_pair(fit, &form->typed->pairs[i]);
    }
    for (uint32_t i = 0; i < shape->items_count; i++) {
        look_at_item(fit, model_form_item_row(fit->now, shape->items_first + i));
    }
}

void draft_fit_note(struct html *html, const struct page_form *form)
{
    struct request *request = form->request;
    struct fit fit = {.request = request, .arena = &request->arena};
    for (size_t i = 0; i < form->count; i++) {
        struct uuid agency = form->parts[i].record->agency;
        fit.part = &form->parts[i];
        fit.now = work_set_view(&request->set, agency);
        if (store_model_at(request->reader, &request->set, agency, form->draft_at, &fit.then) ==
                STATUS_OK &&
            fit.then != NULL && fit.then != fit.now) {
            look_at_part(&fit, form);
        }
    }
    if (fit.facts.count > 0) {
        component_callout(
            html, &(struct callout){.tone = TONE_WATCH,
                                    .title = STR("This page has changed since you typed"),
                                    .text = STR("What no longer fits is not saved. It stands "
                                                "here, so that you can write it where it "
                                                "belongs.")});
        component_facts(html, fit.facts.items, fit.facts.count);
    }
}

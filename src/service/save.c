/* Saving: the one use case behind every form, call and import. */
#include "service/service.h"

#include "base/buf.h"

#define UPLOAD_MARK STR("upload:")

/* The pair's value with an upload replaced by the id it was stored under. */
static enum status store_upload(struct uow *uow, const struct service_save *save,
                                struct input_pair *pair)
{
    int64_t number;
    struct uuid id;
    if (!str_starts(pair->value, UPLOAD_MARK)) {
        return STATUS_OK;
    }
    if (!str_to_i64(str_slice(pair->value, UPLOAD_MARK.n, pair->value.n), &number) || number < 0 ||
        (uint64_t)number >= save->upload_count) {
        outcome_problem(uow_outcome(uow), STATUS_INVALID, pair->name, STR("no_such_upload"),
                        STR("The picture did not arrive. Choose it again."));
        return STATUS_INVALID;
    }
    const struct service_upload *upload = &save->uploads[number];
    enum status status = uow_attach(uow, upload->bytes, upload->name, &id);
    if (status != STATUS_OK) {
        return status;
    }
    pair->value = uuid_text(uow_set(uow)->arena, id);
    return STATUS_OK;
}

static enum status with_uploads(struct uow *uow, const struct service_save *save,
                                const struct input *given, struct input *ret_input)
{
    struct arena *arena = uow_set(uow)->arena;
    if (save->upload_count == 0) {
        *ret_input = *given;
        return STATUS_OK;
    }
    struct input_pair *pairs =
        arena_copy(arena, given->pairs, given->count * sizeof(*given->pairs));
    for (size_t i = 0; i < given->count; i++) {
        TRY(store_upload(uow, save, &pairs[i]));
    }
    *ret_input = (struct input){pairs, given->count};
    return STATUS_OK;
}

static enum model_verb verb_of(const struct service_save *save, const struct service_change *change)
{
    if (save->correcting) {
        return VERB_CORRECT;
    }
    return change->transition == MODEL_NONE ? VERB_UPDATE : VERB_READ;
}

static enum status open_new(struct uow *uow, const struct service_save *save,
                            const struct service_change *change, const struct record *first,
                            struct record **ret_record)
{
    struct uuid agency = save->job.actor->agency;
    struct uuid parent = uuid_is_nil(change->parent) && first ? first->subject.id : change->parent;
    bool is_part = change->parent_field != MODEL_NONE;
    if (is_part && !work_set_find(uow_set(uow), parent)) {
        const struct model_field *field =
            model_field_row(uow_set(uow)->model, change->parent_field);
        struct record *loaded;
        TRY(uow_load(uow, field->target, parent, 0, VERB_READ, &loaded));
    }
    TRY(uow_create(uow, change->entity, agency, is_part ? change->parent_field : MODEL_NONE, parent,
                   ret_record));
    return STATUS_OK;
}

static void take(struct uow *uow, struct record *record, uint32_t transition,
                 const struct input *input, struct act *act)
{
    act_take(uow_set(uow), record, transition, input, act, uow_outcome(uow));
}

/* Input goes to the transition when its own form is what was filled in, else into the record first. */
static void apply(struct uow *uow, const struct service_save *save,
                  const struct service_change *change, struct record *record,
                  const struct input *input, struct act *act)
{
    const struct model *model = uow_set(uow)->model;
    const struct input nothing = {0};
    uint32_t start = record->is_new
                         ? model_transition_by_name(model, change->entity, STR("start"))
                         : MODEL_NONE;
    bool for_transition = false;
    if (change->transition != MODEL_NONE) {
        uint32_t form = model_transition_row(model, change->transition)->form;
        for_transition = form != MODEL_NONE &&
                         (change->form == MODEL_NONE || change->form == form);
    }
    if (start != MODEL_NONE) {
        take(uow, record, start, &nothing, act);
    }
    if (!for_transition) {
        struct input_scope scope = {.form = change->form,
                                    .transition = MODEL_NONE,
                                    .correcting = save->correcting};
        input_apply(uow_set(uow), record, &scope, input, uow_outcome(uow));
    }
    if (change->transition != MODEL_NONE && uow_outcome(uow)->status == STATUS_OK) {
        take(uow, record, change->transition, for_transition ? input : &nothing, act);
    }
}

static enum status save_run(struct uow *uow, void *given)
{
    const struct service_save *save = given;
    struct record *first = NULL;
    struct act act = {0};
    for (size_t i = 0; i < save->count; i++) {
        const struct service_change *change = &save->changes[i];
        struct record *record;
        struct input input;
        if (uuid_is_nil(change->id)) {
            TRY(open_new(uow, save, change, first, &record));
        } else {
            TRY(uow_load(uow, change->entity, change->id, change->version, verb_of(save, change),
                         &record));
            if (change->transition != MODEL_NONE) {
                const struct model_transition *transition =
                    model_transition_row(uow_set(uow)->model, change->transition);
                TRY(uow_steps(uow, record, transition->loads_first, transition->loads_count));
            }
        }
        TRY(with_uploads(uow, save, &change->input, &input));
        apply(uow, save, change, record, &input, &act);
        first = first ? first : record;
    }
    act_finish(uow_set(uow), uow_outcome(uow));
    if (uow_outcome(uow)->status != STATUS_OK) {
        return uow_outcome(uow)->status;
    }
    uow_act(uow, &act);
    uow_result(uow, first);
    if (save->draft_place.n > 0) {
        uow_draft_delete(uow, save->job.actor->worker, save->draft_place);
    }
    return STATUS_OK;
}

static enum status check(const struct service_save *save)
{
    if (save->count == 0 || save->count > SERVICE_CHANGES_MAX) {
        return STATUS_INTERNAL;
    }
    return save->correcting && str_trim(save->job.reason).n == 0 ? STATUS_INVALID : STATUS_OK;
}

enum status service_save_submit(struct store *store, struct service_save *save)
{
    save->job.fn = save_run;
    save->job.input = save;
    outcome_init(&save->job.outcome, save->job.arena);
    if (check(save) == STATUS_INVALID) {
        outcome_problem(&save->job.outcome, STATUS_INVALID, STR("reason"), STR("required"),
                        STR("A correction needs a reason: say what was wrong and how you know."));
        save->job.done.fn(save->job.done.ctx);
        return STATUS_OK;
    }
    return store_submit(store, &save->job);
}

enum status service_save_run(struct store *store, struct service_save *save)
{
    save->job.fn = save_run;
    save->job.input = save;
    outcome_init(&save->job.outcome, save->job.arena);
    return check(save) == STATUS_OK ? store_run(store, &save->job) : check(save);
}

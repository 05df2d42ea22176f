/* Saving: the one use case behind every form, call and import. */
#include "service/service.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "rule/duty.h"
#include "store/attachment.h"
#include "store/draft.h"
#include "store/identity.h"

#define KEY_MOST 100u   /* bytes of an idempotency key */
#define TEXT_MOST 4000u /* bytes of a reason, of a legal basis */
#define UPLOAD_MARK STR("upload:")

/* The upload that the value of a pair names, or NULL. */
static struct service_upload *upload_named(const struct service_save *save, struct str value)
{
    int64_t number;
    return str_starts(value, UPLOAD_MARK) &&
                   str_to_i64(str_slice(value, UPLOAD_MARK.n, value.n), &number) && number >= 0 &&
                   (uint64_t)number < save->upload_count
               ? &save->uploads[number]
               : NULL;
}

static enum status seal_upload(struct store *store, const struct model *model,
                               const struct service_save *save, uint32_t entity,
                               const struct input_pair *pair, struct outcome *outcome)
{
    struct service_upload *upload = upload_named(save, pair->value);
    uint32_t field = upload != NULL ? input_file_field(model, entity, pair->name) : MODEL_NONE;
    if (field == MODEL_NONE || upload->sealed) {
        return STATUS_OK;
    }
    upload->given.where = pair->name;
    upload->given.takes = model_field_row(model, field)->takes;
    TRY(store_file_seal(store, outcome->arena, &upload->given, outcome, &upload->file));
    upload->sealed = true;
    return STATUS_OK;
}

enum status service_seal_uploads(struct store *store, const struct model *model,
                                 const struct service_save *save, struct outcome *outcome)
{
    for (size_t i = 0; i < save->count; i++) {
        const struct service_change *change = &save->changes[i];
        for (size_t k = 0; k < change->input.count; k++) {
            TRY(seal_upload(store, model, save, change->entity, &change->input.pairs[k], outcome));
        }
    }
    return STATUS_OK;
}

/* The value of a pair that gives a file: an upload is replaced by the id it was stored under. */
static enum status store_upload(struct uow *uow, const struct service_save *save,
                                struct input_pair *pair)
{
    if (!str_starts(pair->value, UPLOAD_MARK)) {
        return STATUS_OK;
    }
    const struct service_upload *upload = upload_named(save, pair->value);
    if (upload == NULL) {
        outcome_problem(uow_outcome(uow), STATUS_INVALID, pair->name, STR("no_such_upload"),
                        STR("The picture did not arrive. Choose it again."));
        return STATUS_INVALID;
    }
    CHECK(upload->sealed);
    TRY(uow_attach(uow, &upload->file));
    pair->value = uuid_text(uow_set(uow)->arena, upload->file.id);
    return STATUS_OK;
}

static enum status with_uploads(struct uow *uow, const struct service_save *save,
                                const struct service_change *change, struct input *ret_input)
{
    const struct input *given = &change->input;
    struct arena *arena = uow_set(uow)->arena;
    if (save->upload_count == 0) {
        *ret_input = *given;
        return STATUS_OK;
    }
    struct input_pair *pairs =
        arena_copy(arena, given->pairs, given->count * sizeof(*given->pairs));
    for (size_t i = 0; i < given->count; i++) {
        if (input_file_field(uow_set(uow)->model, change->entity, pairs[i].name) != MODEL_NONE) {
            TRY(store_upload(uow, save, &pairs[i]));
        }
    }
    *ret_input = (struct input){pairs, given->count};
    return STATUS_OK;
}

static enum model_verb verb_of(const struct service_save *save, const struct service_change *change)
{
    if (save->verb != SERVICE_NO_VERB) {
        return service_verb_words(save->verb)->verb;
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

/* What the entity and the transition look at, from where the record now points to. */
static enum status load_around(struct uow *uow, struct record *record, uint32_t transition)
{
    const struct model *model = uow_set(uow)->model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    TRY(uow_steps(uow, record, entity->loads_first, entity->loads_count));
    if (transition != MODEL_NONE) {
        const struct model_transition *row = model_transition_row(model, transition);
        TRY(uow_steps(uow, record, row->loads_first, row->loads_count));
    }
    return STATUS_OK;
}

/* Whether a file is chosen from what others have attached. */
static bool chooses_file(const struct model *model, uint32_t entity, const struct input *input)
{
    for (size_t i = 0; i < input->count; i++) {
        uint32_t field = input_file_field(model, entity, input->pairs[i].name);
        if (field != MODEL_NONE && model_field_row(model, field)->chosen != MODEL_NONE) {
            return true;
        }
    }
    return false;
}

/* What the input names is read before it is applied: records, of which one that may not be read is
 * as good as absent, so that the input says so at its field; and whatever has the files that can be
 * chosen, also from a new record. */
static enum status refer(struct uow *uow, struct record *record, const struct input *input)
{
    struct input_reference *references;
    size_t count = input_references(uow_set(uow)->arena, uow_set(uow)->model,
                                    record->subject.entity, input, &references);
    for (size_t i = 0; i < count; i++) {
        TRY(uow_refer(uow, references[i].entity, references[i].id));
    }
    return chooses_file(uow_set(uow)->model, record->subject.entity, input)
               ? load_around(uow, record, MODEL_NONE)
               : STATUS_OK;
}

static enum status take(struct uow *uow, struct record *record, uint32_t transition,
                        struct act *act)
{
    const struct input nothing = {0};
    TRY(load_around(uow, record, transition));
    act_take(uow_set(uow), record, transition, &nothing, act, uow_outcome(uow));
    return STATUS_OK;
}

/* Which transition the input is part of: the one whose own form was filled in; for a new record the
 * one that makes it. */
static uint32_t transition_of_input(const struct model *model, const struct service_change *change,
                                    uint32_t start)
{
    if (change->transition == MODEL_NONE) {
        return start;
    }
    uint32_t form = model_transition_row(model, change->transition)->form;
    bool its_own = form != MODEL_NONE && (change->form == MODEL_NONE || change->form == form);
    return its_own ? change->transition : start;
}

/* Whether acting may go on: what input refused is told together with all else that is missing. */
static bool may_act(const struct outcome *outcome)
{
    return outcome->status != STATUS_INTERNAL && outcome->status != STATUS_REFUSED;
}

static enum status apply(struct uow *uow, const struct service_save *save,
                         const struct service_change *change, struct record *record,
                         struct act *act)
{
    const struct model *model = uow_set(uow)->model;
    struct input input;
    if (change->transition != MODEL_NONE && duty_is_by(model, change->transition)) {
        outcome_problem(uow_outcome(uow), STATUS_REFUSED, STR(""), STR("by_hand_over"),
                        STR("This is done for all open work of a worker in one act: hand it over "
                            "from the page of the worker."));
        return STATUS_REFUSED;
    }
    uint32_t start =
        record->is_new ? model_transition_by_name(model, change->entity, STR("start")) : MODEL_NONE;
    struct input_scope scope = {.form = change->form,
                                .transition = transition_of_input(model, change, start),
                                .correcting = save->verb == SERVICE_CORRECT};
    if (scope.form == MODEL_NONE && scope.transition != MODEL_NONE && scope.transition != start) {
        scope.form = model_transition_row(model, scope.transition)->form;
    }
    struct identity_before before = identity_before(uow_set(uow), record);
    TRY(with_uploads(uow, save, change, &input));
    TRY(refer(uow, record, &input));
    TRY(uow_hide(uow, record));
    input_apply(uow_set(uow), record, &scope, &input, uow_outcome(uow));
    if (start != MODEL_NONE && may_act(uow_outcome(uow))) {
        TRY(take(uow, record, start, act));
    }
    TRY(load_around(uow, record, MODEL_NONE));
    if (change->transition != MODEL_NONE && may_act(uow_outcome(uow))) {
        TRY(take(uow, record, change->transition, act));
    }
    return uow_identity_check(uow, record, &before);
}

static enum status act_on(struct uow *uow, const struct service_save *save,
                          const struct service_change *change, struct record *record,
                          struct act *act)
{
    switch (save->verb) {
    case SERVICE_ENTERED_IN_ERROR:
        return uow_mark_error(uow, record);
    case SERVICE_REINSTATE:
        return uow_reinstate(uow, record);
    case SERVICE_MOVE:
        return uow_move(uow, record, save->to);
    case SERVICE_REOPEN:
        return uow_reopen(uow, record);
    case SERVICE_SEAL:
        return uow_seal(uow, record);
    case SERVICE_UNSEAL:
        return uow_unseal(uow, record);
    case SERVICE_EXPUNGE:
        return uow_expunge(uow, record);
    case SERVICE_NO_VERB:
    case SERVICE_CORRECT:
    case SERVICE_VERB__COUNT:
        break;
    }
    return apply(uow, save, change, record, act);
}

static enum status save_run(struct uow *uow, void *given)
{
    const struct service_save *save = given;
    struct record *first = NULL;
    /* Written after this returns: it lives as long as the job. */
    struct act *act = ARENA_NEW(uow_set(uow)->arena, struct act);
    for (size_t i = 0; i < save->count; i++) {
        const struct service_change *change = &save->changes[i];
        struct record *record;
        if (uuid_is_nil(change->id)) {
            TRY(open_new(uow, save, change, first, &record));
        } else {
            TRY(uow_load(uow, change->entity, change->id, change->version, verb_of(save, change),
                         &record));
        }
        first = first ? first : record;
        uow_set(uow)->main = first;
        TRY(act_on(uow, save, change, record, act));
    }
    if (save->verb == SERVICE_NO_VERB || save->verb == SERVICE_CORRECT) {
        act_finish(uow_set(uow), uow_outcome(uow));
    }
    if (uow_outcome(uow)->status != STATUS_OK) {
        return uow_outcome(uow)->status;
    }
    uow_act(uow, act);
    uow_result(uow, first);
    if (save->draft_place.n > 0) {
        uow_draft_delete(uow, save->job.actor->worker, save->draft_place);
    }
    return STATUS_OK;
}

/* A kernel verb is asked for its reason and its law before anything else is looked at. */
/* What comes beside the answers is stored too. */
static void check_text(struct outcome *outcome, struct str name, struct str text, size_t most)
{
    if (text.n > most) {
        outcome_problem(outcome, STATUS_INVALID, name, STR("length"),
                        STR_JOIN(outcome->arena, STR("This takes at most "),
                                 str_from_int(outcome->arena, (int64_t)most), STR(" characters.")));
    } else if (utf8_check(text, NULL) != UTF8_FINE) {
        outcome_problem(outcome, STATUS_INVALID, name, STR("text"),
                        STR("This holds a character that cannot be stored. Type it anew."));
    }
}

static enum status check(struct service_save *save)
{
    const struct service_verb_words *words = service_verb_words(save->verb);
    struct outcome *outcome = &save->job.outcome;
    if (save->count == 0 || save->count > SERVICE_CHANGES_MAX) {
        return outcome_fault(outcome, STATUS_INTERNAL, STR("so many changes"));
    }
    check_text(outcome, STR("Idempotency-Key"), save->job.idempotency_key, KEY_MOST);
    check_text(outcome, STR("reason"), save->job.reason, TEXT_MOST);
    check_text(outcome, STR("basis"), save->job.basis, TEXT_MOST);
    if (save->verb != SERVICE_NO_VERB && str_trim(save->job.reason).n == 0) {
        outcome_problem(outcome, STATUS_INVALID, STR("reason"), STR("required"), words->none);
    }
    if (save->verb == SERVICE_MOVE && uuid_is_nil(save->to)) {
        outcome_problem(outcome, STATUS_INVALID, STR("to"), STR("required"),
                        STR("Say which record this belongs to."));
    }
    if (words->by_law && str_trim(save->job.basis).n == 0) {
        outcome_problem(outcome, STATUS_INVALID, STR("basis"), STR("required"),
                        STR("Name the law and the order of the court: statute, court, case and "
                            "date."));
    }
    return outcome->status;
}

static void prepare(struct service_save *save)
{
    save->job.fn = save_run;
    save->job.input = save;
    save->job.verb = service_verb_words(save->verb)->name;
    outcome_init(&save->job.outcome, save->job.arena);
}

enum status service_save_submit(struct store *store, struct service_save *save)
{
    prepare(save);
    if (check(save) != STATUS_OK) {
        save->job.done.fn(save->job.done.ctx);
        return STATUS_OK;
    }
    return store_submit(store, &save->job);
}

enum status service_save_run(struct store *store, struct service_save *save)
{
    prepare(save);
    TRY(check(save));
    TRY(service_seal_uploads(store, store_model(store), save, &save->job.outcome));
    return store_run(store, &save->job);
}

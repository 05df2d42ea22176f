/* Decisions: the versions of what each looked at, and who must be told when that is corrected. */
#include "db/named.h"
#include "rule/rests.h"
#include "store/verb.h"

static enum status keep_seen(struct uow *uow, const struct record *on, uint32_t transition,
                             const struct record *seen)
{
    const struct model *model = uow->set.model;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_DECISION_BASIS, uow->arena, &q));
    db_bind_uuid(q, 1, uow->change);
    db_bind_uuid(q, 2, on->subject.id);
    db_bind_text(q, 3, model_text(model, model_transition_row(model, transition)->name));
    db_bind_text(q, 4, model_text(model, model_entity_row(model, seen->subject.entity)->name));
    db_bind_uuid(q, 5, seen->subject.id);
    db_bind_int(q, 6, seen->version);
    return db_run(q);
}

static enum status keep_basis(struct uow *uow)
{
    for (size_t i = 0; i < uow->acts.count; i++) {
        const struct act *act = uow->acts.items[i];
        for (size_t k = 0; k < act->transitions.count; k++) {
            uint32_t transition = act->transitions.items[k];
            if (!model_transition_row(uow->set.model, transition)->keeps) {
                continue;
            }
            for (size_t n = 0; n < uow->set.records.count; n++) {
                TRY(keep_seen(uow, act->on.items[k], transition, uow->set.records.items[n]));
            }
        }
    }
    return STATUS_OK;
}

/* ---- corrections ---- */

/* A decision that looked at what is corrected now. */
struct resting {
    const struct record *corrected;
    struct str entity, transition;
    struct uuid record, by;
    struct str say;
};
struct all_resting {
    LIST(struct resting) items;
};

static struct str what_was(const struct record *corrected)
{
    if (corrected->moved) {
        return STR(
            "Something that this decision of yours rested on was moved to where it belongs.");
    }
    if (corrected->state_changed) {
        return STR("Something that this decision of yours rested on was opened again.");
    }
    if (!corrected->error_changed) {
        return STR("Something that this decision of yours rested on was corrected.");
    }
    return record_stands(corrected)
               ? STR("Something that this decision of yours rested on stands after all: it was not "
                     "entered in error.")
               : STR("Something that this decision of yours rested on was entered in error.");
}

/* Decisions that looked at a record, told of what was corrected: it, or what belongs to it. */
static enum status find_resting(struct uow *uow, const struct record *seen,
                                const struct record *corrected, struct str say,
                                struct all_resting *all)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_DECISIONS_ON, uow->arena, &q));
    db_bind_uuid(q, 1, seen->subject.id);
    db_bind_uuid(q, 2, uow->change);
    while (db_next(q)) {
        struct resting resting = {corrected,     db_text(q, 0), db_text(q, 3),
                                  db_uuid(q, 1), db_uuid(q, 2), say};
        LIST_PUSH(uow->arena, &all->items, resting);
    }
    return db_finish(q);
}

/* Where something was moved to, decisions were taken without it. */
static enum status find_resting_there(struct uow *uow, const struct record *record,
                                      struct all_resting *all)
{
    struct record *above = NULL;
    if (record->moved) {
        TRY(verb_above(uow, record, &above));
    }
    return above == NULL || above->moved
               ? STATUS_OK
               : find_resting(uow, above, record,
                              STR("Something was moved to what this decision of yours rested on."),
                              all);
}

static bool is_told(const struct act *act, const struct resting *resting)
{
    for (size_t i = 0; i < act->notices.count; i++) {
        if (uuid_eq(act->notices.items[i].record, resting->record) &&
            uuid_eq(act->notices.items[i].worker, resting->by)) {
            return true;
        }
    }
    return false;
}

/* Whether a decision rested on what is otherwise now. All that belongs to what was decided on lay
 * before who decided; of what lies elsewhere it rested on what its expressions read. Of a decision
 * that the model no longer has nobody can say, nor of what came or went as a whole. */
static bool rested_on(const struct resting *resting, const struct record *decided)
{
    const struct record *corrected = resting->corrected;
    uint32_t transition =
        model_transition_by_name(decided->set->model, decided->subject.entity, resting->transition);
    return transition == MODEL_NONE || uuid_eq(corrected->root, decided->root) ||
           corrected->moved || corrected->state_changed || corrected->error_changed ||
           rests_on_change(corrected, transition);
}

/* Who decided is told, once, unless it is they who correct. */
static enum status tell_resting(struct uow *uow, const struct resting *resting, struct act *act)
{
    uint32_t entity = model_entity_by_name(uow->set.model, resting->entity);
    struct record *record;
    if (entity == MODEL_NONE || uuid_eq(resting->by, uow->set.actor->worker) ||
        is_told(act, resting)) {
        return STATUS_OK;
    }
    enum status status = source_load(&uow->source, entity, resting->record, &record);
    if (status != STATUS_OK || !rested_on(resting, record)) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    struct act_notice notice = {
        .worker = resting->by,
        .decider = MODEL_NONE,
        .record = resting->record,
        .say = resting->say,
    };
    LIST_PUSH(uow->arena, &act->notices, notice);
    return STATUS_OK;
}

/* Only a correction says that something was wrong; what simply goes on is no news. What is done by
 * law with a record is not for those to know who can no longer read it. */
static enum status tell_corrections(struct uow *uow)
{
    struct act *act = ARENA_NEW(uow->arena, struct act);
    struct all_resting all = {0};
    if (uow->job->reason.n == 0 || uow->job->basis.n > 0) {
        return STATUS_OK;
    }
    for (size_t i = 0; i < uow->set.records.count; i++) {
        const struct record *record = uow->set.records.items[i];
        if (record->changed && !record->is_new && !record_is_withheld(record)) {
            TRY(find_resting(uow, record, record, what_was(record), &all));
            TRY(find_resting_there(uow, record, &all));
        }
    }
    for (size_t i = 0; i < all.items.count; i++) {
        TRY(tell_resting(uow, &all.items.items[i], act));
    }
    uow_act(uow, act);
    return STATUS_OK;
}

enum status decisions_write(struct uow *uow)
{
    TRY(keep_basis(uow));
    return tell_corrections(uow);
}

/* ---- what relied on a record ---- */

struct relied {
    struct store_decision decision;
    uint32_t entity;
    struct uuid on;
};

static struct relied take_relied(const struct model *model, struct db_statement *q)
{
    struct relied relied = {
        .entity = model_entity_by_name(model, db_text_view(q, 0)),
        .on = db_uuid(q, 1),
        .decision = {.transition = MODEL_NONE,
                     .by = db_is_null(q, 3) ? (struct uuid){{0}} : db_uuid(q, 3),
                     .at = {db_int(q, 4)},
                     .seen = (uint32_t)db_int(q, 5),
                     .since = db_int(q, 6) != 0},
    };
    if (relied.entity != MODEL_NONE) {
        relied.decision.transition =
            model_transition_by_name(model, relied.entity, db_text_view(q, 2));
    }
    return relied;
}

enum status store_decisions_on(struct store_reader *reader, struct work_set *set,
                               const struct record *record, struct store_decision **ret_decisions,
                               size_t *ret_count)
{
    LIST(struct relied) found = {0};
    struct source *source;
    struct db_statement *q;
    size_t from = set->records.count, count = 0;
    TRY(reader_source(reader, set, &source));
    TRY(db_named(reader->db, SQL_LIST_DECISIONS_ON, set->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    while (db_next(q)) {
        struct relied relied = take_relied(set->model, q);
        if (relied.entity != MODEL_NONE) {
            LIST_PUSH(set->arena, &found, relied);
        }
    }
    TRY(db_finish(q));
    *ret_decisions = ARENA_ARRAY(set->arena, found.count, struct store_decision);
    for (size_t i = 0; i < found.count; i++) {
        struct store_decision *decision = &(*ret_decisions)[count];
        *decision = found.items[i].decision;
        enum status status =
            source_load(source, found.items[i].entity, found.items[i].on, &decision->on);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
            return status;
        }
        count += status == STATUS_OK && !record_is_blank(decision->on) ? 1 : 0;
    }
    reader_note(reader, set, from);
    *ret_count = count;
    return STATUS_OK;
}

struct beneath {
    uint32_t entity, version;
    struct uuid seen;
};

enum status store_corrected_beneath(struct store_reader *reader, struct work_set *set,
                                    const struct record *record, struct store_beneath **ret_beneath,
                                    size_t *ret_count)
{
    LIST(struct beneath) found = {0};
    struct source *source;
    struct db_statement *q;
    size_t from = set->records.count, count = 0;
    TRY(reader_source(reader, set, &source));
    TRY(db_named(reader->db, SQL_LIST_CORRECTED_BENEATH, set->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    while (db_next(q)) {
        struct beneath one = {model_entity_by_name(set->model, db_text_view(q, 0)),
                              (uint32_t)db_int(q, 2), db_uuid(q, 1)};
        if (one.entity != MODEL_NONE) {
            LIST_PUSH(set->arena, &found, one);
        }
    }
    TRY(db_finish(q));
    *ret_beneath = ARENA_ARRAY(set->arena, found.count, struct store_beneath);
    for (size_t i = 0; i < found.count; i++) {
        struct store_beneath *beneath = &(*ret_beneath)[count];
        enum status status =
            source_load(source, found.items[i].entity, found.items[i].seen, &beneath->seen);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
            return status;
        }
        beneath->version = found.items[i].version;
        count += status == STATUS_OK && !record_is_blank(beneath->seen) ? 1 : 0;
    }
    reader_note(reader, set, from);
    *ret_count = count;
    return STATUS_OK;
}

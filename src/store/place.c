/* Kernel verbs that bring a record to another place: to another record that it belongs to, and from
 * a closed state back to where it was closed from. */
#include <jansson.h>

#include "db/named.h"
#include "rule/access.h"
#include "rule/act.h"
#include "store/verb.h"

/* ---- moving ---- */

/* Whether a record is below another, or is it. */
static enum status is_within(struct uow *uow, struct record *record, const struct record *of,
                             bool *ret_within)
{
    *ret_within = false;
    while (record != NULL && !*ret_within) {
        *ret_within = record == of;
        TRY(verb_above(uow, record, &record));
    }
    return STATUS_OK;
}

static enum status check_target(struct uow *uow, const struct record *record,
                                const struct record *from, struct record *to)
{
    bool within;
    if (to == from) {
        return verb_refuse(uow, STR("same_place"), STR("It belongs there already."));
    }
    if (!record_stands(to)) {
        return verb_refuse(uow, STR("entered_in_error"),
                           STR("What it would belong to was entered in error."));
    }
    if (record_is_withheld(to) || record_is_withheld(record)) {
        return verb_refuse(uow, STR("sealed"), STR("What is sealed stays where it is."));
    }
    if (record_is_closed(to)) {
        return verb_refuse(uow, STR("closed"),
                           STR("What it would belong to is closed. Reopen that first."));
    }
    TRY(is_within(uow, to, record, &within));
    return within ? verb_refuse(uow, STR("below"), STR("It cannot belong to a part of itself."))
                  : STATUS_OK;
}

static enum status keep_move(struct uow *uow, const struct record *record, struct uuid from,
                             struct uuid to)
{
    const struct model *model = uow->set.model;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_MOVE, uow->arena, &q));
    db_bind_uuid(q, 1, uow->change);
    db_bind_text(q, 2, model_text(model, model_entity_row(model, record->subject.entity)->name));
    db_bind_uuid(q, 3, record->subject.id);
    db_bind_uuid(q, 4, from);
    db_bind_uuid(q, 5, to);
    db_bind_int(q, 6, uow->set.now.ms);
    db_bind_uuid(q, 7, uow->set.actor->worker);
    return db_run(q);
}

/* The record and its parts are where the new one is. */
static enum status take_along(struct uow *uow, struct record *record, const struct record *to)
{
    struct whole whole;
    TRY(verb_whole(uow, record, &whole));
    for (size_t i = 0; i < whole.items.count; i++) {
        struct record *part = whole.items.items[i];
        struct db_statement *q;
        record_set_place(part, to);
        TRY(db_named(uow->db, SQL_MOVE_CLOCKS, uow->arena, &q));
        db_bind_uuid(q, 1, part->subject.id);
        db_bind_uuid(q, 2, to->root);
        TRY(db_run(q));
    }
    return STATUS_OK;
}

enum status uow_move(struct uow *uow, struct record *record, struct uuid to)
{
    const struct model *model = uow->set.model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    struct record *old, *above;
    if (shape->kind != ENTITY_PART) {
        return verb_refuse(uow, STR("no_part"),
                           STR("This belongs to no other record. Correct the answer that names the "
                               "wrong one."));
    }
    if (!record_stands(record)) {
        return verb_refuse(uow, STR("entered_in_error"),
                           STR("This was entered in error. Take that back first."));
    }
    TRY(verb_above(uow, record, &old));
    TRY(uow_load(uow, model_field_row(model, shape->parent)->target, to, 0, VERB_UPDATE, &above));
    TRY(check_target(uow, record, old, above));
    answer_set(&record->subject, shape->parent, answer_of(value_reference(above->subject.id)));
    TRY(take_along(uow, record, above));
    if (!access_record(&uow->set, record, VERB_MOVE).allowed) {
        outcome_problem(&uow->job->outcome, STATUS_FORBIDDEN, STR("to"), STR("not_allowed"),
                        STR("Your role may not move a record there."));
        return STATUS_FORBIDDEN;
    }
    return keep_move(uow, record, old->subject.id, above->subject.id);
}

/* ---- opening again ---- */

/* A change of state in a row of the history. */
struct state_change {
    uint32_t from, to;     /* MODEL_NONE: none, or one that the model no longer has */
    struct str transition; /* that was taken, or empty */
    struct str content;    /* of the row */
};

static uint32_t state_of(const struct work_set *set, uint32_t entity, const json_t *name)
{
    return json_is_string(name)
               ? model_state_by_name(set->model, entity, str_from(json_string_value(name)))
               : MODEL_NONE;
}

/* False when the row changed no state. */
static bool read_state_change(const struct work_set *set, uint32_t entity, struct str content,
                              struct state_change *ret_change)
{
    json_error_t error;
    json_t *json = json_loadb(content.p, content.n, JSON_REJECT_DUPLICATES, &error);
    const json_t *state = json_object_get(json, "state");
    bool changed = state != NULL;
    ret_change->from = state_of(set, entity, json_object_get(state, "from"));
    ret_change->to = state_of(set, entity, json_object_get(state, "to"));
    json_decref(json);
    return changed;
}

static bool is_closed(const struct model *model, uint32_t state)
{
    return state != MODEL_NONE && model_state_row(model, state)->closed;
}

/* The last change from an open state into a closed one. */
static enum status find_closing(struct uow *uow, const struct record *record,
                                struct state_change *ret_change)
{
    struct db_statement *q;
    *ret_change = (struct state_change){.from = MODEL_NONE, .to = MODEL_NONE};
    bool found = false;
    TRY(db_named(uow->db, SQL_FIND_CONTENTS, uow->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    while (!found && db_next(q)) {
        struct state_change change = {.content = db_text(q, 0),
                                      .transition = db_is_null(q, 1) ? STR("") : db_text(q, 1)};
        found = read_state_change(&uow->set, record->subject.entity, change.content, &change) &&
                is_closed(uow->set.model, change.to) && !is_closed(uow->set.model, change.from);
        *ret_change = found ? change : *ret_change;
    }
    return db_finish(q);
}

/* What only the closing transition says is not said any more. */
static void take_back_answers(struct record *record, struct str transition)
{
    const struct model *model = record->set->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    uint32_t closing = model_transition_by_name(model, record->subject.entity, transition);
    for (uint32_t i = 0; i < shape->fields_count && closing != MODEL_NONE; i++) {
        if (model_field_row(model, shape->fields_first + i)->by == closing) {
            answer_set(&record->subject, shape->fields_first + i, answer_unset());
        }
    }
}

enum status uow_reopen(struct uow *uow, struct record *record)
{
    const struct model *model = uow->set.model;
    struct state_change closing;
    uint32_t own = act_reopening(model, record);
    if (!record_stands(record) || !record_is_closed(record)) {
        return verb_refuse(uow, STR("not_closed"), STR("This is not closed."));
    }
    if (own != MODEL_NONE) {
        return verb_refuse(uow, STR("own_way"),
                           STR_JOIN(uow->arena, STR("The model says how this is opened again: “"),
                                    model_text(model, model_transition_row(model, own)->label),
                                    STR("”.")));
    }
    TRY(find_closing(uow, record, &closing));
    if (closing.from == MODEL_NONE) {
        return verb_refuse(uow, STR("no_earlier_state"),
                           STR("Its history does not say from which state it was closed, or the "
                               "model no longer has that state."));
    }
    record_set_state(record, closing.from);
    take_back_answers(record, closing.transition);
    return STATUS_OK;
}

/* ---- what was moved away ---- */

struct left {
    uint32_t entity;
    struct uuid record, to, by;
    struct instant at;
};

static enum status take_left(struct source *source, const struct left *left,
                             struct store_move *moves, size_t *count)
{
    const struct model *model = source->store->model;
    const struct model_entity *shape = model_entity_row(model, left->entity);
    struct store_move move = {.by = left->by, .at = left->at};
    enum status status = source_load(source, left->entity, left->record, &move.moved);
    if (status == STATUS_OK) {
        status =
            source_load(source, model_field_row(model, shape->parent)->target, left->to, &move.to);
    }
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    if (!record_is_blank(move.moved) && !record_is_blank(move.to)) {
        moves[(*count)++] = move;
    }
    return STATUS_OK;
}

enum status store_moves(struct store_reader *reader, struct work_set *set,
                        const struct record *from, struct store_move **ret_moves, size_t *ret_count)
{
    LIST(struct left) all = {0};
    struct source *source;
    struct db_statement *q;
    size_t known = set->records.count;
    TRY(reader_source(reader, set, &source));
    TRY(db_named(reader->db, SQL_FIND_MOVES, set->arena, &q));
    db_bind_uuid(q, 1, from->subject.id);
    while (db_next(q)) {
        struct left left = {model_entity_by_name(set->model, db_text(q, 0)),
                            db_uuid(q, 1),
                            db_uuid(q, 2),
                            db_uuid(q, 4),
                            {db_int(q, 3)}};
        if (left.entity != MODEL_NONE &&
            model_entity_row(set->model, left.entity)->kind == ENTITY_PART) {
            LIST_PUSH(set->arena, &all, left);
        }
    }
    TRY(db_finish(q));
    *ret_moves = ARENA_ARRAY(set->arena, all.count, struct store_move);
    *ret_count = 0;
    for (size_t i = 0; i < all.count; i++) {
        TRY(take_left(source, &all.items[i], *ret_moves, ret_count));
    }
    reader_note(reader, set, known);
    return STATUS_OK;
}

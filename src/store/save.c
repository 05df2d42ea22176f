/* Writing what an act changed: the act is finished by the rules, then records, lists, codes,
 * history, audiences, clocks, decisions and notices are written in the same savepoint. */
#include "base/buf.h"
#include "db/named.h"
#include "rule/access.h"
#include "store/history.h"
#include "store/sealed.h"

/* ---- before anything is written ---- */

/* What invariants and titles of the changed records look at. The list of records grows meanwhile.
 */
static enum status load_for_checks(struct uow *uow)
{
    for (size_t i = 0; i < uow->set.records.count; i++) {
        struct record *record = uow->set.records.items[i];
        const struct model_entity *shape = model_entity_row(uow->set.model, record->subject.entity);
        if (record->changed) {
            TRY(source_steps(&uow->source, record, shape->loads_first, shape->loads_count));
        }
    }
    return STATUS_OK;
}

static bool anything_changed(const struct work_set *set)
{
    for (size_t i = 0; i < set->records.count; i++) {
        if (set->records.items[i]->changed) {
            return true;
        }
    }
    return false;
}

/* Who made a record must have the right; what effects make has the right of their transition. */
static enum status check_made(struct uow *uow)
{
    for (size_t i = 0; i < uow->made.count; i++) {
        struct record *record = uow->made.items[i];
        if (!access_create_record(&uow->set, record).allowed) {
            outcome_problem(
                &uow->job->outcome, STATUS_FORBIDDEN, STR(""), STR("not_allowed"),
                access_refusal(uow->arena, uow->set.model, record->subject.entity, VERB_CREATE));
            return STATUS_FORBIDDEN;
        }
    }
    return STATUS_OK;
}

/* Days of a period for the query; an open end is NULL. */
static void bind_day(struct db_statement *q, unsigned at, struct value value)
{
    if (value.type == VALUE_DATE) {
        db_bind_int(q, at, value.date.day);
    } else {
        db_bind_null(q, at);
    }
}

/* Of the records in the set the rules have looked at the periods as they will be. */
static enum status check_overlap(struct uow *uow, const struct record *record)
{
    const struct model *model = uow->set.model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    if (!record_stands(record) || shape->no_overlap == MODEL_NONE || shape->begins == MODEL_NONE ||
        shape->ends == MODEL_NONE) {
        return STATUS_OK;
    }
    struct value same = value_get(&record->subject, shape->no_overlap);
    struct value begins = value_get(&record->subject, shape->begins);
    if (same.type != VALUE_REFERENCE || begins.type != VALUE_DATE) {
        return STATUS_OK;
    }
    struct db_statement *q;
    struct str sql = schema_overlaps(uow->arena, uow->store->schema, record->subject.entity);
    TRY(db_prepare(uow->db, sql, uow->arena, &q));
    db_bind_uuid(q, 1, same.reference);
    db_bind_uuid(q, 2, record->subject.id);
    bind_day(q, 3, begins);
    bind_day(q, 4, value_get(&record->subject, shape->ends));
    LIST(struct uuid) others = {0};
    while (db_next(q)) {
        if (work_set_find(&uow->set, db_uuid(q, 0)) == NULL) {
            LIST_PUSH(uow->arena, &others, db_uuid(q, 0));
        }
    }
    TRY(db_finish(q));
    for (size_t i = 0; i < others.count; i++) {
        bool known; /* to refuse for the sake of another one would tell of it */
        TRY(source_may_know(&uow->source, record->subject.entity, others.items[i], &known));
        if (known) {
            outcome_problem(&uow->job->outcome, STATUS_INVALID,
                            model_text(model, model_field_row(model, shape->begins)->name),
                            STR("overlap"),
                            STR("There is one already for a part of that time. End it first, or "
                                "begin the day after it."));
        }
    }
    return uow->job->outcome.status;
}

/* ---- numbers ---- */

static enum status next_serial(struct uow *uow, const struct record *record, bool by_agency,
                               int32_t year, int64_t *ret_serial)
{
    const struct model *model = uow->set.model;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_NEXT_SERIAL, uow->arena, &q));
    db_bind_text(q, 1, model_text(model, model_entity_row(model, record->subject.entity)->name));
    db_bind_uuid(q, 2, by_agency ? record->agency : (struct uuid){{0}});
    db_bind_int(q, 3, year);
    *ret_serial = db_next(q) ? db_int(q, 0) : 0;
    return db_finish(q);
}

/* What stands in numbers for the agency. */
static enum status agency_code(struct uow *uow, struct uuid agency, struct str *ret_code)
{
    const struct store_names *names = &uow->store->practice->names;
    struct record *record;
    *ret_code = STR("0");
    if (names->agency == MODEL_NONE || names->agency_code == MODEL_NONE || uuid_is_nil(agency)) {
        return STATUS_OK;
    }
    enum status status = source_load(&uow->source, names->agency, agency, &record);
    if (status == STATUS_OK) {
        struct value code = value_get(&record->subject, names->agency_code);
        *ret_code = code.type == VALUE_TEXT ? code.text : *ret_code;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* "R-{agency}-{year}-{serial}": given once, at the first commit. */
static enum status give_number(struct uow *uow, struct record *record)
{
    const struct model *model = uow->set.model;
    struct str format =
        model_text(model, model_entity_row(model, record->subject.entity)->number_format);
    if (!record->is_new || format.n == 0) {
        return STATUS_OK;
    }
    int32_t year = date_to_civil(uow->set.today).year;
    bool by_agency = str_find(format, STR("{agency}")) >= 0;
    int64_t serial;
    struct str code;
    TRY(next_serial(uow, record, by_agency, year, &serial));
    TRY(agency_code(uow, record->agency, &code));
    struct buf number;
    buf_init(&number, uow->arena, 200);
    while (format.n > 0) {
        if (str_starts(format, STR("{agency}"))) {
            buf_add(&number, code);
            format = str_slice(format, STR("{agency}").n, format.n);
        } else if (str_starts(format, STR("{year}"))) {
            buf_int(&number, year);
            format = str_slice(format, STR("{year}").n, format.n);
        } else if (str_starts(format, STR("{serial}"))) {
            buf_digits(&number, (uint64_t)serial, NUMBER_SERIAL_DIGITS);
            format = str_slice(format, STR("{serial}").n, format.n);
        } else {
            buf_byte(&number, format.p[0]);
            format = str_slice(format, 1, format.n);
        }
    }
    record->number = buf_str(&number);
    return STATUS_OK;
}

/* ---- rows ---- */

static struct str state_name(const struct model *model, const struct record *record)
{
    return record->state == MODEL_NONE
               ? STR("")
               : model_text(model, model_state_row(model, record->state)->name);
}

static void bind_kernel(struct db_statement *q, unsigned at, enum schema_entity_column column,
                        const struct record *record)
{
    switch (column) {
    case SCHEMA_ENTITY_ID:
        db_bind_uuid(q, at, record->subject.id);
        break;
    case SCHEMA_ENTITY_VERSION:
        db_bind_int(q, at, record->version);
        break;
    case SCHEMA_ENTITY_STATE:
        bind_text_or_null(q, at, state_name(record->set->model, record));
        break;
    case SCHEMA_ENTITY_ROOT:
        db_bind_uuid(q, at, record->root);
        break;
    case SCHEMA_ENTITY_AGENCY:
        bind_id_or_null(q, at, record->agency);
        break;
    case SCHEMA_ENTITY_NUMBER:
        bind_text_or_null(q, at, record->number);
        break;
    case SCHEMA_ENTITY_CREATED_AT:
        db_bind_int(q, at, record->created_at.ms);
        break;
    case SCHEMA_ENTITY_CREATED_BY:
        bind_id_or_null(q, at, record->created_by);
        break;
    case SCHEMA_ENTITY_CHANGED_AT:
        db_bind_int(q, at, record->changed_at.ms);
        break;
    case SCHEMA_ENTITY_CHANGED_BY:
        bind_id_or_null(q, at, record->changed_by);
        break;
    case SCHEMA_ENTITY_ERROR:
        bind_id_or_null(q, at, record->error);
        break;
    case SCHEMA_ENTITY_ERROR_REASON:
        bind_text_or_null(q, at, record->error_reason);
        break;
    case SCHEMA_ENTITY_WITHHELD:
        bind_id_or_null(q, at, record->withheld);
        break;
    case SCHEMA_ENTITY_WITHHELD_BASIS:
        bind_text_or_null(q, at, record->withheld_basis);
        break;
    case SCHEMA_ENTITY_EXPUNGED_AT:
        bind_instant_or_null(q, at, record->expunged_at);
        break;
    case SCHEMA_ENTITY__COUNT:
        CHECK(false);
        break;
    }
}

static bool is_sealed(const struct schema_column *column)
{
    return column->part == SCHEMA_SEALED || column->part == SCHEMA_BLIND;
}

static const struct answer *answer_of_column(const struct model *model,
                                             const struct schema_column *column,
                                             const struct answer *answers)
{
    return &answers[model_field_row(model, column->field)->slot];
}

/* The columns of answers that differ from those before, and all that are sealed: they are bound to
 * the version that is written now. */
static size_t changed_columns(const struct model *model, const struct schema_table *table,
                              const struct answer *before, const struct answer *now,
                              uint32_t *ret_columns)
{
    size_t count = 0;
    for (size_t i = table->kernel_count; i < table->column_count; i++) {
        const struct schema_column *column = &table->columns[i];
        if (is_sealed(column) ||
            (before != NULL && !answer_same(answer_of_column(model, column, before),
                                            answer_of_column(model, column, now)))) {
            ret_columns[count++] = (uint32_t)i;
        }
    }
    return count;
}

static void bind_answer(struct uow *uow, struct db_statement *q, unsigned at,
                        const struct subject *subject, const struct schema_column *column)
{
    const struct answer *answer = answer_of_column(uow->set.model, column, subject->answers);
    db_bind(q, at,
            is_sealed(column) ? sealed_column(uow->store, uow->arena, subject, column, answer)
                              : answer_column(column, answer));
}

static enum status insert_record(struct uow *uow, const struct record *record)
{
    const struct schema_table *table = schema_entity(uow->store->schema, record->subject.entity);
    struct db_statement *q;
    TRY(db_prepare(uow->db, table->insert, uow->arena, &q));
    for (size_t i = 0; i < table->column_count; i++) {
        if (i < table->kernel_count) {
            bind_kernel(q, (unsigned)i + 1, (enum schema_entity_column)i, record);
            continue;
        }
        bind_answer(uow, q, (unsigned)i + 1, &record->subject, &table->columns[i]);
    }
    return db_run(q);
}

static enum status update_record(struct uow *uow, const struct record *record)
{
    const struct model *model = uow->set.model;
    const struct schema_table *table = schema_entity(uow->store->schema, record->subject.entity);
    uint32_t *columns = ARENA_ARRAY(uow->arena, table->column_count, uint32_t);
    size_t count = 0;
    for (uint32_t i = SCHEMA_ENTITY_VERSION; i < SCHEMA_ENTITY__COUNT; i++) {
        if (i != SCHEMA_ENTITY_CREATED_AT && i != SCHEMA_ENTITY_CREATED_BY) {
            columns[count++] = i;
        }
    }
    count +=
        changed_columns(model, table, record->before, record->subject.answers, columns + count);
    struct db_statement *q;
    struct str sql = schema_update(uow->arena, uow->store->schema, table, columns, count);
    TRY(db_prepare(uow->db, sql, uow->arena, &q));
    for (size_t i = 0; i < count; i++) {
        unsigned at = (unsigned)i + 1;
        if (columns[i] < table->kernel_count) {
            bind_kernel(q, at, (enum schema_entity_column)columns[i], record);
            continue;
        }
        bind_answer(uow, q, at, &record->subject, &table->columns[columns[i]]);
    }
    db_bind_uuid(q, (unsigned)count + 1, record->subject.id);
    db_bind_int(q, (unsigned)count + 2, (int64_t)record->version - 1);
    int64_t rows;
    TRY(db_run_count(q, &rows));
    return rows == 1 ? STATUS_OK : STATUS_STALE;
}

/* What overlays add: a row of its own, from the first answer on. */
static enum status write_side(struct uow *uow, const struct record *record)
{
    const struct model *model = uow->set.model;
    const struct schema_table *table = schema_side(uow->store->schema, record->subject.entity);
    const struct answer unset = answer_unset();
    struct db_statement *q;
    bool differs = false;
    if (table == NULL || (record->before == NULL && !record->is_new)) {
        return STATUS_OK;
    }
    for (size_t i = table->kernel_count; i < table->column_count; i++) {
        const struct schema_column *column = &table->columns[i];
        const struct answer *before =
            record->is_new ? &unset : answer_of_column(model, column, record->before);
        differs = differs ||
                  !answer_same(before, answer_of_column(model, column, record->subject.answers));
    }
    if (!differs) {
        return STATUS_OK;
    }
    TRY(db_prepare(uow->db, table->insert, uow->arena, &q));
    db_bind_uuid(q, SCHEMA_SIDE_RECORD + 1, record->subject.id);
    for (size_t i = table->kernel_count; i < table->column_count; i++) {
        bind_answer(uow, q, (unsigned)i + 1, &record->subject, &table->columns[i]);
    }
    return db_run(q);
}

/* Several codes are written as a whole. */
static enum status write_codes(struct uow *uow, const struct subject *subject, uint32_t field,
                               const struct answer *before, bool stored, bool gone)
{
    const struct schema_table *table = schema_codes(uow->store->schema, field);
    const struct answer *now = &subject->answers[model_field_row(uow->set.model, field)->slot];
    struct db_statement *q;
    if (stored && !gone && (before == NULL || answer_same(before, now))) {
        return STATUS_OK;
    }
    if (stored) {
        TRY(db_prepare(uow->db, table->remove, uow->arena, &q));
        db_bind_uuid(q, 1, subject->id);
        TRY(db_run(q));
    }
    for (size_t i = 0; i < now->code_count && !gone; i++) {
        TRY(db_prepare(uow->db, table->insert, uow->arena, &q));
        db_bind_uuid(q, SCHEMA_CODES_RECORD + 1, subject->id);
        db_bind_int(q, SCHEMA_CODES_POSITION + 1, (int64_t)i);
        db_bind_text(q, SCHEMA_CODES_CODE + 1, now->codes[i].code);
        db_bind_int(q, SCHEMA_CODES_VERSION + 1, now->codes[i].version);
        TRY(db_run(q));
    }
    return STATUS_OK;
}

static enum status write_all_codes(struct uow *uow, const struct subject *subject, uint32_t first,
                                   uint32_t count, const struct answer *before, bool stored,
                                   bool gone)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct model_field *field = model_field_row(uow->set.model, first + i);
        if (field->kind == FIELD_CODES) {
            const struct answer *old = before != NULL ? &before[field->slot] : NULL;
            TRY(write_codes(uow, subject, first + i, old, stored, gone));
        }
    }
    return STATUS_OK;
}

static enum status insert_row(struct uow *uow, const struct row *row, int64_t position)
{
    const struct schema_table *table = schema_list(uow->store->schema, row->subject.list);
    struct db_statement *q;
    TRY(db_prepare(uow->db, table->insert, uow->arena, &q));
    db_bind_uuid(q, SCHEMA_LIST_ID + 1, row->subject.id);
    db_bind_uuid(q, SCHEMA_LIST_RECORD + 1, row->subject.record->subject.id);
    db_bind_int(q, SCHEMA_LIST_POSITION + 1, position);
    for (size_t i = table->kernel_count; i < table->column_count; i++) {
        bind_answer(uow, q, (unsigned)i + 1, &row->subject, &table->columns[i]);
    }
    return db_run(q);
}

static enum status update_row(struct uow *uow, const struct row *row)
{
    const struct schema_table *table = schema_list(uow->store->schema, row->subject.list);
    uint32_t *columns = ARENA_ARRAY(uow->arena, table->column_count, uint32_t);
    size_t count =
        changed_columns(uow->set.model, table, row->before, row->subject.answers, columns);
    if (count == 0) {
        return STATUS_OK;
    }
    struct db_statement *q;
    struct str sql = schema_update(uow->arena, uow->store->schema, table, columns, count);
    TRY(db_prepare(uow->db, sql, uow->arena, &q));
    for (size_t i = 0; i < count; i++) {
        bind_answer(uow, q, (unsigned)i + 1, &row->subject, &table->columns[columns[i]]);
    }
    db_bind_uuid(q, (unsigned)count + 1, row->subject.id);
    return db_run(q);
}

/* ---- sealed anew ---- */

static enum status reseal_subject(struct uow *uow, const struct schema_table *table,
                                  const struct subject *subject)
{
    uint32_t *columns = ARENA_ARRAY(uow->arena, table->column_count, uint32_t);
    size_t count = changed_columns(uow->set.model, table, NULL, subject->answers, columns);
    struct db_statement *q;
    if (count == 0) {
        return STATUS_OK;
    }
    TRY(db_prepare(uow->db, schema_update(uow->arena, uow->store->schema, table, columns, count),
                   uow->arena, &q));
    for (size_t i = 0; i < count; i++) {
        bind_answer(uow, q, (unsigned)i + 1, subject, &table->columns[columns[i]]);
    }
    db_bind_uuid(q, (unsigned)count + 1, subject->id);
    if (table->kind == SCHEMA_ENTITY) {
        db_bind_int(q, (unsigned)count + 2, subject->record->version);
    }
    return db_run(q);
}

enum status record_reseal(struct uow *uow, const struct record *record)
{
    kept_forget(uow->store->kept, record->subject.id);
    const struct schema *schema = uow->store->schema;
    const struct model_entity *shape = model_entity_row(uow->set.model, record->subject.entity);
    TRY(reseal_subject(uow, schema_entity(schema, record->subject.entity), &record->subject));
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct rows *rows = &record->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            TRY(reseal_subject(uow, schema_list(schema, shape->lists_first + i),
                               &rows->items.items[k]->subject));
        }
    }
    return STATUS_OK;
}

static enum status remove_row(struct uow *uow, const struct row *row)
{
    const struct schema_table *table = schema_list(uow->store->schema, row->subject.list);
    struct db_statement *q;
    TRY(db_prepare(uow->db, table->remove, uow->arena, &q));
    db_bind_uuid(q, 1, row->subject.id);
    return db_run(q);
}

static enum status move_row(struct uow *uow, const struct row *row, int64_t position)
{
    const struct schema_table *table = schema_list(uow->store->schema, row->subject.list);
    struct db_statement *q;
    TRY(db_prepare(uow->db, table->move, uow->arena, &q));
    db_bind_uuid(q, 1, row->subject.id);
    db_bind_int(q, 2, position);
    return db_run(q);
}

static enum status write_row(struct uow *uow, const struct row *row, const struct rows *rows,
                             int64_t position)
{
    const struct model_list *list = model_list_row(uow->set.model, row->subject.list);
    bool stored = !row->is_new;
    if (!stored && row->removed) {
        return STATUS_OK;
    }
    if (!stored) {
        TRY(insert_row(uow, row, position));
    } else if (!row->removed) {
        TRY(update_row(uow, row));
        if (rows->changed) {
            TRY(move_row(uow, row, position));
        }
    }
    if (row->changed) {
        TRY(write_all_codes(uow, &row->subject, list->fields_first, list->fields_count, row->before,
                            stored, row->removed));
    }
    return stored && row->removed ? remove_row(uow, row) : STATUS_OK;
}

static enum status write_rows(struct uow *uow, const struct rows *rows)
{
    int64_t position = 0;
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        TRY(write_row(uow, row, rows, position));
        position += row->removed ? 0 : 1;
    }
    return STATUS_OK;
}

/* ---- one record ---- */

/* Where the rows of the changed lists stood, and what the kernel's columns were. */
static enum status read_old(struct uow *uow, const struct record *record, struct old_place *place,
                            struct old_rows *lists)
{
    const struct model_entity *shape = model_entity_row(uow->set.model, record->subject.entity);
    struct db_statement *q;
    if (record->is_new) {
        return STATUS_OK;
    }
    TRY(db_prepare(uow->db, schema_entity(uow->store->schema, record->subject.entity)->select,
                   uow->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    if (db_next(q)) {
        place->root = db_uuid(q, SCHEMA_ENTITY_ROOT);
        place->agency = db_is_null(q, SCHEMA_ENTITY_AGENCY) ? (struct uuid){{0}}
                                                            : db_uuid(q, SCHEMA_ENTITY_AGENCY);
        place->number =
            db_is_null(q, SCHEMA_ENTITY_NUMBER) ? STR("") : db_text(q, SCHEMA_ENTITY_NUMBER);
        place->error = db_is_null(q, SCHEMA_ENTITY_ERROR_REASON)
                           ? STR("")
                           : db_text(q, SCHEMA_ENTITY_ERROR_REASON);
        place->withheld = db_is_null(q, SCHEMA_ENTITY_WITHHELD_BASIS)
                              ? STR("")
                              : db_text(q, SCHEMA_ENTITY_WITHHELD_BASIS);
    }
    TRY(db_finish(q));
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        if (!record->lists[i].changed) {
            continue;
        }
        TRY(db_prepare(uow->db, schema_list(uow->store->schema, shape->lists_first + i)->select,
                       uow->arena, &q));
        db_bind_uuid(q, 1, record->subject.id);
        while (db_next(q)) {
            struct old_position old = {db_uuid(q, SCHEMA_LIST_ID), db_int(q, SCHEMA_LIST_POSITION)};
            LIST_PUSH(uow->arena, &lists[i].items, old);
        }
        TRY(db_finish(q));
    }
    return STATUS_OK;
}

static enum status write_record(struct uow *uow, struct record *record)
{
    const struct model_entity *shape = model_entity_row(uow->set.model, record->subject.entity);
    struct old_place place = {.number = STR("")};
    struct old_rows *lists = ARENA_ARRAY(uow->arena, shape->lists_count, struct old_rows);
    TRY(read_old(uow, record, &place, lists));
    record->version++;
    record->changed_at = uow->set.now;
    record->changed_by = uow->set.actor->worker;
    TRY(record->is_new ? insert_record(uow, record) : update_record(uow, record));
    TRY(write_side(uow, record));
    TRY(write_all_codes(uow, &record->subject, shape->fields_first, shape->fields_count,
                        record->before, !record->is_new, false));
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        TRY(write_rows(uow, &record->lists[i]));
    }
    struct history_texts texts = {0};
    kept_forget_led_to(uow->store->kept, record);
    TRY(history_write(uow, record, history_content(uow->arena, record, &place, lists, &texts)));
    TRY(authors_read(&uow->source, record));
    TRY(history_texts_write(uow, record, &texts));
    return people_index(uow, record);
}

/* The parts of a root that changed hands are where it is. */
static enum status hand_over(struct uow *uow, const struct record *record)
{
    const struct model *model = uow->set.model;
    uint32_t owner = model_entity_row(model, record->subject.entity)->owner;
    if (owner == MODEL_NONE || record->before == NULL) {
        return STATUS_OK;
    }
    int32_t slot = model_field_row(model, owner)->slot;
    if (answer_same(&record->before[slot], &record->subject.answers[slot])) {
        return STATUS_OK;
    }
    for (uint32_t i = 0; i < model_entity_total(model); i++) {
        const struct model_entity *shape = model_entity_row(model, i);
        struct db_statement *q;
        if (shape->kind != ENTITY_PART || shape->root != record->subject.entity) {
            continue;
        }
        TRY(db_prepare(uow->db, schema_hand_over(uow->arena, uow->store->schema, i), uow->arena,
                       &q));
        db_bind_uuid(q, 1, record->subject.id);
        bind_id_or_null(q, 2, record->agency);
        TRY(db_run(q));
        kept_forget_all(uow->store->kept);
    }
    return STATUS_OK;
}

/* ---- all of it ---- */

static enum status finish_act(struct uow *uow)
{
    struct outcome *outcome = &uow->job->outcome;
    TRY(load_for_checks(uow));
    act_finish(&uow->set, outcome);
    TRY(outcome->status);
    if (uow->set.missing) {
        return outcome_fault(outcome, STATUS_INTERNAL,
                             STR_JOIN(uow->arena, STR("not loaded: "), uow->set.not_loaded));
    }
    return check_made(uow);
}

enum status uow_save(struct uow *uow)
{
    struct work_set *set = &uow->set;
    if (!anything_changed(set)) {
        return uow->acts.count > 0 ? notices_write(uow) : STATUS_OK;
    }
    TRY(finish_act(uow));
    size_t count = set->records.count;
    for (size_t i = 0; i < count; i++) {
        if (set->records.items[i]->changed) {
            TRY(check_overlap(uow, set->records.items[i]));
            TRY(give_number(uow, set->records.items[i]));
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (set->records.items[i]->changed) {
            TRY(write_record(uow, set->records.items[i]));
            TRY(hand_over(uow, set->records.items[i]));
            TRY(attachments_shared(uow, set->records.items[i]));
        }
    }
    TRY(audiences_write(uow));
    TRY(break_glass_follow(uow));
    TRY(agreement_follow(uow));
    TRY(clocks_write(uow));
    TRY(decisions_write(uow));
    TRY(signed_write(uow));
    return notices_write(uow);
}

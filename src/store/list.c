/* Lists: views, pickers. */
#include "lower/list.h"

#include "db/named.h"
#include "rule/access.h"
#include "rule/clock.h"
#include "store/home.h"
#include "store/store_int.h"

#define PAGE_MOST 200u
#define PAGE_USUAL 50u

/* ---- running a query ---- */

struct found_ids {
    LIST(struct uuid) items;
};

static void bind_parameter(struct db_statement *q, unsigned at, const struct work_set *set,
                           const struct lower_parameter *parameter)
{
    struct answer answer = answer_of(parameter->value);
    static const struct schema_column whole = {.part = SCHEMA_VALUE};
    switch (parameter->kind) {
    case PARAMETER_VALUE:
        db_bind(q, at, answer_column(&whole, &answer));
        break;
    case PARAMETER_NOW:
        db_bind_int(q, at, set->now.ms);
        break;
    case PARAMETER_TODAY:
        db_bind_int(q, at, set->today.day);
        break;
    case PARAMETER_ACTOR:
        if (set->actor == NULL || uuid_is_nil(set->actor->worker)) {
            db_bind_null(q, at);
        } else {
            db_bind_uuid(q, at, set->actor->worker);
        }
        break;
    }
}

/* Narrows a query to what audiences of the actor reach; the ids are those of its entries. */
static void within(struct list_query *query, const struct work_set *set, const int64_t *ids,
                   size_t count)
{
    const struct actor *actor = set->actor;
    struct list_audience *audiences = ARENA_ARRAY(set->arena, count, struct list_audience);
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (actor->entries[k].audience != ids[i]) {
            k++;
        }
        audiences[i] = (struct list_audience){ids[i], (enum model_scope)actor->entries[k].scope,
                                              actor->entries[k].agency};
    }
    query->withheld = access_somewhere(set->model, actor, VERB_SEAL,
                                       model_entity_row(set->model, query->entity)->class);
    query->audiences = audiences;
    query->audience_count = count;
    query->barred = actor->barred;
    query->barred_count = actor->barred_count;
}

/* The audiences with which the actor may read the entity. */
static void allow(struct list_query *query, const struct work_set *set)
{
    const struct model_entity *entity = model_entity_row(set->model, query->entity);
    int64_t audiences[ACCESS_AUDIENCES_MAX];
    if (set->actor == NULL) {
        return; /* nobody may read anything */
    }
    if (uuid_is_nil(set->actor->worker) || entity->kind == ENTITY_REFERENCE) {
        query->everything = true;
        query->withheld = uuid_is_nil(set->actor->worker);
        return;
    }
    within(query, set, audiences,
           access_list_audiences(set->model, set->actor, entity->class, audiences));
}

enum status list_begin(struct source *source, const struct list_query *query,
                       struct outcome *outcome, struct db_statement **ret_q)
{
    struct work_set *set = source->set;
    struct lower_statement statement = {.arena = set->arena,
                                        .dialect = home_dialect(source->store)};
    struct lower_error error;
    struct str sql;
    if (lower_list(&statement, source->store->schema, query, &sql, &error) != STATUS_OK) {
        return outcome_fault(outcome, STATUS_INTERNAL, error.message);
    }
    TRY(db_prepare(source->db, sql, set->arena, ret_q));
    for (size_t i = 0; i < statement.parameters.count; i++) {
        bind_parameter(*ret_q, (unsigned)i + 1, set, &statement.parameters.items[i]);
    }
    return STATUS_OK;
}

static enum status list_run(struct source *source, const struct list_query *query,
                            struct outcome *outcome, struct found_ids *ret_found)
{
    struct db_statement *q;
    TRY(list_begin(source, query, outcome, &q));
    while (db_next(q)) {
        LIST_PUSH(source->set->arena, &ret_found->items, db_uuid(q, 0));
    }
    return db_finish(q);
}

/* Who looked says where: a page that began with a record keeps that as its purpose. */
static void say_route(struct store_reader *reader, struct str kind, struct str name)
{
    if (reader->purpose.route.n == 0) {
        reader->purpose.route = STR_JOIN(reader->arena, kind, name);
    }
}

/* ---- pages ---- */

static uint32_t page_size(struct store_page page)
{
    return page.limit == 0 ? PAGE_USUAL : page.limit < PAGE_MOST ? page.limit : PAGE_MOST;
}

enum status list_cursor(struct store_page page, struct outcome *outcome, struct uuid *ret_after)
{
    *ret_after = (struct uuid){{0}};
    if (page.cursor.n == 0 || uuid_parse(page.cursor, ret_after)) {
        return STATUS_OK;
    }
    outcome_problem(outcome, STATUS_INVALID, STR("cursor"), STR("not_a_cursor"),
                    STR("This is no place in a list. Start again from its first page."));
    return STATUS_INVALID;
}

/* One more than a page was asked for: whether there is another page. */
static void write_cursor(const struct work_set *set, struct found_ids *found, uint32_t size,
                         struct str *ret_cursor)
{
    *ret_cursor = STR("");
    if (found->items.count > size) {
        found->items.count = size;
        *ret_cursor = uuid_text(set->arena, found->items.items[size - 1]);
    }
}

/* The field whose answer a column shows, or MODEL_NONE. */
static uint32_t field_shown(const struct model *model, const struct model_list_column *column)
{
    if (column->field != MODEL_NONE || column->value == MODEL_NONE) {
        return column->field;
    }
    const struct expr_node *node = &model_nodes(model)[column->value];
    return node->op == EXPR_FIELD ? node->id : MODEL_NONE;
}

/* What a column of a line shows; whom it leads to is named there. */
static enum status load_column(struct source *source, struct record *record,
                               const struct model_list_column *column)
{
    const struct model *model = source->store->model;
    uint32_t field = field_shown(model, column);
    uint32_t target = field != MODEL_NONE ? model_field_row(model, field)->target : MODEL_NONE;
    struct value value;
    struct record *named;
    if (column->field != MODEL_NONE) {
        TRY(subject_has_read(&record->subject, column->field) ? STATUS_OK
                                                              : source_whole(source, record));
        value = value_get(&record->subject, column->field);
    } else {
        TRY(source_value(source, column->value, &record->subject, NULL, &value));
    }
    if (value.type != VALUE_REFERENCE || target == MODEL_NONE) {
        return STATUS_OK;
    }
    enum status status = source_load(source, target, value.reference, &named);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status load_columns(struct source *source, struct record *record, uint32_t first,
                                uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        TRY(load_column(source, record, model_list_column_row(source->store->model, first + i)));
    }
    return STATUS_OK;
}

/* Of several readings that which is due first; a running one before one that is done. */
static enum status read_clock(struct source *source, uint32_t clock, struct uuid record,
                              struct clock_reading *ret_reading)
{
    const struct model *model = source->store->model;
    struct clock_reading reading;
    struct db_statement *q;
    bool any = false;
    if (clock == MODEL_NONE) {
        return STATUS_OK;
    }
    TRY(db_named(source->db, SQL_FIND_CLOCKS_OF_RECORD, source->set->arena, &q));
    db_bind_uuid(q, 1, record);
    db_bind_text(q, 2, model_text(model, model_clock_row(model, clock)->name));
    while (db_next(q)) {
        if (!clock_take_row(model, q, &reading) || reading.state == CLOCK_STATE_WAITING) {
            continue;
        }
        if (!any || reading.state < ret_reading->state ||
            (reading.state == ret_reading->state && reading.due.ms < ret_reading->due.ms)) {
            *ret_reading = reading;
        }
        any = true;
    }
    return db_finish(q);
}

static enum status fill_line(struct source *source, const struct model_list_view *view,
                             struct record *record, struct store_line *line)
{
    line->record = record;
    TRY(load_columns(source, record, view->columns_first, view->columns_count));
    return read_clock(source, view->clock, record->subject.id, &line->clock);
}

static enum status fill_lines(struct source *source, const struct model_list_view *view,
                              struct store_page page, struct outcome *outcome,
                              struct store_line **ret_lines, size_t *ret_count,
                              struct str *ret_next_cursor)
{
    const struct model *model = source->store->model;
    uint32_t size = page_size(page);
    struct found_ids found = {0};
    struct list_query query = {.entity = view->entity,
                               .where = view->where,
                               .order = view->order,
                               .descending = view->descending != 0,
                               .reference = MODEL_NONE,
                               .limit = size + 1};
    if (view->clock != MODEL_NONE) {
        query.clock = model_text(model, model_clock_row(model, view->clock)->name);
    }
    TRY(list_cursor(page, outcome, &query.after));
    allow(&query, source->set);
    TRY(list_run(source, &query, outcome, &found));
    write_cursor(source->set, &found, size, ret_next_cursor);
    struct store_line *lines =
        ARENA_ARRAY(source->set->arena, found.items.count, struct store_line);
    for (size_t i = 0; i < found.items.count; i++) {
        struct record *record;
        TRY(source_load(source, view->entity, found.items.items[i], &record));
        TRY(fill_line(source, view, record, &lines[*ret_count]));
        *ret_count += record_is_blank(lines[*ret_count].record) ? 0 : 1;
    }
    *ret_lines = lines;
    return STATUS_OK;
}

enum status store_list(struct store_reader *reader, struct work_set *set, uint32_t list_view,
                       struct store_page page, struct outcome *outcome,
                       struct store_line **ret_lines, size_t *ret_count,
                       struct str *ret_next_cursor)
{
    const struct model_list_view *view = model_list_view_row(set->model, list_view);
    struct source *source;
    size_t from = set->records.count;
    *ret_count = 0;
    *ret_next_cursor = STR("");
    say_route(reader, STR("list "), model_text(set->model, view->name));
    enum status status = reader_source(reader, set, &source);
    if (status == STATUS_OK) {
        source->naming = source->heads = true; /* a line shows its columns, and what they name */
        status = fill_lines(source, view, page, outcome, ret_lines, ret_count, ret_next_cursor);
        source->naming = source->heads = false;
    }
    reader_note(reader, set, from);
    return reader_fault(reader, outcome, status);
}

static enum status take_line(struct source *source, const struct model_list_view *view,
                             struct record *record, struct store_line *line)
{
    struct value stands = value_boolean(true);
    if (view->where != MODEL_NONE) {
        TRY(source_value(source, view->where, &record->subject, NULL, &stands));
    }
    return stands.type == VALUE_BOOLEAN && stands.boolean ? fill_line(source, view, record, line)
                                                          : STATUS_OK;
}

enum status store_line_of(struct store_reader *reader, struct work_set *set, uint32_t list_view,
                          struct record *record, struct outcome *outcome,
                          struct store_line *ret_line)
{
    const struct model_list_view *view = model_list_view_row(set->model, list_view);
    struct source *source;
    size_t from = set->records.count;
    *ret_line = (struct store_line){0};
    enum status status = reader_source(reader, set, &source);
    if (status == STATUS_OK && view->entity == record->subject.entity && record_stands(record)) {
        source->naming = true;
        status = take_line(source, view, record, ret_line);
        source->naming = false;
    }
    reader_note(reader, set, from);
    return reader_fault(reader, outcome, status);
}

static enum status fill_records(struct source *source, const struct found_ids *found,
                                uint32_t entity, struct record ***ret_records, size_t *ret_count)
{
    struct record **records = ARENA_ARRAY(source->set->arena, found->items.count, struct record *);
    for (size_t i = 0; i < found->items.count; i++) {
        TRY(source_load(source, entity, found->items.items[i], &records[*ret_count]));
        *ret_count += record_is_blank(records[*ret_count]) ? 0 : 1;
    }
    *ret_records = records;
    return STATUS_OK;
}

static enum status find_records(struct source *source, uint32_t entity, uint32_t reference_field,
                                struct uuid to, struct store_page page, struct outcome *outcome,
                                struct record ***ret_records, size_t *ret_count,
                                struct str *ret_next_cursor)
{
    uint32_t size = page_size(page);
    struct found_ids found = {0};
    struct list_query query = {.entity = entity,
                               .where = MODEL_NONE,
                               .order = MODEL_NONE,
                               .reference = reference_field,
                               .limit = size + 1,
                               .in_error = page.in_error};
    bool known = true;
    if (reference_field != MODEL_NONE) {
        const struct model_field *field = model_field_row(source->store->model, reference_field);
        TRY(source_may_follow(source, field, to, &known));
        struct uuid *ids;
        TRY(source_canonical(source, to, &to));
        TRY(source_identities(source, field->target, to, &ids, &query.to_count));
        query.to = ids;
    }
    TRY(list_cursor(page, outcome, &query.after));
    if (known) {
        allow(&query, source->set);
        TRY(list_run(source, &query, outcome, &found));
    }
    write_cursor(source->set, &found, size, ret_next_cursor);
    return fill_records(source, &found, entity, ret_records, ret_count);
}

enum status store_find(struct store_reader *reader, struct work_set *set, uint32_t entity,
                       uint32_t reference_field, struct uuid to, struct store_page page,
                       struct outcome *outcome, struct record ***ret_records, size_t *ret_count,
                       struct str *ret_next_cursor)
{
    struct source *source;
    size_t from = set->records.count;
    *ret_count = 0;
    *ret_next_cursor = STR("");
    say_route(reader, STR("list of "),
              model_text(set->model, model_entity_row(set->model, entity)->name));
    enum status status = reader_source(reader, set, &source);
    if (status == STATUS_OK) {
        status = find_records(source, entity, reference_field, to, page, outcome, ret_records,
                              ret_count, ret_next_cursor);
    }
    reader_note(reader, set, from);
    return reader_fault(reader, outcome, status);
}

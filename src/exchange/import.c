/* See import.h. */
#include "exchange/import.h"

#include "base/buf.h"
#include "base/map.h"
#include "store/foreign.h"

#include <sodium.h>

#define ROW_ARENA_CAP ((size_t)16 * 1024 * 1024)
#define TAKEN_ARENA_CAP ((size_t)256 * 1024 * 1024)
#define PROGRESS_EVERY 500u
#define DIGEST_SIZE 16u

struct import {
    struct store *store;
    const struct mapping *mapping;
    const struct import_host *host;
    struct actor actor;
    struct outcome *outcome;
};

/* What was taken under a key in this run. */
struct taken {
    struct str digest;
    uint32_t line;
};

/* One table while its file is read. */
struct table_run {
    struct import *import;
    const struct mapping_table *table;
    struct arena *arena; /* of the table: the heading */
    const struct csv_row *heading;
    struct map taken; /* key -> struct taken */
    struct import_count *count;
};

/* One row while it is taken in. */
struct row_run {
    struct table_run *run;
    const struct csv_row *row;
    struct arena *arena;
    struct str key, digest;
    struct str reason; /* why it was set aside */
    struct str waits;  /* why it is kept as it came, or empty */
    enum { ROW_MADE, ROW_CHANGED, ROW_SAME } result;
};

static bool column_of(const struct table_run *run, struct str name, size_t *ret_at)
{
    for (size_t i = 0; i < run->heading->count; i++) {
        if (str_eq(run->heading->fields[i], name)) {
            *ret_at = i;
            return true;
        }
    }
    return false;
}

/* The value of a column; empty for the words that mean that nothing is known. */
static struct str cell(const struct row_run *row, struct str column)
{
    size_t at;
    if (!column_of(row->run, column, &at) || at >= row->row->count) {
        return STR("");
    }
    struct str value = row->row->fields[at];
    const struct mapping *mapping = row->run->import->mapping;
    for (size_t i = 0; i < mapping->unset_count; i++) {
        if (str_eq(value, mapping->unset[i])) {
            return STR("");
        }
    }
    return value;
}

static struct str digest_of(struct arena *arena, struct str text)
{
    unsigned char *digest = arena_alloc(arena, DIGEST_SIZE);
    union {
        const char *text;
        const unsigned char *bytes;
    } view = {.text = text.p};
    crypto_generichash(digest, DIGEST_SIZE, view.bytes, text.n, NULL, 0);
    return (struct str){(const char *)digest, DIGEST_SIZE};
}

static struct str row_text(struct arena *arena, const struct csv_row *row)
{
    struct buf text;
    buf_init(&text, arena, CSV_FIELD_BYTES_MAX);
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0) {
            buf_byte(&text, ',');
        }
        csv_write_field(&text, row->fields[i]);
    }
    return buf_str(&text);
}

/* The key of the row: its key columns, or a digest of all of it. */
static struct str key_of(const struct row_run *row)
{
    const struct mapping_table *table = row->run->table;
    struct buf key;
    buf_init(&key, row->arena, 2000);
    if (table->key_count == 0) {
        struct str digest = digest_of(row->arena, row_text(row->arena, row->row));
        buf_hex(&key, digest.p, digest.n);
    }
    for (size_t i = 0; i < table->key_count; i++) {
        if (i > 0) {
            buf_byte(&key, ' ');
        }
        buf_add(&key, cell(row, table->key[i]));
    }
    return buf_str(&key);
}

static enum status set_aside(struct row_run *row, struct str reason)
{
    if (row->reason.n == 0) {
        row->reason = str_copy(row->arena, reason);
    }
    return STATUS_INVALID;
}

/* The record that a key of another table came in as. */
static enum status find_target(struct uow *uow, struct row_run *row, struct str table,
                               struct str key, struct uuid *ret_id)
{
    struct str digest;
    struct store_foreign foreign = {row->run->import->mapping->name, table, key};
    if (key.n == 0) {
        return set_aside(row, STR_JOIN(row->arena, STR("it names no row of "), table));
    }
    TRY(uow_foreign_find(uow, foreign, ret_id, &digest));
    if (uuid_is_nil(*ret_id)) {
        return set_aside(row, STR_JOIN(row->arena, STR("there is no row '"), key, STR("' in "),
                                       table, STR(", or it was set aside")));
    }
    return STATUS_OK;
}

static enum status coded(struct row_run *row, const struct mapping_field *field, struct str value,
                         struct str *ret_value)
{
    for (size_t i = 0; i < field->code_count; i++) {
        if (str_eq(field->codes[i].from, value)) {
            *ret_value = field->codes[i].to;
            return STATUS_OK;
        }
    }
    return set_aside(row, STR_JOIN(row->arena, STR("'"), value, STR("' in column "), field->column,
                                   STR(" has no code in the mapping")));
}

/* Whether the pairs have the name already: with the same value, or (no value given) with any. */
static bool has_pair(const struct input_pair *pairs, size_t count, struct str name,
                     struct str value)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(pairs[i].name, name) && (value.n == 0 || str_eq(pairs[i].value, value))) {
            return true;
        }
    }
    return false;
}

/* The value that a row gives a field: coded, or the record that a foreign key came in as. */
static enum status value_of(struct uow *uow, struct row_run *row, const struct mapping_field *field,
                            struct str *ret_value)
{
    struct uuid target;
    *ret_value = field->always.n > 0 ? field->always : cell(row, field->column);
    if (ret_value->n > 0 && field->code_count > 0) {
        return coded(row, field, *ret_value, ret_value);
    }
    if (ret_value->n > 0 && field->table.n > 0) {
        TRY(find_target(uow, row, field->table, *ret_value, &target));
        *ret_value = uuid_text(row->arena, target);
    }
    return STATUS_OK;
}

/* The pairs of one row, names behind the prefix ("children[ID]."). A field that several columns
 * answer gets what each of them says. */
static enum status row_pairs(struct uow *uow, struct row_run *row, struct str prefix,
                             struct input *ret_input)
{
    const struct mapping_table *table = row->run->table;
    struct input_pair *pairs = ARENA_ARRAY(row->arena, table->field_count, struct input_pair);
    size_t count = 0;
    for (size_t i = 0; i < table->field_count; i++) {
        struct str name = STR_JOIN(row->arena, prefix, table->fields[i].name);
        struct str value;
        TRY(value_of(uow, row, &table->fields[i], &value));
        if (!has_pair(pairs, count, name, value)) {
            pairs[count++] = (struct input_pair){name, value};
        }
    }
    *ret_input = (struct input){pairs, count};
    return STATUS_OK;
}

static enum status apply(struct uow *uow, struct row_run *row, struct record *record,
                         struct str prefix)
{
    struct input input;
    struct input_reference *references;
    struct input_scope scope = {.form = MODEL_NONE, .transition = MODEL_NONE, .correcting = true};
    const struct model *model = uow_set(uow)->model;
    TRY(row_pairs(uow, row, prefix, &input));
    size_t count = input_references(row->arena, model, record->subject.entity, &input, &references);
    for (size_t i = 0; i < count; i++) {
        TRY(uow_refer(uow, references[i].entity, references[i].id));
    }
    input_apply(uow_set(uow), record, &scope, &input, uow_outcome(uow));
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    TRY(uow_steps(uow, record, entity->loads_first, entity->loads_count));
    act_finish(uow_set(uow), uow_outcome(uow));
    return uow_outcome(uow)->status;
}

/* A row of a list: the record it belongs to is loaded, the row made or found by its id. */
static enum status take_list_row(struct uow *uow, struct row_run *row, struct uuid *id)
{
    const struct mapping_table *table = row->run->table;
    struct uuid owner;
    struct record *record;
    struct row *made;
    TRY(find_target(uow, row, table->of_table, cell(row, table->of_column), &owner));
    TRY(uow_load(uow, table->entity, owner, 0, VERB_UPDATE, &record));
    if (uuid_is_nil(*id)) {
        made = record_add_row(record, table->list);
        *id = made->subject.id;
    }
    struct str list =
        model_text(uow_set(uow)->model, model_list_row(uow_set(uow)->model, table->list)->name);
    struct str prefix = STR_JOIN(row->arena, list, STR("["), uuid_text(row->arena, *id), STR("]."));
    return apply(uow, row, record, prefix);
}

static enum status take_record(struct uow *uow, struct row_run *row, struct uuid *id)
{
    const struct mapping_table *table = row->run->table;
    const struct model_entity *entity = model_entity_row(uow_set(uow)->model, table->entity);
    struct record *record;
    struct uuid parent = {{0}};
    uint32_t parent_field = MODEL_NONE;
    if (!uuid_is_nil(*id)) {
        TRY(uow_load(uow, table->entity, *id, 0, VERB_UPDATE, &record));
        return apply(uow, row, record, STR(""));
    }
    if (table->of_table.n > 0) {
        struct record *loaded;
        uint32_t target = model_field_row(uow_set(uow)->model, entity->parent)->target;
        parent_field = entity->parent;
        TRY(find_target(uow, row, table->of_table, cell(row, table->of_column), &parent));
        TRY(uow_load(uow, target, parent, 0, VERB_READ, &loaded));
    }
    TRY(uow_create(uow, table->entity, row->run->import->actor.agency, parent_field, parent,
                   &record));
    *id = record->subject.id;
    return apply(uow, row, record, STR(""));
}

static enum status take_row(struct uow *uow, void *given)
{
    struct row_run *row = given;
    const struct mapping_table *table = row->run->table;
    struct store_foreign foreign = {row->run->import->mapping->name, table->name, row->key};
    struct uuid id;
    struct str digest;
    TRY(uow_foreign_find(uow, foreign, &id, &digest));
    if (!uuid_is_nil(id) && str_eq(digest, row->digest)) {
        row->result = ROW_SAME;
        return STATUS_OK;
    }
    row->result = uuid_is_nil(id) ? ROW_MADE : ROW_CHANGED;
    TRY(table->list == MODEL_NONE ? take_record(uow, row, &id) : take_list_row(uow, row, &id));
    return uow_foreign_set(uow, foreign, id, row->digest);
}

static enum status stage_row(struct uow *uow, void *given)
{
    struct row_run *row = given;
    const struct mapping_table *table = row->run->table;
    struct store_foreign foreign = {row->run->import->mapping->name, table->name, row->key};
    bool is_new;
    TRY(uow_stage_row(uow, foreign, row->row->line, row_text(row->arena, row->row), row->waits,
                      &is_new));
    row->result = is_new ? ROW_MADE : ROW_SAME;
    return STATUS_OK;
}

/* What people read in the rejects file: all that was wrong with the row. */
static struct str reason_of(struct row_run *row, const struct uow_job *job)
{
    struct buf text;
    if (row->reason.n > 0) {
        return row->reason;
    }
    buf_init(&text, row->arena, 4000);
    for (size_t i = 0; i < job->outcome.problems.count; i++) {
        const struct problem *problem = &job->outcome.problems.items[i];
        if (i > 0) {
            buf_add(&text, STR("; "));
        }
        /* Of "allegations[...].alleged_on" people know the last part. */
        struct str where = problem->where;
        for (ptrdiff_t dot = str_find_byte(where, '.'); dot >= 0; dot = str_find_byte(where, '.')) {
            where = str_slice(where, (size_t)dot + 1, where.n);
        }
        if (where.n > 0) {
            BUF_ADD(&text, where, STR(": "));
        }
        buf_add(&text, problem->message);
    }
    return text.n > 0 ? buf_str(&text) : status_title(job->outcome.status);
}

static void reject(struct table_run *run, const struct csv_row *row, struct str reason)
{
    const struct import_host *host = run->import->host;
    const struct import_reject rejected = {run->table->file, run->heading, row, reason};
    run->count->rejected++;
    host->reject(host->context, &rejected);
}

static void count_result(struct table_run *run, const struct row_run *row)
{
    if (row->result == ROW_SAME) {
        run->count->same++;
    } else if (row->waits.n > 0) {
        run->count->staged++;
    } else if (row->result == ROW_MADE) {
        run->count->made++;
    } else {
        run->count->changed++;
    }
}

/* Why the row waits: all of its table do, or it belongs to nothing that is here. */
static struct str waits_for(const struct row_run *row)
{
    const struct mapping_table *table = row->run->table;
    bool belongs = table->of_column.n == 0 || cell(row, table->of_column).n > 0;
    return belongs ? table->staged : table->without;
}

/* Whether a row of this run has the key already; the reason when that one says something else. */
static bool was_taken(const struct table_run *run, const struct row_run *row,
                      struct str *ret_reason)
{
    const struct taken *taken = map_get(&run->taken, row->key);
    if (taken && !str_eq(taken->digest, row->digest)) {
        *ret_reason = STR_JOIN(row->arena, STR("line "), str_from_int(row->arena, taken->line),
                               STR(" has the same key '"), row->key,
                               STR("' and says something else; that line was taken"));
    }
    return taken != NULL;
}

static void remember(struct table_run *run, const struct row_run *row)
{
    struct taken *taken = ARENA_NEW(run->taken.arena, struct taken);
    *taken = (struct taken){str_copy(run->taken.arena, row->digest), row->row->line};
    map_add(&run->taken, str_copy(run->taken.arena, row->key), taken);
}

static void take_one(struct table_run *run, struct arena *arena, const struct csv_row *csv_row)
{
    struct row_run row = {.run = run, .row = csv_row, .arena = arena, .result = ROW_SAME};
    struct str reason = STR("");
    row.key = key_of(&row);
    row.digest = digest_of(arena, row_text(arena, csv_row));
    if (csv_row->count != run->heading->count) {
        reason = STR_JOIN(arena, STR("the row has "), str_from_int(arena, (int64_t)csv_row->count),
                          STR(" fields, the heading "),
                          str_from_int(arena, (int64_t)run->heading->count));
    } else if (!was_taken(run, &row, &reason)) {
        row.waits = waits_for(&row);
        struct uow_job job = {.fn = row.waits.n > 0 ? stage_row : take_row,
                              .input = &row,
                              .arena = arena,
                              .actor = &run->import->actor,
                              .background = true};
        outcome_init(&job.outcome, arena);
        if (store_run(run->import->store, &job) == STATUS_OK) {
            remember(run, &row);
        } else {
            reason = reason_of(&row, &job);
        }
    }
    if (reason.n > 0) {
        reject(run, csv_row, reason);
    } else {
        count_result(run, &row);
    }
}

/* Every column that the mapping names must be there. */
static enum status check_header(struct table_run *run)
{
    const struct mapping_table *table = run->table;
    enum status status = STATUS_OK;
    size_t at;
    struct str wanted[MAPPING_COLUMNS_MAX + MAPPING_KEY_MAX + 1];
    size_t count = 0;
    for (size_t i = 0; i < table->field_count; i++) {
        wanted[count++] = table->fields[i].column;
    }
    for (size_t i = 0; i < table->key_count; i++) {
        wanted[count++] = table->key[i];
    }
    wanted[count++] = table->of_column;
    for (size_t i = 0; i < count; i++) {
        if (wanted[i].n > 0 && !column_of(run, wanted[i], &at)) {
            outcome_problem(run->import->outcome, STATUS_INVALID, table->file, STR("column"),
                            STR_JOIN(run->arena, table->file, STR(" has no column '"), wanted[i],
                                     STR("', which the mapping names")));
            status = STATUS_INVALID;
        }
    }
    return status;
}

/* The text of the file of a table, and its heading. */
static enum status open_table(struct table_run *run, struct csv *ret_csv)
{
    const struct import_host *host = run->import->host;
    struct csv_row *heading = ARENA_NEW(run->arena, struct csv_row);
    struct str text;
    if (!host->read(host->context, run->arena, run->table->file, &text)) {
        outcome_problem(run->import->outcome, STATUS_INVALID, run->table->file, STR("file"),
                        STR_JOIN(run->arena, run->table->file, STR(" is not in the folder")));
        return STATUS_INVALID;
    }
    csv_init(ret_csv, text);
    if (csv_next(ret_csv, run->arena, heading) != CSV_ROW) {
        outcome_problem(run->import->outcome, STATUS_INVALID, run->table->file, STR("header"),
                        STR_JOIN(run->arena, run->table->file, STR(" has no heading")));
        return STATUS_INVALID;
    }
    run->heading = heading;
    return check_header(run);
}

static void read_rows(struct table_run *run, struct csv *csv, struct arena *row_arena)
{
    const struct import_host *host = run->import->host;
    for (;;) {
        struct csv_row *row = ARENA_NEW(row_arena, struct csv_row);
        enum csv_result result = csv_next(csv, row_arena, row);
        if (result == CSV_END) {
            break;
        }
        run->count->read++;
        if (result == CSV_BAD_ROW) {
            reject(run, row, row->fault);
        } else {
            take_one(run, row_arena, row);
        }
        arena_clear(row_arena);
        if (run->count->read % PROGRESS_EVERY == 0) {
            host->progress(host->context, run->count);
        }
    }
    arena_clear(row_arena);
    host->progress(host->context, run->count);
}

static enum status import_table(struct table_run *run)
{
    struct csv csv;
    struct arena row_arena, taken_arena;
    TRY(open_table(run, &csv));
    arena_init(&row_arena, ROW_ARENA_CAP, run->arena->exhausted, run->arena->context);
    arena_init(&taken_arena, TAKEN_ARENA_CAP, run->arena->exhausted, run->arena->context);
    map_init(&run->taken, &taken_arena);
    read_rows(run, &csv, &row_arena);
    arena_clear(&taken_arena);
    return STATUS_OK;
}

enum status import_run(struct store *store, struct arena *arena, const struct mapping *mapping,
                       struct uuid agency, const struct import_host *host, struct outcome *outcome,
                       struct import_count **ret_counts)
{
    struct import import = {.store = store,
                            .mapping = mapping,
                            .host = host,
                            .actor = {.agency = agency},
                            .outcome = outcome};
    *ret_counts = ARENA_ARRAY(arena, mapping->table_count, struct import_count);
    for (size_t i = 0; i < mapping->table_count; i++) {
        struct table_run run = {.import = &import,
                                .table = &mapping->tables[i],
                                .arena = arena,
                                .count = &(*ret_counts)[i]};
        run.count->table = mapping->tables[i].name;
        enum status status = import_table(&run);
        if (status != STATUS_OK && status != STATUS_INVALID) {
            return status;
        }
    }
    return outcome->status;
}

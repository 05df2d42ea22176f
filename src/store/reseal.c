/* After a new key: what is sealed under an older one is sealed anew in the background, some values
 * in one unit of work, while people read and write. What is left to do stands in the data itself,
 * for every sealed value begins with the number of its key: it goes on after a stop where it was.
 * When nothing is left under an older key, that is put aside. A value that does not open keeps its
 * key. */
#include <string.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/care.h"
#include "store/sealed.h"

#define VALUES_AT_ONCE 100u
#define RECORDS_AT_ONCE 50u

/* ---- values of the kernel's tables ---- */

/* A column of sealed values. find: (key, text, number, sealed, and what it is bound to) of those
 * whose first byte is not ?1, keys from ?2 on, at most ?3, by key. put: ?1 sealed where key ?2,
 * text ?3, number ?4. */
struct place {
    enum sql_name find, put;
    enum key_purpose purpose;
    struct str (*bound)(struct arena *arena, struct db_statement *q);
};

static struct str draft_title(struct arena *arena, struct db_statement *q)
{
    return draft_bound(arena, db_uuid(q, 0), db_text(q, 1), STR("title"));
}

static struct str draft_content(struct arena *arena, struct db_statement *q)
{
    return draft_bound(arena, db_uuid(q, 0), db_text(q, 1), STR("content"));
}

static struct str draft_reason(struct arena *arena, struct db_statement *q)
{
    return draft_bound(arena, db_uuid(q, 0), db_text(q, 1), STR("reason"));
}

static struct str attachment_name(struct arena *arena, struct db_statement *q)
{
    return attachment_bound(arena, db_uuid(q, 0), STR("name"));
}

static struct str attachment_key(struct arena *arena, struct db_statement *q)
{
    return attachment_bound(arena, db_uuid(q, 0), STR("key"));
}

static struct str history_text(struct arena *arena, struct db_statement *q)
{
    return history_bound(arena, db_uuid(q, 5), db_uuid(q, 4), db_text(q, 1));
}

static struct str second_factor(struct arena *arena, struct db_statement *q)
{
    return second_factor_bound(arena, db_uuid(q, 0));
}

static const struct place places[] = {
    {SQL_FIND_OLD_DRAFT_TITLES,     SQL_RESEAL_DRAFT_TITLE,     KEY_DRAFT,         draft_title    },
    {SQL_FIND_OLD_DRAFT_CONTENTS,   SQL_RESEAL_DRAFT_CONTENT,   KEY_DRAFT,         draft_content  },
    {SQL_FIND_OLD_CLOSED_TITLES,    SQL_RESEAL_CLOSED_TITLE,    KEY_DRAFT,         draft_title    },
    {SQL_FIND_OLD_CLOSED_CONTENTS,  SQL_RESEAL_CLOSED_CONTENT,  KEY_DRAFT,         draft_content  },
    {SQL_FIND_OLD_CLOSED_REASONS,   SQL_RESEAL_CLOSED_REASON,   KEY_DRAFT,         draft_reason   },
    {SQL_FIND_OLD_ATTACHMENT_NAMES, SQL_RESEAL_ATTACHMENT_NAME, KEY_ATTACHMENT,    attachment_name},
    {SQL_FIND_OLD_ATTACHMENT_KEYS,  SQL_RESEAL_ATTACHMENT_KEY,  KEY_ATTACHMENT,    attachment_key },
    {SQL_FIND_OLD_HISTORY_SEALED,   SQL_RESEAL_HISTORY_SEALED,  KEY_FIELD,         history_text   },
    {SQL_FIND_OLD_SECOND_FACTORS,   SQL_RESEAL_SECOND_FACTOR,   KEY_SECOND_FACTOR, second_factor  },
};

/* One value under an older key. */
struct old_value {
    struct str key, text, sealed, bound;
    int64_t number;
};

#define KEY_MOST 32u

/* How far a walk over a place or a table has come. */
struct walk {
    const struct place *place;        /* or ... */
    const struct schema_table *table; /* ... a table with sealed columns */
    unsigned char from[KEY_MOST];
    size_t from_size;
    size_t seen, failed; /* of the last portion */
};

static struct str first_byte(const struct store *store, unsigned char *byte)
{
    const void *bytes = byte;
    *byte = (unsigned char)keys_current(store->keys);
    return (struct str){bytes, 1};
}

static struct str walk_from(const struct walk *walk)
{
    const void *bytes = walk->from;
    return (struct str){bytes, walk->from_size};
}

static void walk_to(struct walk *walk, struct str key)
{
    walk->from_size = key.n < KEY_MOST ? key.n : KEY_MOST;
    memcpy(walk->from, key.p, walk->from_size);
}

static enum status put_value(struct uow *uow, const struct walk *walk,
                             const struct old_value *value, struct str plain)
{
    struct db_statement *q;
    TRY(db_named(uow->db, walk->place->put, uow->arena, &q));
    db_bind_blob(
        q, 1, keys_seal(uow->store->keys, uow->arena, walk->place->purpose, value->bound, plain));
    db_bind_blob(q, 2, value->key);
    db_bind_text(q, 3, value->text);
    db_bind_int(q, 4, value->number);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

static enum status reseal_values(struct uow *uow, void *input)
{
    struct walk *walk = input;
    LIST(struct old_value) values = {0};
    unsigned char current;
    struct db_statement *q;
    walk->failed = 0;
    TRY(db_named(uow->db, walk->place->find, uow->arena, &q));
    db_bind_blob(q, 1, first_byte(uow->store, &current));
    db_bind_blob(q, 2, walk_from(walk));
    db_bind_int(q, 3, VALUES_AT_ONCE);
    while (db_next(q)) {
        struct old_value value = {.key = db_blob(q, 0),
                                  .text = db_text(q, 1),
                                  .number = db_int(q, 2),
                                  .sealed = db_blob(q, 3),
                                  .bound = walk->place->bound(uow->arena, q)};
        LIST_PUSH(uow->arena, &values, value);
    }
    TRY(db_finish(q));
    walk->seen = values.count;
    for (size_t i = 0; i < values.count; i++) {
        const struct old_value *value = &values.items[i];
        struct str plain;
        walk_to(walk, value->key);
        if (keys_unseal(uow->store->keys, uow->arena, walk->place->purpose, value->bound,
                        value->sealed, &plain) != STATUS_OK) {
            walk->failed++;
            continue;
        }
        TRY(put_value(uow, walk, value, plain));
    }
    return STATUS_OK;
}

/* ---- sealed fields of records ---- */

static uint32_t entity_of(const struct store *store, const struct schema_table *table)
{
    return table->kind == SCHEMA_ENTITY ? table->row
                                        : model_list_row(store->model, table->row)->entity;
}

static enum status reseal_records(struct uow *uow, void *input)
{
    struct walk *walk = input;
    LIST(struct uuid) ids = {0};
    unsigned char current;
    struct db_statement *q;
    struct str sql = schema_sealed_under_others(uow->arena, walk->table);
    walk->failed = 0;
    TRY(db_prepare(uow->db, sql, uow->arena, &q));
    db_bind_blob(q, 1, first_byte(uow->store, &current));
    db_bind_blob(q, 2, walk_from(walk));
    db_bind_int(q, 3, RECORDS_AT_ONCE);
    while (db_next(q)) {
        LIST_PUSH(uow->arena, &ids, db_uuid(q, 0));
    }
    TRY(db_finish(q));
    walk->seen = ids.count;
    for (size_t i = 0; i < ids.count; i++) {
        struct record *record;
        const void *bytes = ids.items[i].bytes;
        walk_to(walk, (struct str){bytes, sizeof(ids.items[i].bytes)});
        if (record_read(&uow->source, entity_of(uow->store, walk->table), ids.items[i], &record) !=
            STATUS_OK) {
            walk->failed++;
            continue;
        }
        TRY(record_reseal(uow, record));
    }
    return STATUS_OK;
}

/* ---- all of it ---- */

/* Portions until there is nothing left; *ret_left: something did not open. */
static enum status walk_all(struct store *store, uow_fn fn, struct walk *walk, size_t portion,
                            bool *ret_left, struct outcome *outcome)
{
    do {
        struct arena CLEANUP(arena_clear) arena;
        struct outcome of_portion;
        arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
        outcome_init(&of_portion, &arena);
        enum status status = care_run(store, fn, walk, &of_portion);
        if (status != STATUS_OK) {
            return outcome_fault(outcome, status, of_portion.detail);
        }
        *ret_left |= walk->failed > 0;
        /* What failed is found again from its own key on: a portion of nothing else ends the walk.
         */
    } while (walk->seen == portion && walk->failed < portion);
    return STATUS_OK;
}

static bool has_sealed(const struct schema_table *table)
{
    for (size_t i = table->kernel_count; i < table->column_count; i++) {
        if (table->columns[i].part == SCHEMA_SEALED) {
            return true;
        }
    }
    return false;
}

static enum status reseal_all(struct store *store, bool *ret_left, struct outcome *outcome)
{
    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        struct walk walk = {.place = &places[i]};
        TRY(walk_all(store, reseal_values, &walk, VALUES_AT_ONCE, ret_left, outcome));
    }
    for (size_t i = 0; i < store->schema->table_count; i++) {
        struct walk walk = {.table = &store->schema->tables[i]};
        if (has_sealed(walk.table)) {
            TRY(walk_all(store, reseal_records, &walk, RECORDS_AT_ONCE, ret_left, outcome));
        }
    }
    return STATUS_OK;
}

enum status keys_take_up(struct store *store, struct outcome *outcome)
{
    return keys_refresh(store->keys, outcome);
}

enum status reseal(struct store *store, struct outcome *outcome)
{
    unsigned char numbers[KEYS_NUMBERS_MAX];
    size_t count = keys_numbers(store->keys, numbers);
    unsigned current = keys_current(store->keys);
    bool left = false;
    if (count <= 1) {
        return STATUS_OK;
    }
    TRY(reseal_all(store, &left, outcome));
    if (left) {
        return outcome_fault(outcome, STATUS_REFUSED,
                             STR("some sealed values do not open; the older keys stay in use"));
    }
    for (size_t i = 0; i < count; i++) {
        /* A newer one may have come meanwhile: then all of it is done again for that. */
        if (numbers[i] != current && current == keys_current(store->keys)) {
            TRY(keys_retire(store->keys, outcome, numbers[i]));
        }
    }
    return STATUS_OK;
}

/* The keys by which people may be found, kept in the unit of work that changes a person. */
#include "store/people.h"

#include "base/buf.h"
#include "db/named.h"
#include "store/store_int.h"

struct key {
    struct str kind, word;
};
struct keys {
    struct arena *arena;
    LIST(struct key) items;
};

/* ---- making keys ---- */

struct str people_year_key(struct arena *arena, struct date birth, struct str word)
{
    struct str date = date_iso(arena, birth);
    struct str year = str_slice(date, 0, date.n - STR("-03-04").n);
    return STR_JOIN(arena, year, STR(" "), word, STR(" "), str_slice(date, year.n + 1, date.n));
}

static void add_key(struct keys *keys, struct str kind, struct str word)
{
    for (size_t i = 0; i < keys->items.count; i++) {
        const struct key *key = &keys->items.items[i];
        if (str_eq(key->kind, kind) && str_eq(key->word, word)) {
            return;
        }
    }
    struct key key = {kind, word};
    LIST_PUSH(keys->arena, &keys->items, key);
}

static void add_word(struct keys *keys, struct str kind, struct str word,
                     const struct person_facts *facts)
{
    add_key(keys, kind, word);
    if (facts->has_birth) {
        add_key(keys, STR("year"), people_year_key(keys->arena, facts->birth, word));
    }
}

static void add_name(struct keys *keys, const struct person_name *name,
                     const struct person_facts *facts)
{
    struct str family[NAME_WORDS_MOST], given[2 * NAME_WORDS_MOST];
    size_t families = name_words(keys->arena, name->family, NAME_PARTS_AND_WHOLE, family);
    size_t givens = name_words(keys->arena, name->given, NAME_PARTS_AND_WHOLE, given);
    givens += name_words(keys->arena, name->middle, NAME_PARTS_AND_WHOLE, given + givens);
    for (size_t g = 0; g < givens; g++) {
        add_word(keys, STR("given"), given[g], facts);
    }
    for (size_t f = 0; f < families; f++) {
        add_word(keys, STR("family"), family[f], facts);
        for (size_t g = 0; g < givens; g++) {
            add_key(keys, STR("pair"), STR_JOIN(keys->arena, family[f], STR(" "), given[g]));
        }
    }
}

static void make_keys(struct keys *keys, const struct person_facts *facts)
{
    struct str number = name_fold(keys->arena, facts->number);
    for (size_t i = 0; i < facts->names.count; i++) {
        add_name(keys, &facts->names.items[i], facts);
    }
    if (facts->has_birth) {
        add_key(keys, STR("birth"), date_iso(keys->arena, facts->birth));
    }
    if (number.n > 0) {
        add_key(keys, STR("number"), number);
    }
}

/* ---- storing them ---- */

static bool has_key(const struct keys *keys, struct str kind, struct str word)
{
    for (size_t i = 0; i < keys->items.count; i++) {
        if (str_eq(keys->items.items[i].kind, kind) && str_eq(keys->items.items[i].word, word)) {
            return true;
        }
    }
    return false;
}

/* Most changes of a person change no name. */
static enum status are_stored(struct db *db, const struct keys *keys, struct uuid person,
                              bool *ret_same)
{
    struct db_statement *q;
    size_t count = 0;
    bool same = true;
    TRY(db_named(db, SQL_FIND_PERSON_KEYS, keys->arena, &q));
    db_bind_uuid(q, 1, person);
    while (db_next(q)) {
        same = same && has_key(keys, db_text_view(q, 0), db_text_view(q, 1));
        count++;
    }
    *ret_same = same && count == keys->items.count;
    return db_finish(q);
}

static enum status replace(struct db *db, const struct keys *keys, struct uuid person)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_REMOVE_PERSON_KEYS, keys->arena, &q));
    db_bind_uuid(q, 1, person);
    TRY(db_run(q));
    TRY(db_named(db, SQL_ADD_PERSON_KEY, keys->arena, &q));
    for (size_t i = 0; i < keys->items.count; i++) {
        db_bind_uuid(q, 1, person);
        db_bind_text(q, 2, keys->items.items[i].kind);
        db_bind_text(q, 3, keys->items.items[i].word);
        TRY(db_repeat(q));
    }
    return db_finish(q);
}

enum status people_write_keys(struct db *db, struct arena *arena, const struct person_facts *facts)
{
    struct keys keys = {.arena = arena};
    bool same;
    make_keys(&keys, facts);
    TRY(are_stored(db, &keys, facts->person, &same));
    return same ? STATUS_OK : replace(db, &keys, facts->person);
}

/* ---- from a record ---- */

static struct str text_of(const struct subject *subject, uint32_t field)
{
    struct value value = field == MODEL_NONE ? value_unset() : value_get(subject, field);
    return value.type == VALUE_TEXT ? value.text : STR("");
}

static void add_row_names(struct uow *uow, struct record *record, struct person_facts *facts)
{
    const struct model *model = uow->store->model;
    uint32_t list = model_list_by_name(model, record->subject.entity, STR("names"));
    if (list == MODEL_NONE) {
        return;
    }
    const struct rows *rows = record_rows(record, list);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        struct person_name name = {
            .given =
                text_of(&row->subject, model_list_field_by_name(model, list, STR("given_name"))),
            .middle =
                text_of(&row->subject, model_list_field_by_name(model, list, STR("middle_name"))),
            .family =
                text_of(&row->subject, model_list_field_by_name(model, list, STR("family_name"))),
        };
        if (!row->removed) {
            LIST_PUSH(uow->arena, &facts->names, name);
        }
    }
}

enum status people_index(struct uow *uow, struct record *record)
{
    const struct model *model = uow->store->model;
    const struct subject *subject = &record->subject;
    struct person_facts facts = {.person = subject->id, .number = record->number};
    if (subject->entity != uow->store->practice->names.person) {
        return STATUS_OK;
    }
    struct person_name name = {
        .given = text_of(subject, model_field_by_name(model, subject->entity, STR("given_name"))),
        .middle = text_of(subject, model_field_by_name(model, subject->entity, STR("middle_name"))),
        .family = text_of(subject, model_field_by_name(model, subject->entity, STR("family_name"))),
    };
    uint32_t birth_field = model_field_by_name(model, subject->entity, STR("birth_date"));
    struct value birth =
        birth_field == MODEL_NONE ? value_unset() : value_get(subject, birth_field);
    facts.has_birth = birth.type == VALUE_DATE;
    facts.birth = facts.has_birth ? birth.date : (struct date){0};
    LIST_PUSH(uow->arena, &facts.names, name);
    add_row_names(uow, record, &facts);
    if (!record_stands(record)) { /* nobody is found who was never there */
        facts = (struct person_facts){.person = subject->id};
    }
    return people_write_keys(uow->db, uow->arena, &facts) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

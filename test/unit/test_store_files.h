/* What the tests that tamper with a store's files share. */
#ifndef HEARTH_TEST_STORE_FILES_H
#define HEARTH_TEST_STORE_FILES_H

#include "test_store_util.h"

#include "store/home.h"

static inline struct store_reader *reader_of(struct world *w)
{
    struct store_reader *reader;
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    return reader;
}

static inline struct str in_world(struct world *w, const char *name)
{
    return STR_JOIN(&w->arena, str_from(w->folder), STR("/"), str_from(name));
}

/* One of the store's databases beside the store: "hearth.db", or the schema on a server. */
static inline struct db *open_file(struct world *w, const char *name, enum db_role role)
{
    struct outcome outcome;
    struct db *db = NULL;
    struct str file = str_from(name);
    struct str folder = str_from(w->folder);
    const struct store beside = {
        .options = {.directory = folder, .server = test_server(&w->arena, folder)}
    };
    outcome_init(&outcome, &w->arena);
    if (home_connect(&beside, str_slice(file, 0, file.n - STR(".db").n),
                     (struct db_options){.role = role}, &outcome, &db) != STATUS_OK) {
        print_error("%.*s\n", STR_ARG(outcome.detail));
    }
    assert_non_null(db);
    return db;
}

static inline enum status run_sql(struct db *db, const char *sql)
{
    TEST_ARENA(arena);
    struct db_scope CLEANUP(db_rollback) scope = {0};
    struct db_statement *q;
    TRY(db_begin(db, DB_WRITE, &scope));
    TRY(db_prepare(db, str_from(sql), &arena, &q));
    TRY(db_run(q));
    return db_commit(&scope);
}

/* Does to the file what somebody with an SQLite shell could do while nobody looks: statements
 * divided by semicolons. */
static inline void tamper(struct world *w, const char *name, const char *sql)
{
    struct str rest = str_from(sql), one;
    w->store = store_close(w->store);
    struct db *db = open_file(w, name, DB_WRITER);
    while (str_split(&rest, ';', &one)) {
        if (run_sql(db, str_cstr(&w->arena, one)) != STATUS_OK) {
            print_error("%.*s\n", STR_ARG(db_error(db)->detail));
            fail();
        }
    }
    db_close(db);
    world_open(w);
}

/* The number in the first column of the first row. */
static inline int64_t ask_file(struct world *w, const char *name, const char *sql)
{
    struct db *db = open_file(w, name, DB_READER);
    struct db_statement *q;
    assert_int_equal(db_prepare(db, str_from(sql), &w->arena, &q), STATUS_OK);
    assert_true(db_next(q));
    int64_t number = db_int(q, 0);
    assert_int_equal(db_finish(q), STATUS_OK);
    db_close(db);
    return number;
}

/* Time goes by. */
static inline void pass(struct world *w, int64_t ms)
{
    atomic_fetch_add(&w->now, ms);
}

static inline void catch_up(struct world *w)
{
    struct outcome outcome;
    outcome_init(&outcome, &w->arena);
    if (store_catch_up(w->store, &outcome) != STATUS_OK) {
        print_error("%.*s\n", STR_ARG(outcome.detail));
        fail();
    }
}

#endif

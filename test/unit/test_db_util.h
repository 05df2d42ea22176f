/* What the tests of db share: a folder of their own for each test, connections to a file in it, and
 * short ways to run a statement that must work. Where HEARTH_TEST_POSTGRES is set, the connections
 * are to that server instead (empty: to the one that PGHOST and its like lead to), whose schema
 * "public" is made anew for each test. */
#ifndef HEARTH_TEST_DB_UTIL_H
#define HEARTH_TEST_DB_UTIL_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "base/buf.h"
#include "db/db.h"
#include "db/sql_dialect.h"

struct fixture {
    struct arena arena;
    char folder[256];
    struct str path; /* of the database */
    bool postgres;
    struct db *writer;
};

typedef enum status open_database(const struct db_options *options, struct outcome *outcome,
                                  struct db **ret_db);

/* The status must be OK; otherwise shows what the connection says. */
#define must(db, status) must_at((db), (status), __FILE__, __LINE__)
static inline void must_at(struct db *db, enum status status, const char *file, int line)
{
    if (status != STATUS_OK) {
        print_error("%.*s: %.*s\n", STR_ARG(db_cause_name(db_error(db)->cause)),
                    STR_ARG(db_error(db)->detail));
        _fail(file, line);
    }
}

/* The status must be that of a failure, and the cause this one. */
#define must_fail(db, status, wanted) must_fail_at((db), (status), (wanted), __FILE__, __LINE__)
static inline void must_fail_at(struct db *db, enum status status, enum db_cause cause,
                                const char *file, int line)
{
    if (status == STATUS_OK || db_error(db)->cause != cause) {
        print_error("%.*s is not %.*s (%.*s): %.*s\n", STR_ARG(db_cause_name(db_error(db)->cause)),
                    STR_ARG(db_cause_name(cause)), STR_ARG(status_name(status)),
                    STR_ARG(db_error(db)->detail));
        _fail(file, line);
    }
}

static inline bool says(const struct db *db, const char *part)
{
    return str_find(db_error(db)->detail, str_from(part)) >= 0;
}

static inline struct str in_folder(struct fixture *f, const char *name)
{
    return STR_JOIN(&f->arena, str_from(f->folder), STR("/"), str_from(name));
}

static inline struct db *open_role(struct fixture *f, enum db_role role)
{
    struct outcome outcome;
    struct db *db = NULL;
    struct db_options options = {.path = f->path, .role = role, .create = role == DB_WRITER};
    outcome_init(&outcome, &f->arena);
    open_database *open = f->postgres ? db_open_postgres : db_open_sqlite;
    if (open(&options, &outcome, &db) != STATUS_OK) {
        print_error("%.*s\n", STR_ARG(outcome.detail));
    }
    assert_non_null(db);
    return db;
}

/* A script, in the words of SQLite, in a transaction of its own. */
static inline void apply(struct db *db, const char *script)
{
    TEST_ARENA(arena);
    struct db_scope scope;
    must(db, db_begin(db, DB_WRITE, &scope));
    must(db, db_script(db, sql_in_dialect(&arena, str_from(script), db_dialect(db))));
    must(db, db_commit(&scope));
}

static inline void fixture_begin(struct fixture *f)
{
    const char *parent = getenv("TMPDIR");
    *f = (struct fixture){0};
    arena_init(&f->arena, ARENA_REQUEST_CAP, NULL, NULL);
    snprintf(f->folder, sizeof(f->folder), "%s/hearth-db-XXXXXX",
             parent != NULL ? parent : P_tmpdir);
    assert_non_null(mkdtemp(f->folder));
    const char *server = getenv("HEARTH_TEST_POSTGRES");
    f->postgres = server != NULL;
    f->path = f->postgres ? str_from(server) : in_folder(f, "test.db");
    f->writer = open_role(f, DB_WRITER);
    if (f->postgres) {
        apply(f->writer, "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
                         "CREATE FUNCTION hearth_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                         "'BEGIN RAISE EXCEPTION ''%'', TG_ARGV[0]; END'");
    }
}

static inline void fixture_end(struct fixture *f)
{
    db_close(f->writer);
    DIR *folder = opendir(f->folder);
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        unlink(str_cstr(&f->arena, in_folder(f, entry->d_name)));
    }
    closedir(folder);
    assert_int_equal(rmdir(f->folder), 0);
    arena_clear(&f->arena);
}

/* A fixture for the length of the block, and the arena to read into. */
#define FIXTURE(name)                                                                              \
    struct fixture name CLEANUP(fixture_end);                                                      \
    fixture_begin(&(name))

/* Runs one statement without values; gives how it ended. */
static inline enum status run(struct db *db, const char *sql)
{
    TEST_ARENA(arena);
    struct db_statement *statement;
    TRY(db_prepare(db, str_from(sql), &arena, &statement));
    return db_run(statement);
}

/* The number in the first column of the first row, which must be there. */
static inline int64_t ask(struct db *db, const char *sql)
{
    TEST_ARENA(arena);
    struct db_statement *statement;
    must(db, db_prepare(db, str_from(sql), &arena, &statement));
    assert_true(db_next(statement));
    int64_t number = db_int(statement, 0);
    must(db, db_finish(statement));
    return number;
}

/* One statement, ready to bind. */
static inline struct db_statement *prepared(struct fixture *f, struct db *db, struct str sql)
{
    struct db_statement *q = NULL;
    must(db, db_prepare(db, sql, &f->arena, &q));
    return q;
}

#endif

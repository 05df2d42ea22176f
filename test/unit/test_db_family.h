/* Teams and their workers, with a constraint of each kind, for the tests of db. */
#ifndef HEARTH_TEST_DB_FAMILY_H
#define HEARTH_TEST_DB_FAMILY_H

#include "test_db_util.h"

static const char family_schema[] =
    "CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT NOT NULL, county INTEGER, "
    "  size INTEGER CONSTRAINT size_positive CHECK (size > 0)) STRICT;"
    "CREATE UNIQUE INDEX team_name ON team (name);"
    "CREATE UNIQUE INDEX team_county_size ON team (county, size) WHERE county IS NOT NULL;"
    "CREATE UNIQUE INDEX team_initial ON team (substr(name, 1, 1), county);"
    "CREATE TABLE worker (id INTEGER PRIMARY KEY, badge TEXT UNIQUE, "
    "  team INTEGER REFERENCES team (id)) STRICT;"
    "CREATE TABLE later (team INTEGER REFERENCES team (id) DEFERRABLE INITIALLY DEFERRED) STRICT;"
    "CREATE TRIGGER team_stays BEFORE DELETE ON team BEGIN"
    "  SELECT RAISE(ABORT, 'teams are closed, not deleted'); END;"
    "INSERT INTO team (name, county, size) VALUES ('Oak', 5, 3), ('Pine', 6, 3);"
    "INSERT INTO worker (badge, team) VALUES ('W-1', 1);";

/* The statement must fail so, and the constraint be named so. */
static inline void violate(struct fixture *f, const char *sql, enum db_cause cause,
                           enum status status, const char *constraint)
{
    struct db_scope scope;
    must(f->writer, db_begin(f->writer, DB_WRITE, &scope));
    enum status got = run(f->writer, sql);
    must_fail(f->writer, got, cause);
    assert_int_equal(got, status);
    assert_str_equal(db_error(f->writer)->constraint, str_from(constraint));
    db_rollback(&scope);
}

#endif

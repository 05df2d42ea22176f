/* Reads the files of sql/: blocks that begin with "-- name: x" (one statement) or "-- script: x"
 * (several); "-- postgres:" within one parts what SQLite takes from what PostgreSQL takes. For the
 * generator and its test. The rules are in sql/README.md. */
#ifndef HEARTH_DB_SQL_FILE_H
#define HEARTH_DB_SQL_FILE_H

#include "base/arena.h"
#include "base/str.h"

struct sql_block {
    struct str name;
    struct str comment;  /* lines as in the file, with their "--"; may be empty */
    struct str text;     /* without comment before it; a statement without its semicolon */
    struct str postgres; /* what PostgreSQL is given instead, below "-- postgres:"; or empty */
    struct str file;
    unsigned line; /* of the name, from 1 */
    bool script;
};

/* What was read so far, over all files. Views point into the texts given. */
struct sql_blocks {
    struct arena *arena;
    LIST(struct sql_block) blocks;
    LIST(struct str) faults; /* "kernel.sql:12: what is wrong, and what would be right" */
};

/* Adds the blocks of one file, and all that is wrong with it. */
void sql_file_read(struct sql_blocks *blocks, struct str file, struct str text);

#endif

/* Just enough reading of SQL to find its placeholders, tell statements apart and see whether one
 * writes. For the common part of db, for drivers that must translate placeholders, and for the
 * generator of the named statements. */
#ifndef HEARTH_DB_SQL_TEXT_H
#define HEARTH_DB_SQL_TEXT_H

#include "base/str.h"

enum sql_piece {
    SQL_PIECE_END,
    SQL_PIECE_WORD,        /* keyword or plain name */
    SQL_PIECE_PLACEHOLDER, /* ?12 */
    SQL_PIECE_SEMICOLON,
    SQL_PIECE_OTHER,  /* quoted text or name, number, operator */
    SQL_PIECE_BROKEN, /* a quote or comment without end, a placeholder of another style */
};

struct sql_reader {
    struct str text;
    size_t at; /* start with 0 */
};

/* The next piece after blanks and comments. */
enum sql_piece sql_next(struct sql_reader *reader, struct str *ret_piece);
/* The number of a placeholder piece, from 1; 0 when it is out of range. */
unsigned sql_placeholder(struct str piece);

#define SQL_PLACEHOLDERS_MAX 1024

struct sql_facts {
    unsigned statements;   /* without empty ones */
    unsigned placeholders; /* the highest; all below occur */
    bool writes;           /* what is not plainly a query counts as writing */
    const char *fault;     /* static text; NULL when the SQL can be used */
};

struct sql_facts sql_examine(struct str sql);

#endif

/* How an operation ended, and what may be said about it. A problem is something a person can mend;
 * a fault's detail goes to the log only. Neither ever holds a name, a note or an identifier of a
 * person. */
#ifndef HEARTH_BASE_STATUS_H
#define HEARTH_BASE_STATUS_H

#include "arena.h"
#include "str.h"

enum status {
#define STATUS(name, text, http, title) STATUS_##name,
#include "status.def"
#undef STATUS
    STATUS__COUNT
};

struct str status_name(enum status status);  /* "stale" style: lower case, underscores */
struct str status_title(enum status status); /* public, one line */
unsigned status_http(enum status status);

/* One thing that is wrong with what was given, and what would be right. where is a field path
 * ("allegations[2].type", "narrative") or empty for the whole. */
struct problem {
    struct str where;
    struct str code;    /* stable name for programs: "required", "not_a_date", guard name */
    struct str message; /* for people: what is wrong, and what would be right */
};

/* The result of an operation, owned by the arena it was made in. */
struct outcome {
    enum status status;
    struct arena *arena;
    LIST(struct problem) problems;
    struct str detail; /* for the log only; ids, never personal data */
};

void outcome_init(struct outcome *outcome, struct arena *arena);
/* Adds a problem and raises the status when it was OK. The strings are copied. */
void outcome_problem(struct outcome *outcome, enum status status, struct str where, struct str code,
                     struct str message);
/* Sets status and private detail; returns status, so callers can return it. */
enum status outcome_fault(struct outcome *outcome, enum status status, struct str detail);

#define TRY(expression)                                                                            \
    do {                                                                                           \
        enum status try_ = (expression);                                                           \
        if (try_ != STATUS_OK) {                                                                   \
            return try_;                                                                           \
        }                                                                                          \
    } while (0)

#endif

/* A date of birth as far as it is known, and how two of them agree. A part that is not known is 0;
 * a date that no calendar has ("31 June") is kept as it was typed, since its other digits say
 * something. Pure. */
#ifndef HEARTH_MATCH_BIRTH_H
#define HEARTH_MATCH_BIRTH_H

#include "base/str.h"

struct match_birth {
    uint16_t year; /* 0: nothing is known */
    uint8_t month, day;
    bool estimated; /* the year is about right */
};

/* How a date is written; years have four digits. */
enum match_date_form {
    MATCH_YEAR_FIRST,  /* 2019-03-04, 20190304, 2019-03, 2019; other signs between digits do, too */
    MATCH_MONTH_FIRST, /* 03/04/2019 */
    MATCH_DAY_FIRST    /* 04.03.2019 */
};

/* False when there is no year in it. */
bool match_birth_read(struct str text, enum match_date_form form, struct match_birth *ret_birth);

/* The closest first. The errors are those that P. Christen, "Data Matching" (Springer 2012),
 * section 2.2, and G. B. Newcombe, "Handbook of Record Linkage" (Oxford 1988) found in registers.
 */
enum match_birth_level {
    MATCH_BIRTH_MISSING,
    MATCH_BIRTH_SAME,
    MATCH_BIRTH_TURNED, /* day and month exchanged */
    MATCH_BIRTH_DIGIT,  /* one digit differs, or two neighbours are exchanged */
    MATCH_BIRTH_PARTS,  /* two of year, month and day */
    MATCH_BIRTH_YEAR,   /* the year, where the rest is not known or is the first of January */
    MATCH_BIRTH_NEAR,   /* within 62 days; where only the year is known or estimated: two years */
    MATCH_BIRTH_APART,
    MATCH_BIRTH__COUNT
};
enum match_birth_level match_birth_compare(struct match_birth a, struct match_birth b);

#endif

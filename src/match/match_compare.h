/* Two persons, field by field: how closely each agrees. What is not known on one side is missing,
 * which is neither agreement nor disagreement. Allocates nothing. Pure. */
#ifndef HEARTH_MATCH_COMPARE_H
#define HEARTH_MATCH_COMPARE_H

#include "match/match_person.h"

#define MATCH_MISSING 0     /* the level of a field that one of them lacks */
#define MATCH_LEVELS_MAX 12 /* of a field, with MATCH_MISSING */

/* Of names, the closest first. */
enum match_name_level {
    MATCH_NAME_MISSING,
    MATCH_NAME_SAME,
    MATCH_NAME_FORM,    /* forms of one name: Bob and Robert */
    MATCH_NAME_CLOSE,   /* one slip of the hand; two in long words */
    MATCH_NAME_SOUND,   /* sounds the same */
    MATCH_NAME_LIKE,    /* much alike */
    MATCH_NAME_INITIAL, /* one is the other's initial */
    MATCH_NAME_PART,    /* one of several words */
    MATCH_NAME_OTHER,   /* a former or other name of one of them */
    MATCH_NAME_TURNED,  /* given and family name exchanged */
    MATCH_NAME_APART,
    MATCH_NAME__COUNT
};
/* Of values; what each means depends on the kind. */
enum match_value_level {
    MATCH_VALUE_MISSING,
    MATCH_VALUE_SAME,
    MATCH_VALUE_CLOSE,  /* one slip of the hand; in texts also a blank put in or left out */
    MATCH_VALUE_PART,   /* texts: half of the words; codes: the coarser part; mail: the name */
    MATCH_VALUE_TURNED, /* texts: stands in another field of the other */
    MATCH_VALUE_APART,
    MATCH_VALUE__COUNT
};

struct match_pattern {
    uint8_t level[MATCH_FIELDS_MAX]; /* enum match_name_level, ..birth.., ..value.. */
    double rarity[MATCH_FIELDS_MAX]; /* ln(people / who have what agrees); 0 where nothing does */
};

void match_compare(const struct match_design *design, const struct match_person *a,
                   const struct match_person *b, struct match_pattern *ret_pattern);

#endif

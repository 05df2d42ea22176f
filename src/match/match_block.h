/* Whom to compare with whom. A person has some dozens of keys, each of two things that two records
 * of one person are likely to share; who shares a key is a candidate. The bound: in each block
 * (people with one key) a person meets only the MATCH_NEIGHBOURS before and behind in the order of
 * their names, so that a million people called Unknown cost a million times that and no more (the
 * sorted neighbourhood of M. A. Hernandez, S. J. Stolfo, SIGMOD 1995, inside each block). Pure.
 *
 * A key is 64 bits: it can be stored beside the person and looked up; what it says cannot be read
 * from it, but it is no secret. Keys do not depend on the other people. */
#ifndef HEARTH_MATCH_BLOCK_H
#define HEARTH_MATCH_BLOCK_H

#include "match/match_person.h"

#define MATCH_KEYS_MAX 96 /* of one person; further ones are left out */
#define MATCH_NEIGHBOURS 60

/* What a key is made of. */
enum match_rule {
    MATCH_RULE_VALUE,           /* a telephone, an address of mail, an identifier */
    MATCH_RULE_NAMES,           /* two words of the name by sound or form, in any order */
    MATCH_RULE_NAME_YEAR,       /* one word by sound or form, and the year of birth */
    MATCH_RULE_NAME_DAY,        /* the same, and day and month of birth in any order */
    MATCH_RULE_BIRTH,           /* the date of birth, day and month in any order */
    MATCH_RULE_BEGINNINGS,      /* three letters of two words of the name, in any order */
    MATCH_RULE_NAME_PLACE,      /* one word by sound, and a text, code or number */
    MATCH_RULE_BEGINNING_BIRTH, /* three letters of one word, and the year, or day and month */
    MATCH_RULE_BEGINNING_PLACE, /* three letters of one word, and a text, code or number */
    MATCH_RULE_BIRTH_PLACE,     /* the year, or day and month of birth, and the same */
    MATCH_RULE_PLACES,          /* two texts, codes or numbers */
    MATCH_RULE__COUNT
};
struct str match_rule_words(enum match_rule rule);

struct match_key {
    uint64_t hash; /* with the rule in it */
    enum match_rule rule;
};
/* The keys by those rules (1 << enum match_rule); returns how many. */
size_t match_keys(const struct match_design *design, const struct match_person *person,
                  unsigned rules, struct match_key ret_keys[MATCH_KEYS_MAX]);

/* ---- blocks of a whole file ---- */

struct match_entry {
    uint64_t hash;
    uint32_t person;
    enum match_rule rule;
};
struct match_blocks {
    struct match_entry *entries; /* by key, then by name */
    size_t count;
    uint32_t *places; /* of the entries of each person, from first[person] on */
    uint32_t *first;
    uint32_t *met; /* by person: the turn in which they were met last */
    uint32_t turn;
    size_t cut[MATCH_RULE__COUNT]; /* blocks with more people than one meets */
};
/* Everything is in the arena. */
void match_blocks_build(struct arena *arena, const struct match_design *design,
                        const struct match_person *people, uint32_t count,
                        struct match_blocks *ret_blocks);
/* The candidates with a lower number than the person's, once each; returns how many. */
size_t match_candidates(struct match_blocks *blocks, uint32_t person, uint32_t *ret_others);
#define MATCH_CANDIDATES_MAX ((size_t)MATCH_KEYS_MAX * 2 * MATCH_NEIGHBOURS)

#endif

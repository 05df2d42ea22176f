/* A person as they are compared: every word and value is a term of a vocabulary, so that what is
 * costly (folding, phonetic codes, looking up forms of a name) is done once a word and comparing
 * two persons allocates nothing. Pure.
 *
 * A design says what is compared, in what order; it is made once for a file or an entity. */
#ifndef HEARTH_MATCH_PERSON_H
#define HEARTH_MATCH_PERSON_H

#include "base/map.h"
#include "match/match_birth.h"
#include "match/match_name.h"
#include "match/match_phonetic.h"

#define MATCH_FIELDS_MAX 16 /* of a design */

enum match_kind {
    MATCH_KIND_GIVEN,      /* of the person's name */
    MATCH_KIND_FAMILY,     /* of the person's name */
    MATCH_KIND_BIRTH,      /* the date of birth */
    MATCH_KIND_CATEGORY,   /* one of few words: sex, state, occupation */
    MATCH_KIND_TEXT,       /* words: a street, a town, a place of birth */
    MATCH_KIND_NUMBER,     /* a short number: of a house */
    MATCH_KIND_CODE,       /* letters and digits that begin with the coarser part: a postcode */
    MATCH_KIND_EMAIL,      /* an address of mail */
    MATCH_KIND_PHONE,      /* a number of a telephone, its last ten digits */
    MATCH_KIND_IDENTIFIER, /* a number that one person alone has; where it is sealed, its keyed
                              digest, of which equal ones are the same and all others differ */
    MATCH_KIND__COUNT
};

struct match_field {
    enum match_kind kind;
    struct str label; /* for people: "postcode" */
};
struct match_design {
    struct match_field fields[MATCH_FIELDS_MAX];
    size_t count;
};

/* ---- terms ---- */

/* Given and family names are in one space, so that exchanged names are the same terms; every other
 * field has its own. A space is the first byte of the key of a term. */
#define MATCH_NAME_SPACE 'n'
#define MATCH_FIELD_SPACE(field) ((char)('A' + (field)))
struct match_term {
    struct str text;
    struct match_code sound, metaphone; /* of words of names only */
    const struct match_lexeme *lexeme;  /* of words of names only, or NULL */
    uint32_t count[MATCH_PART__COUNT];  /* how many have it, by part of the name; else in [0] */
    double rarity[MATCH_PART__COUNT];   /* ln(people / count); of match_count_terms */
};
struct match_vocabulary {
    struct arena *arena;
    const struct match_lexicon *lexicon;
    struct map terms; /* space and text -> struct match_term */
    uint32_t people;
};
void match_vocabulary_init(struct match_vocabulary *vocabulary, struct arena *arena,
                           const struct match_lexicon *lexicon);
/* Works out how rare each term is among the people counted so far. */
void match_count_terms(struct match_vocabulary *vocabulary);

/* ---- persons ---- */

struct match_person_part {
    struct match_term *words[MATCH_PART_WORDS];
    size_t count;
    struct match_term *joined; /* NULL: none */
};
struct match_person {
    struct match_person_part name[MATCH_PART__COUNT];
    struct match_birth birth;
    struct match_term *value[MATCH_FIELDS_MAX]; /* of each field but names; NULL: not known */
};

/* What is known of a person, as it was written; empty where it is not known. */
struct match_person_text {
    struct match_name_text name;
    struct match_birth birth;
    struct str value[MATCH_FIELDS_MAX]; /* by position in the design; not of names and birth */
};

/* Whether it counts towards how common names and values are: people of a file do, a person whom
 * somebody looks for does not. */
enum match_counts { MATCH_COUNTED, MATCH_NOT_COUNTED };

/* Lives as long as the vocabulary. */
void match_person_read(struct match_vocabulary *vocabulary, const struct match_design *design,
                       const struct match_person_text *text, enum match_counts counts,
                       struct match_person *ret_person);

#endif

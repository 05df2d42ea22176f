/* Search for people: the keys by which a person may be found (people.c), and finding
 * (people_find.c). What is typed is a few words in any order, each at least two letters of a word
 * of a name; a year or date of birth; a number. */
#ifndef HEARTH_STORE_PEOPLE_H
#define HEARTH_STORE_PEOPLE_H

#include "db/db.h"
#include "store/name_words.h"
#include "time/civil.h"

struct person_name {
    struct str given, middle, family;
};
/* What keys are made of. */
struct person_facts {
    struct uuid person;
    LIST(struct person_name) names;
    struct date birth;
    bool has_birth;
    struct str number;
};
/* Makes the stored keys of a person these; writes nothing when they are. */
NODISCARD enum status people_write_keys(struct db *db, struct arena *arena,
                                        const struct person_facts *facts);

/* "2019 johnson 03-04": the year first, so that a year and a beginning of a word are one range; the
 * day last, so that with a whole word another year is one key. */
struct str people_year_key(struct arena *arena, struct date birth, struct str word);

struct people_query {
    struct str words[NAME_WORDS_MOST]; /* folded, two letters at least */
    size_t word_count;
    struct str number; /* folded, or empty */
    struct date birth;
    bool has_birth;
    int32_t year; /* of birth, or 0; set with birth too */
};
/* STATUS_INVALID with what is missing when it would find half of the state: it takes two words of a
 * name, or one and a year or date of birth, or a number. */
NODISCARD enum status people_query_read(struct arena *arena, struct str words, struct date birth,
                                        bool has_birth, struct outcome *outcome,
                                        struct people_query *ret_query);

struct people_match {
    struct uuid person;
    int score;
    struct str why; /* "same last name, same birth date" */
};
/* The best first; as entered, not through person_cluster. */
NODISCARD enum status people_match(struct db *db, struct arena *arena,
                                   const struct people_query *query,
                                   struct people_match **ret_matches, size_t *ret_count);

#endif

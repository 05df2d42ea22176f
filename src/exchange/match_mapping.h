/* What the columns of a foreign file of persons say, for "hearth match". A YAML file:
 *
 *     mapping: linkage_febrl
 *     unset: ['NULL']             words that mean that nothing is known, besides the empty field
 *     record: rec_id              the column that names a record in the answers; else its line
 *     person: { column: rec_id, pattern: 'rec-{person}-*' }    who it truly is, for --truth
 *     fields:
 *       - { column: surname, is: family }
 *       - { column: date_of_birth, is: birth, form: year_first }
 *       - { column: suburb, is: text, label: town }
 *
 * What a column is: given, middle, family, name (written as one), former (names); birth with its
 * form (year_first, month_first, day_first); category (sex, state), text (street, town), number (of
 * a house), code (postcode), email, phone, identifier. In a pattern {person} is the part that says
 * who, and * is anything; each takes as little as it can. Columns that no field names are not
 * looked at. */
#ifndef HEARTH_EXCHANGE_MATCH_MAPPING_H
#define HEARTH_EXCHANGE_MATCH_MAPPING_H

#include "base/status.h"
#include "match/match_person.h"

#define MATCH_COLUMNS_MAX 24

enum match_column_kind {
    MATCH_COLUMN_GIVEN,
    MATCH_COLUMN_MIDDLE,
    MATCH_COLUMN_FAMILY,
    MATCH_COLUMN_NAME,
    MATCH_COLUMN_FORMER,
    MATCH_COLUMN_BIRTH,
    MATCH_COLUMN_VALUE /* of the field of the design with that number */
};
struct match_column {
    struct str column;
    enum match_column_kind is;
    size_t field;
    enum match_date_form form; /* of a birth */
};
struct match_mapping {
    struct str name;
    const struct str *unset;
    size_t unset_count;
    struct str record;          /* column, or empty */
    struct str person, pattern; /* column and pattern, or empty */
    struct match_column columns[MATCH_COLUMNS_MAX];
    size_t column_count;
    struct match_design design;
};

/* Reads the text of a mapping file. Problems: "file:line:column: what". */
NODISCARD enum status match_mapping_read(struct arena *arena, struct str file, struct str text,
                                         struct outcome *outcome,
                                         struct match_mapping *ret_mapping);
/* The part of the text that stands for {person}; the whole text when there is no pattern. False
 * when the text does not fit. */
bool match_person_of(struct str pattern, struct str text, struct str *ret_person);

#endif

/* A mapping says how foreign CSV files become records: which column answers which field, how
 * foreign words become codes, what belongs to what, and which files wait. It is YAML, read as
 * strictly as a model; every error at once.
 *
 *   mapping: caseload_sample           the name under which rows are remembered
 *   unset: ['NULL', '']                words that mean that nothing is known
 *   tables:
 *     children:                        read in this order
 *       file: children.csv
 *       entity: person                 each row becomes a record ...
 *       key: [child_id]                ... known again by these columns (whole_row: by all of them)
 *       fields:
 *         birth_date: date_of_birth                            field: column
 *         sex: { column: gender, codes: { Male: M, Female: F } }
 *         race:                                                several columns: what each says
 *           - { column: race, codes: { White: WHITE } }
 *           - { column: ethnicity, codes: { Hispanic: HISPANIC, Other: '' } }    '': says nothing
 *         agency: { column: county, table: agencies }          a reference: key of another table
 *         kind: { always: IMPORTED }                           the same in every row
 *     case_children:
 *       file: case_child.csv
 *       list: former_case.children     ... or a row of a list of the record
 *       of: { column: case_id, table: cases }
 *       key: [case_id, child_id]
 *     notes:
 *       file: notes.csv
 *       entity: former_note
 *       of: { column: case_id, table: cases,                   a part: what it belongs to;
 *             without: It belongs to no case. }                rows that name none wait, with this
 * reason episodes: file: episodes.csv staged: There is no placement yet.                     the
 * rows wait, with this reason */
#ifndef HEARTH_EXCHANGE_MAPPING_H
#define HEARTH_EXCHANGE_MAPPING_H

#include "base/arena.h"
#include "base/status.h"
#include "model/model.h"

#define MAPPING_COLUMNS_MAX 64
#define MAPPING_KEY_MAX 8

struct mapping_code {
    struct str from, to;
};

struct mapping_field {
    struct str name;   /* as in rule/input.h: "birth_date", "race" */
    struct str column; /* or empty with always */
    struct str always;
    struct str table; /* of a reference: the table whose key the column holds */
    const struct mapping_code *codes;
    size_t code_count;
};

struct mapping_table {
    struct str name, file, staged;
    uint32_t entity; /* or MODEL_NONE when staged */
    uint32_t list;   /* or MODEL_NONE */
    struct str of_column, of_table;
    struct str without; /* why rows wait that belong to nothing; empty: they are set aside */
    struct str key[MAPPING_KEY_MAX];
    size_t key_count; /* 0: the whole row */
    struct mapping_field fields[MAPPING_COLUMNS_MAX];
    size_t field_count;
};

struct mapping {
    struct str name;
    const struct str *unset;
    size_t unset_count;
    struct mapping_table *tables;
    size_t table_count;
};

/* Reads the text of a mapping file. Problems: "file:line:column: what". */
NODISCARD enum status mapping_read(struct arena *arena, const struct model *model, struct str file,
                                   struct str text, struct outcome *outcome,
                                   struct mapping *ret_mapping);

#endif

/* The model's tables as SQL: their definition, and the statements that read and write them. One
 * table for each entity, list and field of several codes; the columns are those of
 * docs/model-language.md, section 2. Pure text: nothing here talks to a database. */
#ifndef HEARTH_LOWER_SCHEMA_H
#define HEARTH_LOWER_SCHEMA_H

#include "base/arena.h"
#include "model/model.h"

enum schema_dialect { SCHEMA_SQLITE, SCHEMA_POSTGRES };

enum schema_type { SCHEMA_INTEGER, SCHEMA_BOOLEAN, SCHEMA_TEXT, SCHEMA_UUID };

/* What of an answer a column holds. */
enum schema_part {
    SCHEMA_KERNEL,  /* not of an answer: id, version ... */
    SCHEMA_VALUE,   /* the value; of a code its code, of a datetime its instant */
    SCHEMA_VERSION, /* of a code */
    SCHEMA_LOCAL,   /* of a datetime: its local date */
    SCHEMA_WHY,     /* the name of the non-answer */
    SCHEMA_ASKED    /* who was asked */
};

struct schema_column {
    struct str name;
    enum schema_type type;
    enum schema_part part;
    uint32_t field;        /* or MODEL_NONE for the kernel's */
    bool required;         /* NOT NULL */
    struct str references; /* the table it leads to by id, or empty */
};

enum schema_table_kind { SCHEMA_ENTITY, SCHEMA_LIST, SCHEMA_CODES };

struct schema_table {
    struct str name; /* unquoted */
    enum schema_table_kind kind;
    uint32_t row;                  /* of table entity, list or field of the model */
    struct schema_column *columns; /* the kernel's first, then by slot */
    size_t column_count;
    size_t kernel_count;
    /* Statements; placeholders in the order of the columns. */
    struct str create; /* the table */
    struct str select; /* of a list or codes: all of record ?1 in order; of an entity: id ?1 */
    struct str insert; /* all columns */
    struct str remove; /* of an entity or row: id ?1; of codes: record ?1 */
    /* Of fields of several codes: the table of field f is codes[k] in the order of the fields. */
    const struct schema_table *const *codes;
    size_t codes_count;
};

struct schema {
    const struct model *model;
    enum schema_dialect dialect;
    const struct schema_table *entities; /* by row of table entity */
    const struct schema_table *lists;    /* by row of table list */
    const struct schema_table *codes;    /* codes_count, in the order of their fields */
    size_t codes_count;
};

#endif

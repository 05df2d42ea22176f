/* The model's tables as SQL: their definition, and the statements that read and write them. One
 * table for each entity, list and field of several codes; the columns are those of
 * docs/model-language.md, section 2. Pure text: nothing here talks to a database. */
#ifndef HEARTH_LOWER_SCHEMA_H
#define HEARTH_LOWER_SCHEMA_H

#include "lower/dialect.h"
#include "model/model.h"

/* What of an answer a column holds. */
enum schema_part {
    SCHEMA_KERNEL,  /* not of an answer: id, version ... */
    SCHEMA_VALUE,   /* the value; of a code its code, of a datetime its instant */
    SCHEMA_VERSION, /* of a code */
    SCHEMA_LOCAL,   /* of a datetime: its local date */
    SCHEMA_WHY,     /* the name of the non-answer */
    SCHEMA_ASKED,   /* who was asked */
    SCHEMA_SEALED,  /* of a sealed field instead of its value: ciphertext */
    SCHEMA_BLIND    /* of a sealed field that can be found: a keyed digest of its value */
};

struct schema_column {
    struct str name;      /* unquoted */
    enum value_type type; /* as lower/dialect.h stores it; unset: bytes */
    enum schema_part part;
    uint32_t field;        /* or MODEL_NONE for the kernel's */
    bool required;         /* NOT NULL */
    struct str references; /* the table it leads to by id, or empty */
    /* What a stored value means: "date", "decimal 2", "code maltreatment_type", "reference person".
     * "sealed text".
     * The same words mean the same thing; others would read stored values wrongly. */
    struct str meaning;
};

/* A side table holds what overlays add to an entity: at most one row for a record. */
enum schema_table_kind { SCHEMA_ENTITY, SCHEMA_LIST, SCHEMA_CODES, SCHEMA_SIDE };

/* Between the parts of a table's name: "report__participants", and of a field of several codes
 * "report__participants__race". */
#define SCHEMA_NAME_GAP STR("__")

/* The kernel's columns of each kind of table, in this order. */
enum schema_entity_column {
    SCHEMA_ENTITY_ID,
    SCHEMA_ENTITY_VERSION,
    SCHEMA_ENTITY_STATE,
    SCHEMA_ENTITY_ROOT,
    SCHEMA_ENTITY_AGENCY,
    SCHEMA_ENTITY_NUMBER,
    SCHEMA_ENTITY_CREATED_AT,
    SCHEMA_ENTITY_CREATED_BY,
    SCHEMA_ENTITY_CHANGED_AT,
    SCHEMA_ENTITY_CHANGED_BY,
    SCHEMA_ENTITY_ERROR,          /* the act that said it was entered in error, and ... */
    SCHEMA_ENTITY_ERROR_REASON,   /* ... why; NULL: it stands */
    SCHEMA_ENTITY_WITHHELD,       /* the act that sealed it, and ... */
    SCHEMA_ENTITY_WITHHELD_BASIS, /* ... by which law and order; NULL: it is open */
    SCHEMA_ENTITY_EXPUNGED_AT,
    SCHEMA_ENTITY__COUNT
};
enum schema_list_column {
    SCHEMA_LIST_ID,
    SCHEMA_LIST_RECORD,
    SCHEMA_LIST_POSITION,
    SCHEMA_LIST__COUNT
};
enum schema_side_column { SCHEMA_SIDE_RECORD, SCHEMA_SIDE__COUNT };
enum schema_codes_column {
    SCHEMA_CODES_RECORD,
    SCHEMA_CODES_POSITION,
    SCHEMA_CODES_CODE,
    SCHEMA_CODES_VERSION,
    SCHEMA_CODES__COUNT
};

struct schema_table {
    struct str name; /* unquoted */
    enum schema_table_kind kind;
    uint32_t row;                        /* of table entity, list or field; of a side entity */
    const struct schema_column *columns; /* the kernel's first, then by slot of their fields */
    size_t column_count;
    size_t kernel_count;
    struct str create; /* the table */
    const struct str
        *links; /* foreign keys, where they can only be made when all tables are there */
    size_t link_count;
    const struct str *indexes; /* each makes one; safe to run again */
    size_t index_count;
    struct str glance; /* the kernel's columns: of an entity by id ?1 */
    struct str select; /* all columns: of an entity by id ?1; else all of record ?1 in order */
    struct str
        of_rows;       /* of codes of a list: those of all rows of record ?1, row by row in order */
    struct str insert; /* all columns in their order; of a side table also over what is there */
    struct str remove; /* of an entity or row by id ?1; of codes all of record ?1 */
    struct str move;   /* of a row: to position ?2, by id ?1 */
};

struct schema {
    const struct model *model;
    enum dialect dialect;
    struct schema_table
        *tables; /* all: entities by row, lists by row, side tables, codes by field */
    size_t table_count;
    const uint32_t *sides;  /* by entity: its side table in tables, or MODEL_NONE */
    const uint32_t *codes;  /* by field: its table of codes in tables, or MODEL_NONE */
    const struct str *back; /* by reference field: ids of the records (in the order of ids) whose
                               field, or rows' field, is ?1; empty for other fields */
};

/* All of it in the arena; a few hundred kilobytes for a large model. */
const struct schema *schema_new(struct arena *arena, const struct model *model,
                                enum dialect dialect);
const struct schema_table *schema_entity(const struct schema *schema, uint32_t entity);
const struct schema_table *schema_list(const struct schema *schema, uint32_t list);
/* What overlays add to an entity, or NULL. */
const struct schema_table *schema_side(const struct schema *schema, uint32_t entity);
/* Of a field of kind codes. */
const struct schema_table *schema_codes(const struct schema *schema, uint32_t field);

/* UPDATE of these columns of a record or row: ?1 to ?count are their values, then comes the id and,
 * for an entity, the version that must be the stored one. */
struct str schema_update(struct arena *arena, const struct schema *schema,
                         const struct schema_table *table, const uint32_t *columns, size_t count);
/* A condition: the record, whose table stands under the alias (empty: alone), counts for whoever
 * may not read what is sealed: it was not entered in error, nor sealed, nor expunged. */
struct str schema_stands(struct arena *arena, struct str alias);
/* ALTER TABLE that adds a column. */
struct str schema_add_column(struct arena *arena, const struct schema *schema,
                             const struct schema_table *table, const struct schema_column *column);
/* The ids of other records (not ?2) of an entity with the trait period whose no_overlap field is ?1
 * and whose period meets that from day ?3 to day ?4 (NULL: open); one may begin on the day on which
 * another ends. */
struct str schema_overlaps(struct arena *arena, const struct schema *schema, uint32_t entity);
/* The ids of the records of an entity after ?1, at most ?2, in their order. */
struct str schema_after(struct arena *arena, const struct schema *schema, uint32_t entity);
/* Gives the parts of root ?1 to agency ?2. */
struct str schema_hand_over(struct arena *arena, const struct schema *schema, uint32_t entity);
/* The ids, and those of the roots, of the records whose field, or rows' field, leads to ?1. */
struct str schema_leading(struct arena *arena, const struct schema *schema, uint32_t reference);
/* The ids of the records of whose rows one leads to ?1 by the reference and has, in a field of the
 * same list of kind code, one of the count codes ?2, ?3 and so on. */
struct str schema_back_among(struct arena *arena, const struct schema *schema, uint32_t reference,
                             uint32_t code, unsigned count);
/* The ids of the records of an entity whose number is ?1. */
struct str schema_by_number(struct arena *arena, const struct schema *schema, uint32_t entity);
/* The ids of the records, or of the records of the rows, whose blind column (of a field with
 * found_by) is ?1. */
struct str schema_by_blind(struct arena *arena, const struct schema *schema, uint32_t field);
/* The keyed digest that a record (?1) has of its sealed field with found_by. */
struct str schema_blind_of(struct arena *arena, const struct schema *schema, uint32_t field);
/* Of a table with sealed columns: the ids of the records with a sealed value whose first byte is
 * not ?1, after ?2, at most ?3, in their order. */
struct str schema_sealed_under_others(struct arena *arena, const struct schema_table *table);
/* The id and value of a text field in all records of its entity. */
struct str schema_texts(struct arena *arena, const struct schema *schema, uint32_t field);
/* The states in which records of an entity are, with how many. */
struct str schema_states(struct arena *arena, const struct schema *schema, uint32_t entity);
/* The records of an entity that stand and are in state ?1: id, root, the act that sealed it. */
struct str schema_in_state(struct arena *arena, const struct schema *schema, uint32_t entity);
/* The name as a quoted identifier. */
struct str schema_quoted(struct arena *arena, struct str name);

/* "t.state IN ('open', 'waiting')": names from the model; alias: of the table, or empty. */
struct str schema_state_in(struct arena *arena, const struct str *states, size_t count,
                           struct str alias);

#endif

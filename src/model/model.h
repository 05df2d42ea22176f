/* The linked practice model: immutable tables over one block of bytes (the image). Reading needs no
 * allocation; opening an image checks every reference once, so that reading needs no checks. */
#ifndef HEARTH_MODEL_MODEL_H
#define HEARTH_MODEL_MODEL_H

#include "base/arena.h"
#include "base/status.h"
#include "expr/expr.h"
#include "time/calendar.h"

#define MODEL_NONE UINT32_MAX
#define MODEL_NO_BOUND INT32_MIN
#define MODEL_FORMAT 10u /* of the outline of an image: its tables and words may change without */
#define MODEL_IMAGE_MAX ((size_t)64 * 1024 * 1024)
/* Kinds of records as expressions carry them: the number of an entity, or this bit and the number
 * of a list for its rows. */
#define MODEL_SUBJECT_LIST 0x80000000u
#define MODEL_FROM_MAX 8     /* steps to what an attachment is chosen from */
#define MODEL_FIELDS_MAX 512 /* of one entity or list */

#define SET_BEGIN(set)                                                                             \
    enum model_##set                                                                               \
    {
#define KIND(constant, name, words) constant,
#define SET_END(set, prefix)                                                                       \
    prefix##__COUNT                                                                                \
    }                                                                                              \
    ;
#include "model/kinds.def"

/* The sets by number. The last two belong to lower layers. */
enum model_set {
#define SET_BEGIN(set) MODEL_SET_##set,
#include "model/kinds.def"
    MODEL_SET_value_kind, /* enum value_type */
    MODEL_SET_time_unit,  /* enum time_unit */
    MODEL_SET__COUNT
};

/* A set as data: its words by value. */
struct model_word {
    const char *name;  /* in YAML */
    const char *words; /* for people; may be empty */
};
struct model_set_shape {
    const char *name;
    const struct model_word *words;
    uint32_t count;
};
const struct model_set_shape *model_set_shape(enum model_set set);
/* The value of that name, or MODEL_NONE. */
uint32_t model_set_find(enum model_set set, struct str name);

/* The rows. */
#define TABLE_BEGIN(table) struct model_##table {
#define TEXT(column) uint32_t column;
#define REF(column, target) uint32_t column;
#define ENUM(column, kind) uint32_t column;
#define RANGE(column, target) uint32_t column##_first, column##_count;
#define EXPR(column) uint32_t column;
#define FLAG(column) uint32_t column;
#define BITS(column) uint32_t column;
#define NUMBER(column) int32_t column;
#define TABLE_END(table)                                                                           \
    }                                                                                              \
    ;
#include "model/tables.def"

/* The tables by number, then the three that are not rows of 32-bit numbers. */
enum model_table {
#define TABLE_BEGIN(table) MODEL_TABLE_##table,
#include "model/tables.def"
    MODEL_TABLE__ROWS,
    MODEL_TABLE_node = MODEL_TABLE__ROWS, /* struct expr_node */
    MODEL_TABLE_expr_text,                /* bytes: literals of expressions */
    MODEL_TABLE_zone_transition,          /* struct zone_transition */
    MODEL_TABLE_holiday,                  /* int32_t day numbers, ascending */
    MODEL_TABLE_text,                     /* bytes: length (u32), text, NUL; aligned to 4 */
    MODEL_TABLE__COUNT
};

struct model; /* opaque; the image's bytes stay with whoever opened it */

/* Describes one column for the checker, the compiler's tests and `hearth model dump`. */
enum model_column_kind {
    COLUMN_TEXT,
    COLUMN_REF,
    COLUMN_ENUM,
    COLUMN_FIRST, /* of a range; the next column is its count */
    COLUMN_COUNT,
    COLUMN_EXPR,
    COLUMN_FLAG,
    COLUMN_BITS,
    COLUMN_NUMBER
};
struct model_column {
    const char *name;
    enum model_column_kind kind;
    bool needed;     /* a reference or expression: never MODEL_NONE */
    uint32_t target; /* enum model_table of a reference or range; enum model_set of an enum */
};
struct model_table_shape {
    const char *name;
    uint32_t row_size;
    const struct model_column *columns;
    uint32_t column_count; /* 0 for the tables that are not rows of numbers */
};
const struct model_table_shape *model_table_shape(enum model_table table);

/* Lays tables out as an image. rows[t] points to counts[t] rows (or bytes). The result is in the
 * arena. Deterministic: the same tables give the same bytes. */
struct str model_image(struct arena *arena, const void *const rows[MODEL_TABLE__COUNT],
                       const uint32_t counts[MODEL_TABLE__COUNT]);

/* Opens an image, also one of another version of Hearth as far as it can be told in today's tables
 * (docs/decisions/0006-images-describe-themselves.md): checks format, sizes, every reference,
 * range, text, enum, and that expression nodes form trees of legal depth. The bytes must be
 * 8-aligned and outlive the model. The model is made in the arena. STATUS_INVALID with a problem
 * when something is wrong. */
NODISCARD enum status model_open(struct arena *arena, struct str image, struct outcome *outcome,
                                 const struct model **ret_model);

/* ---- overlays ----
 * The model as one agency has it: the same rows under the same numbers, with the cells of its
 * overlay. MODEL_NONE is the base, which is what model_open gives. Views are made, and checked like
 * an image, when it is opened; any view leads to any other. */
const struct model *model_view(const struct model *model, uint32_t overlay);
/* Whether records seen in this view have the field, and run the clock: those of the base and of its
 * own overlay. */
bool model_has_field(const struct model *model, uint32_t field);
bool model_has_clock(const struct model *model, uint32_t clock);

/* Rows. Every call is bounds-checked; a bad number is a programming error. */
#define TABLE_BEGIN(table)                                                                         \
    const struct model_##table *model_##table##_row(const struct model *model, uint32_t row);      \
    uint32_t model_##table##_total(const struct model *model);
#include "model/tables.def"

/* The same for any table of rows, by number: its columns as model_table_shape lists them. */
uint32_t model_total(const struct model *model, enum model_table table);
const uint32_t *model_cells(const struct model *model, enum model_table table, uint32_t row);

/* The text at that position of the pool, followed by a NUL that is not counted. */
struct str model_text(const struct model *model, uint32_t text);
const struct expr_node *model_nodes(const struct model *model);
const char *model_expr_text(const struct model *model);
struct calendar model_calendar(const struct model *model);
/* The type of a field's values in expressions; VALUE_UNSET for several codes, which are no one
 * value. Attachments and signatures are references to what is kept elsewhere. */
enum value_type model_field_type(enum model_field_kind kind);

/* Names. MODEL_NONE when there is none. */
/* Of any table whose first column is a name that stands at the top of the model. */
uint32_t model_row_by_name(const struct model *model, enum model_table table, struct str name);
uint32_t model_entity_by_name(const struct model *model, struct str name);
uint32_t model_field_by_name(const struct model *model, uint32_t entity, struct str name);
uint32_t model_list_by_name(const struct model *model, uint32_t entity, struct str name);
uint32_t model_list_field_by_name(const struct model *model, uint32_t list, struct str name);
/* The field of a list in which people sign, or MODEL_NONE: nobody signs in its rows. */
uint32_t model_signature(const struct model *model, uint32_t list);
uint32_t model_state_by_name(const struct model *model, uint32_t entity, struct str name);
uint32_t model_transition_by_name(const struct model *model, uint32_t entity, struct str name);
uint32_t model_form_by_name(const struct model *model, struct str name);
uint32_t model_list_view_by_name(const struct model *model, struct str name);
uint32_t model_workspace_by_name(const struct model *model, struct str name);
uint32_t model_document_by_name(const struct model *model, struct str name);
uint32_t model_pack_by_name(const struct model *model, struct str name);
uint32_t model_language_by_name(const struct model *model, struct str name);
uint32_t model_role_by_name(const struct model *model, struct str name);
uint32_t model_clock_by_name(const struct model *model, struct str name);
uint32_t model_collection_by_name(const struct model *model, uint32_t entity, struct str name);

/* The row of a code in force on a day; with day MODEL_NO_BOUND the newest version. MODEL_NONE when
 * there is none. And the row of exactly (code, version). */
uint32_t model_code_on(const struct model *model, uint32_t set, struct str code, int32_t day);
uint32_t model_code_version(const struct model *model, uint32_t set, struct str code,
                            uint32_t version);
/* Label of a stored code in its own wording; the code itself when the row is unknown. */
struct str model_code_label(const struct model *model, uint32_t set, struct value_code code);

/* What C may name (model/c_names.list): the row, already resolved. enum c_name is generated. A
 * model that does not have it has MODEL_NONE there: then what needs it is left out. */
const struct model_c_name *model_c_name(const struct model *model, uint32_t c_name);

/* Words of the closed sets: "business_days". */
#define SET_BEGIN(set)                                                                             \
    struct str model_##set##_name(enum model_##set value);                                         \
    struct str model_##set##_words(enum model_##set value);                                        \
    bool model_##set##_parse(struct str name, enum model_##set *ret_value);
#include "model/kinds.def"

#endif

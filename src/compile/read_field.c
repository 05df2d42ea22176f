/* Fields of entities and lists, and those of the kernel behind them. */
#include "compile/read.h"

#define TEXT_MOST_DEFAULT 200
#define NARRATIVE_MOST_DEFAULT 100000

#define ONLY(kind) (1u << FIELD_##kind)
#define NUMBERS (ONLY(INTEGER) | ONLY(DECIMAL))
#define TEXTS (ONLY(TEXT) | ONLY(NARRATIVE))

/* Keys that only some kinds of fields have. */
static const struct {
    const char *key;
    uint32_t kinds;
    bool needed;
} particular[] = {
    {"set",           ONLY(CODE) | ONLY(CODES),      true },
    {"to",            ONLY(REFERENCE),               true },
    {"collection",    ONLY(REFERENCE),               false},
    {"of",            ONLY(ROW),                     true },
    {"choices",       ONLY(REFERENCE) | ONLY(ROW),   false},
    {"scale",         ONLY(DECIMAL),                 true },
    {"least",         NUMBERS,                       false},
    {"most",          NUMBERS | TEXTS | ONLY(CODES), false},
    {"unit",          NUMBERS,                       false},
    {"reporter_safe", TEXTS,                         false},
    {"not_future",    ONLY(DATE) | ONLY(DATETIME),   false},
};

static void read_non_answers(struct build *build, const struct yaml *value, const struct key *key,
                             struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    uint32_t bits = 0;
    for (size_t i = 0; i < value->count; i++) {
        static const struct key word = {"non_answers", read_word, 0, MODEL_SET_non_answer,
                                        KEY_OPTIONAL};
        *build_cell(build, cell) = MODEL_NONE;
        read_word(build, value->items[i], &word, cell);
        if (*build_cell(build, cell) != MODEL_NONE) {
            bits |= 1u << *build_cell(build, cell);
        }
    }
    *build_cell(build, cell) = bits;
}

/* Names are those of what is being filled in; "this" is the candidate. */
static void read_choices(struct build *build, const struct yaml *value, const struct key *key,
                         struct cell cell)
{
    struct context before = build->context;
    const struct model_field *field = field_at(build, cell.row);
    build->context.actor = true;
    build->context.variables[0] = (struct variable){
        .name = STR("this"), .subject = field->target, .members = CELL(field, cell.row, rows)};
    build->context.variable_count = 1;
    read_expression(build, value, key, cell);
    build->context = before;
}

/* A list of the same record, also for a field of another list. */
static void read_of(struct build *build, const struct yaml *value, const struct key *key,
                    struct cell cell)
{
    struct context before = build->context;
    build->context.list = MODEL_NONE;
    read_nested(build, value, key, cell);
    build->context = before;
}

/* Must have the type of the field itself. */
static void read_derived(struct build *build, const struct yaml *value, const struct key *key,
                         struct cell cell)
{
    if (want_text(build, value, quoted(build, str_from(key->name)))) {
        expression_later(build, value, 0, value->text.n, WANT_FIELD, cell);
    }
}

static const struct key field_keys[] = {
    {"kind",            read_word,       COLUMN_OF(field, kind),                    MODEL_SET_field_kind, KEY_NEEDED  },
    {"label",           read_text,       COLUMN_OF(field, label),                   0,                    KEY_OPTIONAL},
    {"help",            read_text,       COLUMN_OF(field, help),                    0,                    KEY_OPTIONAL},
    {"source",          read_text,       COLUMN_OF(field, source),                  0,                    KEY_OPTIONAL},
    {"set",             read_top,        COLUMN_OF(field, code_set),                MODEL_TABLE_code_set, KEY_OPTIONAL},
    {"to",              read_top,        COLUMN_OF(field, target),                  MODEL_TABLE_entity,   KEY_OPTIONAL},
    {"of",              read_of,         COLUMN_OF(field, rows),                    MODEL_TABLE_list,     KEY_OPTIONAL},
    {"collection",      NULL,            0,               0,                        KEY_OPTIONAL        },
    {"choices",     read_choices, COLUMN_OF(field,        choices),           WANT_CONDITION,         KEY_OPTIONAL            },
    {"scale",      read_number, COLUMN_OF(field,          scale),                        0,         KEY_OPTIONAL},
    {"least",      read_number, COLUMN_OF(field,          least),                        0,         KEY_OPTIONAL            },
    {"most",      read_number, COLUMN_OF(field,           most),                        0,         KEY_OPTIONAL},
    {"unit",        read_text, COLUMN_OF(field,           unit),                        0,         KEY_OPTIONAL            },
    {"required",        read_word, COLUMN_OF(field,       required),    MODEL_SET_requirement,         KEY_OPTIONAL},
    {"required_when",  read_expression, COLUMN_OF(field,  required_when),           WANT_CONDITION,
     KEY_OPTIONAL            },
    {"relevant",  read_expression, COLUMN_OF(field,       relevant),           WANT_CONDITION,         KEY_OPTIONAL                                                                                       },
    {"non_answers", read_non_answers, COLUMN_OF(field,    non_answers),                        0,         KEY_OPTIONAL},
    {"who_asked",        read_flag, COLUMN_OF(field,      who_asked),                        0,         KEY_OPTIONAL                                                                                       },
    {"class",         read_top, COLUMN_OF(field,          class), MODEL_TABLE_record_class,         KEY_OPTIONAL},
    {"derived",     read_derived, COLUMN_OF(field,        derived),                        0,         KEY_OPTIONAL                                                                                       },
    {"by",      read_nested, COLUMN_OF(field,             by),   MODEL_TABLE_transition,         KEY_OPTIONAL},
    {"reporter_safe",        read_flag, COLUMN_OF(field,  reporter_safe),                        0,         KEY_OPTIONAL                                                                                       },
    {"not_future",        read_flag, COLUMN_OF(field,     not_future),                        0,         KEY_OPTIONAL},
    {"check",  read_expression, COLUMN_OF(field,          check),           WANT_CONDITION,         KEY_OPTIONAL                                                                                       },
    {"check_message",        read_text, COLUMN_OF(field,  check_message),                        0,         KEY_OPTIONAL},
};

static void check_particular(struct build *build, uint32_t row, const struct yaml *node)
{
    uint32_t kind = field_at(build, row)->kind;
    struct str kind_name = model_field_kind_name(kind);
    for (size_t i = 0; i < ARRAY_LENGTH(particular); i++) {
        struct str key = str_from(particular[i].key);
        const struct yaml_pair *pair = yaml_find(node, key);
        bool applies = (particular[i].kinds >> kind & 1) != 0;
        if (pair && !applies) {
            MESSAGE(build->messages, pair->place, STR("a "), kind_name, STR(" field has no '"), key,
                    STR("'"));
        } else if (!pair && applies && particular[i].needed) {
            MESSAGE(build->messages, node->place, STR("a "), kind_name, STR(" field needs '"), key,
                    STR("'"));
        }
    }
}

static void refuse_together(struct build *build, const struct yaml *node, struct str key,
                            struct str other, struct str why)
{
    const struct yaml_pair *pair = yaml_find(node, key);
    if (pair && yaml_find(node, other)) {
        MESSAGE(build->messages, pair->place, STR("'"), key, STR("' and '"), other,
                STR("' cannot stand together: "), why);
    }
}

static void want_beside(struct build *build, const struct yaml *node, struct str key,
                        struct str other)
{
    const struct yaml_pair *pair = yaml_find(node, key);
    if (pair && !yaml_find(node, other)) {
        MESSAGE(build->messages, pair->place, STR("'"), key, STR("' needs '"), other,
                STR("' beside it"));
    }
}

static void check_bounds(struct build *build, uint32_t row, const struct yaml *node)
{
    const struct model_field *field = field_at(build, row);
    const struct yaml_pair *scale = yaml_find(node, STR("scale"));
    if (scale && (field->scale < 1 || field->scale > EXPR_SCALE_MAX)) {
        MESSAGE(build->messages, scale->value->place, STR("'scale' is a number from 1 to 6"));
    }
    const struct yaml_pair *most = yaml_find(node, STR("most"));
    if (most && field->least != MODEL_NO_BOUND && field->least > field->most) {
        MESSAGE(build->messages, most->value->place, STR("'most' is below 'least'"));
    }
    bool counts = (ONLY(TEXT) | ONLY(NARRATIVE) | ONLY(CODES)) >> field->kind & 1;
    if (most && counts && field->most < 1) {
        MESSAGE(build->messages, most->value->place, STR("'most' is at least 1"));
    }
}

static void check_field(struct build *build, uint32_t row, const struct yaml *node)
{
    struct str computed = STR("a computed field is never typed");
    check_particular(build, row, node);
    check_bounds(build, row, node);
    refuse_together(build, node, STR("required"), STR("derived"), computed);
    refuse_together(build, node, STR("non_answers"), STR("derived"), computed);
    refuse_together(build, node, STR("choices"), STR("derived"), computed);
    refuse_together(build, node, STR("by"), STR("derived"), computed);
    want_beside(build, node, STR("required_when"), STR("required"));
    want_beside(build, node, STR("who_asked"), STR("non_answers"));
    want_beside(build, node, STR("check"), STR("check_message"));
    want_beside(build, node, STR("check_message"), STR("check"));
    const struct yaml_pair *required = yaml_find(node, STR("required"));
    const struct model_field *field = field_at(build, row);
    if (required && field->required == REQUIRED_ADDRESSED && field->non_answers == 0) {
        MESSAGE(build->messages, required->value->place,
                STR("'addressed' accepts a declared non-answer and none is declared; write "
                    "'answered' or add 'non_answers'"));
    }
}

/* The range of fields of an entity or list. */
static void fields_range(struct build *build, uint32_t entity, uint32_t list, uint32_t **first,
                         uint32_t **count)
{
    if (list == MODEL_NONE) {
        *first = &entity_at(build, entity)->fields_first;
        *count = &entity_at(build, entity)->fields_count;
    } else {
        *first = &list_at(build, list)->fields_first;
        *count = &list_at(build, list)->fields_count;
    }
}

static uint32_t push_field(struct build *build, uint32_t entity, uint32_t list, struct str name,
                           const struct yaml *node, struct place place)
{
    uint32_t *first = NULL;
    uint32_t *count = NULL;
    uint32_t row = build_push(build, MODEL_TABLE_field, node, place);
    fields_range(build, entity, list, &first, &count);
    struct model_field *field = field_at(build, row);
    field->name = build_intern(build, name);
    field->label = words_of_name(build, name);
    field->entity = entity;
    field->list = list;
    field->slot = (int32_t)(*count)++;
    field->least = MODEL_NO_BOUND;
    field->most = MODEL_NO_BOUND;
    return row;
}

static const struct kernel_field {
    const char *name;
    const char *label;
    enum model_field_kind kind;
} entity_kernel[] =
    {
        {"id",         "Identifier",      FIELD_REFERENCE},
        {"version",    "Version",         FIELD_INTEGER  },
        {"state",      "State",           FIELD_TEXT     },
        {"number",     "Number",          FIELD_TEXT     },
        {"created_at", "Entered",         FIELD_DATETIME },
        {"created_by", "Entered by",      FIELD_REFERENCE},
        {"changed_at", "Last changed",    FIELD_DATETIME },
        {"changed_by", "Last changed by", FIELD_REFERENCE},
},
  list_kernel[] = {
      {"id", "Identifier", FIELD_REFERENCE},
      {"record", "Record", FIELD_REFERENCE},
      {"position", "Position", FIELD_INTEGER},
};

static void push_kernel_fields(struct build *build, uint32_t entity, uint32_t list,
                               const struct kernel_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str name = str_from(fields[i].name);
        uint32_t row = push_field(build, entity, list, name, NULL,
                                  build_origin(build, MODEL_TABLE_entity, entity)->place);
        struct model_field *field = field_at(build, row);
        field->label = build_intern(build, str_from(fields[i].label));
        field->kind = fields[i].kind;
        field->kernel = 1;
        if (str_ends(name, STR("_by"))) {
            field->target = build_find(build, MODEL_TABLE_entity, STR("worker"));
        } else if (list == MODEL_NONE ? str_eq(name, STR("id")) : str_eq(name, STR("record"))) {
            field->target = entity;
        }
    }
}

static bool is_reserved(struct str name, uint32_t list)
{
    const struct kernel_field *fields = list == MODEL_NONE ? entity_kernel : list_kernel;
    size_t count = list == MODEL_NONE ? ARRAY_LENGTH(entity_kernel) : ARRAY_LENGTH(list_kernel);
    for (size_t i = 0; i < count; i++) {
        if (str_eq(str_from(fields[i].name), name)) {
            return true;
        }
    }
    return list == MODEL_NONE && (str_eq(name, STR("root_id")) || str_eq(name, STR("agency_id")));
}

static void read_field(struct build *build, uint32_t entity, uint32_t list,
                       const struct yaml_pair *pair)
{
    uint32_t *first = NULL;
    uint32_t *count = NULL;
    if (!build_check_name(build, pair->key, pair->place)) {
        return;
    }
    if (is_reserved(pair->key, list)) {
        MESSAGE(build->messages, pair->place, STR("'"), pair->key,
                STR("' is kept by the kernel for every record; give the field another name"));
        return;
    }
    fields_range(build, entity, list, &first, &count);
    uint32_t other = build_find_in(build, MODEL_TABLE_field, *first, *count, pair->key);
    if (other != MODEL_NONE) {
        refuse_twice(build, pair, MODEL_TABLE_field, other);
        return;
    }
    if (*count == MODEL_FIELDS_MAX - ARRAY_LENGTH(entity_kernel)) {
        MESSAGE(build->messages, pair->place, STR("these are too many fields"));
        return;
    }
    uint32_t row = push_field(build, entity, list, pair->key, pair->value, pair->place);
    KEYS_READ(build, pair->value, field_keys, CELL(field, row, name),
              described(build, MODEL_TABLE_field, row));
    struct model_field *field = field_at(build, row);
    if (pair->value->kind != YAML_MAP || !yaml_find(pair->value, STR("kind"))) {
        return; /* said already */
    }
    check_field(build, row, pair->value);
    if (field->most == MODEL_NO_BOUND && field->kind == FIELD_TEXT) {
        field->most = TEXT_MOST_DEFAULT;
    } else if (field->most == MODEL_NO_BOUND && field->kind == FIELD_NARRATIVE) {
        field->most = NARRATIVE_MOST_DEFAULT;
    }
}

/* Columns that a field has beside its own. */
static bool has_why(const struct model_field *field)
{
    return field->non_answers != 0;
}

static bool has_asked(const struct model_field *field)
{
    return field->who_asked != 0;
}

static bool has_version(const struct model_field *field)
{
    return field->kind == FIELD_CODE;
}

static bool has_date(const struct model_field *field)
{
    return field->kind == FIELD_DATETIME;
}

static const struct {
    const char *ending;
    bool (*has)(const struct model_field *field);
} columns_beside[] = {
    {"_why",     has_why    },
    {"_asked",   has_asked  },
    {"_version", has_version},
    {"_date",    has_date   }
};

/* Two fields may not share a column: "birth_date" keeps its non-answer in "birth_date_why". */
static void check_columns(struct build *build, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        struct str name = build_name(build, MODEL_TABLE_field, i);
        for (size_t e = 0; e < ARRAY_LENGTH(columns_beside); e++) {
            struct str ending = str_from(columns_beside[e].ending);
            struct str stem = str_slice(name, 0, str_ends(name, ending) ? name.n - ending.n : 0);
            uint32_t other =
                stem.n ? build_find_in(build, MODEL_TABLE_field, first, count, stem) : MODEL_NONE;
            if (other != MODEL_NONE && columns_beside[e].has(field_at(build, other))) {
                MESSAGE(build->messages, build_origin(build, MODEL_TABLE_field, i)->place, STR("'"),
                        name, STR("' is a column of field '"), stem,
                        STR("'; give the field another name"));
            }
        }
    }
}

void read_fields(struct build *build, uint32_t entity, uint32_t list, const struct sources *sources)
{
    uint32_t *first = NULL;
    uint32_t *count = NULL;
    fields_range(build, entity, list, &first, &count);
    *first = build_count(build, MODEL_TABLE_field);
    for (size_t i = 0; i < sources->count; i++) {
        const struct yaml_pair *section = yaml_find(sources->nodes[i], STR("fields"));
        if (!section || !want_map(build, section->value, STR("'fields'"))) {
            continue;
        }
        for (size_t j = 0; j < section->value->count; j++) {
            read_field(build, entity, list, &section->value->pairs[j]);
        }
    }
    check_columns(build, *first, *count);
    if (list == MODEL_NONE) {
        push_kernel_fields(build, entity, list, entity_kernel, ARRAY_LENGTH(entity_kernel));
    } else {
        push_kernel_fields(build, entity, list, list_kernel, ARRAY_LENGTH(list_kernel));
    }
}

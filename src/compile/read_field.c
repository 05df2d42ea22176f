/* Fields of entities and lists, and those of the kernel behind them. */
#include "compile/overlay.h"

#define TEXT_MOST_DEFAULT 200
#define NARRATIVE_MOST_DEFAULT 100000

#define ONLY(kind) (1u << FIELD_##kind)
#define NUMBERS (ONLY(INTEGER) | ONLY(DECIMAL))
#define TEXTS (ONLY(TEXT) | ONLY(NARRATIVE))

static const struct particular field_particular[] = {
    {"set",           ONLY(CODE) | ONLY(CODES),      ONLY(CODE) | ONLY(CODES)},
    {"to",            ONLY(REFERENCE),               ONLY(REFERENCE)         },
    {"collection",    ONLY(REFERENCE),               0                       },
    {"of",            ONLY(ROW),                     ONLY(ROW)               },
    {"choices",       ONLY(REFERENCE) | ONLY(ROW),   0                       },
    {"scale",         ONLY(DECIMAL),                 ONLY(DECIMAL)           },
    {"least",         NUMBERS,                       0                       },
    {"most",          NUMBERS | TEXTS | ONLY(CODES), 0                       },
    {"unit",          NUMBERS,                       0                       },
    {"reporter_safe", TEXTS,                         0                       },
    {"sealed",        TEXTS,                         0                       },
    {"format",        ONLY(TEXT),                    0                       },
    {"shows",         ONLY(TEXT),                    0                       },
    {"found_by",      TEXTS,                         0                       },
    {"identifies",    TEXTS,                         0                       },
    {"about",         ONLY(REFERENCE),               0                       },
    {"takes",         ONLY(ATTACHMENT),              0                       },
    {"from",          ONLY(ATTACHMENT),              0                       },
    {"brings",        ONLY(ATTACHMENT),              0                       },
    {"not_future",    ONLY(DATE) | ONLY(DATETIME),   0                       },
};

/* A list of words of a set, as bits. */
static void read_bits(struct build *build, const struct yaml *value, const struct key *key,
                      struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    uint32_t bits = 0;
    for (size_t i = 0; i < value->count; i++) {
        *build_cell(build, cell) = MODEL_NONE;
        read_word(build, value->items[i], key, cell);
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
    build->context.variables[0] = (struct variable){.name = STR("this"),
                                                    .subject = field->target,
                                                    .is_member = true,
                                                    .members = CELL(field, cell.row, rows)};
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
    NEEDED("kind", read_word, field, kind, MODEL_SET_field_kind),
    OPTION("label", read_text, field, label, 0),
    OPTION("help", read_text, field, help, 0),
    OPTION("source", read_text, field, source, 0),
    OPTION("federal", read_text, field, federal, 0),
    OPTION("set", read_top, field, code_set, MODEL_TABLE_code_set),
    OPTION("to", read_top, field, target, MODEL_TABLE_entity),
    OPTION("of", read_of, field, rows, MODEL_TABLE_list),
    OPTION_ELSEWHERE("collection"),
    OPTION("choices", read_choices, field, choices, WANT_CONDITION),
    OPTION("scale", read_number, field, scale, 0),
    OPTION("least", read_number, field, least, 0),
    OPTION("most", read_number, field, most, 0),
    OPTION("unit", read_text, field, unit, 0),
    OPTION("required", read_word, field, required, MODEL_SET_requirement),
    OPTION("required_when", read_expression, field, required_when, WANT_CONDITION),
    OPTION("relevant", read_expression, field, relevant, WANT_CONDITION),
    OPTION("non_answers", read_bits, field, non_answers, MODEL_SET_non_answer),
    OPTION("takes", read_bits, field, takes, MODEL_SET_file_kind),
    OPTION_ELSEWHERE("from"),
    OPTION_ELSEWHERE("brings"),
    OPTION("who_asked", read_flag, field, who_asked, 0),
    OPTION("class", read_top, field, class, MODEL_TABLE_record_class),
    OPTION("derived", read_derived, field, derived, 0),
    OPTION("by", read_nested, field, by, MODEL_TABLE_transition),
    OPTION("reporter_safe", read_flag, field, reporter_safe, 0),
    OPTION("sealed", read_flag, field, sealed, 0),
    OPTION("format", read_text, field, format, 0),
    OPTION("shows", read_number, field, shows, 0),
    OPTION("found_by", read_word, field, found_by, MODEL_SET_sealed_index),
    OPTION("identifies", read_word, field, identifies, MODEL_SET_identity),
    OPTION("about", read_flag, field, about, 0),
    OPTION("not_future", read_flag, field, not_future, 0),
    OPTION("check", read_expression, field, check, WANT_CONDITION),
    OPTION("check_message", read_text, field, check_message, 0),
};

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

/* What is drawn is a picture; what is brought is one or a document, unless it is said. */
static void check_takes(struct build *build, uint32_t row, const struct yaml *node)
{
    struct model_field *field = field_at(build, row);
    const struct yaml_pair *takes = yaml_find(node, STR("takes"));
    if (takes && field->takes == 0) {
        MESSAGE(build->messages, takes->value->place,
                STR("'takes' is a list of picture, pdf and text"));
    } else if (field->kind == FIELD_SIGNATURE) {
        field->takes = 1u << FILE_KIND_PICTURE;
    } else if (field->kind == FIELD_ATTACHMENT && field->takes == 0) {
        field->takes = 1u << FILE_KIND_PICTURE | 1u << FILE_KIND_PDF;
    }
}

/* Digits stand for themselves nowhere: what is typed is told from what is set. */
static void check_format(struct build *build, uint32_t row, const struct yaml *node)
{
    const struct model_field *field = field_at(build, row);
    const struct yaml_pair *format = yaml_find(node, STR("format"));
    const struct yaml_pair *shows = yaml_find(node, STR("shows"));
    size_t places = 0;
    bool set = false;
    for (size_t i = 0; format && i < format->value->text.n; i++) {
        char c = format->value->text.p[i];
        places += c == '#';
        set = set || (c != '#' && c != ' ' && c != '-' && c != '.' && c != '/');
    }
    if (format && (places == 0 || set)) {
        MESSAGE(build->messages, format->value->place,
                STR("'format' is written with # for each digit, spaces, hyphens, points and "
                    "slashes: '###-##-####'"));
    }
    if (shows && (field->shows < 1 || (size_t)field->shows >= places)) {
        MESSAGE(build->messages, shows->value->place,
                STR("'shows' is at least 1 and less than the digits of 'format'"));
    }
}

static void check_field(struct build *build, uint32_t row, const struct yaml *node)
{
    struct str computed = STR("a computed field is never typed");
    uint32_t kind = field_at(build, row)->kind;
    particular_check(build, node, field_particular, ARRAY_LENGTH(field_particular), kind,
                     STR_JOIN(build->arena, STR("a "), model_field_kind_name(kind), STR(" field")));
    check_takes(build, row, node);
    check_bounds(build, row, node);
    check_format(build, row, node);
    refuse_together(build, node, STR("required"), STR("derived"), computed);
    refuse_together(build, node, STR("non_answers"), STR("derived"), computed);
    refuse_together(build, node, STR("choices"), STR("derived"), computed);
    refuse_together(build, node, STR("by"), STR("derived"), computed);
    refuse_together(build, node, STR("takes"), STR("from"),
                    STR("the field that it is chosen from says what that takes"));
    want_beside(build, node, STR("brings"), STR("from"));
    want_beside(build, node, STR("required_when"), STR("required"));
    want_beside(build, node, STR("who_asked"), STR("non_answers"));
    refuse_together(build, node, STR("sealed"), STR("derived"),
                    STR("what is sealed is typed by people, never computed"));
    refuse_together(build, node, STR("sealed"), STR("who_asked"),
                    STR("who was asked would stand beside it in plain text"));
    want_beside(build, node, STR("found_by"), STR("sealed"));
    want_beside(build, node, STR("shows"), STR("sealed"));
    want_beside(build, node, STR("shows"), STR("format"));
    want_beside(build, node, STR("identifies"), STR("sealed"));
    want_beside(build, node, STR("about"), STR("collection"));
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
    field->overlay = build->overlay;
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

void read_field(struct build *build, uint32_t entity, uint32_t list, const struct yaml_pair *pair)
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

static bool has_blind(const struct model_field *field)
{
    return field->found_by != SEALED_INDEX_NONE;
}

static const struct {
    const char *ending;
    bool (*has)(const struct model_field *field);
} columns_beside[] = {
    {"_why",     has_why    },
    {"_asked",   has_asked  },
    {"_version", has_version},
    {"_date",    has_date   },
    {"_blind",   has_blind  }
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
    if (list == MODEL_NONE) {
        overlays_read_fields(build, entity);
    }
    fields_range(build, entity, list, &first, &count);
    check_columns(build, *first, *count);
    if (list == MODEL_NONE) {
        push_kernel_fields(build, entity, list, entity_kernel, ARRAY_LENGTH(entity_kernel));
    } else {
        push_kernel_fields(build, entity, list, list_kernel, ARRAY_LENGTH(list_kernel));
    }
}

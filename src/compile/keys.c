#include "compile/keys.h"

struct str quoted(struct build *build, struct str name)
{
    return STR_JOIN(build->arena, STR("'"), name, STR("'"));
}

bool want_map(struct build *build, const struct yaml *node, struct str what)
{
    if (node->kind == YAML_MAP) {
        return true;
    }
    MESSAGE(build->messages, node->place, what, STR(" is a mapping: 'key: value', one a line"));
    return false;
}

bool want_list(struct build *build, const struct yaml *node, struct str what)
{
    if (node->kind == YAML_LIST) {
        return true;
    }
    MESSAGE(build->messages, node->place, what, STR(" is a list: '[a, b]' or '- a', one a line"));
    return false;
}

bool want_text(struct build *build, const struct yaml *node, struct str what)
{
    if (node->kind == YAML_TEXT && str_trim(node->text).n > 0) {
        return true;
    }
    MESSAGE(build->messages, node->place, what,
            node->kind == YAML_TEXT ? STR(" is empty; write it or take the key out")
                                    : STR(" is one text, not a list or mapping"));
    return false;
}

static const struct key *find_key(const struct key *keys, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(str_from(keys[i].name), name)) {
            return &keys[i];
        }
    }
    return NULL;
}

static void refuse_unknown(struct build *build, const struct yaml *node, const struct key *keys,
                           size_t count, struct str what)
{
    struct str *names = ARENA_ARRAY(build->arena, count, struct str);
    for (size_t i = 0; i < count; i++) {
        names[i] = str_from(keys[i].name);
    }
    for (size_t i = 0; i < node->count; i++) {
        struct str name = node->pairs[i].key;
        if (!find_key(keys, count, name)) {
            MESSAGE(build->messages, node->pairs[i].place, STR("unknown key '"), name, STR("' in "),
                    what, did_you_mean(build->arena, name, names, count));
        }
    }
}

void keys_read(struct build *build, const struct yaml *node, const struct key *keys, size_t count,
               struct cell row, struct str what)
{
    if (!want_map(build, node, what)) {
        return;
    }
    refuse_unknown(build, node, keys, count, what);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_pair *pair = yaml_find(node, str_from(keys[i].name));
        if (pair && keys[i].read) {
            keys[i].read(build, pair->value, &keys[i],
                         (struct cell){row.table, row.row, keys[i].column});
        } else if (!pair && keys[i].need == KEY_NEEDED) {
            MESSAGE(build->messages, node->place, what, STR(" needs '"), str_from(keys[i].name),
                    STR("'"));
        }
    }
}

void particular_check(struct build *build, const struct yaml *node,
                      const struct particular *particular, size_t count, uint32_t kind,
                      struct str what)
{
    for (size_t i = 0; i < count; i++) {
        struct str key = str_from(particular[i].key);
        const struct yaml_pair *pair = yaml_find(node, key);
        if (pair && !(particular[i].kinds >> kind & 1)) {
            MESSAGE(build->messages, pair->place, what, STR(" has no '"), key, STR("'"));
        } else if (!pair && (particular[i].needed >> kind & 1)) {
            MESSAGE(build->messages, node->place, what, STR(" needs '"), key, STR("'"));
        }
    }
}

void read_text(struct build *build, const struct yaml *value, const struct key *key,
               struct cell cell)
{
    if (want_text(build, value, quoted(build, str_from(key->name)))) {
        *build_cell(build, cell) = build_intern(build, value->text);
    }
}

void read_flag(struct build *build, const struct yaml *value, const struct key *key,
               struct cell cell)
{
    if (value->kind == YAML_TEXT && str_eq(value->text, STR("yes"))) {
        *build_cell(build, cell) = 1;
    } else if (value->kind == YAML_TEXT && str_eq(value->text, STR("no"))) {
        *build_cell(build, cell) = 0;
    } else {
        MESSAGE(build->messages, value->place, quoted(build, str_from(key->name)),
                STR(" is 'yes' or 'no'"));
    }
}

void read_number(struct build *build, const struct yaml *value, const struct key *key,
                 struct cell cell)
{
    int64_t number = 0;
    if (value->kind != YAML_TEXT || !str_to_i64(value->text, &number) || number < -INT32_MAX ||
        number > INT32_MAX) {
        MESSAGE(build->messages, value->place, quoted(build, str_from(key->name)),
                STR(" is a whole number"));
        return;
    }
    *build_cell(build, cell) = (uint32_t)(int32_t)number;
}

void read_day(struct build *build, const struct yaml *value, const struct key *key,
              struct cell cell)
{
    struct date date = {0};
    if (value->kind != YAML_TEXT || !date_parse(value->text, &date) ||
        str_find_byte(value->text, '/') >= 0) {
        MESSAGE(build->messages, value->place, quoted(build, str_from(key->name)),
                STR(" is a date like 2026-06-01"));
        return;
    }
    *build_cell(build, cell) = (uint32_t)date.day;
}

void read_word(struct build *build, const struct yaml *value, const struct key *key,
               struct cell cell)
{
    struct str name = quoted(build, str_from(key->name));
    const struct model_set_shape *set = model_set_shape(key->detail);
    if (!want_text(build, value, name)) {
        return;
    }
    uint32_t word = model_set_find(key->detail, value->text);
    if (word != MODEL_NONE) {
        *build_cell(build, cell) = word;
        return;
    }
    struct str list = {0};
    for (uint32_t i = 0; i < set->count; i++) {
        list = STR_JOIN(build->arena, list, i ? STR(", ") : STR(""), str_from(set->words[i].name));
    }
    MESSAGE(build->messages, value->place, name, STR(" cannot be '"), value->text,
            STR("'; it is one of: "), list);
}

void read_top(struct build *build, const struct yaml *value, const struct key *key,
              struct cell cell)
{
    if (!want_text(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    uint32_t row = build_find(build, key->detail, value->text);
    if (key->detail == MODEL_TABLE_entity && str_eq(value->text, STR("itself"))) {
        row = build->context.entity; /* of a trait: whatever takes it up */
    }
    if (row == MODEL_NONE) {
        MESSAGE(build->messages, value->place, STR("there is no "), table_words(key->detail),
                STR(" '"), value->text, STR("'"), build_suggest(build, key->detail, value->text));
        return;
    }
    *build_cell(build, cell) = row;
}

void name_later(struct build *build,
                void (*resolve)(struct build *build, const struct pending *pending),
                const struct yaml *node, uint32_t detail, struct cell cell)
{
    struct pending pending = {.resolve = resolve,
                              .cell = cell,
                              .node = node,
                              .to = node->text.n,
                              .context = build->context,
                              .detail = detail};
    LIST_PUSH(build->arena, &build->names_due, pending);
}

void read_nested(struct build *build, const struct yaml *value, const struct key *key,
                 struct cell cell)
{
    if (want_text(build, value, quoted(build, str_from(key->name)))) {
        name_later(build, resolve_nested, value, key->detail, cell);
    }
}

void read_expression(struct build *build, const struct yaml *value, const struct key *key,
                     struct cell cell)
{
    if (want_text(build, value, quoted(build, str_from(key->name)))) {
        expression_later(build, value, 0, value->text.n, key->detail, cell);
    }
}

void expression_later(struct build *build, const struct yaml *node, size_t from, size_t to,
                      uint32_t want, struct cell cell)
{
    if (node->style == YAML_OTHER || node->last_line != node->place.line) {
        MESSAGE(build->messages, node->place,
                STR("an expression stands on one line, plain or in single quotes"));
        return;
    }
    struct pending pending = {.resolve = resolve_expression,
                              .cell = cell,
                              .node = node,
                              .from = from,
                              .to = to,
                              .context = build->context,
                              .detail = want};
    LIST_PUSH(build->arena, &build->exprs_due, pending);
}

struct str pending_text(const struct pending *pending)
{
    return str_slice(pending->node->text, pending->from, pending->to);
}

struct place pending_place(const struct pending *pending)
{
    return yaml_place_of(pending->node, pending->from);
}

/* Narrows [*from, *to) of a text to what is not blank. */
static void trim(struct str text, size_t *from, size_t *to)
{
    while (*from < *to && text.p[*from] == ' ') {
        (*from)++;
    }
    while (*to > *from && text.p[*to - 1] == ' ') {
        (*to)--;
    }
}

static void path_later(struct build *build, const struct yaml *value, size_t from, size_t to,
                       struct each_cells cells)
{
    size_t name_from = to;
    while (name_from > from && value->text.p[name_from - 1] != '.') {
        name_from--;
    }
    struct pending pending = {.resolve = resolve_members,
                              .cell = cells.members,
                              .node = value,
                              .from = from,
                              .to = to,
                              .context = build->context};
    LIST_PUSH(build->arena, &build->names_due, pending);
    if (name_from == from) {
        return;
    }
    if (cells.of.table == MODEL_TABLE__COUNT) {
        MESSAGE(build->messages, yaml_place_of(value, from),
                STR("only a collection of the record itself can stand here, not one behind a "
                    "reference"));
        return;
    }
    expression_later(build, value, from, name_from - 1, WANT_REFERENCE, cells.of);
}

bool read_each(struct build *build, const struct yaml *value, struct each_cells cells)
{
    return read_each_at(build, value, 0, cells);
}

bool read_each_at(struct build *build, const struct yaml *value, size_t slot,
                  struct each_cells cells)
{
    if (!want_text(build, value, STR("'each'"))) {
        return false;
    }
    struct str text = value->text;
    ptrdiff_t in = str_find(text, STR(" in "));
    if (in < 0) {
        MESSAGE(build->messages, value->place,
                STR("this is written 'c in children' or 'c in children where CONDITION'"));
        return false;
    }
    size_t from = (size_t)in + 4;
    ptrdiff_t where = str_find(str_slice(text, from, text.n), STR(" where "));
    size_t to = where < 0 ? text.n : from + (size_t)where;
    size_t condition = to + 7; /* " where " */
    trim(text, &from, &to);
    struct str name = str_trim(str_slice(text, 0, (size_t)in));
    if (!build_check_name(build, name, value->place)) {
        return false;
    }
    path_later(build, value, from, to, cells);
    build->context.variables[slot] = (struct variable){
        .name = name, .subject = MODEL_NONE, .is_member = true, .members = cells.members};
    if (build->context.variable_count <= slot) {
        build->context.variable_count = slot + 1;
    }
    if (where >= 0 && condition < text.n) {
        size_t end = text.n;
        trim(text, &condition, &end);
        expression_later(build, value, condition, end, WANT_CONDITION, cells.where);
    }
    return true;
}

void declare_entry(struct build *build, const struct yaml_pair *pair, enum model_table table)
{
    if (!build_check_name(build, pair->key, pair->place)) {
        return;
    }
    uint32_t known = build_find(build, table, pair->key);
    if (known != MODEL_NONE) {
        struct place first = build_origin(build, table, known)->place;
        MESSAGE(build->messages, pair->place, table_words(table), STR(" '"), pair->key,
                STR("' is declared twice; the other one is at "), first.file, STR(":"),
                str_from_int(build->arena, first.line));
        return;
    }
    uint32_t *row = ARENA_NEW(build->arena, uint32_t);
    *row = build_push(build, table, pair->value, pair->place);
    *build_cell(build, (struct cell){table, *row, 0}) = build_intern(build, pair->key);
    map_add(&build->names[table], pair->key, row);
}

void declare_section(struct build *build, const struct yaml *section, enum model_table table,
                     struct str what)
{
    if (!want_map(build, section, what)) {
        return;
    }
    for (size_t i = 0; i < section->count; i++) {
        declare_entry(build, &section->pairs[i], table);
    }
}

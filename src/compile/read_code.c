/* Code sets with their tables, and schemes. */
#include "base/csv.h"
#include "compile/read.h"

#define CODE_LENGTH_MAX 64

/* ---- code sets ---------------------------------------------------------------------------- */

static const struct key code_set_keys[] = {
    NEEDED("label", read_text, code_set, label, 0),
    OPTION("source", read_text, code_set, source, 0),
    OPTION("verified", read_flag, code_set, verified, 0),
    OPTION("scheme", read_top, code_set, scheme, MODEL_TABLE_scheme),
};

void read_code_set(struct build *build, uint32_t row)
{
    KEYS_READ(build, build_origin(build, MODEL_TABLE_code_set, row)->node, code_set_keys,
              CELL(code_set, row, name), described(build, MODEL_TABLE_code_set, row));
}

enum code_column {
    CODE_CODE,
    CODE_LABEL,
    CODE_FROM,
    CODE_TO,
    CODE_REPLACES,
    CODE_HELP,
    CODE_SECTION,
    CODE_SOURCE,
    CODE_GROUPS,
    CODE__COUNT
};

static const char *const code_columns[CODE__COUNT] = {
    [CODE_CODE] = "code",       [CODE_LABEL] = "label",       [CODE_FROM] = "from",
    [CODE_TO] = "to",           [CODE_REPLACES] = "replaces", [CODE_HELP] = "help",
    [CODE_SECTION] = "section", [CODE_SOURCE] = "source",     [CODE_GROUPS] = "groups",
};

/* That a code is in a group of its table. */
struct code_group_entry {
    size_t group; /* number of its name */
    uint32_t code;
};

/* One table while it is read. */
struct code_table {
    struct build *build;
    struct str file;
    uint32_t set;
    int position[CODE__COUNT]; /* of a column in the file, or -1 */
    size_t width;
    struct csv_row *row;
    LIST(struct code_group_entry) groups; /* (group, code) in the order of the file */
    LIST(struct str) group_names;
};

static struct place row_place(const struct code_table *table)
{
    return (struct place){table->file, table->row->line, 1};
}

static struct str field_of(const struct code_table *table, enum code_column column)
{
    int position = table->position[column];
    return position < 0 ? STR("") : table->row->fields[position];
}

static bool read_header(struct code_table *table)
{
    struct str names[CODE__COUNT];
    for (size_t i = 0; i < CODE__COUNT; i++) {
        table->position[i] = -1;
        names[i] = str_from(code_columns[i]);
    }
    for (size_t f = 0; f < table->row->count; f++) {
        struct str name = table->row->fields[f];
        size_t column = 0;
        while (column < CODE__COUNT && !str_eq(names[column], name)) {
            column++;
        }
        if (column == CODE__COUNT) {
            MESSAGE(table->build->messages, row_place(table), STR("unknown column '"), name,
                    STR("'"), did_you_mean(table->build->arena, name, names, CODE__COUNT));
        } else if (table->position[column] >= 0) {
            MESSAGE(table->build->messages, row_place(table), STR("column '"), name,
                    STR("' stands here twice"));
        } else {
            table->position[column] = (int)f;
        }
    }
    table->width = table->row->count;
    if (table->position[CODE_CODE] < 0 || table->position[CODE_LABEL] < 0) {
        MESSAGE(table->build->messages, row_place(table),
                STR("a code table begins with a header that has 'code' and 'label'"));
        return false;
    }
    return true;
}

static bool is_code(struct str code)
{
    bool good = code.n > 0 && code.n <= CODE_LENGTH_MAX;
    for (size_t i = 0; i < code.n && good; i++) {
        char c = code.p[i];
        good = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
    return good;
}

static int32_t read_code_day(struct code_table *table, enum code_column column)
{
    struct str text = field_of(table, column);
    struct date date = {MODEL_NO_BOUND};
    if (text.n > 0 && (str_find_byte(text, '/') >= 0 || !date_parse(text, &date))) {
        MESSAGE(table->build->messages, row_place(table), STR("'"), str_from(code_columns[column]),
                STR("' is a date like 2026-06-01"));
    }
    return date.day;
}

/* The newest row of a code so far in this table, or MODEL_NONE. */
static uint32_t newest(const struct code_table *table, struct str code)
{
    struct build *build = table->build;
    const struct model_code_set *set = code_set_at(build, table->set);
    for (uint32_t i = set->codes_count; i-- > 0;) {
        if (str_eq(build_name(build, MODEL_TABLE_code, set->codes_first + i), code)) {
            return set->codes_first + i;
        }
    }
    return MODEL_NONE;
}

/* A row that takes the place of an earlier one of the same code begins where that ended. */
static void check_succession(struct code_table *table, uint32_t row, uint32_t before)
{
    struct build *build = table->build;
    struct model_code *code = code_at(build, row);
    const struct model_code *old = code_at(build, before);
    struct str replaces = field_of(table, CODE_REPLACES);
    struct str wanted = str_from_int(build->arena, old->version);
    code->version = old->version + 1;
    code->replaces = before;
    if (!str_eq(replaces, wanted)) {
        MESSAGE(build->messages, row_place(table), STR("code '"), field_of(table, CODE_CODE),
                STR("' has an earlier row; 'replaces' must name its version, "), wanted);
    }
    if (old->to_day == MODEL_NO_BOUND || code->from_day == MODEL_NO_BOUND ||
        code->from_day != old->to_day + 1) {
        MESSAGE(build->messages, row_place(table), STR("code '"), field_of(table, CODE_CODE),
                STR("' must begin the day after its earlier row ends"));
    }
}

static void read_groups(struct code_table *table, uint32_t code)
{
    struct build *build = table->build;
    struct str rest = str_trim(field_of(table, CODE_GROUPS));
    struct str name = {0};
    while (rest.n > 0 && str_split(&rest, ' ', &name)) {
        if (name.n == 0 || !build_check_name(build, name, row_place(table))) {
            continue;
        }
        size_t known = 0;
        while (known < table->group_names.count && !str_eq(table->group_names.items[known], name)) {
            known++;
        }
        if (known == table->group_names.count) {
            LIST_PUSH(build->arena, &table->group_names, name);
        }
        struct code_group_entry entry = {known, code};
        LIST_PUSH(build->arena, &table->groups, entry);
    }
}

static void read_code_row(struct code_table *table)
{
    struct build *build = table->build;
    struct str text = field_of(table, CODE_CODE);
    if (table->row->count != table->width) {
        MESSAGE(build->messages, row_place(table), STR("this row has "),
                str_from_int(build->arena, (int64_t)table->row->count),
                STR(" columns, the header "), str_from_int(build->arena, (int64_t)table->width));
        return;
    }
    if (!is_code(text)) {
        MESSAGE(build->messages, row_place(table), STR("'"), text,
                STR("' is no code; codes are upper case letters, digits and '_'"));
        return;
    }
    uint32_t before = newest(table, text);
    uint32_t row = build_push(build, MODEL_TABLE_code, NULL, row_place(table));
    code_set_at(build, table->set)->codes_count++;
    struct model_code *code = code_at(build, row);
    code->code = build_intern(build, text);
    code->label = build_intern(build, field_of(table, CODE_LABEL));
    code->help = build_intern(build, field_of(table, CODE_HELP));
    code->source = build_intern(build, field_of(table, CODE_SOURCE));
    code->section = build_intern(build, field_of(table, CODE_SECTION));
    code->set = table->set;
    code->version = 1;
    code->from_day = read_code_day(table, CODE_FROM);
    code->to_day = read_code_day(table, CODE_TO);
    if (field_of(table, CODE_LABEL).n == 0) {
        MESSAGE(build->messages, row_place(table), STR("code '"), text, STR("' needs a label"));
    }
    if (before != MODEL_NONE) {
        check_succession(table, row, before);
    } else if (field_of(table, CODE_REPLACES).n > 0) {
        MESSAGE(build->messages, row_place(table), STR("code '"), text,
                STR("' has no earlier row to replace"));
    }
    if (code->from_day != MODEL_NO_BOUND && code->to_day != MODEL_NO_BOUND &&
        code->from_day > code->to_day) {
        MESSAGE(build->messages, row_place(table), STR("'to' is before 'from'"));
    }
    read_groups(table, row);
}

static void push_groups(struct code_table *table)
{
    struct build *build = table->build;
    struct model_code_set *set = code_set_at(build, table->set);
    set->groups_first = build_count(build, MODEL_TABLE_code_group);
    for (size_t g = 0; g < table->group_names.count; g++) {
        uint32_t row = build_push(build, MODEL_TABLE_code_group, NULL, row_place(table));
        code_set_at(build, table->set)->groups_count++;
        code_group_at(build, row)->name = build_intern(build, table->group_names.items[g]);
        code_group_at(build, row)->set = table->set;
        code_group_at(build, row)->members_first = build_count(build, MODEL_TABLE_code_member);
        for (size_t e = 0; e < table->groups.count; e++) {
            if (table->groups.items[e].group == g) {
                uint32_t member =
                    build_push(build, MODEL_TABLE_code_member, NULL, row_place(table));
                code_member_at(build, member)->code = table->groups.items[e].code;
                code_group_at(build, row)->members_count++;
            }
        }
    }
}

void read_code_table(struct build *build, uint32_t set, struct str file, struct str text)
{
    struct csv csv;
    struct code_table table = {.build = build, .file = file, .set = set};
    bool started = false;
    table.row = ARENA_NEW(build->arena, struct csv_row);
    code_set_at(build, set)->codes_first = build_count(build, MODEL_TABLE_code);
    csv_init(&csv, text);
    for (;;) {
        enum csv_result result = csv_next(&csv, build->arena, table.row);
        if (result == CSV_END) {
            break;
        }
        if (result == CSV_BAD_ROW) {
            MESSAGE(build->messages, row_place(&table), table.row->fault);
        } else if (started) {
            read_code_row(&table);
        } else if (!read_header(&table)) {
            return;
        } else {
            started = true;
        }
    }
    push_groups(&table);
    if (code_set_at(build, set)->codes_count == 0) {
        MESSAGE(build->messages, place_of_file(file), STR("this code table has no codes"));
    }
}

/* ---- schemes ------------------------------------------------------------------------------ */

struct scheme_codes {
    uint32_t alternative, set;
};

static void take_scheme_code(struct build *build, const struct yaml *item, void *context)
{
    const struct scheme_codes *codes = context;
    uint32_t row = build_push(build, MODEL_TABLE_scheme_code, item, item->place);
    scheme_alternative_at(build, codes->alternative)->codes_count++;
    name_later(build, resolve_scheme_code, item, codes->set, CELL(scheme_code, row, code));
}

static void read_scheme_codes(struct build *build, const struct yaml *value, const struct key *key,
                              struct cell cell)
{
    if (!want_map(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_scheme_code);
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml_pair *pair = &value->pairs[i];
        struct scheme_codes codes = {cell.row, build_find(build, MODEL_TABLE_code_set, pair->key)};
        if (codes.set == MODEL_NONE) {
            MESSAGE(build->messages, pair->place, STR("there is no code set '"), pair->key,
                    STR("'"), build_suggest(build, MODEL_TABLE_code_set, pair->key));
            continue;
        }
        each_text(build, pair->value, STR("the codes of an alternative"), &codes, take_scheme_code);
    }
}

static const struct key alternative_keys[] = {
    NEEDED("label", read_text, scheme_alternative, label, 0),
    OPTION("source", read_text, scheme_alternative, source, 0),
    OPTION("from", read_day, scheme_alternative, from_day, 0),
    OPTION("to", read_day, scheme_alternative, to_day, 0),
    OPTION("codes", read_scheme_codes, scheme_alternative, codes_first, 0),
};

static void read_alternatives(struct build *build, const struct yaml *value, const struct key *key,
                              struct cell cell)
{
    if (!want_map(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_scheme_alternative);
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml_pair *pair = &value->pairs[i];
        if (!build_check_name(build, pair->key, pair->place)) {
            continue;
        }
        uint32_t row = build_push(build, MODEL_TABLE_scheme_alternative, pair->value, pair->place);
        scheme_at(build, cell.row)->alternatives_count++;
        struct model_scheme_alternative *alternative = scheme_alternative_at(build, row);
        alternative->name = build_intern(build, pair->key);
        alternative->scheme = cell.row;
        alternative->from_day = MODEL_NO_BOUND;
        alternative->to_day = MODEL_NO_BOUND;
        KEYS_READ(build, pair->value, alternative_keys, CELL(scheme_alternative, row, name),
                  described(build, MODEL_TABLE_scheme_alternative, row));
    }
}

static const struct key scheme_keys[] = {
    NEEDED("label", read_text, scheme, label, 0),
    OPTION("help", read_text, scheme, help, 0),
    NEEDED("alternatives", read_alternatives, scheme, alternatives_first, 0),
};

void read_scheme(struct build *build, uint32_t row)
{
    KEYS_READ(build, build_origin(build, MODEL_TABLE_scheme, row)->node, scheme_keys,
              CELL(scheme, row, name), described(build, MODEL_TABLE_scheme, row));
}

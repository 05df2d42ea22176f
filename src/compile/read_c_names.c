/* The few names that C may use, resolved here so that nothing is looked up by text when Hearth
 * runs. The build makes enum c_name of model/c_names.list, in the same order. A model that has the
 * file itself promises all of them; one without it has what it has. */
#include "compile/resolve.h"
#include "model/c_names.h"

struct c_line {
    struct build *build;
    struct place place;
    uint32_t row;
    bool promised; /* else it may be missing: then what needs it is left out */
};

static void refuse(const struct c_line *line, struct str what, struct str name)
{
    if (!line->promised) {
        return;
    }
    MESSAGE(line->build->messages, line->place, STR("there is no "), what, STR(" '"), name,
            STR("', which the program needs"));
}

/* Takes "person" off "person.birth_date" as an entity; MODEL_NONE, said, when there is none. */
static uint32_t take_entity(const struct c_line *line, struct str *rest)
{
    struct str name = {0};
    (void)str_split(rest, '.', &name);
    uint32_t entity = build_find(line->build, MODEL_TABLE_entity, name);
    if (entity == MODEL_NONE) {
        refuse(line, STR("entity"), name);
    }
    return entity;
}

static void read_entity_name(const struct c_line *line, struct str name)
{
    c_name_at(line->build, line->row)->entity = take_entity(line, &name);
}

static void read_field_name(const struct c_line *line, struct str name)
{
    struct str rest = name;
    uint32_t entity = take_entity(line, &rest);
    uint32_t field = entity == MODEL_NONE ? MODEL_NONE : find_field(line->build, entity, rest);
    if (entity == MODEL_NONE) {
        return;
    }
    if (field == MODEL_NONE) {
        refuse(line, STR("field"), name);
        return;
    }
    c_name_at(line->build, line->row)->entity = entity;
    c_name_at(line->build, line->row)->field = field;
}

/* "worker.roles", or "worker.roles.role" for a field of the list. */
static void read_list_name(const struct c_line *line, struct str name, bool with_field)
{
    struct build *build = line->build;
    struct str rest = name;
    struct str list_name = {0};
    uint32_t entity = take_entity(line, &rest);
    if (entity == MODEL_NONE) {
        return;
    }
    (void)str_split(&rest, '.', &list_name);
    const struct model_entity *owner = entity_at(build, entity);
    uint32_t list =
        build_find_in(build, MODEL_TABLE_list, owner->lists_first, owner->lists_count, list_name);
    uint32_t field = list != MODEL_NONE && with_field
                         ? find_field(build, subject_of(entity, list), rest)
                         : MODEL_NONE;
    if (list == MODEL_NONE || (with_field && field == MODEL_NONE)) {
        refuse(line, with_field ? STR("list field") : STR("list"), name);
        return;
    }
    struct model_c_name *row = c_name_at(build, line->row);
    row->entity = entity;
    row->list = list;
    row->field = field;
}

static void read_list_only(const struct c_line *line, struct str name)
{
    read_list_name(line, name, false);
}

static void read_list_field(const struct c_line *line, struct str name)
{
    read_list_name(line, name, true);
}

static uint32_t find_or_refuse(const struct c_line *line, enum model_table table, struct str name)
{
    uint32_t row = build_find(line->build, table, name);
    if (row == MODEL_NONE) {
        refuse(line, table_words(table), name);
    }
    return row;
}

static void read_role_name(const struct c_line *line, struct str name)
{
    c_name_at(line->build, line->row)->role = find_or_refuse(line, MODEL_TABLE_role, name);
}

static void read_class_name(const struct c_line *line, struct str name)
{
    c_name_at(line->build, line->row)->class = find_or_refuse(line, MODEL_TABLE_record_class, name);
}

static void read_code_set_name(const struct c_line *line, struct str name)
{
    c_name_at(line->build, line->row)->code_set = find_or_refuse(line, MODEL_TABLE_code_set, name);
}

static const struct {
    const char *kind;
    void (*read)(const struct c_line *line, struct str name);
} kinds[] = {
    {"entity",     read_entity_name  },
    {"field",      read_field_name   },
    {"list",       read_list_only    },
    {"list_field", read_list_field   },
    {"role",       read_role_name    },
    {"class",      read_class_name   },
    {"code_set",   read_code_set_name},
};

static void read_line(struct c_line *line, struct str text)
{
    struct str rest = text;
    struct str kind = {0};
    (void)str_split(&rest, ' ', &kind);
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (str_eq(str_from(kinds[i].kind), kind) && rest.n > 0) {
            line->row = build_push(line->build, MODEL_TABLE_c_name, NULL, line->place);
            c_name_at(line->build, line->row)->name = build_intern(line->build, text);
            kinds[i].read(line, rest);
            return;
        }
    }
    MESSAGE(line->build->messages, line->place,
            STR("a line is one of: entity, field, list, list_field, role, class, code_set, and a "
                "name"));
}

static void read_lines(struct c_line *line, struct str text)
{
    struct str part = {0};
    for (; str_split(&text, '\n', &part); line->place.line++) {
        part = str_trim(part);
        if (part.n > 0 && part.p[0] != '#') {
            read_line(line, part);
        }
    }
}

void read_c_names(struct build *build, struct str file, struct str text)
{
    read_lines(&(struct c_line){.build = build, .place = place_of_file(file), .promised = true},
               text);
}

void find_c_names(struct build *build)
{
    read_lines(&(struct c_line){.build = build, .place = place_of_file(STR(""))}, STR(C_NAMES));
}

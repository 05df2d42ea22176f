#include "compile/compile.h"

#include <stdlib.h>

#include "compile/link.h"
#include "compile/overlay.h"
#include "compile/zone_file.h"

/* A section of a file. Either its entries are declared as rows of a table and read one by one, or
 * it is read as a whole. */
static const struct section {
    const char *name;
    enum model_table table;
    void (*read_row)(struct build *build, uint32_t row);
    void (*read_whole)(struct build *build, const struct yaml *section);
} sections[] = {
    {"model",      0,                        NULL,           read_model   },
    {"traits",     0,                        NULL,           read_traits  },
    {"classes",    MODEL_TABLE_record_class, read_class,     NULL         },
    {"roles",      MODEL_TABLE_role,         read_role,      NULL         },
    {"schemes",    MODEL_TABLE_scheme,       read_scheme,    NULL         },
    {"code_sets",  MODEL_TABLE_code_set,     read_code_set,  NULL         },
    {"deciders",   MODEL_TABLE_decider,      read_decider,   NULL         },
    {"entities",   MODEL_TABLE_entity,       read_entity,    NULL         },
    {"facts",      MODEL_TABLE_fact,         read_fact,      NULL         },
    {"clocks",     MODEL_TABLE_clock,        read_clock,     NULL         },
    {"forms",      MODEL_TABLE_form,         read_form,      NULL         },
    {"lists",      MODEL_TABLE_list_view,    read_list_view, NULL         },
    {"workspaces", MODEL_TABLE_workspace,    read_workspace, NULL         },
    {"documents",  MODEL_TABLE_document,     read_document,  NULL         },
    {"packs",      MODEL_TABLE_pack,         read_pack,      NULL         },
    {"places",     MODEL_TABLE_place,        read_place,     NULL         },
    {"languages",  MODEL_TABLE_language,     read_language,  NULL         },
    {"duties",     MODEL_TABLE_duty,         read_duty,      NULL         },
    {"policy",     0,                        NULL,           read_policy  },
    {"calendar",   0,                        NULL,           read_calendar},
};

/* The model being compiled from its files. */
struct compilation {
    struct arena *arena;
    struct messages messages, findings;
    struct build build;
    const struct compile_file **files; /* by path */
    const struct yaml **roots;         /* of the YAML files, else NULL */
    bool *broken;                      /* no YAML, or with a section that nobody knows */
    size_t count;
};

static int compare_files(const void *left, const void *right)
{
    const struct compile_file *const *a = left;
    const struct compile_file *const *b = right;
    return str_compare((*a)->path, (*b)->path);
}

static void sort_files(struct compilation *c, const struct compile_file *files, size_t count)
{
    c->files = ARENA_ARRAY(c->arena, count, const struct compile_file *);
    c->roots = ARENA_ARRAY(c->arena, count, const struct yaml *);
    c->broken = ARENA_ARRAY(c->arena, count, bool);
    c->count = count;
    for (size_t i = 0; i < count; i++) {
        c->files[i] = &files[i];
    }
    if (count > 0) {
        qsort(c->files, count, sizeof(*c->files), compare_files);
    }
}

static const struct section *find_section(struct str name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(sections); i++) {
        if (str_eq(str_from(sections[i].name), name)) {
            return &sections[i];
        }
    }
    return NULL;
}

/* Whether every file could be read whole. */
static bool read_yaml(struct compilation *c)
{
    struct str names[ARRAY_LENGTH(sections)];
    for (size_t i = 0; i < ARRAY_LENGTH(sections); i++) {
        names[i] = str_from(sections[i].name);
    }
    for (size_t f = 0; f < c->count; f++) {
        overlays_declare(&c->build, c->files[f]->path);
    }
    for (size_t f = 0; f < c->count; f++) {
        const struct compile_file *file = c->files[f];
        if (!str_ends(file->path, STR(".yaml"))) {
            continue;
        }
        bool overlay = overlay_of_file(&c->build, file->path) != MODEL_NONE;
        c->roots[f] = yaml_read(c->arena, file->path, file->text, &c->messages);
        if (!c->roots[f] || !want_map(&c->build, c->roots[f], STR("a file of a model"))) {
            c->roots[f] = NULL;
            c->broken[f] = true;
            continue;
        }
        for (size_t i = 0; i < c->roots[f]->count; i++) {
            const struct yaml_pair *pair = &c->roots[f]->pairs[i];
            if (!overlay && !find_section(pair->key)) {
                c->broken[f] = true;
                MESSAGE(&c->messages, pair->place, STR("unknown section '"), pair->key, STR("'"),
                        did_you_mean(c->arena, pair->key, names, ARRAY_LENGTH(sections)));
            }
        }
        if (overlay) {
            overlays_note(&c->build, c->roots[f]);
        }
    }
    return c->messages.list.count == 0;
}

/* ---- beside broken files -------------------------------------------------------------------- */

/* Whether the name stands in the text as a word of its own. */
static bool has_word(struct str text, struct str name)
{
    struct str inner = STR("abcdefghijklmnopqrstuvwxyz0123456789_");
    for (ptrdiff_t at = str_find(text, name); at >= 0; at = str_find(text, name)) {
        size_t end = (size_t)at + name.n;
        bool begins = at == 0 || str_find_byte(inner, text.p[at - 1]) < 0;
        if (begins && (end == text.n || str_find_byte(inner, text.p[end]) < 0)) {
            return true;
        }
        text = str_slice(text, (size_t)at + 1, text.n);
    }
    return false;
}

static bool stands_in_broken(const struct compilation *c, struct str name)
{
    for (size_t f = 0; f < c->count; f++) {
        if (c->broken[f] && has_word(c->files[f]->text, name)) {
            return true;
        }
    }
    return false;
}

/* The first name that a message quotes. */
static struct str quoted_in(struct str message)
{
    ptrdiff_t from = str_find_byte(message, '\'');
    struct str rest = from < 0 ? STR("") : str_slice(message, (size_t)from + 1, message.n);
    ptrdiff_t to = str_find_byte(rest, '\'');
    return to < 0 ? STR("") : str_slice(rest, 0, (size_t)to);
}

/* A name that is missing may be declared in a broken file: what says so is held back until that can
 * be read. */
static void hold_back_missing(struct compilation *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->messages.list.count; i++) {
        struct message message = c->messages.list.items[i];
        bool missing = str_starts(message.text, STR("there is no ")) ||
                       str_starts(message.text, STR("no code set "));
        if (!missing || !stands_in_broken(c, quoted_in(message.text))) {
            c->messages.list.items[kept++] = message;
        }
    }
    c->messages.list.count = kept;
}

/* ---- stages --------------------------------------------------------------------------------- */

/* The base's sections; those of overlays are read on top of them. */
static bool is_base(const struct compilation *c, size_t file)
{
    return c->roots[file] && overlay_of_file(&c->build, c->files[file]->path) == MODEL_NONE;
}

static void declare_all(struct compilation *c, const struct section *section)
{
    struct str name = str_from(section->name);
    for (size_t f = 0; f < c->count; f++) {
        const struct yaml_pair *pair = is_base(c, f) ? yaml_find(c->roots[f], name) : NULL;
        if (pair && section->read_row) {
            declare_section(&c->build, pair->value, section->table, quoted(&c->build, name));
        }
    }
}

static void read_all(struct compilation *c, const struct section *section)
{
    if (section->read_row) {
        for (uint32_t row = 0; row < build_count(&c->build, section->table); row++) {
            struct place place = build_origin(&c->build, section->table, row)->place;
            c->build.overlay = overlay_of_file(&c->build, place.file);
            section->read_row(&c->build, row);
        }
        c->build.overlay = MODEL_NONE;
        return;
    }
    for (size_t f = 0; f < c->count; f++) {
        const struct yaml_pair *pair =
            is_base(c, f) ? yaml_find(c->roots[f], str_from(section->name)) : NULL;
        if (pair) {
            section->read_whole(&c->build, pair->value);
        }
    }
}

/* "codes/relationship.csv" -> "relationship"; empty when it is no code table. */
static struct str code_table_name(struct str path)
{
    struct str folder = STR("codes/");
    size_t slash = path.n;
    while (slash > 0 && path.p[slash - 1] != '/') {
        slash--;
    }
    if (!str_ends(path, STR(".csv")) || !str_ends(str_slice(path, 0, slash), folder)) {
        return STR("");
    }
    return str_slice(path, slash, path.n - 4);
}

static void read_code_tables(struct compilation *c)
{
    bool *read = ARENA_ARRAY(c->arena, build_count(&c->build, MODEL_TABLE_code_set), bool);
    for (size_t f = 0; f < c->count; f++) {
        struct str name = code_table_name(c->files[f]->path);
        struct place place = place_of_file(c->files[f]->path);
        if (name.n == 0) {
            continue;
        }
        uint32_t set = build_find(&c->build, MODEL_TABLE_code_set, name);
        if (set == MODEL_NONE) {
            MESSAGE(&c->messages, place, STR("no code set '"), name,
                    STR("' is declared for this table"),
                    build_suggest(&c->build, MODEL_TABLE_code_set, name));
        } else if (overlay_of_file(&c->build, c->files[f]->path) !=
                   overlay_of_file(
                       &c->build, build_origin(&c->build, MODEL_TABLE_code_set, set)->place.file)) {
            MESSAGE(
                &c->messages, place, described(&c->build, MODEL_TABLE_code_set, set),
                STR(" is the base's, and statewide lists and federal files count its codes; add a "
                    "code set of your own for a field of your own"));
        } else if (read[set]) {
            MESSAGE(&c->messages, place, STR("code set '"), name, STR("' has two tables"));
        } else {
            read[set] = true;
            read_code_table(&c->build, set, c->files[f]->path, c->files[f]->text);
        }
    }
    for (uint32_t set = 0; set < build_count(&c->build, MODEL_TABLE_code_set); set++) {
        if (!read[set]) {
            struct str name = build_name(&c->build, MODEL_TABLE_code_set, set);
            MESSAGE(&c->messages, build_origin(&c->build, MODEL_TABLE_code_set, set)->place,
                    STR("code set '"), name, STR("' has no table; write it in codes/"), name,
                    STR(".csv"));
        }
    }
}

static void resolve_all(struct build *build)
{
    for (size_t i = 0; i < build->names_due.count; i++) {
        struct pending pending = build->names_due.items[i];
        build->overlay = overlay_of_file(build, pending.node->place.file);
        pending.resolve(build, &pending);
    }
    for (size_t i = 0; i < build->exprs_due.count; i++) {
        struct pending pending = build->exprs_due.items[i];
        build->overlay = overlay_of_file(build, pending.node->place.file);
        pending.resolve(build, &pending);
    }
    build->overlay = MODEL_NONE;
}

static void read_zone(struct compilation *c, struct str zone_file)
{
    struct build *build = &c->build;
    struct zone_list zone = {0};
    struct zone_transition utc = {INT64_MIN, 0, 0};
    if (zone_file.n == 0) {
        LIST_PUSH(c->arena, &zone.transitions, utc);
    } else if (!zone_file_read(c->arena, zone_file, &zone)) {
        MESSAGE(&c->messages, build_origin(build, MODEL_TABLE_model, 0)->place,
                STR("the table of this zone cannot be read"));
    }
    for (size_t i = 0; i < zone.transitions.count; i++) {
        LIST_PUSH(c->arena, &build->zone_transitions, zone.transitions.items[i]);
    }
}

/* Where each declaration stands: "clock first_contact", "transition contact.finish". */
static void note_place(struct build *build, enum model_table table, uint32_t row, struct str name)
{
    struct place place = build_origin(build, table, row)->place;
    uint32_t note = build_push(build, MODEL_TABLE_place_in_source, NULL, place);
    struct model_place_in_source *written = place_in_source_at(build, note);
    written->file = build_intern(build, place.file);
    written->line = (int32_t)place.line;
    written->what = build_intern(
        build, STR_JOIN(build->arena, str_from(model_table_shape(table)->name), STR(" "), name));
}

static void note_places(struct build *build)
{
    for (size_t i = 0; i < ARRAY_LENGTH(sections); i++) {
        enum model_table table = sections[i].table;
        for (uint32_t row = 0; sections[i].read_row && row < build_count(build, table); row++) {
            note_place(build, table, row, build_name(build, table, row));
        }
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_transition); row++) {
        struct str entity =
            build_name(build, MODEL_TABLE_entity, transition_at(build, row)->entity);
        note_place(build, MODEL_TABLE_transition, row,
                   STR_JOIN(build->arena, entity, STR("."),
                            build_name(build, MODEL_TABLE_transition, row)));
    }
}

static void link_c_names(struct compilation *c)
{
    for (size_t f = 0; f < c->count; f++) {
        if (str_eq(c->files[f]->path, STR("c_names.list"))) {
            read_c_names(&c->build, c->files[f]->path, c->files[f]->text);
            return;
        }
    }
    find_c_names(&c->build);
}

static void link_all(struct compilation *c)
{
    struct build *build = &c->build;
    link_c_names(c);
    link_roots(build);
    link_languages(build);
    if (c->messages.list.count == 0) {
        link_files(build);
        overlays_check(build);
    }
    if (c->messages.list.count == 0) {
        link_check(build);
        link_sealed(build);
    }
    for (uint32_t i = 0; c->messages.list.count == 0 && i < build_count(build, MODEL_TABLE_overlay);
         i++) { /* what holds of the base holds of each view */
        overlay_swap(build, i);
        link_check(build);
        link_sealed(build);
        overlay_swap(build, i);
    }
    if (c->messages.list.count == 0) {
        link_loads(build);
        link_classes(build);
        note_places(build);
    }
}

static struct str make_image(struct build *build)
{
    const void *rows[MODEL_TABLE__COUNT];
    uint32_t counts[MODEL_TABLE__COUNT];
    for (size_t t = 0; t < MODEL_TABLE__ROWS; t++) {
        rows[t] = build->rows[t].items;
        counts[t] = build->rows[t].count;
    }
    rows[MODEL_TABLE_node] = build->program.nodes.items;
    counts[MODEL_TABLE_node] = (uint32_t)build->program.nodes.count;
    rows[MODEL_TABLE_expr_text] = build->program.text.items;
    counts[MODEL_TABLE_expr_text] = (uint32_t)build->program.text.count;
    rows[MODEL_TABLE_zone_transition] = build->zone_transitions.items;
    counts[MODEL_TABLE_zone_transition] = (uint32_t)build->zone_transitions.count;
    rows[MODEL_TABLE_holiday] = build->holidays.items;
    counts[MODEL_TABLE_holiday] = (uint32_t)build->holidays.count;
    rows[MODEL_TABLE_text] = build->text_pool.p;
    counts[MODEL_TABLE_text] = (uint32_t)build->text_pool.n;
    return model_image(build->arena, rows, counts);
}

static const struct compile_error *as_errors(struct arena *arena, struct messages *messages)
{
    messages_sort(messages);
    struct compile_error *errors = ARENA_ARRAY(arena, messages->list.count, struct compile_error);
    for (size_t i = 0; i < messages->list.count; i++) {
        const struct message *message = &messages->list.items[i];
        errors[i] = (struct compile_error){message->place.file, message->place.line,
                                           message->place.column, message->text};
    }
    return errors;
}

static void take_result(struct compilation *c, struct compile_result *ret_result)
{
    ret_result->errors = as_errors(c->arena, &c->messages);
    ret_result->error_count = c->messages.list.count;
    ret_result->left_out = c->messages.left_out;
    ret_result->findings = as_errors(c->arena, &c->findings);
    ret_result->finding_count = c->findings.list.count;
    if (c->messages.list.count == 0) {
        ret_result->image = make_image(&c->build);
    }
}

static void read_and_resolve(struct compilation *c)
{
    for (size_t i = 0; i < ARRAY_LENGTH(sections); i++) {
        declare_all(c, &sections[i]);
    }
    overlays_declare_entries(&c->build);
    for (size_t i = 0; i < ARRAY_LENGTH(sections); i++) {
        read_all(c, &sections[i]);
    }
    read_code_tables(c);
    overlays_read(&c->build);
    link_collections(&c->build);
    resolve_all(&c->build);
    overlays_copy(&c->build);
}

static void link_model(struct compilation *c, struct str zone_file)
{
    if (build_count(&c->build, MODEL_TABLE_model) == 0) {
        MESSAGE(&c->messages, place_of_file(STR("model.yaml")),
                STR("the model has no section 'model' with its name, zone and version"));
    } else {
        read_zone(c, zone_file);
    }
    link_all(c);
}

enum status compile_texts(struct arena *arena, const struct compile_file *files, size_t count,
                          struct str zone_file, struct compile_result *ret_result)
{
    struct compilation *c = ARENA_NEW(arena, struct compilation);
    *ret_result = (struct compile_result){0};
    c->arena = arena;
    messages_init(&c->messages, arena);
    messages_init(&c->findings, arena);
    build_init(&c->build, arena, &c->messages, &c->findings);
    sort_files(c, files, count);
    bool whole = read_yaml(c);
    if (whole || !stands_in_broken(c, STR("traits"))) { /* what a trait gives has no other name */
        read_and_resolve(c);
    }
    if (whole) {
        link_model(c, zone_file);
    } else {
        hold_back_missing(c);
    }
    take_result(c, ret_result);
    return ret_result->error_count == 0 ? STATUS_OK : STATUS_INVALID;
}

struct str compile_error_line(struct arena *arena, const struct compile_error *error)
{
    struct message message = {
        {error->file, error->line, error->column},
        error->message
    };
    return message_line(arena, &message);
}

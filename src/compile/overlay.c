/* The folders of overlays, their patches, and what is done with them as a whole. */
#include "compile/overlay.h"

#include "base/buf.h"

#define FOLDER STR("agency/")
#define CHANGES_MAX ((size_t)16 * 1024) /* bytes of words about what an overlay changes */

uint32_t overlay_of_file(const struct build *build, struct str file)
{
    if (!str_starts(file, FOLDER)) {
        return MODEL_NONE;
    }
    struct str rest = str_slice(file, FOLDER.n, file.n);
    struct str name = {0};
    (void)str_split(&rest, '/', &name);
    return build_find(build, MODEL_TABLE_overlay, name);
}

bool overlay_adds(struct build *build, uint32_t overlay, struct str name)
{
    struct str own = build_name(build, MODEL_TABLE_overlay, overlay);
    return name.n > own.n + 1 && str_starts(name, own) && name.p[own.n] == '_';
}

/* ---- files ---------------------------------------------------------------------------------- */

void overlays_declare(struct build *build, struct str file)
{
    struct str rest = str_slice(file, FOLDER.n, file.n);
    struct yaml_pair folder = {.place = place_of_file(file)};
    if (!str_starts(file, FOLDER) || !str_split(&rest, '/', &folder.key) || rest.p == NULL ||
        build_find(build, MODEL_TABLE_overlay, folder.key) != MODEL_NONE) {
        return;
    }
    declare_entry(build, &folder, MODEL_TABLE_overlay);
}

void overlays_note(struct build *build, const struct yaml *root)
{
    LIST_PUSH(build->arena, &build->overlay_files, root);
}

/* Calls take for each entry of a section in the overlays' files. */
static void each_entry(struct build *build, struct str section,
                       void (*take)(struct build *build, struct str section,
                                    const struct yaml_pair *entry))
{
    for (size_t f = 0; f < build->overlay_files.count; f++) {
        const struct yaml *root = build->overlay_files.items[f];
        const struct yaml_pair *pair = yaml_find(root, section);
        build->overlay = overlay_of_file(build, root->place.file);
        if (pair && want_map(build, pair->value, quoted(build, section))) {
            for (size_t i = 0; i < pair->value->count; i++) {
                take(build, section, &pair->value->pairs[i]);
            }
        }
    }
    build->overlay = MODEL_NONE;
}

/* Sections whose entries an overlay may add, too. */
static enum model_table added_table(struct str section)
{
    if (str_eq(section, STR("clocks"))) {
        return MODEL_TABLE_clock;
    }
    return str_eq(section, STR("code_sets")) ? MODEL_TABLE_code_set : MODEL_TABLE__COUNT;
}

static void declare_added(struct build *build, struct str section, const struct yaml_pair *entry)
{
    if (overlay_adds(build, build->overlay, entry->key)) {
        declare_entry(build, entry, added_table(section));
    }
}

void overlays_declare_entries(struct build *build)
{
    each_entry(build, STR("code_sets"), declare_added);
    each_entry(build, STR("clocks"), declare_added);
}

static void refuse_key(struct build *build, const struct yaml *field, struct str key,
                       struct str why)
{
    const struct yaml_pair *pair = yaml_find(field, key);
    if (pair) {
        MESSAGE(build->messages, pair->place, STR("a field that an overlay adds has no '"), key,
                STR("': "), why);
    }
}

void overlays_read_fields(struct build *build, uint32_t entity)
{
    struct str name = build_name(build, MODEL_TABLE_entity, entity);
    for (size_t f = 0; f < build->overlay_files.count; f++) {
        const struct yaml *root = build->overlay_files.items[f];
        const struct yaml_pair *entities = yaml_find(root, STR("entities"));
        const struct yaml_pair *own = entities ? yaml_find(entities->value, name) : NULL;
        const struct yaml_pair *fields = own ? yaml_find(own->value, STR("fields")) : NULL;
        build->overlay = overlay_of_file(build, root->place.file);
        for (size_t i = 0; fields && fields->value->kind == YAML_MAP && i < fields->value->count;
             i++) {
            const struct yaml_pair *pair = &fields->value->pairs[i];
            if (!overlay_adds(build, build->overlay, pair->key)) {
                continue;
            }
            read_field(build, entity, MODEL_NONE, pair);
            refuse_key(build, pair->value, STR("collection"),
                       STR("other records would depend on it"));
            refuse_key(
                build, pair->value, STR("sealed"),
                STR("keys rotate over the base's tables; a field of the base can be sealed"));
        }
    }
    build->overlay = MODEL_NONE;
}

/* ---- the section "overlay" ------------------------------------------------------------------- */

static void read_of(struct build *build, const struct yaml *value, const struct key *key,
                    struct cell cell)
{
    (void)key;
    (void)cell;
    if (value->kind != YAML_TEXT || build_count(build, MODEL_TABLE_model) == 0 ||
        !str_eq(value->text, build_name(build, MODEL_TABLE_model, 0))) {
        MESSAGE(build->messages, value->place,
                STR("this overlay is not of the model it is laid over, '"),
                build_count(build, MODEL_TABLE_model) > 0 ? build_name(build, MODEL_TABLE_model, 0)
                                                          : STR(""),
                STR("'"));
    }
}

/* "clocks screening_decision, code_sets relationship": what the overlay has otherwise than the
 * base. */
static struct str what_it_changes(struct build *build, uint32_t overlay)
{
    struct buf words;
    buf_init(&words, build->arena, CHANGES_MAX);
    for (size_t f = 0; f < build->overlay_files.count; f++) {
        const struct yaml *root = build->overlay_files.items[f];
        if (overlay_of_file(build, root->place.file) != overlay) {
            continue;
        }
        for (size_t i = 0; i < root->count; i++) {
            const struct yaml_pair *section = &root->pairs[i];
            for (size_t k = 0; section->value->kind == YAML_MAP && k < section->value->count; k++) {
                struct str entry = section->value->pairs[k].key;
                if (!str_eq(section->key, STR("overlay")) && !overlay_adds(build, overlay, entry)) {
                    BUF_ADD(&words, buf_str(&words).n > 0 ? STR(", ") : STR(""), section->key,
                            STR(" "), entry);
                }
            }
        }
    }
    return buf_str(&words);
}

/* The base as it was when somebody last looked at what the overlay changes of it. */
static void read_base(struct build *build, const struct yaml *value, const struct key *key,
                      struct cell cell)
{
    (void)key;
    if (value->kind != YAML_TEXT || value->text.n == 0) {
        MESSAGE(build->messages, value->place,
                STR("'base' is the version of the model that the overlay was made for"));
        return;
    }
    struct str now = build_count(build, MODEL_TABLE_model) > 0
                         ? build_text(build, model_at(build, 0)->version)
                         : value->text;
    if (str_eq(now, value->text)) {
        return;
    }
    struct str changes = what_it_changes(build, cell.row);
    MESSAGE(build->findings, value->place, STR("this overlay was made for version "), value->text,
            STR(" of the model, this is "), now, STR(": look at "),
            changes.n > 0 ? changes : STR("what it adds"), STR("; then write 'base: "), now,
            STR("'"));
}

static const struct key overlay_keys[] = {
    NEEDED_BY("of", read_of, 0),
    OPTION_BY("base", read_base, 0),
    NEEDED("label", read_text, overlay, label, 0),
    NEEDED("source", read_text, overlay, source, 0),
    NEEDED("agency", read_text, overlay, agency, 0),
};

static void read_header(struct build *build, uint32_t row)
{
    const struct yaml_pair *header = NULL;
    struct place place = build_origin(build, MODEL_TABLE_overlay, row)->place;
    struct str what = described(build, MODEL_TABLE_overlay, row);
    for (size_t f = 0; f < build->overlay_files.count; f++) {
        const struct yaml *root = build->overlay_files.items[f];
        const struct yaml_pair *pair = yaml_find(root, STR("overlay"));
        if (pair == NULL || overlay_of_file(build, root->place.file) != row) {
            continue;
        }
        if (header != NULL) {
            MESSAGE(build->messages, pair->place, what, STR(" has two sections 'overlay'"));
            continue;
        }
        header = pair;
        KEYS_READ(build, pair->value, overlay_keys, CELL(overlay, row, name), what);
    }
    if (header == NULL) {
        MESSAGE(build->messages, place, what,
                STR(" has no section 'overlay' with 'of', 'label', 'source' and 'agency'"));
        return;
    }
    for (uint32_t other = 0; other < row; other++) {
        if (overlay_at(build, other)->agency == overlay_at(build, row)->agency) {
            MESSAGE(build->messages, header->place, what, STR(" is of the same agency as "),
                    described(build, MODEL_TABLE_overlay, other));
        }
    }
}

/* ---- patches -------------------------------------------------------------------------------- */

struct cell overlay_patch(struct build *build, struct cell cell, uint32_t value, struct place place)
{
    struct model_overlay *overlay = overlay_at(build, build->overlay);
    for (uint32_t i = overlay->patches_first; i < overlay->patches_first + overlay->patches_count;
         i++) {
        const struct model_patch *other = patch_at(build, i);
        if ((uint32_t)other->table == cell.table && (uint32_t)other->row == cell.row &&
            (uint32_t)other->column == cell.column) {
            struct place first = build_origin(build, MODEL_TABLE_patch, i)->place;
            MESSAGE(build->messages, place,
                    STR("this overlay changes it twice; the other place is "), first.file, STR(":"),
                    str_from_int(build->arena, first.line));
        }
    }
    uint32_t row = build_push(build, MODEL_TABLE_patch, NULL, place);
    overlay_at(build, build->overlay)->patches_count++;
    *patch_at(build, row) = (struct model_patch){(int32_t)cell.table, (int32_t)cell.row,
                                                 (int32_t)cell.column, (int32_t)value};
    return CELL(patch, row, value);
}

void overlay_patch_range(struct build *build, struct cell first, uint32_t row, uint32_t count,
                         struct place place)
{
    struct cell behind = {first.table, first.row, first.column + 1};
    (void)overlay_patch(build, first, row, place);
    (void)overlay_patch(build, behind, count, place);
}

uint32_t overlay_copy_row(struct build *build, enum model_table table, uint32_t row)
{
    struct origin origin = *build_origin(build, table, row);
    uint32_t copy = build_push(build, table, origin.node, origin.place);
    struct row_copy pair = {table, row, copy};
    LIST_PUSH(build->arena, &build->copies, pair);
    return copy;
}

void overlays_copy(struct build *build)
{
    for (size_t i = 0; i < build->copies.count; i++) {
        struct row_copy pair = build->copies.items[i];
        for (uint32_t c = 0; c < model_table_shape(pair.table)->column_count; c++) {
            *build_cell(build, (struct cell){pair.table, pair.to, c}) =
                *build_cell(build, (struct cell){pair.table, pair.from, c});
        }
    }
}

void overlay_swap(struct build *build, uint32_t overlay)
{
    const struct model_overlay *row = overlay_at(build, overlay);
    for (uint32_t i = row->patches_first; i < row->patches_first + row->patches_count; i++) {
        struct model_patch *patch = patch_at(build, i);
        struct cell cell = {(enum model_table)patch->table, (uint32_t)patch->row,
                            (uint32_t)patch->column};
        uint32_t *base = build_cell(build, cell);
        uint32_t value = *base;
        *base = (uint32_t)patch->value;
        patch->value = (int32_t)value;
    }
}

/* ---- all of it ------------------------------------------------------------------------------ */

void overlays_read(struct build *build)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_overlay); row++) {
        read_header(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_overlay); row++) {
        overlay_at(build, row)->patches_first = build_count(build, MODEL_TABLE_patch);
        for (size_t f = 0; f < build->overlay_files.count; f++) {
            const struct yaml *root = build->overlay_files.items[f];
            build->overlay = overlay_of_file(build, root->place.file);
            for (size_t i = 0; build->overlay == row && i < root->count; i++) {
                overlay_change(build, &root->pairs[i]);
            }
        }
    }
    build->overlay = MODEL_NONE;
}

/* The base and what other overlays add do not hang on an overlay's code set. */
static void check_code_set(struct build *build, uint32_t field)
{
    uint32_t set = field_at(build, field)->code_set;
    if (set == MODEL_NONE) {
        return;
    }
    uint32_t owner =
        overlay_of_file(build, build_origin(build, MODEL_TABLE_code_set, set)->place.file);
    if (owner != MODEL_NONE && owner != field_at(build, field)->overlay) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_field, field)->place,
                described(build, MODEL_TABLE_code_set, set), STR(" is added by "),
                described(build, MODEL_TABLE_overlay, owner),
                STR("; only fields of that overlay may use it"));
    }
}

/* Added fields lie in a side table by agency: what no agency owns has none. */
static void check_owned(struct build *build, uint32_t field)
{
    uint32_t entity = field_at(build, field)->entity;
    if (entity_at(build, entity_at(build, entity)->root)->kind != ENTITY_ROOT) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_field, field)->place,
                described(build, MODEL_TABLE_entity, entity),
                STR(" belongs to no agency, so no overlay can add a field to it"));
    }
}

void overlays_check(struct build *build)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_field); row++) {
        check_code_set(build, row);
        if (field_at(build, row)->overlay != MODEL_NONE) {
            check_owned(build, row);
        }
    }
    for (uint32_t i = 0; i < build_count(build, MODEL_TABLE_patch); i++) {
        overlay_check_hidden(build, patch_at(build, i),
                             build_origin(build, MODEL_TABLE_patch, i)->place);
    }
}

/* What an overlay may change of each kind of thing, and in which direction. */
#include "compile/overlay.h"

/* ---- attributes and their directions ----------------------------------------------------------
 */

enum way {
    WAY_WORDS,    /* other words */
    WAY_ON,       /* a flag may only be switched on */
    WAY_OFF,      /* ... or off */
    WAY_DOWN,     /* a bound may only fall */
    WAY_UP,       /* ... or rise */
    WAY_STRICTER, /* no, addressed, answered: only further on */
    WAY_FEWER,    /* a set of bits: only some of them */
    WAY_OWN       /* read by a function */
};

struct change {
    const char *key;
    enum way way;
    uint32_t column;
    void (*read)(struct build *build, const struct yaml_pair *pair, uint32_t row);
};

/* The thing being changed. */
struct changed {
    enum model_table table;
    uint32_t row;
    struct str what; /* "field 'narrative'" */
};

static void refuse_change(struct build *build, const struct yaml_pair *pair, struct str what,
                          const struct change *changes, size_t count)
{
    struct buf list;
    buf_init(&list, build->arena, 1024);
    for (size_t i = 0; i < count; i++) {
        BUF_ADD(&list, i > 0 ? STR(", ") : STR(""), str_from(changes[i].key));
    }
    MESSAGE(build->messages, pair->place, STR("an overlay cannot change '"), pair->key,
            STR("' of "), what, STR("; it may have its own: "), buf_str(&list));
}

static void refuse_direction(struct build *build, const struct yaml_pair *pair, struct str only)
{
    MESSAGE(build->messages, pair->value->place, STR("an overlay may only tighten: '"), pair->key,
            STR("' "), only);
}

/* The value is read as the base's is, into a row of its own. */
static bool read_value(struct build *build, const struct yaml_pair *pair, enum way way,
                       uint32_t *ret_value)
{
    static const struct key requirement = OPTION_BY("required", read_word, MODEL_SET_requirement);
    static const struct key non_answer = OPTION_BY("non_answers", read_word, MODEL_SET_non_answer);
    size_t before = build->messages->list.count;
    uint32_t row = build_push(build, MODEL_TABLE_patch, NULL, pair->place);
    struct cell cell = CELL(patch, row, value);
    const struct key plain = {.name = str_cstr(build->arena, pair->key)};
    if (way == WAY_WORDS) {
        read_text(build, pair->value, &plain, cell);
    } else if (way == WAY_ON || way == WAY_OFF) {
        read_flag(build, pair->value, &plain, cell);
    } else if (way == WAY_STRICTER) {
        read_word(build, pair->value, &requirement, cell);
    } else if (way == WAY_FEWER) {
        uint32_t bits = 0;
        bool list = want_list(build, pair->value, quoted(build, pair->key));
        for (size_t i = 0; list && i < pair->value->count; i++) {
            read_word(build, pair->value->items[i], &non_answer, cell);
            bits |= 1u << *build_cell(build, cell);
        }
        *build_cell(build, cell) = bits;
    } else {
        read_number(build, pair->value, &plain, cell);
    }
    *ret_value = *build_cell(build, cell);
    build->rows[MODEL_TABLE_patch].count--; /* it was the last one */
    return build->messages->list.count == before;
}

static bool is_tighter(struct build *build, const struct yaml_pair *pair, enum way way,
                       uint32_t base, uint32_t value)
{
    int32_t from = (int32_t)base, to = (int32_t)value;
    bool good = true;
    struct str only = STR("");
    switch (way) {
    case WAY_WORDS:
    case WAY_OWN:
        break;
    case WAY_ON:
        good = to >= from;
        only = STR("may be switched on, not off");
        break;
    case WAY_OFF:
        good = to <= from;
        only = STR("may be switched off, not on");
        break;
    case WAY_DOWN:
        good = from == MODEL_NO_BOUND || to <= from;
        only = STR_JOIN(build->arena, STR("is at most "), str_from_int(build->arena, from),
                        STR(", as in the base"));
        break;
    case WAY_UP:
        good = from == MODEL_NO_BOUND || to >= from;
        only = STR_JOIN(build->arena, STR("is at least "), str_from_int(build->arena, from),
                        STR(", as in the base"));
        break;
    case WAY_STRICTER:
        good = to >= from;
        only = STR_JOIN(build->arena, STR("is '"),
                        model_requirement_name((enum model_requirement)base),
                        STR("' in the base; no, addressed, answered is the order"));
        break;
    case WAY_FEWER:
        good = (value & ~base) == 0 && value != 0;
        only = STR("keeps some of the base's, at least one");
        break;
    }
    if (!good) {
        refuse_direction(build, pair, only);
    }
    return good;
}

static void read_changes(struct build *build, const struct yaml *node, struct changed changed,
                         const struct change *changes, size_t count)
{
    if (!want_map(build, node, changed.what)) {
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_pair *pair = &node->pairs[i];
        const struct change *change = NULL;
        uint32_t value = 0;
        for (size_t k = 0; k < count && change == NULL; k++) {
            change = str_eq(str_from(changes[k].key), pair->key) ? &changes[k] : NULL;
        }
        if (change == NULL) {
            refuse_change(build, pair, changed.what, changes, count);
        } else if (change->way == WAY_OWN) {
            change->read(build, pair, changed.row);
        } else if (read_value(build, pair, change->way, &value)) {
            struct cell cell = {changed.table, changed.row, change->column};
            if (is_tighter(build, pair, change->way, *build_cell(build, cell), value)) {
                (void)overlay_patch(build, cell, value, pair->place);
            }
        }
    }
}

#define READ_CHANGES(build, node, table, row, changes)                                             \
    read_changes((build), (node),                                                                  \
                 (struct changed){(table), (row), described((build), (table), (row))}, (changes),  \
                 ARRAY_LENGTH(changes))

/* What an entry of a mapping changes: the row of that name in the range, or MODEL_NONE, said. */
static uint32_t find_changed(struct build *build, const struct yaml_pair *pair,
                             enum model_table table, struct cell first)
{
    uint32_t from = *build_cell(build, first);
    first.column++;
    uint32_t count = *build_cell(build, first);
    uint32_t row = build_find_in(build, table, from, count, pair->key);
    if (row == MODEL_NONE) {
        struct str near = build_suggest_in(build, table, from, count, pair->key);
        bool field = table == MODEL_TABLE_field && near.n == 0;
        MESSAGE(build->messages, pair->place, STR("the base has no "), table_words(table),
                STR(" '"), pair->key, STR("' here"), near,
                field ? STR("; one that is added is named '") : STR(""),
                field ? build_name(build, MODEL_TABLE_overlay, build->overlay) : STR(""),
                field ? STR("_...'") : STR(""));
    }
    return row;
}

/* ---- fields ---------------------------------------------------------------------------------- */

static const struct yaml_pair *declared(struct build *build, enum model_table table, uint32_t row,
                                        struct str key)
{
    const struct yaml *node = build_origin(build, table, row)->node;
    return node ? yaml_find(node, key) : NULL;
}

/* The requirements of base and overlay are or-ed: one without condition always holds. */
static void change_required(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    uint32_t value = 0;
    uint32_t base = field_at(build, row)->required;
    if (!read_value(build, pair, WAY_STRICTER, &value) ||
        !is_tighter(build, pair, WAY_STRICTER, base, value)) {
        return;
    }
    if (value == REQUIRED_ADDRESSED && field_at(build, row)->non_answers == 0) {
        refuse_direction(build, pair,
                         STR("cannot be 'addressed': the base declares no non-answer for it"));
        return;
    }
    (void)overlay_patch(build, CELL(field, row, required), value, pair->place);
    if (declared(build, MODEL_TABLE_field, row, STR("required_when"))) {
        (void)overlay_patch(build, CELL(field, row, required_when), MODEL_NONE, pair->place);
    }
}

static void change_required_when(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    if (field_at(build, row)->required != REQUIRED_NONE) {
        refuse_direction(build, pair,
                         STR("goes with fields that the base does not require; 'required' alone "
                             "requires it always"));
        return;
    }
    if (want_text(build, pair->value, quoted(build, pair->key))) {
        expression_later(
            build, pair->value, 0, pair->value->text.n, WANT_CONDITION,
            overlay_patch(build, CELL(field, row, required_when), MODEL_NONE, pair->place));
    }
}

static void change_hidden(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    uint32_t value = 0;
    if (read_value(build, pair, WAY_ON, &value) && value) {
        (void)overlay_patch(build, CELL(field, row, hidden), value, pair->place);
    }
}

void overlay_check_hidden(struct build *build, const struct model_patch *patch, struct place place)
{
    struct cell hidden = CELL(field, (uint32_t)patch->row, hidden);
    if ((uint32_t)patch->table != hidden.table || (uint32_t)patch->column != hidden.column) {
        return;
    }
    const struct model_field *field = field_at(build, hidden.row);
    const struct model_entity *entity = entity_at(build, field->entity);
    struct str why = {0};
    if (field->required != REQUIRED_NONE) {
        why = STR("the base requires it");
    } else if (build_text(build, field->federal).n > 0) {
        why = STR_JOIN(build->arena, STR("it is reported federally: "),
                       build_text(build, field->federal));
    } else if (field->by != MODEL_NONE || entity->parent == hidden.row ||
               entity->owner == hidden.row) {
        why = STR("the base's steps rest on it");
    }
    for (uint32_t i = 0; i < build_count(build, MODEL_TABLE_requirement_item); i++) {
        if (requirement_item_at(build, i)->field == hidden.row) {
            why = STR("a transition requires it");
        }
    }
    if (why.n > 0) {
        MESSAGE(build->messages, place, described(build, MODEL_TABLE_field, hidden.row),
                STR(" cannot be hidden: "), why);
    }
}

static const struct change field_changes[] = {
    {"label",          WAY_WORDS,    COLUMN_OF(field,      label),              NULL},
    {"help",                WAY_WORDS,                       COLUMN_OF(field,                   help), NULL},
    {"check_message",            WAY_WORDS,                        COLUMN_OF(field,                              check_message),                             NULL},
    {"required",  WAY_OWN,          0, change_required},
    {"required_when",               WAY_OWN,   0,                       change_required_when                                             },
    {"non_answers",               WAY_FEWER,     COLUMN_OF(field,   non_answers),NULL},
    {"least", WAY_UP,COLUMN_OF(field,           least),                                                                  NULL},
    {"most",          WAY_DOWN,           COLUMN_OF(field,               most),NULL},
    {"not_future",           WAY_ON,      COLUMN_OF(field, not_future), NULL},
    {"reporter_safe",                WAY_ON,                 COLUMN_OF(field,                     reporter_safe),                    NULL},
    {"hide",            WAY_OWN,                        0,                              change_hidden                           },
};

/* A field that the overlay adds was read with the entity. */
static void change_fields(struct build *build, const struct yaml_pair *pair, struct cell first)
{
    bool list = first.table == MODEL_TABLE_list;
    if (!want_map(build, pair->value, quoted(build, pair->key))) {
        return;
    }
    for (size_t i = 0; i < pair->value->count; i++) {
        const struct yaml_pair *field = &pair->value->pairs[i];
        if (overlay_adds(build, build->overlay, field->key)) {
            if (list) {
                MESSAGE(build->messages, field->place,
                        STR("an overlay adds fields to records, not to the rows of a list"));
            }
            continue;
        }
        uint32_t row = find_changed(build, field, MODEL_TABLE_field, first);
        if (row != MODEL_NONE) {
            READ_CHANGES(build, field->value, MODEL_TABLE_field, row, field_changes);
        }
    }
}

static void change_entity_fields(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    change_fields(build, pair, CELL(entity, row, fields_first));
}

static void change_list_fields(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    change_fields(build, pair, CELL(list, row, fields_first));
}

/* ---- ranges that grow --------------------------------------------------------------------------
 */

/* Begins the overlay's own range with rows that stand for the base's. */
static uint32_t copy_range(struct build *build, enum model_table table, struct cell first)
{
    uint32_t from = *build_cell(build, first);
    first.column++;
    uint32_t count = *build_cell(build, first);
    uint32_t own = build_count(build, table);
    for (uint32_t i = 0; i < count; i++) {
        (void)overlay_copy_row(build, table, from + i);
    }
    return own;
}

static void patch_grown(struct build *build, enum model_table table, struct cell first,
                        uint32_t own, struct place place)
{
    overlay_patch_range(build, first, own, build_count(build, table) - own, place);
}

static void add_guards(struct build *build, const struct yaml_pair *pair, struct cell first)
{
    if (!want_map(build, pair->value, quoted(build, pair->key))) {
        return;
    }
    uint32_t own = copy_range(build, MODEL_TABLE_guard, first);
    for (size_t i = 0; i < pair->value->count; i++) {
        const struct yaml_pair *guard = &pair->value->pairs[i];
        if (overlay_adds(build, build->overlay, guard->key)) {
            read_guard(build, guard);
        } else {
            MESSAGE(build->messages, guard->place,
                    STR("guards of base and overlay must both hold: one of the base cannot be "
                        "changed, and one that is added is named '"),
                    build_name(build, MODEL_TABLE_overlay, build->overlay), STR("_"), guard->key,
                    STR("'"));
        }
    }
    patch_grown(build, MODEL_TABLE_guard, first, own, pair->place);
}

static void change_invariants(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    add_guards(build, pair, CELL(entity, row, invariants_first));
}

static void change_guards(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    struct context before = build->context;
    build->context.transition = row;
    build->context.actor = true;
    add_guards(build, pair, CELL(transition, row, guards_first));
    build->context = before;
}

static void take_requirement(struct build *build, const struct yaml *item, void *context)
{
    (void)context;
    read_requirement(build, item);
}

static void change_requires(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    struct cell first = CELL(transition, row, requirements_first);
    struct context before = build->context;
    build->context.transition = row;
    build->context.actor = true;
    uint32_t own = copy_range(build, MODEL_TABLE_requirement_item, first);
    each_text(build, pair->value, quoted(build, pair->key), NULL, take_requirement);
    patch_grown(build, MODEL_TABLE_requirement_item, first, own, pair->place);
    build->context = before;
}

/* ---- entities -------------------------------------------------------------------------------- */

static const struct change list_changes[] = {
    {"label",         WAY_WORDS, COLUMN_OF(list, label),                  NULL},
    {"row",               WAY_WORDS,                    COLUMN_OF(list,           row_label), NULL},
    {"help",           WAY_WORDS,                    COLUMN_OF(list,                             help),                                 NULL},
    {"most",          WAY_DOWN,               COLUMN_OF(list, most),NULL},
    {"fields", WAY_OWN,0, change_list_fields                                     },
};

static const struct change state_changes[] = {
    {"label", WAY_WORDS, COLUMN_OF(state, label), NULL},
};

static const struct change transition_changes[] = {
    {"label",               WAY_WORDS,  COLUMN_OF(transition,     label),                                                  NULL},
    {"help",                     WAY_WORDS,                          COLUMN_OF(transition,                     help),                               NULL},
    {"done",                 WAY_WORDS,                           COLUMN_OF(transition,                                              done),                                              NULL},
    {"confirm",                WAY_ON,                      COLUMN_OF(transition, confirm),   NULL},
    {"keeps", WAY_ON,COLUMN_OF(transition,  keeps),                                                       NULL},
    {"requires",               WAY_OWN,                        0,                                         change_requires                                     },
    {"guards",            WAY_OWN, 0, change_guards},
};

/* Each entry of a mapping changes a row of the range. */
static void change_each(struct build *build, const struct yaml_pair *pair, enum model_table table,
                        struct cell first, const struct change *changes, size_t count)
{
    if (!want_map(build, pair->value, quoted(build, pair->key))) {
        return;
    }
    for (size_t i = 0; i < pair->value->count; i++) {
        uint32_t row = find_changed(build, &pair->value->pairs[i], table, first);
        if (row != MODEL_NONE) {
            read_changes(build, pair->value->pairs[i].value,
                         (struct changed){table, row, described(build, table, row)}, changes,
                         count);
        }
    }
}

static void change_lists(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    change_each(build, pair, MODEL_TABLE_list, CELL(entity, row, lists_first), list_changes,
                ARRAY_LENGTH(list_changes));
}

static void change_states(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    change_each(build, pair, MODEL_TABLE_state, CELL(entity, row, states_first), state_changes,
                ARRAY_LENGTH(state_changes));
}

static void change_transitions(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    change_each(build, pair, MODEL_TABLE_transition, CELL(entity, row, transitions_first),
                transition_changes, ARRAY_LENGTH(transition_changes));
}

static const struct change entity_changes[] = {
    {"label", WAY_WORDS,       COLUMN_OF(entity, label),                                    NULL},
    {"plural",       WAY_WORDS,               COLUMN_OF(entity,                plural),                           NULL},
    {"help",   WAY_WORDS,                  COLUMN_OF(entity,                             help),                                 NULL},
    {"fields",  WAY_OWN,             0, change_entity_fields  },
    {"lists",      WAY_OWN,0,     change_lists                                     },
    {"states",      WAY_OWN,                     0,                                 change_states                             },
    {"transitions",      WAY_OWN,0,change_transitions},
    {"invariants",      WAY_OWN,                0,                                                             change_invariants                                                                                                                       },
};

/* ---- forms ----------------------------------------------------------------------------------- */

/* Whether an item of the base asks for, or shows, what has that name. */
static bool is_item_of(const struct yaml *item, struct str name)
{
    static const char *const keys[] = {"field", "rows", "grid", "table"};
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        const struct yaml_pair *pair = yaml_find(item, str_from(keys[i]));
        if (pair && str_eq(pair->value->text, name)) {
            return true;
        }
    }
    return false;
}

/* The items that stand after an item of the base, or with NULL those that stand last. */
static size_t add_items(struct build *build, const struct yaml *insertions, const struct yaml *item)
{
    size_t used = 0;
    for (size_t i = 0; i < insertions->count; i++) {
        const struct yaml_pair *after = yaml_find(insertions->items[i], STR("after"));
        const struct yaml_pair *add = yaml_find(insertions->items[i], STR("add"));
        bool here = after ? item && is_item_of(item, after->value->text) : item == NULL;
        for (size_t k = 0; here && add && k < add->value->count; k++) {
            read_form_item(build, add->value->items[k]);
        }
        used += here;
    }
    return used;
}

static bool are_insertions(struct build *build, const struct yaml *value)
{
    static const struct key insertion_keys[] = {OPTION_ELSEWHERE("after"), NEEDED_ELSEWHERE("add")};
    bool good = want_list(build, value, STR("'items'"));
    for (size_t i = 0; good && i < value->count; i++) {
        KEYS_READ(build, value->items[i], insertion_keys, CELL(form, 0, name),
                  STR("an addition to a form"));
        const struct yaml_pair *add = yaml_find(value->items[i], STR("add"));
        good = add && want_list(build, add->value, STR("'add'"));
    }
    return good;
}

static void change_items(struct build *build, const struct yaml_pair *pair, uint32_t form)
{
    if (!are_insertions(build, pair->value)) {
        return;
    }
    uint32_t own = build_count(build, MODEL_TABLE_form_item);
    uint32_t first = form_at(build, form)->items_first;
    size_t used = 0;
    build->context = context_of(form_at(build, form)->entity, MODEL_NONE);
    build->context.actor = true;
    for (uint32_t i = 0; i < form_at(build, form)->items_count; i++) {
        (void)overlay_copy_row(build, MODEL_TABLE_form_item, first + i);
        used += add_items(build, pair->value,
                          build_origin(build, MODEL_TABLE_form_item, first + i)->node);
    }
    used += add_items(build, pair->value, NULL);
    if (used < pair->value->count) {
        MESSAGE(build->messages, pair->value->place,
                STR("'after' names a field, list or collection that the base's form has"));
    }
    patch_grown(build, MODEL_TABLE_form_item, CELL(form, form, items_first), own, pair->place);
}

static const struct change form_changes[] = {
    {"label", WAY_WORDS, COLUMN_OF(form, label),          NULL},
    {"help",       WAY_WORDS,           COLUMN_OF(form,          help), NULL},
    {"items",   WAY_OWN,            0,                    change_items                         },
};

/* ---- clocks ---------------------------------------------------------------------------------- */

static void tighten_length(struct build *build, const struct yaml *node, uint32_t row)
{
    struct model_clock_length base = *clock_length_at(build, row);
    struct str unit = time_unit_name((enum time_unit)base.unit);
    struct str now = STR_JOIN(build->arena, STR("'"), unit, STR(": "),
                              str_from_int(build->arena, base.count), STR("'"));
    uint32_t value = 0;
    if (node->kind != YAML_MAP || node->count != 1 || !str_eq(node->pairs[0].key, unit)) {
        MESSAGE(build->messages, node->place,
                STR("an overlay may only shorten this length in its own unit; the base has "), now);
        return;
    }
    if (!read_value(build, &node->pairs[0], WAY_DOWN, &value)) {
        return;
    }
    if ((int32_t)value > base.count || (base.count >= 0 && (int32_t)value < (base.count > 0))) {
        MESSAGE(build->messages, node->pairs[0].value->place,
                STR("an overlay may only tighten: a length only shrinks; the base has "), now);
        return;
    }
    (void)overlay_patch(build, CELL(clock_length, row, count), value, node->place);
}

static void change_lengths(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    const struct model_clock *clock = clock_at(build, row);
    uint32_t first = clock->lengths_first;
    const struct yaml *value = pair->value;
    if (clock->kind != CLOCK_DUE && clock->kind != CLOCK_REPEAT) {
        MESSAGE(build->messages, pair->place,
                STR("only a clock of kind 'due' or 'repeat' can be shortened"));
    } else if (value->kind != YAML_LIST && clock->lengths_count == 1) {
        tighten_length(build, value, first);
    } else if (value->kind != YAML_LIST || value->count != clock->lengths_count) {
        MESSAGE(build->messages, value->place,
                STR("the base has several lengths; write all of them as a list in its order, each "
                    "as long or shorter"));
    } else {
        for (uint32_t i = 0; i < value->count; i++) {
            tighten_length(build, value->items[i], first + i);
        }
    }
}

static const struct change clock_changes[] = {
    {"label",          WAY_WORDS, COLUMN_OF(clock, label),                   NULL},
    {"help",                WAY_WORDS,                    COLUMN_OF(clock,           help), NULL},
    {"source",            WAY_WORDS,                     COLUMN_OF(clock,                             source),                                 NULL},
    {"times",         WAY_UP,              COLUMN_OF(clock, times),NULL},
    {"length", WAY_OWN,0,  change_lengths                                       },
    {"lengths",         WAY_OWN,                           0,                           change_lengths           },
};

/* ---- who decides, codes, words ------------------------------------------------------------------
 */

struct roles {
    uint32_t first, count; /* of the base */
};

static void take_role(struct build *build, const struct yaml *item, void *context)
{
    const struct roles *base = context;
    uint32_t role = build_find(build, MODEL_TABLE_role, item->text);
    for (uint32_t i = 0; i < base->count; i++) {
        if (decider_role_at(build, base->first + i)->role == role && role != MODEL_NONE) {
            uint32_t row = build_push(build, MODEL_TABLE_decider_role, item, item->place);
            decider_role_at(build, row)->role = role;
            return;
        }
    }
    MESSAGE(build->messages, item->place, STR("an overlay may only tighten: role '"), item->text,
            STR("' is not among those who decide in the base"));
}

static void change_roles(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    struct roles base = {decider_at(build, row)->roles_first, decider_at(build, row)->roles_count};
    uint32_t own = build_count(build, MODEL_TABLE_decider_role);
    each_text(build, pair->value, quoted(build, pair->key), &base, take_role);
    if (build_count(build, MODEL_TABLE_decider_role) == own) {
        MESSAGE(build->messages, pair->value->place, STR("'roles' names at least one role"));
    }
    patch_grown(build, MODEL_TABLE_decider_role, CELL(decider, row, roles_first), own, pair->place);
}

static const struct change decider_changes[] = {
    {"label",            WAY_WORDS,    COLUMN_OF(decider,       label),               NULL},
    {"say",                  WAY_WORDS,                          COLUMN_OF(decider,                       say), NULL},
    {"cover",              WAY_OFF,                          COLUMN_OF(decider,                                           cover),                                           NULL},
    {"taking_part",            WAY_OFF,                    COLUMN_OF(decider, taking_part),NULL},
    {"not_author", WAY_ON,COLUMN_OF(decider, not_author),                                                       NULL},
    {"roles",            WAY_OWN,                          0,                                      change_roles},
};

/* All versions of the codes, so that an old one does not come back. */
static void change_offered(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    const struct model_code_set *set = code_set_at(build, row);
    if (!want_list(build, pair->value, quoted(build, pair->key))) {
        return;
    }
    for (size_t i = 0; i < pair->value->count; i++) {
        const struct yaml *item = pair->value->items[i];
        uint32_t first = set->codes_first, found = 0;
        for (uint32_t c = first; c < first + set->codes_count; c++) {
            if (str_eq(build_name(build, MODEL_TABLE_code, c), item->text)) {
                (void)overlay_patch(build, CELL(code, c, hidden), 1, item->place);
                found++;
            }
        }
        if (found == 0) {
            MESSAGE(build->messages, item->place, described(build, MODEL_TABLE_code_set, row),
                    STR(" has no code '"), item->text, STR("'"));
        }
    }
}

static const struct change code_set_changes[] = {
    {"hide", WAY_OWN, 0, change_offered},
};

static const struct change role_changes[] = {
    {"label", WAY_WORDS, COLUMN_OF(role, label), NULL},
    {"help",  WAY_WORDS, COLUMN_OF(role, help),  NULL},
};

static const struct change list_view_changes[] = {
    {"label", WAY_WORDS, COLUMN_OF(list_view, label), NULL},
    {"help",  WAY_WORDS, COLUMN_OF(list_view, help),  NULL},
    {"empty", WAY_WORDS, COLUMN_OF(list_view, empty), NULL},
};

static const struct change step_changes[] = {
    {"label", WAY_WORDS, COLUMN_OF(workspace_step, label), NULL},
    {"help",  WAY_WORDS, COLUMN_OF(workspace_step, help),  NULL},
};

static void change_steps(struct build *build, const struct yaml_pair *pair, uint32_t row)
{
    change_each(build, pair, MODEL_TABLE_workspace_step, CELL(workspace, row, steps_first),
                step_changes, ARRAY_LENGTH(step_changes));
}

static const struct change workspace_changes[] = {
    {"label", WAY_WORDS, COLUMN_OF(workspace, label),          NULL},
    {"help",       WAY_WORDS,           COLUMN_OF(workspace,               help), NULL},
    {"steps",   WAY_OWN,            0,                         change_steps                              },
};

static const struct change place_changes[] = {
    {"label", WAY_WORDS, COLUMN_OF(place, label), NULL},
};

static const struct change document_changes[] = {
    {"label", WAY_WORDS, COLUMN_OF(document, label), NULL},
    {"intro", WAY_WORDS, COLUMN_OF(document, intro), NULL},
};

/* ---- sections -------------------------------------------------------------------------------- */

#define CHANGES(name) name##_changes, ARRAY_LENGTH(name##_changes)

static const struct {
    const char *section;
    enum model_table table;
    const struct change *changes;
    size_t count;
} sections[] = {
    {"entities",   MODEL_TABLE_entity,    CHANGES(entity)   },
    {"forms",      MODEL_TABLE_form,      CHANGES(form)     },
    {"clocks",     MODEL_TABLE_clock,     CHANGES(clock)    },
    {"code_sets",  MODEL_TABLE_code_set,  CHANGES(code_set) },
    {"deciders",   MODEL_TABLE_decider,   CHANGES(decider)  },
    {"roles",      MODEL_TABLE_role,      CHANGES(role)     },
    {"lists",      MODEL_TABLE_list_view, CHANGES(list_view)},
    {"workspaces", MODEL_TABLE_workspace, CHANGES(workspace)},
    {"places",     MODEL_TABLE_place,     CHANGES(place)    },
    {"documents",  MODEL_TABLE_document,  CHANGES(document) },
};

static void change_entry(struct build *build, enum model_table table, const struct change *changes,
                         size_t count, const struct yaml_pair *entry)
{
    struct context before = build->context;
    uint32_t row = build_find(build, table, entry->key);
    struct place place = entry->place;
    if (row != MODEL_NONE) {
        place = build_origin(build, table, row)->place;
    }
    if (row != MODEL_NONE && overlay_of_file(build, place.file) == build->overlay) {
        return; /* added by this overlay, and read where the base's are */
    }
    if (row == MODEL_NONE || overlay_of_file(build, place.file) != MODEL_NONE) {
        MESSAGE(build->messages, entry->place, STR("the base has no "), table_words(table),
                STR(" '"), entry->key, STR("'"), build_suggest(build, table, entry->key));
    } else {
        if (table == MODEL_TABLE_entity) {
            build->context = context_of(row, MODEL_NONE);
        }
        read_changes(build, entry->value,
                     (struct changed){table, row, described(build, table, row)}, changes, count);
    }
    build->context = before;
}

void overlay_change(struct build *build, const struct yaml_pair *section)
{
    struct buf names;
    buf_init(&names, build->arena, 1024);
    for (size_t i = 0; i < ARRAY_LENGTH(sections); i++) {
        BUF_ADD(&names, i > 0 ? STR(", ") : STR(""), str_from(sections[i].section));
        if (!str_eq(str_from(sections[i].section), section->key)) {
            continue;
        }
        if (want_map(build, section->value, quoted(build, section->key))) {
            for (size_t k = 0; k < section->value->count; k++) {
                change_entry(build, sections[i].table, sections[i].changes, sections[i].count,
                             &section->value->pairs[k]);
            }
        }
        return;
    }
    if (!str_eq(section->key, STR("overlay"))) {
        MESSAGE(build->messages, section->place, STR("an overlay has no section '"), section->key,
                STR("': who may read what, facts, schemes and states are one in the whole state; "
                    "it has: overlay, "),
                buf_str(&names));
    }
}

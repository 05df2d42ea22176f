/* Record classes, roles, the policy that grants, and deciders. */
#include "compile/read.h"

/* An emergency is hours, not days; nor is it a way to work without the right. */
#define BREAK_GLASS_HOURS_MOST 72

static void read_break_glass(struct build *build, const struct yaml *value, const struct key *key,
                             struct cell cell)
{
    static const struct key keys[] = {
        NEEDED("hours", read_number, record_class, break_glass_hours, 0),
        OPTION("verified", read_flag, record_class, break_glass_verified, 0),
    };
    KEYS_READ(build, value, keys, cell, quoted(build, str_from(key->name)));
    const struct yaml_pair *pair = value->kind == YAML_MAP ? yaml_find(value, STR("hours")) : NULL;
    int32_t hours = record_class_at(build, cell.row)->break_glass_hours;
    if (pair != NULL && (hours < 1 || hours > BREAK_GLASS_HOURS_MOST)) {
        MESSAGE(build->messages, pair->value->place,
                STR("what is opened in an emergency stays open for 1 to 72 hours"));
    }
}

static const struct key class_keys[] = {
    NEEDED("label", read_text, record_class, label, 0),
    OPTION("source", read_text, record_class, source, 0),
    NEEDED("visibility", read_word, record_class, visibility, MODEL_SET_visibility),
    OPTION("ask", read_text, record_class, ask, 0),
    NEEDED("rank", read_number, record_class, rank, 0),
    OPTION("confirm", read_flag, record_class, confirm, 0),
    OPTION_BY("break_glass", read_break_glass, 0),
};

void read_class(struct build *build, uint32_t row)
{
    const struct origin *origin = build_origin(build, MODEL_TABLE_record_class, row);
    const struct yaml *node = origin->node;
    struct place place = origin->place;
    KEYS_READ(build, node, class_keys, CELL(record_class, row, name),
              described(build, MODEL_TABLE_record_class, row));
    const struct model_record_class *class = record_class_at(build, row);
    if (class->visibility == VISIBILITY_EXISTENCE && !class->ask) {
        MESSAGE(build->messages, place, described(build, MODEL_TABLE_record_class, row),
                STR(" needs 'ask': whom to ask, since one learns that such a record exists"));
    }
    if (class->rank < 0) {
        MESSAGE(build->messages, place, STR("'rank' cannot be negative"));
    }
}

static const struct key role_keys[] = {
    NEEDED("label", read_text, role, label, 0),
    OPTION("help", read_text, role, help, 0),
    OPTION("home", read_top, role, home, MODEL_TABLE_list_view),
};

void read_role(struct build *build, uint32_t row)
{
    KEYS_READ(build, build_origin(build, MODEL_TABLE_role, row)->node, role_keys,
              CELL(role, row, name), described(build, MODEL_TABLE_role, row));
}

/* ---- policy: class -> role -> scope -> verbs ----------------------------------------------- */

static void take_verb(struct build *build, const struct yaml *item, void *context)
{
    static const struct key word = OPTION_BY("verbs", read_word, MODEL_SET_verb);
    const struct cell *bits = context;
    uint32_t before = *build_cell(build, *bits);
    *build_cell(build, *bits) = MODEL_NONE;
    read_word(build, item, &word, *bits);
    uint32_t verb = *build_cell(build, *bits);
    if (verb != MODEL_NONE && (before >> verb & 1)) {
        MESSAGE(build->messages, item->place, STR("'"), item->text, STR("' stands here twice"));
    }
    *build_cell(build, *bits) = verb == MODEL_NONE ? before : before | 1u << verb;
}

static void read_scopes(struct build *build, uint32_t class, uint32_t role,
                        const struct yaml *scopes)
{
    static const struct key scope_key = OPTION_BY("scope", read_word, MODEL_SET_scope);
    if (!want_map(build, scopes, STR("what a role may do"))) {
        return;
    }
    for (size_t i = 0; i < scopes->count; i++) {
        const struct yaml_pair *pair = &scopes->pairs[i];
        uint32_t row = build_push(build, MODEL_TABLE_grant, pair->value, pair->place);
        struct yaml name = {.kind = YAML_TEXT, .place = pair->place, .text = pair->key};
        grant_at(build, row)->class = class;
        grant_at(build, row)->role = role;
        read_word(build, &name, &scope_key, CELL(grant, row, scope));
        struct cell verbs = CELL(grant, row, verbs);
        each_text(build, pair->value, STR("what a scope allows"), &verbs, take_verb);
    }
}

/* The row of a key that names something declared at the top, or MODEL_NONE, said. */
static uint32_t find_key_name(struct build *build, enum model_table table,
                              const struct yaml_pair *pair)
{
    uint32_t row = build_find(build, table, pair->key);
    if (row == MODEL_NONE) {
        MESSAGE(build->messages, pair->place, STR("there is no "), table_words(table), STR(" '"),
                pair->key, STR("'"), build_suggest(build, table, pair->key));
    }
    return row;
}

static bool has_grant(struct build *build, uint32_t class, uint32_t role)
{
    for (uint32_t i = 0; i < build_count(build, MODEL_TABLE_grant); i++) {
        const struct model_grant *grant = grant_at(build, i);
        if (grant->class == class && grant->role == role) {
            return true;
        }
    }
    return false;
}

void read_policy(struct build *build, const struct yaml *section)
{
    if (!want_map(build, section, STR("'policy'"))) {
        return;
    }
    for (size_t i = 0; i < section->count; i++) {
        uint32_t class = find_key_name(build, MODEL_TABLE_record_class, &section->pairs[i]);
        const struct yaml *roles = section->pairs[i].value;
        if (class == MODEL_NONE || !want_map(build, roles, STR("the policy of a class"))) {
            continue;
        }
        for (size_t j = 0; j < roles->count; j++) {
            uint32_t role = find_key_name(build, MODEL_TABLE_role, &roles->pairs[j]);
            if (role == MODEL_NONE) {
                continue;
            }
            if (has_grant(build, class, role)) {
                MESSAGE(build->messages, roles->pairs[j].place, STR("role '"), roles->pairs[j].key,
                        STR("' has its grants for class '"), section->pairs[i].key,
                        STR("' elsewhere; keep them together"));
                continue;
            }
            read_scopes(build, class, role, roles->pairs[j].value);
        }
    }
}

/* ---- deciders ------------------------------------------------------------------------------ */

static void take_role(struct build *build, const struct yaml *item, void *context)
{
    static const struct key role_key = NEEDED_BY("role", read_top, MODEL_TABLE_role);
    const struct cell *count = context;
    uint32_t row = build_push(build, MODEL_TABLE_decider_role, item, item->place);
    ++*build_cell(build, *count);
    read_top(build, item, &role_key, CELL(decider_role, row, role));
}

void read_roles(struct build *build, const struct yaml *value, const struct key *key,
                struct cell cell)
{
    struct cell count = {cell.table, cell.row, cell.column + 1}; /* of a range */
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_decider_role);
    each_text(build, value, quoted(build, str_from(key->name)), &count, take_role);
    if (*build_cell(build, count) == 0 && value->kind == YAML_LIST) {
        MESSAGE(build->messages, value->place, STR("'roles' names at least one role"));
    }
}

static const struct key decider_keys[] = {
    OPTION_ELSEWHERE("on"),
    NEEDED("label", read_text, decider, label, 0),
    NEEDED("roles", read_roles, decider, roles_first, 0),
    NEEDED("scope", read_word, decider, scope, MODEL_SET_scope),
    OPTION("cover", read_flag, decider, cover, 0),
    OPTION("taking_part", read_flag, decider, taking_part, 0),
    OPTION("not_author", read_flag, decider, not_author, 0),
    OPTION("allow", read_expression, decider, allow, WANT_CONDITION),
    NEEDED("say", read_text, decider, say, 0),
};

void read_decider(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_decider, row)->node;
    struct context before = build->context;
    build->context = context_of(read_subject(build, node, CELL(decider, row, entity)), MODEL_NONE);
    build->context.actor = true;
    KEYS_READ(build, node, decider_keys, CELL(decider, row, name),
              described(build, MODEL_TABLE_decider, row));
    build->context = before;
}

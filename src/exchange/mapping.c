/* See mapping.h. */
#include "exchange/mapping.h"

#include "exchange/yaml_text.h"

struct reading {
    struct arena *arena;
    const struct model *model;
    struct messages messages;
    struct mapping *mapping;
};

#define WRONG(reading, node, ...) YAML_WRONG(&(reading)->messages, node, __VA_ARGS__)

static void read_codes(struct reading *r, const struct yaml *node, struct mapping_field *field)
{
    if (node->kind != YAML_MAP) {
        WRONG(r, node, STR("codes is a mapping from foreign words to codes"));
        return;
    }
    struct mapping_code *codes = ARENA_ARRAY(r->arena, node->count, struct mapping_code);
    for (size_t i = 0; i < node->count; i++) {
        codes[i] = (struct mapping_code){node->pairs[i].key,
                                         yaml_text_of(&r->messages, node->pairs[i].value)};
    }
    field->codes = codes;
    field->code_count = node->count;
}

/* Whether the name is a field of what a row becomes. */
static uint32_t field_of(const struct reading *r, const struct mapping_table *table,
                         struct str name)
{
    return table->list == MODEL_NONE ? model_field_by_name(r->model, table->entity, name)
                                     : model_list_field_by_name(r->model, table->list, name);
}

static void check_codes(struct reading *r, const struct yaml *node,
                        const struct mapping_field *field, uint32_t row)
{
    const struct model_field *shape = model_field_row(r->model, row);
    bool coded = shape->kind == FIELD_CODE || shape->kind == FIELD_CODES;
    for (size_t i = 0; coded && i < field->code_count; i++) {
        if (field->codes[i].to.n > 0 && model_code_on(r->model, shape->code_set, field->codes[i].to,
                                                      MODEL_NO_BOUND) == MODEL_NONE) {
            WRONG(r, node, STR("there is no code '"), field->codes[i].to, STR("' in "),
                  model_text(r->model, model_code_set_row(r->model, shape->code_set)->name));
        }
    }
}

/* One column of a field. */
static void read_column(struct reading *r, struct mapping_table *table, struct str name,
                        uint32_t row, const struct yaml *node)
{
    static const struct str keys[] = {STR_INIT("column"), STR_INIT("codes"), STR_INIT("table"),
                                      STR_INIT("always")};
    if (table->field_count == MAPPING_COLUMNS_MAX) {
        WRONG(r, node, STR("a table has at most 64 fields"));
        return;
    }
    struct mapping_field *field = &table->fields[table->field_count++];
    *field = (struct mapping_field){.name = name};
    if (node->kind == YAML_TEXT) {
        field->column = node->text;
        if (node->text.n == 0) {
            WRONG(r, node, STR("'"), name, STR("' says no column"));
        }
        return;
    }
    if (!yaml_known_keys(&r->messages, node, keys, ARRAY_LENGTH(keys))) {
        return;
    }
    field->always = yaml_text_at(&r->messages, node, STR("always"), false);
    field->column = yaml_text_at(&r->messages, node, STR("column"), field->always.n == 0);
    field->table = yaml_text_at(&r->messages, node, STR("table"), false);
    const struct yaml_pair *codes = yaml_find(node, STR("codes"));
    if (codes) {
        read_codes(r, codes->value, field);
        check_codes(r, codes->value, field, row);
    }
}

static void read_field(struct reading *r, struct mapping_table *table, struct str name,
                       const struct yaml *node)
{
    uint32_t row = field_of(r, table, name);
    if (row == MODEL_NONE) {
        WRONG(r, node, STR("there is no field '"), name, STR("' in what the rows become"));
    } else if (node->kind != YAML_LIST) {
        read_column(r, table, name, row, node);
    } else if (model_field_row(r->model, row)->kind != FIELD_CODES) {
        WRONG(r, node, STR("only a field of several codes takes a list of columns"));
    } else {
        for (size_t i = 0; i < node->count; i++) {
            read_column(r, table, name, row, node->items[i]);
        }
    }
}

/* "person", or "former_case.children". */
static void read_target(struct reading *r, struct mapping_table *table, const struct yaml *node)
{
    struct str entity = yaml_text_at(&r->messages, node, STR("entity"), false);
    struct str list = yaml_text_at(&r->messages, node, STR("list"), false);
    table->entity = MODEL_NONE;
    table->list = MODEL_NONE;
    if (list.n > 0) {
        ptrdiff_t dot = str_find_byte(list, '.');
        struct str owner = dot > 0 ? str_slice(list, 0, (size_t)dot) : list;
        table->entity = model_entity_by_name(r->model, owner);
        if (table->entity != MODEL_NONE && dot > 0) {
            table->list = model_list_by_name(r->model, table->entity,
                                             str_slice(list, (size_t)dot + 1, list.n));
        }
        if (table->list == MODEL_NONE) {
            WRONG(r, node, STR("there is no list '"), list, STR("'; write entity.list"));
        }
        return;
    }
    table->entity = model_entity_by_name(r->model, entity);
    if (table->entity == MODEL_NONE) {
        WRONG(r, node, STR("there is no entity '"), entity,
              STR("'; a table has entity, list or staged"));
    }
}

static void read_key(struct reading *r, struct mapping_table *table, const struct yaml *node)
{
    const struct yaml_pair *key = yaml_find(node, STR("key"));
    if (!key || (key->value->kind == YAML_TEXT && str_eq(key->value->text, STR("whole_row")))) {
        return;
    }
    if (key->value->kind != YAML_LIST || key->value->count > MAPPING_KEY_MAX) {
        WRONG(r, key->value, STR("key is a list of at most 8 columns, or whole_row"));
        return;
    }
    for (size_t i = 0; i < key->value->count; i++) {
        table->key[table->key_count++] = yaml_text_of(&r->messages, key->value->items[i]);
    }
}

static void read_table(struct reading *r, struct str name, const struct yaml *node)
{
    static const struct str keys[] = {STR_INIT("file"),  STR_INIT("entity"), STR_INIT("list"),
                                      STR_INIT("of"),    STR_INIT("key"),    STR_INIT("fields"),
                                      STR_INIT("staged")};
    static const struct str of_keys[] = {STR_INIT("column"), STR_INIT("table"),
                                         STR_INIT("without")};
    struct mapping_table *table = &r->mapping->tables[r->mapping->table_count++];
    *table = (struct mapping_table){.name = name};
    if (!yaml_known_keys(&r->messages, node, keys, ARRAY_LENGTH(keys))) {
        return;
    }
    table->file = yaml_text_at(&r->messages, node, STR("file"), true);
    if (str_starts(table->file, STR("/")) || str_find(table->file, STR("..")) >= 0) {
        WRONG(r, node,
              STR("'file' is a file in the folder that is brought in: no '/' before it, no '..'"));
    }
    table->staged = yaml_text_at(&r->messages, node, STR("staged"), false);
    read_key(r, table, node);
    if (table->staged.n > 0) {
        table->entity = MODEL_NONE;
        table->list = MODEL_NONE;
        return;
    }
    read_target(r, table, node);
    const struct yaml_pair *of = yaml_find(node, STR("of"));
    if (of && yaml_known_keys(&r->messages, of->value, of_keys, ARRAY_LENGTH(of_keys))) {
        table->of_column = yaml_text_at(&r->messages, of->value, STR("column"), true);
        table->of_table = yaml_text_at(&r->messages, of->value, STR("table"), true);
        table->without = yaml_text_at(&r->messages, of->value, STR("without"), false);
    }
    const struct yaml_pair *fields = yaml_find(node, STR("fields"));
    if (!fields || fields->value->kind != YAML_MAP) {
        WRONG(r, node, STR("'fields' is missing: a mapping from fields to columns"));
        return;
    }
    for (size_t i = 0; table->entity != MODEL_NONE && i < fields->value->count; i++) {
        read_field(r, table, fields->value->pairs[i].key, fields->value->pairs[i].value);
    }
}

enum status mapping_read(struct arena *arena, const struct model *model, struct str file,
                         struct str text, struct outcome *outcome, struct mapping *ret_mapping)
{
    static const struct str keys[] = {STR_INIT("mapping"), STR_INIT("unset"), STR_INIT("tables")};
    struct reading r = {.arena = arena, .model = model, .mapping = ret_mapping};
    *ret_mapping = (struct mapping){0};
    messages_init(&r.messages, arena);
    const struct yaml *root = yaml_read(arena, file, text, &r.messages);
    if (root && root->kind == YAML_MAP) {
        (void)yaml_known_keys(&r.messages, root, keys, ARRAY_LENGTH(keys));
        ret_mapping->name = yaml_text_at(&r.messages, root, STR("mapping"), true);
        yaml_unset_words(&r.messages, root, &ret_mapping->unset, &ret_mapping->unset_count);
        const struct yaml_pair *tables = yaml_find(root, STR("tables"));
        if (!tables || tables->value->kind != YAML_MAP) {
            WRONG(&r, root, STR("'tables' is missing: a mapping from names to tables"));
        } else {
            ret_mapping->tables = ARENA_ARRAY(arena, tables->value->count, struct mapping_table);
            for (size_t i = 0; i < tables->value->count; i++) {
                read_table(&r, tables->value->pairs[i].key, tables->value->pairs[i].value);
            }
        }
    }
    if (r.messages.list.count == 0 && (!root || root->kind != YAML_MAP)) {
        MESSAGE(&r.messages, place_of_file(file),
                STR("a mapping is written as 'mapping: NAME' and 'tables:'"));
    }
    return yaml_told(&r.messages, outcome);
}

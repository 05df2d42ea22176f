/* Packs: what goes along on paper. */
#include "compile/read.h"

/* "each: p in plans where ..." */
static void read_pack_each(struct build *build, const struct yaml *value, const struct key *key,
                           struct cell cell)
{
    (void)key;
    read_each(build, value,
              (struct each_cells){CELL(pack_part, cell.row, collection_of),
                                  CELL(pack_part, cell.row, collection),
                                  CELL(pack_part, cell.row, where)});
}

static const struct key part_keys[] = {
    OPTION("label", read_text, pack_part, label, 0),
    OPTION("blank", read_top, pack_part, form, MODEL_TABLE_form),
    OPTION("document", read_top, pack_part, document, MODEL_TABLE_document),
    OPTION_BY("each", read_pack_each, 0),
    OPTION("signatures", read_flag, pack_part, signatures, 0),
    OPTION("large", read_flag, pack_part, large, 0),
};

static void read_part(struct build *build, uint32_t pack, const struct yaml *item)
{
    uint32_t row = build_push(build, MODEL_TABLE_pack_part, item, item->place);
    pack_at(build, pack)->parts_count++;
    struct context before = build->context;
    KEYS_READ(build, item, part_keys, CELL(pack_part, row, label), STR("a part of a pack"));
    build->context = before;
    if (item->kind != YAML_MAP) {
        return;
    }
    bool blank = yaml_find(item, STR("blank")) != NULL;
    bool document = yaml_find(item, STR("document")) != NULL;
    if (blank == document) {
        MESSAGE(build->messages, item->place, STR("a part is exactly one of: blank, document"));
    } else if (blank && yaml_find(item, STR("each"))) {
        MESSAGE(build->messages, item->place, STR("only a document has 'each'"));
    } else if (document && yaml_find(item, STR("signatures"))) {
        MESSAGE(build->messages, item->place,
                STR("only a blank form has 'signatures' here; a document says so itself"));
    }
}

static void read_parts(struct build *build, const struct yaml *value, const struct key *key,
                       struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_pack_part);
    for (size_t i = 0; i < value->count; i++) {
        read_part(build, cell.row, value->items[i]);
    }
}

static void read_visits(struct build *build, const struct yaml *value, const struct key *key,
                        struct cell cell)
{
    static const struct key clock_key =
        OPTION("visits", read_top, pack_visit, clock, MODEL_TABLE_clock);
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_pack_visit);
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml *item = value->items[i];
        uint32_t row = build_push(build, MODEL_TABLE_pack_visit, item, item->place);
        pack_at(build, cell.row)->visits_count++;
        read_top(build, item, &clock_key, CELL(pack_visit, row, clock));
    }
}

static const struct key pack_keys[] = {
    NEEDED_ELSEWHERE("on"),
    NEEDED("label", read_text, pack, label, 0),
    OPTION("help", read_text, pack, help, 0),
    NEEDED("parts", read_parts, pack, parts_first, 0),
    OPTION("visits", read_visits, pack, visits_first, 0),
};

void read_pack(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_pack, row)->node;
    struct context before = build->context;
    build->context = context_of(read_subject(build, node, CELL(pack, row, entity)), MODEL_NONE);
    KEYS_READ(build, node, pack_keys, CELL(pack, row, name),
              described(build, MODEL_TABLE_pack, row));
    build->context = before;
}

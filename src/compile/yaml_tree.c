#include "compile/yaml_tree.h"

#include <string.h>
#include <yaml.h>

#include "base/map.h"
#include "base/utf8.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct loader {
    struct arena *arena;
    struct messages *messages;
    struct str file;
    yaml_parser_t parser;
    yaml_event_t event; /* the one just read */
    bool failed;        /* nothing more can be read */
    size_t nodes;
};

static struct place place_at(const struct loader *loader, yaml_mark_t mark)
{
    return (struct place){loader->file, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1};
}

static void fail(struct loader *loader, struct place place, struct str text)
{
    if (!loader->failed) {
        MESSAGE(loader->messages, place, text);
    }
    loader->failed = true;
}

/* Reads the next event into loader->event; false when the file cannot be read on. */
static bool next(struct loader *loader)
{
    yaml_event_delete(&loader->event);
    if (loader->failed) {
        return false;
    }
    if (yaml_parser_parse(&loader->parser, &loader->event)) {
        return true;
    }
    loader->event.type = YAML_NO_EVENT;
    struct str problem = str_from(loader->parser.problem);
    struct str about = str_from(loader->parser.context);
    fail(loader, place_at(loader, loader->parser.problem_mark),
         STR_JOIN(loader->arena, STR("this is not YAML: "), problem, about.n ? STR(" ") : STR(""),
                  about));
    return false;
}

static void refuse_extras(struct loader *loader, const yaml_char_t *anchor, const yaml_char_t *tag)
{
    struct place place = place_at(loader, loader->event.start_mark);
    if (anchor) {
        MESSAGE(loader->messages, place,
                STR("an anchor ('&') is not part of the model language; write a trait or repeat "
                    "the text"));
    }
    if (tag) {
        MESSAGE(loader->messages, place,
                STR("a tag ('!') is not part of the model language; quote the text if it begins "
                    "with '!'"));
    }
}

static const struct yaml *read_node(struct loader *loader, unsigned depth);

static struct yaml *new_node(struct loader *loader, enum yaml_kind kind)
{
    struct yaml *node = ARENA_NEW(loader->arena, struct yaml);
    *node = (struct yaml){.kind = kind, .place = place_at(loader, loader->event.start_mark)};
    node->last_line = (uint32_t)loader->event.end_mark.line + 1;
    if (++loader->nodes > YAML_NODES_MAX) {
        fail(loader, node->place, STR("the file is too large; split it by part of the work"));
    }
    return node;
}

static const struct yaml *read_scalar(struct loader *loader)
{
    struct yaml *node = new_node(loader, YAML_TEXT);
    refuse_extras(loader, loader->event.data.scalar.anchor, loader->event.data.scalar.tag);
    const void *value = loader->event.data.scalar.value;
    node->text = str_copy(loader->arena, (struct str){value, loader->event.data.scalar.length});
    switch (loader->event.data.scalar.style) {
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        node->style = YAML_PLAIN;
        break;
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        node->style = YAML_SINGLE;
        break;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE:
        node->style = YAML_OTHER;
        break;
    }
    return node;
}

static const struct yaml *read_list(struct loader *loader, unsigned depth)
{
    LIST(const struct yaml *) items = {0};
    struct yaml *node = new_node(loader, YAML_LIST);
    refuse_extras(loader, loader->event.data.sequence_start.anchor,
                  loader->event.data.sequence_start.tag);
    while (next(loader) && loader->event.type != YAML_SEQUENCE_END_EVENT) {
        const struct yaml *item = read_node(loader, depth + 1);
        if (item) {
            LIST_PUSH(loader->arena, &items, item);
        }
    }
    node->items = items.items;
    node->count = items.count;
    return node;
}

static const struct yaml *read_map(struct loader *loader, unsigned depth)
{
    LIST(struct yaml_pair) pairs = {0};
    struct map seen;
    map_init(&seen, loader->arena);
    struct yaml *node = new_node(loader, YAML_MAP);
    refuse_extras(loader, loader->event.data.mapping_start.anchor,
                  loader->event.data.mapping_start.tag);
    while (next(loader) && loader->event.type != YAML_MAPPING_END_EVENT) {
        const struct yaml *key = read_node(loader, depth + 1);
        if (!next(loader)) {
            break;
        }
        const struct yaml *value = read_node(loader, depth + 1);
        if (!key || !value) {
            continue;
        }
        struct yaml_pair pair = {key->text, key->place, value};
        if (key->kind != YAML_TEXT) {
            MESSAGE(loader->messages, key->place, STR("a key must be a name"));
        } else if (!map_add(&seen, key->text, node)) {
            MESSAGE(loader->messages, key->place, STR("'"), key->text,
                    STR("' stands here twice; keep one of the two"));
        } else {
            LIST_PUSH(loader->arena, &pairs, pair);
        }
    }
    node->pairs = pairs.items;
    node->count = pairs.count;
    return node;
}

/* Reads the node that the current event begins; NULL when there is none to use. */
static const struct yaml *read_node(struct loader *loader, unsigned depth)
{
    struct place place = place_at(loader, loader->event.start_mark);
    if (depth > YAML_DEPTH_MAX) {
        fail(loader, place, STR("this is nested too deeply"));
        return NULL;
    }
    switch (loader->event.type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(loader);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(loader, depth);
    case YAML_MAPPING_START_EVENT:
        return read_map(loader, depth);
    case YAML_ALIAS_EVENT:
        MESSAGE(loader->messages, place,
                STR("an alias ('*') is not part of the model language; quote the text if it begins "
                    "with '*'"));
        return NULL;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        break;
    }
    fail(loader, place, STR("a value is missing here"));
    return NULL;
}

static const struct yaml *read_document(struct loader *loader)
{
    const struct yaml *root = NULL;
    if (!next(loader) || !next(loader) || loader->event.type == YAML_STREAM_END_EVENT) {
        return NULL; /* an empty file declares nothing */
    }
    if (loader->event.data.document_start.version_directive ||
        loader->event.data.document_start.tag_directives.start !=
            loader->event.data.document_start.tag_directives.end) {
        MESSAGE(loader->messages, place_at(loader, loader->event.start_mark),
                STR("directives ('%') are not part of the model language"));
    }
    if (next(loader)) {
        root = read_node(loader, 1);
    }
    if (next(loader) && next(loader) && loader->event.type != YAML_STREAM_END_EVENT) {
        MESSAGE(loader->messages, place_at(loader, loader->event.start_mark),
                STR("a second document begins here; a file holds one: take out the '---'"));
    }
    return root;
}

/* libyaml reads what it takes for other encodings; only UTF-8 text without NUL reaches it. */
static bool readable(struct arena *arena, struct str file, struct str text,
                     struct messages *messages)
{
    struct place place = place_of_file(file);
    size_t at = 0;
    if (text.n > YAML_BYTES_MAX) {
        MESSAGE(messages, place, STR("the file is too large: at most "),
                str_from_int(arena, (int64_t)YAML_BYTES_MAX), STR(" bytes"));
        return false;
    }
    if (str_starts(text, STR(BYTE_ORDER_MARK))) {
        MESSAGE(messages, place, STR("the file begins with a byte order mark; take it out"));
        return false;
    }
    if (utf8_check(text, &at) == UTF8_FINE) {
        return true;
    }
    for (size_t i = 0; i < at; i++) {
        if (text.p[i] == '\n') {
            place.line++;
        }
    }
    MESSAGE(messages, place, STR("this line is not UTF-8 text"));
    return false;
}

const struct yaml *yaml_read(struct arena *arena, struct str file, struct str text,
                             struct messages *messages)
{
    struct loader loader = {.arena = arena, .messages = messages, .file = file};
    if (!readable(arena, file, text, messages)) {
        return NULL;
    }
    if (!yaml_parser_initialize(&loader.parser)) {
        MESSAGE(messages, place_of_file(file), STR("there is no memory to read this file"));
        return NULL;
    }
    yaml_parser_set_encoding(&loader.parser, YAML_UTF8_ENCODING);
    const char *bytes = text.p ? text.p : "";
    const void *input = bytes;
    yaml_parser_set_input_string(&loader.parser, input, text.n);
    const struct yaml *root = read_document(&loader);
    yaml_event_delete(&loader.event);
    yaml_parser_delete(&loader.parser);
    return loader.failed ? NULL : root;
}

const struct yaml_pair *yaml_find(const struct yaml *node, struct str key)
{
    if (node->kind != YAML_MAP) {
        return NULL;
    }
    for (size_t i = 0; i < node->count; i++) {
        if (str_eq(node->pairs[i].key, key)) {
            return &node->pairs[i];
        }
    }
    return NULL;
}

struct place yaml_place_of(const struct yaml *scalar, size_t at)
{
    struct place place = scalar->place;
    struct str before = str_slice(scalar->text, 0, at);
    if (scalar->style == YAML_OTHER || scalar->last_line != place.line) {
        return place;
    }
    place.column += (uint32_t)utf8_length(before);
    if (scalar->style == YAML_SINGLE) {
        place.column++;
        for (size_t i = 0; i < before.n; i++) {
            place.column += before.p[i] == '\'';
        }
    }
    return place;
}

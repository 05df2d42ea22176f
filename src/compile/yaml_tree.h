/* The strict part of YAML in which a model is written: mappings, lists and scalars, as a tree with
 * positions. Every scalar is text; its place gives it a type. Anchors, aliases, tags, directives,
 * several documents and repeated keys are refused, all of them at once with a position each. */
#ifndef HEARTH_COMPILE_YAML_TREE_H
#define HEARTH_COMPILE_YAML_TREE_H

#include "compile/messages.h"

#define YAML_BYTES_MAX ((size_t)1024 * 1024) /* of one file */
#define YAML_DEPTH_MAX 24
#define YAML_NODES_MAX ((size_t)100000) /* of one file */

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };
enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_OTHER }; /* how a scalar is written */

struct yaml_pair;

struct yaml {
    enum yaml_kind kind;
    enum yaml_style style;
    struct place place;            /* of its first character */
    uint32_t last_line;            /* of a scalar: the line on which it ends */
    struct str text;               /* of a scalar */
    size_t count;                  /* of items or pairs */
    const struct yaml **items;     /* of a list */
    const struct yaml_pair *pairs; /* of a mapping, in the order of the file, keys unique */
};

struct yaml_pair {
    struct str key;
    struct place place; /* of the key */
    const struct yaml *value;
};

/* Reads one file. NULL, with messages added, when nothing of it can be used. A tree that is
 * returned is sound, even if messages were added. */
const struct yaml *yaml_read(struct arena *arena, struct str file, struct str text,
                             struct messages *messages);
/* The pair with that key, or NULL; also NULL when the node is no mapping. */
const struct yaml_pair *yaml_find(const struct yaml *node, struct str key);
/* Where a byte of a scalar's text stands in the file. Exact for scalars on one line that are plain
 * or in single quotes; else the start of the scalar. */
struct place yaml_place_of(const struct yaml *scalar, size_t at);

#endif

/* What mapping files are read with: keys that are known, each with one text. */
#ifndef HEARTH_EXCHANGE_YAML_TEXT_H
#define HEARTH_EXCHANGE_YAML_TEXT_H

#include "base/status.h"
#include "compile/yaml_tree.h"

#define YAML_WRONG(messages, node, ...) MESSAGE((messages), (node)->place, __VA_ARGS__)

/* The text behind a key; empty, and told when it is needed, where there is none. */
struct str yaml_text_at(struct messages *messages, const struct yaml *node, struct str key,
                        bool needed);
/* What stands in a list or behind a key, as text. */
struct str yaml_text_of(struct messages *messages, const struct yaml *node);
/* Tells of every key that is none of these. False when it is no mapping at all, which is told too.
 */
bool yaml_known_keys(struct messages *messages, const struct yaml *node, const struct str *keys,
                     size_t count);
/* The words that mean that nothing is known, behind the key "unset". */
void yaml_unset_words(struct messages *messages, const struct yaml *root,
                      const struct str **ret_words, size_t *ret_count);
/* The messages in their order as problems of the outcome. */
enum status yaml_told(struct messages *messages, struct outcome *outcome);

#endif

#include "exchange/yaml_text.h"

struct str yaml_text_at(struct messages *messages, const struct yaml *node, struct str key,
                        bool needed)
{
    const struct yaml_pair *pair = yaml_find(node, key);
    if (!pair) {
        if (needed) {
            YAML_WRONG(messages, node, STR("'"), key, STR("' is missing"));
        }
        return STR("");
    }
    if (pair->value->kind != YAML_TEXT) {
        YAML_WRONG(messages, pair->value, STR("'"), key, STR("' takes one text"));
        return STR("");
    }
    if (needed && pair->value->text.n == 0) {
        YAML_WRONG(messages, pair->value, STR("'"), key, STR("' is empty"));
    }
    return pair->value->text;
}

struct str yaml_text_of(struct messages *messages, const struct yaml *node)
{
    if (node->kind != YAML_TEXT) {
        YAML_WRONG(messages, node, STR("here stands one text"));
        return STR("");
    }
    return node->text;
}

bool yaml_known_keys(struct messages *messages, const struct yaml *node, const struct str *keys,
                     size_t count)
{
    if (node->kind != YAML_MAP) {
        YAML_WRONG(messages, node, STR("here stands a mapping: keys, each with what it says"));
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        bool known = false;
        for (size_t k = 0; k < count; k++) {
            known = known || str_eq(node->pairs[i].key, keys[k]);
        }
        if (!known) {
            MESSAGE(messages, node->pairs[i].place, STR("unknown key '"), node->pairs[i].key,
                    STR("'"), did_you_mean(messages->arena, node->pairs[i].key, keys, count));
        }
    }
    return true;
}

void yaml_unset_words(struct messages *messages, const struct yaml *root,
                      const struct str **ret_words, size_t *ret_count)
{
    const struct yaml_pair *unset = yaml_find(root, STR("unset"));
    if (!unset) {
        return;
    }
    if (unset->value->kind != YAML_LIST) {
        YAML_WRONG(messages, unset->value, STR("unset is a list of words"));
        return;
    }
    struct str *words = ARENA_ARRAY(messages->arena, unset->value->count, struct str);
    for (size_t i = 0; i < unset->value->count; i++) {
        words[i] = yaml_text_of(messages, unset->value->items[i]);
    }
    *ret_words = words;
    *ret_count = unset->value->count;
}

enum status yaml_told(struct messages *messages, struct outcome *outcome)
{
    messages_sort(messages);
    for (size_t i = 0; i < messages->list.count; i++) {
        outcome_problem(outcome, STATUS_INVALID, STR(""), STR("mapping"),
                        message_line(messages->arena, &messages->list.items[i]));
    }
    return messages->list.count > 0 ? STATUS_INVALID : STATUS_OK;
}

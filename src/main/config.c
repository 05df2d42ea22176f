/* See config.h. */
#include "main/config.h"

#include "compile/yaml_tree.h"

static size_t count_of(const struct option *options)
{
    size_t count = 0;
    while (count < OPTIONS_MAX && options[count].name.n > 0) {
        count++;
    }
    return count;
}

struct str config_key(struct arena *arena, const struct option *option)
{
    struct str name = str_slice(option->name, 2, option->name.n); /* without "--" */
    char *key = arena_copy(arena, name.p, name.n);
    for (size_t i = 0; i < name.n; i++) {
        key[i] = key[i] == '-' ? '_' : key[i];
    }
    return (struct str){key, name.n};
}

static bool is_path(const struct option *option)
{
    switch (option->takes) {
    case TAKES_FILE:
    case TAKES_SECRET:
    case TAKES_NEW_FILE:
    case TAKES_FOLDER:
    case TAKES_NEW_FOLDER:
    case TAKES_FOLDERS:
        return true;
    case TAKES_TEXT:
    case TAKES_NUMBER:
    case TAKES_WORD:
    case TAKES_ADDRESS:
    case TAKES_DATABASE:
        break;
    }
    return false;
}

/* A service has no folder of its own to start from. */
static bool is_absolute(struct str paths)
{
    struct str path;
    while (str_split(&paths, ':', &path)) {
        if (!str_starts(path, STR("/"))) {
            return false;
        }
    }
    return true;
}

static struct str flag_value(const struct yaml *node, struct str key, struct messages *messages)
{
    if (str_eq(node->text, STR("yes"))) {
        return node->text;
    }
    if (!str_eq(node->text, STR("no"))) {
        MESSAGE(messages, node->place, STR("'"), key, STR("' is 'yes' or 'no'"));
    }
    return STR("");
}

static struct str read_value(struct arena *arena, const struct option *option,
                             const struct yaml *node, struct messages *messages)
{
    struct str key = config_key(arena, option);
    if (node->kind != YAML_TEXT || node->text.n == 0) {
        MESSAGE(messages, node->place, STR("'"), key,
                node->kind == YAML_TEXT ? STR("' is empty; write it or take the key out")
                                        : STR("' is one text, not a list or mapping"));
        return STR("");
    }
    if (option->value_name.n == 0) {
        return flag_value(node, key, messages);
    }
    if (is_path(option) && !is_absolute(node->text)) {
        MESSAGE(messages, node->place, STR("'"), key,
                STR("' takes a whole path: it begins with '/'"));
        return STR("");
    }
    struct str fault = option_fault(arena, option, node->text);
    if (fault.n > 0) {
        MESSAGE(messages, node->place, STR("'"), key, STR("' "), fault);
    }
    return node->text;
}

static void refuse_unknown(struct arena *arena, const struct yaml *root, const struct str *keys,
                           size_t count, struct messages *messages)
{
    for (size_t i = 0; i < root->count; i++) {
        const struct yaml_pair *pair = &root->pairs[i];
        bool known = false;
        for (size_t k = 0; k < count && !known; k++) {
            known = str_eq(pair->key, keys[k]);
        }
        if (!known) {
            MESSAGE(messages, pair->place, STR("unknown setting '"), pair->key, STR("'"),
                    did_you_mean(arena, pair->key, keys, count));
        }
    }
}

void config_read(struct arena *arena, const struct option *options, struct str file,
                 struct str text, struct messages *messages, struct str ret_values[OPTIONS_MAX])
{
    struct str keys[OPTIONS_MAX];
    size_t key_count = 0;
    size_t count = count_of(options);
    for (size_t i = 0; i < OPTIONS_MAX; i++) {
        ret_values[i] = STR("");
    }
    const struct yaml *root = yaml_read(arena, file, text, messages);
    if (!root) {
        return;
    }
    if (root->kind != YAML_MAP) {
        MESSAGE(messages, root->place, STR("a configuration is 'setting: value', one a line"));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (options[i].only_here) {
            continue;
        }
        keys[key_count] = config_key(arena, &options[i]);
        const struct yaml_pair *pair = yaml_find(root, keys[key_count++]);
        if (pair) {
            ret_values[i] = read_value(arena, &options[i], pair->value, messages);
        }
    }
    refuse_unknown(arena, root, keys, key_count, messages);
}

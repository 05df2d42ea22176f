/* What the readers of several kinds of objects share. */
#include "compile/read.h"

struct str table_words(enum model_table table)
{
    static const struct {
        enum model_table table;
        const char *words;
    } words[] = {
        {MODEL_TABLE_record_class,       "class"      },
        {MODEL_TABLE_list_view,          "list"       },
        {MODEL_TABLE_code_set,           "code set"   },
        {MODEL_TABLE_workspace_step,     "step"       },
        {MODEL_TABLE_scheme_alternative, "alternative"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (words[i].table == table) {
            return str_from(words[i].words);
        }
    }
    return str_from(model_table_shape(table)->name);
}

struct str described(struct build *build, enum model_table table, uint32_t row)
{
    return STR_JOIN(build->arena, table_words(table), STR(" '"), build_name(build, table, row),
                    STR("'"));
}

uint32_t words_of_name(struct build *build, struct str name)
{
    struct buf words;
    buf_init(&words, build->arena, name.n);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = c >= 'a' && c <= 'z';
        if (c == '_') {
            c = ' ';
        } else if (i == 0 && letter) {
            c = (char)(c - 'a' + 'A');
        }
        buf_byte(&words, c);
    }
    return build_intern(build, buf_str(&words));
}

void each_text(struct build *build, const struct yaml *list, struct str what, void *context,
               void (*take)(struct build *build, const struct yaml *item, void *context))
{
    if (!want_list(build, list, what)) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (want_text(build, list->items[i], STR("an item of this list"))) {
            take(build, list->items[i], context);
        }
    }
}

void refuse_twice(struct build *build, const struct yaml_pair *pair, enum model_table table,
                  uint32_t other)
{
    struct place place = build_origin(build, table, other)->place;
    MESSAGE(build->messages, pair->place, table_words(table), STR(" '"), pair->key,
            STR("' is declared twice; the other one is at "), place.file, STR(":"),
            str_from_int(build->arena, place.line));
}

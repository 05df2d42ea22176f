/* The closed sets of the model language as data: kinds.def expanded into tables of words. */
#include "model/model.h"

#define SET_BEGIN(set) static const struct model_word set##_list[] = {
#define KIND(constant, name, words) [constant] = {name, words},
#define SET_END(set, prefix)                                                                       \
    }                                                                                              \
    ;                                                                                              \
    _Static_assert(ARRAY_LENGTH(set##_list) == prefix##__COUNT, "a word for every " #set);
#include "model/kinds.def"

static const struct model_word value_kind_list[] = {
    [VALUE_UNSET] = {"nothing", "nothing"},
    [VALUE_BOOLEAN] = {"boolean", "yes or no"},
    [VALUE_INTEGER] = {"integer", "a whole number"},
    [VALUE_DECIMAL] = {"decimal", "a number with digits after the point"},
    [VALUE_TEXT] = {"text", "text"},
    [VALUE_DATE] = {"date", "a date"},
    [VALUE_DATETIME] = {"datetime", "a date and a time"},
    [VALUE_CODE] = {"code", "one answer from a table"},
    [VALUE_REFERENCE] = {"reference", "another record"},
};
_Static_assert(ARRAY_LENGTH(value_kind_list) == VALUE__COUNT, "a word for every value_kind");

static const struct model_word time_unit_list[] = {
    [UNIT_HOURS] = {"hours", "hours"},
    [UNIT_BUSINESS_HOURS] = {"business_hours", "hours without weekends and legal holidays"},
    [UNIT_DAYS] = {"days", "days"},
    [UNIT_BUSINESS_DAYS] = {"business_days", "business days"},
    [UNIT_MONTHS] = {"months", "months"},
    [UNIT_END_OF_DAY] = {"end_of_day", "end of the day"},
    [UNIT_END_OF_MONTH] = {"end_of_month", "end of the month"},
    [UNIT_END_OF_QUARTER] = {"end_of_quarter", "end of the quarter"},
    [UNIT_END_OF_YEAR] = {"end_of_year", "end of the year"},
};
_Static_assert(ARRAY_LENGTH(time_unit_list) == UNIT__COUNT, "a word for every time_unit");

static const struct model_set_shape sets[] = {
#define SET_BEGIN(set) [MODEL_SET_##set] = {#set, set##_list, ARRAY_LENGTH(set##_list)},
#include "model/kinds.def"
    [MODEL_SET_value_kind] = {"value_kind", value_kind_list, ARRAY_LENGTH(value_kind_list)},
    [MODEL_SET_time_unit] = {"time_unit", time_unit_list, ARRAY_LENGTH(time_unit_list)},
};
_Static_assert(ARRAY_LENGTH(sets) == MODEL_SET__COUNT, "every set");

const struct model_set_shape *model_set_shape(enum model_set set)
{
    CHECK((unsigned)set < MODEL_SET__COUNT);
    return &sets[set];
}

uint32_t model_set_find(enum model_set set, struct str name)
{
    const struct model_set_shape *shape = model_set_shape(set);
    for (uint32_t i = 0; i < shape->count; i++) {
        if (str_eq(str_from(shape->words[i].name), name)) {
            return i;
        }
    }
    return MODEL_NONE;
}

#define SET_BEGIN(set)                                                                             \
    struct str model_##set##_name(enum model_##set value)                                          \
    {                                                                                              \
        CHECK((size_t)value < ARRAY_LENGTH(set##_list));                                           \
        return str_from(set##_list[value].name);                                                   \
    }                                                                                              \
    struct str model_##set##_words(enum model_##set value)                                         \
    {                                                                                              \
        CHECK((size_t)value < ARRAY_LENGTH(set##_list));                                           \
        return str_from(set##_list[value].words);                                                  \
    }                                                                                              \
    bool model_##set##_parse(struct str name, enum model_##set *ret_value)                         \
    {                                                                                              \
        uint32_t found = model_set_find(MODEL_SET_##set, name);                                    \
        if (found == MODEL_NONE) {                                                                 \
            return false;                                                                          \
        }                                                                                          \
        *ret_value = found;                                                                        \
        return true;                                                                               \
    }
#include "model/kinds.def"

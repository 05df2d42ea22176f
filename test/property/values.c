#include "values.h"

#include "base/attr.h"

int64_t random_integer(struct rng *rng)
{
    static const int64_t edges[] = {0,
                                    1,
                                    -1,
                                    2,
                                    3,
                                    -7,
                                    10,
                                    12,
                                    100,
                                    -1200,
                                    INT32_MAX,
                                    INT32_MIN,
                                    3652058,
                                    999999999999999999,
                                    1000000000000000000,
                                    INT64_MAX,
                                    INT64_MAX - 1,
                                    -INT64_MAX};
    if (rng_one_in(rng, 5)) {
        return edges[rng_below(rng, ARRAY_LENGTH(edges))];
    }
    return (int64_t)rng_below(rng, 60) - 20;
}

struct date random_date(struct rng *rng)
{
    static const struct {
        int32_t year;
        unsigned month, day;
    } edges[] = {
        {2024, 2,  29},
        {2024, 2,  28},
        {2023, 2,  28},
        {2023, 3,  1 },
        {2000, 2,  29},
        {1900, 2,  28},
        {1900, 3,  1 },
        {2026, 1,  31},
        {2026, 1,  30},
        {2026, 4,  30},
        {2026, 12, 31},
        {2027, 1,  1 },
        {1800, 1,  1 },
        {2999, 12, 31},
        {1970, 1,  1 },
        {1969, 12, 31},
        {2026, 11, 25},
        {2026, 11, 24}
    };
    if (rng_one_in(rng, 2)) {
        size_t i = rng_below(rng, ARRAY_LENGTH(edges));
        return date_from_civil(edges[i].year, edges[i].month, edges[i].day);
    }
    return (struct date){.day = 20000 + (int32_t)rng_below(rng, 1500)};
}

static struct value random_datetime(struct rng *rng)
{
    int64_t ms = (int64_t)random_date(rng).day * 86400000 + rng_below(rng, 86400000);
    if (rng_one_in(rng, 4)) {
        ms = ms / 3600000 * 3600000 + (int64_t)rng_below(rng, 3) - 1; /* around a full hour */
    }
    int64_t local = ms - 6 * 3600000; /* an agency six hours behind */
    int64_t day = local / 86400000 - (local % 86400000 < 0);
    return value_datetime((struct instant){ms}, (struct date){(int32_t)day});
}

struct str random_text(struct rng *rng)
{
    static const struct str texts[] = {
        STR_INIT(""),
        STR_INIT(" "),
        STR_INIT("a"),
        STR_INIT("A"),
        STR_INIT("b"),
        STR_INIT("ab"),
        STR_INIT("a b"),
        STR_INIT("a-b"),
        STR_INIT("Zoe"),
        STR_INIT("Zo\u00eb"),
        STR_INIT("Zoe\u0308"), /* the same to the eye, other bytes */
        STR_INIT("stra\u00dfe"),
        STR_INIT("strasse"),
        STR_INIT("\u0131"),
        STR_INIT("O'Example"),
        STR_INIT("''"),
        STR_INIT("'; drop table report; --"),
        STR_INIT("\\"),
        STR_INIT("\\'"),
        STR_INIT("%"),
        STR_INIT("_"),
        STR_INIT("?1"),
        STR_INIT("$1"),
        STR_INIT("12"),
        STR_INIT("012"),
        STR_INIT("1e1"),
        STR_INIT("2026-11-25"),
        STR_INIT("true"),
        STR_INIT("null"),
        STR_INIT("line\nbreak"),
        STR_INIT("tab\tand\rreturn"),
        STR_INIT("\x01\x1f"),
        STR_INIT("\u05d0\u05d1"),
        STR_INIT("\u202eabc"),
        STR_INIT("\ufeff"),
        STR_INIT("\uffff"),
        STR_INIT("\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        STR_INIT("\U0010ffff"),
        STR_INIT("NEGLECT"),
        STR_INIT("Paj Ntshiab Xyooj"),
    };
    return texts[rng_below(rng, ARRAY_LENGTH(texts))];
}

struct value random_value(struct rng *rng, enum value_type type, unsigned scale)
{
    switch (type) {
    case VALUE_BOOLEAN:
        return value_boolean(rng_one_in(rng, 2));
    case VALUE_INTEGER:
        return value_integer(rng_one_in(rng, 40) ? INT64_MIN : random_integer(rng));
    case VALUE_DECIMAL:
        return value_decimal(random_integer(rng), scale);
    case VALUE_TEXT:
        return value_text(random_text(rng));
    case VALUE_DATE:
        return value_date(random_date(rng));
    case VALUE_DATETIME:
        return random_datetime(rng);
    case VALUE_UNSET:
    case VALUE_CODE:
    case VALUE_REFERENCE:
    case VALUE__COUNT:
        break;
    }
    return value_unset();
}

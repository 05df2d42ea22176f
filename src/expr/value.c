#include "expr/value.h"

struct value value_unset(void)
{
    return (struct value){.type = VALUE_UNSET};
}

struct value value_boolean(bool boolean)
{
    return (struct value){.type = VALUE_BOOLEAN, .boolean = boolean};
}

struct value value_integer(int64_t integer)
{
    return (struct value){.type = VALUE_INTEGER, .integer = integer};
}

struct value value_decimal(int64_t scaled, unsigned scale)
{
    return (struct value){.type = VALUE_DECIMAL, .scale = (uint8_t)scale, .integer = scaled};
}

struct value value_text(struct str text)
{
    return (struct value){.type = VALUE_TEXT, .text = text};
}

struct value value_date(struct date date)
{
    return (struct value){.type = VALUE_DATE, .date = date};
}

struct value value_datetime(struct instant at, struct date local)
{
    return (struct value){
        .type = VALUE_DATETIME, .datetime = {.at = at, .local = local}
    };
}

struct value value_code(struct str code, uint32_t version)
{
    return (struct value){
        .type = VALUE_CODE, .code = {.code = code, .version = version}
    };
}

struct value value_reference(struct uuid uuid)
{
    return (struct value){.type = VALUE_REFERENCE, .reference = uuid};
}

bool value_is_set(struct value value)
{
    return value.type != VALUE_UNSET;
}

bool value_same(struct value a, struct value b)
{
    if (a.type != b.type) {
        return false;
    }
    switch (a.type) {
    case VALUE_UNSET:
        return true;
    case VALUE_BOOLEAN:
        return a.boolean == b.boolean;
    case VALUE_INTEGER:
        return a.integer == b.integer;
    case VALUE_DECIMAL:
        return a.scale == b.scale && a.integer == b.integer;
    case VALUE_TEXT:
        return str_eq(a.text, b.text);
    case VALUE_DATE:
        return a.date.day == b.date.day;
    case VALUE_DATETIME:
        return a.datetime.at.ms == b.datetime.at.ms && a.datetime.local.day == b.datetime.local.day;
    case VALUE_CODE:
        return str_eq(a.code.code, b.code.code);
    case VALUE_REFERENCE:
        return uuid_eq(a.reference, b.reference);
    case VALUE__COUNT:
        break;
    }
    return false;
}

struct str value_type_name(enum value_type type)
{
    static const struct str names[VALUE__COUNT] = {
        [VALUE_UNSET] = STR_INIT("nothing"),      [VALUE_BOOLEAN] = STR_INIT("boolean"),
        [VALUE_INTEGER] = STR_INIT("integer"),    [VALUE_DECIMAL] = STR_INIT("decimal"),
        [VALUE_TEXT] = STR_INIT("text"),          [VALUE_DATE] = STR_INIT("date"),
        [VALUE_DATETIME] = STR_INIT("datetime"),  [VALUE_CODE] = STR_INIT("code"),
        [VALUE_REFERENCE] = STR_INIT("reference")};
    return (unsigned)type < VALUE__COUNT ? names[type] : STR("");
}

/* One value of a record or an expression. Small, copied by value; text and codes are views owned
 * by the arena of the work set or by the model. */
#ifndef HEARTH_EXPR_VALUE_H
#define HEARTH_EXPR_VALUE_H

#include "base/str.h"
#include "base/uuid.h"
#include "time/civil.h"

enum value_type {
    VALUE_UNSET, /* nothing is known: three-valued logic's third value */
    VALUE_BOOLEAN,
    VALUE_INTEGER,
    VALUE_DECIMAL, /* integer scaled by the field's scale (money: 2) */
    VALUE_TEXT,
    VALUE_DATE,
    VALUE_DATETIME, /* an instant with the local date it was stored under */
    VALUE_CODE,     /* a code of a code table and the version of its row */
    VALUE_REFERENCE,
    VALUE__COUNT
};

struct value_datetime {
    struct instant at;
    struct date local; /* in the agency's zone, fixed when stored */
};

struct value_code {
    struct str code;
    uint32_t version;
};

struct value {
    enum value_type type;
    uint8_t scale; /* of a decimal: digits after the point, 0..6 */
    union {
        bool boolean;
        int64_t integer; /* integers and decimals */
        struct str text;
        struct date date;
        struct value_datetime datetime;
        struct value_code code;
        struct uuid reference;
    };
};

struct value value_unset(void);
struct value value_boolean(bool boolean);
struct value value_integer(int64_t integer);
struct value value_decimal(int64_t scaled, unsigned scale);
struct value value_text(struct str text);
struct value value_date(struct date date);
struct value value_datetime(struct instant at, struct date local);
struct value value_code(struct str code, uint32_t version);
struct value value_reference(struct uuid uuid);
bool value_is_set(struct value value);
/* Same type and same content (codes: same code, whatever the version). Two unset values are the
 * same here; this is identity, not the language's "=". */
bool value_same(struct value a, struct value b);
struct str value_type_name(enum value_type type); /* "boolean", ... */

#endif

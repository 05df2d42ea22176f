/* What the kinds of fields are: how a text becomes a value, and a value the text that reads back
 * as the same. One row of the table for each kind; nothing else in rule/ asks for the kind of a
 * field to read or write it. */
#include "base/buf.h"
#include "base/utf8.h"
#include "rule/rule_int.h"

/* Reads text, which holds something, into *ret_value; else gives the message for people. */
typedef bool parse_fn(struct work_set *set, const struct model_field *field, struct str text,
                      struct value *ret_value, struct str *reterr_message);
typedef struct str text_fn(struct arena *arena, const struct model *model,
                           const struct model_field *field, struct value value);

struct field_kind_row {
    parse_fn *parse;
    text_fn *text;
    bool verbatim; /* blanks around it belong to it */
};

/* ---- text ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits of a text in the places of a format; empty when they are too many or too few, or
 * something else is there than what people write between digits. */
static struct str formatted(struct arena *arena, struct str format, struct str text)
{
    struct buf buf;
    size_t at = 0;
    buf_init(&buf, arena, format.n);
    for (size_t i = 0; i < format.n; i++) {
        while (at < text.n && str_find_byte(STR(" -./"), text.p[at]) >= 0) {
            at++;
        }
        if (format.p[i] != '#') {
            buf_byte(&buf, format.p[i]);
        } else if (at < text.n && is_digit(text.p[at])) {
            buf_byte(&buf, text.p[at++]);
        } else {
            return STR("");
        }
    }
    return at == text.n ? buf_str(&buf) : STR("");
}

struct str input_masked(struct arena *arena, const struct model *model, uint32_t field,
                        struct str text)
{
    const struct model_field *shape = model_field_row(model, field);
    struct buf buf;
    if (shape->shows <= 0) {
        return text;
    }
    buf_init(&buf, arena, text.n);
    for (size_t i = 0; i < text.n; i++) {
        bool shown = text.n - i <= (size_t)shape->shows || !is_digit(text.p[i]);
        buf_byte(&buf, shown ? text.p[i] : 'X');
    }
    return buf_str(&buf);
}

static bool parse_text(struct work_set *set, const struct model_field *field, struct str text,
                       struct value *ret_value, struct str *reterr_message)
{
    struct str format = model_text(set->model, field->format);
    if (format.n > 0) {
        *ret_value = value_text(formatted(set->arena, format, str_trim(text)));
        *reterr_message =
            STR_JOIN(set->arena, STR("Write it as "), format, STR(", with a digit for each #."));
        return ret_value->text.n > 0;
    }
    if (field->kind == FIELD_TEXT &&
        (str_find_byte(text, '\n') >= 0 || str_find_byte(text, '\r') >= 0)) {
        *reterr_message = STR("This is one line of text. Take out the line break.");
        return false;
    }
    *ret_value = value_text(text);
    return true;
}

static struct str text_text(struct arena *arena, const struct model *model,
                            const struct model_field *field, struct value value)
{
    (void)arena;
    (void)model;
    (void)field;
    return value.text;
}

/* ---- yes and no ---- */

static bool parse_yes_no(struct work_set *set, const struct model_field *field, struct str text,
                         struct value *ret_value, struct str *reterr_message)
{
    (void)set;
    (void)field;
    bool yes = str_eq(text, STR("yes")) || str_eq(text, STR("true"));
    if (!yes && !str_eq(text, STR("no")) && !str_eq(text, STR("false"))) {
        *reterr_message = STR("Answer yes or no.");
        return false;
    }
    *ret_value = value_boolean(yes);
    return true;
}

static struct str text_yes_no(struct arena *arena, const struct model *model,
                              const struct model_field *field, struct value value)
{
    (void)arena;
    (void)model;
    (void)field;
    return value.boolean ? STR("yes") : STR("no");
}

/* ---- numbers ---- */

static bool parse_integer(struct work_set *set, const struct model_field *field, struct str text,
                          struct value *ret_value, struct str *reterr_message)
{
    (void)set;
    (void)field;
    int64_t number = 0;
    if (!str_to_i64(text, &number)) {
        *reterr_message = STR("Give a whole number in digits, without commas.");
        return false;
    }
    *ret_value = value_integer(number);
    return true;
}

static struct str text_integer(struct arena *arena, const struct model *model,
                               const struct model_field *field, struct value value)
{
    (void)model;
    (void)field;
    return str_from_int(arena, value.integer);
}

/* The digits of text as a number of the given scale: "12.5" at 2 is 1250. */
static bool scaled_number(struct str text, unsigned scale, int64_t *ret_scaled)
{
    bool negative = text.n > 0 && text.p[0] == '-';
    int64_t number = 0;
    unsigned digits = 0, behind = 0;
    bool point = false;
    for (size_t i = negative ? 1 : 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || (point && ++behind > scale) ||
            __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, c - '0', &number)) {
            return false;
        }
        digits++;
    }
    for (; behind < scale; behind++) {
        if (__builtin_mul_overflow(number, 10, &number)) {
            return false;
        }
    }
    *ret_scaled = negative ? -number : number;
    return digits > 0;
}

static unsigned field_scale(const struct model_field *field)
{
    CHECK(field->scale >= 0 && field->scale <= EXPR_SCALE_MAX);
    return (unsigned)field->scale;
}

static bool parse_decimal(struct work_set *set, const struct model_field *field, struct str text,
                          struct value *ret_value, struct str *reterr_message)
{
    int64_t scaled = 0;
    if (!scaled_number(text, field_scale(field), &scaled)) {
        *reterr_message =
            STR_JOIN(set->arena, STR("Give a number in digits with at most "),
                     str_from_int(set->arena, field->scale),
                     field->scale == 1 ? STR(" digit after the point, without commas.")
                                       : STR(" digits after the point, without commas."));
        return false;
    }
    *ret_value = value_decimal(scaled, field_scale(field));
    return true;
}

struct str decimal_text(struct arena *arena, int64_t scaled, unsigned scale)
{
    struct buf buf;
    buf_init(&buf, arena, 32);
    uint64_t size = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    uint64_t unit = 1;
    for (unsigned i = 0; i < scale; i++) {
        unit *= 10;
    }
    if (scaled < 0) {
        buf_byte(&buf, '-');
    }
    buf_digits(&buf, size / unit, 1);
    if (scale > 0) {
        buf_byte(&buf, '.');
        buf_digits(&buf, size % unit, scale);
    }
    return buf_str(&buf);
}

static struct str text_decimal(struct arena *arena, const struct model *model,
                               const struct model_field *field, struct value value)
{
    (void)model;
    (void)field;
    return decimal_text(arena, value.integer, value.scale);
}

/* ---- dates ---- */

static bool parse_date(struct work_set *set, const struct model_field *field, struct str text,
                       struct value *ret_value, struct str *reterr_message)
{
    (void)set;
    (void)field;
    struct date date;
    if (!date_parse(text, &date)) {
        *reterr_message = STR("This is not a date. Write month, day and year as in 11/25/2026.");
        return false;
    }
    *ret_value = value_date(date);
    return true;
}

static struct str text_date(struct arena *arena, const struct model *model,
                            const struct model_field *field, struct value value)
{
    (void)model;
    (void)field;
    return date_iso(arena, value.date);
}

static bool parse_datetime(struct work_set *set, const struct model_field *field, struct str text,
                           struct value *ret_value, struct str *reterr_message)
{
    (void)field;
    struct instant at;
    enum zone_fit fit = ZONE_ONCE;
    const struct zone *zone = set->calendar.zone;
    if (!zone_parse(zone, text, &at, &fit)) {
        *reterr_message = STR("This is not a date with a time. Write it as in 2026-11-25T13:20.");
        return false;
    }
    if (fit == ZONE_GAP) {
        *reterr_message = STR("There was no such time: the clocks were set forward over it. Give "
                              "the time that the clock showed.");
        return false;
    }
    *ret_value = value_datetime(at, zone_date(zone, at));
    return true;
}

/* As a control for a local date and time takes it; with the offset where that would be the other
 * of two readings. */
static struct str text_datetime(struct arena *arena, const struct model *model,
                                const struct model_field *field, struct value value)
{
    (void)field;
    struct calendar calendar = model_calendar(model);
    struct civil civil = zone_civil(calendar.zone, value.datetime.at);
    struct instant again = zone_instant(calendar.zone, civil, NULL);
    if (again.ms != value.datetime.at.ms) {
        return zone_iso(arena, calendar.zone, value.datetime.at);
    }
    struct buf buf;
    buf_init(&buf, arena, 32);
    date_write_iso(&buf, zone_date(calendar.zone, value.datetime.at));
    buf_byte(&buf, 'T');
    buf_digits(&buf, civil.hour, 2);
    buf_byte(&buf, ':');
    buf_digits(&buf, civil.minute, 2);
    if (civil.second != 0 || civil.ms != 0) {
        buf_byte(&buf, ':');
        buf_digits(&buf, civil.second, 2);
    }
    if (civil.ms != 0) {
        buf_byte(&buf, '.');
        buf_digits(&buf, civil.ms, 3);
    }
    return buf_str(&buf);
}

/* ---- codes ---- */

/* A day of the model as words, or empty when it is open. */
static struct str day_words(struct arena *arena, int32_t day)
{
    return day == MODEL_NO_BOUND ? STR("") : date_long(arena, (struct date){day});
}

static bool parse_code(struct work_set *set, const struct model_field *field, struct str text,
                       struct value *ret_value, struct str *reterr_message)
{
    const struct model *model = set->model;
    uint32_t newest = model_code_on(model, field->code_set, text, MODEL_NO_BOUND);
    if (newest == MODEL_NONE) {
        *reterr_message = STR("This is not one of the answers. Choose one from the list.");
        return false;
    }
    uint32_t row = model_code_on(model, field->code_set, text, set->today.day);
    if (row == MODEL_NONE) {
        const struct model_code *code = model_code_row(model, newest);
        struct str until = day_words(set->arena, code->to_day);
        *reterr_message = STR_JOIN(
            set->arena, STR("“"), model_text(model, code->label), STR("” is not in use today"),
            until.n > 0 ? STR("; until ") : STR(""), until, STR(". Choose another answer."));
        return false;
    }
    const struct model_code *code = model_code_row(model, row);
    CHECK(code->version >= 0);
    *ret_value = value_code(text, (uint32_t)code->version);
    return true;
}

static struct str text_code(struct arena *arena, const struct model *model,
                            const struct model_field *field, struct value value)
{
    (void)arena;
    (void)model;
    (void)field;
    return value.code.code;
}

/* Whether an alternative offers a code, in whichever version; one that lists no code of the set
 * leaves the set alone. */
static bool alternative_offers(const struct model *model, uint32_t alternative, uint32_t set,
                               struct str code)
{
    const struct model_scheme_alternative *shape = model_scheme_alternative_row(model, alternative);
    bool lists_any = false;
    for (uint32_t i = 0; i < shape->codes_count; i++) {
        uint32_t row = model_scheme_code_row(model, shape->codes_first + i)->code;
        const struct model_code *listed = model_code_row(model, row);
        if (listed->set == set) {
            lists_any = true;
            if (str_eq(model_text(model, listed->code), code)) {
                return true;
            }
        }
    }
    return !lists_any;
}

/* The alternative that binds a record's answers to a field, or MODEL_NONE: the agency's on the day
 * the record was begun. */
static uint32_t field_alternative(struct work_set *set, const struct record *record,
                                  const struct model_field *field)
{
    uint32_t scheme = field->code_set == MODEL_NONE
                          ? MODEL_NONE
                          : model_code_set_row(set->model, field->code_set)->scheme;
    if (scheme == MODEL_NONE) {
        return MODEL_NONE;
    }
    struct date begun = zone_date(set->calendar.zone, record->created_at);
    return work_set_alternative(set, record->agency, scheme, begun);
}

bool input_offers_code(struct work_set *set, const struct record *record, uint32_t field,
                       uint32_t code)
{
    const struct model *model = set->model;
    const struct model_field *shape = model_field_row(model, field);
    struct str name = model_text(model, model_code_row(model, code)->code);
    uint32_t alternative = field_alternative(set, record, shape);
    return !model_code_row(model, code)->hidden &&
           model_code_on(model, shape->code_set, name, set->today.day) == code &&
           (alternative == MODEL_NONE ||
            alternative_offers(model, alternative, shape->code_set, name));
}

bool input_offers_choice(struct work_set *set, const struct subject *subject, uint32_t field,
                         const struct subject *candidate)
{
    uint32_t choices = model_field_row(set->model, field)->choices;
    return work_set_true_with(set, choices, subject, candidate);
}

static struct str choice_fault(struct work_set *set, const struct subject *subject, uint32_t field,
                               const struct subject *candidate)
{
    if (candidate == NULL) {
        return STR("This row is no longer there. Choose another one.");
    }
    return input_offers_choice(set, subject, field, candidate)
               ? STR("")
               : STR("This one cannot be chosen here. Choose one from the list.");
}

/* The row of the same record that a value of kind row leads to, or NULL. */
const struct subject *row_chosen(const struct subject *subject, uint32_t list, struct uuid id)
{
    const struct row *row = record_find_row(subject->record, list, id);
    return row != NULL ? &row->subject : NULL;
}

struct str choosing_fault(struct work_set *set, const struct subject *subject, uint32_t field,
                          struct value value)
{
    const struct model *model = set->model;
    const struct model_field *shape = model_field_row(model, field);
    if (value.type == VALUE_REFERENCE && shape->kind == FIELD_ROW) {
        return choice_fault(set, subject, field, row_chosen(subject, shape->rows, value.reference));
    }
    if (value.type == VALUE_REFERENCE && shape->kind == FIELD_REFERENCE) {
        return choice_fault(set, subject, field, &work_set_find(set, value.reference)->subject);
    }
    if (value.type == VALUE_REFERENCE) {
        return offered_fault(set, subject, field, value.reference);
    }
    uint32_t alternative = field_alternative(set, subject->record, shape);
    if (value.type != VALUE_CODE || alternative == MODEL_NONE ||
        alternative_offers(model, alternative, shape->code_set, value.code.code)) {
        return STR("");
    }
    return STR_JOIN(set->arena, STR("“"), model_code_label(model, shape->code_set, value.code),
                    STR("” is not an answer under “"),
                    model_text(model, model_scheme_alternative_row(model, alternative)->label),
                    STR("”. Choose another answer."));
}

/* ---- references ---- */

static bool parse_reference(struct work_set *set, const struct model_field *field, struct str text,
                            struct value *ret_value, struct str *reterr_message)
{
    struct uuid id;
    if (!uuid_parse(text, &id)) {
        *reterr_message = STR("This is not a record. Choose one from the list.");
        return false;
    }
    const struct record *record = work_set_find(set, id);
    if (record == NULL || record->subject.entity != field->target) {
        *reterr_message = STR_JOIN(
            set->arena, STR("This record was not found: choose one that is there ("),
            model_text(set->model, model_entity_row(set->model, field->target)->label), STR(")."));
        return false;
    }
    *ret_value = value_reference(id);
    return true;
}

/* A sealed file or picture: the store knows whether it is there. */
static bool parse_file(struct work_set *set, const struct model_field *field, struct str text,
                       struct value *ret_value, struct str *reterr_message)
{
    (void)set;
    (void)field;
    struct uuid id;
    if (!uuid_parse(text, &id)) {
        *reterr_message = STR("This is not a stored file. Add the file again.");
        return false;
    }
    *ret_value = value_reference(id);
    return true;
}

/* Which rows there are is looked up where the record is known. */
static bool parse_row(struct work_set *set, const struct model_field *field, struct str text,
                      struct value *ret_value, struct str *reterr_message)
{
    struct uuid id;
    if (!uuid_parse(text, &id)) {
        *reterr_message = STR_JOIN(
            set->arena, STR("Choose one of the rows of “"),
            model_text(set->model, model_list_row(set->model, field->rows)->label), STR("”."));
        return false;
    }
    *ret_value = value_reference(id);
    return true;
}

static struct str text_reference(struct arena *arena, const struct model *model,
                                 const struct model_field *field, struct value value)
{
    (void)model;
    (void)field;
    return uuid_text(arena, value.reference);
}

/* ---- the table ---- */

static const struct field_kind_row kinds[FIELD__COUNT] = {
    [FIELD_TEXT] = {parse_text,      text_text,      true },
    [FIELD_NARRATIVE] = {parse_text,      text_text,      true },
    [FIELD_YES_NO] = {parse_yes_no,    text_yes_no,    false},
    [FIELD_INTEGER] = {parse_integer,   text_integer,   false},
    [FIELD_DECIMAL] = {parse_decimal,   text_decimal,   false},
    [FIELD_DATE] = {parse_date,      text_date,      false},
    [FIELD_DATETIME] = {parse_datetime,  text_datetime,  false},
    [FIELD_CODE] = {parse_code,      text_code,      false},
    [FIELD_CODES] = {parse_code,      text_code,      false},
    [FIELD_REFERENCE] = {parse_reference, text_reference, false},
    [FIELD_ROW] = {parse_row,       text_reference, false},
    [FIELD_ATTACHMENT] = {parse_file,      text_reference, false},
    [FIELD_SIGNATURE] = {parse_file,      text_reference, false},
};

bool input_parse(struct work_set *set, uint32_t field, struct str text, struct value *ret_value,
                 struct str *reterr_message)
{
    const struct model_field *shape = model_field_row(set->model, field);
    const struct field_kind_row *kind = &kinds[shape->kind];
    *ret_value = value_unset();
    enum utf8_fault fault = utf8_check(text, NULL);
    if (fault != UTF8_FINE) {
        *reterr_message =
            STR("The text holds characters that cannot be kept. Type it again without them.");
        return false;
    }
    struct str bare = kind->verbatim ? text : str_trim(text);
    if (bare.n == 0) {
        return true;
    }
    struct value value = value_unset();
    if (!kind->parse(set, shape, bare, &value, reterr_message)) {
        return false;
    }
    struct str wrong = value_fault(set, field, value);
    if (wrong.n > 0) {
        *reterr_message = wrong;
        return false;
    }
    *ret_value = value;
    return true;
}

struct str input_text(struct arena *arena, const struct model *model, uint32_t field,
                      struct value value)
{
    const struct model_field *shape = model_field_row(model, field);
    return value_is_set(value) ? kinds[shape->kind].text(arena, model, shape, value) : STR("");
}

struct str input_answer(struct work_set *set, const struct subject *subject, uint32_t field)
{
    const struct model_field *shape = model_field_row(set->model, field);
    struct answer answer = answer_get(subject, field);
    struct value value = answer.value;
    if (answer.code_count > 0) {
        struct buf buf;
        buf_init(&buf, set->arena, SIZE_MAX);
        for (size_t i = 0; i < answer.code_count; i++) {
            BUF_ADD(&buf, i > 0 ? STR(" ") : STR(""), answer.codes[i].code);
        }
        return buf_str(&buf);
    }
    if (shape->kind == FIELD_ROW && value.type == VALUE_REFERENCE) {
        const struct subject *row = row_chosen(subject, shape->rows, value.reference);
        if (row != NULL && row->row->label.n > 0) {
            return row->row->label;
        }
    }
    return input_text(set->arena, set->model, field, value);
}

/* ---- bounds ---- */

static struct str number_words(struct arena *arena, const struct model_field *field, int32_t number)
{
    return field->kind == FIELD_DECIMAL ? decimal_text(arena, number, field_scale(field))
                                        : str_from_int(arena, number);
}

/* "Give a number from 0 to 20." */
static struct str bounds_fault(struct work_set *set, const struct model_field *field,
                               int64_t number)
{
    bool low = field->least != MODEL_NO_BOUND && number < field->least;
    bool high = field->most != MODEL_NO_BOUND && number > field->most;
    if (!low && !high) {
        return STR("");
    }
    struct str least =
        field->least == MODEL_NO_BOUND ? STR("") : number_words(set->arena, field, field->least);
    struct str most =
        field->most == MODEL_NO_BOUND ? STR("") : number_words(set->arena, field, field->most);
    if (least.n == 0) {
        return STR_JOIN(set->arena, STR("Give a number of at most "), most, STR("."));
    }
    if (most.n == 0) {
        return STR_JOIN(set->arena, STR("Give a number of at least "), least, STR("."));
    }
    return STR_JOIN(set->arena, STR("Give a number from "), least, STR(" to "), most, STR("."));
}

static struct str length_fault(struct work_set *set, const struct model_field *field,
                               struct str text)
{
    if (field->most == MODEL_NO_BOUND || field->most < 0) {
        return STR("");
    }
    size_t most = (size_t)field->most;
    size_t length = text.n <= most ? text.n : utf8_length(text);
    if (length <= most) {
        return STR("");
    }
    struct arena *arena = set->arena;
    return STR_JOIN(arena, STR("This is too long: "), str_from_int(arena, (int64_t)length),
                    STR(" characters. At most "), str_from_int(arena, field->most),
                    STR(" fit here."));
}

static struct str future_fault(struct work_set *set, const struct model_field *field,
                               struct value value)
{
    if (!field->not_future) {
        return STR("");
    }
    bool future = value.type == VALUE_DATE       ? value.date.day > set->today.day
                  : value.type == VALUE_DATETIME ? value.datetime.at.ms > set->now.ms
                                                 : false;
    return future ? STR("This is in the future. Give the day or time when it happened.") : STR("");
}

struct str value_fault(struct work_set *set, uint32_t field, struct value value)
{
    const struct model_field *shape = model_field_row(set->model, field);
    switch (value.type) {
    case VALUE_INTEGER:
    case VALUE_DECIMAL:
        return bounds_fault(set, shape, value.integer);
    case VALUE_TEXT:
        return length_fault(set, shape, value.text);
    case VALUE_DATE:
    case VALUE_DATETIME:
        return future_fault(set, shape, value);
    case VALUE_UNSET:
    case VALUE_BOOLEAN:
    case VALUE_CODE:
    case VALUE_REFERENCE:
    case VALUE__COUNT:
        break;
    }
    return STR("");
}

/* ---- values of expressions ---- */

static struct value code_in_force(struct work_set *set, uint32_t code_set, struct str code)
{
    uint32_t row = model_code_on(set->model, code_set, code, set->today.day);
    if (row == MODEL_NONE) {
        row = model_code_on(set->model, code_set, code, MODEL_NO_BOUND);
    }
    if (row == MODEL_NONE) {
        return value_unset();
    }
    return value_code(code, (uint32_t)model_code_row(set->model, row)->version);
}

static struct value decimal_at(int64_t number, unsigned from, unsigned to)
{
    for (; from < to; from++) {
        if (__builtin_mul_overflow(number, 10, &number)) {
            return value_unset();
        }
    }
    return from == to ? value_decimal(number, to) : value_unset();
}

struct value value_for_field(struct work_set *set, uint32_t field, struct value value)
{
    const struct model_field *shape = model_field_row(set->model, field);
    switch (shape->kind) {
    case FIELD_CODE:
    case FIELD_CODES:
        if (value.type == VALUE_TEXT) {
            return code_in_force(set, shape->code_set, value.text);
        }
        if (value.type == VALUE_CODE && value.code.version == 0) {
            return code_in_force(set, shape->code_set, value.code.code);
        }
        return value;
    case FIELD_DECIMAL:
        return value.type == VALUE_INTEGER || value.type == VALUE_DECIMAL
                   ? decimal_at(value.integer, value.type == VALUE_DECIMAL ? value.scale : 0,
                                field_scale(shape))
                   : value;
    case FIELD_DATE:
        return value.type == VALUE_DATETIME ? value_date(value.datetime.local) : value;
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
        return value.type == VALUE_CODE ? value_text(value.code.code) : value;
    default:
        return value;
    }
}

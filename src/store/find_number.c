/* Records by the number people know them by, as people type it: "R-073-2026-000118", without the
 * zeros, in small letters, or "2026-118" of one's own agency. */
#include "base/map.h"
#include "rule/access.h"
#include "store/store_int.h"

#define NUMBER_MOST 100u
#define FOUND_MOST 20u

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char capital(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static size_t digits_at(struct str text)
{
    size_t n = 0;
    while (n < text.n && is_digit(text.p[n])) {
        n++;
    }
    return n;
}

static bool take(struct str *rest, struct str part)
{
    if (!str_starts(*rest, part)) {
        return false;
    }
    *rest = str_slice(*rest, part.n, rest->n);
    return true;
}

/* Digits of the typed text, filled with zeros to a width. */
static bool read_digits(struct str *typed, unsigned width, struct buf *number)
{
    size_t n = digits_at(*typed);
    int64_t value;
    if (n == 0 || !str_to_i64(str_slice(*typed, 0, n), &value)) {
        return false;
    }
    buf_digits(number, (uint64_t)value, width);
    *typed = str_slice(*typed, n, typed->n);
    return true;
}

/* What stands for the agency ends where the format goes on. */
static bool read_agency(struct str *typed, struct str format, struct buf *number)
{
    size_t n = 0;
    while (n < typed->n && (format.n == 0 || typed->p[n] != format.p[0])) {
        buf_byte(number, capital(typed->p[n]));
        n++;
    }
    *typed = str_slice(*typed, n, typed->n);
    return n > 0;
}

/* Reads the typed text by a format; number gets it as it is stored. */
static bool read_by(struct str format, struct str typed, struct buf *number)
{
    while (format.n > 0) {
        if (take(&format, STR("{agency}"))) {
            if (!read_agency(&typed, format, number)) {
                return false;
            }
        } else if (take(&format, STR("{year}"))) {
            if (digits_at(typed) != 4 || !read_digits(&typed, 4, number)) {
                return false;
            }
        } else if (take(&format, STR("{serial}"))) {
            if (!read_digits(&typed, NUMBER_SERIAL_DIGITS, number)) {
                return false;
            }
        } else {
            if (typed.n == 0 || capital(typed.p[0]) != capital(format.p[0])) {
                return false;
            }
            buf_byte(number, format.p[0]);
            format = str_slice(format, 1, format.n);
            typed = str_slice(typed, 1, typed.n);
        }
    }
    return typed.n == 0;
}

/* The head of a format up to its year, for one's own agency. */
static void add_head(struct str head, struct str agency, struct buf *number)
{
    while (head.n > 0) {
        if (take(&head, STR("{agency}"))) {
            buf_add(number, agency);
        } else {
            buf_byte(number, head.p[0]);
            head = str_slice(head, 1, head.n);
        }
    }
}

static bool number_meant(struct arena *arena, struct str format, struct str typed,
                         struct str agency, struct str *ret_number)
{
    struct buf number;
    buf_init(&number, arena, 2 * NUMBER_MOST);
    if (read_by(format, typed, &number)) {
        *ret_number = buf_str(&number);
        return true;
    }
    ptrdiff_t year = str_find(format, STR("{year}"));
    buf_init(&number, arena, 2 * NUMBER_MOST);
    if (year < 0) {
        return false;
    }
    add_head(str_slice(format, 0, (size_t)year), agency, &number);
    bool fits = read_by(str_slice(format, (size_t)year, format.n), typed, &number);
    *ret_number = buf_str(&number);
    return fits;
}

static enum status own_agency_code(struct source *source, struct str *ret_code)
{
    const struct store_names *names = &source->store->practice->names;
    struct uuid agency = source->set->actor->agency;
    struct record *record;
    *ret_code = STR("");
    if (names->agency == MODEL_NONE || names->agency_code == MODEL_NONE || uuid_is_nil(agency)) {
        return STATUS_OK;
    }
    enum status status = source_load(source, names->agency, agency, &record);
    if (status == STATUS_OK) {
        struct value code = value_get(&record->subject, names->agency_code);
        *ret_code = code.type == VALUE_TEXT ? code.text : *ret_code;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

struct found {
    LIST(struct record *) records;
};

static enum status find_one(struct source *source, uint32_t entity, struct str number,
                            struct found *found)
{
    const struct schema *schema = source->store->schema;
    struct arena *arena = source->set->arena;
    struct db_statement *q;
    LIST(struct uuid) ids = {0};
    TRY(db_prepare(source->db, schema_by_number(arena, schema, entity), arena, &q));
    db_bind_text(q, 1, number);
    while (db_next(q)) {
        LIST_PUSH(arena, &ids, db_uuid(q, 0));
    }
    TRY(db_finish(q));
    for (size_t i = 0; i < ids.count && found->records.count < FOUND_MOST; i++) {
        struct record *record;
        enum status status = source_load(source, entity, ids.items[i], &record);
        if (status == STATUS_OK && !record_is_blank(record)) {
            LIST_PUSH(arena, &found->records, record);
        } else if (status != STATUS_NOT_FOUND) {
            TRY(status);
        }
    }
    return STATUS_OK;
}

static enum status find_all(struct source *source, struct str typed, struct found *found)
{
    const struct model *model = source->store->model;
    struct str agency;
    TRY(own_agency_code(source, &agency));
    for (uint32_t entity = 0; entity < model_entity_total(model); entity++) {
        struct str format = model_text(model, model_entity_row(model, entity)->number_format);
        struct str number;
        if (format.n > 0 && number_meant(source->set->arena, format, typed, agency, &number)) {
            TRY(find_one(source, entity, number, found));
        }
    }
    return STATUS_OK;
}

enum status store_find_number(struct store_reader *reader, struct work_set *set, struct str typed,
                              struct outcome *outcome, struct record ***ret_records,
                              size_t *ret_count)
{
    const struct store_purpose purpose = {.route = STR("search by number")};
    struct source *source;
    struct found found = {0};
    size_t from = set->records.count;
    typed = str_trim(typed);
    *ret_count = 0;
    if (typed.n == 0 || typed.n > NUMBER_MOST) {
        return STATUS_OK;
    }
    reader->purpose = purpose;
    enum status status = reader_source(reader, set, &source);
    if (status == STATUS_OK) {
        status = find_all(source, typed, &found);
    }
    for (size_t i = 0; i < found.records.count; i++) {
        const struct subject *subject = &found.records.items[i]->subject;
        access_log_add(reader, set->actor, subject->entity, subject->id, purpose);
    }
    reader_note(reader, set, from);
    *ret_records = found.records.items;
    *ret_count = found.records.count;
    return reader_fault(reader, outcome, status);
}

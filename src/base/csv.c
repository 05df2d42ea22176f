#include "base/csv.h"

#include <string.h>

#include "base/buf.h"

#define MARK STR("\xEF\xBB\xBF")

void csv_init(struct csv *csv, struct str text)
{
    size_t at = str_starts(text, MARK) ? MARK.n : 0;
    *csv = (struct csv){.text = text, .at = at, .line = 1};
}

/* Reading one row: where it is, and what is wrong with it, if anything. */
struct scan {
    struct str text;
    size_t at;
    struct arena *arena;
    struct str fault;
};

static bool fail(struct scan *scan, struct str fault)
{
    scan->fault = fault;
    return false;
}

/* Length of the line end here: 1 for LF, 2 for CRLF, else 0. */
static size_t line_end(const struct scan *scan)
{
    struct str rest = str_slice(scan->text, scan->at, scan->text.n);
    return str_starts(rest, STR("\n")) ? 1 : str_starts(rest, STR("\r\n")) ? 2 : 0;
}

static bool read_plain(struct scan *scan, struct str *ret_field)
{
    size_t start = scan->at;
    for (; scan->at < scan->text.n; scan->at++) {
        char c = scan->text.p[scan->at];
        if (c == ',' || c == '\n' || (c == '\r' && line_end(scan))) {
            break;
        }
        if (c == '\r') {
            return fail(scan, STR("a carriage return without a line feed; end lines with LF or "
                                  "CRLF, and quote a field that holds one"));
        }
        if (c == '"') {
            return fail(scan, STR("a quotation mark inside a field that does not begin with one; "
                                  "quote the whole field and double the marks in it"));
        }
    }
    *ret_field = str_slice(scan->text, start, scan->at);
    return true;
}

/* The text with each pair of quotation marks as one. */
static struct str undouble(struct arena *arena, struct str raw, size_t pairs)
{
    char *text = arena_alloc(arena, raw.n - pairs);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        text[n++] = raw.p[i];
        i += raw.p[i] == '"';
    }
    return (struct str){text, n};
}

static bool read_quoted(struct scan *scan, struct str *ret_field)
{
    size_t start = ++scan->at, pairs = 0;
    for (;;) {
        ptrdiff_t mark = str_find_byte(str_slice(scan->text, scan->at, scan->text.n), '"');
        if (mark < 0) {
            return fail(scan, STR("a quotation mark that is never closed; close the field with "
                                  "one, and double the marks in it"));
        }
        scan->at += (size_t)mark + 1;
        if (scan->at >= scan->text.n || scan->text.p[scan->at] != '"') {
            break;
        }
        scan->at++;
        pairs++;
    }
    if (scan->at < scan->text.n && scan->text.p[scan->at] != ',' && !line_end(scan)) {
        return fail(scan, STR("text after a closing quotation mark; double the marks that belong "
                              "to the field"));
    }
    struct str raw = str_slice(scan->text, start, scan->at - 1);
    if (raw.n - pairs > CSV_FIELD_BYTES_MAX) {
        *ret_field = raw; /* refused by the caller for its length */
        return true;
    }
    *ret_field = pairs ? undouble(scan->arena, raw, pairs) : raw;
    return true;
}

static bool read_row(struct scan *scan, struct csv_row *row)
{
    for (;;) {
        if (row->count == CSV_FIELDS_MAX) {
            return fail(scan, STR("more than 256 fields in a row"));
        }
        bool quoted = scan->at < scan->text.n && scan->text.p[scan->at] == '"';
        struct str *field = &row->fields[row->count];
        if (!(quoted ? read_quoted(scan, field) : read_plain(scan, field))) {
            return false;
        }
        if (field->n > CSV_FIELD_BYTES_MAX) {
            return fail(scan, STR("a field longer than 1 MiB"));
        }
        row->count++;
        if (scan->at >= scan->text.n || scan->text.p[scan->at] != ',') {
            scan->at += line_end(scan);
            return true;
        }
        scan->at++;
    }
}

static unsigned count_lines(struct str text)
{
    unsigned lines = 0;
    struct str line;
    while (text.n && str_split(&text, '\n', &line)) {
        lines += text.p != NULL;
    }
    return lines;
}

enum csv_result csv_next(struct csv *csv, struct arena *arena, struct csv_row *ret_row)
{
    struct scan scan = {.text = csv->text, .at = csv->at, .arena = arena};
    ret_row->line = csv->line;
    ret_row->count = 0;
    ret_row->fault = (struct str){NULL, 0};
    if (csv->at >= csv->text.n) {
        return CSV_END;
    }
    if (read_row(&scan, ret_row)) {
        csv->line += count_lines(str_slice(csv->text, csv->at, scan.at));
        csv->at = scan.at;
        return CSV_ROW;
    }
    ret_row->count = 0;
    ret_row->fault = scan.fault;
    ptrdiff_t end = str_find_byte(str_slice(csv->text, csv->at, csv->text.n), '\n');
    csv->at = end < 0 ? csv->text.n : csv->at + (size_t)end + 1;
    csv->line++;
    return CSV_BAD_ROW;
}

/* Also a field that begins with the mark: at the start of a file it would be skipped on reading. */
static bool needs_quotes(struct str field)
{
    if (str_starts(field, MARK)) {
        return true;
    }
    for (size_t i = 0; i < field.n; i++) {
        char c = field.p[i];
        if (c == '"' || c == ',' || c == '\r' || c == '\n') {
            return true;
        }
    }
    return false;
}

void csv_write_field(struct buf *buf, struct str field)
{
    if (!needs_quotes(field)) {
        buf_add(buf, field);
        return;
    }
    buf_byte(buf, '"');
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] == '"') {
            buf_byte(buf, '"');
        }
        buf_byte(buf, field.p[i]);
    }
    buf_byte(buf, '"');
}

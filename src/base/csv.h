/* Comma-separated values by RFC 4180, strict: LF or CRLF, quotes doubled, nothing after a closing
 * quote. A bad row ends with its first line: it is reported with that line, and the next line is
 * read as a row again, so that one stray quote costs one row. An empty line is a row of one empty
 * field. Optional UTF-8 mark at the start is skipped. Bytes are not checked: see utf8_check. */
#ifndef HEARTH_BASE_CSV_H
#define HEARTH_BASE_CSV_H

#include "arena.h"
#include "str.h"

#define CSV_FIELDS_MAX 256
#define CSV_FIELD_BYTES_MAX ((size_t)1024 * 1024)

struct csv {
    struct str text;
    size_t at;
    unsigned line; /* of the row to be read next, from 1 */
};

/* About 4 KiB: keep it in an arena, not on the stack. */
struct csv_row {
    unsigned line; /* on which the row begins, from 1 */
    size_t count;
    struct str fields[CSV_FIELDS_MAX]; /* in the text, or in the arena when quotes were doubled */
    struct str fault;                  /* empty, or what is wrong with this row */
};

enum csv_result { CSV_ROW, CSV_BAD_ROW, CSV_END };

/* The text must outlive the rows. */
void csv_init(struct csv *csv, struct str text);
/* Reads one row. A bad row has count 0 and a fault; the caller compares count with its header. */
enum csv_result csv_next(struct csv *csv, struct arena *arena, struct csv_row *ret_row);

struct buf;

/* Appends one field, quoted when needed. A field that a spreadsheet would run as a formula is
 * left as it is: values are never changed; the reader of the file decides. */
void csv_write_field(struct buf *buf, struct str field);

#endif

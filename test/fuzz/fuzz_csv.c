/* Any bytes as CSV: reading ends, each row begins on a later line than the one before, a bad row
 * says why, and a good row that is written out reads back as it was. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/csv.h"

static void check_written_row(struct arena *arena, const struct csv_row *row)
{
    struct buf buf;
    buf_init(&buf, arena, SIZE_MAX);
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0) {
            buf_byte(&buf, ',');
        }
        csv_write_field(&buf, row->fields[i]);
    }
    buf_byte(&buf, '\n');

    struct csv csv;
    struct csv_row *again = ARENA_NEW(arena, struct csv_row);
    csv_init(&csv, buf_str(&buf));
    CHECK(csv_next(&csv, arena, again) == CSV_ROW);
    CHECK(again->count == row->count);
    for (size_t i = 0; i < row->count; i++) {
        CHECK(str_eq(again->fields[i], row->fields[i]));
    }
    CHECK(csv_next(&csv, arena, again) == CSV_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena rows, row_only;
    arena_init(&rows, SIZE_MAX, NULL, NULL);
    arena_init(&row_only, SIZE_MAX, NULL, NULL);
    struct csv_row *row = ARENA_NEW(&rows, struct csv_row);
    struct csv csv;
    csv_init(&csv, (struct str){(const char *)data, size});
    unsigned line = 0;
    enum csv_result result;
    while ((result = csv_next(&csv, &rows, row)) != CSV_END) {
        CHECK(row->line > line);
        CHECK((result == CSV_BAD_ROW) == (row->count == 0));
        CHECK((result == CSV_BAD_ROW) == (row->fault.n > 0));
        line = row->line;
        if (result == CSV_ROW) {
            check_written_row(&row_only, row);
            arena_clear(&row_only);
        }
    }
    arena_clear(&rows);
    return 0;
}

/* Any bytes as what somebody signed: refused, or read into sheets whose bytes they are; and bytes
 * that are right with one of them changed. */
#include "fuzz.h"

#include <string.h>

#include "html/sheet_pack.h"

static void check(struct arena *arena, struct str bytes)
{
    struct signed_sheets sheets;
    struct str again;
    if (!sheet_unpack(arena, bytes, &sheets)) {
        return;
    }
    CHECK(sheet_pack(arena, &sheets, &again) && str_eq(again, bytes));
    for (size_t i = 0; i < sheets.sheets_count; i++) {
        const struct sheet *sheet = &sheets.sheets[i];
        for (size_t k = 0; k < sheet->parts_count; k++) {
            const struct sheet_part *part = &sheet->parts[k];
            size_t cells = part->table.rows_count * part->table.columns_count;
            CHECK(part->kind <= SHEET_SIGNATURES);
            CHECK(cells == 0 || part->table.cells[cells - 1].n <= bytes.n);
        }
    }
}

/* A sheet of the bytes' own words. */
static struct str made(struct arena *arena, struct str words)
{
    size_t half = words.n / 2;
    const struct str cells[] = {str_slice(words, 0, half), str_slice(words, half, words.n)};
    const struct sheet_part parts[] = {
        {.kind = SHEET_TABLE,
         .heading = cells[0],
         .table = {.columns = cells, .columns_count = 1, .cells = cells, .rows_count = 2}},
        {.kind = SHEET_TEXT,                   .text = cells[1]},
    };
    const struct sheet sheet = {.title = cells[1], .parts = parts, .parts_count = 2};
    const struct signed_sheets sheets = {cells, 2, &sheet, 1};
    struct str bytes;
    CHECK(sheet_pack(arena, &sheets, &bytes));
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct signed_sheets sheets;
    struct str bytes = {(const char *)data, size};
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    check(&arena, bytes);
    struct str right = made(&arena, bytes);
    CHECK(sheet_unpack(&arena, right, &sheets));
    for (size_t i = 0; i < size && i < 64; i++) {
        char *changed = arena_copy(&arena, right.p, right.n);
        changed[(i * 7 + data[i]) % right.n] ^= (char)(data[i] | 1);
        check(&arena, (struct str){changed, right.n});
    }
    arena_clear(&arena);
    return 0;
}

/* What somebody signed, as bytes that stay readable: the sheet they saw, in every language it could
 * be shown in, with the drawn signatures. One text has one form: equal sheets give equal bytes, and
 * only bytes that sheet_pack would write are read.
 *
 *   "hearth sheets 1\n", count of texts, each with its length before it, then what is said of the
 *   sheets, in the order of sheet_pack.c, as numbers; a text is its place among the texts, from 0.
 *   Texts are distinct and stand in the order in which they are first used. Numbers have 4 bytes,
 *   the lowest first.
 *
 * Addresses of pages are left out: it is written for paper. */
#ifndef HEARTH_HTML_SHEET_PACK_H
#define HEARTH_HTML_SHEET_PACK_H

#include "base/status.h"
#include "html/sheet.h"

#define SHEET_PACK_MAX ((size_t)8 << 20)

struct signed_sheets {
    const struct str *names; /* who has signed, as they are named on the sheet */
    size_t names_count;
    const struct sheet *sheets; /* the same in several languages; the model's first */
    size_t sheets_count;
};

/* In the arena. False when it would be more than SHEET_PACK_MAX bytes. */
NODISCARD bool sheet_pack(struct arena *arena, const struct signed_sheets *sheets,
                          struct str *ret_bytes);
/* Texts are views of the bytes. False: this is not what sheet_pack writes. */
NODISCARD bool sheet_unpack(struct arena *arena, struct str bytes,
                            struct signed_sheets *ret_sheets);

#endif

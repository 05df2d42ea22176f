/* Sheets as a tagged PDF (ISO 32000-1 14.8, written to be PDF/UA-1: ISO 14289-1): headings, tables
 * with scoped headers that are repeated on each page, the language, page numbers as artifacts,
 * fonts embedded, outlines where there is more than a page. No network, no file but the fonts,
 * nothing of the machine's own set-up of fonts: the same sheets give the same bytes wherever the
 * same packages are.
 *
 * Cairo and Pango draw, libqpdf writes in what Cairo 1.16 cannot say. GLib ends the process when
 * the system has no memory; what a sheet may come to is bounded by PAPER_PAGES_MAX and by the arena
 * that its words are in. */
#ifndef HEARTH_PAPER_PAPER_H
#define HEARTH_PAPER_PAPER_H

#include "base/arena.h"
#include "base/status.h"
#include "html/sheet.h"

#define PAPER_PAGES_MAX 1500u

/* The fonts that papers are written in. One for the process; any thread may write with it. */
struct paper_fonts;
/* NULL when the letters of Latin are not there (Debian: fonts-noto-core); a font of another script
 * that is missing leaves boxes. */
struct paper_fonts *paper_fonts_new(void);
/* After all threads that wrote with it are gone. Accepts NULL. */
struct paper_fonts *paper_fonts_free(struct paper_fonts *fonts);

enum paper_size { PAPER_LETTER, PAPER_A4 };

/* Sheets in one file, each beginning a page. */
struct paper {
    struct str language, title; /* of the file; the title names nobody */
    enum paper_size size;
    const struct sheet *sheets;
    size_t sheets_count;
};

/* Bytes of the file, in the arena. STATUS_TOO_LARGE, with a problem, past PAPER_PAGES_MAX;
 * STATUS_INTERNAL when a library fails. */
NODISCARD enum status paper_write(struct arena *arena, const struct paper_fonts *fonts,
                                  const struct paper *paper, struct outcome *outcome,
                                  struct str *ret_pdf);

#endif

/* What Cairo 1.16 cannot say of a file, written into it with libqpdf: its language and title for
 * who hears it, that it is PDF/UA, which way headers of a table look, what a picture shows, and
 * that page numbers are no part of the text. */
#ifndef HEARTH_PAPER_FINISH_H
#define HEARTH_PAPER_FINISH_H

#include "paper/paper.h"

/* A finished file, libqpdf's. */
struct paper_file;
/* NULL when the library fails. Each sheet is an element "Part"; the pictures of their signers are
 * described in their order. */
struct paper_file *paper_finish(struct str drawn, const struct paper *paper);
/* The bytes, copied into the arena; the file is gone, also when the arena is exhausted. */
struct str paper_file_take(struct arena *arena, struct paper_file *file);

#endif

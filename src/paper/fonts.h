#ifndef HEARTH_PAPER_FONTS_H
#define HEARTH_PAPER_FONTS_H

#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>

#include "paper/paper.h"

/* The map of this thread, with our fonts and no others. */
PangoFontMap *paper_font_map(const struct paper_fonts *fonts);

#endif

/* What code made by the template compiler calls. The compiler has already proved that the markup
 * is balanced and which context each expression stands in; the type of the expression chooses the
 * function, so that a wrong type is refused by the C compiler at the line of the template. All six
 * types of whole numbers are named, because which of them size_t and int64_t are differs. */
#ifndef HEARTH_HTML_TEMPLATE_H
#define HEARTH_HTML_TEMPLATE_H

#include "html/html.h"

/* clang-format off */ /* version 14 cannot lay out _Generic */
/* {{ x }} between elements. */
#define TEMPLATE_TEXT(html, x)                                                                     \
    _Generic((x),                                                                                  \
        struct str: html_text,                                                                     \
        struct html_trusted: html_raw,                                                             \
        int: html_int,                                                                             \
        long: html_int,                                                                            \
        long long: html_int,                                                                       \
        unsigned: template_text_unsigned,                                                          \
        unsigned long: template_text_unsigned,                                                     \
        unsigned long long: template_text_unsigned)((html), (x))
/* {{ x }} in a quoted attribute. */
#define TEMPLATE_VALUE(html, x)                                                                    \
    _Generic((x),                                                                                  \
        struct str: template_value,                                                                \
        int: template_value_int,                                                                   \
        long: template_value_int,                                                                  \
        long long: template_value_int,                                                             \
        unsigned: template_value_unsigned,                                                         \
        unsigned long: template_value_unsigned,                                                    \
        unsigned long long: template_value_unsigned)((html), (x))
/* {{ x }} inside an address: as a segment of the path, or as any other part of it. */
#define TEMPLATE_URL_SEGMENT(html, x)                                                              \
    _Generic((x),                                                                                  \
        struct str: template_url_segment,                                                          \
        int: template_value_int,                                                                   \
        long: template_value_int,                                                                  \
        long long: template_value_int,                                                             \
        unsigned: template_value_unsigned,                                                         \
        unsigned long: template_value_unsigned,                                                    \
        unsigned long long: template_value_unsigned)((html), (x))
#define TEMPLATE_URL_PART(html, x)                                                                 \
    _Generic((x),                                                                                  \
        struct str: template_url_part,                                                             \
        int: template_value_int,                                                                   \
        long: template_value_int,                                                                  \
        long long: template_value_int,                                                             \
        unsigned: template_value_unsigned,                                                         \
        unsigned long: template_value_unsigned,                                                    \
        unsigned long long: template_value_unsigned)((html), (x))
/* clang-format on */

void template_markup(struct html *html, struct str markup);
void template_text_unsigned(struct html *html, uint64_t number);
void template_value(struct html *html, struct str value);
void template_value_int(struct html *html, int64_t number);
void template_value_unsigned(struct html *html, uint64_t number);
void template_url(struct html *html, struct url url); /* {{ x }} as the whole address */
void template_url_part(struct html *html, struct str part);
void template_url_segment(struct html *html, struct str segment);

#endif

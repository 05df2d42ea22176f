/* Writes HTML that is balanced and escaped by construction: names of elements and attributes are
 * string literals, text and attribute values are escaped on the way out, addresses are of their
 * own type, and an element can only be closed when it is the innermost one open. Misuse is a
 * programming error and traps; data cannot cause it.
 *
 * Bytes that are no characters of HTML (controls) come out as U+FFFD. Pure; writes into a struct
 * buf, whose limit is the limit of the page. */
#ifndef HEARTH_HTML_HTML_H
#define HEARTH_HTML_HTML_H

#include "base/buf.h"
#include "html/url.h"
#include "html/words.h"

enum { HTML_DEPTH = 40 };

struct html {
    struct buf *out;
    const struct words *words; /* what components say, in the reader's language */
    struct str open[HTML_DEPTH];
    unsigned depth;
    bool in_tag; /* the last start tag still takes attributes */
};

/* Markup that is known to be safe. Made from a literal with HTML_TRUSTED, or from what this writer
 * wrote with html_trusted_from; there is deliberately no way to make it from other text. */
struct html_trusted {
    struct str markup;
};
#define HTML_TRUSTED(literal) ((struct html_trusted){STR(literal)})

/* A part of a page that somebody else renders: the body of a layout, the content of a card. */
struct html_slot {
    void (*render)(struct html *html, const void *context); /* NULL: nothing */
    const void *context;
};

void html_init(struct html *html, struct buf *out, const struct words *words);
/* Traps when an element is still open. False: the page did not fit into its buffer. */
NODISCARD bool html_finish(struct html *html);
/* What has been written from byte "from" (a former html->out->n) on; nothing may be open that was
 * not open then. Valid while the buffer is not appended to. */
struct html_trusted html_trusted_from(struct html *html, size_t from);

/* Elements. Those without content (input, br, img) are opened and never closed. */
#define html_open(html, name) html_open_named((html), STR(name))
#define html_close(html, name) html_close_named((html), STR(name))
/* <name class="class">, and <name class="class">text</name>; an empty class is left out. */
#define html_open_class(html, name, class) html_open_classed((html), STR(name), STR(class))
#define html_element(html, name, class, text)                                                      \
    html_text_element((html), STR(name), STR(class), (text))

/* Attributes of the element just opened; before any content. Names of scripts and styles (on*,
 * style) and of addresses trap here. */
#define html_attr(html, name, value) html_attr_named((html), STR(name), (value))
/* The same with a literal value, also for htmx' own attributes. */
#define html_attr_fixed(html, name, value) html_attr_fixed_named((html), STR(name), STR(value))
#define html_attr_int(html, name, value) html_attr_int_named((html), STR(name), (value))
/* An attribute without a value, when on. */
#define html_flag(html, name, on) html_flag_named((html), STR(name), (on))
/* href, src, action, data-draft and their like; the name must be one of an address. */
#define html_url(html, name, url) html_url_named((html), STR(name), (url))

/* Content. */
void html_text(struct html *html, struct str text);
void html_int(struct html *html, int64_t number);
void html_raw(struct html *html, struct html_trusted markup);
void html_slot(struct html *html, struct html_slot slot);
struct str html_word(const struct html *html, enum word word);
/* Appends text as it may stand between elements and in quoted attribute values. */
void html_escape(struct buf *out, struct str text);

/* What an attribute of this name (lower case) may hold; also the judgement of the template
 * compiler, so that both ways of writing a page agree. */
enum html_attribute {
    HTML_PLAIN_ATTRIBUTE,
    HTML_URL_ATTRIBUTE,
    HTML_FIXED_ATTRIBUTE,   /* steers htmx: only what a programmer wrote */
    HTML_REFUSED_ATTRIBUTE, /* runs script or style, or hides a page in a value */
};
enum html_attribute html_attribute_kind(struct str name);
bool html_is_void(struct str name);

/* Behind the macros; names must be literals. */
void html_open_named(struct html *html, struct str name);
void html_open_classed(struct html *html, struct str name, struct str class);
void html_text_element(struct html *html, struct str name, struct str class, struct str text);
void html_close_named(struct html *html, struct str name);
void html_attr_named(struct html *html, struct str name, struct str value);
void html_attr_fixed_named(struct html *html, struct str name, struct str value);
void html_attr_int_named(struct html *html, struct str name, int64_t value);
void html_flag_named(struct html *html, struct str name, bool on);
void html_url_named(struct html *html, struct str name, struct url url);

#endif

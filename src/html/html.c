#include "html/html.h"

#include <string.h>

/* ---- what is what ---- */

bool html_is_void(struct str name)
{
    static const struct str names[] = {
        STR_INIT("area"),  STR_INIT("base"), STR_INIT("br"),     STR_INIT("col"),
        STR_INIT("embed"), STR_INIT("hr"),   STR_INIT("img"),    STR_INIT("input"),
        STR_INIT("link"),  STR_INIT("meta"), STR_INIT("source"), STR_INIT("track"),
        STR_INIT("wbr"),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (str_eq(names[i], name)) {
            return true;
        }
    }
    return false;
}

enum html_attribute html_attribute_kind(struct str name)
{
    static const struct str urls[] = {
        STR_INIT("href"),        STR_INIT("src"),
        STR_INIT("action"),      STR_INIT("formaction"),
        STR_INIT("cite"),        STR_INIT("poster"),
        STR_INIT("data"),        STR_INIT("hx-get"),
        STR_INIT("hx-post"),     STR_INIT("hx-put"),
        STR_INIT("hx-patch"),    STR_INIT("hx-delete"),
        STR_INIT("hx-push-url"), STR_INIT("hx-replace-url"),
        STR_INIT("xlink:href"),  STR_INIT("manifest"),
        STR_INIT("data-draft"),  STR_INIT("data-stay"),
        STR_INIT("data-leave"),
    };
    static const struct str refused[] = {
        STR_INIT("style"),   STR_INIT("srcdoc"),     STR_INIT("srcset"),
        STR_INIT("hx-vars"), STR_INIT("http-equiv"), STR_INIT("ping"),
    };
    if (str_starts(name, STR("on")) || str_starts(name, STR("hx-on")) ||
        str_starts(name, STR("data-hx-"))) {
        return HTML_REFUSED_ATTRIBUTE;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
        if (str_eq(refused[i], name)) {
            return HTML_REFUSED_ATTRIBUTE;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(urls); i++) {
        if (str_eq(urls[i], name)) {
            return HTML_URL_ATTRIBUTE;
        }
    }
    return str_starts(name, STR("hx-")) ? HTML_FIXED_ATTRIBUTE : HTML_PLAIN_ATTRIBUTE;
}

/* ---- the page ---- */

void html_init(struct html *html, struct buf *out, const struct words *words)
{
    memset(html, 0, sizeof(*html));
    html->out = out;
    html->words = words;
}

static void end_tag_start(struct html *html)
{
    if (html->in_tag) {
        buf_byte(html->out, '>');
        html->in_tag = false;
    }
}

bool html_finish(struct html *html)
{
    end_tag_start(html);
    CHECK(html->depth == 0);
    return !html->out->overrun;
}

struct html_trusted html_trusted_from(struct html *html, size_t from)
{
    end_tag_start(html);
    struct str all = buf_str(html->out);
    return (struct html_trusted){str_slice(all, from, all.n)};
}

/* ---- escaping ---- */

/* One table serves text and quoted attribute values alike. */
static struct str escape_of(unsigned char byte)
{
    switch (byte) {
    case '&':
        return STR("&amp;");
    case '<':
        return STR("&lt;");
    case '>':
        return STR("&gt;");
    case '"':
        return STR("&quot;");
    case '\'':
        return STR("&#39;");
    case '\t':
    case '\n':
    case '\r':
        return (struct str){0};
    default:
        return byte < 0x20 || byte == 0x7F ? STR("\xEF\xBF\xBD") : (struct str){0};
    }
}

void html_escape(struct buf *out, struct str text)
{
    size_t start = 0;
    for (size_t i = 0; i < text.n; i++) {
        struct str instead = escape_of((unsigned char)text.p[i]);
        if (instead.n != 0) {
            buf_add(out, str_slice(text, start, i));
            buf_add(out, instead);
            start = i + 1;
        }
    }
    buf_add(out, str_slice(text, start, text.n));
}

/* ---- elements ---- */

void html_open_named(struct html *html, struct str name)
{
    end_tag_start(html);
    buf_byte(html->out, '<');
    buf_add(html->out, name);
    html->in_tag = true;
    if (!html_is_void(name)) {
        CHECK(html->depth < HTML_DEPTH);
        html->open[html->depth++] = name;
    }
}

void html_open_classed(struct html *html, struct str name, struct str class)
{
    html_open_named(html, name);
    if (class.n != 0) {
        html_attr(html, "class", class);
    }
}

void html_text_element(struct html *html, struct str name, struct str class, struct str text)
{
    html_open_classed(html, name, class);
    html_text(html, text);
    html_close_named(html, name);
}

void html_close_named(struct html *html, struct str name)
{
    end_tag_start(html);
    CHECK(html->depth > 0 && str_eq(html->open[html->depth - 1], name));
    html->depth--;
    BUF_ADD(html->out, STR("</"), name, STR(">"));
}

/* ---- attributes ---- */

static void add_attribute(struct html *html, struct str name, struct str value)
{
    CHECK(html->in_tag);
    BUF_ADD(html->out, STR(" "), name, STR("=\""));
    html_escape(html->out, value);
    buf_byte(html->out, '"');
}

void html_attr_named(struct html *html, struct str name, struct str value)
{
    CHECK(html_attribute_kind(name) == HTML_PLAIN_ATTRIBUTE);
    add_attribute(html, name, value);
}

void html_attr_fixed_named(struct html *html, struct str name, struct str value)
{
    enum html_attribute kind = html_attribute_kind(name);
    CHECK(kind == HTML_PLAIN_ATTRIBUTE || kind == HTML_FIXED_ATTRIBUTE);
    add_attribute(html, name, value);
}

void html_attr_int_named(struct html *html, struct str name, int64_t value)
{
    CHECK(html->in_tag && html_attribute_kind(name) == HTML_PLAIN_ATTRIBUTE);
    BUF_ADD(html->out, STR(" "), name, STR("=\""));
    buf_int(html->out, value);
    buf_byte(html->out, '"');
}

void html_flag_named(struct html *html, struct str name, bool on)
{
    CHECK(html->in_tag && html_attribute_kind(name) == HTML_PLAIN_ATTRIBUTE);
    if (on) {
        BUF_ADD(html->out, STR(" "), name);
    }
}

void html_url_named(struct html *html, struct str name, struct url url)
{
    CHECK(html_attribute_kind(name) == HTML_URL_ATTRIBUTE);
    add_attribute(html, name, url.text);
}

/* ---- content ---- */

void html_text(struct html *html, struct str text)
{
    end_tag_start(html);
    html_escape(html->out, text);
}

void html_int(struct html *html, int64_t number)
{
    end_tag_start(html);
    buf_int(html->out, number);
}

void html_raw(struct html *html, struct html_trusted markup)
{
    end_tag_start(html);
    buf_add(html->out, markup.markup);
}

void html_slot(struct html *html, struct html_slot slot)
{
    end_tag_start(html);
    if (slot.render != NULL) {
        unsigned depth = html->depth;
        slot.render(html, slot.context);
        CHECK(html->depth == depth);
    }
}

struct str html_word(const struct html *html, enum word word)
{
    return html->words->text[word];
}

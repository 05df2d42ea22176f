/* A strict reader of the HTML that our writer makes: every element closed in order, every value
 * quoted, every reference known, ids unique and found by what names them. */
#ifndef HEARTH_TEST_HTML_READER_H
#define HEARTH_TEST_HTML_READER_H

#include "html/components.h"
#include "unit.h"

enum { DEPTH = 64, IDS = 4096 };

struct reader {
    struct str page;
    size_t at;
    struct str open[DEPTH];
    size_t depth;
    struct str ids[IDS], wanted[IDS]; /* id="", and for="", aria-describedby="", href="#" */
    size_t ids_count, wanted_count;
};

static inline bool is_name(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-';
}

static inline struct str read_name(struct reader *reader)
{
    size_t from = reader->at;
    while (reader->at < reader->page.n && is_name(reader->page.p[reader->at])) {
        reader->at++;
    }
    assert_true(reader->at > from);
    return str_slice(reader->page, from, reader->at);
}

static inline char next(struct reader *reader)
{
    assert_true(reader->at < reader->page.n);
    return reader->page.p[reader->at];
}

/* An ampersand begins one of the references that the writer makes. */
static inline void check_reference(const struct reader *reader)
{
    static const struct str known[] = {STR_INIT("&amp;"), STR_INIT("&lt;"), STR_INIT("&gt;"),
                                       STR_INIT("&quot;"), STR_INIT("&#39;")};
    struct str rest = str_slice(reader->page, reader->at, reader->page.n);
    bool found = false;
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        found = found || str_starts(rest, known[i]);
    }
    assert_true(found);
}

static inline void note(struct str *list, size_t *count, struct str value)
{
    assert_true(*count < IDS);
    list[(*count)++] = value;
}

static inline void note_attribute(struct reader *reader, struct str name, struct str value)
{
    struct str rest = value;
    struct str part;
    assert_false(str_starts(name, STR("on")));
    assert_false(str_eq(name, STR("style")));
    if (str_eq(name, STR("id"))) {
        assert_true(value.n != 0);
        for (size_t i = 0; i < reader->ids_count; i++) {
            if (str_eq(reader->ids[i], value)) {
                fail_msg("the id \"%.*s\" is there twice", STR_ARG(value));
            }
        }
        note(reader->ids, &reader->ids_count, value);
    } else if (str_eq(name, STR("for")) || str_eq(name, STR("aria-describedby"))) {
        while (str_split(&rest, ' ', &part)) {
            note(reader->wanted, &reader->wanted_count, part);
        }
    } else if (str_eq(name, STR("href"))) {
        assert_true(str_starts(value, STR("/")) || str_starts(value, STR("#")));
    }
}

static inline void read_attribute(struct reader *reader)
{
    struct str name = read_name(reader);
    if (next(reader) != '=') {
        return;
    }
    reader->at++;
    assert_int_equal(next(reader), '"');
    size_t from = ++reader->at;
    while (next(reader) != '"') {
        assert_int_not_equal(next(reader), '<');
        if (next(reader) == '&') {
            check_reference(reader);
        }
        reader->at++;
    }
    note_attribute(reader, name, str_slice(reader->page, from, reader->at));
    reader->at++;
}

static inline void read_tag(struct reader *reader)
{
    reader->at++;
    if (next(reader) == '/') {
        reader->at++;
        struct str name = read_name(reader);
        assert_int_equal(next(reader), '>');
        reader->at++;
        assert_true(reader->depth > 0);
        assert_str_equal(name, reader->open[--reader->depth]);
        return;
    }
    struct str name = read_name(reader);
    while (next(reader) != '>') {
        assert_int_equal(next(reader), ' ');
        reader->at++;
        read_attribute(reader);
    }
    reader->at++;
    if (!html_is_void(name)) {
        assert_true(reader->depth < DEPTH);
        reader->open[reader->depth++] = name;
    }
}

/* Fails when the page is not well formed, an id is there twice, or something refers to an id that
 * is not there. */
static inline void check_page(struct str page)
{
    static struct reader reader;
    reader = (struct reader){.page = page};
    while (reader.at < page.n) {
        if (page.p[reader.at] == '<') {
            read_tag(&reader);
            continue;
        }
        assert_int_not_equal(page.p[reader.at], '>');
        if (page.p[reader.at] == '&') {
            check_reference(&reader);
        }
        reader.at++;
    }
    assert_int_equal(reader.depth, 0);
    for (size_t i = 0; i < reader.wanted_count; i++) {
        bool found = false;
        for (size_t j = 0; j < reader.ids_count; j++) {
            found = found || str_eq(reader.ids[j], reader.wanted[i]);
        }
        if (!found) {
            fail_msg("nothing has the id \"%.*s\"", STR_ARG(reader.wanted[i]));
        }
    }
}

#endif

/* Follows the HTML of a template: tags, attributes and text. */
#include "html/template_compiler.h"

#include <string.h>

#include "html/html.h"
#include "html/template_int.h"

/* ---- attributes ---- */

/* Names of elements and attributes: lower case, digits, '-', ':'; '?' marks a flag. Capitals only
 * for the attributes of SVG that need them (viewBox). */
static struct str read_name(struct compiler *c)
{
    size_t from = c->at;
    while (tc_is_word(tc_peek(c)) || tc_peek(c) == '-' || tc_peek(c) == ':' || tc_peek(c) == '?') {
        c->at++;
    }
    return str_slice(c->source, from, c->at);
}

static bool read_expression_as(struct compiler *c, struct str macro)
{
    size_t at = c->at;
    struct str text;
    if (!tc_read_expression(c, &text)) {
        return false;
    }
    EMIT(c, at, macro, STR("(html, "), text, STR(");"));
    return true;
}

/* The value of href and its like: a struct url as a whole, or a local address whose literal
 * beginning fixes where it leads, with expressions only as encoded parts. */
static bool read_url_value(struct compiler *c, struct str name)
{
    static const struct str starts[] = {STR_INIT("/"), STR_INIT("#"), STR_INIT("?"),
                                        STR_INIT("tel:"), STR_INIT("mailto:")};
    size_t start = c->at;
    if (tc_sees(c, STR("{{"))) {
        return read_expression_as(c, STR("template_url")) &&
               (tc_peek(c) == '"' ||
                FAIL(c, c->at, STR("an address is one {{ struct url }}, or begins with text")));
    }
    bool local = false;
    for (size_t i = 0; i < ARRAY_LENGTH(starts); i++) {
        local = local || tc_sees(c, starts[i]);
    }
    if (!local || tc_sees(c, STR("//"))) {
        return FAIL(c, start, name, STR(" must begin with / # ? tel: or mailto:"));
    }
    bool in_path = tc_sees(c, STR("/"));
    char before = '\0';
    while (tc_peek(c) != '"') {
        if (tc_sees(c, STR("{%"))) {
            return FAIL(c, c->at, STR("no directive inside an address"));
        }
        if (tc_sees(c, STR("{{"))) {
            if (before == '\0') {
                return FAIL(c, c->at, STR("text must stand between two expressions of an address"));
            }
            bool segment = in_path && before == '/';
            if (!read_expression_as(c, segment ? STR("TEMPLATE_URL_SEGMENT")
                                               : STR("TEMPLATE_URL_PART"))) {
                return false;
            }
            before = '\0';
            continue;
        }
        before = tc_peek(c);
        if (before == '\0' || tc_is_blank(before) || before == '<' || before == '\\') {
            return FAIL(c, c->at, STR("not a character of an address"));
        }
        in_path = in_path && before != '?' && before != '#';
        buf_byte(&c->literal, before);
        c->at++;
    }
    return true;
}

static bool read_plain_value(struct compiler *c, struct str name, bool fixed)
{
    c->place = PLACE_VALUE;
    size_t depth = c->depth;
    while (tc_peek(c) != '"') {
        if (c->at >= c->source.n) {
            return FAIL(c, c->at, STR("the value of "), name, STR(" is not closed"));
        }
        if (fixed && (tc_sees(c, STR("{{")) || tc_sees(c, STR("{%")))) {
            return FAIL(c, c->at, name, STR(" steers the page and takes no expression"));
        }
        if (tc_sees(c, STR("{{"))) {
            if (!read_expression_as(c, STR("TEMPLATE_VALUE"))) {
                return false;
            }
        } else if (tc_sees(c, STR("{%"))) {
            if (!tc_read_directive(c)) {
                return false;
            }
        } else if (tc_peek(c) == '<') {
            return FAIL(c, c->at, STR("write &lt; in a value; or is a quote missing?"));
        } else {
            buf_byte(&c->literal, tc_peek(c));
            c->at++;
        }
    }
    if (c->depth != depth) {
        return FAIL(c, c->at, STR("a block in a value must end in it"));
    }
    c->place = PLACE_TAG;
    return true;
}

/* ?name="{{ condition }}": the attribute is there, without a value, when the condition holds. */
static bool read_flag(struct compiler *c, struct str name)
{
    size_t at = c->at;
    struct str condition;
    if (!tc_sees(c, STR("{{"))) {
        return FAIL(c, at, STR("write "), name, STR("=\"{{ condition }}\""));
    }
    if (!tc_read_expression(c, &condition)) {
        return false;
    }
    EMIT(c, at, STR("if ("), condition, STR(") { template_markup(html, STR(\" "),
         str_slice(name, 1, name.n), STR("\")); }"));
    return tc_peek(c) == '"' || FAIL(c, c->at, STR("write "), name, STR("=\"{{ condition }}\""));
}

static bool note_attribute(struct compiler *c, size_t at, struct str name)
{
    for (size_t i = 0; i < c->attribute_count; i++) {
        if (str_eq(c->attributes[i], name)) {
            return FAIL(c, at, STR("the attribute "), name, STR(" is there twice"));
        }
    }
    if (c->attribute_count == NAMES_MAX) {
        return FAIL(c, at, STR("too many attributes"));
    }
    c->attributes[c->attribute_count++] = name;
    return true;
}

static bool read_attribute(struct compiler *c)
{
    size_t at = c->at;
    struct str name = read_name(c);
    if (name.n == 0) {
        return FAIL(c, at, STR("an attribute was expected"));
    }
    bool flag = name.p[0] == '?';
    struct str plain = flag ? str_slice(name, 1, name.n) : name;
    enum html_attribute kind = html_attribute_kind(plain);
    if (kind == HTML_REFUSED_ATTRIBUTE || plain.n == 0 || str_find_byte(plain, '?') >= 0) {
        return FAIL(c, at, STR("the attribute "), name,
                    STR(" is not allowed: scripts and styles have files of their own"));
    }
    if (!note_attribute(c, at, plain)) {
        return false;
    }
    if (tc_peek(c) != '=') {
        BUF_ADD(&c->literal, STR(" "), plain);
        return !flag || FAIL(c, at, STR("write "), name, STR("=\"{{ condition }}\""));
    }
    c->at++;
    if (tc_peek(c) != '"') {
        return FAIL(c, c->at, STR("the value of "), name, STR(" must stand in double quotes"));
    }
    c->at++;
    if (flag) {
        return read_flag(c, name) && c->at++ != 0;
    }
    BUF_ADD(&c->literal, STR(" "), name, STR("=\""));
    bool fine = kind == HTML_URL_ATTRIBUTE
                    ? read_url_value(c, name)
                    : read_plain_value(c, name, kind == HTML_FIXED_ATTRIBUTE);
    buf_byte(&c->literal, '"');
    c->at++;
    return fine;
}

/* ---- tags ---- */

static bool is_element(struct str name)
{
    static const char known[] =
        " a abbr address article aside b bdi blockquote body br button canvas caption circle cite "
        "code col colgroup data datalist dd del details dfn dialog div dl dt em fieldset "
        "figcaption figure footer form g h1 h2 h3 h4 h5 h6 head header hgroup hr html i img input "
        "ins kbd label legend li line link main mark menu meta meter nav noscript ol optgroup "
        "option output p path picture polyline pre progress q rect s samp script search section "
        "select small span strong sub summary sup svg table tbody td template text textarea tfoot "
        "th thead time title tr u ul use var wbr ";
    for (size_t i = 0; i + name.n + 1 < sizeof(known); i++) {
        if (known[i] == ' ' && known[i + name.n + 1] == ' ' &&
            memcmp(known + i + 1, name.p, name.n) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_start_tag(struct compiler *c)
{
    size_t at = c->at++;
    struct str name = read_name(c);
    if (!is_element(name)) {
        return FAIL(c, at, STR("<"), name, STR("> is not an element a page may have"));
    }
    BUF_ADD(&c->literal, STR("<"), name);
    c->place = PLACE_TAG;
    c->attribute_count = 0;
    for (;;) {
        bool spaced = tc_is_blank(tc_peek(c)) || tc_sees(c, STR("{%"));
        tc_skip_blanks(c);
        if (tc_sees(c, STR("{%"))) {
            if (!tc_read_directive(c)) {
                return false;
            }
        } else if (tc_sees(c, STR("{{"))) {
            return FAIL(c, c->at, STR("an expression must stand in a quoted value"));
        } else if (tc_peek(c) == '>' || (tc_sees(c, STR("/>")) && html_is_void(name))) {
            break;
        } else if (!spaced && c->source.p[c->at - 1] != '}') {
            return FAIL(c, c->at, STR("a blank or > is missing in <"), name, STR(">"));
        } else if (!read_attribute(c)) {
            return false;
        }
    }
    if (tc_top(c) != NULL && tc_top(c)->is_block && tc_top(c)->place == PLACE_TAG) {
        return FAIL(c, tc_top(c)->at, STR("a block in a tag must end in it"));
    }
    c->at += tc_sees(c, STR("/>")) ? 2 : 1;
    buf_byte(&c->literal, '>');
    c->place = PLACE_TEXT;
    return html_is_void(name) || tc_push(c, (struct level){false, name, at, PLACE_TEXT});
}

static bool read_end_tag(struct compiler *c)
{
    size_t at = c->at;
    c->at += 2;
    struct str name = read_name(c);
    const struct level *level = tc_top(c);
    if (tc_peek(c) != '>') {
        return FAIL(c, at, STR("the end tag </"), name, STR(" is not closed"));
    }
    c->at++;
    if (level != NULL && level->is_block) {
        return FAIL(c, at, STR("</"), name, STR("> ends an element from outside this block"));
    }
    if (level == NULL || !str_eq(level->name, name)) {
        return FAIL(c, at, STR("</"), name, STR("> but "),
                    level == NULL ? STR("nothing is open")
                                  : STR_JOIN(c->arena, STR("<"), level->name, STR("> is open")));
    }
    c->depth--;
    BUF_ADD(&c->literal, STR("</"), name, STR(">"));
    return true;
}

static bool read_blanks(struct compiler *c)
{
    size_t from = c->at;
    tc_skip_blanks(c);
    struct str blanks = str_slice(c->source, from, c->at);
    struct str element = tc_inside(c);
    if (str_eq(element, STR("pre")) || str_eq(element, STR("textarea"))) {
        buf_add(&c->literal, blanks);
    } else {
        buf_byte(&c->literal, str_find_byte(blanks, '\n') >= 0 ? '\n' : ' ');
    }
    return true;
}

static bool is_reference(struct str text)
{
    size_t i = 1;
    while (i < text.n && (tc_is_word(text.p[i]) || (i == 1 && text.p[i] == '#'))) {
        i++;
    }
    return i > 1 && i < text.n && text.p[i] == ';';
}

static bool read_text(struct compiler *c)
{
    if (tc_is_blank(tc_peek(c))) {
        return read_blanks(c);
    }
    struct str rest = str_slice(c->source, c->at, c->source.n);
    if (tc_peek(c) == '&' && !is_reference(rest)) {
        return FAIL(c, c->at, STR("write &amp; for an ampersand"));
    }
    if (tc_sees(c, STR("}}")) || tc_sees(c, STR("%}")) || tc_sees(c, STR("#}"))) {
        return FAIL(c, c->at, str_slice(rest, 0, 2), STR(" without its beginning"));
    }
    buf_byte(&c->literal, tc_peek(c));
    c->at++;
    return true;
}

/* What begins with "<". words_in: the element around it that holds words only, or empty. */
static bool read_markup(struct compiler *c, struct str words_in)
{
    struct str doctype = STR("<!doctype html>");
    if (tc_sees(c, STR("</"))) {
        return read_end_tag(c);
    }
    if (tc_sees(c, doctype)) {
        c->at += doctype.n;
        buf_add(&c->literal, doctype);
        return c->depth == 0 || FAIL(c, c->at, STR("<!doctype html> must come first"));
    }
    if (tc_sees(c, STR("<!"))) {
        return FAIL(c, c->at, STR("no comments of HTML: templates have their own"));
    }
    if (c->at + 1 >= c->source.n || !tc_is_letter(c->source.p[c->at + 1])) {
        return FAIL(c, c->at, STR("write &lt; for a less-than sign"));
    }
    return words_in.n != 0 ? FAIL(c, c->at, STR("no element inside <"), words_in, STR(">"))
                           : read_start_tag(c);
}

/* One item of the body: text, tag, expression, directive or comment. */
static bool read_item(struct compiler *c)
{
    struct str element = tc_inside(c);
    bool code = str_eq(element, STR("script"));
    bool words_only = str_eq(element, STR("title")) || str_eq(element, STR("textarea"));
    if (code && !tc_sees(c, STR("</script>"))) {
        return FAIL(c, c->at, STR("<script> must be empty: scripts have files of their own"));
    }
    if (tc_sees(c, STR("{#"))) {
        return tc_skip_comment(c);
    }
    if (tc_sees(c, STR("{%"))) {
        return tc_read_directive(c);
    }
    if (tc_sees(c, STR("{{"))) {
        return read_expression_as(c, words_only ? STR("TEMPLATE_VALUE") : STR("TEMPLATE_TEXT"));
    }
    return tc_peek(c) == '<' ? read_markup(c, words_only ? element : (struct str){0})
                             : read_text(c);
}

/* ---- the whole ---- */

bool template_compile(struct arena *arena, struct str file, struct str name, struct str source,
                      struct template_code *ret_code, struct template_fault *reterr_fault)
{
    struct compiler *c = ARENA_NEW(arena, struct compiler);
    c->arena = arena;
    c->file = file;
    c->name = name;
    c->source = source;
    c->fault = reterr_fault;
    buf_init(&c->literal, arena, CODE_MAX);
    buf_init(&c->head, arena, CODE_MAX);
    buf_init(&c->body, arena, CODE_MAX);
    if (!tc_read_head(c)) {
        return false;
    }
    if (c->parameter_count == 0 && c->layout.n == 0) {
        return FAIL(c, c->at, STR("a template has a {% layout %} or at least one {% param %}"));
    }
    while (c->at < source.n) {
        if (!read_item(c)) {
            return false;
        }
    }
    if (c->depth != 0) {
        return FAIL(c, tc_top(c)->at, tc_top(c)->is_block ? STR("{% ") : STR("<"), tc_top(c)->name,
                    tc_top(c)->is_block ? STR(" %}") : STR(">"), STR(" is never closed"));
    }
    tc_emit_literal(c);
    *ret_code = (struct template_code){tc_header(c), tc_code(c)};
    return true;
}

/* Expressions, directives, the head of a template, and the C that comes out. */
#include "html/template_int.h"

/* ---- faults ---- */

static void position(struct str source, size_t at, unsigned *ret_line, unsigned *ret_column)
{
    *ret_line = 1;
    *ret_column = 1;
    for (size_t i = 0; i < at && i < source.n; i++) {
        *ret_column += 1;
        if (source.p[i] == '\n') {
            *ret_line += 1;
            *ret_column = 1;
        }
    }
}

bool tc_fail(struct compiler *c, size_t at, struct str message)
{
    position(c->source, at, &c->fault->line, &c->fault->column);
    c->fault->message = message;
    return false;
}

/* ---- reading ---- */

bool tc_sees(const struct compiler *c, struct str text)
{
    return str_starts(str_slice(c->source, c->at, c->source.n), text);
}

char tc_peek(const struct compiler *c)
{
    return c->at < c->source.n ? c->source.p[c->at] : '\0';
}

bool tc_is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool tc_is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool tc_is_word(char byte)
{
    return tc_is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '_';
}

static bool is_identifier(struct str text)
{
    if (text.n == 0 || !(tc_is_letter(text.p[0]) || text.p[0] == '_')) {
        return false;
    }
    for (size_t i = 0; i < text.n; i++) {
        if (!tc_is_word(text.p[i])) {
            return false;
        }
    }
    return true;
}

void tc_skip_blanks(struct compiler *c)
{
    while (tc_is_blank(tc_peek(c))) {
        c->at++;
    }
}

/* ---- writing C ---- */

static void add_c_string(struct buf *out, struct str text)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        char byte = text.p[i];
        if (byte == '\n') {
            buf_add(out, STR("\\n"));
            if (i + 1 < text.n) {
                buf_add(out, STR("\"\n        \""));
            }
        } else if (byte == '"' || byte == '\\' || byte == '?') {
            buf_byte(out, '\\');
            buf_byte(out, byte);
        } else {
            buf_byte(out, byte);
        }
    }
    buf_byte(out, '"');
}

void tc_emit_literal(struct compiler *c)
{
    struct str text = buf_str(&c->literal);
    if (text.n != 0) {
        buf_add(&c->body, STR("    template_markup(html, STR("));
        add_c_string(&c->body, text);
        buf_add(&c->body, STR("));\n"));
        buf_init(&c->literal, c->arena, CODE_MAX);
    }
}

static void emit_line(struct compiler *c, struct buf *out, size_t at)
{
    unsigned line;
    unsigned column;
    position(c->source, at, &line, &column);
    buf_add(out, STR("#line "));
    buf_int(out, line);
    buf_byte(out, ' ');
    add_c_string(out, c->file);
    buf_byte(out, '\n');
}

void tc_emit(struct compiler *c, size_t at, struct str line)
{
    tc_emit_literal(c);
    emit_line(c, &c->body, at);
    BUF_ADD(&c->body, STR("    "), line, STR("\n"));
}

/* ---- expressions ---- */

/* An expression is one C expression: what could end it or hide what follows is refused, and its
 * brackets match. */
static bool check_expression(struct compiler *c, size_t at, struct str text)
{
    int depth = 0;
    char quote = '\0';
    if (text.n == 0) {
        return FAIL(c, at, STR("an expression is missing"));
    }
    for (size_t i = 0; i < text.n; i++) {
        char byte = text.p[i];
        if (quote != '\0') {
            if (byte == '\\') {
                i++;
            } else if (byte == quote) {
                quote = '\0';
            }
            continue;
        }
        if (byte == '"' || byte == '\'') {
            quote = byte;
        }
        depth += (byte == '(' || byte == '[' || byte == '{') -
                 (byte == ')' || byte == ']' || byte == '}');
        bool comment =
            byte == '/' && i + 1 < text.n && (text.p[i + 1] == '/' || text.p[i + 1] == '*');
        if (byte == ';' || byte == '#' || byte == '\n' || comment) {
            return FAIL(c, at, STR("not one C expression: "), text);
        }
        if (depth < 0) {
            break;
        }
    }
    return depth == 0 && quote == '\0'
               ? true
               : FAIL(c, at, STR("brackets or quotes do not match: "), text);
}

/* Reads from an opening mark to its closing one, past C strings. */
static bool read_until(struct compiler *c, struct str close, struct str *ret_text)
{
    size_t start = c->at;
    bool quoted = false;
    c->at += 2;
    for (; c->at < c->source.n; c->at++) {
        if (quoted && tc_peek(c) == '\\') {
            c->at++;
        } else if (tc_peek(c) == '"') {
            quoted = !quoted;
        } else if (!quoted && tc_sees(c, close)) {
            *ret_text = str_trim(str_slice(c->source, start + 2, c->at));
            c->at += 2;
            return true;
        }
    }
    return FAIL(c, start, str_slice(c->source, start, start + 2), STR(" without "), close);
}

bool tc_read_expression(struct compiler *c, struct str *ret_text)
{
    size_t start = c->at;
    return read_until(c, STR("}}"), ret_text) && check_expression(c, start, *ret_text);
}

/* ---- nesting ---- */

bool tc_push(struct compiler *c, struct level level)
{
    if (c->depth == DEPTH_MAX) {
        return FAIL(c, level.at, STR("nested too deeply"));
    }
    c->levels[c->depth++] = level;
    return true;
}

struct level *tc_top(struct compiler *c)
{
    return c->depth != 0 ? &c->levels[c->depth - 1] : NULL;
}

/* The control block that an {% end %} or {% else %} belongs to. */
static struct level *ending_block(struct compiler *c, size_t at, struct str word)
{
    struct level *level = tc_top(c);
    if (level == NULL) {
        FAIL(c, at, STR("{% "), word, STR(" %} without a block"));
        return NULL;
    }
    if (!level->is_block) {
        FAIL(c, level->at, STR("<"), level->name, STR("> is not closed in the block it is in"));
        return NULL;
    }
    if (level->place != c->place) {
        FAIL(c, at, STR("the block must end in the same kind of place as it began"));
        return NULL;
    }
    return level;
}

/* The innermost element around this place. */
struct str tc_inside(const struct compiler *c)
{
    for (size_t i = c->depth; i > 0; i--) {
        if (!c->levels[i - 1].is_block) {
            return c->levels[i - 1].name;
        }
    }
    return (struct str){0};
}

/* ---- directives in the body ---- */

/* Takes the first word off. */
static struct str first_word(struct str *rest)
{
    size_t n = 0;
    while (n < rest->n && !tc_is_blank(rest->p[n])) {
        n++;
    }
    struct str word = str_slice(*rest, 0, n);
    *rest = str_trim(str_slice(*rest, n, rest->n));
    return word;
}

static bool directive_if(struct compiler *c, size_t at, struct str condition)
{
    EMIT(c, at, STR("if ("), condition, STR(") {"));
    return check_expression(c, at, condition) &&
           tc_push(c, (struct level){true, STR("if"), at, c->place});
}

static bool directive_else(struct compiler *c, size_t at, struct str word, struct str condition)
{
    struct level *level = ending_block(c, at, word);
    if (level == NULL) {
        return false;
    }
    if (!str_eq(level->name, STR("if"))) {
        return FAIL(c, at, STR("{% "), word, STR(" %} must follow {% if %}"));
    }
    if (str_eq(word, STR("elif"))) {
        EMIT(c, at, STR("} else if ("), condition, STR(") {"));
        return check_expression(c, at, condition);
    }
    EMIT(c, at, STR("} else {"));
    level->name = STR("else");
    return condition.n == 0 ? true : FAIL(c, at, STR("{% else %} takes no condition"));
}

/* {% for ITEM in LIST %}: LIST is a pointer whose length has the same name and "_count". */
static bool directive_for(struct compiler *c, size_t at, struct str rest)
{
    struct str item = first_word(&rest);
    struct str in = first_word(&rest);
    if (!is_identifier(item) || !str_eq(in, STR("in"))) {
        return FAIL(c, at, STR("write {% for ITEM in LIST %}"));
    }
    if (!check_expression(c, at, rest) || !tc_is_word(rest.p[rest.n - 1])) {
        return FAIL(c, at, STR("a list is a name or a path to one: "), rest);
    }
    EMIT(c, at, STR("for (size_t "), item, STR("_index = 0; "), item, STR("_index < "), rest,
         STR("_count; "), item, STR("_index++) { const __typeof__(*"), rest, STR(") *"), item,
         STR(" = &("), rest, STR(")["), item, STR("_index];"));
    return tc_push(c, (struct level){true, STR("for"), at, c->place});
}

static bool directive_end(struct compiler *c, size_t at, struct str rest)
{
    if (ending_block(c, at, STR("end")) == NULL) {
        return false;
    }
    c->depth--;
    EMIT(c, at, STR("}"));
    return rest.n == 0 ? true : FAIL(c, at, STR("{% end %} takes nothing"));
}

/* {% call NAME(ARGUMENTS) %} and {% slot NAME %} write elements, so they stand where elements may.
 */
static bool directive_call(struct compiler *c, size_t at, struct str word, struct str rest)
{
    struct str element = tc_inside(c);
    bool content = c->place == PLACE_TEXT && !str_eq(element, STR("title")) &&
                   !str_eq(element, STR("textarea"));
    if (!content) {
        return FAIL(c, at, STR("{% "), word, STR(" %} must stand between elements"));
    }
    if (str_eq(word, STR("slot"))) {
        EMIT(c, at, STR("html_slot(html, "), rest, STR(");"));
        return check_expression(c, at, rest);
    }
    ptrdiff_t paren = str_find_byte(rest, '(');
    if (paren < 0 || !is_identifier(str_slice(rest, 0, (size_t)paren)) ||
        !str_ends(rest, STR(")"))) {
        return FAIL(c, at, STR("write {% call NAME(ARGUMENTS) %}"));
    }
    struct str function = str_slice(rest, 0, (size_t)paren);
    struct str arguments = str_trim(str_slice(rest, (size_t)paren + 1, rest.n - 1));
    EMIT(c, at, function, STR("(html"), arguments.n != 0 ? STR(", ") : STR(""), arguments,
         STR(");"));
    return arguments.n == 0 || check_expression(c, at, arguments);
}

/* A directive at the end of a line leaves no empty line behind. */
static void skip_line_end(struct compiler *c)
{
    size_t from = c->at;
    tc_skip_blanks(c);
    if (str_find_byte(str_slice(c->source, from, c->at), '\n') < 0) {
        c->at = from;
    }
}

bool tc_read_directive(struct compiler *c)
{
    size_t at = c->at;
    struct str rest;
    if (!read_until(c, STR("%}"), &rest)) {
        return false;
    }
    struct str word = first_word(&rest);
    if (c->place == PLACE_TEXT) {
        skip_line_end(c);
    }
    if (str_eq(word, STR("if"))) {
        return directive_if(c, at, rest);
    }
    if (str_eq(word, STR("elif")) || str_eq(word, STR("else"))) {
        return directive_else(c, at, word, rest);
    }
    if (str_eq(word, STR("for"))) {
        return directive_for(c, at, rest);
    }
    if (str_eq(word, STR("end"))) {
        return directive_end(c, at, rest);
    }
    if (str_eq(word, STR("call")) || str_eq(word, STR("slot"))) {
        return directive_call(c, at, word, rest);
    }
    bool in_head = str_eq(word, STR("use")) || str_eq(word, STR("param")) ||
                   str_eq(word, STR("list")) || str_eq(word, STR("layout"));
    return in_head ? FAIL(c, at, STR("{% "), word, STR(" %} belongs at the head of the file"))
                   : FAIL(c, at, STR("unknown directive: "), word);
}

bool tc_skip_comment(struct compiler *c)
{
    size_t at = c->at;
    ptrdiff_t end = str_find(str_slice(c->source, at, c->source.n), STR("#}"));
    if (end < 0) {
        return FAIL(c, at, STR("{# without #}"));
    }
    c->at += (size_t)end + 2;
    return true;
}

/* ---- the head of the file ---- */

static bool head_parameter(struct compiler *c, size_t at, bool is_list, struct str text)
{
    size_t split = text.n;
    while (split > 0 && tc_is_word(text.p[split - 1])) {
        split--;
    }
    struct str name = str_slice(text, split, text.n);
    struct str type = str_trim(str_slice(text, 0, split));
    if (!is_identifier(name) || type.n == 0 || !check_expression(c, at, type)) {
        return FAIL(c, at, STR("write {% param TYPE NAME %}"));
    }
    for (size_t i = 0; i < c->parameter_count; i++) {
        if (str_eq(c->parameters[i].name, name)) {
            return FAIL(c, at, STR("the parameter "), name, STR(" is there twice"));
        }
    }
    if (c->parameter_count == NAMES_MAX) {
        return FAIL(c, at, STR("too many parameters"));
    }
    c->parameters[c->parameter_count++] = (struct parameter){type, name, is_list, at};
    return true;
}

static bool head_directive(struct compiler *c, size_t at, struct str word, struct str rest)
{
    if (str_eq(word, STR("use"))) {
        bool quoted = rest.n > 2 && rest.p[0] == '"' && rest.p[rest.n - 1] == '"' &&
                      str_find_byte(rest, '\n') < 0;
        BUF_ADD(&c->head, STR("#include "), rest, STR("\n"));
        return quoted || FAIL(c, at, STR("write {% use \"folder/header.h\" %}"));
    }
    if (str_eq(word, STR("layout"))) {
        c->layout = rest;
        BUF_ADD(&c->head, STR("#include \"template_"), rest, STR(".h\"\n"));
        return is_identifier(rest) || FAIL(c, at, STR("write {% layout NAME %}"));
    }
    return head_parameter(c, at, str_eq(word, STR("list")), rest);
}

/* Reads comments and head directives; stops at the first thing of the body. */
bool tc_read_head(struct compiler *c)
{
    for (;;) {
        tc_skip_blanks(c);
        size_t at = c->at;
        if (tc_sees(c, STR("{#"))) {
            if (!tc_skip_comment(c)) {
                return false;
            }
            if (c->comment.n == 0) {
                c->comment = str_trim(str_slice(c->source, at + 2, c->at - 2));
            }
            continue;
        }
        if (!tc_sees(c, STR("{%"))) {
            return true;
        }
        struct str rest;
        if (!read_until(c, STR("%}"), &rest)) {
            return false;
        }
        struct str word = first_word(&rest);
        bool in_head = str_eq(word, STR("use")) || str_eq(word, STR("layout")) ||
                       str_eq(word, STR("param")) || str_eq(word, STR("list"));
        if (!in_head) {
            c->at = at;
            return true;
        }
        if (!head_directive(c, at, word, rest)) {
            return false;
        }
    }
}

/* ---- the result ---- */

struct str tc_header(struct compiler *c)
{
    struct buf out;
    buf_init(&out, c->arena, CODE_MAX);
    bool plain = str_find(c->comment, STR("*/")) < 0;
    BUF_ADD(&out, STR("/* Made by the template compiler; do not edit.\n * "),
            plain ? c->comment : STR(""), STR(" */\n#ifndef HEARTH_TEMPLATE_"), c->name,
            STR("_H\n#define HEARTH_TEMPLATE_"), c->name,
            STR("_H\n\n#include \"html/template.h\"\n"), buf_str(&c->head),
            STR("\nstruct template_"), c->name, STR(" {\n"));
    if (c->layout.n != 0) {
        BUF_ADD(&out, STR("    const struct template_"), c->layout, STR(" *"), c->layout,
                STR(";\n"));
    }
    for (size_t i = 0; i < c->parameter_count; i++) {
        const struct parameter *p = &c->parameters[i];
        emit_line(c, &out, p->at);
        if (p->is_list) {
            BUF_ADD(&out, STR("    const "), p->type, STR(" *"), p->name, STR(";\n    size_t "),
                    p->name, STR("_count;\n"));
        } else {
            BUF_ADD(&out, STR("    "), p->type, STR(" "), p->name, STR(";\n"));
        }
    }
    BUF_ADD(&out, STR("};\n\nvoid template_"), c->name,
            STR("(struct html *html, const struct template_"), c->name,
            STR(" *template_parameters);\n\n#endif\n"));
    return buf_str(&out);
}

/* Each parameter becomes a local name; an unused one is a warning at its line. */
static void add_locals(struct compiler *c, struct buf *out)
{
    for (size_t i = 0; i < c->parameter_count; i++) {
        const struct parameter *p = &c->parameters[i];
        emit_line(c, out, p->at);
        if (p->is_list) {
            BUF_ADD(out, STR("    const "), p->type, STR(" *const "), p->name,
                    STR(" = template_parameters->"), p->name, STR(";\n    const size_t "), p->name,
                    STR("_count = template_parameters->"), p->name, STR("_count;\n"));
        } else {
            BUF_ADD(out, STR("    "), p->type, STR(" const "), p->name,
                    STR(" = template_parameters->"), p->name, STR(";\n"));
        }
    }
}

struct str tc_code(struct compiler *c)
{
    struct buf out;
    bool laid_out = c->layout.n != 0;
    buf_init(&out, c->arena, CODE_MAX);
    BUF_ADD(&out, STR("/* Made by the template compiler; do not edit. */\n#include \"template_"),
            c->name, STR(".h\"\n\n"));
    if (laid_out) {
        BUF_ADD(&out,
                STR("static void body(struct html *html, const void *context)\n{\n"
                    "    const struct template_"),
                c->name, STR(" *template_parameters = context;\n"));
        if (c->parameter_count == 0) {
            buf_add(&out, STR("    (void)template_parameters;\n"));
        }
    } else {
        BUF_ADD(&out, STR("void template_"), c->name,
                STR("(struct html *html, const struct template_"), c->name,
                STR(" *template_parameters)\n{\n"));
    }
    add_locals(c, &out);
    BUF_ADD(&out, buf_str(&c->body), STR("}\n"));
    if (laid_out) {
        BUF_ADD(&out, STR("\nvoid template_"), c->name,
                STR("(struct html *html, const struct template_"), c->name,
                STR(" *template_parameters)\n{\n    struct template_"), c->layout,
                STR(" layout = *template_parameters->"), c->layout,
                STR(";\n    layout.body = (struct html_slot){body, template_parameters};\n"
                    "    template_"),
                c->layout, STR("(html, &layout);\n}\n"));
    }
    return buf_str(&out);
}

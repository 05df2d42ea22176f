/* Private to the template compiler: its state, and what reading HTML (template_compiler.c) needs
 * from reading expressions and directives and writing C (template_directive.c). */
#ifndef HEARTH_HTML_TEMPLATE_INT_H
#define HEARTH_HTML_TEMPLATE_INT_H

#include "base/buf.h"
#include "html/template_compiler.h"

enum { CODE_MAX = 4 << 20, DEPTH_MAX = 64, NAMES_MAX = 32 };

enum place {
    PLACE_TEXT,  /* between tags */
    PLACE_TAG,   /* in a start tag, between attributes */
    PLACE_VALUE, /* in a quoted attribute value */
};

/* An element that is open, or a control block; both nest in one stack, so that neither can end
 * inside the other. */
struct level {
    bool is_block;
    struct str name;  /* element name; "if", "else" or "for" */
    size_t at;        /* where it began */
    enum place place; /* of a block: where it stands */
};

struct parameter {
    struct str type, name;
    bool is_list;
    size_t at;
};

struct compiler {
    struct arena *arena;
    struct str file, name, source;
    size_t at;
    struct buf literal; /* markup not yet emitted */
    struct buf head, body;
    struct str comment, layout;
    struct parameter parameters[NAMES_MAX];
    size_t parameter_count;
    struct level levels[DEPTH_MAX];
    size_t depth;
    enum place place;
    struct str attributes[NAMES_MAX]; /* of the tag being read, against doubles */
    size_t attribute_count;
    struct template_fault *fault;
};

/* Notes the fault and returns false. */
bool tc_fail(struct compiler *c, size_t at, struct str message);
#define FAIL(c, at, ...) tc_fail((c), (at), STR_JOIN((c)->arena, __VA_ARGS__))

/* Reading: what stands at the place reached. */
bool tc_sees(const struct compiler *c, struct str text);
char tc_peek(const struct compiler *c); /* NUL at the end */
void tc_skip_blanks(struct compiler *c);
bool tc_is_blank(char byte);
bool tc_is_letter(char byte);
bool tc_is_word(char byte); /* letter, digit or underscore */
bool tc_skip_comment(struct compiler *c);
bool tc_read_expression(struct compiler *c, struct str *ret_text);
bool tc_read_directive(struct compiler *c);
/* Comments and directives before the body. */
bool tc_read_head(struct compiler *c);

/* Nesting of elements and blocks. */
bool tc_push(struct compiler *c, struct level level);
struct level *tc_top(struct compiler *c);       /* NULL: nothing is open */
struct str tc_inside(const struct compiler *c); /* the innermost element */

/* Writing: gathered markup, and one line of C that stands for the template at a position. */
void tc_emit_literal(struct compiler *c);
void tc_emit(struct compiler *c, size_t at, struct str line);
#define EMIT(c, at, ...) tc_emit((c), (at), STR_JOIN((c)->arena, __VA_ARGS__))
struct str tc_header(struct compiler *c);
struct str tc_code(struct compiler *c);

#endif

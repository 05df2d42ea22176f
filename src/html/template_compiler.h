/* Compiles a page shell (web/NAME.html) into C: a struct of typed parameters and a function that
 * writes the page. A build tool; not part of the running program. The language is described in
 * web/README.md.
 *
 * It follows the HTML as a browser would, so that each {{ expression }} is escaped for the place
 * it stands in, and refuses what cannot be made safe or is not balanced. #line directives make
 * the C compiler report a wrong type at the line of the template. */
#ifndef HEARTH_HTML_TEMPLATE_COMPILER_H
#define HEARTH_HTML_TEMPLATE_COMPILER_H

#include "base/arena.h"
#include "base/str.h"

struct template_fault {
    unsigned line, column; /* from 1; columns are bytes */
    struct str message;    /* what is wrong, and what would be right */
};

struct template_code {
    struct str header, code;
};

/* file: the path for messages and #line; name: of the template, a C identifier. Everything lives
 * in the arena. False at the first fault. */
bool template_compile(struct arena *arena, struct str file, struct str name, struct str source,
                      struct template_code *ret_code, struct template_fault *reterr_fault);

#endif

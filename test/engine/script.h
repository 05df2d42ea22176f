/* An engine case as text: one command a line, the lines of a block indented below it.
 *
 *   # a comment
 *   given worker sam              a record as it already is, with its answers
 *     name = Sam Field
 *   role sam supervisor own_agency marathon
 *   as sam
 *   now 2026-12-04T15:40
 *   do report submit
 *     narrative = What was said.
 *   expect refused
 *   problem - plan_needed A plan is needed. Write it first. */
#ifndef HEARTH_TEST_ENGINE_SCRIPT_H
#define HEARTH_TEST_ENGINE_SCRIPT_H

#include "base/arena.h"
#include "base/str.h"

struct script_line {
    unsigned line;
    struct str text;
};

struct command {
    unsigned line;
    struct str word; /* "given" */
    struct str rest; /* what stands behind it */
    LIST(struct script_line) block;
};

struct script {
    LIST(struct command) commands;
};

/* The text must outlive the script. */
void script_read(struct arena *arena, struct str text, struct script *ret_script);
/* Takes the next word off *rest; empty at the end. */
struct str script_word(struct str *rest);
/* Cuts "name = value" in two; false when there is no '='. */
bool script_pair(struct str text, struct str *ret_name, struct str *ret_value);

#endif

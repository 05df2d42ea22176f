/* Linking: what can be said only once everything is declared and every expression compiled. */
#ifndef HEARTH_COMPILE_LINK_H
#define HEARTH_COMPILE_LINK_H

#include "compile/resolve.h"

/* Roots of parts; begin and end of what belongs together. */
void link_roots(struct build *build);
/* Attachments that are chosen: the way to what they are chosen from, and what comes with them. */
void link_files(struct build *build);
/* What must be in memory for each object, and what moves each clock. */
void link_loads(struct build *build);
struct trail;
/* Of one clock, from its finished trail. */
void link_watches(struct trail *trail, uint32_t clock);
/* The strictest class of what facts, columns and texts show. */
void link_classes(struct build *build);
/* That nothing but its own form reads a sealed field, and that texts that must not tell who
 * somebody is say whom they protect. */
void link_sealed(struct build *build);
/* Whom the policy, the audiences and the deciders leave out. */
void link_check_access(struct build *build);
/* Conditions that can never hold, lengths that are never reached, clocks that would never end. */
void link_never(struct build *build);
/* Everything else that must hold in a linked model. */
void link_check(struct build *build);

#endif

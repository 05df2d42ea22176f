/* What names mean once everything is declared: kinds of records, their fields and collections, and
 * the paths that lead from one to another. A subject is an entity, or MODEL_SUBJECT_LIST and a list
 * for its rows; MODEL_NONE is a subject about which an error was already said. */
#ifndef HEARTH_COMPILE_RESOLVE_H
#define HEARTH_COMPILE_RESOLVE_H

#include "compile/read.h"

/* Makes the collections of all entities: their lists, what refers to them by a name, and, with an
 * empty name, what refers to them otherwise. */
void link_collections(struct build *build);

uint32_t context_subject(struct build *build, const struct context *context);
/* Of a variable of a context. */
uint32_t variable_subject(struct build *build, const struct variable *variable);
/* What the members of a collection are. */
uint32_t member_subject(struct build *build, uint32_t collection);
/* What a reference or row field leads to; MODEL_NONE for others. */
uint32_t target_subject(struct build *build, uint32_t field);
uint32_t entity_of_subject(struct build *build, uint32_t subject);
/* "entity 'person'" or "list 'phones'". */
struct str subject_words(struct build *build, uint32_t subject);

/* MODEL_NONE when there is none. */
uint32_t find_field(struct build *build, uint32_t subject, struct str name);
uint32_t find_collection(struct build *build, uint32_t subject, struct str name);
uint32_t find_fact(struct build *build, uint32_t subject, struct str name);
/* The nearest name of a field, collection or fact, or nothing. */
struct str nearest_name(struct build *build, uint32_t subject, struct str name);

/* Says at the place that the subject has nothing of that kind under the name: what is "collection".
 */
void refuse_name(struct build *build, struct place place, struct str what, uint32_t subject,
                 struct str name);

/* What "assessment.child" or "c.plan" leads to: variables, this, created, reference fields.
 * MODEL_NONE, said at the place, when it leads nowhere. An empty path is the context's subject. */
uint32_t follow_path(struct build *build, const struct context *context, struct str path,
                     struct place place);
/* What an effect changes: what "on" leads to, the member of "each", or the subject. */
uint32_t effect_subject(struct build *build, uint32_t effect, const struct context *context);

#endif

/* What a document of the model reads to say what it says: every field that an expression of it
 * looks at, in whatever record, with what is behind facts, derived answers and titles. The lines of
 * those who sign are no part of it; document_signs says what they are. */
#ifndef HEARTH_STORE_DOCUMENT_READS_H
#define HEARTH_STORE_DOCUMENT_READS_H

#include "base/arena.h"
#include "model/model.h"

struct document_reads {
    const struct model *model;
    const struct model_document *document;
    bool *fields, *facts, *titles; /* by row of their tables; of titles that of the entity */
};

/* In the arena. */
struct document_reads document_reads_of(struct arena *arena, const struct model *model,
                                        const struct model_document *document);
/* Whether a list of the document's record holds its signatures. */
bool document_signs(const struct model *model, uint32_t list);

/* Classes of the model, each once, ascending. */
struct document_classes {
    LIST(uint32_t) items;
};
/* What one must be allowed to read of records of an entity beside what anybody reads of them. Of
 * the entity of the document also what its parts and the lines of its signers are of. */
struct document_classes document_classes_of(struct arena *arena, const struct document_reads *reads,
                                            uint32_t entity);

#endif

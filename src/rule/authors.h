/* Who wrote a record since it was last decided: whom four eyes ("not_author") keep from deciding.
 * Its changes are told newest first, by whoever has its history. */
#ifndef HEARTH_RULE_AUTHORS_H
#define HEARTH_RULE_AUTHORS_H

#include "rule/record.h"

/* How a change came about. */
enum change_way {
    CHANGE_WRITTEN, /* somebody filled in the record itself, or corrected it */
    CHANGE_TAKEN,   /* a transition of the record was taken */
    CHANGE_CAUSED,  /* it followed from an act on another record */
};

struct author_change {
    enum change_way way;
    uint32_t transition; /* taken on the record, or MODEL_NONE */
    struct uuid by;      /* nil: the system itself */
};

/* Whether a rule with "not_author" decides on records of this kind, or is told of them. */
bool authors_matter(const struct model *model, uint32_t entity);
/* Takes the next older change. Authors are who wrote it, who started it, and who brought it into
 * its present state; not who decided, and not who changed it by an act on another record. False:
 * what is older has been decided. What is sent back has not: it stays the text of those who wrote
 * it. */
bool authors_add(struct record *record, const struct author_change *change);
/* Who acts writes in the record: an author already while the act goes on. */
void authors_write(struct record *record);
bool authors_include(const struct record *record, struct uuid worker);

#endif

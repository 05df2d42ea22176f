/* Which files a field may be given. What is brought (uploaded, drawn) is named by the act that
 * brings it; what is chosen ("from" of the model) is what other records have attached already, as
 * far as the actor may read it there: the same file, never a copy of it. Whatever else an input
 * names is no file for it, so that knowing an identifier opens nothing. */
#ifndef HEARTH_RULE_OFFERED_H
#define HEARTH_RULE_OFFERED_H

#include "rule/record.h"

struct offered_file {
    const struct subject *holder; /* the record or row that has it, in the field "chosen" */
    struct uuid file;
};

/* The files that may be chosen for the field of the subject, in the order of their holders; 0 for
 * a field without "from". What the model names on the way must be in the set. */
size_t files_offered(struct work_set *set, const struct subject *subject, uint32_t field,
                     struct offered_file **ret_files);

/* Whether a field is a file: an attachment or a signature. */
bool file_is_field(const struct model *model, uint32_t field);

/* From now on the file may be named in this act. */
void files_bring(struct work_set *set, struct uuid file);

#endif

/* A record as JSON: kernel members first, then the model's fields by name. What the actor may not
 * read is left out. identity: what its texts must not tell, warned of beside them; or NULL. */
#ifndef HEARTH_HTTP_API_RECORD_H
#define HEARTH_HTTP_API_RECORD_H

#include "http/json_out.h"
#include "rule/record.h"
#include "store/identity.h"

void api_record_write(struct json_out *json, struct work_set *set, const struct record *record,
                      const struct identity *identity);
/* One answer under the name of its field: value, NAME_why, NAME_asked. */
void api_answer_write(struct json_out *json, struct work_set *set, const struct subject *subject,
                      uint32_t field);

#endif

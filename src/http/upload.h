/* Files inside JSON: a program sends an attachment or a drawn signature as a data URL in the place
 * of its value ("data:image/jpeg;base64,..."). */
#ifndef HEARTH_HTTP_API_UPLOAD_H
#define HEARTH_HTTP_API_UPLOAD_H

#include "http/request.h"

/* Turns the data URLs of the entity's attachments and signatures into uploads of request->save; the
 * values then name those. One that cannot be read stays as it came and is refused at its field.
 * What a file is, is told by its first bytes (uow_attach), not by what the address says of it. */
void api_uploads(struct request *request, uint32_t entity, struct input *input);

#endif

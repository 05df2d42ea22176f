/* Files inside values: a page sends a drawn signature, and a program any attachment, as a data URL
 * in the place of the value ("data:image/jpeg;base64,..."). */
#ifndef HEARTH_HTTP_UPLOAD_H
#define HEARTH_HTTP_UPLOAD_H

#include "http/request.h"

/* Turns the data URLs that are given for attachments and signatures of the entity into uploads of
 * the request; the values then name those. One that cannot be read stays as it came and is refused
 * at its field; a value of any other field stays what it is. What a file is, is told by its first
 * bytes (uow_attach), not by what the address says of it. */
void uploads_of_data_urls(struct request *request, uint32_t entity, struct input *input);

#endif

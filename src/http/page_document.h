/* Reading what stands on a document, for pages and papers. */
#ifndef HEARTH_HTTP_PAGE_DOCUMENT_H
#define HEARTH_HTTP_PAGE_DOCUMENT_H

#include "http/request.h"
#include "service/document.h"

/* The record and all that the document shows, through the gate. route: what the access log says. */
NODISCARD enum status page_document_read(struct request *request,
                                         const struct model_document *shape, struct uuid id,
                                         struct str route, struct document *ret_document);

#endif

/* Bodies and queries into pairs, strictly and within limits. Pure functions over bytes; fuzzed. */
#ifndef HEARTH_HTTP_BODY_H
#define HEARTH_HTTP_BODY_H

#include "base/arena.h"
#include "base/status.h"
#include "rule/input.h"
#include "service/service.h"

#define BODY_NAME_MAX 200u /* bytes of a pair's name */
#define BODY_UPLOADS_MAX 20u
#define BODY_FORM_MAX ((size_t)2 * 1024 * 1024)
#define BODY_FILES_MAX ((size_t)26 * 1024 * 1024)

struct body_pairs {
    LIST(struct input_pair) pairs;
    LIST(struct service_upload) uploads; /* the pair of an upload says "upload:N" */
};

/* Percent-decoding of one component; plus_is_blank for forms. False on a broken escape. */
bool body_decode(struct arena *arena, struct str text, bool plus_is_blank, struct str *ret_text);
/* application/x-www-form-urlencoded. STATUS_MALFORMED with the reason when it is not. */
NODISCARD enum status body_urlencoded(struct arena *arena, struct str body,
                                      struct body_pairs *ret_pairs, struct outcome *outcome);
/* multipart/form-data with the boundary of content_type (RFC 7578). An empty file control gives no
 * upload. Nested multipart, broken headers and missing ends are refused. */
NODISCARD enum status body_multipart(struct arena *arena, struct str content_type, struct str body,
                                     struct body_pairs *ret_pairs, struct outcome *outcome);

#endif

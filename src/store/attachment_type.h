/* What a file is, by its content: the name and what the sender says of it count for nothing. Pure.
 */
#ifndef HEARTH_STORE_ATTACHMENT_TYPE_H
#define HEARTH_STORE_ATTACHMENT_TYPE_H

#include "base/str.h"
#include "model/model.h"

/* Longest side and most pixels of a picture: what a later page can still draw in 400 MB. */
#define ATTACHMENT_SIDE_MAX 30000u
#define ATTACHMENT_PIXELS_MAX 100000000u

enum attachment_type {
    ATTACHMENT_PNG,
    ATTACHMENT_JPEG,
    ATTACHMENT_HEIC,
    ATTACHMENT_PDF,
    ATTACHMENT_TEXT,   /* UTF-8 without control characters */
    ATTACHMENT_OTHER,  /* none of these */
    ATTACHMENT_BROKEN, /* begins as one of these and does not go on as one: cut off, damaged */
    ATTACHMENT_HUGE,   /* a picture with more pixels than is sane */
    ATTACHMENT_TYPE__COUNT
};

enum attachment_type attachment_type(struct str bytes);
/* "image/png"; empty for the last three. */
struct str attachment_media_type(enum attachment_type type);
/* What a field that takes files calls it; FILE_KIND__COUNT for the last three. */
enum model_file_kind attachment_kind(enum attachment_type type);

#endif

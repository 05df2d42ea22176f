/* A form of the model as a sheet to fill in by hand: its questions with their help, boxes to tick,
 * room to write. No answer stands on it, not even one that the form on the screen would begin with;
 * of the record only what the worker wants: whom it is about, its number. */
#ifndef HEARTH_HTTP_BLANK_H
#define HEARTH_HTTP_BLANK_H

#include "html/sheet.h"
#include "http/request.h"

struct blank {
    uint32_t form;
    uint32_t language;        /* MODEL_NONE: that of the model */
    struct str title;         /* instead of the form's own; or empty */
    struct str about, number; /* or empty: room to write them */
    bool signatures;          /* it ends with lines to sign on, when its records are signed */
};

void blank_sheet(struct request *request, const struct blank *blank, struct sheet *ret_sheet);

#endif

/* What a change row of history says, in words. Its content is canonical JSON of the answers that
 * changed (store/history.h). Each is told in the words of the model that it was written under: its
 * labels, its codes, also of fields that are gone since. */
#ifndef HEARTH_HTTP_HISTORY_WORDS_H
#define HEARTH_HTTP_HISTORY_WORDS_H

#include "html/components.h"
#include "http/request.h"

struct history_words {
    struct fact *facts; /* label, value as it became, "before: ..." */
    size_t count;
    size_t hidden; /* changes of what this actor may not read */
};

/* Reads the content of changes of a record and loads what their references lead to, so that they
 * have titles. Then history_words can be asked for each. The record is in request->set. */
struct history_reading;
enum status history_read(struct request *request, struct record *record,
                         const struct store_change *changes, size_t count,
                         struct history_reading **ret_reading);
/* Of the change at that place among those read. */
struct history_words history_words(struct history_reading *reading, size_t at);

/* A field that a change changed. Of a sealed one only that it did. */
struct history_field {
    struct str label, from, to; /* from, to: empty when there was or is no answer */
    bool sealed;
};
/* Of the change at that place: the fields among `only` (by rows of the request's model; NULL: all,
 * and rows that came or went). ret_hidden: how many of them this actor may not read. */
size_t history_fields(struct history_reading *reading, size_t at, const bool *only,
                      struct history_field **ret_fields, size_t *ret_hidden);

#endif

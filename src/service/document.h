/* What stands on a document of a record, in the family's words: what the model says stands there,
 * as far as this reader and the one who gets the copy may know it. The page and the paper are two
 * ways to write the one sheet. */
#ifndef HEARTH_SERVICE_DOCUMENT_H
#define HEARTH_SERVICE_DOCUMENT_H

#include "html/sheet.h"
#include "store/store.h"

struct document {
    struct store_reader *reader;
    struct work_set *set; /* of its actor, in the words of the agency that has the record */
    const struct model_document *shape;
    struct record *record;
    const struct subject *recipient; /* whose copy it is, or NULL: for all to see */
    const struct subject *const *recipients;
    size_t recipient_count;
    uint32_t language;  /* MODEL_NONE: that of the model */
    bool whole;         /* all of it, whoever the actor is: see store_copy_fn */
    bool with_pictures; /* the drawn signatures as bytes: for paper */
    size_t left_out;    /* of document_sheet: parts that not everybody may read */
};

/* The record has been read for this document, through the gate. */
NODISCARD enum status document_of(struct store_reader *reader, struct work_set *set,
                                  const struct model_document *shape, struct record *record,
                                  struct document *ret_document);
/* Whose copy it is to be; false: nobody's. */
bool document_for(struct document *document, struct str recipient_id);
/* In which language; false: it has no words in it. */
bool document_in(struct document *document, struct str language);
/* Whether the language has the words of this document. */
bool document_has(const struct document *document, uint32_t language);
/* By what people know one of the recipients. */
struct str document_recipient(const struct document *document, const struct subject *recipient);

NODISCARD enum status document_sheet(struct document *document, struct sheet *ret_sheet);
/* The words on the sheet that would tell who reported, or empty. */
NODISCARD enum status document_telling(const struct document *document, const struct sheet *sheet,
                                       struct str *ret_words);

#endif

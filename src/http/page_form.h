/* Pages with a form: what they read, how what was typed comes back, and how it is saved. One page
 * may hold several aggregates ("parts"): the report and, kept apart, who reported. They are saved
 * in one unit of work. */
#ifndef HEARTH_HTTP_PAGE_FORM_H
#define HEARTH_HTTP_PAGE_FORM_H

#include "http/page.h"
#include "store/identity.h"

/* Another record with the same identifier. */
struct page_alike {
    uint32_t field;
    const struct record *other;
};

/* One aggregate on the page. */
struct page_part {
    uint32_t entity, form;
    struct str prefix;     /* of its controls: empty for the first, "reporter/" */
    struct str label;      /* its heading, or empty */
    struct record *record; /* as it would be with what was typed; new ones exist here only */
    uint32_t parent_field; /* of a new part: what leads to the first one, or MODEL_NONE */
    uint32_t version;      /* that was seen */
    bool may_change;
    LIST(struct page_alike) alike; /* identifiers that somebody else has too */
    struct identity identity; /* what its texts must not tell, as far as the reader may know it */
};

struct page_form {
    struct request *request;
    struct page_part parts[SERVICE_CHANGES_MAX];
    size_t count;
    uint32_t transition;          /* whose form it is, or MODEL_NONE */
    bool correcting;              /* what is on record is put right, with a reason */
    const struct input *typed;    /* NULL: nothing */
    bool from_draft;              /* typed is a draft ... */
    struct instant draft_at;      /* ... kept then */
    bool unproved;                /* a part of it is shown after one has proved who one is */
    bool kept_apart;              /* it came too late: nothing here can be changed any more */
    const struct outcome *faults; /* of the last try, or NULL */
    struct view_found found;
    bool has_found;
};

/* ---- reading ---- */

/* Adds a record that was read; or a new one that belongs to parent (NULL: to nothing). */
struct page_part *page_form_add(struct page_form *form, struct record *record, uint32_t model_form);
struct page_part *page_form_add_new(struct page_form *form, uint32_t entity, uint32_t model_form,
                                    uint32_t parent_field, const struct record *parent);
/* Loads what the forms show and offer, finds a draft when nothing was typed (drafts: whether to
 * look for one), and puts what was typed into the records. False: the answer has been made. */
bool page_form_prepare(struct page_form *form, bool drafts, enum handled *ret_handled);

/* ---- showing ---- */

/* The hidden fields and all parts, the first one last: what is asked about others comes first. */
void page_form_fields(struct html *html, const void *page_form);
/* The note that a draft was taken up again. */
void page_form_note(struct html *html, const struct page_form *form);
/* Addresses of records and attachments for a view of this request. */
void page_view(struct view *view, struct request *request, struct html *html,
               struct record *record);
struct str page_form_enctype(const struct page_form *form);
bool page_form_may_change(const struct page_form *form);
/* Whether it shows what was typed and is kept nowhere yet, not even as a draft. */
bool page_form_is_unsaved(const struct page_form *form);

/* ---- what was sent ---- */

/* Why a form was sent. */
enum page_wish {
    WISH_SAVE,
    WISH_TAKE, /* save and take a transition */
    WISH_THEN, /* save and go on to a transition's own page */
    WISH_SHOW, /* show it again: a row more or less, a search, fields that hang on others */
};
/* What the sender wants; a row that is removed is taken out of request->form, or marked. *ret_name
 * is the transition. */
enum page_wish page_wish(struct request *request, struct str *ret_name);
/* What was looked for with "find". */
void page_form_find(struct page_form *form);
/* Adds a change of the aggregate with this prefix to request->save: nothing when none of its fields
 * was sent, or a new one is empty. */
void page_save_part(struct request *request, uint32_t entity, struct uuid id, uint32_t model_form,
                    struct str prefix, uint32_t parent_field, struct uuid parent);
/* Adds taking a transition on the aggregate of the first change. */
void page_save_take(struct request *request, uint32_t entity, struct uuid id, uint32_t transition);
/* A number in a hidden field, 0 when there is none. */
uint32_t page_number(const struct request *request, struct str name);
/* Whether what a save came back with can be put right on the page that was sent. */
bool page_can_mend(enum status status);
/* After a save a page reads again: forgets what was read before it. */
void page_forget(struct request *request);

#endif

/* The pages of one piece of work share: what was read of it, its banner, its steps, the panels
 * beside the page, and what can be done. */
#ifndef HEARTH_HTTP_PAGE_WORK_H
#define HEARTH_HTTP_PAGE_WORK_H

#include "http/page_form.h"

struct work {
    struct request *request;
    uint32_t workspace;
    struct record *subject;
    uint32_t step;                  /* row of workspace_step, or MODEL_NONE */
    struct clock_reading *readings; /* of everything under the subject's root */
    size_t readings_count;
    struct record *offered; /* the record whose transitions are offered: the subject or a member */
    struct act_offer *offers;
    size_t offers_count;
    const struct page_form *form; /* of the page, or NULL */
    struct banner banner;
};

/* Reads the subject and what the workspace shows of it. False: the answer has been made. */
bool work_read(struct work *work, struct request *request, uint32_t workspace, struct uuid id,
               enum handled *ret_handled);
/* The step of that name, or MODEL_NONE. */
uint32_t work_step_named(const struct model *model, uint32_t workspace, struct str name);
/* What may be done with the record now, and what is still needed for it; loads what that looks at.
 */
void work_offer(struct work *work, struct record *record);

/* After all reading: the frame with the banner on it. */
struct template_frame work_frame(struct work *work, struct str title);
/* An html_slot over a struct work: the panels. */
void work_side(struct html *html, const void *work);
/* What is still needed, each with a link to where it can be given; only what one may do oneself. */
void work_needed(struct html *html, const struct work *work, struct str title);
/* "8 needed" for the first step that something stands in the way of, leading to what; empty
 * when the workspace does not show it or nothing does. */
struct link work_needed_link(const struct work *work);
/* How the button of an offer looks among all of them: filled is what the model calls main, or what
 * has no rival. */
enum button_kind work_button_kind(const struct model *model, const struct act_offer *offers,
                                  size_t count, size_t which);
/* The actions on the offered record: links to their pages. */
void work_actions(struct html *html, const struct work *work);
/* What others may do with it, and who. */
void work_refusals(struct html *html, const struct work *work);
/* The clocks that are in this state. */
void work_clocks(struct html *html, const struct work *work, struct str title,
                 enum clock_state state);
/* page_correct.c: correcting a record through one of its forms (GET with ?correct=FORM), and the
 * way there; an empty address when this worker may not. */
enum handled page_correcting(struct request *request);
struct url page_correct_url(struct request *request, const struct record *record,
                            uint32_t model_form);
/* page_record.c: whether a collection is of records that lead here by a reference of their own. */
bool page_is_of_records(const struct model *model, const struct model_collection *collection);
/* page_history.c: a record and what belongs to it as of a moment ("?as_of="). */
enum handled page_as_of(struct request *request);
/* page_person.c: the hub. What must need no click, the line of a life, every involvement. */
void person_overview(struct html *html, const void *work);
/* page_timeline.c: what belongs to the subject and to what it came from, by time. */
void timeline_content(struct html *html, const void *work);
/* page_kinship.c: the people of the subject as a genogram. */
void kinship_content(struct html *html, const void *work);
/* Save, and what can be done with the form as it stands. */
struct button *work_buttons(const struct work *work, size_t *ret_count);

/* The members of a collection (row) as a table, each with where it leads; titled by page_titles. */
void page_members(struct html *html, struct request *request, uint32_t row,
                  struct record *const *records, const struct url *to, size_t count);

#endif

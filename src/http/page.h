/* What the pages share: the frame around them, addresses of things in the model, problems and times
 * as people read them. Everything that is returned lies in the request's arena. */
#ifndef HEARTH_HTTP_PAGE_H
#define HEARTH_HTTP_PAGE_H

#include "html/view.h"
#include "http/request.h"
#include "template_frame.h"

/* ---- the frame ---- */

/* What a page says of itself. */
struct page {
    struct str title;
    struct str place;        /* name of the place of the model one is at, or empty */
    struct str search;       /* what stands in the search box */
    struct html_slot banner; /* who it is about; stays while the page scrolls */
};

/* The parameters of frame.html: places this actor may use, agency, worker, form token, training
 * band, seconds left of the session. Signed out: the bare frame. */
struct template_frame page_frame(struct request *request, const struct page *page);

/* Whether the actor looks after the installation: they enter workers. */
bool page_looks_after(const struct request *request);

/* A writer onto the response; then what was written becomes the answer (HTTP status). A page that
 * is larger than a page may be becomes an error.
 *
 *     struct html html;
 *     page_begin(request, &html);
 *     template_error(&html, &(struct template_error){.frame = page_frame(request, &page), ...});
 *     return page_end(request, &html, 200); */
void page_begin(struct request *request, struct html *html);
enum handled page_end(struct request *request, struct html *html, unsigned status);

/* static.c: the digest in the addresses of styles and scripts ("/static/VERSION/..."). */
struct str static_version(const struct http_server *server);

/* ---- reading ---- */

/* The record a page is about, with its entity's load steps and those given, after the access check.
 * On failure the answer has been made (*ret_handled) and NULL comes back. */
struct record *page_read(struct request *request, uint32_t entity, struct uuid id,
                         uint32_t load_first, uint32_t load_count, struct str what,
                         enum handled *ret_handled);
/* More of what a page shows; a failure is answered. */
bool page_load(struct request *request, struct record *record, uint32_t load_first,
               uint32_t load_count, enum handled *ret_handled);

/* What the field of a name of C is on a record or row; unset where the model has none. */
struct value page_value(const struct request *request, const struct subject *subject,
                        uint32_t c_name);

/* Titles of all that the loaded records refer to; without them a page only has fewer words. */
void page_titles(struct request *request);

/* ---- addresses ---- */

/* The page that was asked for. */
struct url page_here(const struct request *request);
struct url page_record_url(const struct request *request, uint32_t entity, struct uuid id);
/* Where a record that was refused is opened in an emergency. */
struct url page_break_glass_url(const struct request *request, const struct record *record);
/* Of a workspace; step and member may be empty. */
struct url page_work_url(const struct request *request, uint32_t workspace, struct uuid id,
                         struct str step, struct str member);
/* Where one works on a record: its workspace, for a part the step of its root's workspace, else the
 * record's page. record need only be known by entity and id; root nil: not known. */
struct url page_open_url(const struct request *request, uint32_t entity, struct uuid id,
                         struct uuid root);
struct url page_transition_url(const struct request *request, uint32_t entity, struct uuid id,
                               uint32_t transition);
/* Why a date is what it is. */
struct url page_clock_url(const struct request *request, const struct clock_reading *reading);
/* The rows that {..} of the route name; MODEL_NONE or false when there is no such thing. */
uint32_t page_entity(const struct request *request, size_t parameter);
uint32_t page_workspace_row(const struct request *request, size_t parameter);
bool page_id(const struct request *request, size_t parameter, struct uuid *ret_id);
/* The workspace of an entity, or MODEL_NONE. */
uint32_t page_workspace_of(const struct model *model, uint32_t entity);
/* The step of a workspace that shows this collection's records, or MODEL_NONE. */
uint32_t page_step_of(const struct model *model, uint32_t workspace, uint32_t entity);

/* ---- forms ---- */

/* Where a draft of this page belongs: its path without the first slash. A form that keeps drafts
 * carries it as the hidden field "draft_place", and the words to find it by as "draft_title"; POST
 * /draft keeps the other pairs under it. */
struct str page_draft_place(const struct request *request);
/* What could not be saved, for component_faults. */
size_t page_faults(const struct request *request, const struct outcome *outcome,
                   struct fault_line **ret_faults);

/* Whether the row of places leads the worker to a list. */
bool page_has_place(const struct request *request, uint32_t list_view);

/* ---- times ---- */

struct str page_time(const struct request *request, struct instant at); /* "14:02:10" */
/* When it was saved: today the time, else with the day. */
struct str page_saved_words(const struct request *request, struct instant at);
/* "Today", "Yesterday", "Mon 23 Nov", with the year when it is another one. */
struct str page_day_words(const struct request *request, struct instant at);
struct str page_when(const struct request *request,
                     struct instant at); /* "Wed 25 Nov 2026, 14:02" */
/* A clock as a line of what is due: about is whose it is. */
struct due page_due(struct request *request, const struct clock_reading *reading);

#endif

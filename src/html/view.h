/* Pages made from the model: forms, records as they are read, banners, clocks. Pure: the caller has
 * loaded what the model's load steps name and answers for access; what is shown and how it is named
 * on the wire is decided here, once for all kinds of records.
 *
 * A form is drawn from the record as it would be with what was typed: the caller applies the input
 * to the record in memory (input_apply, without saving it), so that what is relevant, which rows
 * there are and what may be chosen follow the typing. What was typed and cannot be read as a value
 * is shown again as it was typed, from `typed`. */
#ifndef HEARTH_HTML_VIEW_H
#define HEARTH_HTML_VIEW_H

#include "base/map.h"
#include "html/components.h"
#include "rule/act.h"
#include "rule/clock.h"

/* What a search for a reference found: the choices under one control. */
struct view_found {
    struct str name;  /* of the control */
    struct str words; /* that were looked for */
    const struct choice *choices;
    size_t choices_count;
    struct str message; /* why nothing was looked for: too few words */
};

struct view {
    struct html *html;
    struct work_set *set;
    struct record *record;
    struct str prefix; /* of every control: "reporter/" for a further aggregate of the page */
    uint32_t form;
    uint32_t transition; /* whose form it is, or MODEL_NONE */
    bool may_change;     /* by state and role; else what cannot be changed is shown as it is read */
    uint32_t searched;   /* entity that is too large to choose from a list: people; or MODEL_NONE */
    bool correcting;     /* also what only a step sets may be typed */
    const struct input *typed;      /* with the prefix, or NULL */
    const struct outcome *outcome;  /* problems of the last try, or NULL */
    const struct view_found *found; /* of the last search without a script */
    size_t found_count;
    struct url start_searched; /* where one of those who are searched for is written down anew */
    /* Addresses, which are the host's: of a record, of an attachment; may be NULL. */
    struct url (*record_url)(const void *context, uint32_t entity, struct uuid id);
    struct url (*attachment_url)(const void *context, const struct subject *subject,
                                 uint32_t field);
    /* What is known of a file: who took it, when, its digest; may be NULL. */
    struct str (*attachment_words)(const void *context, struct uuid file);
    const void *context;
    struct map *typed_by_name; /* view_form's own, as is ... */
    struct str heading;        /* ... the heading one stands under: it is not said twice */
};

/* The items of the form. */
void view_form(struct view *view);
/* How much of a form, or of a section of it, is filled. */
struct view_tally {
    unsigned asked, filled, needed; /* items; needed: required and not filled */
    bool required, shown,
        faulty;            /* something is required at all, is shown as it is read, is wrong */
    bool tells;            /* a narrative or a file stands there, which no line can say */
    LIST(struct str) says; /* what stands there, each answer in short */
};
struct view_tally view_tally(struct view *view);
/* Whether what it counts is open when the page comes: not while nothing is in it and nothing of it
 * is needed, nor when it is stored and finished and one line says all of it. */
bool view_tally_opens(const struct view *view, const struct view_tally *tally);
/* That line: "12 Birch Street; Wausau; Marathon". */
struct str view_tally_says(const struct view *view, const struct view_tally *tally);
/* Whether the form sends files: then it is multipart. */
bool view_form_has_files(const struct model *model, uint32_t form);
/* Whether a field of a list is among those the item asks for. */
bool view_item_has(const struct model *model, const struct model_form_item *item, uint32_t field);

/* The pairs a form sent, without those that are not the record's: ticks of a grid that were taken
 * away remove their row, cells that are not ticked make none; controls that only search are left
 * out. Only pairs with the prefix, which is cut off. */
struct input view_input(struct arena *arena, const struct model *model, uint32_t form,
                        struct str prefix, const struct input *sent);

/* ---- controls that search ---- */

/* A reference that is looked for: the control's name is that of the field, the words are sent as
 * "find:NAME"; POST /people answers with what view_found writes. */
void view_found(struct html *html, const struct view_found *found);

/* Such a control, whose field's choices are those that are known already. */
struct view_search {
    const struct field *field;
    struct str words;               /* that were looked for, or typed to be */
    const struct view_found *found; /* its name at least */
    struct url start;               /* where somebody new is written down, or empty */
};
void view_search(struct html *html, const struct view_search *search);

/* ---- as it is read ---- */

/* Whether this actor may read what is of this class in the record; MODEL_NONE is the record's own.
 */
bool view_reads_class(const struct view *view, uint32_t class);

/* All answers of the record and its lists that this actor may read and that are there. */
void view_record(struct view *view);
/* The items of the form as they are read. */
void view_form_read(struct view *view);
/* The text of a column for a subject. */
struct str view_column(struct work_set *set, const struct subject *subject,
                       const struct model_list_column *column);
/* An expression in words, in the same way; member is its variable slot 0, or NULL. */
struct str view_value(struct work_set *set, uint32_t expr, const struct subject *subject,
                      const struct subject *member);
struct str view_column_label(const struct model *model, const struct model_list_column *column);
/* By what people know a row of a list: "Mai Vang, 7". */
struct str view_row_title(struct work_set *set, const struct row *row);
/* An answer in words; rows and records by their titles. */
struct str view_answer(struct work_set *set, const struct subject *subject, uint32_t field);
/* What the record says otherwise than an earlier version of it, as a table: what was, what is. */
void view_changes(struct view *view, struct record *before, struct str caption);
/* The members of a collection as a table; to: where a line leads, may be NULL. */
void view_members(struct view *view, uint32_t collection, uint32_t columns_first,
                  uint32_t columns_count, struct str caption,
                  struct url (*to)(const void *context, const struct record *record));

/* ---- banner, clocks, tones ---- */

enum tone view_tone(enum model_tone tone);
struct tag view_state(const struct model *model, const struct record *record);
/* The banner of a workspace: title, subtitle, the members with their chips; readings are the
 * clocks under the record, of which a chip shows the first due one. */
struct banner view_banner(struct work_set *set, uint32_t workspace, struct record *record,
                          const struct clock_reading *readings, size_t readings_count);
/* A clock as a line of what is due; addresses are the caller's to fill in. */
struct due view_due(struct work_set *set, const struct words *words,
                    const struct clock_reading *reading);

/* ---- what can be done ---- */

/* What stands in the way of an offer, as lines with links to the fields of the page. */
size_t view_needed(struct arena *arena, const struct outcome *outcome,
                   struct fault_line **ret_lines);

#endif

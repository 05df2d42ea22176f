/* Records in memory: what one act works on. A work set holds the records an act has loaded or made;
 * rule/ decides on it, store/ fills it and writes it back, html/ shows it. Pure. */
#ifndef HEARTH_RULE_RECORD_H
#define HEARTH_RULE_RECORD_H

#include "base/arena.h"
#include "base/status.h"
#include "base/uuid.h"
#include "expr/value.h"
#include "model/model.h"

/* One answer: a value, several codes, or a declared non-answer with who was asked. */
struct answer {
    struct value value;
    const struct value_code *codes; /* kind codes only; in the order given */
    size_t code_count;
    uint32_t why;     /* enum model_non_answer, or MODEL_NONE */
    struct str asked; /* who was asked */
};

/* A record or a row of a list: what expressions call a subject. answers[slot] answers the field
 * with that slot. */
struct subject {
    uint32_t entity; /* row of table entity */
    uint32_t list;   /* row of table list, or MODEL_NONE for the record itself */
    struct uuid id;
    struct record *record; /* the aggregate it is in */
    struct row *row;       /* the row it is, or NULL for the record itself */
    struct answer *answers;
};

struct row {
    struct subject subject;
    struct str label; /* how an input named this new row ("+1"), or empty */
    bool is_new, removed, changed;
    struct answer *before; /* answers as loaded, from the first change on; NULL otherwise */
};

struct rows {
    LIST(struct row *) items; /* in order; removed ones stay, marked */
    bool changed;             /* order or membership */
    struct row_view *view;    /* the rows that are there, made when asked for */
};

/* Who wrote a record since it was last decided; filled by the owner of the set (rule/authors.h). */
struct authors {
    LIST(struct uuid) workers;
    bool arrived; /* the change into the present state has been told */
};

/* Who may see a root: an audience, and of what in it. */
struct record_audience {
    int64_t id;
    uint32_t only; /* the entity whose records it reaches, or MODEL_NONE: all of the root */
};

struct record_reading;

/* The owner of a work set fills in what it loads: version to changed_by, audiences, authors and the
 * answers (answers[slot], not answer_set, which would count as a change). */
struct record {
    struct subject subject;
    struct work_set *set;
    uint32_t version;   /* 0 when new */
    uint32_t state;     /* row of table state, or MODEL_NONE; changed with record_set_state */
    struct uuid root;   /* of a part: its root; else its own id */
    struct uuid agency; /* owning agency, nil for hubs and reference data */
    struct str number;
    struct instant created_at, changed_at;
    struct uuid created_by, changed_by;
    struct rows *lists; /* by position of the list within the entity */
    bool is_new, changed;
    struct answer *before; /* answers as loaded, from the first change on; NULL when new */
    uint32_t state_before; /* as loaded, once the state has changed; see state_changed */
    bool state_changed;
    bool written; /* in this act, by hand; see authors_write */
    bool named;   /* in the set for its title alone: what it refers to is not shown */
    /* Only its own row was read, and this is what the store needs to read the rest (store/load.c):
     * lists, several codes, sealed answers and those of overlays. NULL: the record is whole. */
    struct record_reading *unread;
    struct authors authors;
    struct uuid error;       /* the act that said it was entered in error; nil: it stands */
    struct str error_reason; /* what it gave as the reason */
    bool error_changed;
    bool moved;                /* in this act; see record_set_place */
    struct uuid withheld;      /* the act that sealed it by order of a court (verb seal; "sealed" of
                                  fields is encryption); nil: it is open */
    struct str withheld_basis; /* the law and the order */
    struct instant expunged_at; /* ms 0: it was not; what was is without answers and rows */
    struct str expunged_basis;  /* in the act that expunges it */
    const struct record_audience *audiences; /* of its root, loaded with it */
    size_t audience_count;
};

/* A worker who acts, as access sees them: one entry for each (role, scope, whom). */
struct actor_entry {
    uint32_t role;
    uint32_t scope;   /* enum model_scope */
    int64_t audience; /* id of the audience row key */
    struct uuid agency;
    struct uuid covers; /* the worker covered for, or nil */
};

struct actor {
    struct uuid worker; /* nil: the system itself (background work; may do what effects may) */
    struct uuid agency; /* the one the session works for */
    const struct actor_entry *entries;
    size_t entry_count;
    /* Ascending: what is about their own family, by root or by the record alone. */
    const struct uuid *barred;
    size_t barred_count;
    bool unproved; /* at a page, and it is a while since they proved who they are */
};

/* Which alternative of a scheme an agency uses on a day: a row of table scheme_alternative, or
 * MODEL_NONE when it chose none (then the one that is the default on that day counts). */
struct clock_host {
    void *context;
    uint32_t (*alternative)(void *context, struct uuid agency, uint32_t scheme, struct date on);
};

/* An agency with an overlay, and the model as it has it. */
struct agency_view {
    struct uuid agency;
    const struct model *model;
};

struct work_set {
    struct arena *arena;
    const struct model *model; /* the view of whoever asks or is being judged: see work_set_enter */
    struct calendar calendar;  /* of the model */
    struct instant now;
    struct date today; /* in the agency's zone */
    const struct actor *actor;
    struct record *actor_record; /* the worker's own record, for "actor"; or NULL */
    LIST(struct record *) records;
    struct record *main; /* what people look at: problems of other records name their entity; NULL:
                            the one a transition is taken on, or the first one that changed */
    struct map *by_id;   /* 16 bytes of an id -> struct record; one may be found under several */
    struct map *members; /* loaded collections; see work_set_set_members */
    struct map *titles;  /* see work_set_set_title */
    struct map *hidden;  /* see work_set_hide; NULL: nothing */
    LIST(const struct subject *) moved; /* whose references changed in this set */
    struct record *created; /* by the last effect of the transition that is being taken, or NULL */
    const struct agency_view *views; /* all agencies that have one */
    size_t view_count;
    const struct clock_host *schemes; /* the agencies' choices, or NULL: defaults by date */
    LIST(struct uuid) files;          /* brought in this act; see rule/offered.h */
    bool trusts_files; /* which files there are is not known here, but to whom it is sent: a browser
                        */
    /* New identifiers: the host gives randomness. */
    struct uuid (*new_id)(void *context);
    void *id_context;
    bool missing; /* something was asked for that had not been loaded: a bug, ends the act */
    struct str not_loaded; /* what the first such thing was: names of the model, for the log */
};

/* Sets today from now and the model's zone. new_id, id_context, schemes and actor_record are the
 * caller's to set. */
void work_set_init(struct work_set *set, struct arena *arena, const struct model *model,
                   struct instant now, const struct actor *actor);
/* The model as an agency has it: its overlay's view, or the base. */
const struct model *work_set_view(const struct work_set *set, struct uuid agency);
/* A record is judged and shown by the view of its owning agency, wherever it was reached from. All
 * rows have the same numbers in every view. Returns the view to go back to. */
const struct model *work_set_enter(struct work_set *set, const struct record *record);
void work_set_leave(struct work_set *set, const struct model *before);
/* Adds an empty record (all answers unset). The caller fills it. */
struct record *work_set_add(struct work_set *set, uint32_t entity, struct uuid id);
/* A new record in its first state, with id from new_id. */
struct record *work_set_create(struct work_set *set, uint32_t entity);
struct record *work_set_find(const struct work_set *set, struct uuid id);
/* Says which records a back-reference collection of a record holds (loaded completely; where the
 * reference is a field of a list, the records whose rows lead here). Creating or re-pointing a
 * record in the set keeps them right, whether before or after this call; said twice, the first
 * time counts. The collections of a new record are there from the start, empty. */
void work_set_set_members(struct work_set *set, const struct record *of, uint32_t collection,
                          struct record *const *members, size_t count);
/* Whether members can be asked for without a fault. */
bool work_set_has_members(const struct work_set *set, const struct subject *of,
                          uint32_t collection);
/* The words by which a record that is not in the set may be shown: for pages. */
void work_set_set_title(struct work_set *set, struct uuid id, struct str title);
/* A stored reference to this id was shown as unset, because the actor may not know of what it leads
 * to: an input that leaves it empty leaves it as it is. */
void work_set_hide(struct work_set *set, struct uuid id);
bool work_set_hides(const struct work_set *set, struct uuid id);
/* The alternative of a scheme that an agency uses on a day, or MODEL_NONE when none is in force. */
uint32_t work_set_alternative(const struct work_set *set, struct uuid agency, uint32_t scheme,
                              struct date on);
/* Notes that something was not loaded. */
void work_set_missing(struct work_set *set, struct str kind, struct str name);
/* Whether what was read of its record says what the subject answers there. */
bool subject_has_read(const struct subject *subject, uint32_t field);
/* The members of any collection (list rows or records) in order, or NULL with set->missing when it
 * was not loaded. Valid until the next change. */
const struct subject *const *work_set_members(struct work_set *set, const struct subject *of,
                                              uint32_t collection, size_t *ret_count);

/* field is a row of table field that belongs to the subject's entity or list. Kernel fields
 * (id, state, number, created_at ...) answer too. */
struct answer answer_get(const struct subject *subject, uint32_t field);
struct value value_get(const struct subject *subject, uint32_t field);
/* Marks the record changed when the answer differs. Text is not copied. */
void answer_set(struct subject *subject, uint32_t field, struct answer answer);
bool answer_same(const struct answer *a, const struct answer *b);
struct answer answer_unset(void);
struct answer answer_of(struct value value);
/* A value, codes or a declared non-answer is there. */
bool answer_is_addressed(const struct answer *answer);
/* A value or codes are there. */
bool answer_is_answered(const struct answer *answer);
/* The input name of a field of a subject: "birth_date", "participants[018f...].role". */
struct str answer_name(struct arena *arena, const struct subject *subject, uint32_t field);

void record_set_state(struct record *record, uint32_t state);
/* Not entered in error, nor expunged. What was entered in error is a member of no collection, has
 * no clocks and cannot be changed until that is taken back; whoever could read it still can. */
bool record_stands(const struct record *record);
/* error nil: it stands after all. */
void record_set_error(struct record *record, struct uuid error, struct str reason);
/* Sealed by order of a court: for whoever may not read what is sealed there is no such record. It
 * stands, and the engine goes on with it. act nil: it is open again. */
void record_set_withheld(struct record *record, struct uuid act, struct str basis);
bool record_is_withheld(const struct record *record);
/* It belongs elsewhere now: the root, agency and audiences of a part are those of what is above. Of
 * its references none changes. */
void record_set_place(struct record *record, const struct record *above);
bool record_is_closed(const struct record *record);
/* There is no such record for whoever the set is for: it was expunged, or is sealed and came into
 * the set without its answers. */
bool record_is_absent(const struct record *record);
/* Takes every answer and row out of a record that nothing else was changed of; for good. */
void record_expunge(struct record *record, struct instant at, struct str basis);
bool record_is_expunged(const struct record *record);
struct rows *record_rows(struct record *record, uint32_t list);
/* A new row at the end, with an id from new_id; record_load_row: one that is stored already. */
struct row *record_add_row(struct record *record, uint32_t list);
struct row *record_load_row(struct record *record, uint32_t list, struct uuid id);
/* A row that has not been removed, or NULL. */
struct row *record_find_row(struct record *record, uint32_t list, struct uuid id);
void record_remove_row(struct record *record, struct row *row);
/* Puts these rows first, in this order; the others follow as they stood. */
void record_order_rows(struct record *record, uint32_t list, struct row *const *first,
                       size_t count);

/* The host for expr_evaluate over a work set; bound is empty. A record that a reference leads to
 * but that is not in the set is never "unset": it sets set->missing, and so ends the act. */
struct expr_host work_set_host(struct work_set *set);
/* Evaluates for a subject. No expression (MODEL_NONE) is true and has no value. */
bool work_set_true(struct work_set *set, uint32_t expr, const struct subject *subject);
struct value work_set_value(struct work_set *set, uint32_t expr, const struct subject *subject);
/* The same with a member bound to slot 0, as "for each" does. */
bool work_set_true_with(struct work_set *set, uint32_t expr, const struct subject *subject,
                        const struct subject *member);
struct value work_set_value_with(struct work_set *set, uint32_t expr, const struct subject *subject,
                                 const struct subject *member);

/* Words for people: codes by their label as stored, dates "Wed 25 Nov 2026", references by the
 * title of the record when it is in the set (else empty), non-answers in words. */
struct str answer_words(struct work_set *set, const struct subject *subject, uint32_t field);
struct str value_words(struct work_set *set, struct value value, uint32_t code_set);
struct str record_title(struct work_set *set, const struct record *record);

#endif

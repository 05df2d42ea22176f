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
    struct answer *answers;
};

struct row {
    struct subject subject;
    bool is_new, removed;
};

struct rows {
    LIST(struct row *) items; /* in order; removed ones stay, marked */
    bool changed;             /* order or membership */
};

struct record {
    struct subject subject;
    struct work_set *set;
    uint32_t version; /* 0 when new */
    uint32_t state;   /* row of table state, or MODEL_NONE */
    struct uuid root; /* of a part: its root; else its own id */
    struct uuid agency; /* owning agency, nil for hubs and reference data */
    struct str number;
    struct instant created_at, changed_at;
    struct uuid created_by, changed_by;
    struct rows *lists; /* by position of the list within the entity */
    bool is_new, changed;
    struct answer *before; /* answers as loaded, for history and effects; NULL when new */
    uint32_t state_before;
    const int64_t *audiences; /* of its root, loaded with it */
    size_t audience_count;
};

/* A worker who acts, as access sees them: one entry for each (role, scope, whom). */
struct actor_entry {
    uint32_t role;
    uint32_t scope;    /* enum model_scope */
    int64_t audience;  /* id of the audience row key */
    struct uuid agency;
    struct uuid covers; /* the worker covered for, or nil */
};

struct actor {
    struct uuid worker; /* nil: the system itself (background work; may do what effects may) */
    struct uuid agency; /* the one the session works for */
    const struct actor_entry *entries;
    size_t entry_count;
};

struct work_set {
    struct arena *arena;
    const struct model *model;
    struct instant now;
    struct date today; /* in the agency's zone */
    const struct actor *actor;
    struct record *actor_record; /* the worker's own record, for "actor"; or NULL */
    LIST(struct record *) records;
    struct map *by_id;   /* 16 bytes of the id -> struct record */
    struct map *members; /* loaded collections; see work_set_set_members */
    /* New identifiers: the host gives randomness. */
    struct uuid (*new_id)(void *context);
    void *id_context;
    bool missing; /* something was asked for that had not been loaded: a bug, ends the act */
};

void work_set_init(struct work_set *set, struct arena *arena, const struct model *model,
                   struct instant now, const struct actor *actor);
/* Adds an empty record (all answers unset). The caller fills it. */
struct record *work_set_add(struct work_set *set, uint32_t entity, struct uuid id);
/* A new record in its first state, with id from new_id. */
struct record *work_set_create(struct work_set *set, uint32_t entity);
struct record *work_set_find(const struct work_set *set, struct uuid id);
/* Says which records a back-reference collection of a record holds (loaded completely). Creating or
 * re-pointing a record in the set keeps them right. */
void work_set_set_members(struct work_set *set, const struct record *of, uint32_t collection,
                          struct record *const *members, size_t count);
/* The members of any collection (list rows or records), or NULL with set->missing when it was
 * not loaded. */
const struct subject *const *work_set_members(struct work_set *set, const struct subject *of,
                                              uint32_t collection, size_t *ret_count);

/* field is a row of table field that belongs to the subject's entity or list. Kernel fields
 * (id, state, number, created_at ...) answer too. */
struct answer answer_get(const struct subject *subject, uint32_t field);
struct value value_get(const struct subject *subject, uint32_t field);
/* Marks the record changed when the answer differs. */
void answer_set(struct subject *subject, uint32_t field, struct answer answer);
bool answer_same(const struct answer *a, const struct answer *b);
struct rows *record_rows(struct record *record, uint32_t list);
struct row *record_add_row(struct record *record, uint32_t list);
struct row *record_find_row(struct record *record, uint32_t list, struct uuid id);

/* The host for expr_evaluate over a work set. bound may be NULL. */
struct expr_host work_set_host(struct work_set *set);
bool work_set_true(struct work_set *set, uint32_t expr, const struct subject *subject);
struct value work_set_value(struct work_set *set, uint32_t expr, const struct subject *subject);

/* Words for people: codes by their label as stored, dates "Wed 25 Nov 2026", references by the
 * title of the record when it is in the set (else empty), non-answers in words. */
struct str answer_words(struct work_set *set, const struct subject *subject, uint32_t field);
struct str value_words(struct work_set *set, struct value value, uint32_t code_set);
struct str record_title(struct work_set *set, const struct record *record);

#endif

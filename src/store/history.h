/* What a change row says: canonical JSON of the answers that changed, from and to.
 *
 *   {"birth_date":{"from":null,"to":"2019-03-04"},
 *    "participants[018f...]":{"from":null,"to":0},             a row: its position, null where it
 * is not "participants[018f...].role":{"from":null,"to":{"code":"CHILD","version":1}},
 *    "state":{"from":"draft","to":"submitted"}}
 *
 * Members are in byte order of their names. Values: text "...", yes/no true or false, integer 12,
 * decimal "12.50", date "2026-11-25", datetime
 * {"at":"2026-11-25T19:20:00.000Z","local":"2026-11-25"}, code {"code":"CHILD","version":1},
 * several codes a list of these, references and files the identifier, a non-answer {"asked":"the
 * mother","why":"declined"}, nothing null; of a sealed text {"sealed":"<hex>"}, see history_text.
 * Beside the fields stand the kernel's "state", "number", "root_id" and "agency_id", and
 * "entered_in_error": the reason that was given, null while the record stands; "sealed": the law
 * and the order, null while it is open. Of a record that was expunged it says only "expunged", by
 * which law. */
#ifndef HEARTH_STORE_HISTORY_H
#define HEARTH_STORE_HISTORY_H

#include <jansson.h>

#include "store/store_int.h"

/* The positions that the rows of a list had, read before they are written anew. */
struct old_position {
    struct uuid row;
    int64_t position;
};
struct old_rows {
    LIST(struct old_position) items;
};

/* What the kernel's columns were before the change; of a new record all empty. */
struct old_place {
    struct uuid root, agency;
    struct str number;
    struct str error;    /* why it was entered in error, or empty */
    struct str withheld; /* by which law and order it is sealed, or empty */
};

/* A sealed text that a content commits to. */
struct history_text {
    struct str name;       /* of the member */
    struct str salted;     /* random salt, text */
    struct str commitment; /* 32 bytes */
};
struct history_texts {
    LIST(struct history_text) items;
};
/* The hex for a content; what must be kept beside it is added to texts. */
struct str history_commit(struct arena *arena, struct history_texts *texts, struct str name,
                          struct str text);
NODISCARD enum status history_texts_write(struct uow *uow, const struct record *record,
                                          const struct history_texts *texts);
/* The text behind such a hex; STATUS_NOT_FOUND when it was expunged. */
NODISCARD enum status history_text_open(struct store_reader *reader, struct uuid record,
                                        struct str hex, struct str *ret_text);

/* What a member of a content is about. */
struct history_place {
    uint32_t field; /* or MODEL_NONE */
    uint32_t list;  /* or MODEL_NONE: of the record itself */
    struct uuid row;
};
/* "participants[018f...].role", "participants[018f...]", "birth_date"; false: the model does not
 * have it, or it is the kernel's. */
bool history_find_place(const struct model *model, uint32_t entity, struct str name,
                        struct history_place *ret_place);
/* Leaves in a content what the actor may read and opens what is sealed of it. own: the model that
 * it was written under, which may name what today's does not; or NULL. */
NODISCARD enum status history_readable(struct store_reader *reader, struct work_set *set,
                                       const struct record *record, const struct model *own,
                                       struct str *content);
/* Whether a row of the history is that of a copy of what was signed, by its step. */
bool signed_is_copy(struct str step);
/* What the row of a copy of what was signed says; false: it is none, or was expunged. */
struct signed_about {
    struct str entity;
    struct uuid id;
    struct str classes; /* by name, each with a space before it */
};
struct signed_row {
    struct str sealed;   /* hex of its commitment */
    struct str classes;  /* as above */
    struct str document; /* by name */
    LIST(struct signed_about) about;
};
bool signed_parse(struct arena *arena, struct str content, struct signed_row *ret_row);
/* What is wrong with the copy that a row commits to, or empty: also of a row that has none, and of
 * a copy that went because one whom it speaks of was expunged. */
NODISCARD enum status signed_audit(struct store_reader *reader, const struct history_row *row,
                                   struct str *ret_wrong);
/* NULL when it was expunged. The caller's, for json_decref. */
json_t *history_parse(struct str content);

/* old_lists: by position of the list within the entity; only lists that changed are looked at.
 * ret_texts: what it commits to. */
struct str history_content(struct arena *arena, const struct record *record,
                           const struct old_place *old, const struct old_rows *old_lists,
                           struct history_texts *ret_texts);

#endif

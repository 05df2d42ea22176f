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
 * mother","why":"declined"}, nothing null. Beside the fields stand the kernel's "state", "number",
 * "root_id" and "agency_id". */
#ifndef HEARTH_STORE_HISTORY_H
#define HEARTH_STORE_HISTORY_H

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
};

/* old_lists: by position of the list within the entity; only lists that changed are looked at. */
struct str history_content(struct arena *arena, const struct record *record,
                           const struct old_place *old, const struct old_rows *old_lists);

#endif

/* What waits for a decision, kept beside the records (table waiting, kernel_records.sql): a page
 * that shows some of it reads one range for each audience of its worker, not all records that wait.
 * What a row says follows from the record alone: its state, its root and the audiences of that, its
 * clocks, its history, and the model. */
#ifndef HEARTH_STORE_WAITS_H
#define HEARTH_STORE_WAITS_H

#include "db/db.h"
#include "lower/schema.h"
#include "rule/clock.h"
#include "rule/record.h"

struct uow;

/* What an act may have changed of it; part of a unit of work. */
struct waits {
    LIST(const struct record *) records;
    LIST(struct uuid) roots;
};

/* The record, its clocks or its history were changed: whoever writes one of them says so. */
void waits_touch(struct uow *uow, const struct record *record);
/* The audiences of a root were changed. */
void waits_touch_root(struct uow *uow, struct uuid root);
/* Brings the rows of all that was touched to what is true now: the last thing that an act writes.
 */
NODISCARD enum status waits_write(struct uow *uow);
/* Makes the table anew from the records, as this model has it: with a step of the tables that
 * brings the table, and whenever what waits for whom may be another. In an open scope of DB_WRITE.
 * Memory: 40 bytes for each record that waits. */
NODISCARD enum status waits_fill(struct db *db, struct arena *arena, const struct schema *schema);

/* The running clock of a record that is due first; what may be done, and from when, is nothing that
 * is due. due INT64_MAX: there is none. */
NODISCARD enum status waits_next(struct db *db, struct arena *arena, const struct model *model,
                                 struct uuid record, struct clock_reading *ret_next);

/* A row as a page reads it. */
struct wait {
    uint32_t entity, state;
    struct uuid record, root;
    struct instant due;
    bool sealed;
    struct str authors; /* identifiers of 16 bytes, one behind the other */
};
/* At most so many rows of an audience, by due; of states that the model no longer has none. */
struct waits_found {
    LIST(struct wait) items;
};
NODISCARD enum status waits_read(struct db *db, struct arena *arena, const struct model *model,
                                 int64_t audience, uint32_t most, struct waits_found *ret_found);
bool wait_is_by(const struct wait *wait, struct uuid worker);

#endif

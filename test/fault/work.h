/* Work on a store as workers and the background do it, and what is told to them while it goes on:
 * calls with a reporter and a scan in one act, changes of two records in one act, drafts, pages
 * that note who looked, sealing, checkpoints of the database. Afterwards what was told is held
 * against what is there. */
#ifndef HEARTH_TEST_WORK_H
#define HEARTH_TEST_WORK_H

#include "../unit/test_store_files.h"

#define CALLS_MOST 64
#define DRAFTS_MOST 4

/* One call: its text says which version it is, in each of the places that an act changes. */
struct call {
    struct uuid report, reporter, scan;
    unsigned told, tried; /* versions; 0: none */
    unsigned looks;       /* pages of it that left */
};

struct work {
    struct world *world;
    uint64_t random;
    bool (*counts)(void); /* whether what is told now must be kept; NULL: all of it */
    struct call calls[CALLS_MOST];
    size_t call_count;
    unsigned drafts_told[DRAFTS_MOST], drafts_tried[DRAFTS_MOST];
    unsigned blocks; /* sealed, and the sealer was told so */
    enum status last_refusal;
    unsigned refused; /* acts that were told to have failed */
    char wrong[400];  /* the first thing that is not as it must be; empty: nothing */
};

/* Some steps of work drawn from the seed, until there were so many or stop says so. */
void work_some(struct work *work, uint64_t seed, unsigned steps, bool (*stop)(void));
/* One act of each kind, in order; what fails is counted in refused, must say why, and is not told.
 */
void work_each(struct work *work);
/* Opens the world's folder, whatever is in it. What is wrong is told in work->wrong. */
bool work_open(struct work *work);
/* Holds all that was told against the store that is open. */
void work_check(struct work *work);
/* The store goes on: an act, sealing, and the whole history fits. */
void work_goes_on(struct work *work);
/* The people of the world, in a folder that is new. False when they were not taken. */
bool work_hire(struct work *work);

/* The same world over another folder, closed; and all that is in a folder, in one that is new. */
void world_copy(struct world *copy, const struct world *world, const char *folder);
void folder_copy(const char *from, const char *to);

PRINTF(2, 3) void work_wrong(struct work *work, const char *format, ...);

#endif

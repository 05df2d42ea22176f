/* Takes in foreign CSV files by a mapping, through the same units of work as everything else. A row
 * that cannot come in is set aside with its line and reason, and the rest goes on. A row that came
 * in before and says the same is left alone; one that says something else changes its record. Where
 * two rows of one file have the same key and say different things, the first one counts and the
 * other is set aside. */
#ifndef HEARTH_EXCHANGE_IMPORT_H
#define HEARTH_EXCHANGE_IMPORT_H

#include "base/csv.h"
#include "exchange/mapping.h"
#include "store/store.h"

struct import_count {
    struct str table;
    uint32_t read, made, changed, same, staged, rejected;
};

/* A row that was set aside: the file, its heading, the row as it was with its line, and why. */
struct import_reject {
    struct str file;
    const struct csv_row *heading, *row;
    struct str reason;
};

/* How the caller gets files and hears of rejects and progress. */
struct import_host {
    void *context;
    /* The text of a file; false when it is not there. */
    bool (*read)(void *context, struct arena *arena, struct str file, struct str *ret_text);
    void (*reject)(void *context, const struct import_reject *reject);
    void (*progress)(void *context, const struct import_count *count);
};

/* agency: who owns the roots that come in. One count for each table of the mapping, in the arena.
 * STATUS_INVALID when a file is missing or lacks a column that the mapping names; then nothing of
 * that file is read. */
NODISCARD enum status import_run(struct store *store, struct arena *arena,
                                 const struct mapping *mapping, struct uuid agency,
                                 const struct import_host *host, struct outcome *outcome,
                                 struct import_count **ret_counts);

#endif

/* Takes in foreign CSV files by a mapping, through the same units of work as everything else. A row
 * that cannot come in is set aside with its line and reason, and the rest goes on. A row that came
 * in before and says the same is left alone; one that says something else changes its record. */
#ifndef HEARTH_EXCHANGE_IMPORT_H
#define HEARTH_EXCHANGE_IMPORT_H

#include "exchange/mapping.h"
#include "store/store.h"

struct import_count {
    struct str table;
    uint32_t read, made, changed, same, staged, rejected;
};

/* How the caller gets files and hears of rejects and progress. */
struct import_host {
    void *context;
    /* The text of a file; false when it is not there. */
    bool (*read)(void *context, struct arena *arena, struct str file, struct str *ret_text);
    /* A faulty row: line of the file, why, and the row as it was. */
    void (*reject)(void *context, struct str file, uint32_t line, struct str reason,
                   const struct str *fields, size_t count);
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

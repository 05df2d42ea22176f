/* A county for the length of one test: a data folder of its own with the practice model of this
 * source tree, its reference data, and a clock that stands still until it is set. */
#ifndef HEARTH_TEST_STORY_WORLD_H
#define HEARTH_TEST_STORY_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/map.h"
#include "exchange/import.h"
#include "service/script.h"
#include "store/installation.h"

struct world_reject {
    struct str file;
    uint32_t line;
    struct str reason;
};

struct world {
    struct arena arena;
    struct outcome outcome;
    struct store *store;
    struct script *script;
    struct instant now;
    struct str source; /* root of the source tree */
    struct str folder; /* of the script that runs: its pictures lie there */
    struct str data;
    struct map found; /* workers and agencies that were asked for: to struct uuid */
    LIST(struct world_reject) rejects; /* of the last import */
};

/* now: local, "2026-11-25T13:20". Fails the test when the model or the folder cannot be used. */
void world_open(struct world *world, struct str source, struct str now);
void world_close(struct world *world);
/* The text of a file below the source root; fails the test when it cannot be read. */
struct str world_text(struct world *world, struct str path);
/* Runs one file of acts below the source root; fails the test with what was refused. */
void world_play(struct world *world, struct str path);
/* Imports a folder; both below the source root unless absolute. One count for each table. */
const struct import_count *world_import(struct world *world, struct str mapping, struct str folder,
                                        struct uuid agency, size_t *ret_count);
struct uuid world_agency(struct world *world, struct str code);
/* Seals what was done and checks the chain. */
struct store_audit world_audit(struct world *world);
/* Fails the test with the problems of the outcome. */
void world_check(struct world *world, enum status status);

#endif

/* Any bytes as the manifest of a backup, and with a right end behind them: read or refused with the
 * reason; what is read names only files that Hearth gives, none of them outside the backup. */
#include "fuzz.h"

#include "base/buf.h"
#include "store/backup_int.h"

static void check(struct arena *arena, struct str text)
{
    struct outcome outcome;
    struct instant moment;
    struct map files;
    outcome_init(&outcome, arena);
    map_init(&files, arena);
    if (manifest_read(text, &outcome, &moment, &files) != STATUS_OK) {
        CHECK(outcome.status == STATUS_REFUSED && outcome.detail.n > 0);
        return;
    }
    for (size_t i = 0; i < files.count; i++) {
        struct str name = files.entries[i].key;
        CHECK(backup_knows(name) && str_find(name, STR("..")) < 0 && name.p[0] != '/');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct str text = {(const char *)data, size};
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    check(&arena, text);
    check(&arena, STR_JOIN(&arena, text, backup_end(&arena, text)));
    arena_clear(&arena);
    return 0;
}

/* Whether the families in a folder are invented. A training instance must never pass for the real
 * one, nor a real one lose its protection by being called training: so it is said when the folder
 * is made, in a row that cannot be changed, and every chain of history begins with it. Who
 * exchanges the row by hand has a folder whose history does not verify. */
#include <unistd.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/store_int.h"

static const unsigned char starts[2][INSTALLATION_START_SIZE] = {
    [true] = "hearth: every family is invented"};

const unsigned char *installation_start(const struct store *store)
{
    return starts[store->training];
}

bool store_is_training(const struct store *store)
{
    return store->training;
}

static enum status say(struct store *store, struct db *db, struct arena *arena)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_ADD_INSTALLATION, arena, &q));
    db_bind_int(q, 1, store->training);
    db_bind_int(q, 2, store_now(store).ms);
    return db_run(q);
}

/* A folder from before this was kept: real, unless the file is there that was the mark then. */
static enum status refuse_old_training(const struct store *store, struct arena *arena,
                                       struct outcome *outcome)
{
    if (access(str_cstr(arena, store_path(store, arena, STR("sample.txt"))), F_OK) != 0) {
        return STATUS_OK;
    }
    return outcome_fault(
        outcome, STATUS_REFUSED,
        STR("this training folder was made by an older Hearth, which marked it by a "
            "file; make it anew (hearth sample)"));
}

enum status installation_settle(struct store *store, struct db *db, bool fresh, struct arena *arena,
                                struct outcome *outcome)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_FIND_INSTALLATION, arena, &q));
    bool said = db_next(q);
    store->training = said ? db_int(q, 0) != 0 : fresh && store->options.training;
    TRY(db_finish(q));
    if (said) {
        return STATUS_OK;
    }
    if (!fresh) {
        TRY(refuse_old_training(store, arena, outcome));
    }
    return say(store, db, arena);
}

/* What a request with a key did before is kept for a time, so that one that is sent again does not
 * act again; then it goes, in the background. */
#include "db/named.h"
#include "store/care.h"

/* Whoever saves waits until these are gone. */
#define REQUESTS_AT_A_TIME 200

struct pruning {
    struct instant before;
    unsigned gone; /* of the last portion */
};

static enum status prune_some(struct uow *uow, void *input)
{
    struct pruning *pruning = input;
    struct db_statement *q;
    pruning->gone = 0;
    TRY(db_named(uow->db, SQL_REMOVE_OLD_REQUESTS, uow->arena, &q));
    db_bind_int(q, 1, pruning->before.ms);
    db_bind_int(q, 2, REQUESTS_AT_A_TIME);
    while (db_next(q)) {
        pruning->gone++;
    }
    return db_finish(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

enum status requests_sweep(struct store *store, struct outcome *outcome)
{
    struct pruning pruning = {
        .before = instant_add_ms(store_now(store), -store->options.retry_days * DAY_MS)};
    if (store->options.retry_days == 0) {
        return STATUS_OK;
    }
    do {
        TRY(care_run(store, prune_some, &pruning, outcome));
    } while (pruning.gone == REQUESTS_AT_A_TIME);
    return STATUS_OK;
}

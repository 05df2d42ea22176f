/* How the database is, for who asks whether this server can do its work. The keeper asks the
 * database each second; who asks here waits for nothing, also when the database does not answer at
 * all. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db/named.h"
#include "store/home.h"
#include "store/installation.h"
#include "store/kernel.h"

#define SLOW_MS 1000   /* for three numbers */
#define SILENT_MS 3000 /* without an answer: it is not there */
#define DIGEST_MOST 128

struct health {
    pthread_mutex_t lock;
    int64_t asked_ms, answered_ms; /* the last time; monotonic */
    enum store_health found;
    char digest[DIGEST_MOST]; /* of the model in force here */
    size_t digest_size;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct health *health_new(void)
{
    struct health *health = calloc(1, sizeof(*health));
    if (health != NULL) {
        pthread_mutex_init(&health->lock, NULL);
    }
    return health;
}

void health_free(struct health *health)
{
    if (health != NULL) {
        pthread_mutex_destroy(&health->lock);
        free(health);
    }
}

void health_model(struct health *health, struct str digest)
{
    CHECK(digest.n <= DIGEST_MOST);
    pthread_mutex_lock(&health->lock);
    memcpy(health->digest, digest.p, digest.n);
    health->digest_size = digest.n;
    pthread_mutex_unlock(&health->lock);
}

/* ---- asking ---- */

static enum store_health judge(const struct store *store, struct db_statement *q)
{
    struct health *health = store->health;
    if (db_int(q, 0) != kernel_newest(&kernel_records)) {
        return STORE_OTHER_VERSION;
    }
    if (db_int(q, 1) != 0) {
        return STORE_READ_ONLY;
    }
    pthread_mutex_lock(&health->lock);
    bool same = str_eq(db_text_view(q, 2), (struct str){health->digest, health->digest_size});
    pthread_mutex_unlock(&health->lock);
    return same || !home_is_shared(store) ? STORE_WELL : STORE_OTHER_MODEL;
}

static enum store_health ask(const struct store *store, struct db *db)
{
    struct arena CLEANUP(arena_clear) arena;
    struct db_statement *q;
    enum store_health found = STORE_UNREACHABLE;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    if (db_named(db, SQL_PROBE, &arena, &q) != STATUS_OK) {
        return STORE_UNREACHABLE;
    }
    if (db_next(q)) {
        found = judge(store, q);
    }
    return db_finish(q) == STATUS_OK ? found : STORE_UNREACHABLE;
}

void health_ask(const struct store *store, struct db *db)
{
    struct health *health = store->health;
    pthread_mutex_lock(&health->lock);
    health->asked_ms = monotonic_ms();
    pthread_mutex_unlock(&health->lock);
    enum store_health found = ask(store, db);
    if (found == STORE_UNREACHABLE) {
        db_reset(db);
        found =
            ask(store, db); /* on a new connection: the old one may have been cut off long ago */
    }
    db_reset(db);
    pthread_mutex_lock(&health->lock);
    health->answered_ms = monotonic_ms();
    bool slow = health->answered_ms - health->asked_ms >= SLOW_MS;
    health->found = found == STORE_WELL && slow ? STORE_SLOW : found;
    pthread_mutex_unlock(&health->lock);
}

enum store_health store_health(const struct store *store)
{
    struct health *health = store->health;
    pthread_mutex_lock(&health->lock);
    bool silent =
        health->asked_ms > health->answered_ms && monotonic_ms() - health->asked_ms > SILENT_MS;
    enum store_health found = silent ? STORE_UNREACHABLE : health->found;
    pthread_mutex_unlock(&health->lock);
    return found;
}

struct str store_health_name(enum store_health health)
{
    static const struct str names[] = {
        [STORE_WELL] = STR_INIT("ok"),
        [STORE_SLOW] = STR_INIT("slow"),
        [STORE_UNREACHABLE] = STR_INIT("unreachable"),
        [STORE_READ_ONLY] = STR_INIT("read only"),
        [STORE_OTHER_VERSION] = STR_INIT("of another version"),
        [STORE_OTHER_MODEL] = STR_INIT("under another model"),
    };
    return names[health];
}

/* The model in force: its image in the data folder, opened, with what the store makes of it; and
 * putting another in its place while the store is open. */
#include <setjmp.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/files.h"
#include "store/home.h"
#include "store/store_int.h"

#define PRACTICE_ARENA_CAP ((size_t)512 * 1024 * 1024)
#define IMAGE_DIGEST_SIZE 32

const struct model *store_model(const struct store *store)
{
    return store->model;
}

const struct model *practice_model(const struct practice *practice)
{
    return practice->model;
}

/* ---- images ---- */

static struct str image_digest(struct arena *arena, struct str image)
{
    unsigned char digest[IMAGE_DIGEST_SIZE];
    const void *bytes = image.p;
    crypto_generichash(digest, sizeof(digest), bytes, image.n, NULL, 0);
    struct buf text;
    buf_init(&text, arena, 2 * sizeof(digest));
    buf_hex(&text, digest, sizeof(digest));
    return buf_str(&text);
}

static struct str image_path(const struct store *store, struct arena *arena, struct str digest)
{
    return STR_JOIN(arena, store->options.directory, STR("/model/"), digest, STR(".image"));
}

enum status image_keep(const struct store *store, const struct practice *practice,
                       struct outcome *outcome)
{
    struct str path = image_path(store, outcome->arena, practice->digest);
    if (access(str_cstr(outcome->arena, path), R_OK) == 0) {
        return STATUS_OK;
    }
    return file_replace(outcome, path, practice->image);
}

enum status image_read(const struct store *store, struct str digest, struct outcome *outcome,
                       struct str *ret_image)
{
    struct str path = image_path(store, outcome->arena, digest);
    TRY(file_read(outcome, path, MODEL_IMAGE_MAX, ret_image));
    return str_eq(image_digest(outcome->arena, *ret_image), digest)
               ? STATUS_OK
               : outcome_fault(outcome, STATUS_INVALID,
                               STR_JOIN(outcome->arena, path,
                                        STR(" is not the model that was activated: damaged or "
                                            "changed. Take it from a backup")));
}

/* ---- a practice ---- */

struct practice *practice_new(void (*exhausted)(void *context), void *context)
{
    struct practice *practice = calloc(1, sizeof(*practice));
    if (practice != NULL) {
        arena_init(&practice->arena, PRACTICE_ARENA_CAP, exhausted, context);
    }
    return practice;
}

enum status practice_read(struct practice *practice, struct str image, enum dialect dialect,
                          struct outcome *outcome)
{
    struct arena *arena = &practice->arena;
    practice->image = (struct str){arena_copy(arena, image.p, image.n), image.n};
    practice->digest = image_digest(arena, image);
    TRY(model_open(arena, practice->image, outcome, &practice->model));
    practice->schema = schema_new(arena, practice->model, dialect);
    names_find(practice);
    return STATUS_OK;
}

struct practice *practice_free(struct practice *practice)
{
    if (practice != NULL) {
        arena_clear(&practice->arena);
        free(practice);
    }
    return NULL;
}

struct practice *practice_use(struct store *store, struct practice *practice)
{
    struct practice *before = store->practice;
    store->practice = practice;
    store->model = practice->model;
    store->schema = practice->schema;
    health_model(store->health, practice->digest);
    return before;
}

/* ---- another in its place ---- */

NORETURN static void jump_back(void *context)
{
    jmp_buf *boundary = context;
    longjmp(*boundary, 1);
}

enum status store_prepare(struct store *store, struct str image, struct outcome *outcome,
                          struct practice **ret_next)
{
    jmp_buf boundary;
    struct practice *const next = practice_new(jump_back, &boundary);
    enum status status = STATUS_BUSY;
    *ret_next = NULL;
    if (next == NULL || setjmp(boundary) != 0) {
        practice_free(next);
        return outcome_fault(outcome, STATUS_BUSY, STR("there is not enough memory for the model"));
    }
    status = practice_read(next, image, home_dialect(store), outcome);
    next->arena.exhausted = NULL; /* full as it shall ever be */
    if (status != STATUS_OK || str_eq(next->digest, store->practice->digest)) {
        practice_free(next);
        return status;
    }
    *ret_next = next;
    return STATUS_OK;
}

struct activation {
    struct store *store;
    struct practice *next; /* when it is done: what was in force before */
    struct uow_job job;
};

static enum status bring_to_next(struct uow *uow, void *input)
{
    const struct activation *activation = input;
    struct str last;
    TRY(last_image(uow->db, uow->arena, &last));
    return migrate_model(uow->store, activation->next, uow->db, last, false, uow->arena,
                         &uow->job->outcome);
}

/* On the writer's thread, so between two of its jobs. */
static void swap_when_done(void *ctx)
{
    struct activation *activation = ctx;
    if (activation->job.outcome.status == STATUS_OK) {
        activation->next = practice_use(activation->store, activation->next);
    }
}

static enum status activate(struct store *store, struct activation *activation,
                            struct outcome *outcome)
{
    static const struct actor the_system = {0};
    TRY(image_keep(store, activation->next, outcome));
    activation->job = (struct uow_job){
        .fn = bring_to_next,
        .input = activation,
        .arena = outcome->arena,
        .actor = &the_system,
        .brings_model = true,
        .done = {swap_when_done, activation}
    };
    background_hold(store);
    enum status status = store_run(store, &activation->job);
    if (status == STATUS_UNKNOWN_COMMIT) { /* done a second time, what is there is left as it is */
        status = store_run(store, &activation->job);
    }
    background_let_on(store);
    *outcome = activation->job.outcome;
    outcome->status = status;
    return status;
}

enum status store_activate(struct store *store, struct practice *next, struct outcome *outcome)
{
    struct activation activation = {.store = store, .next = next};
    enum status status = activate(store, &activation, outcome);
    practice_free(activation.next);
    return status;
}

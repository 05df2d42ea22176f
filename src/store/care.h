/* The care that the store takes of itself, in the background or when asked to catch up. Each of
 * these does all there is to do now, in units of work small enough not to hold up people, and is
 * called by one thread at a time (background.c). */
#ifndef HEARTH_STORE_CARE_H
#define HEARTH_STORE_CARE_H

#include "store/keys.h"
#include "store/store_int.h"

/* Runs a unit of work of the system behind those of people, and waits. The arena of the job is
 * that of the outcome. */
enum status care_run(struct store *store, uow_fn fn, void *input, struct outcome *outcome);
/* The same in a transaction of its own that begins now: it sees all that is committed now. */
enum status care_run_alone(struct store *store, uow_fn fn, void *input, struct outcome *outcome);

/* Jobs that are due and have a handler. */
NODISCARD enum status queue_run_due(struct store *store, struct outcome *outcome);
/* A piece of what the new model moves (recompute.c); *ret_found is false when there is none. This
 * is long work: whoever asks for piece after piece leaves others their turn in between. */
NODISCARD enum status recompute_some(struct store *store, struct outcome *outcome, bool *ret_found);
/* A new key that somebody put there. */
NODISCARD enum status keys_take_up(struct store *store, struct outcome *outcome);
/* What is sealed under older keys. */
NODISCARD enum status reseal(struct store *store, struct outcome *outcome);
/* History that is in no block yet. */
NODISCARD enum status seal_history(struct store *store, struct outcome *outcome);
/* Brings the copy of checkpoints.log in the second place to where the first one is. */
NODISCARD enum status checkpoints_follow(struct store *store, struct outcome *outcome);
/* Moves the write-ahead log of the present month of the access log into its file. */
NODISCARD enum status access_log_checkpoint(struct store *store, struct outcome *outcome);
/* Access log to table who_looked: all that is new in the months that there were not at the last
 * call, in the newest then, and in the one before. months: how many there were; 0: read them all.
 */
NODISCARD enum status who_looked_build(struct store *store, size_t *months,
                                       struct outcome *outcome);
/* Outcomes of requests that are older than the options say. */
NODISCARD enum status requests_sweep(struct store *store, struct outcome *outcome);
/* Bytes of attachments whose unit of work came to nothing. */
NODISCARD enum status attachments_sweep(struct store *store, struct outcome *outcome);
/* Moves the write-ahead log of the attachments file into it. */
NODISCARD enum status attachments_checkpoint(struct store *store, struct outcome *outcome);
/* Sessions nobody uses any more. */
NODISCARD enum status sessions_sweep(struct store *store, struct outcome *outcome);
/* Wrong passwords of another day, browsers nobody came back with. */
NODISCARD enum status logins_sweep(struct store *store, struct outcome *outcome);

/* Handlers of jobs, registered while the background runs. */
#define QUEUE_KINDS_MAX 32
struct queue_handler {
    struct str kind; /* as given: must outlive the store */
    store_job_fn fn;
    store_refused_fn refused; /* or NULL: a refused job is tried again like any that failed */
    void *context;
};
/* The job of its kind that waits longest, if one is due. */
NODISCARD enum status queue_run_one(struct store *store, const struct queue_handler *handler,
                                    struct outcome *outcome, bool *ret_found);
/* A copy of those that are registered; QUEUE_KINDS_MAX at most. */
size_t background_handlers(struct store *store, struct queue_handler *ret_handlers);

/* What the audit and the sealer agree on; seal.c. */
struct block {
    struct uuid agency;  /* nil: of no agency */
    int64_t number;      /* from 1 */
    int64_t first, last; /* sequences of its rows */
    int64_t row_count;
    struct str rows_digest; /* of its rows: struct block_rows */
    struct str previous;    /* head of the block before; of the first one installation_start */
    struct str head, signature;
    int64_t signing_key;
    struct instant at;
};
/* BLAKE2b-256 over all above head and the time. */
void block_head(const struct block *block, unsigned char ret_head[KEYS_DIGEST_SIZE]);
/* The chain over the rows of a block, in order of sequence: each digest is one over the one before,
 * the sequence and the digest of the row. */
struct block_rows {
    unsigned char digest[KEYS_DIGEST_SIZE];
};
void block_rows_begin(struct block_rows *rows);
void block_rows_add(struct block_rows *rows, int64_t sequence, struct str digest);

#define CHECKPOINTS_NAME STR("checkpoints.log")
/* The path of its copy in the folder of store_options.checkpoints; empty when there is none. */
struct str checkpoints_second(const struct store *store, struct arena *arena);
/* One line of it: that a block had this head. */
struct checkpoint {
    struct uuid agency;
    int64_t number;
    int64_t key; /* that signed */
    unsigned char head[KEYS_DIGEST_SIZE], signature[KEYS_SIGNATURE_SIZE];
};
/* "AGENCY NUMBER HEAD SIGNATURE KEY\n", head and signature in hex. */
void checkpoint_line(struct arena *arena, struct buf *lines, const struct block *block);
/* The line without its newline; false for one that is not of this form. Without a key: key 1. */
bool checkpoint_parse(struct str line, struct checkpoint *ret_checkpoint);
/* Lines for checkpoints.log and its copy. */
NODISCARD enum status checkpoints_add(struct store *store, struct str lines,
                                      struct outcome *outcome);

#endif

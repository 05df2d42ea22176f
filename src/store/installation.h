/* What an administrator does with an installation, and its figures. */
#ifndef HEARTH_STORE_INSTALLATION_H
#define HEARTH_STORE_INSTALLATION_H

#include "store/store.h"

/* Whether a folder has records: in its files, or on the server that it names. */
bool store_is_there(struct arena *arena, struct str directory);
/* What is meant for store_options.server, looked at before it is used. */
struct store_server {
    struct str shown; /* without its password */
    bool has_secret;
};
/* In the outcome's arena. STATUS_INVALID, in words that quote nothing of it. */
NODISCARD enum status store_read_server(struct str server, struct outcome *outcome,
                                        struct store_server *ret_server);

/* Makes the next key of a folder. Whoever has it open, or opens it next, seals with that from then
 * on and seals anew, in the background, what is sealed with older ones. */
NODISCARD enum status store_keys_rotate(struct str directory, struct outcome *outcome,
                                        unsigned *ret_number);
/* The numbers of the keys in use, the one that seals first. */
#define STORE_KEYS_MAX 255
NODISCARD enum status store_keys_list(struct str directory, struct outcome *outcome,
                                      unsigned char ret_numbers[STORE_KEYS_MAX], size_t *ret_count);

/* Makes the next key that signs history. Whoever seals takes it up before the next block.
 * STATUS_REFUSED: one waits already. */
NODISCARD enum status store_signing_rotate(struct str directory, struct outcome *outcome,
                                           int64_t *ret_number);
/* Which key signs, and whether the next one waits. */
NODISCARD enum status store_signing_keys(struct str directory, struct outcome *outcome,
                                         int64_t *ret_number, bool *ret_next_waits);

struct store_audit {
    uint64_t valid, expunged, unsealed, broken;
    struct str first_fault; /* which row, and what is wrong with it */
};
NODISCARD enum status store_audit_verify(struct store *store, struct arena *arena,
                                         struct store_audit *ret_audit);

/* How the database was a second ago. Waits for nothing. */
enum store_health {
    STORE_WELL,
    STORE_SLOW,          /* to answer; it still does */
    STORE_UNREACHABLE,   /* or answers with a fault */
    STORE_READ_ONLY,     /* a standby */
    STORE_OTHER_VERSION, /* a newer Hearth has brought its tables on */
    STORE_OTHER_MODEL    /* another server has put one in force: this one does not write any more */
};
enum store_health store_health(const struct store *store);
struct str store_health_name(enum store_health health); /* "read only" style */

/* What is going on, in numbers: for /metrics and the self-audit. Nothing of it is about a person.
 */
#define STORE_DORMANT_MS ((int64_t)90 * DAY_MS)
struct store_figures {
    uint64_t jobs, commits, commit_us; /* of the writer since the start */
    uint64_t unsealed;                 /* rows of history in no block yet */
    int64_t unsealed_ms;               /* age of the oldest */
    uint64_t overdue;                  /* wake-ups of clocks whose time has come */
    uint64_t sessions, programs;       /* seen in the last half hour; tokens of programs */
    uint64_t drafts, draft_bytes;
    uint64_t set_aside;              /* jobs given up after their tries */
    uint64_t logins, without_second; /* those without a second factor */
    uint64_t dormant;                /* those that nobody signed in with for STORE_DORMANT_MS */
    uint64_t database_bytes, wal_bytes, attachment_bytes;
    uint64_t free_bytes, disk_bytes; /* of the file system of the data folder */
};
NODISCARD enum status store_figures(struct store_reader *reader, struct store_figures *ret_figures);

/* What was done with a data folder as a whole, as "hearth backup" and "hearth audit verify" marked
 * it there. */
struct store_marks {
    bool backed_up, verified; /* ever */
    struct instant backed_up_at, verified_at;
    uint64_t broken; /* rows that did not verify then */
};
struct store_marks store_marks(struct arena *arena, struct str directory);
NODISCARD enum status store_mark_backup(struct str directory, struct instant at,
                                        struct outcome *outcome);
NODISCARD enum status store_mark_verified(struct str directory, struct instant at, uint64_t broken,
                                          struct outcome *outcome);

#endif

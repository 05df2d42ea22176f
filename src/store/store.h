/* The store: where records live. It opens a data folder, keeps the one writer, the readers, the
 * access log and the background work, and is the only way to a record. Above it nobody knows SQL
 * or which database there is.
 *
 *   DIR/hearth.db            records, history, clocks, sessions, drafts, queue
 *   DIR/attachments.db       sealed chunks of pictures and scans
 *   DIR/access-2026-11.db    who looked: one row per person or case shown, append only
 *   DIR/keys/                sealing and signing keys, mode 0600
 *   DIR/model/               every activated image, by digest
 */
#ifndef HEARTH_STORE_STORE_H
#define HEARTH_STORE_STORE_H

#include "base/completion.h"
#include "rule/act.h"
#include "rule/clock.h"

struct store;
struct store_reader;

/* A document of the model, for a record of the set that somebody signed in the act that is under
 * way, as it stands at the end of that act: read with its loads through the reader, as far as the
 * actor may; whole: it has been read with the engine's eyes, because the actor may not. Gives its
 * bytes. */
typedef enum status (*store_copy_fn)(struct store_reader *reader, struct work_set *set,
                                     struct record *record, uint32_t document, bool whole,
                                     struct str *ret_bytes);

struct store_options {
    struct str directory;
    /* Where records are instead of in files of the folder: a database of a PostgreSQL server
     * ("postgresql://..."), as libpq takes it. Keys and models are in the folder either way. */
    struct str server;
    struct str image; /* the compiled model; activated when it differs from the last one */
    int64_t (*now_ms)(void *context); /* the clock of the whole program; tests set it */
    void *now_context;
    unsigned readers; /* read connections */
    /* Told of what goes wrong in the background; fixed words and figures. NULL: nobody is. */
    void (*tell)(struct str what, struct str detail);
    struct str
        checkpoints; /* a folder on another mount: checkpoints.log is copied there; or empty */
    /* So many days what a request with a key did is known when it is sent again (uow_job); 0: for
     * ever. */
    int64_t retry_days;
    /* A new folder is being filled: no commit waits for the disk, store_close does, once for all.
     * What stops before that leaves a folder to throw away. */
    bool filling;
    /* A new folder is for invented families, and stays so; asked of nothing that is there. */
    bool training;
    /* Makes the copy of what was signed; where it is NULL, nothing can be signed that the model has
     * a document of. */
    store_copy_fn make_copy;
};

/* Opens or makes the folder: migrates additively to the model (new tables and columns; refuses with
 * the reason when a change would re-mean stored data), starts writer, access log, checkpoint and
 * background threads. */
NODISCARD enum status store_open(const struct store_options *options, struct outcome *outcome,
                                 struct store **ret_store);
/* A dry run: the SQL that store_open would run on the folder's tables to bring them to the model of
 * the options, and in the outcome what it would refuse. Changes nothing. */
NODISCARD enum status store_plan(const struct store_options *options, struct buf *sql,
                                 struct outcome *outcome);
/* The same, carried out on a copy of hearth.db beside the folder ("DIR.rehearsal", removed
 * afterwards; as much room as the database), so that its time and room are known. In the outcome's
 * arena. */
struct store_names_found {
    struct str *items;
    size_t count, room;
};
struct store_rehearsal {
    struct str image;                         /* digest of that in force */
    struct store_names_found steps;           /* of the kernel, by name */
    struct store_names_found tables, columns; /* new, of the model: "report.urgent" */
    struct store_names_found retired;         /* columns that no model asks for any more */
    uint64_t records; /* that have a state, whose clocks and audiences are then worked out anew */
    uint64_t drafts;
    uint64_t bytes_before, bytes_after, free_bytes;
    int64_t took_ms;
};
NODISCARD enum status store_rehearse(const struct store_options *options, struct outcome *outcome,
                                     struct store_rehearsal *ret_rehearsal);
/* The versions of the kernel's tables: the folder's (0: made before versions were kept) and the
 * program's; equal for a folder that is not there yet. Opening an older folder brings it to the
 * program's in one transaction, after which older programs refuse it; the way back is a backup. */
struct store_versions {
    int64_t folder, program;
};
NODISCARD enum status store_versions(struct arena *arena, struct str directory,
                                     struct outcome *outcome, struct store_versions *ret_versions);
/* Drains the writer and the access log, stops the threads, closes. Accepts NULL. */
struct store *store_close(struct store *store);
/* In force; of a request or act, until it ends. */
const struct model *store_model(const struct store *store);

/* ---- another model while the store is open ---- */

/* A model that was opened, to be put in force. */
struct practice;
/* Opens an image beside the one in force and changes nothing. *ret_next is NULL when it is that
 * one. STATUS_INVALID, STATUS_BUSY (memory) with the reason. */
NODISCARD enum status store_prepare(struct store *store, struct str image, struct outcome *outcome,
                                    struct practice **ret_next);
const struct model *practice_model(const struct practice *practice);
/* One that is not wanted after all. Accepts NULL. */
struct practice *practice_free(struct practice *practice);
/* Brings the tables to it and puts it in force, in one transaction; refused with all reasons, and
 * nothing changed, when a stored value would mean something else. Takes next, and frees what was
 * in force before: the caller sees to it that nobody reads, and no act is under way that used
 * store_model. */
NODISCARD enum status store_activate(struct store *store, struct practice *next,
                                     struct outcome *outcome);

struct instant store_now(const struct store *store);
/* Whether the folder was made for invented families: said once, in its database and at the
 * beginning of its chains of history. */
bool store_is_training(const struct store *store);
/* Random bytes and identifiers. */
struct uuid store_new_id(struct store *store);

/* ---- reading ------------------------------------------------------------------------------- */

/* One read connection with a snapshot, for the length of one page; never held across network
 * waiting. Taken from a pool; blocks while all are in use, STATUS_BUSY after the deadline. */
NODISCARD enum status store_read_begin(struct store *store, struct arena *arena,
                                       struct store_reader **ret_reader);
const struct store *store_of(const struct store_reader *reader);
/* Gives the connection back. Not STATUS_OK: who looked could not be written down, and the page must
 * not be shown. A reader that is left by a jump is given back when the arena is cleared. */
enum status store_read_end(struct store_reader *reader);

/* Why a record is shown; written to the access log with it. */
struct store_purpose {
    struct str route;  /* "person page" */
    struct str reason; /* break-glass, or empty */
};

/* The one way to a record for a person: checks access, loads it with what the steps name
 * (load_first, load_count: rows of load_step; 0: the record alone), writes the access log for the
 * record and for each person it shows (durable before store_read_end returns).
 * STATUS_NOT_FOUND when it is not there or may not be known of; STATUS_FORBIDDEN with whom to ask
 * when its existence may be told. */
NODISCARD enum status store_read(struct store_reader *reader, struct work_set *set, uint32_t entity,
                                 struct uuid id, uint32_t load_first, uint32_t load_count,
                                 struct store_purpose purpose, struct outcome *outcome,
                                 struct record **ret_record);
/* Writes in the access log that somebody asked for a record and was refused, or told that there is
 * none; the same for both. */
void store_note_refused(struct store_reader *reader, const struct work_set *set, uint32_t entity,
                        struct uuid id, struct str route);
/* Loads more for a record that was read (the steps of a form, a clock, a workspace). Members one
 * may not read are left out. */
NODISCARD enum status store_load(struct store_reader *reader, struct work_set *set,
                                 struct record *record, uint32_t load_first, uint32_t load_count,
                                 struct outcome *outcome);
/* Titles for references shown on a page: fills records' titles in the set as far as the actor may
 * know of them (else the words "someone" / "a record you may not read"). */
NODISCARD enum status store_titles(struct store_reader *reader, struct work_set *set);

/* The same for records of an entity that no shown record refers to: the workers of a history. They
 * are in the set afterwards, and named there; one that may not be read is a record without answers.
 */
NODISCARD enum status store_titles_of(struct store_reader *reader, struct work_set *set,
                                      uint32_t entity, const struct uuid *ids, size_t count);

struct store_page {
    uint32_t limit;    /* 1..200 */
    struct str cursor; /* opaque, from the last page, or empty */
    bool in_error;     /* store_find: those entered in error, instead of those that stand */
};
struct store_line {
    struct record *record;      /* with the columns' load steps loaded */
    struct clock_reading clock; /* when the view has one; ms 0 otherwise */
};
/* A list view as far as the actor may read: one indexed read over the audiences. */
NODISCARD enum status store_list(struct store_reader *reader, struct work_set *set,
                                 uint32_t list_view, struct store_page page,
                                 struct outcome *outcome, struct store_line **ret_lines,
                                 size_t *ret_count, struct str *ret_next_cursor);
/* The line that a record which was read has in a list view; without record when it is not there. */
NODISCARD enum status store_line_of(struct store_reader *reader, struct work_set *set,
                                    uint32_t list_view, struct record *record,
                                    struct outcome *outcome, struct store_line *ret_line);
/* The records of an entity the actor may read, newest first, optionally only those whose reference
 * field leads to a record: for the API and pickers. */
NODISCARD enum status store_find(struct store_reader *reader, struct work_set *set, uint32_t entity,
                                 uint32_t reference_field, struct uuid to, struct store_page page,
                                 struct outcome *outcome, struct record ***ret_records,
                                 size_t *ret_count, struct str *ret_next_cursor);
/* Records by their number as people type it (whole, without the zeros of its serial, or "2026-118"
 * of the actor's agency), as far as the actor may read them. */
NODISCARD enum status store_find_number(struct store_reader *reader, struct work_set *set,
                                        struct str typed, struct outcome *outcome,
                                        struct record ***ret_records, size_t *ret_count);
/* The records whose sealed field (with found_by) has this value, as it is compared; at most
 * STORE_SEALED_FOUND_MAX, as far as the actor may read that field of them. */
#define STORE_SEALED_FOUND_MAX 20
NODISCARD enum status store_find_sealed(struct store_reader *reader, struct work_set *set,
                                        uint32_t field, struct str value,
                                        struct store_purpose purpose, struct outcome *outcome,
                                        struct record ***ret_records, size_t *ret_count);
/* A field of a record that names it among all: a sealed text with a format, found by its value. */
bool store_is_identifier(const struct model *model, uint32_t field);
/* Other records that have the same there as the record, as far as the actor may read that field of
 * all of them; nobody has to know the value. */
NODISCARD enum status store_find_alike(struct store_reader *reader, struct work_set *set,
                                       const struct record *record, uint32_t field,
                                       struct outcome *outcome, struct record ***ret_records,
                                       size_t *ret_count);
/* The clocks whose day is on the actor (or those covered for) and run, by due, with their records;
 * of each worker the first `most`. */
#define STORE_CLOCKS_MAX 500u
NODISCARD enum status store_my_clocks(struct store_reader *reader, struct work_set *set,
                                      size_t most, struct clock_reading **ret_readings,
                                      size_t *ret_count);
struct store_worker_clock {
    struct clock_reading reading;
    struct uuid root; /* of the record it is on */
};
/* Those of another worker, as far as the actor may read the records, which are not in the set
 * afterwards (store_titles_of brings one): for who leads a team. */
NODISCARD enum status store_clocks_of(struct store_reader *reader, struct work_set *set,
                                      struct uuid worker, struct store_worker_clock **ret_clocks,
                                      size_t *ret_count);
/* What the running clocks of a worker come to, as far as the actor may read their records: counted
 * where they stand, so that a record is read only when its clock does not say who may. */
struct store_load {
    size_t roots;              /* they are of */
    size_t late, later;        /* already due, and not yet */
    size_t today;              /* of those not yet */
    struct clock_reading next; /* due first; where there is any */
};
NODISCARD enum status store_load_of(struct store_reader *reader, struct work_set *set,
                                    struct uuid worker, struct store_load *ret_load);
NODISCARD enum status store_clocks(struct store_reader *reader, struct work_set *set,
                                   struct uuid root, struct clock_reading **ret_readings,
                                   size_t *ret_count);
/* What moved a clock of a record that was read, newest first: every recomputation that changed its
 * state or day. */
struct store_clock_change {
    struct instant at;
    bool first; /* there was none before: old_state and old_due are not set */
    enum clock_state old_state, new_state;
    struct instant old_due, new_due; /* as in a reading */
    /* What the act that caused it did first within the same root; both MODEL_NONE: a day came, or
     * something elsewhere changed. */
    uint32_t entity, transition;
};
NODISCARD enum status store_clock_changes(struct store_reader *reader, struct work_set *set,
                                          const struct clock_reading *reading,
                                          struct store_clock_change **ret_changes,
                                          size_t *ret_count);
/* A record in a state that waits for a decision (waits_for) which the actor may take. */
struct store_waiting {
    uint32_t entity;
    struct uuid id;
    struct record *record;     /* of those of the page; NULL of the others */
    struct clock_reading next; /* what is due next on it; due INT64_MAX: nothing. Of others: due alone */
};
/* What waits for the actor, what is due soonest first, then what waits longest. At most
 * STORE_WAITING_MAX of each state, the first; only the records of the page come into the set. A page that
 * was left off at one that has been decided since begins with the first. */
#define STORE_WAITING_MAX 500u
NODISCARD enum status store_waiting(struct store_reader *reader, struct work_set *set,
                                    struct store_page page, struct outcome *outcome,
                                    struct store_waiting **ret_waiting, size_t *ret_count,
                                    struct str *ret_next_cursor);
/* People by name (any order, prefix of each word) and birth date or year; through person_cluster;
 * at most limit. Explains each hit in words. Restricted people appear as existence. Words that are
 * written as an identifier find by it exactly, for who may read it; for all others they are words
 * like any. */
struct store_person_hit {
    struct record *person; /* NULL: someone matches whom the actor may not read */
    struct str why;        /* "same birth date, same last name" */
    struct str ask;
};
NODISCARD enum status store_find_people(struct store_reader *reader, struct work_set *set,
                                        struct str words, struct date birth, bool has_birth,
                                        uint32_t limit, struct outcome *outcome,
                                        struct store_person_hit **ret_hits, size_t *ret_count);

/* Whether the words are an identifier by which the actor may find once they have proved anew who
 * they are: it hangs on nothing that is stored. */
bool store_find_waits(struct work_set *set, struct str words);

/* The decisions that looked at a record, newest first, as far as the actor may read what was
 * decided on; at most 100. */
struct store_decision {
    struct record *on;
    uint32_t transition; /* or MODEL_NONE: the model no longer has it */
    struct uuid by;
    struct instant at;
    uint32_t seen; /* the version that was looked at */
    bool since;    /* what was looked at was corrected, or said to be entered in error, since */
};
NODISCARD enum status store_decisions_on(struct store_reader *reader, struct work_set *set,
                                         const struct record *record,
                                         struct store_decision **ret_decisions, size_t *ret_count);

/* What the decisions on a record looked at that was put right since the last of them, as far as the
 * actor may read it; at most 100. */
struct store_beneath {
    struct record *seen;
    uint32_t version; /* that was looked at */
};
NODISCARD enum status store_corrected_beneath(struct store_reader *reader, struct work_set *set,
                                              const struct record *record,
                                              struct store_beneath **ret_beneath,
                                              size_t *ret_count);

/* History of a record, newest first. */
struct store_change {
    uint64_t sequence;
    struct uuid change; /* all rows of one act share it */
    struct uuid record;
    uint32_t entity;
    uint32_t version;
    uint32_t transition; /* or MODEL_NONE */
    struct str step;     /* its name, also when the model no longer has it; else empty */
    struct uuid by;
    struct instant at;
    struct str verb;    /* the kernel verb, else empty */
    struct str reason;  /* that was given for it */
    struct str content; /* canonical JSON: {"field":{"from":..,"to":..}, "list[id].field":..} */
    bool sealed;
    /* That it was written under, as the agency had it; NULL: this program cannot open it. */
    const struct model *model;
};
NODISCARD enum status store_history(struct store_reader *reader, struct work_set *set,
                                    struct record *record, struct store_page page,
                                    struct store_change **ret_changes, size_t *ret_count,
                                    struct str *ret_next_cursor);
/* The record as it was at an instant, rebuilt from history, in the words of today's model. */
NODISCARD enum status store_as_of(struct store_reader *reader, struct work_set *set,
                                  struct record *record, struct instant at,
                                  struct outcome *outcome);
/* The same by a version of the record: several may have been saved in one millisecond. */
NODISCARD enum status store_as_of_version(struct store_reader *reader, struct work_set *set,
                                          struct record *record, uint32_t version,
                                          struct outcome *outcome);
/* After one of them: the record in the words of then, in a set of its own with the model that this
 * version was written under; to be read only. It has what the actor may read today, also of fields
 * that are gone; references are named as in set. The record itself when that model is today's; NULL
 * when it cannot be opened any more, or part of the history was expunged. */
NODISCARD enum status store_as_written(struct store_reader *reader, struct work_set *set,
                                       struct record *record, struct record **ret_record);
/* The model that was active at a moment, as the agency had it then: for what was typed under it.
 * NULL when it cannot be opened any more. */
NODISCARD enum status store_model_at(struct store_reader *reader, const struct work_set *set,
                                     struct uuid agency, struct instant at,
                                     const struct model **ret_model);
/* What was sealed, unsealed and expunged, newest first, as far as the actor may do so with records
 * of the entity. No content. */
struct store_legal_act {
    uint64_t sequence;
    enum model_verb verb; /* the right it needed: VERB_SEAL or VERB_EXPUNGE */
    struct str done;      /* "seal", "unseal", "expunge" */
    uint32_t entity;      /* or MODEL_NONE: the model no longer has it */
    struct uuid record, agency, by;
    struct instant at;
    struct str basis, reason;
    uint32_t records, history_rows;
};
NODISCARD enum status store_legal_acts(struct store_reader *reader, struct work_set *set,
                                       struct store_page page, struct store_legal_act **ret_acts,
                                       size_t *ret_count, struct str *ret_next_cursor);
/* The records of an entity whose reference field (of the record itself) led to a record at an
 * instant, each as it was then, in the order of ids: also those that lead elsewhere now, or were
 * entered in error since, of the same root. Left out is what the actor may not read, now, or not
 * the history of, and what was expunged since. */
NODISCARD enum status store_members_as_of(struct store_reader *reader, struct work_set *set,
                                          const struct record *of, uint32_t reference_field,
                                          struct instant at, struct record ***ret_records,
                                          size_t *ret_count);
/* What a document of a record said when somebody signed it. Made in the act that adds the
 * signature, which fails with it; sealed as a text that the signed history of the record commits
 * to. Expunging the record, or one that it speaks of, takes it along. */
struct store_copy {
    struct str id;       /* 64 hex digits: the digest in the history */
    struct str document; /* by its name then */
    struct uuid by;      /* who saved it */
    struct instant at;
    struct instant changed_since; /* when what its document says was last changed after it, or 0 */
    struct str bytes;             /* as the caller of the store made them */
};
/* Those of a record that was read, newest first. Left out is what the actor may not read whole:
 * something that may stand on it is of a class, or of a record, that is not theirs to read today. */
NODISCARD enum status store_copies(struct store_reader *reader, struct work_set *set,
                                   const struct record *record, struct store_copy **ret_copies,
                                   size_t *ret_count);
/* One of them, for a page that shows it: those named on it are looked at. STATUS_NOT_FOUND. */
NODISCARD enum status store_copy(struct store_reader *reader, struct work_set *set,
                                 const struct record *record, struct str id,
                                 struct store_copy *ret_copy);
struct store_look {
    struct instant at;
    struct uuid worker;
    struct uuid record, agency; /* of store_looks_at: what was looked at, and for whom they work */
    struct str route;
    struct str reason;
};
NODISCARD enum status store_who_looked(struct store_reader *reader, struct record *record,
                                       uint32_t limit, struct store_look **ret_looks,
                                       size_t *ret_count);
/* Looks of workers of other agencies than the actor's at any of these records, before a moment,
 * newest first; at most so many, and those of the same millisecond as the last. The caller has
 * found that the actor may know it of each. */
NODISCARD enum status store_looks_at(struct store_reader *reader, struct work_set *set,
                                     const struct uuid *records, size_t record_count,
                                     struct instant before, uint32_t limit,
                                     struct store_look **ret_looks, size_t *ret_count,
                                     bool *ret_more);

/* ---- writing -------------------------------------------------------------------------------- */

/* A unit of work. fn runs on the writer thread inside its own savepoint of a group that commits
 * together; it reads through the uow, acts on uow's work set, and returns. On STATUS_OK everything
 * changed in the set is written: rows, history, audiences, clocks (recomputed through the watches),
 * notices, numbers; otherwise nothing is. fn must have no other effect: it may run again. */
struct uow;
typedef enum status (*uow_fn)(struct uow *uow, void *input);

struct uow_job {
    uow_fn fn;
    void *input;         /* must live until done is called */
    struct arena *arena; /* for the act; used by the writer until done is called */
    const struct actor *actor;
    struct instant now;    /* 0: the store's now */
    struct str verb;       /* the kernel verb by its name, else empty: history says it */
    struct str reason;     /* of a kernel verb, else empty */
    struct str basis;      /* of one that rests on a law: which, and the order; else empty */
    bool files_everywhere; /* of an expunging: its files go also where other records hold them */
    struct str idempotency_key; /* empty: none. A key seen before gives the old result and no act */
    bool background;            /* imports and sweeps queue behind people */
    struct completion done;
    /* results, valid when done is called */
    struct outcome outcome;
    struct uuid result_id; /* set by fn with uow_result */
    uint32_t result_entity;
    uint32_t result_version;
    bool repeated; /* the idempotency key was known */
};
/* Hands the job to the writer; returns at once. STATUS_BUSY when the queue is full. */
NODISCARD enum status store_submit(struct store *store, struct uow_job *job);
/* Submits and waits: command line, tests, start-up. Never from a request. The job's own completion,
 * if it has one, is called before. */
enum status store_run(struct store *store, struct uow_job *job);

struct work_set *uow_set(struct uow *uow);
struct outcome *uow_outcome(struct uow *uow);
/* Loads for change, with the load steps of its entity (and more when given). Access is checked for
 * the verb. expected_version 0: not checked (only for acts that cannot clash); else STATUS_STALE
 * with both versions in the outcome's detail; what was changed since is in the history. */
NODISCARD enum status uow_load(struct uow *uow, uint32_t entity, struct uuid id,
                               uint32_t expected_version, enum model_verb verb,
                               struct record **ret_record);
/* A record beside the set with what access asks for and no more, whether or not the actor may read
 * it: so that what may not be known of costs what an absent one costs. */
NODISCARD enum status uow_glance(struct uow *uow, uint32_t entity, struct uuid id,
                                 struct record **ret_record);
/* Loads a record without asking whether the actor may read it: the caller has asked. */
NODISCARD enum status uow_peek(struct uow *uow, uint32_t entity, struct uuid id,
                               struct record **ret_record);
NODISCARD enum status uow_steps(struct uow *uow, struct record *record, uint32_t load_first,
                                uint32_t load_count);
/* Loads a record that an input names, when the actor may read it (or it is reference data); silent
 * otherwise: the input then says that there is no such record. */
NODISCARD enum status uow_refer(struct uow *uow, uint32_t entity, struct uuid id);
/* Makes the references of a record hidden that lead to what the actor may not know of (see
 * work_set_hide): before an input is applied to it. */
NODISCARD enum status uow_hide(struct uow *uow, const struct record *record);
/* The ids of the records whose reference field, or rows' field, leads to a record, whoever may read
 * them. */
NODISCARD enum status uow_leading(struct uow *uow, uint32_t field, struct uuid to,
                                  struct uuid **ret_ids, size_t *ret_count);
/* Who a worker is for access, as store_actor. */
NODISCARD enum status uow_actor(struct uow *uow, struct uuid worker, struct actor *ret_actor);
/* For a job that somebody asked for: from here on it acts as they do, with the rights they have
 * now. Before anything is changed. */
NODISCARD enum status uow_act_for(struct uow *uow, struct uuid worker);
/* A new record, after the access check; its owner field is set for roots. A part gets its reference
 * field parent_field (MODEL_NONE for others) set to a record of the set and takes its root and
 * audiences. */
NODISCARD enum status uow_create(struct uow *uow, uint32_t entity, struct uuid agency,
                                 uint32_t parent_field, struct uuid parent,
                                 struct record **ret_record);
/* Says of a loaded record, and of the parts below it that stand, that it was entered in error, for
 * the reason of the job; and takes that back, of all that was said together. Refused with words
 * when it is so already, or when what it belongs to is marked. */
NODISCARD enum status uow_mark_error(struct uow *uow, struct record *record);
NODISCARD enum status uow_reinstate(struct uow *uow, struct record *record);
/* Seals a record and the parts below it by order of a court, by the basis of the job: for whoever
 * may not seal, there is no such record. And opens again what was sealed together. */
NODISCARD enum status uow_seal(struct uow *uow, struct record *record);
NODISCARD enum status uow_unseal(struct uow *uow, struct record *record);
/* Gives a part with all below it to another record of what it may belong to: identifiers and
 * history stay. The actor needs the verb move here and there, and update on what it goes to. */
NODISCARD enum status uow_move(struct uow *uow, struct record *record, struct uuid to);
/* From a closed state back to the one that its history says it was closed from; what only the
 * closing transition says ("by") is unset. Refused where the model has its own way. */
NODISCARD enum status uow_reopen(struct uow *uow, struct record *record);
/* What was moved away from a record, newest first, as far as the actor may read what was moved and
 * where it went. */
struct store_move {
    struct record *moved, *to;
    struct uuid by;
    struct instant at;
};
NODISCARD enum status store_moves(struct store_reader *reader, struct work_set *set,
                                  const struct record *from, struct store_move **ret_moves,
                                  size_t *ret_count);
/* Takes what a sealed record and its parts said out of the store for good (docs/operations.md says
 * when it has left the disk); refused to whoever sealed it. The register keeps that it was done. */
NODISCARD enum status uow_expunge(struct uow *uow, struct record *record);
void uow_result(struct uow *uow, const struct record *record);
/* Adds what act_take did (notices, decisions) to what is written; act must live as long as the job.
 */
void uow_act(struct uow *uow, const struct act *act);

/* ---- drafts --------------------------------------------------------------------------------- */

/* What a worker has typed and not saved: by worker and place, kept on the server, sealed, restored
 * after sign-in anywhere, deleted on submit. place: "workspace assessment.contacts 018f...", at
 * most 200 bytes. content: urlencoded pairs, at most 1 MiB. */
NODISCARD enum status store_draft_save(struct store *store, struct uuid worker, struct str place,
                                       struct str title, struct str content, struct completion done,
                                       enum status *ret_status);
NODISCARD enum status store_draft_find(struct store_reader *reader, struct uuid worker,
                                       struct str place, struct str *ret_content,
                                       struct instant *ret_saved_at);
struct store_draft {
    struct str place, title;
    struct instant saved_at;
};
NODISCARD enum status store_drafts(struct store_reader *reader, struct uuid worker,
                                   struct store_draft **ret_drafts, size_t *ret_count);
void uow_draft_delete(struct uow *uow, struct uuid worker, struct str place);
/* What a worker typed in a root and its parts goes to another, who finds it under the same places
 * with these words before its title; where they have one of their own, it is closed with the words
 * as the reason. One that does not open stays. */
NODISCARD enum status uow_drafts_give(struct uow *uow, struct uuid from, struct uuid to,
                                      struct uuid root, struct str left_by);
/* Out of the list, because its worker says that it is not needed: it stays, sealed, with the
 * reason. Saving at the place again begins a new one. */
void uow_draft_close(struct uow *uow, struct uuid worker, struct str place, struct str reason);

/* ---- keys
 * ---------------------------------------------------------------------------------------- */

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

/* ---- attachments ------------------------------------------------------------------------------
 */

#define STORE_ATTACHMENT_MAX ((size_t)25 * 1024 * 1024)
/* A file as it was brought. */
struct store_upload {
    struct str bytes, name;
    struct str
        where; /* the field that it is for, as an input names it: what is refused is told there */
    uint32_t takes; /* 1 << enum model_file_kind: what that field takes */
};
/* A file that is sealed and not named yet. */
struct store_file {
    struct uuid id;
    struct str type;      /* "image/png" */
    struct str name, key; /* sealed */
    struct str digest;    /* BLAKE2b-256 of the bytes */
    size_t size;
};
/* Judges bytes by their content, never by their name, and seals them, on the thread of the caller
 * and outside any unit of work: 25 MB take a while. Refused: a problem in the outcome says what
 * would be right. What no unit of work names is swept after a day. */
NODISCARD enum status store_file_seal(struct store *store, struct arena *arena,
                                      const struct store_upload *upload, struct outcome *outcome,
                                      struct store_file *ret_file);
/* Names it: from now on it is there. */
NODISCARD enum status uow_attach(struct uow *uow, const struct store_file *file);
struct store_attachment {
    struct str type; /* "image/png" */
    struct str name;
    struct str digest; /* BLAKE2b-256, hex */
    size_t size;
    struct uuid taken_by;
    struct instant stored_at;
};
/* The caller has read the record that refers to it. */
NODISCARD enum status store_attachment(struct store_reader *reader, struct uuid id,
                                       struct store_attachment *ret_attachment);
/* Its bytes from a place (below its size) on, opened piece by piece: 64 KiB are in memory. It may
 * be read on any thread, by one at a time, also after the reader has ended; not after the store is
 * closed. STATUS_INTERNAL when what lies before that place is not what was sealed. */
struct store_stream;
NODISCARD enum status store_stream_open(struct store_reader *reader, struct uuid id, size_t from,
                                        struct store_stream **ret_stream);
/* How many bytes; 0 at the end, -1 when the rest is not what was sealed. */
ptrdiff_t store_stream_read(struct store_stream *stream, char *bytes, size_t most);
/* NULL. */
struct store_stream *store_stream_close(struct store_stream *stream);

/* ---- sign-in -----------------------------------------------------------------------------------
 */

struct store_login {
    struct uuid worker;
    struct str password_hash; /* Argon2id string; empty: cannot sign in */
};
NODISCARD enum status store_login_find(struct store_reader *reader, struct str login,
                                       struct store_login *ret_login);
/* The login of a worker, and the name it is known by. */
NODISCARD enum status store_login_of(struct store_reader *reader, struct uuid worker,
                                     struct str *ret_name, struct store_login *ret_login);
NODISCARD enum status uow_login_set(struct uow *uow, struct str name,
                                    const struct store_login *login);
/* Wrong passwords, by the login they were for and where they came from: an address, a browser.
 * Either may be empty: of any. Only blind digests of both are stored, and forgotten after a day. */
struct store_guesser {
    struct str login, from;
};
struct store_failures {
    uint32_t failures; /* since the last lock */
    uint32_t locks;
    struct instant locked_until; /* 0: never was */
};
NODISCARD enum status store_failures(struct store_reader *reader, struct store_guesser guesser,
                                     struct store_failures *ret_failures);
NODISCARD enum status uow_failures(struct uow *uow, struct store_guesser guesser,
                                   struct store_failures *ret_failures);
NODISCARD enum status uow_failures_set(struct uow *uow, struct store_guesser guesser,
                                       const struct store_failures *failures);
/* from empty: of the login, wherever they came from. */
NODISCARD enum status uow_failures_forget(struct uow *uow, struct store_guesser guesser);
/* Whether the worker has signed in before in the browser with that cookie (its digest). */
NODISCARD enum status store_device_known(struct store_reader *reader, struct str device,
                                         struct uuid worker, bool *ret_known);
NODISCARD enum status uow_device_set(struct uow *uow, struct str device, struct uuid worker);
NODISCARD enum status uow_devices_forget(struct uow *uow, struct uuid worker);
/* What a session still waits for before it may do anything. */
enum store_waits { STORE_WAITS_NOTHING, STORE_WAITS_CODE, STORE_WAITS_ENROLMENT };
struct store_session {
    struct uuid worker;
    struct uuid agency;
    struct str form_token; /* against cross-site requests */
    struct instant created_at, seen_at;
    enum store_waits waits;
    struct instant proved_at; /* when its worker last proved who they are */
};
/* token_digest: BLAKE2b-256 of the cookie's or the API token's secret; the secret is not stored. */
NODISCARD enum status store_session_find(struct store_reader *reader, struct str token_digest,
                                         struct store_session *ret_session);
NODISCARD enum status uow_session_set(struct uow *uow, struct str token_digest,
                                      const struct store_session *session);
NODISCARD enum status uow_session_end(struct uow *uow, struct str token_digest);
/* Writes what the session waits for now, and when its worker proved who they are. */
NODISCARD enum status uow_session_prove(struct uow *uow, struct str token_digest,
                                        const struct store_session *session);
/* Those of browsers. */
NODISCARD enum status uow_sessions_end(struct uow *uow, struct uuid worker);

/* What a worker has besides the password: the secret of an authenticator app, and recovery codes,
 * each for once. */
struct store_second_factor {
    struct str secret;          /* raw; sealed where it is stored */
    struct instant enrolled_at; /* 0: no code of it has fitted yet, it is not asked for */
    int64_t last_step;          /* whose code was used last */
    uint32_t failures;
    struct instant locked_until;
    size_t codes_left;
};
NODISCARD enum status store_second_factor(struct store_reader *reader, struct uuid worker,
                                          struct store_second_factor *ret_factor);
NODISCARD enum status uow_second_factor(struct uow *uow, struct uuid worker,
                                        struct store_second_factor *ret_factor);
/* All but codes_left. */
NODISCARD enum status uow_second_factor_set(struct uow *uow, struct uuid worker,
                                            const struct store_second_factor *factor);
NODISCARD enum status uow_second_factor_remove(struct uow *uow, struct uuid worker);
NODISCARD enum status uow_recovery_codes_set(struct uow *uow, struct uuid worker,
                                             const struct str *digests, size_t count);
NODISCARD enum status uow_recovery_code_use(struct uow *uow, struct uuid worker, struct str digest,
                                            bool *ret_used);
/* What happened to it; kept. */
struct store_second_factor_event {
    struct instant at;
    struct str what, reason;
};
NODISCARD enum status uow_second_factor_note(struct uow *uow, struct uuid worker, struct str what,
                                             struct str reason);
NODISCARD enum status store_second_factor_events(struct store_reader *reader, struct uuid worker,
                                                 struct store_second_factor_event **ret_events,
                                                 size_t *ret_count);
/* Gives the set the models of agencies that have an overlay; reading a record does so, too. */
NODISCARD enum status store_views(struct store_reader *reader, struct work_set *set);
/* Who a worker is for access: roles, teams, cover, as of now; at most 32 audiences. In the arena.
 */
NODISCARD enum status store_actor(struct store_reader *reader, struct uuid worker,
                                  struct actor *ret_actor);

/* ---- notices, queue
 * ------------------------------------------------------------------------------ */

struct store_notice {
    struct uuid id, record;
    uint32_t entity;
    struct str say;
    struct instant at;
};
/* Those of the actor not put away, newest first, at most so many, as far as they may still know of
 * what they are about; not those that asked for a decision, which store_waiting gives while it is
 * still to be made. */
NODISCARD enum status store_notices(struct store_reader *reader, struct work_set *set,
                                    uint32_t most, struct store_notice **ret_notices,
                                    size_t *ret_count);
void uow_notice_read(struct uow *uow, struct uuid worker, struct uuid notice);
/* All that the worker was told until then. */
void uow_notices_read(struct uow *uow, struct uuid worker, struct instant until);

/* A durable job: kind names a handler registered at start; retried with growing pauses, set aside
 * with its reason after 8 tries. */
void uow_queue(struct uow *uow, struct str kind, struct str payload, struct instant not_before);
typedef enum status (*store_job_fn)(struct uow *uow, struct str payload, void *context);
void store_on_job(struct store *store, struct str kind, store_job_fn fn, void *context);
/* A job that is refused (its outcome has problems: trying again mends nothing) is ended by fn, in a
 * unit of work of its own, instead of being tried again. */
typedef enum status (*store_refused_fn)(struct uow *uow, struct str payload,
                                        const struct outcome *why, void *context);
void store_on_refused_job(struct store *store, struct str kind, store_refused_fn fn);
/* Does all that is due now (wake-ups, jobs, sealing): tests and commands; the background thread
 * does the same by itself. */
NODISCARD enum status store_catch_up(struct store *store, struct outcome *outcome);

/* ---- access that is given ---------------------------------------------------------------------
 */

/* Beside what the model says: an agency takes part in a record of another under an agreement, a
 * worker stands in, a record is opened in an emergency. While it runs it is one of the record's
 * audiences; what may be done through it is said by the policy, for its scope. It begins and ends
 * by a stored wake-up, to the second or two that the background takes. */
enum store_grant_kind {
    GRANT_SHARE, /* to an agency; runs when that has accepted it */
    GRANT_COVER,
    GRANT_BREAK_GLASS,
    GRANT_KIND__COUNT
};
enum store_grant_state { GRANT_OFFERED, GRANT_TO_COME, GRANT_RUNS, GRANT_OVER };

struct store_grant {
    struct uuid id;
    uint32_t entity;
    struct uuid record; /* a root or hub */
    enum store_grant_kind kind;
    enum model_scope scope;
    struct uuid subject; /* whom the scope is of: an agency, or a worker */
    struct str parts;    /* names of entities within the root, a space between; empty: all of it.
                            The root's own record is always among them */
    struct uuid agreement;     /* of a share: the record of it */
    struct str agreement_name; /* of one that was given when agreements were only named */
    struct str reason;
    struct instant begins_at, ends_at; /* ends_at 0: until somebody ends it */
    struct uuid given_by;
    struct instant given_at;
    struct uuid accepted_by;
    struct instant accepted_at; /* 0: not yet, or not asked for */
    struct uuid ended_by;
    struct instant ended_at; /* 0: not before its time */
    struct str ended_reason;
    struct str number;  /* of the record, and whose it is: for who may not read it yet. Only */
    struct uuid agency; /* store_grants_of fills them in */
};
/* Who may see a root, and of what in it; see struct record_audience. */
struct store_audience {
    enum model_scope scope;
    struct uuid subject;
    uint32_t only;
};
NODISCARD enum status store_audiences(struct store_reader *reader, struct work_set *set,
                                      const struct record *root,
                                      struct store_audience **ret_audiences, size_t *ret_count);
/* Whether the actor is one of those to whom the grant opens the record when it runs. */
bool store_grant_is_for(const struct model *model, const struct actor *actor,
                        const struct store_grant *grant);
enum store_grant_state store_grant_state(const struct store_grant *grant, struct instant now);
struct str store_grant_kind_name(enum store_grant_kind kind); /* "break_glass" */

/* Gives it: id, record, given_by and given_at are filled in. The caller has asked whether the actor
 * may; a history row of the record says what was given. Refused, with words: a root's part is
 * named that it does not have, or it would end before it begins. */
NODISCARD enum status uow_grant(struct uow *uow, struct record *record, struct store_grant *grant);
/* Takes it on, or ends it before its time; refused when it is over, or accepted, already. */
NODISCARD enum status uow_grant_accept(struct uow *uow, struct uuid id);
NODISCARD enum status uow_grant_end(struct uow *uow, struct uuid id, struct str reason);
NODISCARD enum status uow_grant_find(struct uow *uow, struct uuid id,
                                     struct store_grant *ret_grant);
/* All of a root, newest first, also those that are over. The caller has read the record. */
NODISCARD enum status store_grants(struct store_reader *reader, struct work_set *set,
                                   const struct record *root, struct store_grant **ret_grants,
                                   size_t *ret_count);
/* What an agency or worker was offered or given and is not over, newest first; at most so many, and
 * of these what the actor may know of. */
NODISCARD enum status store_grants_of(struct store_reader *reader, struct work_set *set,
                                      struct uuid subject, uint32_t most,
                                      struct store_grant **ret_grants, size_t *ret_count);

/* ---- handing over -----------------------------------------------------------------------------
 */

/* All open work of a worker goes to another (service_hand_over); what was asked for and what became
 * of it is kept here. A worker hands over once at a time. */
struct store_hand_over {
    struct uuid id, from, to, asked_by;
    struct str reason;
    struct instant begins_at, asked_at;
    struct instant listed_at, ended_at; /* ms 0: not yet */
};
enum store_hand_over_state { HAND_OVER_WAITS, HAND_OVER_MOVED, HAND_OVER_STAYED };
/* A record that a worker carried by a duty of the model when its time came. */
struct store_hand_over_item {
    struct str duty;
    uint32_t entity; /* or MODEL_NONE: the model no longer has it */
    struct uuid record;
    struct str carried_as; /* "Primary worker", or empty */
    enum store_hand_over_state state;
    struct str said; /* of one that stayed: why */
};
/* id, asked_by and asked_at are filled in. Refused while another one of the worker is under way. */
NODISCARD enum status uow_hand_over_add(struct uow *uow, struct store_hand_over *hand_over);
/* STATUS_NOT_FOUND when there is none. */
NODISCARD enum status uow_hand_over(struct uow *uow, struct uuid id,
                                    struct store_hand_over *ret_hand_over);
NODISCARD enum status uow_hand_over_add_item(struct uow *uow, struct uuid id,
                                             const struct store_hand_over_item *item);
/* There are no more items. */
NODISCARD enum status uow_hand_over_listed(struct uow *uow, struct uuid id);
NODISCARD enum status uow_hand_over_item(struct uow *uow, struct uuid id, struct str duty,
                                         struct uuid record, struct store_hand_over_item *ret_item);
/* Writes its state and what is said of it. */
NODISCARD enum status uow_hand_over_settle(struct uow *uow, struct uuid id,
                                           const struct store_hand_over_item *item);
/* Ends it when all is listed and nothing of it waits; ret_ended: this act ended it. */
NODISCARD enum status uow_hand_over_end(struct uow *uow, struct uuid id, bool *ret_ended);
/* Whoever asks has been found to be one of those it is about. */
NODISCARD enum status store_hand_over(struct store_reader *reader, struct uuid id,
                                      struct store_hand_over *ret_hand_over);
NODISCARD enum status store_hand_over_items(struct store_reader *reader, struct uuid id,
                                            struct store_hand_over_item **ret_items,
                                            size_t *ret_count);
/* From or to a worker, newest first, at most so many. */
NODISCARD enum status store_hand_overs_of(struct store_reader *reader, struct uuid worker,
                                          uint32_t most, struct store_hand_over **ret_hand_overs,
                                          size_t *ret_count);

/* ---- foreign data ------------------------------------------------------------------------------
 */

/* A row of a foreign file, by the mapping, the table of the mapping and its key there. */
struct store_foreign {
    struct str mapping, source, key;
};
/* What it became, and the digest of what it said then; nil when it never came in. */
NODISCARD enum status uow_foreign_find(struct uow *uow, struct store_foreign row,
                                       struct uuid *ret_id, struct str *ret_digest);
/* The row came in as this record, and waits no more. */
NODISCARD enum status uow_foreign_set(struct uow *uow, struct store_foreign row, struct uuid id,
                                      struct str digest);
/* Keeps a row that has no place yet, whole, with the reason. ret_new: it was not kept before, or
 * said something else. */
NODISCARD enum status uow_stage_row(struct uow *uow, struct store_foreign row, uint32_t line,
                                    struct str content, struct str reason, bool *ret_new);

/* ---- care
 * ----------------------------------------------------------------------------------------- */

struct store_audit {
    uint64_t valid, expunged, unsealed, broken;
    struct str first_fault; /* which row, and what is wrong with it */
};
NODISCARD enum status store_audit_verify(struct store *store, struct arena *arena,
                                         struct store_audit *ret_audit);
/* In words: which grants and audiences let the worker read a record, or what is missing. */
NODISCARD enum status store_access_explain(struct store_reader *reader, struct uuid worker,
                                           uint32_t entity, struct uuid id, struct str *ret_words);

/* ---- figures
 * -------------------------------------------------------------------------------------- */

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

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
     * ("postgresql://..."), as libpq takes it. Keys and models are in the folder either way. Empty:
     * where the folder says; it remembers what it was opened with, but no password. */
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
NODISCARD enum status store_versions(const struct store_options *options, struct outcome *outcome,
                                     struct store_versions *ret_versions);
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
 * field leads to a record (of a person: under whatever id): for the API and pickers. */
NODISCARD enum status store_find(struct store_reader *reader, struct work_set *set, uint32_t entity,
                                 uint32_t reference_field, struct uuid to, struct store_page page,
                                 struct outcome *outcome, struct record ***ret_records,
                                 size_t *ret_count, struct str *ret_next_cursor);
/* Kinds of work (rows of table entity) in which something is about the record that the actor may
 * know of but not read: never what is sealed, nor of a class whose existence is not told. Which
 * they are, whose, when and how many is not told either. */
NODISCARD enum status store_elsewhere(struct store_reader *reader, struct work_set *set,
                                      const struct record *record, struct outcome *outcome,
                                      const uint32_t **ret_roots, size_t *ret_count);
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
    struct record *record; /* of those of the page; NULL of the others */
    struct clock_reading
        next; /* what is due next on it; due INT64_MAX: nothing. Of others: due alone */
};
/* What waits for the actor, what is due soonest first, then what waits longest. At most
 * STORE_WAITING_MAX of each audience of theirs, the first; only the records of the page come into the set. A
 * page that was left off at one that has been decided since begins with the first. */
#define STORE_WAITING_MAX 1000u
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
    bool files_everywhere; /* of an expunging: its files went also where other records held them */
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
 * something that may stand on it is of a class, or of a record, that is not theirs to read today.
 */
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
    bool brings_model;          /* it may run under another one than was activated last */
    bool alone; /* of the background: in a transaction of its own, begun after it was given */
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

/* Gives the set the models of agencies that have an overlay; reading a record does so, too. */
NODISCARD enum status store_views(struct store_reader *reader, struct work_set *set);
/* Who a worker is for access: roles, teams, cover, as of now; at most 32 audiences. In the arena.
 */
NODISCARD enum status store_actor(struct store_reader *reader, struct uuid worker,
                                  struct actor *ret_actor);

/* ---- notices, queue ------------------------------------------------------------------------- */

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

#endif

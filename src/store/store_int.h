/* What the files of store/ share. The store has one writer thread, a pool of read connections, a
 * checkpoint thread, and the parts declared under "parts" below, each in its own file.
 *
 *   open.c reader.c migrate.c   opening and closing, read connections, tables
 *   practice.c image_shelf.c   the model in force, putting another in its place; those of then
 *   writer.c uow.c save.c       the queue and its groups; one unit of work; what it writes
 *   record.c load.c read.c      rows as records; loading along steps; the gate for people
 *   list.c whose_clocks.c actor.c   lists; whose clocks; who acts
 *   waiting.c waits.c           what waits for whom; the table it is read from
 *   history*.c audience.c clock.c decision.c recompute.c   what follows from a change
 *   grant.c break_glass.c       access that is given from a moment to a moment
 *   signed.c                    what somebody signed, as it was then
 *   installation.c              whether the families are invented
 */
#ifndef HEARTH_STORE_STORE_INT_H
#define HEARTH_STORE_STORE_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/map.h"
#include "db/db.h"
#include "lower/schema.h"
#include "store/grant.h"
#include "store/kept.h"
#include "store/store.h"
#include "store/waits.h"

/* ---- the store ---------------------------------------------------------------------------------
 */

struct writer;      /* writer.c */
struct reader_pool; /* load.c */
struct keeper;      /* open.c: the checkpoint thread */
struct store_keys;  /* keys.c */
struct signing;     /* signing.c */
struct access_log;  /* access_log.c */
struct attachments; /* attachment.c */
struct background;  /* background.c */
struct health;      /* health.c */

/* What the store itself must know of the model, by the names of model/c_names.list; MODEL_NONE
 * where the model has no such thing: then what needs it is left out. */
struct store_names {
    uint32_t person;
    uint32_t agency, agency_code;
    uint32_t worker, roles, role, role_agency, role_team, role_begins, role_ends;
    uint32_t cover, covered_by, cover_begins, cover_ends;
    uint32_t conflict, conflict_worker, conflict_person;
    uint32_t emergency, emergency_worker, emergency_until;
    uint32_t agreement, agreement_agency, agreement_other, agreement_in_force;
    uint32_t choice, choice_agency, choice_scheme, choice_alternative, choice_begins, choice_ends;
};

/* A model that was opened, and what the store makes of it: it comes and goes as a whole. */
struct practice {
    struct arena arena; /* of all below; only practice_read fills it */
    struct str image, digest;
    const struct model *model;
    const struct schema *schema; /* statement texts of the model's tables */
    struct store_names names;
    struct str agency_codes; /* statement: id and code of all agencies */
};

struct store {
    struct arena arena; /* of what lives as long as the store; only store_open fills it */
    struct store_options options;
    struct str path;           /* of the copy that is rehearsed on; else empty */
    bool training;             /* see store_is_training; not changed once it is open */
    struct practice *practice; /* in force; what stood in another one before is gone */
    const struct model *model; /* and schema: of practice, for short */
    const struct schema *schema;
    struct buf *plan;         /* of a dry run: gets the SQL, and nothing is kept; else NULL */
    bool rehearsing;          /* it is a dry run on a copy, where all is carried out */
    _Atomic uint64_t last_id; /* milliseconds and a count: identifiers of one process ascend */
    struct db *writing;       /* the writer's connection; nobody else's once the writer runs */
    struct db *leading;       /* see home_leads; of the background; NULL: none yet */
    struct writer *writer;
    struct kept *kept; /* the writer's, while the folder is filled; else NULL */
    struct reader_pool *readers;
    struct image_shelf *shelf;
    struct keeper *keeper;
    struct health *health;
    struct store_keys *keys;
    struct signing *signing;
    struct access_log *access_log;
    struct attachments *attachments;
    struct background *background;
};

/* How much of a commit is on the disk when it is told. */
enum db_sync store_sync(const struct store *store);
/* "DIR/name", in the arena. */
struct str store_path(const struct store *store, struct arena *arena, struct str name);
/* A store that has been in use has attachments.db. To make new keys for it would hide that the old
 * ones, and with them all that is sealed, are gone. */
bool store_is_used(const struct store *store, struct arena *arena);

/* ---- reading
 * ------------------------------------------------------------------------------------- */

/* A person or case that a page shows; written by access_log_flush. */
struct look {
    struct uuid worker;
    struct uuid record;
    uint32_t entity;
    struct instant at;
    struct str route, reason;
};

struct kept_image {
    struct str digest;
    const struct model *model; /* NULL: it cannot be opened */
};

struct store_reader {
    struct store *store;
    struct db *db;
    struct arena *arena;   /* of the page */
    struct db_scope scope; /* DB_READ: one snapshot */
    LIST(struct look) looks;
    struct source *source;          /* of the set in use, or NULL */
    struct store_purpose purpose;   /* of the page */
    struct lease *lease;            /* in the arena of the page */
    bool held;                      /* under the lock of the pool */
    LIST(struct kept_image) images; /* opened for this page */
};

/* ---- where records come from ---- */

/* Whether there is any of what costs a look at every turn where there is. */
enum any { ANY_UNKNOWN, ANY_NONE, ANY_SOME };

/* A connection and the set it fills: of a reader, or of a unit of work. */
struct source {
    struct store *store;
    struct db *db;
    struct work_set *set;
    /* Of a reader: what the actor may not read is a blank in the set (see source_load). In a unit
     * of work the engine sees everything; access is decided where records are asked for. */
    bool gated;
    bool naming;         /* what is loaded now is only named on the page: see store_titles */
    bool heads;          /* and of that no more is read than the own row, until more is asked for */
    struct kept *kept;   /* what the writer read before, while a folder is filled; or NULL */
    enum any clusters;   /* whether there are people who are one */
    enum any legal_acts; /* whether anything was ever sealed */
    struct map *roots;   /* -> a record of it whose audiences were read; NULL: none yet */
    struct source *glances; /* see source_glance; NULL until there is one */
};

#define AUDIENCE_STATE 1 /* number of the audience of the whole state */

/* Reads a record with its lists from the database into the set, where it must not be. Access is not
 * asked for. STATUS_NOT_FOUND when there is none. */
NODISCARD enum status record_read(struct source *source, uint32_t entity, struct uuid id,
                                  struct record **ret_record);
/* The same with what access asks for and no more: the record is not whole. */
NODISCARD enum status record_glance(struct source *source, uint32_t entity, struct uuid id,
                                    struct record **ret_record);
/* Who wrote a record since it was last decided (rule/authors.h), when that matters for its kind. */
NODISCARD enum status authors_read(struct source *source, struct record *record);
/* The record, from the set or the database; of a person, the one who stands for them, findable
 * under either id. A gated source that may not show it gives a blank: a record without answers,
 * lists and members, whose title says so. STATUS_NOT_FOUND when there is none. */
NODISCARD enum status source_load(struct source *source, uint32_t entity, struct uuid id,
                                  struct record **ret_record);
/* Reads the rest of a record of which only the own row was read (heads). */
NODISCARD enum status source_whole(struct source *source, struct record *record);
/* A record that a gated source may show as access sees it, without its lists and what hangs on it,
 * and without bringing it into the set: to count by. STATUS_NOT_FOUND when there is none, or it may
 * not be shown. */
NODISCARD enum status source_glance(struct source *source, uint32_t entity, struct uuid id,
                                    struct record **ret_record);
bool record_is_blank(const struct record *record);
/* Whether the actor of the source's set may know that a record is there: they may read it, or its
 * class lets its existence be told. */
NODISCARD enum status source_may_know(const struct source *source, uint32_t entity, struct uuid id,
                                      bool *ret_may);
/* Whether references of some kinds may lead to what some may not know of: by their class, or
 * because something was sealed. */
NODISCARD enum status source_may_hide(struct source *source, const struct model_field *field,
                                      bool *ret_may);
/* Whether the actor may know of what a reference leads to; a gated source shows it as unset if not.
 */
NODISCARD enum status source_may_follow(struct source *source, const struct model_field *field,
                                        struct uuid to, bool *ret_may);
/* The members of a collection of references, completely; blanks are left out. */
NODISCARD enum status source_collect(struct source *source, const struct subject *of,
                                     uint32_t collection);
/* Everything that a tree of load steps names. */
NODISCARD enum status source_steps(struct source *source, struct record *record, uint32_t first,
                                   uint32_t count);
/* The value of an expression (member: variable slot 0, may be NULL); loads what it asks for, so
 * that afterwards it can be evaluated on the set alone. */
NODISCARD enum status source_value(struct source *source, uint32_t expr,
                                   const struct subject *subject, const struct subject *member,
                                   struct value *ret_value);
/* The last record of the page before, or nil: of itself a cursor says nothing about anybody. */
NODISCARD enum status list_cursor(struct store_page page, struct outcome *outcome,
                                  struct uuid *ret_after);
struct list_query;
/* The statement of a query, bound: what it finds, in its order. */
NODISCARD enum status list_begin(struct source *source, const struct list_query *query,
                                 struct outcome *outcome, struct db_statement **ret_q);
/* The worker's own record as set->actor_record, and the agencies' choices as set->schemes, which
 * asks the source: it must live as long as the set is used. */
NODISCARD enum status source_actor(struct source *source);
/* The views of agencies that have an overlay, as set->views. */
NODISCARD enum status source_views(struct source *source);
/* Who stands for a person. */
NODISCARD enum status source_canonical(struct source *source, struct uuid person,
                                       struct uuid *ret_canonical);
/* The ids under which a record is referred to: its own and, of a person who stands for others,
 * theirs. */
NODISCARD enum status source_identities(struct source *source, uint32_t entity, struct uuid id,
                                        struct uuid **ret_ids, size_t *ret_count);
/* Fills in what the worker, whose record is in the source's set, may not open in any role. */
NODISCARD enum status own_family_find(struct source *source, const struct record *worker,
                                      struct actor *actor);
/* The number of an audience. */
int64_t audience_id(enum model_scope scope, struct uuid subject);
/* Of what in a root an audience is, by the stored text (see table record_audience); false: of what
 * the model no longer has. */
bool audience_reach(const struct model *model, struct str stored, uint32_t *ret_only);

/* Nil, 0 and the empty text are NULL in the database. */
void bind_id_or_null(struct db_statement *q, unsigned at, struct uuid id);
void bind_text_or_null(struct db_statement *q, unsigned at, struct str text);
void bind_instant_or_null(struct db_statement *q, unsigned at, struct instant instant);
/* What a column holds of an answer. */
struct db_value answer_column(const struct schema_column *column, const struct answer *answer);

/* ---- writing
 * -------------------------------------------------------------------------------------- */

struct uow {
    struct store *store;
    struct db *db; /* the writer's connection, inside the savepoint of this job */
    struct uow_job *job;
    struct arena *arena; /* the job's */
    struct work_set set;
    struct source source;
    struct uuid change; /* shared by all history rows of this act */
    LIST(const struct act *) acts;
    LIST(struct record *) made; /* by uow_create: their maker must have the right */
    struct waits waits;
    const struct record *result;
    enum status failed; /* the first failure of a call that returns nothing; see uow_fail */
};

/* Runs a job within the open scope of the writer; what it returns is in the job's outcome too. Not
 * STATUS_OK: the caller undoes the scope. */
NODISCARD enum status uow_run(struct store *store, struct db *db, struct uow_job *job);
/* Digits of {serial} in numbers. */
#define NUMBER_SERIAL_DIGITS 6u
/* Finishes the act and writes what it changed. */
NODISCARD enum status uow_save(struct uow *uow);
/* The parts of it: the change row of a record (content: see history.h); who may see the roots that
 * changed; clocks that a change moves; the versions a decision looked at. */
NODISCARD enum status history_write(struct uow *uow, const struct record *record,
                                    struct str content);
/* A further row of a record that the act wrote: what the kernel did beside it, by its word. */
NODISCARD enum status history_note(struct uow *uow, const struct record *record, struct str verb,
                                   struct str content);
/* Keeps what was signed in this act as it was; see struct store_copy. */
NODISCARD enum status signed_write(struct uow *uow);
NODISCARD enum status audiences_write(struct uow *uow);
NODISCARD enum status clocks_write(struct uow *uow);
NODISCARD enum status decisions_write(struct uow *uow);
/* All readings of one clock on a record; the audiences of a root. */
NODISCARD enum status clock_recompute(struct uow *uow, uint32_t clock, struct record *record);
NODISCARD enum status audience_recompute(struct uow *uow, struct record *record);
/* After who is let at a root by hand has changed: of the root, and of those whom the model lets be
 * seen with it. */
NODISCARD enum status audience_given(struct uow *uow, struct record *root);
/* Queues that what the model moves against the last one (a digest) is worked out anew, in the
 * transaction that brings it. */
NODISCARD enum status recompute_plan(struct store *store, const struct model *model,
                                     struct str last, struct db *db, struct arena *arena);
/* ---- opening ---- */

/* NULL: no memory. exhausted: of its arena. */
struct practice *practice_new(void (*exhausted)(void *context), void *context);
/* Opens a copy of the image. STATUS_INVALID: it is no image of this program. */
NODISCARD enum status practice_read(struct practice *practice, struct str image,
                                    enum dialect dialect, struct outcome *outcome);
/* Puts a practice in force and returns the one before. */
struct practice *practice_use(struct store *store, struct practice *practice);
/* Every activated image is kept, whole or not at all. */
NODISCARD enum status image_keep(const struct store *store, const struct practice *practice,
                                 struct outcome *outcome);
void names_find(struct practice *practice);
/* Asks the checkpoint thread to move the log into the database file and cut it to nothing, once the
 * act that asks is committed. */
void store_log_cut(struct store *store);
/* Gives a connection the functions that lowered expressions call. */
NODISCARD enum status define_functions(struct db *db);
/* The digest of the image that was activated last, or empty. */
NODISCARD enum status last_image(struct db *db, struct arena *arena, struct str *ret_digest);
/* The bytes of an image that was activated, in the outcome's arena; refused when they are not
 * those. */
NODISCARD enum status image_read(const struct store *store, struct str digest,
                                 struct outcome *outcome, struct str *ret_image);
/* The model that a row of history was written under, as the agency had it: today's view of it, or
 * one opened for this page; NULL when it cannot be opened any more. */
NODISCARD enum status reader_model_of(struct store_reader *reader, const struct work_set *set,
                                      struct uuid agency, int64_t sequence,
                                      const struct model **ret_model);
/* Brings the tables to a practice, when its image is not the last one, and notes that as active;
 * refused with all reasons when a stored value would mean something else. newer_kernel: a step of
 * the kernel was taken, which may have columns of its own in them. In an open scope of DB_WRITE. */
NODISCARD enum status migrate_model(struct store *store, const struct practice *practice,
                                    struct db *db, struct str last, bool newer_kernel,
                                    struct arena *arena, struct outcome *outcome);
/* A dry run on the database at a path; on_copy: it may be changed. */
NODISCARD enum status plan_run(const struct store_options *options, struct str path, bool on_copy,
                               struct buf *sql, struct outcome *outcome);
/* Reads what kind of folder it is; says it for one that has no records yet (fresh). Refused: one
 * whose mark was a file that could be taken away. In the scope that brings the tables. */
NODISCARD enum status installation_settle(struct store *store, struct db *db, bool fresh,
                                          struct arena *arena, struct outcome *outcome);
#define INSTALLATION_START_SIZE 32
/* What stands before the first block of every chain; 32 bytes, of the kind of the folder. */
const unsigned char *installation_start(const struct store *store);
NODISCARD enum status readers_open(struct store *store, struct outcome *outcome);
void readers_close(struct store *store);
struct health *health_new(void);
void health_free(struct health *health);
/* The digest of the model that is in force here from now on. */
void health_model(struct health *health, struct str digest);
/* Asks the database how it is, over a connection that does nothing else meanwhile. */
void health_ask(const struct store *store, struct db *db);
NODISCARD enum status keeper_open(struct store *store, struct outcome *outcome);
void keeper_close(struct store *store);

/* ---- the gate ---- */

/* The gated source of the reader for a set. */
NODISCARD enum status reader_source(struct store_reader *reader, struct work_set *set,
                                    struct source **ret_source);
/* Tells a failure of the database in the outcome (may be NULL), unless it says why already. */
NODISCARD enum status reader_fault(struct store_reader *reader, struct outcome *outcome,
                                   enum status status);
/* Notes the people among the records that came into the set since it had so many. */
void reader_note(struct store_reader *reader, const struct work_set *set, size_t from);
/* Says that a record may not be read, or, where even that may not be known, that there is none. */
NODISCARD enum status refuse_read(const struct work_set *set, const struct record *record,
                                  struct outcome *outcome);
NODISCARD enum status refuse_absent(struct outcome *outcome);

NODISCARD enum status writer_open(struct store *store, struct outcome *outcome);
/* Runs what waits, then ends; the connection stays. */
void writer_close(struct store *store);
/* Since the start: jobs run, groups committed together, commits, microseconds that those took. */
struct writer_figures {
    uint64_t jobs, groups, commits, commit_us;
};
struct writer_figures writer_figures(const struct store *store);
void store_random(void *ret_bytes, size_t size);

/* For calls that return nothing: the act is undone and ends with this status. */
void uow_fail(struct uow *uow, enum status status);
/* A fault of the database: told in the job's outcome; returns its status. */
enum status uow_fault(struct uow *uow);

/* ---- history: what the sealer and the audit read
 * ----------------------------------------------------- */

#define HISTORY_SALT_SIZE 16
#define HISTORY_DIGEST_SIZE 32

/* A row of table history (sql/kernel_records.sql). Names, not numbers: numbers change with the
 * image. */
struct history_row {
    int64_t sequence;
    struct uuid change, record, root, agency, by; /* nil: none */
    struct str entity, transition, cause; /* cause: "access_report.screen_in" that led to it */
    int64_t version;
    struct instant at;
    struct str reason;
    struct str content; /* empty when expunged */
    struct str salt;    /* 16 bytes; empty when expunged */
    struct str digest;  /* 32 bytes */
};
/* Takes content, salt and reason, and what was sealed, out of all rows of a record and leaves
 * digest and order: the chain still verifies, what was said can no longer be told nor guessed. The
 * act that does so writes a row of its own, which is not touched when it comes after. */
NODISCARD enum status history_expunge(struct uow *uow, struct uuid record, int64_t *ret_rows);
/* BLAKE2b-256 over salt, all columns but sequence and digest, and content. In the arena. */
struct str history_digest(struct arena *arena, const struct history_row *row);

/* ---- clocks
 * ------------------------------------------------------------------------------------------ */

/* A reading from the columns of the find_clocks statements; false when its clock is no longer in
 * the model. */
bool clock_take_row(const struct model *model, struct db_statement *q,
                    struct clock_reading *ret_reading);
/* Recomputes the clocks whose stored wake-up has come, at most so many subjects in one unit of
 * work; *ret_count: how many there were. The background calls it until there are none. */
NODISCARD enum status clocks_wake(struct uow *uow, unsigned most, unsigned *ret_count);

/* ---- access that is given
 * ------------------------------------------------------------------------------------------ */

/* The grants of a root that run now, or that do not, as audiences: of all of it, or of each of its
 * parts. */
struct granted_audience {
    enum model_scope scope;
    struct uuid subject;
    uint32_t only; /* as in a record_audience */
};
struct granted_audiences {
    LIST(struct granted_audience) items;
};
NODISCARD enum status grants_as_audiences(struct uow *uow, const struct record *record,
                                          bool running, struct granted_audiences *ret_granted);
/* Ends what of this kind a subject was given of a root and runs. */
NODISCARD enum status grants_end(struct uow *uow, enum store_grant_kind kind, struct uuid root,
                                 struct uuid subject, struct str reason);
/* Ends what was offered or given under an agreement to one of its sides. */
NODISCARD enum status grants_end_under(struct uow *uow, struct uuid agreement, struct uuid side,
                                       struct uuid other, struct str reason);
/* What is opened in an emergency ends when the record of it says so: called when the records of an
 * act are written. */
NODISCARD enum status break_glass_follow(struct uow *uow);
/* The same of what is shared under an agreement that is not in force any more. */
NODISCARD enum status agreement_follow(struct uow *uow);
/* Begins and ends the grants whose moment has come, at most so many in one unit of work. */
NODISCARD enum status grants_wake(struct uow *uow, unsigned most, unsigned *ret_count);

/* ---- parts by other files: opened in this order by store_open, closed in the reverse
 * -------------------- */

NODISCARD enum status keys_open(struct store *store, struct outcome *outcome);
void keys_close(struct store *store);
NODISCARD enum status signing_open(struct store *store, struct outcome *outcome);
void signing_close(struct store *store);
NODISCARD enum status access_log_open(struct store *store, struct outcome *outcome);
void access_log_close(struct store *store);
/* Notes who else holds the files of a record that was just written; see attachment_shared.c. */
NODISCARD enum status attachments_shared(struct uow *uow, const struct record *record);
NODISCARD enum status attachments_open(struct store *store, struct outcome *outcome);
void attachments_close(struct store *store);
/* After the writer runs, and stopped before it drains. */
NODISCARD enum status background_start(struct store *store, struct outcome *outcome);
void background_stop(struct store *store);
/* Keeps the background from its work until it is let on; waits for what it does now. */
void background_hold(struct store *store);
void background_let_on(struct store *store);

/* Notes a look in reader->looks; one record once a page. */
void access_log_add(struct store_reader *reader, const struct actor *actor, uint32_t entity,
                    struct uuid record, struct store_purpose purpose);
/* Makes reader->looks durable and forgets them; called by store_read_end outside the snapshot. */
NODISCARD enum status access_log_flush(struct store_reader *reader);

/* Stores the notices of uow->acts: a decider is resolved to the workers who may decide. */
NODISCARD enum status notices_write(struct uow *uow);
/* Keeps the search keys of people right; called for each changed record after its row is written.
 */
NODISCARD enum status people_index(struct uow *uow, struct record *record);
/* Whether the sealer has taken a history row into a block. */
bool history_is_sealed(struct db *db, struct arena *arena, int64_t sequence);

#endif

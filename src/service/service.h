/* Use cases: what a person or program can do with Hearth. The web pages, the API, the import and
 * the command line call the same functions; none of them decides anything itself.
 *
 * Reading is direct (store_read and friends on a reader). Changing is a service_* request filled in
 * by the face and run as one unit of work: service_submit hands it to the writer and returns at
 * once; its done is called when everything of it is committed or refused. */
#ifndef HEARTH_SERVICE_SERVICE_H
#define HEARTH_SERVICE_SERVICE_H

#include "store/attachment.h"
#include "store/hand_over.h"
#include "store/sign_in.h"
#include "store/store.h"

/* One aggregate that a page or call changes. */
struct service_change {
    uint32_t entity;
    struct uuid id;        /* nil: a new record */
    uint32_t version;      /* the version that was seen; of an existing record compulsory */
    uint32_t form;         /* what may be touched; MODEL_NONE: all fields the entity allows */
    uint32_t transition;   /* taken after the input is applied, or MODEL_NONE */
    uint32_t parent_field; /* of a new part: its reference ... */
    struct uuid parent;    /* ... and what it leads to; nil: the first change of the request */
    struct input input;
};

/* Attachments come as bytes beside the pairs; the pair's value then is "upload:N". Drawn signatures
 * come as data URLs in the pair and are turned into uploads by the face. */
struct service_upload {
    struct store_upload given; /* where and takes: by service_seal_uploads */
    bool sealed;
    struct store_file file; /* once it is sealed */
};

#define SERVICE_CHANGES_MAX 8

/* The kernel verbs: what can be done with a record of every entity besides saving it and what the
 * model says. Each needs a reason, some a law that allows it; who may is in the policy. */
enum service_verb { /* after none in the order of enum model_kernel_verb */
    SERVICE_NO_VERB,
    SERVICE_CORRECT,
    SERVICE_ENTERED_IN_ERROR,
    SERVICE_REINSTATE, /* takes that back */
    SERVICE_MOVE,
    SERVICE_REOPEN,
    SERVICE_SEAL,
    SERVICE_UNSEAL,
    SERVICE_EXPUNGE,
    SERVICE_VERB__COUNT
};
struct service_verb_words {
    struct str name;      /* in addresses and in the history */
    enum model_verb verb; /* of the policy */
    struct str label, done, help;
    struct str ask;  /* for the reason */
    struct str none; /* what is wrong when there is no reason */
    bool by_law;     /* the job has a basis: which law, and the order */
};
const struct service_verb_words *service_verb_words(enum service_verb verb);
/* By its name; SERVICE_NO_VERB when there is none. */
enum service_verb service_verb_named(struct str name);

/* A save: several aggregates, one unit of work, all or nothing. The first one is the result. */
struct service_save {
    struct service_change changes[SERVICE_CHANGES_MAX];
    size_t count;
    enum service_verb verb;
    struct uuid to; /* of a move: what the record shall belong to */
    struct service_upload *uploads; /* sealed */
    size_t upload_count;
    struct str draft_place; /* the draft that ends with it, or empty */
    struct uow_job job; /* arena, actor, reason, basis, idempotency key, done are the caller's */
};
/* Seals the uploads that the changes name for a field, each judged by what that field takes; on the
 * thread of the caller, before the save is submitted. What is refused is told at the field. */
NODISCARD enum status service_seal_uploads(struct store *store, const struct model *model,
                                           const struct service_save *save,
                                           struct outcome *outcome);
NODISCARD enum status service_save_submit(struct store *store, struct service_save *save);
/* The same, waiting: tests, import, sample county. */
enum status service_save_run(struct store *store, struct service_save *save);

/* The call that starts an access report: a record with its number at the first keystroke is a save
 * of a new record with whatever was typed; nothing special. Closing with a reason is a transition.
 */

/* ---- sharing ---------------------------------------------------------------------------------- */

/* Another agency takes part in a root, under an agreement that is in force: a decider of the owning agency (verb
 * "share") offers it, somebody who may share for the other agency accepts, and either side ends it.
 * All three are functions of a unit of work (uow_fn). */
struct service_share {
    uint32_t entity;
    struct uuid record;
    struct uuid agency;
    bool works;            /* and works in it (scope participant); else it reads (scope shared) */
    struct str parts;      /* of struct store_grant; at least one */
    struct uuid agreement; /* the record of it (agreement.h) */
    struct date from, to; /* both included; 0: not said */
};
enum status service_share(struct uow *uow, void *share);
struct service_share_act {
    struct uuid grant;
    struct str reason; /* of ending it */
};
enum status service_share_accept(struct uow *uow, void *act);
enum status service_share_end(struct uow *uow, void *act);

/* ---- in an emergency -------------------------------------------------------------------------- */

/* A worker opens, for hours, a record that they may not read and of which they may know that it is
 * there (access_may_break_glass); with it all of its root, as far as the policy grants the scope.
 * A record of it is written for whoever reviews it, and those whom its transition names are told.
 * What may be read already stays as it is. For everybody else there is no such record: the same
 * answer as to an id that is nowhere. A function of a unit of work (uow_fn). */
struct service_break_glass {
    uint32_t entity;
    struct uuid record;
    struct str reason;
    uint32_t review, until; /* entity emergency_access, and when it ends, as the model has them */
    struct uuid written;    /* result: the record of it; nil: it was open already */
    struct instant ends_at; /* result */
};
enum status service_break_glass(struct uow *uow, void *glass);
/* That answer. */
enum status service_no_glass(struct outcome *outcome);

/* ---- cover ------------------------------------------------------------------------------------ */

/* Ends that somebody covers for a worker (a row of the worker's record) from now on: by either of
 * the two, or who may change the worker. A function of a unit of work (uow_fn). */
struct service_cover_end {
    uint32_t entity, list;                   /* the worker, and who covers, as the model has them */
    uint32_t covered_by, begins_on, ends_on; /* of a row */
    struct uuid worker, row;
};
enum status service_cover_end(struct uow *uow, void *end);

/* ---- handing over ----------------------------------------------------------------------------- */

/* All open work of a worker, as the duties of the model say what that is, goes to another: asked for
 * by the worker or who may change them. When its time has come it is done in the background, a
 * record in a unit of work, with the rights of who asked: each through the transition of its duty,
 * so that what the model refuses stays where it was, with its words. What was typed and not saved
 * goes along. Both workers, and who asked, are told at the end. A function of a unit of work. */
struct service_hand_over {
    uint32_t entity; /* of workers, as the model has them */
    struct uuid from, to;
    struct str reason;
    struct date on; /* from the beginning of that day; day 0: now */
    struct uuid id; /* result */
};
enum status service_hand_over(struct uow *uow, void *hand_over);
/* Lets a store do what was asked for: once, after it was opened. */
void service_hand_over_register(struct store *store);

/* A record that moves. */
struct service_moving {
    uint32_t duty;
    struct record *record;
    struct str carried_as;
    struct outcome outcome; /* what stands in the way of this worker taking over */
};
/* What a worker carries now, as far as the actor may read it, by duty; to nil: nobody is named yet. */
NODISCARD enum status service_what_moves(struct store_reader *reader, struct work_set *set,
                                         struct uuid from, struct uuid to, struct outcome *outcome,
                                         struct service_moving **ret_moving, size_t *ret_count);
/* One that was asked for, for the two workers, who asked, and who may change the one it is from;
 * STATUS_NOT_FOUND for all others. */
NODISCARD enum status service_hand_over_read(struct store_reader *reader, struct work_set *set,
                                             uint32_t entity, struct uuid id,
                                             struct outcome *outcome,
                                             struct store_hand_over *ret_hand_over);
/* Its records, without those of which the actor may not know; record NULL: they may not read it. */
struct service_handed_over {
    struct store_hand_over_item item;
    struct record *record;
};
NODISCARD enum status service_handed_over(struct store_reader *reader, struct work_set *set,
                                          struct uuid id, struct service_handed_over **ret_items,
                                          size_t *ret_count);

/* ---- the session ----------------------------------------------------------------------------- */

#define SERVICE_SESSION_IDLE_MS ((int64_t)30 * 60 * 1000)
#define SERVICE_SESSION_MOST_MS ((int64_t)12 * 60 * 60 * 1000)
#define SERVICE_DEVICE_MS ((int64_t)180 * DAY_MS)
#define SERVICE_FAILURES_MOST 5u
#define SERVICE_LOCK_MS ((int64_t)15 * 60 * 1000)

/* Checks a password (Argon2id: slow, on the heavy lane) and makes a session. The answer to an
 * unknown login takes as long and reads the same as that to a wrong password. Who gets locked out
 * after how many: service/guess.h. */
struct service_sign_in {
    struct str login, password;
    struct str address; /* where it comes from: "203.0.113.7" */
    struct str device;  /* the browser's secret, or empty; result: the one it has from now on */
    bool second_factor_required; /* of everybody; else of those who have one */
    enum store_waits waits;      /* result: what comes before anything else */
    struct str token;            /* result: the secret for the cookie, 43 characters base64url */
    struct str form_token;       /* result */
    struct outcome outcome;      /* STATUS_UNAUTHENTICATED, STATUS_LIMITED with until when */
};
enum status service_sign_in(struct store *store, struct arena *arena,
                            struct service_sign_in *sign_in);
/* The session of a cookie's or bearer token's secret; STATUS_UNAUTHENTICATED when there is none, or
 * it was idle or lived too long. A session without form token is a program's. */
NODISCARD enum status service_session(struct store_reader *reader, struct arena *arena,
                                      struct str token, struct instant now,
                                      struct store_session *ret_session);
/* Writes down that the session is in use, at most once a minute. Waits for nothing and tells
 * nothing: a page is not held up by it, and when the queue is full the next page does it. token,
 * session: need not outlive the call. Of a program's session nothing is written. */
#define SERVICE_SEEN_MS ((int64_t)60 * 1000)
void service_session_seen(struct store *store, struct str token,
                          const struct store_session *session);
/* The password again, by who is signed in: they have just proved who they are. Wrong ones count and
 * lock as at sign-in. */
NODISCARD enum status service_prove_password(struct store *store, struct arena *arena,
                                             struct str token, struct store_session *session,
                                             struct str password, struct outcome *outcome);
/* Under which a session is stored. */
struct str service_token_digest(struct arena *arena, struct str token);
enum status service_sign_out(struct store *store, struct arena *arena, struct str token);
enum status service_set_password(struct store *store, struct arena *arena, struct str login,
                                 struct uuid worker, struct str password, struct outcome *outcome);
/* A token for a program: "hearth user token LOGIN". */
enum status service_api_token(struct store *store, struct arena *arena, struct str login,
                              struct str *ret_token, struct outcome *outcome);

/* ---- where one is wanted
 * -------------------------------------------------------------------------- */

/* The clash of a save that was refused as stale: what differs between what I opened, what I sent
 * and what is stored now, by row and field. For the page that asks what to keep, and for 409 of the
 * API. Records of the save after the first have "ENTITY/" before their names, as in problems. */
struct service_clash_line {
    struct str where; /* as an input names it: "participants[018f...].role", "reporter/phone" */
    struct str label; /* "Mai Vang: Role" */
    struct str base;  /* as it was when I opened it */
    struct str mine, theirs;
    struct str by;                  /* who changed it and when; empty: only I did */
    bool both;                      /* both changed it, and differently: a person must choose */
    const struct input_pair *pairs; /* what an input would say to keep theirs */
    size_t pair_count;
};
struct service_clash_part {
    struct str prefix; /* "" or "reporter/" */
    uint32_t version;  /* the current one */
};
struct service_clash {
    LIST(struct service_clash_part) parts;
    LIST(struct service_clash_line) lines;
};
NODISCARD enum status service_clash(struct store_reader *reader, const struct work_set *set,
                                    const struct service_save *save, struct outcome *outcome,
                                    struct service_clash *ret_clash);

#endif

/* How workers prove who they are: logins, wrong passwords, browsers that are known, sessions,
 * second factors. What is a secret is stored as a digest, or sealed. */
#ifndef HEARTH_STORE_SIGN_IN_H
#define HEARTH_STORE_SIGN_IN_H

#include "store/store.h"

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

#endif

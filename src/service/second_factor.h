/* The second factor: a code of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds,
 * one step to either side for clocks that are off) or, once each, a recovery code. A code that was
 * used is not taken again; five wrong ones lock for a quarter of an hour. All of these wait for the
 * writer: never on the lane of pages. */
#ifndef HEARTH_SERVICE_SECOND_FACTOR_H
#define HEARTH_SERVICE_SECOND_FACTOR_H

#include "service/service.h"
#include "store/sign_in.h"

#define SECOND_FACTOR_CODES 10u
/* How long it counts that somebody has just proved who they are. */
#define SERVICE_PROVED_MS ((int64_t)10 * 60 * 1000)

/* The secret that an app is to be given, as text (base32); the same until it is enrolled or the
 * worker has one already, which is STATUS_REFUSED. */
NODISCARD enum status service_second_factor_begin(struct store *store, struct arena *arena,
                                                  struct uuid worker, struct str *ret_secret);
/* What the app shows fits: from now on it is asked for. Recovery codes to be written down; they are
 * shown this once. The session may go on. */
NODISCARD enum status service_second_factor_enrol(struct store *store, struct arena *arena,
                                                  struct str token, struct store_session *session,
                                                  struct str code, struct outcome *outcome,
                                                  struct str ret_codes[SECOND_FACTOR_CODES]);
/* A code at sign-in. The session may go on, and its worker has just proved who they are. */
NODISCARD enum status service_second_factor_prove(struct store *store, struct arena *arena,
                                                  struct str token, struct store_session *session,
                                                  struct str code, struct outcome *outcome);
/* New recovery codes in place of those that are there; a code of the app is needed. */
NODISCARD enum status service_recovery_codes(struct store *store, struct arena *arena,
                                             struct uuid worker, struct str code,
                                             struct outcome *outcome,
                                             struct str ret_codes[SECOND_FACTOR_CODES]);
/* By an administrator, with a reason that is kept: the worker enrols anew. */
NODISCARD enum status service_second_factor_reset(struct store *store, struct arena *arena,
                                                  struct str login, struct str reason,
                                                  struct outcome *outcome);
/* A code as people copy it, without spaces and dashes, in capitals. */
struct str second_factor_plain(struct arena *arena, struct str code);
/* The code of a time step, six digits; for tests too. secret: raw bytes. */
struct str second_factor_code(struct arena *arena, struct str secret, int64_t step);
#define SECOND_FACTOR_STEP_MS ((int64_t)30 * 1000)

#endif

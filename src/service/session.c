/* Signing in and out. Passwords are Argon2id hashes; a session's or a program's secret is never
 * stored, only its digest. */
#include "service/service.h"

#include "base/buf.h"
#include "service/guess.h"
#include "store/sign_in.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_BYTES 32
#define TOKEN_TEXT_MAX                                                                             \
    sodium_base64_ENCODED_LEN(TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
#define PASSWORD_MOST 200u
#define PASSWORD_LEAST 12u
/* OWASP's choice for Argon2id: 2 passes over 19 MiB (13.6 ms measured here). */
#define HASH_PASSES 2ull
#define HASH_MEMORY ((size_t)19 * 1024 * 1024)

static struct str random_token(struct arena *arena)
{
    unsigned char bytes[TOKEN_BYTES];
    char *text = arena_alloc(arena, TOKEN_TEXT_MAX);
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2base64(text, TOKEN_TEXT_MAX, bytes, sizeof(bytes),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof(bytes));
    return str_from(text);
}

struct str service_token_digest(struct arena *arena, struct str token)
{
    unsigned char *digest = arena_alloc(arena, crypto_generichash_BYTES);
    union {
        const char *text;
        const unsigned char *bytes;
    } view = {.text = token.p};
    crypto_generichash(digest, crypto_generichash_BYTES, view.bytes, token.n, NULL, 0);
    return (struct str){(const char *)digest, crypto_generichash_BYTES};
}

/* One small act of the session's own tables. */
struct session_act {
    struct str login, digest;
    const struct store_login *set_login;
    const struct store_session *set_session;
    bool end_session;
    const struct store_session *proved_session;
    const struct guess *wrong, *right;
    struct str device; /* digest; known from now on, of the worker of set_session */
};

/* A password is set anew when somebody else may know it, or its worker was locked out: whoever is
 * signed in with the old one is not any more. */
static enum status set_login(struct uow *uow, struct str name, const struct store_login *login)
{
    TRY(uow_login_set(uow, name, login));
    TRY(uow_failures_forget(uow, (struct store_guesser){.login = name}));
    TRY(uow_devices_forget(uow, login->worker));
    return uow_sessions_end(uow, login->worker);
}

static enum status session_run(struct uow *uow, void *given)
{
    const struct session_act *act = given;
    if (act->wrong) {
        TRY(guess_was_wrong(uow, act->wrong));
    }
    if (act->right) {
        TRY(guess_was_right(uow, act->right));
    }
    if (act->set_login) {
        TRY(set_login(uow, act->login, act->set_login));
    }
    if (act->device.n > 0) {
        TRY(uow_device_set(uow, act->device, act->set_session->worker));
    }
    if (act->set_session) {
        TRY(uow_session_set(uow, act->digest, act->set_session));
    }
    if (act->proved_session) {
        TRY(uow_session_prove(uow, act->digest, act->proved_session));
    }
    if (act->end_session) {
        TRY(uow_session_end(uow, act->digest));
    }
    return STATUS_OK;
}

static enum status run(struct store *store, struct arena *arena, struct session_act *act)
{
    const struct actor system = {0};
    struct uow_job job = {.fn = session_run, .input = act, .arena = arena, .actor = &system};
    outcome_init(&job.outcome, arena);
    return store_run(store, &job);
}

static enum status find_login(struct store *store, struct arena *arena, struct str login,
                              struct store_login *ret_login)
{
    struct store_reader *reader;
    TRY(store_read_begin(store, arena, &reader));
    enum status status = store_login_find(reader, login, ret_login);
    store_read_end(reader);
    return status;
}

/* Costs the same whether the login exists or not: an unknown one is checked against a hash that no
 * password gives. */
static bool password_fits(struct arena *arena, struct str hash, struct str password)
{
    static const struct str nobody =
        STR_INIT("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    struct str against = hash.n > 0 && hash.n < crypto_pwhash_STRBYTES ? hash : nobody;
    char *text = arena_alloc(arena, crypto_pwhash_STRBYTES);
    memcpy(text, against.p, against.n);
    bool fits = crypto_pwhash_str_verify(text, password.p, password.n) == 0;
    return fits && against.p == hash.p;
}

static enum status refuse(struct service_sign_in *sign_in, enum status status, struct str code,
                          struct str message)
{
    outcome_problem(&sign_in->outcome, status, STR("password"), code, message);
    return status;
}

static enum status refuse_locked(struct service_sign_in *sign_in, struct arena *arena,
                                 struct instant now, struct instant until)
{
    struct str minutes = str_from_int(arena, (until.ms - now.ms + 59999) / 60000);
    return refuse(sign_in, STATUS_LIMITED, STR("locked"),
                  STR_JOIN(arena, STR("After too many wrong passwords this name is locked for "),
                           minutes,
                           STR(" minutes here. Wait, use a browser in which you have signed "
                               "in before, or ask your administrator.")));
}

static enum status refuse_wrong(struct store *store, struct arena *arena,
                                struct service_sign_in *sign_in, const struct guess *guess)
{
    struct session_act act = {.wrong = guess};
    TRY(run(store, arena, &act));
    return refuse(sign_in, STATUS_UNAUTHENTICATED, STR("wrong"),
                  STR("The name or the password is not right."));
}

/* What comes after a password that fits. */
static enum status second_step(struct store_reader *reader, struct uuid worker,
                               struct service_sign_in *sign_in)
{
    struct store_second_factor factor = {0};
    enum status status = store_second_factor(reader, worker, &factor);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        return status;
    }
    bool enrolled = status == STATUS_OK && factor.enrolled_at.ms != 0;
    sign_in->waits = enrolled                          ? STORE_WAITS_CODE
                     : sign_in->second_factor_required ? STORE_WAITS_ENROLMENT
                                                       : STORE_WAITS_NOTHING;
    return STATUS_OK;
}

/* All that is known before the password is looked at. */
struct candidate {
    struct store_login login;
    bool known; /* somebody has this name */
    struct guess guess;
    struct instant locked_until;
};

static enum status find_candidate(struct store_reader *reader, struct arena *arena,
                                  const struct service_sign_in *sign_in,
                                  struct candidate *ret_candidate)
{
    struct candidate candidate = {
        .guess = {.login = sign_in->login, .from = sign_in->address}
    };
    struct str device = service_token_digest(arena, sign_in->device);
    enum status status = store_login_find(reader, sign_in->login, &candidate.login);
    candidate.known = status == STATUS_OK;
    if (!candidate.known && status != STATUS_NOT_FOUND) {
        return status;
    }
    TRY(store_device_known(reader, device, candidate.login.worker, &candidate.guess.from_known));
    if (candidate.guess.from_known) {
        candidate.guess.from = device;
    }
    *ret_candidate = candidate;
    return guess_locked(reader, &candidate.guess, &ret_candidate->locked_until);
}

static enum status begin_session(struct store *store, struct arena *arena,
                                 struct service_sign_in *sign_in, struct uuid worker,
                                 struct uuid agency, const struct guess *guess)
{
    struct instant now = store_now(store);
    sign_in->token = random_token(arena);
    sign_in->form_token = random_token(arena);
    if (sign_in->device.n + 1 != TOKEN_TEXT_MAX) {
        sign_in->device = random_token(arena);
    }
    struct store_session session = {.worker = worker,
                                    .agency = agency,
                                    .form_token = sign_in->form_token,
                                    .created_at = now,
                                    .seen_at = now,
                                    .waits = sign_in->waits,
                                    .proved_at = now};
    struct session_act act = {.right = guess,
                              .device = service_token_digest(arena, sign_in->device),
                              .digest = service_token_digest(arena, sign_in->token),
                              .set_session = &session};
    return run(store, arena, &act);
}

enum status service_sign_in(struct store *store, struct arena *arena,
                            struct service_sign_in *sign_in)
{
    struct candidate candidate;
    struct store_reader *reader;
    struct actor actor;
    struct instant now = store_now(store);
    outcome_init(&sign_in->outcome, arena);
    if (sign_in->password.n > PASSWORD_MOST || sign_in->login.n > PASSWORD_MOST) {
        return refuse(sign_in, STATUS_UNAUTHENTICATED, STR("wrong"),
                      STR("The name or the password is not right."));
    }
    TRY(store_read_begin(store, arena, &reader));
    enum status status = find_candidate(reader, arena, sign_in, &candidate);
    store_read_end(reader);
    TRY(status);
    if (candidate.locked_until.ms > now.ms) {
        return refuse_locked(sign_in, arena, now, candidate.locked_until);
    }
    bool fits = password_fits(arena, candidate.known ? candidate.login.password_hash : STR(""),
                              sign_in->password);
    if (!candidate.known || !fits) {
        return refuse_wrong(store, arena, sign_in, &candidate.guess);
    }
    TRY(store_read_begin(store, arena, &reader));
    status = store_actor(reader, candidate.login.worker, &actor);
    enum status second = second_step(reader, candidate.login.worker, sign_in);
    store_read_end(reader);
    TRY(second);
    if (status != STATUS_OK) {
        return refuse(sign_in, STATUS_FORBIDDEN, STR("no_role"),
                      STR("This worker has no role in force. Ask your administrator."));
    }
    return begin_session(store, arena, sign_in, candidate.login.worker, actor.agency,
                         &candidate.guess);
}

enum status service_prove_password(struct store *store, struct arena *arena, struct str token,
                                   struct store_session *session, struct str password,
                                   struct outcome *outcome)
{
    struct service_sign_in sign_in = {.password = password};
    struct store_login login = {0};
    struct store_reader *reader;
    struct instant now = store_now(store), until = {0};
    /* By whoever is at an open session, which no stranger is: sign-in does not suffer from it. */
    struct guess guess = {.from = STR("a session"), .from_known = true};
    outcome_init(&sign_in.outcome, arena);
    TRY(store_read_begin(store, arena, &reader));
    enum status status = store_login_of(reader, session->worker, &guess.login, &login);
    if (status == STATUS_OK) {
        status = guess_locked(reader, &guess, &until);
    }
    TRY(store_read_end(reader));
    TRY(status);
    if (until.ms > now.ms) {
        status = refuse_locked(&sign_in, arena, now, until);
    } else if (password.n > PASSWORD_MOST || !password_fits(arena, login.password_hash, password)) {
        status = refuse_wrong(store, arena, &sign_in, &guess);
    }
    if (status != STATUS_OK) {
        *outcome = sign_in.outcome;
        return status;
    }
    session->proved_at = now;
    struct session_act act = {
        .right = &guess, .digest = service_token_digest(arena, token), .proved_session = session};
    return run(store, arena, &act);
}

enum status service_session(struct store_reader *reader, struct arena *arena, struct str token,
                            struct instant now, struct store_session *ret_session)
{
    struct store_session session;
    if (token.n + 1 != TOKEN_TEXT_MAX) {
        return STATUS_UNAUTHENTICATED;
    }
    if (store_session_find(reader, service_token_digest(arena, token), &session) != STATUS_OK) {
        return STATUS_UNAUTHENTICATED;
    }
    bool program = session.form_token.n == 0;
    if (!program && (now.ms - session.seen_at.ms > SERVICE_SESSION_IDLE_MS ||
                     now.ms - session.created_at.ms > SERVICE_SESSION_MOST_MS)) {
        return STATUS_UNAUTHENTICATED;
    }
    *ret_session = session;
    return STATUS_OK;
}

/* A job with nobody who waits for it: it and all it points to live by themselves until it is done.
 */
struct seen_job {
    struct arena arena;
    struct store_session session;
    struct session_act act;
    struct uow_job job;
};

static void seen_free(struct seen_job *seen)
{
    arena_clear(&seen->arena);
    free(seen);
}

static void on_seen(void *context)
{
    seen_free(context);
}

void service_session_seen(struct store *store, struct str token,
                          const struct store_session *session)
{
    static const struct actor the_system = {0};
    struct instant now = store_now(store);
    if (session->form_token.n == 0 || now.ms - session->seen_at.ms < SERVICE_SEEN_MS) {
        return;
    }
    struct seen_job *seen = calloc(1, sizeof(*seen));
    if (!seen) {
        return;
    }
    arena_init(&seen->arena, ARENA_REQUEST_CAP, NULL, NULL);
    seen->session = *session;
    seen->session.form_token = str_copy(&seen->arena, session->form_token);
    seen->session.seen_at = now;
    seen->act = (struct session_act){.digest = service_token_digest(&seen->arena, token),
                                     .set_session = &seen->session};
    seen->job = (struct uow_job){
        .fn = session_run,
        .input = &seen->act,
        .arena = &seen->arena,
        .actor = &the_system,
        .done = {on_seen, seen}
    };
    outcome_init(&seen->job.outcome, &seen->arena);
    if (store_submit(store, &seen->job) != STATUS_OK) {
        seen_free(seen);
    }
}

enum status service_sign_out(struct store *store, struct arena *arena, struct str token)
{
    struct session_act act = {.digest = service_token_digest(arena, token), .end_session = true};
    return run(store, arena, &act);
}

enum status service_set_password(struct store *store, struct arena *arena, struct str login,
                                 struct uuid worker, struct str password, struct outcome *outcome)
{
    char *hash = arena_alloc(arena, crypto_pwhash_STRBYTES);
    if (password.n < PASSWORD_LEAST || password.n > PASSWORD_MOST) {
        outcome_problem(outcome, STATUS_INVALID, STR("password"), STR("length"),
                        STR("A password has 12 to 200 characters. Several words are good."));
        return STATUS_INVALID;
    }
    if (crypto_pwhash_str_alg(hash, password.p, password.n, HASH_PASSES, HASH_MEMORY,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory to hash a password"));
    }
    struct store_login made = {.worker = worker, .password_hash = str_from(hash)};
    struct session_act act = {.login = login, .set_login = &made};
    return run(store, arena, &act);
}

enum status service_api_token(struct store *store, struct arena *arena, struct str login,
                              struct str *ret_token, struct outcome *outcome)
{
    struct store_login found;
    struct store_reader *reader;
    struct actor actor;
    if (find_login(store, arena, login, &found) != STATUS_OK) {
        outcome_problem(outcome, STATUS_NOT_FOUND, STR("login"), STR("unknown"),
                        STR("There is no worker with this login."));
        return STATUS_NOT_FOUND;
    }
    TRY(store_read_begin(store, arena, &reader));
    enum status status = store_actor(reader, found.worker, &actor);
    store_read_end(reader);
    TRY(status);
    struct instant now = store_now(store);
    *ret_token = random_token(arena);
    /* No form token: it is a program's, and can never pass for a page's session. */
    struct store_session session = {
        .worker = found.worker, .agency = actor.agency, .created_at = now, .seen_at = now};
    struct session_act act = {.digest = service_token_digest(arena, *ret_token),
                              .set_session = &session};
    return run(store, arena, &act);
}

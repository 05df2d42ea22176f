#include "service/second_factor.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "store/sign_in.h"

#define SECRET_SIZE 20u /* RFC 4226 section 4: as long as the digest */
#define DIGITS 6u
#define RECOVERY_SIZE 10u /* 80 bits: a digest of it cannot be guessed */
#define RECOVERY_LETTERS 16u
#define GROUP 4u

/* ---- codes ---- */

static struct str base32(struct arena *arena, const void *bytes, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const unsigned char *from = bytes;
    struct buf text;
    unsigned held = 0, bits = 0;
    buf_init(&text, arena, size * 2);
    for (size_t i = 0; i < size; i++) {
        held = (held << 8 | from[i]) & 0xffff;
        for (bits += 8; bits >= 5; bits -= 5) {
            buf_byte(&text, letters[held >> (bits - 5) & 31]);
        }
    }
    if (bits > 0) {
        buf_byte(&text, letters[held << (5 - bits) & 31]);
    }
    return buf_str(&text);
}

struct str second_factor_code(struct arena *arena, struct str secret, int64_t step)
{
    char code[DIGITS + 1] = "";
    if (oath_hotp_generate(secret.p, secret.n, (uint64_t)step, DIGITS, false,
                           OATH_HOTP_DYNAMIC_TRUNCATION, code) != OATH_OK) {
        return STR("");
    }
    return str_copy(arena, str_from(code));
}

struct str second_factor_plain(struct arena *arena, struct str code)
{
    struct buf text;
    buf_init(&text, arena, code.n);
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        if (c != ' ' && c != '-') {
            buf_byte(&text, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
        }
    }
    return buf_str(&text);
}

static bool same(struct str a, struct str b)
{
    return a.n == b.n && a.n > 0 && sodium_memcmp(a.p, b.p, a.n) == 0;
}

/* The step whose code it is, later than the last one that was used; 0: none. */
static int64_t step_of(struct arena *arena, const struct store_second_factor *factor,
                       struct str code, struct instant now)
{
    int64_t present = now.ms / SECOND_FACTOR_STEP_MS, found = 0;
    for (int64_t step = present - 1; step <= present + 1; step++) {
        if (same(second_factor_code(arena, factor->secret, step), code) &&
            step > factor->last_step) {
            found = step;
        }
    }
    return found;
}

static struct str recovery_digest(struct arena *arena, struct uuid worker, struct str code)
{
    unsigned char *digest = arena_alloc(arena, crypto_generichash_BYTES);
    const void *bytes = digest;
    union {
        const char *text;
        const unsigned char *bytes;
    } view = {.text = code.p};
    crypto_generichash(digest, crypto_generichash_BYTES, view.bytes, code.n, worker.bytes,
                       sizeof(worker.bytes));
    return (struct str){bytes, crypto_generichash_BYTES};
}

/* "ABCD-EFGH-IJKL-MNOP" */
static struct str grouped(struct arena *arena, struct str code)
{
    struct buf text;
    buf_init(&text, arena, 2 * code.n);
    for (size_t i = 0; i < code.n; i++) {
        if (i > 0 && i % GROUP == 0) {
            buf_byte(&text, '-');
        }
        buf_byte(&text, code.p[i]);
    }
    return buf_str(&text);
}

/* ---- units of work ---- */

enum verdict { VERDICT_FITS, VERDICT_WRONG, VERDICT_LOCKED, VERDICT_NONE };

enum purpose { BEGIN, ENROL, PROVE, RENEW, RESET };

struct factor_act {
    enum purpose purpose;
    struct uuid worker;
    struct str code, reason;
    struct str token_digest;
    struct store_session *session;
    /* results */
    enum verdict verdict;
    struct str secret;
    struct str codes[SECOND_FACTOR_CODES];
};

static enum status give_codes(struct uow *uow, struct factor_act *act)
{
    struct arena *arena = uow_set(uow)->arena;
    struct str digests[SECOND_FACTOR_CODES];
    for (size_t i = 0; i < SECOND_FACTOR_CODES; i++) {
        unsigned char bytes[RECOVERY_SIZE];
        randombytes_buf(bytes, sizeof(bytes));
        struct str code = base32(arena, bytes, sizeof(bytes));
        digests[i] = recovery_digest(arena, act->worker, code);
        act->codes[i] = grouped(arena, code);
    }
    return uow_recovery_codes_set(uow, act->worker, digests, SECOND_FACTOR_CODES);
}

/* Whether the code fits, and what is remembered of that: it is written also when it does not. */
static enum status judge(struct uow *uow, struct factor_act *act,
                         struct store_second_factor *factor)
{
    struct arena *arena = uow_set(uow)->arena;
    struct instant now = uow_set(uow)->now;
    struct str code = second_factor_plain(arena, act->code);
    bool recovered = false;
    if (factor->locked_until.ms > now.ms) {
        act->verdict = VERDICT_LOCKED;
        return STATUS_OK;
    }
    int64_t step = step_of(arena, factor, code, now);
    if (step == 0 && act->purpose == PROVE && code.n == RECOVERY_LETTERS) {
        TRY(uow_recovery_code_use(uow, act->worker, recovery_digest(arena, act->worker, code),
                                  &recovered));
        if (recovered) {
            TRY(uow_second_factor_note(uow, act->worker, STR("recovery code used"), STR("")));
        }
    }
    if (step != 0 || recovered) {
        act->verdict = VERDICT_FITS;
        factor->last_step = step != 0 ? step : factor->last_step;
        factor->failures = 0;
        factor->locked_until.ms = 0;
    } else {
        act->verdict = VERDICT_WRONG;
        factor->failures++;
        if (factor->failures >= SERVICE_FAILURES_MOST) {
            factor->failures = 0;
            factor->locked_until.ms = now.ms + SERVICE_LOCK_MS;
            TRY(uow_second_factor_note(uow, act->worker, STR("locked after five wrong codes"),
                                       STR("")));
        }
    }
    return uow_second_factor_set(uow, act->worker, factor);
}

static enum status begin(struct uow *uow, struct factor_act *act, bool known,
                         struct store_second_factor *factor)
{
    struct arena *arena = uow_set(uow)->arena;
    if (!known) {
        void *secret = arena_alloc(arena, SECRET_SIZE);
        randombytes_buf(secret, SECRET_SIZE);
        *factor = (struct store_second_factor){
            .secret = {secret, SECRET_SIZE}
        };
        TRY(uow_second_factor_set(uow, act->worker, factor));
    }
    act->verdict = factor->enrolled_at.ms == 0 ? VERDICT_FITS : VERDICT_NONE;
    act->secret = base32(arena, factor->secret.p, factor->secret.n);
    return STATUS_OK;
}

static enum status let_in(struct uow *uow, struct factor_act *act)
{
    struct store_session *session = act->session;
    session->waits = STORE_WAITS_NOTHING;
    session->proved_at = session->seen_at = uow_set(uow)->now;
    return uow_session_prove(uow, act->token_digest, session);
}

static enum status enrol(struct uow *uow, struct factor_act *act,
                         struct store_second_factor *factor)
{
    if (factor->enrolled_at.ms != 0) {
        act->verdict = VERDICT_NONE;
        return STATUS_OK;
    }
    TRY(judge(uow, act, factor));
    if (act->verdict != VERDICT_FITS) {
        return STATUS_OK;
    }
    factor->enrolled_at = uow_set(uow)->now;
    TRY(uow_second_factor_set(uow, act->worker, factor));
    TRY(uow_second_factor_note(uow, act->worker, STR("enrolled"), STR("")));
    TRY(give_codes(uow, act));
    return let_in(uow, act);
}

static enum status run_act(struct uow *uow, void *input)
{
    struct factor_act *act = input;
    struct store_second_factor factor = {0};
    enum status status = uow_second_factor(uow, act->worker, &factor);
    bool known = status == STATUS_OK;
    act->verdict = VERDICT_NONE;
    if (!known && status != STATUS_NOT_FOUND) {
        return status;
    }
    if (act->purpose == BEGIN) {
        return begin(uow, act, known, &factor);
    }
    if (!known) {
        return STATUS_OK;
    }
    switch (act->purpose) {
    case ENROL:
        return enrol(uow, act, &factor);
    case PROVE:
        TRY(judge(uow, act, &factor));
        return act->verdict == VERDICT_FITS ? let_in(uow, act) : STATUS_OK;
    case RENEW:
        TRY(judge(uow, act, &factor));
        return act->verdict == VERDICT_FITS ? give_codes(uow, act) : STATUS_OK;
    case RESET:
        act->verdict = VERDICT_FITS;
        TRY(uow_second_factor_note(uow, act->worker, STR("reset by an administrator"),
                                   act->reason));
        TRY(uow_sessions_end(uow, act->worker));
        return uow_second_factor_remove(uow, act->worker);
    case BEGIN:
        break;
    }
    return STATUS_INTERNAL;
}

static enum status refuse(struct outcome *outcome, enum status status, struct str code,
                          struct str message)
{
    outcome_problem(outcome, status, STR("code"), code, message);
    return status;
}

static enum status do_act(struct store *store, struct arena *arena, struct factor_act *act,
                          struct outcome *outcome)
{
    static const struct actor the_system = {0};
    struct uow_job job = {.fn = run_act, .input = act, .arena = arena, .actor = &the_system};
    outcome_init(&job.outcome, arena);
    enum status status = store_run(store, &job);
    if (status != STATUS_OK) {
        return outcome_fault(outcome, status, job.outcome.detail);
    }
    switch (act->verdict) {
    case VERDICT_FITS:
        return STATUS_OK;
    case VERDICT_WRONG:
        return refuse(outcome, STATUS_INVALID, STR("wrong"),
                      STR("This code is not right, or it was used already. Wait for the next one, "
                          "and see that the clock of your phone is right."));
    case VERDICT_LOCKED:
        return refuse(
            outcome, STATUS_LIMITED, STR("locked"),
            STR("After five wrong codes no code is taken for 15 minutes. Wait, or ask your "
                "administrator."));
    case VERDICT_NONE:
        break;
    }
    return refuse(outcome, STATUS_REFUSED, STR("not_now"),
                  STR("There is nothing to prove here: open the page of your second step."));
}

/* ---- use cases ---- */

enum status service_second_factor_begin(struct store *store, struct arena *arena,
                                        struct uuid worker, struct str *ret_secret)
{
    struct factor_act act = {.purpose = BEGIN, .worker = worker};
    struct outcome outcome;
    outcome_init(&outcome, arena);
    TRY(do_act(store, arena, &act, &outcome));
    *ret_secret = act.secret;
    return STATUS_OK;
}

static enum status with_session(struct store *store, struct arena *arena, enum purpose purpose,
                                struct str token, struct store_session *session, struct str code,
                                struct outcome *outcome, struct factor_act *ret_act)
{
    *ret_act = (struct factor_act){.purpose = purpose,
                                   .worker = session->worker,
                                   .code = code,
                                   .token_digest = service_token_digest(arena, token),
                                   .session = session};
    return do_act(store, arena, ret_act, outcome);
}

enum status service_second_factor_enrol(struct store *store, struct arena *arena, struct str token,
                                        struct store_session *session, struct str code,
                                        struct outcome *outcome,
                                        struct str ret_codes[SECOND_FACTOR_CODES])
{
    struct factor_act act;
    TRY(with_session(store, arena, ENROL, token, session, code, outcome, &act));
    memcpy(ret_codes, act.codes, sizeof(act.codes));
    return STATUS_OK;
}

enum status service_second_factor_prove(struct store *store, struct arena *arena, struct str token,
                                        struct store_session *session, struct str code,
                                        struct outcome *outcome)
{
    struct factor_act act;
    return with_session(store, arena, PROVE, token, session, code, outcome, &act);
}

enum status service_recovery_codes(struct store *store, struct arena *arena, struct uuid worker,
                                   struct str code, struct outcome *outcome,
                                   struct str ret_codes[SECOND_FACTOR_CODES])
{
    struct factor_act act = {.purpose = RENEW, .worker = worker, .code = code};
    TRY(do_act(store, arena, &act, outcome));
    memcpy(ret_codes, act.codes, sizeof(act.codes));
    return STATUS_OK;
}

enum status service_second_factor_reset(struct store *store, struct arena *arena, struct str login,
                                        struct str reason, struct outcome *outcome)
{
    struct store_login found;
    struct store_reader *reader;
    if (str_trim(reason).n == 0) {
        outcome_problem(outcome, STATUS_INVALID, STR("reason"), STR("required"),
                        STR("Say why: it is kept."));
        return STATUS_INVALID;
    }
    TRY(store_read_begin(store, arena, &reader));
    enum status status = store_login_find(reader, login, &found);
    TRY(store_read_end(reader));
    if (status != STATUS_OK) {
        outcome_problem(outcome, STATUS_NOT_FOUND, STR("login"), STR("unknown"),
                        STR("There is no worker with this login."));
        return STATUS_NOT_FOUND;
    }
    struct factor_act act = {.purpose = RESET, .worker = found.worker, .reason = reason};
    status = do_act(store, arena, &act, outcome);
    return status;
}

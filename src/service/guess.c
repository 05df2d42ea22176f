/* See guess.h. */
#include "service/guess.h"
#include "store/sign_in.h"

#define LOGIN_FAILURES_MOST 100u
#define ADDRESS_FAILURES_MOST 100u
#define LOCK_MOST_MS DAY_MS
#define COUNTERS_MOST 3

/* What a guess is counted under, and how many may be wrong. */
struct counter {
    struct store_guesser guesser;
    uint32_t most;
};

static size_t counters_of(const struct guess *guess, struct counter ret_counters[COUNTERS_MOST])
{
    ret_counters[0] = (struct counter){
        {guess->login, guess->from},
        SERVICE_FAILURES_MOST
    };
    if (guess->from_known) {
        return 1;
    }
    ret_counters[1] = (struct counter){
        {guess->login, STR("")},
        LOGIN_FAILURES_MOST
    };
    ret_counters[2] = (struct counter){
        {STR(""), guess->from},
        ADDRESS_FAILURES_MOST
    };
    return 3;
}

enum status guess_locked(struct store_reader *reader, const struct guess *guess,
                         struct instant *ret_until)
{
    struct counter counters[COUNTERS_MOST];
    size_t count = counters_of(guess, counters);
    *ret_until = (struct instant){0};
    for (size_t i = 0; i < count; i++) {
        struct store_failures failures;
        TRY(store_failures(reader, counters[i].guesser, &failures));
        if (failures.locked_until.ms > ret_until->ms) {
            *ret_until = failures.locked_until;
        }
    }
    return STATUS_OK;
}

/* A quarter of an hour, then twice as long each time. */
static int64_t lock_ms(uint32_t locks)
{
    int64_t ms = SERVICE_LOCK_MS;
    for (uint32_t i = 0; i < locks && ms < LOCK_MOST_MS; i++) {
        ms *= 2;
    }
    return ms < LOCK_MOST_MS ? ms : LOCK_MOST_MS;
}

enum status guess_was_wrong(struct uow *uow, const struct guess *guess)
{
    struct counter counters[COUNTERS_MOST];
    size_t count = counters_of(guess, counters);
    for (size_t i = 0; i < count; i++) {
        struct store_failures failures;
        TRY(uow_failures(uow, counters[i].guesser, &failures));
        if (++failures.failures >= counters[i].most) {
            failures.failures = 0;
            failures.locked_until.ms = uow_set(uow)->now.ms + lock_ms(failures.locks++);
        }
        TRY(uow_failures_set(uow, counters[i].guesser, &failures));
    }
    return STATUS_OK;
}

/* An address that guesses at many names stays counted: it may have one of its own. */
enum status guess_was_right(struct uow *uow, const struct guess *guess)
{
    struct counter counters[COUNTERS_MOST];
    size_t count = counters_of(guess, counters);
    for (size_t i = 0; i < count; i++) {
        if (counters[i].guesser.login.n > 0 && counters[i].guesser.from.n > 0) {
            TRY(uow_failures_forget(uow, counters[i].guesser));
        } else if (counters[i].guesser.login.n > 0) {
            const struct store_failures none = {0};
            TRY(uow_failures_set(uow, counters[i].guesser, &none));
        }
    }
    return STATUS_OK;
}

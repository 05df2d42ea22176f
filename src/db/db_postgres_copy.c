/* A whole database of a PostgreSQL server in a file, and back: by the tools that come with it,
 * which know all that is in a database and take one snapshot of it. They are children of this
 * process and are told no password: libpq's files, or the environment, say it to them as to us. */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/db.h"

#define WORDS_MOST 16

struct call {
    struct arena *arena;
    char *words[WORDS_MOST + 1]; /* ended by NULL */
    size_t count;
};

static void add(struct call *call, struct str word)
{
    CHECK(call->count < WORDS_MOST);
    char *copy = arena_alloc(call->arena, word.n + 1);
    memcpy(copy, word.p, word.n);
    copy[word.n] = '\0';
    call->words[call->count++] = copy;
}

/* Runs it to its end; what it has to say it says on standard error. */
static enum status run(const struct call *call, struct outcome *outcome)
{
    pid_t child;
    int how = 0;
    pid_t ended;
    int error = posix_spawnp(&child, call->words[0], NULL, NULL, call->words, environ);
    struct str tool = str_from(call->words[0]);
    if (error != 0) {
        return outcome_fault(outcome, STATUS_UNSUPPORTED,
                             STR_JOIN(call->arena, tool, STR(" cannot be started ("),
                                      str_from(strerror(error)),
                                      STR("); it comes with the package postgresql-client")));
    }
    do {
        ended = waitpid(child, &how, 0);
    } while (ended < 0 && errno == EINTR);
    if (ended == child && WIFEXITED(how) && WEXITSTATUS(how) == 0) {
        return STATUS_OK;
    }
    return outcome_fault(outcome, STATUS_INTERNAL,
                         STR_JOIN(call->arena, tool, STR(" did not succeed; it said why")));
}

static enum status begin(struct call *call, const char *tool, struct str address,
                         struct outcome *outcome)
{
    struct db_address read;
    *call = (struct call){.arena = outcome->arena};
    TRY(db_read_address(address, outcome, &read));
    if (read.has_secret) {
        return outcome_fault(
            outcome, STATUS_REFUSED,
            STR("a copy is made without a password in the address: it belongs in a "
                "password file (PGPASSFILE) or a service file"));
    }
    add(call, str_from(tool));
    add(call, STR("--no-password"));
    add(call, STR("--no-owner"));
    add(call, STR("--no-privileges"));
    add(call, STR_JOIN(call->arena, STR("--dbname="), address));
    return STATUS_OK;
}

enum status db_dump_postgres(struct str address, const struct str *schemas, size_t count,
                             struct str path, struct outcome *outcome)
{
    struct call call;
    TRY(begin(&call, "pg_dump", address, outcome));
    add(&call, STR("--format=custom"));
    for (size_t i = 0; i < count; i++) {
        add(&call, STR_JOIN(call.arena, STR("--schema="), schemas[i]));
    }
    add(&call, STR_JOIN(call.arena, STR("--file="), path));
    return run(&call, outcome);
}

enum status db_restore_postgres(struct str address, struct str path, struct outcome *outcome)
{
    struct call call;
    TRY(begin(&call, "pg_restore", address, outcome));
    add(&call, STR("--exit-on-error"));
    add(&call, STR("--single-transaction"));
    add(&call, path);
    return run(&call, outcome);
}

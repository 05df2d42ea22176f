/* hearth backup, hearth restore. */
#include "main/command.h"

#include "base/buf.h"
#include "main/paths.h"
#include "store/backup.h"
#include "store/installation.h"
#include "store/store.h"

#include <stdio.h>
#include <time.h>

enum { OPTION_WITH_KEYS };
enum { OPTION_KEYS, OPTION_DB };

#define SHOWN_EVERY_S 2

struct shown {
    time_t at;
};

/* On standard error, now and then: long work shows that it goes on. */
static void show(void *context, struct str name, int64_t done, int64_t total)
{
    struct shown *shown = context;
    time_t now = time(NULL);
    if (total > 0 && now - shown->at >= SHOWN_EVERY_S) {
        shown->at = now;
        fprintf(stderr, "%.*s: %lld %%\n", STR_ARG(name), (long long)(done * 100 / total));
    }
}

static void print_moment(struct instant moment)
{
    char text[40];
    time_t seconds = (time_t)(moment.ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
    printf("moment: %s.%03dZ (all that was acknowledged before is in it)\n", text,
           (int)(moment.ms % 1000));
}

int command_backup(const struct command_input *input)
{
    struct outcome outcome;
    struct backup_sums sums;
    struct shown shown = {time(NULL)};
    struct backup_order order = {
        .data = input->arguments[0],
        .to = input->arguments[1],
        .secret_keys = input->options[OPTION_WITH_KEYS].n > 0,
        .moment = {clock_now(NULL)},
        .progress = { show,         &shown},
    };
    outcome_init(&outcome, input->arena);
    if (backup_make(&order, &outcome, &sums) != STATUS_OK) {
        return print_outcome(&outcome);
    }
    printf("%llu files, %llu bytes in %.*s\n", (unsigned long long)sums.files,
           (unsigned long long)sums.bytes, STR_ARG(order.to));
    print_moment(order.moment);
    if (store_mark_backup(order.data, order.moment, &outcome) != STATUS_OK) {
        print_outcome(&outcome); /* the backup is there all the same */
    }
    if (!order.secret_keys) {
        printf("without the secret keys: keep %.*s/keys apart, nothing sealed opens without them\n",
               STR_ARG(order.data));
    }
    return 0;
}

int command_restore(const struct command_input *input)
{
    struct outcome outcome;
    struct restore_sums sums;
    struct restore_order order = {.backup = input->arguments[0],
                                  .data = input->arguments[1],
                                  .keys = input->options[OPTION_KEYS],
                                  .server = input->options[OPTION_DB]};
    outcome_init(&outcome, input->arena);
    if (restore_run(&order, &outcome, &sums) != STATUS_OK) {
        return print_outcome(&outcome);
    }
    printf("%llu files, %llu bytes in %.*s\n", (unsigned long long)sums.files,
           (unsigned long long)sums.bytes, STR_ARG(order.data));
    print_moment(sums.moment);
    if (!sums.secret_keys) {
        printf("put the secret keys into %.*s/keys before it is opened\n", STR_ARG(order.data));
    }
    printf("now: hearth audit verify --data %.*s\n", STR_ARG(order.data));
    return 0;
}

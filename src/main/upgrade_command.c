/* hearth upgrade --dry-run: what this program and a model would do to a data folder, tried on a
 * copy; and the way back. */
#include "main/command.h"

#include "base/buf.h"
#include "compile/compile.h"
#include "compile/diff.h"
#include "main/paths.h"
#include "model/model.h"
#include "store/store.h"

#include <stdio.h>

#define NAMES_SHOWN 12
#define MB 1048576

enum { OPTION_DATA, OPTION_MODEL, OPTION_DRY_RUN };

static void print_names(const char *what, const struct store_names_found *names)
{
    if (names->count == 0) {
        return;
    }
    printf("  %zu %s:", names->count, what);
    for (size_t i = 0; i < names->count && i < NAMES_SHOWN; i++) {
        printf("%s%.*s", i == 0 ? " " : ", ", STR_ARG(names->items[i]));
    }
    printf("%s\n", names->count > NAMES_SHOWN ? ", ..." : "");
}

/* Between the model in force and the new one, as "hearth model diff" tells it. */
static void print_difference(struct arena *arena, struct str data, struct str digest,
                             struct str image)
{
    const struct model *before, *after;
    struct outcome outcome;
    struct str old;
    struct str path = STR_JOIN(arena, data, STR("/model/"), digest, STR(".image"));
    outcome_init(&outcome, arena);
    if (digest.n == 0 || !read_file(arena, path, &old)) {
        return;
    }
    old = (struct str){arena_copy(arena, old.p, old.n), old.n};
    image = (struct str){arena_copy(arena, image.p, image.n), image.n};
    if (model_open(arena, old, &outcome, &before) != STATUS_OK ||
        model_open(arena, image, &outcome, &after) != STATUS_OK) {
        printf("the model in force is of a format that this program does not read: what differs "
               "cannot be listed\n");
        return;
    }
    struct str words = diff_models(arena, before, after).words;
    printf("the practice model:\n%.*s", STR_ARG(words.n > 0 ? words : STR("no difference\n")));
}

static void print_rehearsal(const struct store_rehearsal *found)
{
    printf("tables, tried on a copy in %lld ms, for which the server does not answer when it "
           "starts:\n",
           (long long)found->took_ms);
    print_names("steps of the kernel", &found->steps);
    print_names("new tables", &found->tables);
    print_names("new columns", &found->columns);
    print_names("columns that nothing asks for any more; they stay, with what is in them",
                &found->retired);
    printf(
        "then, beside the work of people: clocks and audiences of at least %llu records are worked out "
        "anew\n",
        (unsigned long long)found->records);
    if (found->drafts > 0) {
        printf("unfinished work: %llu drafts; each says on its page what of it no longer fits\n",
               (unsigned long long)found->drafts);
    }
    printf("room: the database has %llu MB, then %llu MB; %llu MB are free\n",
           (unsigned long long)found->bytes_before / MB,
           (unsigned long long)found->bytes_after / MB, (unsigned long long)found->free_bytes / MB);
}

/* Which programs open the folder afterwards. */
static void print_way_back(struct arena *arena, struct str data)
{
    struct store_versions versions;
    struct outcome outcome;
    outcome_init(&outcome, arena);
    struct store_options options = {.directory = data};
    if (store_versions(&options, &outcome, &versions) != STATUS_OK) {
        return;
    }
    if (versions.folder == versions.program) {
        printf(
            "the way back: a program that knows tables of version %lld opens the folder before and "
            "after, with its own model\n",
            (long long)versions.program);
    } else {
        printf(
            "the way back: afterwards the tables are of version %lld, and a program that knows only "
            "version %lld refuses the folder. Make a backup before (hearth backup); to go back, "
            "restore it into a new folder. Nothing was changed now\n",
            (long long)versions.program, (long long)versions.folder);
    }
}

int command_upgrade(const struct command_input *input)
{
    struct compile_result compiled;
    struct store_rehearsal found;
    struct outcome outcome;
    struct arena *arena = input->arena;
    struct str data = input->options[OPTION_DATA];
    if (input->options[OPTION_DRY_RUN].n == 0) {
        print_error(STR("a folder is brought to this program when the server starts with it; this "
                        "shows on a copy what would be done: add --dry-run"));
        return 2;
    }
    outcome_init(&outcome, arena);
    struct str directory = model_directory(arena, input->options[OPTION_MODEL]);
    if (compile_model(arena, directory, ZONES, &outcome, &compiled) != STATUS_OK) {
        print_error(STR_JOIN(arena, STR("the practice model in "), directory,
                             STR(" cannot be used; hearth model check says why")));
        return 1;
    }
    struct store_options options = {
        .directory = data, .image = compiled.image, .now_ms = clock_now, .readers = 1};
    if (store_rehearse(&options, &outcome, &found) != STATUS_OK) {
        print_error(STR("this program would refuse the folder, and leave it as it is:"));
        return print_outcome(&outcome);
    }
    print_rehearsal(&found);
    print_difference(arena, data, found.image, compiled.image);
    print_way_back(arena, data);
    return 0;
}

/* test_compile_goldens bad|ok FOLDER BASE [--write]
 *
 * bad: each case is a model with something wrong, on top of the files of BASE (a file of the same
 * path replaces the base's); it must be refused with exactly the expected messages. ok: each case
 * is a whole model; it must be accepted, and its tables must be exactly those expected.
 * --write puts what was found into the cases; read the difference before you commit it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "compile/dump.h"
#include "goldens.h"

#define CASE_CAP ((size_t)64 * 1024 * 1024)
#define OUTPUT_MAX ((size_t)4 * 1024 * 1024)

struct run {
    struct arena *arena;
    const char *base_folder;
    bool bad;
    bool write;
    const char *folder;
    LIST(struct compile_file) base;
};

static const char *const base_files[] = {"model.yaml", "letter.yaml", "codes/colour.csv"};

static void read_base(struct run *run)
{
    run->base.count = 0;
    run->base.room = 0;
    run->base.items = NULL;
    for (size_t i = 0; run->bad && i < ARRAY_LENGTH(base_files); i++) {
        struct compile_file file = {.path = str_from(base_files[i])};
        struct str path = STR_JOIN(run->arena, str_from(run->base_folder), STR("/"), file.path);
        if (!golden_file(run->arena, path, &file.text)) {
            fprintf(stderr, "cannot read %.*s\n", STR_ARG(path));
            exit(2);
        }
        LIST_PUSH(run->arena, &run->base, file);
    }
}

/* Base files that the case does not replace, then its own. */
static void add_base(struct run *run, struct golden *golden)
{
    size_t own = golden->files.count;
    for (size_t b = 0; b < run->base.count; b++) {
        bool replaced = false;
        for (size_t i = 0; i < own; i++) {
            replaced |= str_eq(golden->files.items[i].path, run->base.items[b].path);
        }
        if (!replaced) {
            LIST_PUSH(run->arena, &golden->files, run->base.items[b]);
        }
    }
}

static struct str dumped(struct run *run, struct str image)
{
    struct outcome outcome;
    const struct model *model = NULL;
    outcome_init(&outcome, run->arena);
    if (model_open(run->arena, image, &outcome, &model) != STATUS_OK) {
        return STR_JOIN(run->arena, STR("the image cannot be opened: "),
                        outcome.problems.items[0].message, STR("\n"));
    }
    return dump_model(run->arena, model);
}

/* What the compiler makes of a case: its messages, or its tables. */
static struct str compiled(struct run *run, const struct golden *golden, bool *ret_accepted)
{
    struct compile_result result;
    struct buf out;
    buf_init(&out, run->arena, OUTPUT_MAX);
    *ret_accepted = compile_texts(run->arena, golden->files.items, golden->files.count, STR(""),
                                  &result) == STATUS_OK;
    for (size_t i = 0; i < result.error_count; i++) {
        BUF_ADD(&out, compile_error_line(run->arena, &result.errors[i]), STR("\n"));
    }
    return *ret_accepted && !run->bad ? dumped(run, result.image) : buf_str(&out);
}

/* Says where two texts part. */
static void show_difference(struct run *run, struct str expected, struct str found)
{
    struct str expected_line = {0};
    struct str found_line = {0};
    for (unsigned line = 1;; line++) {
        bool more = str_split(&expected, '\n', &expected_line);
        bool other = str_split(&found, '\n', &found_line);
        if (!more && !other) {
            return;
        }
        expected_line = more ? expected_line : STR("(nothing)");
        found_line = other ? found_line : STR("(nothing)");
        if (!str_eq(expected_line, found_line)) {
            printf("# line %u\n#   expected: %.*s\n#   found:    %.*s\n", line,
                   STR_ARG(expected_line), STR_ARG(found_line));
            if (!run->bad) {
                return; /* row numbers shift: one difference says enough */
            }
        }
    }
}

static bool run_case(struct run *run, struct str name)
{
    struct golden golden;
    struct str text = {0};
    bool accepted = false;
    struct str path = STR_JOIN(run->arena, str_from(run->folder), STR("/"), name);
    if (!golden_file(run->arena, path, &text)) {
        printf("# cannot read %.*s\n", STR_ARG(path));
        return false;
    }
    read_base(run);
    golden_parse(run->arena, text, &golden);
    add_base(run, &golden);
    struct str found = compiled(run, &golden, &accepted);
    if (run->write && !golden_write(run->arena, path, &golden, found)) {
        return false;
    }
    if (accepted == run->bad) {
        printf("# %s\n", run->bad ? "accepted" : "refused");
        show_difference(run, STR(""), found);
        return false;
    }
    if (!run->write && !str_eq(found, golden.expected)) {
        show_difference(run, golden.expected, found);
        return false;
    }
    return true;
}

/* Each case has an arena of its own, so that the largest of them sets the limit. */
static bool run_alone(struct run *run, struct str name)
{
    struct arena arena;
    arena_init(&arena, CASE_CAP, NULL, NULL);
    run->arena = &arena;
    bool good = run_case(run, name);
    arena_clear(&arena);
    return good;
}

int main(int count, char **arguments)
{
    struct arena arena;
    struct run run = {0};
    struct str *names = NULL;
    size_t total = 0;
    int failed = 0;
    if (count < 4) {
        fprintf(stderr, "usage: test_compile_goldens bad|ok FOLDER BASE [--write]\n");
        return 2;
    }
    arena_init(&arena, CASE_CAP, NULL, NULL);
    run.bad = strcmp(arguments[1], "bad") == 0;
    run.folder = arguments[2];
    run.write = count > 4 && strcmp(arguments[4], "--write") == 0;
    run.base_folder = arguments[3];
    if (!golden_cases(&arena, run.folder, &names, &total)) {
        fprintf(stderr, "cannot read %s\n", run.folder);
        return 2;
    }
    printf("1..%zu\n", total);
    for (size_t i = 0; i < total; i++) {
        bool good = run_alone(&run, names[i]);
        printf("%s %zu - %.*s\n", good ? "ok" : "not ok", i + 1, STR_ARG(names[i]));
        failed += !good;
    }
    arena_clear(&arena);
    return failed ? 1 : 0;
}

#include "goldens.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define FILE_MAX ((size_t)1024 * 1024)

bool golden_file(struct arena *arena, struct str path, struct str *ret_text)
{
    FILE *file = fopen(str_cstr(arena, path), "rb");
    if (!file) {
        return false;
    }
    char *bytes = arena_alloc(arena, FILE_MAX);
    size_t size = fread(bytes, 1, FILE_MAX, file);
    bool complete = size < FILE_MAX && !ferror(file);
    fclose(file);
    *ret_text = (struct str){bytes, size};
    return complete;
}

void golden_parse(struct arena *arena, struct str text, struct golden *ret_golden)
{
    struct golden golden = {.text = text};
    struct compile_file file = {0};
    size_t begin = 0;
    for (size_t at = 0; at < text.n;) {
        struct str rest = str_slice(text, at, text.n);
        ptrdiff_t newline = str_find_byte(rest, '\n');
        size_t next = newline < 0 ? text.n : at + (size_t)newline + 1;
        struct str line = str_trim(str_slice(text, at, next));
        bool mark = str_starts(line, STR("--- ")) || str_eq(line, STR("==="));
        if (mark && file.path.n > 0) {
            file.text = str_slice(text, begin, at);
            LIST_PUSH(arena, &golden.files, file);
        }
        if (str_eq(line, STR("==="))) {
            golden.text = str_slice(text, 0, next);
            golden.expected = str_slice(text, next, text.n);
            break;
        }
        if (mark) {
            file.path = str_slice(line, 4, line.n);
            begin = next;
        }
        at = next;
    }
    *ret_golden = golden;
}

static int compare_names(const void *left, const void *right)
{
    const struct str *a = left;
    const struct str *b = right;
    return str_compare(*a, *b);
}

bool golden_cases(struct arena *arena, const char *folder, struct str **ret_names,
                  size_t *ret_count)
{
    LIST(struct str) names = {0};
    DIR *directory = opendir(folder);
    if (!directory) {
        return false;
    }
    const struct dirent *entry = NULL;
    while ((entry = readdir(directory)) != NULL) {
        struct str name = str_copy(arena, str_from(entry->d_name));
        if (str_ends(name, STR(".case"))) {
            LIST_PUSH(arena, &names, name);
        }
    }
    closedir(directory);
    if (names.count > 0) {
        qsort(names.items, names.count, sizeof(*names.items), compare_names);
    }
    *ret_names = names.items;
    *ret_count = names.count;
    return true;
}

bool golden_write(struct arena *arena, struct str path, const struct golden *golden,
                  struct str expected)
{
    FILE *file = fopen(str_cstr(arena, path), "wb");
    if (!file) {
        return false;
    }
    bool written = fwrite(golden->text.p, 1, golden->text.n, file) == golden->text.n &&
                   fwrite(expected.p, 1, expected.n, file) == expected.n;
    return fclose(file) == 0 && written;
}

/* template NAME.html OUT.c OUT.h: compiles one page shell at build time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "html/template_compiler.h"

static struct str read_whole(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t room = 1 << 20;
    char *text = arena_alloc(arena, room);
    size_t size = file != NULL ? fread(text, 1, room, file) : 0;
    if (file == NULL || size == room || fclose(file) != 0) {
        fprintf(stderr, "%s: cannot be read, or is longer than 1 MiB\n", path);
        exit(1);
    }
    return (struct str){text, size};
}

static void write_whole(const char *path, struct str text)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(text.p, 1, text.n, file) != text.n || fclose(file) != 0) {
        fprintf(stderr, "%s: cannot be written\n", path);
        exit(1);
    }
}

/* "web/error.html" is the template "error". */
static struct str template_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct str name = str_from(slash != NULL ? slash + 1 : path);
    ptrdiff_t dot = str_find_byte(name, '.');
    return dot < 0 ? name : str_slice(name, 0, (size_t)dot);
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct template_code code;
    struct template_fault fault;
    if (argc != 4) {
        fputs("usage: template NAME.html OUT.c OUT.h\n", stderr);
        return 2;
    }
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    struct str source = read_whole(&arena, argv[1]);
    bool fine =
        template_compile(&arena, str_from(argv[1]), template_name(argv[1]), source, &code, &fault);
    if (fine) {
        write_whole(argv[2], code.code);
        write_whole(argv[3], code.header);
    } else {
        fprintf(stderr, "%s:%u:%u: %.*s\n", argv[1], fault.line, fault.column,
                STR_ARG(fault.message));
    }
    arena_clear(&arena);
    return fine ? 0 : 1;
}

/* field_requests IMAGE REQUEST...: answers the requests natively. A request is a text file with one
 * "name=value" a line (field/field.h); beside it stands the answer that is expected, NAME.json. The
 * same files are answered by the WebAssembly build in wasm.mjs. Results as TAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "field/field.h"

#define FILE_MAX ((size_t)8 * 1024 * 1024)

static struct str read_file(struct arena *arena, struct str path)
{
    FILE *file = fopen(str_cstr(arena, path), "rb");
    if (file == NULL) {
        return STR("");
    }
    char *bytes = arena_alloc(arena, FILE_MAX);
    size_t n = fread(bytes, 1, FILE_MAX, file);
    (void)fclose(file);
    return (struct str){bytes, n};
}

/* Lines to texts ended by a NUL. */
static struct str request_of(struct arena *arena, struct str lines)
{
    struct buf buf;
    struct str line;
    buf_init(&buf, arena, FILE_MAX);
    while (str_split(&lines, '\n', &line)) {
        ptrdiff_t equals = str_find_byte(line, '=');
        if (equals < 0 || line.p[0] == '#') {
            continue;
        }
        buf_add(&buf, str_slice(line, 0, (size_t)equals));
        buf_byte(&buf, '\0');
        buf_add(&buf, str_slice(line, (size_t)equals + 1, line.n));
        buf_byte(&buf, '\0');
    }
    return buf_str(&buf);
}

static bool check(struct arena *arena, struct field *field, struct str path)
{
    struct str request = request_of(arena, read_file(arena, path));
    struct str stem = str_slice(path, 0, path.n - strlen(".txt"));
    struct str expected = str_trim(read_file(arena, STR_JOIN(arena, stem, STR(".json"))));
    struct str got = str_from(field_check(field, request.p, request.n));
    if (!str_eq(expected, got)) {
        printf("# expected: %.*s\n# but:      %.*s\n", STR_ARG(expected), STR_ARG(got));
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct arena arena;
    int bad = 0;
    arena_init(&arena, (size_t)256 * 1024 * 1024, NULL, NULL);
    struct str image = argc > 1 ? read_file(&arena, str_from(argv[1])) : STR("");
    struct field *field = field_open(image.p, image.n);
    printf("1..%d\n", argc - 2);
    for (int i = 2; i < argc; i++) {
        bool good = field != NULL && check(&arena, field, str_from(argv[i]));
        bad += good ? 0 : 1;
        printf("%s %d - %s\n", good ? "ok" : "not ok", i - 1, argv[i]);
    }
    field_close(field);
    arena_clear(&arena);
    return bad == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

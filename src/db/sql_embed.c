/* Build tool: compiles the files of sql/ into C.
 *
 *     sql_embed sql_names.h sql_names.c FILE.sql ...
 *
 * The header is an enum of all names, each with its comment; the source is the table over it. All
 * faults are told at once, and then nothing is written. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/sql_dialect.h"
#include "db/sql_file.h"

#define FILE_BYTES_MAX ((size_t)4 * 1024 * 1024)

static void out_of_memory(void *context)
{
    (void)context;
    fputs("sql_embed: out of memory\n", stderr);
    exit(EXIT_FAILURE);
}

static struct str read_file(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = arena_alloc(arena, FILE_BYTES_MAX);
    size_t n = file != NULL ? fread(bytes, 1, FILE_BYTES_MAX, file) : 0;
    if (file == NULL || ferror(file) || n == FILE_BYTES_MAX) {
        fprintf(stderr, "sql_embed: cannot read %s (errno %d)\n", path, errno);
        exit(EXIT_FAILURE);
    }
    fclose(file);
    return (struct str){bytes, n};
}

/* The name of the file alone, so that what is built does not depend on where. */
static struct str base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return str_from(slash != NULL ? slash + 1 : path);
}

static struct str upper(struct arena *arena, struct str name)
{
    char *copy = arena_alloc(arena, name.n);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        copy[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (struct str){copy, name.n};
}

static void write_header(FILE *out, struct arena *arena, const struct sql_blocks *blocks)
{
    fputs("/* Generated from sql/ by src/db/sql_embed.c; do not edit. */\n"
          "#ifndef HEARTH_DB_SQL_NAMES_H\n#define HEARTH_DB_SQL_NAMES_H\n\nenum sql_name {\n",
          out);
    for (size_t i = 0; i < blocks->blocks.count; i++) {
        const struct sql_block *block = &blocks->blocks.items[i];
        struct str comment = block->comment;
        struct str line;
        fprintf(out, "    // %.*s:%u\n", STR_ARG(block->file), block->line);
        while (comment.n > 0 && str_split(&comment, '\n', &line)) {
            fprintf(out, "    //%.*s\n", STR_ARG(str_slice(line, 2, line.n)));
        }
        fprintf(out, "    SQL_%.*s,\n", STR_ARG(upper(arena, block->name)));
    }
    fputs("    SQL__COUNT\n};\n\n#endif\n", out);
}

/* A line of SQL as a C string literal. */
static void write_literal(FILE *out, struct str line)
{
    fputs("        \"", out);
    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        if (c == '"' || c == '\\') {
            fprintf(out, "\\%c", c);
        } else if (c < 0x20 || c > 0x7e) {
            fprintf(out, "\\%03o", c);
        } else {
            fputc(c, out);
        }
    }
    fputs("\\n\"\n", out);
}

/* Text as lines of a string literal: ".text = STR_INIT(...)". */
static void write_text(FILE *out, const char *member, struct str text)
{
    struct str line;
    fprintf(out, "        .%s = STR_INIT(\n", member);
    while (text.n > 0 && str_split(&text, '\n', &line)) {
        write_literal(out, line);
    }
    fputs("        ),\n", out);
}

/* What SQLite is given, and what PostgreSQL where that is something else. */
static void write_texts(FILE *out, struct arena *arena, const struct sql_block *block)
{
    struct str sqlite = block->text, postgres = block->postgres;
    if (block->script) {
        sqlite = sql_in_dialect(arena, block->text, DB_DIALECT_SQLITE);
        postgres =
            postgres.n > 0 ? postgres : sql_in_dialect(arena, block->text, DB_DIALECT_POSTGRES);
    }
    write_text(out, "text", sqlite);
    if (postgres.n > 0 && !str_eq(sqlite, postgres)) {
        write_text(out, "postgres", postgres);
    }
}

static void write_source(FILE *out, struct arena *arena, const struct sql_blocks *blocks)
{
    fputs("/* Generated from sql/ by src/db/sql_embed.c; do not edit. */\n"
          "#include \"db/named.h\"\n\n"
          "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n"
          "const struct sql_named sql_named[SQL__COUNT] = {\n",
          out);
    for (size_t i = 0; i < blocks->blocks.count; i++) {
        const struct sql_block *block = &blocks->blocks.items[i];
        fprintf(out, "    [SQL_%.*s] = {\n", STR_ARG(upper(arena, block->name)));
        fprintf(out, "        .name = STR_INIT(\"%.*s\"),\n", STR_ARG(block->name));
        fprintf(out, "        .place = STR_INIT(\"%.*s:%u\"),\n", STR_ARG(block->file),
                block->line);
        fprintf(out, "        .script = %s,\n", block->script ? "true" : "false");
        write_texts(out, arena, block);
        fputs("    },\n", out);
    }
    fputs("};\n", out);
}

static void write_file(const char *path, struct arena *arena, const struct sql_blocks *blocks,
                       void (*write)(FILE *, struct arena *, const struct sql_blocks *))
{
    FILE *out = fopen(path, "wb");
    if (out != NULL) {
        write(out, arena, blocks);
    }
    if (out == NULL || ferror(out) || fclose(out) != 0) {
        fprintf(stderr, "sql_embed: cannot write %s (errno %d)\n", path, errno);
        exit(EXIT_FAILURE);
    }
}

int main(int count, char **arguments)
{
    struct arena arena;
    arena_init(&arena, (size_t)1024 * 1024 * 1024, out_of_memory, NULL);
    struct sql_blocks blocks = {.arena = &arena};
    if (count < 4) {
        fputs("usage: sql_embed HEADER SOURCE FILE.sql ...\n", stderr);
        return EXIT_FAILURE;
    }
    for (int i = 3; i < count; i++) {
        sql_file_read(&blocks, base_name(arguments[i]), read_file(&arena, arguments[i]));
    }
    for (size_t i = 0; i < blocks.faults.count; i++) {
        fprintf(stderr, "%.*s\n", STR_ARG(blocks.faults.items[i]));
    }
    if (blocks.faults.count > 0) {
        return EXIT_FAILURE;
    }
    write_file(arguments[1], &arena, &blocks, write_header);
    write_file(arguments[2], &arena, &blocks, write_source);
    arena_clear(&arena);
    return EXIT_SUCCESS;
}

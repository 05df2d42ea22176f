/* What is filled in one go, here ended early and gone on with, is what the same acts make one after
 * the other: every row of every table, but for identifiers, salts and what follows from the order
 * of the families. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#define PEOPLE "150"
#define PEOPLE_AT_FIRST "60"
#define CLOCK "1795356000000" /* 22 November 2026, 14:00 UTC */
#define ROW_MOST ((size_t)256 * 1024)

static const char *program, *model;

struct rows {
    char **items;
    size_t count, room;
};

static void *must_have(void *memory)
{
    assert_non_null(memory);
    return memory;
}

/* ---- two folders ---- */

__attribute__((format(printf, 1, 2))) static void run(const char *format, ...)
{
    char line[4096];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof(line), format, values);
    va_end(values);
    assert_int_equal(system(line), 0); /* NOLINT: of this test alone */
}

static void generate(const char *folder, const char *way, const char *people)
{
    run("%s generate --data %s/%s --model %s --clock-file %s/clock --people %s --logins 1 --way %s"
        " >%s/log 2>&1",
        program, folder, way, model, folder, people, way, folder);
}

static sqlite3 *open_made(const char *folder, const char *way)
{
    char path[512];
    sqlite3 *db = NULL;
    run("%s audit verify --data %s/%s >%s/log 2>&1", program, folder, way, folder);
    snprintf(path, sizeof(path), "%s/%s/hearth.db", folder, way);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    return db;
}

/* ---- rows as text ---- */

/* The 36 characters of a uuid and the 64 of what is sealed become one sign; so do the digits of
 * numbers given in order, R-013-2024-000007. */
static void mask_text(const char *from, char *to)
{
    while (*from != '\0') {
        size_t n = strspn(from, "0123456789abcdef-");
        if ((n == 36 && from[8] == '-' && from[13] == '-') || n == 64) {
            *to++ = '#';
        } else if (n == 16 && from[0] == '-' && from[4] == '-' && from[9] == '-') {
            to += sprintf(to, "%.10s#", from);
        } else {
            n = n > 0 ? n : 1;
            memcpy(to, from, n);
            to += n;
        }
        from += n;
    }
    *to = '\0';
}

/* Numbers of rows, of audiences (they follow from identifiers), and random bytes. */
static bool is_masked(const char *column)
{
    static const char *const names[] = {"sequence", "audience", "id", "salt", "digest"};
    bool masked = false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        masked = masked || strcmp(column, names[i]) == 0;
    }
    return masked;
}

static char *row_text(sqlite3_stmt *statement)
{
    char *text = must_have(calloc(1, ROW_MOST));
    size_t n = 0;
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        int type = sqlite3_column_type(statement, i);
        assert_in_range(n + (size_t)sqlite3_column_bytes(statement, i), 0, ROW_MOST - 64);
        if (type == SQLITE_BLOB || is_masked(sqlite3_column_name(statement, i))) {
            text[n++] = '#';
        } else if (type != SQLITE_NULL) {
            const void *value = sqlite3_column_text(statement, i);
            mask_text(value, text + n);
            n = strlen(text);
        }
        text[n++] = '|';
    }
    char *shorter = must_have(strdup(text));
    free(text);
    return shorter;
}

static int compare_texts(const void *a, const void *b)
{
    char *const *left = a;
    char *const *right = b;
    return strcmp(*left, *right);
}

static struct rows read_rows(sqlite3 *db, const char *sql)
{
    struct rows rows = {0};
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        if (rows.count == rows.room) {
            rows.room = rows.room > 0 ? rows.room * 2 : 64;
            rows.items = must_have(realloc(rows.items, rows.room * sizeof(*rows.items)));
        }
        rows.items[rows.count++] = row_text(statement);
    }
    sqlite3_finalize(statement);
    if (rows.count > 0) {
        qsort(rows.items, rows.count, sizeof(*rows.items), compare_texts);
    }
    return rows;
}

static void free_rows(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->items[i]);
    }
    free(rows->items);
}

/* ---- compared ---- */

/* What depends on when something was done, and by which process. */
static const char tables_sql[] =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT "
    "IN ('history_block', 'login', 'installation', 'job', 'kernel_version', 'model_image') "
    "ORDER BY name";

static void it_is_the_same_in_one_go_and_act_by_act(void **state)
{
    char folder[] = "/tmp/hearth-generate-XXXXXX"; /* NOLINT: made by mkdtemp */
    size_t compared = 0;
    (void)state;
    must_have(mkdtemp(folder));
    run("printf " CLOCK " >%s/clock", folder);
    generate(folder, "in-one-go", PEOPLE_AT_FIRST);
    generate(folder, "in-one-go", PEOPLE);
    generate(folder, "act-by-act", PEOPLE);
    sqlite3 *bulk = open_made(folder, "in-one-go");
    sqlite3 *single = open_made(folder, "act-by-act");
    struct rows tables = read_rows(bulk, tables_sql);
    for (size_t i = 0; i < tables.count; i++) {
        char sql[256];
        tables.items[i][strlen(tables.items[i]) - 1] = '\0';
        snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"", tables.items[i]);
        struct rows a = read_rows(bulk, sql), b = read_rows(single, sql);
        for (size_t k = 0; k < a.count && k < b.count; k++) {
            if (strcmp(a.items[k], b.items[k]) != 0) {
                fail_msg("%s:\nin one go  %s\nact by act %s", tables.items[i], a.items[k],
                         b.items[k]);
            }
        }
        if (a.count != b.count) {
            fail_msg("%s: %zu rows in one go, %zu act by act", tables.items[i], a.count, b.count);
        }
        compared += a.count;
        free_rows(&a);
        free_rows(&b);
    }
    assert_in_range(compared, 5000, SIZE_MAX);
    free_rows(&tables);
    sqlite3_close(bulk);
    sqlite3_close(single);
    run("rm -rf %s", folder);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_the_same_in_one_go_and_act_by_act)};
    if (argc != 3) {
        return 2;
    }
    program = argv[1];
    model = argv[2];
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The raw baseline of the bench: the same HTTP library, the same rows, and nothing else.
 *
 *   raw PORT DATABASE STATEMENTS PAGE
 *
 *   GET /page           the bytes of the file PAGE
 *   GET /rows/HEX       the columns of all rows that the statements give (one a line of the file
 *                       STATEMENTS, each with one placeholder) for this identifier
 *
 * Threads as the library's own pool, each with a connection and its statements prepared once. */
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 4
#define STATEMENTS_MOST 32
#define ID_SIZE 16

struct text {
    char *bytes;
    size_t size, room;
};

struct connection {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS_MOST];
    size_t count;
};

struct raw {
    const char *database;
    char *statements[STATEMENTS_MOST];
    size_t statement_count;
    struct MHD_Response *page;
    pthread_key_t connection;
};

static void add(struct text *text, const void *bytes, size_t size)
{
    if (text->size + size > text->room) {
        text->room = (text->size + size) * 2;
        text->bytes = realloc(text->bytes, text->room);
        if (text->bytes == NULL) {
            abort();
        }
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

static struct connection *connect_to(const struct raw *raw)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    if (connection == NULL ||
        sqlite3_open_v2(raw->database, &connection->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        abort();
    }
    (void)sqlite3_busy_timeout(connection->db, 10000); /* whoever had it open puts its log away */
    for (size_t i = 0; i < raw->statement_count; i++) {
        if (sqlite3_prepare_v2(connection->db, raw->statements[i], -1, &connection->statements[i],
                               NULL) != SQLITE_OK) {
            fprintf(stderr, "raw: %s: %s\n", sqlite3_errmsg(connection->db), raw->statements[i]);
            exit(1);
        }
    }
    connection->count = raw->statement_count;
    pthread_setspecific(raw->connection, connection);
    return connection;
}

static int digit(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

static void add_rows(struct text *text, sqlite3_stmt *statement)
{
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const void *bytes = sqlite3_column_blob(statement, i);
            if (bytes != NULL) {
                add(text, bytes, (size_t)sqlite3_column_bytes(statement, i));
            }
            add(text, "\n", 1);
        }
    }
    sqlite3_reset(statement);
}

static struct MHD_Response *rows(const struct raw *raw, const char *hex)
{
    struct connection *connection = pthread_getspecific(raw->connection);
    struct text text = {0};
    unsigned char id[ID_SIZE];
    if (connection == NULL) {
        connection = connect_to(raw);
    }
    if (strlen(hex) != 2 * sizeof(id)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(id); i++) {
        id[i] = (unsigned char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    }
    add(&text, "rows\n", 5);
    sqlite3_exec(connection->db, "BEGIN", NULL, NULL, NULL);
    for (size_t i = 0; i < connection->count; i++) {
        sqlite3_bind_blob(connection->statements[i], 1, id, sizeof(id), SQLITE_STATIC);
        add_rows(&text, connection->statements[i]);
    }
    sqlite3_exec(connection->db, "COMMIT", NULL, NULL, NULL);
    return MHD_create_response_from_buffer(text.size, text.bytes, MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **request)
{
    const struct raw *raw = context;
    (void)method;
    (void)version;
    (void)upload;
    (void)upload_size;
    (void)request;
    if (strncmp(url, "/rows/", 6) == 0) {
        struct MHD_Response *response = rows(raw, url + 6);
        if (response == NULL) {
            return MHD_NO;
        }
        enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
        MHD_destroy_response(response);
        return result;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, raw->page);
}

static void read_statements(struct raw *raw, const char *path)
{
    char *line = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    while (raw->statement_count < STATEMENTS_MOST && getline(&line, &room, file) > 1) {
        raw->statements[raw->statement_count++] = strdup(line);
    }
    free(line);
    fclose(file);
}

static void read_page(struct raw *raw, const char *path)
{
    struct text text = {0};
    char bytes[4096];
    size_t n;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        add(&text, bytes, n);
    }
    fclose(file);
    raw->page = MHD_create_response_from_buffer(text.size, text.bytes, MHD_RESPMEM_MUST_FREE);
}

int main(int argc, char **argv)
{
    static struct raw raw;
    sigset_t ends;
    int ended;
    if (argc != 5) {
        fputs("usage: raw PORT DATABASE STATEMENTS PAGE\n", stderr);
        return 2;
    }
    raw.database = argv[2];
    read_statements(&raw, argv[3]);
    read_page(&raw, argv[4]);
    pthread_key_create(&raw.connection, NULL);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)strtoul(argv[1], NULL, 10), NULL,
                         NULL, answer, &raw, MHD_OPTION_THREAD_POOL_SIZE, THREADS, MHD_OPTION_END);
    if (daemon == NULL) {
        fputs("raw: cannot listen\n", stderr);
        return 1;
    }
    puts("is serving");
    fflush(stdout);
    sigwait(&ends, &ended);
    MHD_stop_daemon(daemon);
    return 0;
}

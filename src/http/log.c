/* See log.h. */
#include "http/log.h"

#include "http/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1024
#define DETAIL_MAX 300
#define KINDS 64u        /* of repeated events that are told apart */
#define REPEATS_MOST 10u /* of a kind in ... */
#define REPEATS_MS 60000 /* ... a minute; the rest is counted */

struct repeats {
    uint32_t kind; /* digest of what the line says but for its figures */
    unsigned count;
    int64_t since_ms;
};

/* Of the whole process, as standard error is. */
static struct {
    pthread_mutex_t mutex;
    int file; /* or -1: standard error */
    char path[4096];
    enum log_level most;
    uint64_t errors;
    struct repeats repeats[KINDS];
} state = {.mutex = PTHREAD_MUTEX_INITIALIZER, .file = -1, .most = LOG_LEVEL_INFO};

/* ---- where to ---- */

static enum status open_file(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) {
        return STATUS_REFUSED;
    }
    pthread_mutex_lock(&state.mutex);
    int before = state.file;
    state.file = file;
    pthread_mutex_unlock(&state.mutex);
    if (before >= 0) {
        close(before);
    }
    return STATUS_OK;
}

enum status log_to(struct str path)
{
    if (path.n == 0) {
        return STATUS_OK;
    }
    if (path.n >= sizeof(state.path)) {
        return STATUS_REFUSED;
    }
    memcpy(state.path, path.p, path.n);
    state.path[path.n] = '\0';
    return open_file(state.path);
}

enum status log_reopen(void)
{
    return state.path[0] == '\0' ? STATUS_OK : open_file(state.path);
}

void log_most(enum log_level level)
{
    pthread_mutex_lock(&state.mutex);
    state.most = level;
    pthread_mutex_unlock(&state.mutex);
}

/* systemd says which stream is its journal's; there a line begins with its priority. */
static bool to_journal(void)
{
    struct stat info;
    unsigned long long device, inode;
    const char *stream = getenv("JOURNAL_STREAM");
    return stream && fstat(STDERR_FILENO, &info) == 0 &&
           sscanf(stream, "%llu:%llu", &device, &inode) == 2 && device == info.st_dev &&
           inode == info.st_ino;
}

/* ---- a line ---- */

struct line {
    char text[LINE_MAX_BYTES];
    size_t n;
};

/* What does not fit is left out. */
static void put(struct line *line, struct str text)
{
    size_t room = sizeof(line->text) - 1 - line->n; /* one for the end of the line */
    size_t n = text.n < room ? text.n : room;
    if (n > 0) {
        memcpy(line->text + line->n, text.p, n);
        line->n += n;
    }
}

static void put_number(struct line *line, struct str key, int64_t number)
{
    char digits[32];
    int n = snprintf(digits, sizeof(digits), "=%lld", (long long)number);
    put(line, STR(" "));
    put(line, key);
    put(line, (struct str){digits, n > 0 ? (size_t)n : 0});
}

/* In quotes, without what could end them or the line. */
static void put_text(struct line *line, struct str key, struct str text)
{
    put(line, STR(" "));
    put(line, key);
    put(line, STR("=\""));
    for (size_t i = 0; i < text.n && i < DETAIL_MAX; i++) {
        char c = text.p[i];
        bool plain = (unsigned char)c >= ' ' && c != '"' && c != '\\' && c != 127;
        put(line, (struct str){plain ? &c : " ", 1});
    }
    put(line, STR("\""));
}

static void put_word(struct line *line, struct str key, struct str word)
{
    put(line, STR(" "));
    put(line, key);
    put(line, STR("="));
    put(line, word);
}

static void put_start(struct line *line, enum log_level level, struct str event)
{
    static const char *const names[] = {[LOG_LEVEL_ERROR] = "error",
                                        [LOG_LEVEL_WARNING] = "warning",
                                        [LOG_LEVEL_NOTICE] = "notice",
                                        [LOG_LEVEL_INFO] = "info"};
    char start[96];
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    line->n = 0;
    if (state.file < 0 && to_journal()) {
        snprintf(start, sizeof(start), "<%d>", (int)level);
        put(line, str_from(start));
    }
    size_t n = strftime(start, sizeof(start), "at=%Y-%m-%dT%H:%M:%S", &utc);
    put(line, (struct str){start, n});
    snprintf(start, sizeof(start), ".%03ldZ level=%s event=", now.tv_nsec / 1000000, names[level]);
    put(line, str_from(start));
    put(line, event);
}

/* A whole line in one call, so that threads do not mix. What cannot be written is lost: the log
 * must not stop the work. */
static void write_line(struct line *line)
{
    line->text[line->n++] = '\n';
    ssize_t written = write(state.file >= 0 ? state.file : STDERR_FILENO, line->text, line->n);
    (void)written;
}

/* ---- what repeats ---- */

static uint32_t digest_of(struct str a, struct str b, unsigned number)
{
    uint32_t digest = 2166136261u ^ number; /* FNV-1a */
    for (size_t i = 0; i < a.n + b.n; i++) {
        digest ^= (unsigned char)(i < a.n ? a.p[i] : b.p[i - a.n]);
        digest *= 16777619u;
    }
    return digest | 1u;
}

/* Whether a line of this kind is told; *ret_left_out: how many of the last minute were not. Under
 * the lock. */
static bool is_told(uint32_t kind, unsigned *ret_left_out)
{
    struct repeats *repeats = &state.repeats[kind % KINDS];
    int64_t now = monotonic_ms();
    *ret_left_out = 0;
    if (repeats->kind != kind || now - repeats->since_ms >= REPEATS_MS) {
        if (repeats->kind == kind && repeats->count > REPEATS_MOST) {
            *ret_left_out = repeats->count - REPEATS_MOST;
        }
        *repeats = (struct repeats){.kind = kind, .since_ms = now};
    }
    return ++repeats->count <= REPEATS_MOST;
}

/* ---- events ---- */

uint64_t log_errors(void)
{
    pthread_mutex_lock(&state.mutex);
    uint64_t errors = state.errors;
    pthread_mutex_unlock(&state.mutex);
    return errors;
}

void log_event(enum log_level level, struct str event, struct str detail)
{
    struct line line;
    unsigned left_out = 0;
    pthread_mutex_lock(&state.mutex);
    state.errors += level == LOG_LEVEL_ERROR ? 1 : 0;
    bool told = level <= state.most &&
                (level > LOG_LEVEL_WARNING || is_told(digest_of(event, detail, 0), &left_out));
    if (told) {
        put_start(&line, level, event);
        if (left_out > 0) {
            put_number(&line, STR("left_out"), left_out);
        }
        if (detail.n > 0) {
            put_text(&line, STR("detail"), detail);
        }
        write_line(&line);
    }
    pthread_mutex_unlock(&state.mutex);
}

static enum log_level level_of(unsigned status)
{
    return status >= 500 ? LOG_LEVEL_ERROR : status >= 400 ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO;
}

/* Who asked; nobody's while the second step is still to come. */
static void put_actor(struct line *line, const struct request *request)
{
    static const char digits[] = "0123456789abcdef";
    char text[UUID_TEXT_LENGTH];
    struct uuid worker = request->actor.worker;
    size_t n = 0;
    for (size_t i = 0; i < sizeof(worker.bytes); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            text[n++] = '-';
        }
        text[n++] = digits[worker.bytes[i] >> 4];
        text[n++] = digits[worker.bytes[i] & 15];
    }
    put_word(line, STR("actor"), uuid_is_nil(worker) ? STR("none") : (struct str){text, n});
}

void log_request(const struct request *request, int64_t milliseconds, size_t bytes)
{
    static const struct str methods[METHOD__COUNT] = {[METHOD_GET] = STR_INIT("GET"),
                                                      [METHOD_POST] = STR_INIT("POST"),
                                                      [METHOD_PATCH] = STR_INIT("PATCH")};
    struct line line;
    unsigned left_out = 0;
    unsigned status = request->response.status;
    enum log_level level = level_of(status);
    struct str pattern =
        request->route < ROUTE_COUNT ? route_lines[request->route].pattern : STR("none");
    pthread_mutex_lock(&state.mutex);
    state.errors += level == LOG_LEVEL_ERROR ? 1 : 0;
    bool told = level <= state.most && (level > LOG_LEVEL_ERROR ||
                                        is_told(digest_of(pattern, STR(""), status), &left_out));
    if (told) {
        put_start(&line, level, STR("request"));
        put_word(&line, STR("id"), str_from(request->connection->id));
        put_word(&line, STR("method"), methods[request->method]);
        put_text(&line, STR("route"), pattern);
        put_number(&line, STR("status"), status);
        put_number(&line, STR("ms"), milliseconds);
        put_number(&line, STR("bytes"), (int64_t)bytes);
        put_actor(&line, request);
        if (left_out > 0) {
            put_number(&line, STR("left_out"), left_out);
        }
        if (status >= 500 && request->outcome.detail.n > 0) {
            put_text(&line, STR("detail"), request->outcome.detail);
        }
        write_line(&line);
    }
    pthread_mutex_unlock(&state.mutex);
}

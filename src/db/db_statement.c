/* Statements: the cache of prepared ones, and the handles through which they are used. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "db/db_driver.h"
#include "db/sql_text.h"

_Static_assert(SQL_PLACEHOLDERS_MAX == DB_PARAMETERS_MAX, "one limit under two names");

enum run_state { RUN_READY, RUN_ROW, RUN_DONE };

/* One use of a prepared statement. Lives in the caller's arena, so that a stale one can be told
 * from the next user of the same prepared statement. */
struct db_statement {
    struct db *db;
    struct arena *arena;
    struct db_prepared *prepared;         /* NULL once given back */
    struct db_statement *previous, *next; /* among those in use on the connection */
    enum run_state state;
    enum status status; /* the first error */
    unsigned depth;     /* scopes open when it began to run */
    uint64_t *bound;    /* one bit for each placeholder */
};

/* ---- The cache ---- */

/* Eight bytes at a time: texts made by lower are long, and each use of one is hashed. */
static uint64_t hash_text(struct str text)
{
    uint64_t hash = text.n;
    for (size_t at = 0; at < text.n; at += sizeof(uint64_t)) {
        uint64_t chunk = 0;
        size_t left = text.n - at;
        memcpy(&chunk, text.p + at, left < sizeof(chunk) ? left : sizeof(chunk));
        hash = (hash ^ chunk) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    return hash;
}

static struct db_prepared **slot_of(struct db *db, uint64_t hash)
{
    return &db->slots[hash & (DB_SLOTS - 1)];
}

static struct db_prepared *find_idle(struct db *db, uint64_t hash, struct str text)
{
    for (struct db_prepared *p = *slot_of(db, hash); p != NULL; p = p->next) {
        if (p->hash == hash && p->user == NULL && str_eq(p->text, text)) {
            return p;
        }
    }
    return NULL;
}

static void drop(struct db *db, struct db_prepared *prepared)
{
    struct db_prepared **link = slot_of(db, prepared->hash);
    while (*link != prepared) {
        link = &(*link)->next;
    }
    *link = prepared->next;
    db->prepared_count--;
    db->driver->unprepare(prepared);
    free(prepared);
}

/* Makes room for one more, if one is idle; a cache full of busy statements grows. */
static void evict_oldest(struct db *db)
{
    struct db_prepared *oldest = NULL;
    if (db->prepared_count < db->prepared_max) {
        return;
    }
    for (size_t i = 0; i < DB_SLOTS; i++) {
        for (struct db_prepared *p = db->slots[i]; p != NULL; p = p->next) {
            if (p->user == NULL && (oldest == NULL || p->last_used < oldest->last_used)) {
                oldest = p;
            }
        }
    }
    if (oldest != NULL) {
        drop(db, oldest);
    }
}

/* The checks that make a text mean the same to every driver. */
static enum status check_text(struct db *db, struct str name, struct str text,
                              struct sql_facts *ret_facts)
{
    *ret_facts = sql_examine(text);
    struct str label = name.n > 0 ? name : str_slice(text, 0, 80);
    if (ret_facts->fault != NULL) {
        return db_fail(db, DB_SQL, STR(""), "%s: %.*s", ret_facts->fault, STR_ARG(label));
    }
    if (ret_facts->statements != 1) {
        return db_fail(db, DB_SQL, STR(""), "%u statements where one is wanted: %.*s",
                       ret_facts->statements, STR_ARG(label));
    }
    return STATUS_OK;
}

/* Prepares a text and adds it to the cache. NULL on an error, which the connection then has. */
static struct db_prepared *add_prepared(struct db *db, uint64_t hash, struct str name,
                                        struct str text)
{
    struct sql_facts facts;
    if (check_text(db, name, text, &facts) != STATUS_OK) {
        return NULL;
    }
    struct db_prepared *prepared = calloc(1, sizeof(*prepared) + text.n);
    if (prepared == NULL) {
        db_fail(db, DB_NO_MEMORY, STR(""), "no memory for a statement");
        return NULL;
    }
    memcpy(prepared->bytes, text.p, text.n);
    prepared->text = (struct str){prepared->bytes, text.n};
    prepared->name = name;
    prepared->hash = hash;
    prepared->parameters = facts.placeholders;
    prepared->writes = facts.writes;
    enum status status = db->driver->prepare(db, prepared);
    if (status != STATUS_OK) {
        free(prepared);
        db_scope_failed(db, status);
        return NULL;
    }
    evict_oldest(db);
    struct db_prepared **slot = slot_of(db, hash);
    prepared->next = *slot;
    *slot = prepared;
    db->prepared_count++;
    return prepared;
}

struct str db_label(const struct db_prepared *prepared)
{
    return prepared->name.n > 0 ? prepared->name : str_slice(prepared->text, 0, 80);
}

/* ---- Handles ---- */

static void give_back(struct db_statement *statement)
{
    struct db *db = statement->db;
    if (statement->prepared == NULL) {
        return;
    }
    db->driver->reset(statement->prepared);
    statement->prepared->user = NULL;
    statement->prepared = NULL;
    if (statement->previous != NULL) {
        statement->previous->next = statement->next;
    } else {
        db->in_use = statement->next;
    }
    if (statement->next != NULL) {
        statement->next->previous = statement->previous;
    }
}

static void give_back_on_clear(void *resource)
{
    give_back(resource);
}

enum status db_prepare_as(struct db *db, struct str name, struct str sql, struct arena *arena,
                          struct db_statement **ret_statement)
{
    /* The arena first: it may jump away, and then nothing must be left half done. */
    struct db_statement *statement = ARENA_NEW(arena, struct db_statement);
    arena_on_clear(arena, give_back_on_clear, statement);
    uint64_t hash = hash_text(sql);
    struct db_prepared *prepared = find_idle(db, hash, sql);
    if (prepared == NULL) {
        prepared = add_prepared(db, hash, name, sql);
    }
    if (prepared == NULL) {
        return db->failure.error.status;
    }
    if (prepared->writes && db->role != DB_WRITER) {
        return db_fail(db, DB_READ_ONLY, STR(""), "a connection that only reads was given: %.*s",
                       STR_ARG(db_label(prepared)));
    }
    size_t words = (prepared->parameters + 63u) / 64u;
    statement->bound = ARENA_ARRAY(arena, words, uint64_t);
    statement->db = db;
    statement->arena = arena;
    statement->prepared = prepared;
    statement->next = db->in_use;
    if (db->in_use != NULL) {
        db->in_use->previous = statement;
    }
    db->in_use = statement;
    prepared->user = statement;
    prepared->last_used = ++db->uses;
    *ret_statement = statement;
    return STATUS_OK;
}

enum status db_prepare(struct db *db, struct str sql, struct arena *arena,
                       struct db_statement **ret_statement)
{
    return db_prepare_as(db, STR(""), sql, arena, ret_statement);
}

uint64_t db_uses(const struct db *db)
{
    return db->uses;
}

void db_statements_end(struct db *db, unsigned depth)
{
    struct db_statement *next = NULL;
    for (struct db_statement *s = db->in_use; s != NULL; s = next) {
        next = s->next;
        if (depth == 0 || (s->state == RUN_ROW && s->depth >= depth)) {
            give_back(s);
        }
    }
}

bool db_statements_reading(const struct db *db, struct str *ret_label)
{
    for (const struct db_statement *s = db->in_use; s != NULL; s = s->next) {
        if (s->state == RUN_ROW) {
            *ret_label = db_label(s->prepared);
            return true;
        }
    }
    return false;
}

void db_statements_free(struct db *db)
{
    db_statements_end(db, 0);
    for (size_t i = 0; i < DB_SLOTS; i++) {
        while (db->slots[i] != NULL) {
            drop(db, db->slots[i]);
        }
    }
}

/* Keeps the first error of a statement. */
static void spoil(struct db_statement *statement, enum status status)
{
    if (statement->status == STATUS_OK) {
        statement->status = status;
    }
}

/* Whether the statement may still be asked; one that was given back and is asked again is a bug of
 * the caller. */
static bool usable(struct db_statement *statement)
{
    if (statement->status != STATUS_OK) {
        return false;
    }
    if (statement->prepared == NULL) {
        spoil(statement, db_fail(statement->db, DB_MISUSE, STR(""),
                                 "a statement was used after its end or that of its scope"));
        return false;
    }
    return true;
}

/* ---- Binding ---- */

void db_bind(struct db_statement *statement, unsigned at, struct db_value value)
{
    if (!usable(statement)) {
        return;
    }
    struct db *db = statement->db;
    struct db_prepared *prepared = statement->prepared;
    struct str label = db_label(prepared);
    if (statement->state != RUN_READY) {
        spoil(statement,
              db_fail(db, DB_MISUSE, STR(""), "bind after the first row: %.*s", STR_ARG(label)));
    } else if (at == 0 || at > prepared->parameters) {
        spoil(statement, db_fail(db, DB_MISUSE, STR(""), "there is no placeholder ?%u: %.*s", at,
                                 STR_ARG(label)));
    } else if (value.type == DB_OTHER) {
        spoil(statement, db_fail(db, DB_MISUSE, STR(""), "?%u is given no type Hearth knows: %.*s",
                                 at, STR_ARG(label)));
    } else if (value.type == DB_TEXT && str_find_byte(value.bytes, '\0') >= 0) {
        spoil(statement, db_fail(db, DB_MISUSE, STR(""), "?%u is given text with NUL: %.*s", at,
                                 STR_ARG(label)));
    } else {
        statement->bound[(at - 1) / 64] |= UINT64_C(1) << ((at - 1) % 64);
        spoil(statement, db->driver->bind(db, prepared, at, &value));
    }
}

void db_bind_null(struct db_statement *statement, unsigned at)
{
    db_bind(statement, at, (struct db_value){.type = DB_NULL});
}

void db_bind_int(struct db_statement *statement, unsigned at, int64_t value)
{
    db_bind(statement, at, (struct db_value){.type = DB_INT, .integer = value});
}

void db_bind_text(struct db_statement *statement, unsigned at, struct str value)
{
    db_bind(statement, at, (struct db_value){.type = DB_TEXT, .bytes = value});
}

void db_bind_blob(struct db_statement *statement, unsigned at, struct str value)
{
    db_bind(statement, at, (struct db_value){.type = DB_BLOB, .bytes = value});
}

void db_bind_uuid(struct db_statement *statement, unsigned at, struct uuid value)
{
    db_bind(statement, at, (struct db_value){.type = DB_UUID, .uuid = value});
}

/* ---- Running ---- */

/* The number of the first placeholder without a value, or 0. */
static unsigned first_unbound(const struct db_statement *statement)
{
    for (unsigned i = 0; i < statement->prepared->parameters; i++) {
        if ((statement->bound[i / 64] >> (i % 64) & 1) == 0) {
            return i + 1;
        }
    }
    return 0;
}

static bool may_start(struct db_statement *statement)
{
    struct db *db = statement->db;
    unsigned unbound = first_unbound(statement);
    if (unbound > 0) {
        spoil(statement, db_fail(db, DB_MISUSE, STR(""), "?%u has no value: %.*s", unbound,
                                 STR_ARG(db_label(statement->prepared))));
        return false;
    }
    spoil(statement, db_scope_allows(db, statement->prepared, statement->prepared->writes));
    statement->depth = db->depth;
    return statement->status == STATUS_OK;
}

bool db_next(struct db_statement *statement)
{
    if (!usable(statement) || statement->state == RUN_DONE) {
        return false;
    }
    if (statement->state == RUN_READY && !may_start(statement)) {
        return false;
    }
    struct db *db = statement->db;
    bool row = false;
    enum status status = db_operation(db);
    if (status == STATUS_OK) {
        status = db->driver->step(db, statement->prepared, &row);
    }
    if (status != STATUS_OK) {
        /* At once, not at db_finish: a reader that was interrupted must not hold its view. */
        db->driver->reset(statement->prepared);
        spoil(statement, db_scope_failed(db, status));
        row = false;
    }
    statement->state = row ? RUN_ROW : RUN_DONE;
    return row;
}

enum status db_finish(struct db_statement *statement)
{
    give_back(statement);
    return statement->status;
}

enum status db_run_count(struct db_statement *statement, int64_t *ret_rows)
{
    *ret_rows = 0;
    while (db_next(statement)) {
    }
    if (usable(statement) && statement->prepared->writes) {
        *ret_rows = statement->db->driver->changes(statement->db);
    }
    return db_finish(statement);
}

enum status db_run(struct db_statement *statement)
{
    int64_t rows;
    return db_run_count(statement, &rows);
}

enum status db_repeat(struct db_statement *statement)
{
    while (db_next(statement)) {
    }
    if (usable(statement)) {
        statement->db->driver->reset(statement->prepared);
        memset(statement->bound, 0, (statement->prepared->parameters + 63u) / 64u * 8u);
        statement->state = RUN_READY;
    }
    return statement->status;
}

/* ---- Reading ---- */

static const char *const type_names[] = {
    [DB_NULL] = "null", [DB_INT] = "integer", [DB_BOOL] = "boolean", [DB_TEXT] = "text",
    [DB_BLOB] = "blob", [DB_UUID] = "uuid",   [DB_OTHER] = "other",
};

/* The column as the driver gives it; DB_OTHER when there is none to read. */
static struct db_value view(struct db_statement *statement, unsigned at)
{
    struct db_value none = {.type = DB_OTHER};
    if (!usable(statement)) {
        return none;
    }
    const struct db_prepared *prepared = statement->prepared;
    const struct db_driver *driver = statement->db->driver;
    if (statement->state != RUN_ROW || at >= driver->columns(prepared)) {
        spoil(statement,
              db_fail(statement->db, DB_MISUSE, STR(""), "there is no row or no column %u: %.*s",
                      at, STR_ARG(db_label(prepared))));
        return none;
    }
    return driver->column(prepared, at);
}

/* What a mistyped column reads as; only the statement's error counts then. */
static void spoil_type(struct db_statement *statement, unsigned at, enum db_type found,
                       enum db_type wanted)
{
    if (statement->status == STATUS_OK) {
        spoil(statement, db_fail(statement->db, DB_TYPE, STR(""),
                                 "column %u is %s, read as %s: %.*s", at, type_names[found],
                                 type_names[wanted], STR_ARG(db_label(statement->prepared))));
    }
}

bool db_is_null(struct db_statement *statement, unsigned at)
{
    return view(statement, at).type == DB_NULL;
}

int64_t db_int(struct db_statement *statement, unsigned at)
{
    struct db_value value = view(statement, at);
    if (value.type != DB_INT && value.type != DB_BOOL) {
        spoil_type(statement, at, value.type, DB_INT);
        return 0;
    }
    return value.integer;
}

struct uuid db_uuid(struct db_statement *statement, unsigned at)
{
    struct db_value value = view(statement, at);
    if (value.type == DB_BLOB && value.bytes.n == sizeof(value.uuid.bytes)) {
        memcpy(value.uuid.bytes, value.bytes.p, value.bytes.n);
        value.type = DB_UUID;
    }
    if (value.type != DB_UUID) {
        spoil_type(statement, at, value.type, DB_UUID);
        return (struct uuid){0};
    }
    return value.uuid;
}

static struct str bytes_view(struct db_statement *statement, unsigned at, enum db_type type)
{
    struct db_value value = view(statement, at);
    if (value.type != type) {
        spoil_type(statement, at, value.type, type);
        return STR("");
    }
    return value.bytes;
}

struct str db_text_view(struct db_statement *statement, unsigned at)
{
    return bytes_view(statement, at, DB_TEXT);
}

struct str db_blob_view(struct db_statement *statement, unsigned at)
{
    return bytes_view(statement, at, DB_BLOB);
}

struct str db_text(struct db_statement *statement, unsigned at)
{
    return str_copy(statement->arena, bytes_view(statement, at, DB_TEXT));
}

struct str db_blob(struct db_statement *statement, unsigned at)
{
    return str_copy(statement->arena, bytes_view(statement, at, DB_BLOB));
}

struct db_value db_value(struct db_statement *statement, unsigned at)
{
    struct db_value value = view(statement, at);
    if (value.type == DB_OTHER) {
        spoil_type(statement, at, DB_OTHER, DB_TEXT);
        return (struct db_value){.type = DB_NULL};
    }
    value.bytes = str_copy(statement->arena, value.bytes);
    return value;
}

unsigned db_columns(const struct db_statement *statement)
{
    return statement->prepared != NULL ? statement->db->driver->columns(statement->prepared) : 0;
}

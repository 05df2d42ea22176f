/* A connection that follows a script: what must be asked, and what the answer is. */
#include "db/db_fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/db_driver.h"
#include "db/sql_text.h"

struct fake {
    struct db *db;
    const struct db_fake_step *script;
    size_t steps, at; /* at: the next to come */
    bool transaction;
    int64_t changes;
    char complaint[512]; /* what did not fit first; empty when all did */
};

/* A prepared statement of the fake: what was bound, and the step it is running. */
struct fake_statement {
    struct db_value *bound; /* bytes owned */
    unsigned parameters;
    const struct db_fake_step *step; /* NULL before the first row */
    size_t row;                      /* counts from 1 */
};

static struct fake *self_of(const struct db *db)
{
    return db->impl;
}

static struct fake_statement *statement_of(const struct db_prepared *prepared)
{
    return prepared->impl;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

/* The next byte of the text with runs of blanks read as one; NUL at the end. */
static char next_byte(struct str text, size_t *at)
{
    if (*at >= text.n) {
        return '\0';
    }
    char c = text.p[(*at)++];
    if (!is_blank(c)) {
        return c;
    }
    while (*at < text.n && is_blank(text.p[*at])) {
        (*at)++;
    }
    return ' ';
}

static bool same_text(struct str a, struct str b)
{
    size_t at_a = 0;
    size_t at_b = 0;
    a = str_trim(a);
    b = str_trim(b);
    for (;;) {
        char next = next_byte(a, &at_a);
        if (next != next_byte(b, &at_b)) {
            return false;
        }
        if (next == '\0') {
            return true;
        }
    }
}

static bool same_value(const struct db_value *a, const struct db_value *b)
{
    return a->type == b->type && a->integer == b->integer && str_eq(a->bytes, b->bytes) &&
           uuid_eq(a->uuid, b->uuid);
}

/* Keeps the first complaint; all that comes later fails the same way. */
static enum status complain(struct fake *self, const char *what, struct str sql)
{
    if (self->complaint[0] == '\0') {
        const char *wanted = self->at < self->steps ? self->script[self->at].sql : "nothing more";
        snprintf(self->complaint, sizeof(self->complaint),
                 "step %zu of the script: %s; wanted: %s; came: %.*s", self->at + 1, what, wanted,
                 STR_ARG(sql));
    }
    return db_fail(self->db, DB_MISUSE, STR(""), "%s", self->complaint);
}

/* The step that this text begins. */
static enum status take_step(struct fake *self, struct str sql,
                             const struct db_fake_step **ret_step)
{
    *ret_step = NULL;
    if (self->complaint[0] != '\0') {
        return complain(self, "", sql);
    }
    if (self->at == self->steps) {
        return complain(self, "the script is at its end", sql);
    }
    const struct db_fake_step *step = &self->script[self->at];
    if (!same_text(str_from(step->sql), sql)) {
        return complain(self, "something else", sql);
    }
    self->at++;
    *ret_step = step;
    return STATUS_OK;
}

/* How a step ends: well, or with its failure. */
static enum status end_step(struct fake *self, const struct db_fake_step *step)
{
    self->changes = step->changes;
    if (step->fails == DB_NO_CAUSE) {
        return STATUS_OK;
    }
    if (step->transaction_lost) {
        self->transaction = false;
    }
    return db_fail(self->db, step->fails, str_from(step->constraint), "scripted: %s", step->sql);
}

/* ---- Statements ---- */

static void forget_bound(struct fake_statement *statement)
{
    for (unsigned i = 0; i < statement->parameters; i++) {
        void *owned = NULL;
        const void *bytes = statement->bound[i].bytes.p;
        memcpy(&owned, &bytes, sizeof(owned)); /* ours, whatever the view says */
        free(owned);
        statement->bound[i] = (struct db_value){0};
    }
}

static enum status prepare(struct db *db, struct db_prepared *prepared)
{
    struct fake_statement *statement = calloc(1, sizeof(*statement));
    struct db_value *bound = calloc(prepared->parameters + 1u, sizeof(*bound));
    if (statement == NULL || bound == NULL) {
        free(statement);
        free(bound);
        return db_fail(db, DB_NO_MEMORY, STR(""), "no memory for a statement");
    }
    statement->bound = bound;
    statement->parameters = prepared->parameters;
    prepared->impl = statement;
    return STATUS_OK;
}

static void unprepare(struct db_prepared *prepared)
{
    struct fake_statement *statement = statement_of(prepared);
    forget_bound(statement);
    free(statement->bound);
    free(statement);
}

static enum status bind(struct db *db, struct db_prepared *prepared, unsigned at,
                        const struct db_value *value)
{
    struct db_value *bound = &statement_of(prepared)->bound[at - 1];
    struct db_value copy = *value;
    copy.bytes = STR("");
    if (value->bytes.n > 0) {
        char *bytes = malloc(value->bytes.n);
        if (bytes == NULL) {
            return db_fail(db, DB_NO_MEMORY, STR(""), "no memory for a value");
        }
        memcpy(bytes, value->bytes.p, value->bytes.n);
        copy.bytes = (struct str){bytes, value->bytes.n};
    } else {
        copy.bytes.p = NULL;
    }
    *bound = copy;
    return STATUS_OK;
}

static bool bound_as_scripted(const struct fake_statement *statement,
                              const struct db_fake_step *step)
{
    if (step->bound == NULL) {
        return true;
    }
    if (step->bound_count != statement->parameters) {
        return false;
    }
    for (unsigned i = 0; i < statement->parameters; i++) {
        if (!same_value(&step->bound[i], &statement->bound[i])) {
            return false;
        }
    }
    return true;
}

static enum status step(struct db *db, struct db_prepared *prepared, bool *ret_row)
{
    struct fake *self = self_of(db);
    struct fake_statement *statement = statement_of(prepared);
    *ret_row = false;
    if (statement->step == NULL) {
        TRY(take_step(self, prepared->text, &statement->step));
        if (!bound_as_scripted(statement, statement->step)) {
            self->at--;
            return complain(self, "other values", prepared->text);
        }
    }
    if (statement->row < statement->step->row_count) {
        statement->row++;
        *ret_row = true;
        return STATUS_OK;
    }
    return end_step(self, statement->step);
}

static void reset(struct db_prepared *prepared)
{
    struct fake_statement *statement = statement_of(prepared);
    forget_bound(statement);
    statement->step = NULL;
    statement->row = 0;
}

static unsigned columns(const struct db_prepared *prepared)
{
    const struct fake_statement *statement = statement_of(prepared);
    return statement->step != NULL ? statement->step->columns : 0;
}

static struct db_value column(const struct db_prepared *prepared, unsigned at)
{
    const struct fake_statement *statement = statement_of(prepared);
    return statement->step->rows[(statement->row - 1) * statement->step->columns + at];
}

static int64_t changes(const struct db *db)
{
    return self_of(db)->changes;
}

/* ---- Transactions and the rest ---- */

static enum status control(struct db *db, enum db_control control, unsigned depth)
{
    static const char *const texts[DB_CONTROL__COUNT] = {
        [DB_CONTROL_BEGIN_READ] = "BEGIN READ",   [DB_CONTROL_BEGIN_WRITE] = "BEGIN WRITE",
        [DB_CONTROL_COMMIT] = "COMMIT",           [DB_CONTROL_ROLLBACK] = "ROLLBACK",
        [DB_CONTROL_SAVEPOINT] = "SAVEPOINT",     [DB_CONTROL_RELEASE] = "RELEASE",
        [DB_CONTROL_ROLLBACK_TO] = "ROLLBACK TO",
    };
    struct fake *self = self_of(db);
    const struct db_fake_step *step = NULL;
    char text[32];
    if (depth > 1) {
        snprintf(text, sizeof(text), "%s %u", texts[control], depth);
    } else {
        snprintf(text, sizeof(text), "%s", texts[control]);
    }
    if (control == DB_CONTROL_ROLLBACK) {
        self->transaction = false;
    }
    TRY(take_step(self, str_from(text), &step));
    TRY(end_step(self, step));
    if (depth == 1) {
        self->transaction = control == DB_CONTROL_BEGIN_READ || control == DB_CONTROL_BEGIN_WRITE;
    }
    return STATUS_OK;
}

static bool in_transaction(const struct db *db)
{
    return self_of(db)->transaction;
}

static enum status script(struct db *db, struct str sql)
{
    const struct db_fake_step *step = NULL;
    TRY(take_step(self_of(db), sql, &step));
    return end_step(self_of(db), step);
}

static enum status define_function(struct db *db, const struct db_function *function)
{
    (void)function;
    return db_fail(db, DB_MISUSE, STR(""), "the fake has no functions");
}

static enum status checkpoint(struct db *db, enum db_checkpoint_mode mode,
                              struct db_checkpoint *ret_checkpoint)
{
    const struct db_fake_step *step = NULL;
    (void)mode;
    TRY(take_step(self_of(db), STR("CHECKPOINT"), &step));
    ret_checkpoint->complete = true;
    return end_step(self_of(db), step);
}

static enum status backup(struct db *db, struct str path, struct db_progress progress)
{
    const struct db_fake_step *step = NULL;
    (void)path;
    (void)progress;
    TRY(take_step(self_of(db), STR("BACKUP"), &step));
    return end_step(self_of(db), step);
}

static enum status verify(struct db *db)
{
    const struct db_fake_step *step = NULL;
    TRY(take_step(self_of(db), STR("VERIFY"), &step));
    return end_step(self_of(db), step);
}

static void interrupt(struct db *db)
{
    (void)db; /* nothing takes time here; the common part remembers */
}

static void close_fake(struct db *db)
{
    free(self_of(db));
}

static const struct db_driver driver = {
    .dialect = DB_DIALECT_SQLITE,
    .prepare = prepare,
    .unprepare = unprepare,
    .bind = bind,
    .step = step,
    .reset = reset,
    .columns = columns,
    .column = column,
    .changes = changes,
    .control = control,
    .in_transaction = in_transaction,
    .script = script,
    .define_function = define_function,
    .checkpoint = checkpoint,
    .backup = backup,
    .verify = verify,
    .interrupt = interrupt,
    .close = close_fake,
};

enum status db_open_fake(const struct db_fake_step *script, size_t steps, enum db_role role,
                         struct db **ret_db)
{
    struct fake *self = calloc(1, sizeof(*self));
    struct db *db = self != NULL ? db_new(&driver, role, 0) : NULL;
    if (db == NULL) {
        free(self);
        return STATUS_BUSY;
    }
    self->db = db;
    self->script = script;
    self->steps = steps;
    db->impl = self;
    *ret_db = db;
    return STATUS_OK;
}

struct str db_fake_complaint(struct db *db)
{
    struct fake *self = self_of(db);
    if (self->at < self->steps) {
        complain(self, "never came", STR(""));
    }
    return str_from(self->complaint);
}

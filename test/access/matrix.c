/* The access matrix, cell by cell. docs/generated/access.md says who may do what; here each entity
 * of the practice model has a record in every state and in every relation to a worker, and a worker
 * of every role tries every verb on it through the gate of the store. What is allowed and what is
 * refused must be what stands there, and nothing else.
 *
 *   test_access_matrix MODEL MATRIX      the folder of the model, and the file */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compile/compile.h"
#include "db/named.h"
#include "rule/access.h"
#include "store/store_int.h"

#define MATRIX_NOW 1795634400000 /* Wed 25 Nov 2026, 19:20 UTC */
#define ROLES_MAX 32u
#define RELATIONS (SCOPE__COUNT + 1) /* the scopes, and: of another agency */
#define NO_RELATION SCOPE__COUNT
#define DIFFERENT_MOST 20u

/* One record that is tried. */
struct tried {
    uint32_t entity;
    struct uuid id, root, parent;
    unsigned relation; /* enum model_scope, or NO_RELATION */
    uint32_t state;    /* or MODEL_NONE */
};

struct matrix {
    struct arena arena;
    char folder[256];
    struct store *store;
    const struct model *model;
    struct uuid agency, elsewhere, team;
    struct uuid workers[ROLES_MAX]; /* by row of the role */
    struct actor actors[ROLES_MAX];
    LIST(struct tried) tried;
    /* What the file says: bits of scopes, by class, role and verb. */
    uint32_t *cells;
    size_t allowed, refused, different;
};

static int64_t now_of(void *context)
{
    (void)context;
    return MATRIX_NOW;
}

static void stop_if(bool wrong, const char *what, const struct outcome *outcome)
{
    if (!wrong) {
        return;
    }
    printf("Bail out! %s\n", what);
    for (size_t i = 0; outcome != NULL && i < outcome->problems.count; i++) {
        printf("#   %.*s: %.*s\n", STR_ARG(outcome->problems.items[i].where),
               STR_ARG(outcome->problems.items[i].message));
    }
    if (outcome != NULL) {
        printf("#   %.*s\n", STR_ARG(outcome->detail));
    }
    exit(1);
}

/* ---- the file ---- */

static uint32_t *cell(const struct matrix *m, uint32_t class_row, uint32_t role, unsigned verb)
{
    size_t at = ((size_t)class_row * model_role_total(m->model) + role) * VERB__COUNT + verb;
    return &m->cells[at];
}

/* "own_agency, assigned" */
static uint32_t scopes_of(struct str text)
{
    uint32_t scopes = 0;
    struct str name;
    enum model_scope scope = SCOPE_STATE;
    while (text.n > 0) {
        (void)str_split(&text, ',', &name);
        name = str_trim(name);
        stop_if(name.n > 0 && !model_scope_parse(name, &scope), "a cell names no scope", NULL);
        scopes |= name.n > 0 ? 1u << scope : 0;
    }
    return scopes;
}

static void read_row(struct matrix *m, uint32_t class_row, struct str line, const int *columns)
{
    struct str part;
    uint32_t role = MODEL_NONE;
    (void)str_split(&line, '|', &part);
    for (int column = 0; line.n > 0; column++) {
        (void)str_split(&line, '|', &part);
        part = str_trim(part);
        if (column == 0) {
            stop_if(part.n < 3, "a row names no role", NULL);
            role = model_role_by_name(m->model, str_slice(part, 1, part.n - 1));
            stop_if(role == MODEL_NONE, "a row names no role", NULL);
        } else if (columns[column] >= 0) {
            *cell(m, class_row, role, (unsigned)columns[column]) = scopes_of(part);
        }
    }
}

/* "| role | read | create |": which verb stands in which column. */
static void read_head(struct str line, int columns[VERB__COUNT + 2])
{
    struct str part;
    enum model_verb verb;
    (void)str_split(&line, '|', &part);
    for (int column = 0; column < VERB__COUNT + 2; column++) {
        columns[column] = -1;
        if (line.n > 0 && str_split(&line, '|', &part) && model_verb_parse(str_trim(part), &verb)) {
            columns[column] = (int)verb;
        }
    }
}

/* "## Initial assessment (assessment_record)"; MODEL_NONE for another heading. */
static uint32_t class_of(const struct matrix *m, struct str line)
{
    ptrdiff_t open = str_find_byte(line, '(');
    if (open < 0 || line.p[line.n - 1] != ')') {
        return MODEL_NONE;
    }
    struct str name = str_slice(line, (size_t)open + 1, line.n - 1);
    for (uint32_t i = 0; i < model_record_class_total(m->model); i++) {
        if (str_eq(model_text(m->model, model_record_class_row(m->model, i)->name), name)) {
            return i;
        }
    }
    return MODEL_NONE;
}

static struct str read_whole(struct arena *arena, const char *path)
{
    char *bytes = arena_alloc(arena, (size_t)1024 * 1024);
    FILE *file = fopen(path, "rb");
    stop_if(file == NULL, "the matrix cannot be read", NULL);
    size_t size = fread(bytes, 1, (size_t)1024 * 1024, file);
    (void)fclose(file);
    return (struct str){bytes, size};
}

static void read_matrix(struct matrix *m, const char *path)
{
    struct str text = read_whole(&m->arena, path), line;
    int columns[VERB__COUNT + 2] = {0};
    uint32_t class_row = MODEL_NONE, classes = 0;
    m->cells = ARENA_ARRAY(&m->arena,
                           (size_t)model_record_class_total(m->model) * model_role_total(m->model) *
                               VERB__COUNT,
                           uint32_t);
    while (text.n > 0) {
        (void)str_split(&text, '\n', &line);
        if (str_starts(line, STR("## "))) {
            class_row = class_of(m, line);
            classes += class_row != MODEL_NONE ? 1 : 0;
        } else if (class_row != MODEL_NONE && str_starts(line, STR("| role "))) {
            read_head(line, columns);
        } else if (class_row != MODEL_NONE && str_starts(line, STR("| `"))) {
            read_row(m, class_row, line, columns);
        }
    }
    stop_if(classes != model_record_class_total(m->model), "a class is missing in the matrix",
            NULL);
}

static bool says(const struct matrix *m, uint32_t class_row, uint32_t role, unsigned verb,
                 unsigned relation)
{
    return relation != NO_RELATION && (*cell(m, class_row, role, verb) >> relation & 1u) != 0;
}

/* ---- records ---- */

static enum status set_audience(struct uow *uow, const struct tried *tried, enum model_scope scope,
                                struct uuid subject)
{
    const struct model *model = uow->set.model;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_AUDIENCE, uow->arena, &q));
    db_bind_int(q, 1, audience_id(scope, subject));
    db_bind_text(q, 2, model_scope_name(scope));
    db_bind_uuid(q, 3, subject);
    TRY(db_run(q));
    TRY(db_named(uow->db, SQL_ADD_RECORD_AUDIENCE, uow->arena, &q));
    db_bind_int(q, 1, audience_id(scope, subject));
    db_bind_text(q, 2, model_text(model, model_entity_row(model, tried->entity)->name));
    db_bind_uuid(q, 3, tried->id);
    return db_run(q);
}

/* The record is open in its relation and in no other way. */
static enum status place(struct uow *uow, const struct matrix *m, const struct tried *tried)
{
    struct db_statement *q;
    TRY(db_prepare(uow->db, STR("DELETE FROM record_audience WHERE record = ?1"), uow->arena, &q));
    db_bind_uuid(q, 1, tried->id);
    TRY(db_run(q));
    switch (tried->relation) {
    case SCOPE_OWN_AGENCY:
    case SCOPE_PARTICIPANT:
    case SCOPE_SHARED:
        return set_audience(uow, tried, (enum model_scope)tried->relation, m->agency);
    case SCOPE_TEAM:
        return set_audience(uow, tried, SCOPE_TEAM, m->team);
    case SCOPE_ASSIGNED:
    case SCOPE_BREAK_GLASS:
        for (uint32_t i = 0; i < model_role_total(m->model); i++) {
            TRY(set_audience(uow, tried, (enum model_scope)tried->relation, m->workers[i]));
        }
        return STATUS_OK;
    case SCOPE_STATE:
        return set_audience(uow, tried, SCOPE_STATE, (struct uuid){{0}});
    default:
        return set_audience(uow, tried, SCOPE_OWN_AGENCY, m->elsewhere);
    }
}

static struct uuid owner_of(const struct matrix *m, const struct tried *tried)
{
    return tried->relation == NO_RELATION ? m->elsewhere : m->agency;
}

/* What of a record matters here: whose it is, in which state, and what it belongs to. */
static void bind_column(const struct matrix *m, struct db_statement *q, unsigned at,
                        const struct schema_column *column, const struct tried *tried)
{
    const struct model_entity *shape = model_entity_row(m->model, tried->entity);
    if (column->part == SCHEMA_VALUE && column->field == shape->parent &&
        shape->kind == ENTITY_PART) {
        db_bind_uuid(q, at, tried->parent);
    } else if (column->part == SCHEMA_VALUE && column->field == shape->owner &&
               shape->kind == ENTITY_ROOT) {
        db_bind_uuid(q, at, owner_of(m, tried));
    } else {
        db_bind_null(q, at);
    }
}

static void bind_kernel(const struct matrix *m, struct db_statement *q,
                        enum schema_entity_column column, const struct tried *tried)
{
    const struct model_entity *shape = model_entity_row(m->model, tried->entity);
    unsigned at = (unsigned)column + 1;
    if (column == SCHEMA_ENTITY_ID) {
        db_bind_uuid(q, at, tried->id);
    } else if (column == SCHEMA_ENTITY_ROOT) {
        db_bind_uuid(q, at, tried->root);
    } else if (column == SCHEMA_ENTITY_VERSION) {
        db_bind_int(q, at, 1);
    } else if (column == SCHEMA_ENTITY_CREATED_AT || column == SCHEMA_ENTITY_CHANGED_AT) {
        db_bind_int(q, at, MATRIX_NOW);
    } else if (column == SCHEMA_ENTITY_STATE && tried->state != MODEL_NONE) {
        db_bind_text(q, at, model_text(m->model, model_state_row(m->model, tried->state)->name));
    } else if (column == SCHEMA_ENTITY_AGENCY && shape->kind != ENTITY_HUB &&
               shape->kind != ENTITY_REFERENCE) {
        db_bind_uuid(q, at, owner_of(m, tried));
    } else {
        db_bind_null(q, at);
    }
}

/* Written as a row, not by an act: how a record comes to be in a state is tried elsewhere. */
static enum status make_one(struct uow *uow, struct matrix *m, struct tried tried,
                            const struct tried *parent)
{
    const struct schema_table *table = schema_entity(m->store->schema, tried.entity);
    struct db_statement *q;
    tried.id = store_new_id(m->store);
    tried.root = parent != NULL ? parent->root : tried.id;
    tried.parent = parent != NULL ? parent->id : (struct uuid){{0}};
    TRY(db_prepare(uow->db, table->insert, uow->arena, &q));
    for (unsigned i = 0; i < table->column_count; i++) {
        if (i < table->kernel_count) {
            bind_kernel(m, q, (enum schema_entity_column)i, &tried);
        } else {
            bind_column(m, q, i + 1, &table->columns[i], &tried);
        }
    }
    LIST_PUSH(&m->arena, &m->tried, tried);
    return db_run(q);
}

/* In every state that there is. */
static enum status make_states(struct uow *uow, struct matrix *m, uint32_t entity,
                               unsigned relation, const struct tried *parent)
{
    const struct model_entity *shape = model_entity_row(m->model, entity);
    struct tried tried = {.entity = entity, .relation = relation, .state = MODEL_NONE};
    for (uint32_t i = 0; i < shape->states_count; i++) {
        tried.state = shape->states_first + i;
        TRY(make_one(uow, m, tried, parent));
    }
    return shape->states_count == 0 ? make_one(uow, m, tried, parent) : STATUS_OK;
}

static const struct tried *first_of(const struct matrix *m, uint32_t entity, unsigned relation)
{
    for (size_t i = 0; i < m->tried.count; i++) {
        if (m->tried.items[i].entity == entity && m->tried.items[i].relation == relation) {
            return &m->tried.items[i];
        }
    }
    return NULL;
}

static bool has_tried(const struct matrix *m, uint32_t entity)
{
    return first_of(m, entity, SCOPE_STATE) != NULL;
}

static enum status make_entity(struct uow *uow, struct matrix *m, uint32_t entity)
{
    const struct model_entity *shape = model_entity_row(m->model, entity);
    bool part = shape->kind == ENTITY_PART;
    uint32_t parent = part ? model_field_row(m->model, shape->parent)->target : MODEL_NONE;
    if (has_tried(m, entity) || (part && !has_tried(m, parent))) {
        return STATUS_OK;
    }
    for (unsigned relation = 0; relation < RELATIONS; relation++) {
        /* What is about oneself is one's own worker record; reference data is everybody's. */
        if (relation == SCOPE_SELF ||
            (shape->kind == ENTITY_REFERENCE && relation != SCOPE_STATE)) {
            continue;
        }
        const struct tried *above = part ? first_of(m, parent, relation) : NULL;
        if (part && above == NULL) {
            continue;
        }
        struct tried copy = above != NULL ? *above : (struct tried){.entity = 0};
        TRY(make_states(uow, m, entity, relation, above != NULL ? &copy : NULL));
    }
    return STATUS_OK;
}

static enum status make_records(struct uow *uow, void *input)
{
    struct matrix *m = input;
    for (uint32_t i = 0; i < model_entity_total(m->model); i++) {
        TRY(make_entity(uow, m, i));
    }
    return STATUS_OK;
}

static enum status place_records(struct uow *uow, void *input)
{
    const struct matrix *m = input;
    for (size_t i = 0; i < m->tried.count; i++) {
        const struct tried *tried = &m->tried.items[i];
        enum model_entity_kind kind = model_entity_row(m->model, tried->entity)->kind;
        if (kind == ENTITY_ROOT || kind == ENTITY_HUB) {
            TRY(place(uow, m, tried));
        }
    }
    return STATUS_OK;
}

/* ---- workers ---- */

static uint32_t field_named(const struct model *model, const char *entity, const char *name)
{
    uint32_t field =
        model_field_by_name(model, model_entity_by_name(model, str_from(entity)), str_from(name));
    stop_if(field == MODEL_NONE, name, NULL);
    return field;
}

static struct str code_of(struct arena *arena, struct str role)
{
    char *code = arena_alloc(arena, role.n + 1);
    for (size_t i = 0; i < role.n; i++) {
        code[i] = role.p[i] >= 'a' && role.p[i] <= 'z' ? (char)(role.p[i] - 'a' + 'A') : role.p[i];
    }
    return (struct str){code, role.n};
}

static void put_text(const struct matrix *m, struct record *record, const char *field,
                     struct str text)
{
    struct str entity =
        model_text(m->model, model_entity_row(m->model, record->subject.entity)->name);
    answer_set(&record->subject, field_named(m->model, str_cstr(record->set->arena, entity), field),
               answer_of(value_text(text)));
}

static enum status make_agency(struct uow *uow, const struct matrix *m, const char *code,
                               struct uuid *ret_agency)
{
    struct record *record;
    struct uuid none = {{0}};
    TRY(uow_create(uow, m->store->practice->names.agency, none, MODEL_NONE, none, &record));
    put_text(m, record, "name", STR("County"));
    put_text(m, record, "short_name", STR("County"));
    put_text(m, record, "code", str_from(code));
    answer_set(&record->subject, field_named(m->model, "agency", "kind"),
               answer_of(value_code(STR("COUNTY"), 1)));
    *ret_agency = record->subject.id;
    return STATUS_OK;
}

static enum status hire(struct uow *uow, struct matrix *m, uint32_t role)
{
    const struct store_names *names = &m->store->practice->names;
    struct record *worker;
    TRY(uow_create(uow, names->worker, (struct uuid){{0}}, MODEL_NONE, (struct uuid){{0}},
                   &worker));
    struct str name = model_text(m->model, model_role_row(m->model, role)->name);
    put_text(m, worker, "given_name", name);
    put_text(m, worker, "family_name", STR("Worker"));
    put_text(m, worker, "login", name);
    answer_set(&worker->subject, field_named(m->model, "worker", "home_agency"),
               answer_of(value_reference(m->agency)));
    struct row *row = record_add_row(worker, names->roles);
    struct str code =
        code_of(&m->arena, model_text(m->model, model_role_row(m->model, role)->name));
    answer_set(&row->subject, names->role, answer_of(value_code(code, 1)));
    answer_set(&row->subject, names->role_agency, answer_of(value_reference(m->agency)));
    answer_set(&row->subject, names->role_team, answer_of(value_reference(m->team)));
    m->workers[role] = worker->subject.id;
    return STATUS_OK;
}

static enum status make_workers(struct uow *uow, void *input)
{
    struct matrix *m = input;
    struct record *record;
    struct uuid none = {{0}};
    TRY(make_agency(uow, m, "901", &m->agency));
    TRY(make_agency(uow, m, "902", &m->elsewhere));
    TRY(uow_create(uow, model_entity_by_name(m->model, STR("team")), m->agency, MODEL_NONE, none,
                   &record));
    answer_set(&record->subject, field_named(m->model, "team", "agency"),
               answer_of(value_reference(m->agency)));
    put_text(m, record, "name", STR("Team"));
    m->team = record->subject.id;
    for (uint32_t i = 0; i < model_role_total(m->model); i++) {
        TRY(hire(uow, m, i));
    }
    return STATUS_OK;
}

static void run(struct matrix *m, const struct actor *actor, uow_fn fn, void *input,
                enum status wanted)
{
    struct arena CLEANUP(arena_clear) arena;
    arena_init(&arena, (size_t)512 * 1024 * 1024, NULL, NULL);
    struct uow_job job = {.fn = fn, .input = input, .arena = &arena, .actor = actor};
    enum status status = store_run(m->store, &job);
    stop_if(status != wanted, "a unit of work failed", &job.outcome);
}

static void learn_actors(struct matrix *m)
{
    struct store_reader *reader;
    stop_if(store_read_begin(m->store, &m->arena, &reader) != STATUS_OK, "no reader", NULL);
    for (uint32_t i = 0; i < model_role_total(m->model); i++) {
        stop_if(store_actor(reader, m->workers[i], &m->actors[i]) != STATUS_OK ||
                    m->actors[i].entry_count == 0,
                "a role reaches nothing", NULL);
    }
    stop_if(store_read_end(reader) != STATUS_OK, "no reader", NULL);
}

/* ---- trying ---- */

static void tell(struct matrix *m, bool is, bool should, uint32_t role, struct str verb,
                 const struct tried *tried)
{
    const struct model *model = m->model;
    m->allowed += is;
    m->refused += !is;
    if (is == should || ++m->different > DIFFERENT_MOST) {
        return;
    }
    struct str relation = tried->relation == NO_RELATION
                              ? STR("none")
                              : model_scope_name((enum model_scope)tried->relation);
    struct str state = tried->state == MODEL_NONE
                           ? STR("no state")
                           : model_text(model, model_state_row(model, tried->state)->name);
    struct str entity = model_text(model, model_entity_row(model, tried->entity)->name);
    struct str role_name = model_text(model, model_role_row(model, role)->name);
    printf("# %.*s: %.*s %.*s (%.*s, %.*s): %s, and the matrix says %s\n", STR_ARG(role_name),
           STR_ARG(verb), STR_ARG(entity), STR_ARG(relation), STR_ARG(state),
           is ? "allowed" : "refused", should ? "allowed" : "refused");
}

/* What the matrix says of a record; the verb needs reading beside it. */
static bool should_be(const struct matrix *m, uint32_t role, enum model_verb verb,
                      const struct tried *tried)
{
    const struct model_entity *shape = model_entity_row(m->model, tried->entity);
    bool reads =
        shape->kind == ENTITY_REFERENCE || says(m, shape->class, role, VERB_READ, tried->relation);
    return reads && (verb == VERB_READ || says(m, shape->class, role, verb, tried->relation));
}

struct trying {
    struct matrix *m;
    uint32_t role;
};

/* All verbs but read and create, through the door that every change and kernel verb takes. */
static enum status try_verbs(struct uow *uow, void *input)
{
    const struct trying *trying = input;
    struct matrix *m = trying->m;
    for (size_t i = 0; i < m->tried.count; i++) {
        const struct tried *tried = &m->tried.items[i];
        for (unsigned verb = 0; verb < VERB__COUNT; verb++) {
            struct record *record;
            if (verb == VERB_CREATE) {
                continue;
            }
            enum status status =
                uow_load(uow, tried->entity, tried->id, 0, (enum model_verb)verb, &record);
            stop_if(status != STATUS_OK && status != STATUS_FORBIDDEN && status != STATUS_NOT_FOUND,
                    "loading failed", uow_outcome(uow));
            tell(m, status == STATUS_OK, should_be(m, trying->role, (enum model_verb)verb, tried),
                 trying->role, model_verb_name((enum model_verb)verb), tried);
            outcome_init(uow_outcome(uow), uow->arena);
        }
    }
    return STATUS_REFUSED; /* nothing of it stays */
}

/* A new root is of its agency and of the state before it is anything else, a new hub everybody's;
 * a part is where its parent is. */
static bool should_create(const struct matrix *m, uint32_t role, const struct tried *tried)
{
    const struct model_entity *shape = model_entity_row(m->model, tried->entity);
    bool by_state = says(m, shape->class, role, VERB_CREATE, SCOPE_STATE);
    bool by_agency = says(m, shape->class, role, VERB_CREATE, SCOPE_OWN_AGENCY);
    if (shape->kind == ENTITY_PART) {
        return says(m, shape->class, role, VERB_CREATE, tried->relation);
    }
    return by_state ||
           (by_agency && (shape->kind != ENTITY_ROOT || tried->relation != NO_RELATION));
}

static enum status try_create(struct uow *uow, void *input)
{
    const struct trying *trying = input;
    struct matrix *m = trying->m;
    for (size_t i = 0; i < m->tried.count; i++) {
        const struct tried *tried = &m->tried.items[i];
        const struct model_entity *shape = model_entity_row(m->model, tried->entity);
        struct uuid agency = {{0}};
        uint32_t field = uuid_is_nil(tried->parent) ? MODEL_NONE : shape->parent;
        struct record *record;
        if (shape->kind == ENTITY_ROOT) {
            agency = tried->relation == NO_RELATION ? m->elsewhere : m->agency;
        }
        enum status status = uow_create(uow, tried->entity, agency, field, tried->parent, &record);
        stop_if(status != STATUS_OK && status != STATUS_FORBIDDEN, "making failed",
                uow_outcome(uow));
        tell(m, status == STATUS_OK, should_create(m, trying->role, tried), trying->role,
             STR("create"), tried);
        outcome_init(uow_outcome(uow), uow->arena);
    }
    return STATUS_REFUSED;
}

/* The fields of a record that are stricter than it. */
static void try_fields(struct matrix *m, uint32_t role, const struct tried *tried,
                       const struct work_set *set, const struct record *record)
{
    for (uint32_t i = 0; i < model_field_total(m->model); i++) {
        const struct model_field *field = model_field_row(m->model, i);
        if (field->entity == tried->entity && field->class != MODEL_NONE) {
            tell(m, access_field(set, record, i, VERB_READ).allowed,
                 says(m, field->class, role, VERB_READ, tried->relation), role,
                 model_text(m->model, field->name), tried);
        }
    }
}

/* Through the gate of pages and the API, and as lists have it. */
static void try_reading(struct matrix *m, uint32_t role)
{
    struct arena CLEANUP(arena_clear) arena;
    struct work_set set;
    struct store_reader *reader;
    struct outcome outcome;
    arena_init(&arena, (size_t)512 * 1024 * 1024, NULL, NULL);
    outcome_init(&outcome, &arena);
    stop_if(store_read_begin(m->store, &arena, &reader) != STATUS_OK, "no reader", NULL);
    work_set_init(&set, &arena, m->model, store_now(m->store), &m->actors[role]);
    for (size_t i = 0; i < m->tried.count; i++) {
        const struct tried *tried = &m->tried.items[i];
        struct record *record = NULL;
        enum status status =
            store_read(reader, &set, tried->entity, tried->id, 0, 0,
                       (struct store_purpose){.route = STR("matrix")}, &outcome, &record);
        tell(m, status == STATUS_OK, should_be(m, role, VERB_READ, tried), role, STR("open"),
             tried);
        if (status == STATUS_OK) {
            try_fields(m, role, tried, &set, record);
        }
    }
    stop_if(store_read_end(reader) != STATUS_OK, "no reader", NULL);
}

static void try_lists(struct matrix *m, uint32_t role)
{
    for (uint32_t entity = 0; entity < model_entity_total(m->model); entity++) {
        struct arena CLEANUP(arena_clear) arena;
        struct work_set set;
        struct store_reader *reader;
        struct outcome outcome;
        struct record **records;
        struct str next;
        size_t count = 0;
        arena_init(&arena, (size_t)512 * 1024 * 1024, NULL, NULL);
        outcome_init(&outcome, &arena);
        stop_if(store_read_begin(m->store, &arena, &reader) != STATUS_OK, "no reader", NULL);
        work_set_init(&set, &arena, m->model, store_now(m->store), &m->actors[role]);
        stop_if(store_find(reader, &set, entity, MODEL_NONE, (struct uuid){{0}},
                           (struct store_page){.limit = 200}, &outcome, &records, &count,
                           &next) != STATUS_OK,
                "listing failed", &outcome);
        for (size_t i = 0; i < m->tried.count; i++) {
            const struct tried *tried = &m->tried.items[i];
            bool found = false;
            for (size_t k = 0; k < count && tried->entity == entity; k++) {
                found = found || uuid_eq(records[k]->subject.id, tried->id);
            }
            if (tried->entity == entity) {
                tell(m, found, should_be(m, role, VERB_READ, tried), role, STR("list"), tried);
            }
        }
        stop_if(store_read_end(reader) != STATUS_OK, "no reader", NULL);
    }
}

/* One's own record, and that of a colleague. */
static enum status try_self(struct uow *uow, void *input)
{
    const struct trying *trying = input;
    struct matrix *m = trying->m;
    uint32_t worker = m->store->practice->names.worker;
    uint32_t class_row = model_entity_row(m->model, worker)->class;
    struct tried own = {.entity = worker, .relation = SCOPE_SELF, .state = MODEL_NONE};
    struct record *record;
    for (unsigned verb = 0; verb < VERB__COUNT; verb++) {
        bool reads = says(m, class_row, trying->role, VERB_READ, SCOPE_SELF) ||
                     says(m, class_row, trying->role, VERB_READ, SCOPE_STATE) ||
                     says(m, class_row, trying->role, VERB_READ, SCOPE_OWN_AGENCY);
        bool may = says(m, class_row, trying->role, verb, SCOPE_SELF) ||
                   says(m, class_row, trying->role, verb, SCOPE_STATE) ||
                   says(m, class_row, trying->role, verb, SCOPE_OWN_AGENCY);
        if (verb == VERB_CREATE) {
            continue;
        }
        enum status status =
            uow_load(uow, worker, m->workers[trying->role], 0, (enum model_verb)verb, &record);
        tell(m, status == STATUS_OK, reads && may, trying->role,
             model_verb_name((enum model_verb)verb), &own);
        outcome_init(uow_outcome(uow), uow->arena);
    }
    return STATUS_REFUSED;
}

static void try_all(struct matrix *m)
{
    for (uint32_t role = 0; role < model_role_total(m->model); role++) {
        struct trying trying = {m, role};
        run(m, &m->actors[role], try_verbs, &trying, STATUS_REFUSED);
        run(m, &m->actors[role], try_create, &trying, STATUS_REFUSED);
        run(m, &m->actors[role], try_self, &trying, STATUS_REFUSED);
        try_reading(m, role);
        try_lists(m, role);
        struct str name = model_text(m->model, model_role_row(m->model, role)->name);
        printf("%s %u - %.*s: every cell is as the matrix says\n",
               m->different == 0 ? "ok" : "not ok", role + 1, STR_ARG(name));
    }
    printf("# %zu records; %zu tries allowed, %zu refused, %zu other than the matrix says\n",
           m->tried.count, m->allowed, m->refused, m->different);
}

/* ---- the store ---- */

static void begin(struct matrix *m, const char *folder)
{
    const char *parent = getenv("TMPDIR");
    struct compile_result result;
    struct outcome outcome;
    *m = (struct matrix){.store = NULL};
    arena_init(&m->arena, (size_t)512 * 1024 * 1024, NULL, NULL);
    outcome_init(&outcome, &m->arena);
    (void)snprintf(m->folder, sizeof(m->folder), "%s/hearth-matrix-XXXXXX",
                   parent != NULL ? parent : P_tmpdir);
    stop_if(mkdtemp(m->folder) == NULL, "no folder", NULL);
    stop_if(compile_model(&m->arena, str_from(folder), STR("/usr/share/zoneinfo"), &outcome,
                          &result) != STATUS_OK,
            "the model does not compile", &outcome);
    struct store_options options = {.directory = str_from(m->folder),
                                    .image = result.image,
                                    .now_ms = now_of,
                                    .readers = 2,
                                    .filling = true};
    stop_if(store_open(&options, &outcome, &m->store) != STATUS_OK, "no store", &outcome);
    m->model = store_model(m->store);
    stop_if(model_role_total(m->model) > ROLES_MAX, "more roles than the test has room for", NULL);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    (void)about;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void end(struct matrix *m)
{
    m->store = store_close(m->store);
    nftw(m->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_clear(&m->arena);
}

int main(int count, char **words)
{
    static struct matrix matrix;
    stop_if(count != 3, "test_access_matrix MODEL MATRIX", NULL);
    begin(&matrix, words[1]);
    read_matrix(&matrix, words[2]);
    printf("1..%u\n", model_role_total(matrix.model));
    run(&matrix, NULL, make_workers, &matrix, STATUS_OK);
    learn_actors(&matrix);
    size_t before = 0;
    do { /* parts of parts come one round after what they belong to */
        before = matrix.tried.count;
        run(&matrix, NULL, make_records, &matrix, STATUS_OK);
    } while (matrix.tried.count > before);
    for (uint32_t i = 0; i < model_entity_total(matrix.model); i++) {
        stop_if(!has_tried(&matrix, i), "an entity has no record", NULL);
    }
    run(&matrix, NULL, place_records, &matrix, STATUS_OK);
    try_all(&matrix);
    bool same = matrix.different == 0;
    end(&matrix);
    return same ? 0 : 1;
}

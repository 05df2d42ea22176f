/* Loading into a work set: records by reference and by collection, along load steps, and whatever
 * an expression asks for. */
#include "db/named.h"
#include "rule/access.h"
#include "store/sealed.h"

/* ---- people who are one ---- */

static enum status any_clusters(struct source *source)
{
    if (source->clusters != ANY_UNKNOWN) {
        return STATUS_OK;
    }
    struct db_statement *q;
    TRY(db_named(source->db, SQL_ANY_CLUSTER, source->set->arena, &q));
    bool some = db_next(q) && db_int(q, 0) != 0;
    source->clusters = some ? ANY_SOME : ANY_NONE;
    return db_finish(q);
}

enum status source_canonical(struct source *source, struct uuid person, struct uuid *ret_canonical)
{
    *ret_canonical = person;
    TRY(any_clusters(source));
    if (source->clusters == ANY_NONE) {
        return STATUS_OK;
    }
    struct db_statement *q;
    TRY(db_named(source->db, SQL_FIND_PERSON_CANONICAL, source->set->arena, &q));
    db_bind_uuid(q, 1, person);
    if (db_next(q)) {
        *ret_canonical = db_uuid(q, 0);
    }
    return db_finish(q);
}

struct ids {
    LIST(struct uuid) items;
};

/* The ids under which a record is referred to: its own, and those of whom it stands for. */
static enum status ids_of(struct source *source, uint32_t entity, struct uuid id, struct ids *ids)
{
    LIST_PUSH(source->set->arena, &ids->items, id);
    if (entity != source->store->practice->names.person) {
        return STATUS_OK;
    }
    TRY(any_clusters(source));
    if (source->clusters == ANY_NONE) {
        return STATUS_OK;
    }
    struct db_statement *q;
    TRY(db_named(source->db, SQL_FIND_CLUSTER, source->set->arena, &q));
    db_bind_uuid(q, 1, id);
    while (db_next(q)) {
        LIST_PUSH(source->set->arena, &ids->items, db_uuid(q, 0));
    }
    return db_finish(q);
}

enum status source_identities(struct source *source, uint32_t entity, struct uuid id,
                              struct uuid **ret_ids, size_t *ret_count)
{
    struct ids ids = {0};
    TRY(ids_of(source, entity, id, &ids));
    *ret_ids = ids.items.items;
    *ret_count = ids.items.count;
    return STATUS_OK;
}

/* ---- records ---- */

bool record_is_blank(const struct record *record)
{
    return record->version == 0 && !record->is_new;
}

/* The words for what may not be read. */
static struct str blank_title(const struct source *source, const struct record *record)
{
    return record->subject.entity == source->store->practice->names.person
               ? STR("someone")
               : STR("a record you may not read");
}

/* Takes everything out of a record that may not be shown. */
static void make_blank(struct source *source, struct record *record)
{
    const struct model_entity *shape =
        model_entity_row(source->store->model, record->subject.entity);
    for (uint32_t i = 0; i < shape->fields_count; i++) {
        record->subject.answers[i] = answer_unset();
    }
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        record->lists[i] = (struct rows){0};
    }
    for (uint32_t i = 0; i < shape->collections_count; i++) {
        uint32_t collection = shape->collections_first + i;
        if (model_collection_row(source->store->model, collection)->reference != MODEL_NONE) {
            work_set_set_members(source->set, record, collection, NULL, 0);
        }
    }
    record->version = 0;
    record->state = MODEL_NONE;
    record->authors = (struct authors){0};
    record->error = (struct uuid){{0}};
    record->error_reason = STR("");
    record->number = STR("");
    record->agency = record->created_by = record->changed_by = (struct uuid){{0}};
    record->created_at = record->changed_at = (struct instant){0};
    work_set_set_title(source->set, record->subject.id, blank_title(source, record));
}

/* Takes the answers out that are stricter than the record and may not be shown. */
static void hide_fields(struct source *source, struct record *record)
{
    const struct model *model = source->store->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    for (uint32_t i = 0; i < shape->fields_count; i++) {
        const struct model_field *field = model_field_row(model, shape->fields_first + i);
        if (field->class != MODEL_NONE &&
            !access_field(source->set, record, shape->fields_first + i, VERB_READ).allowed) {
            record->subject.answers[field->slot] = answer_unset();
        }
    }
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct model_list *list = model_list_row(model, shape->lists_first + i);
        const struct rows *rows = &record->lists[i];
        for (uint32_t k = 0; k < list->fields_count; k++) {
            const struct model_field *field = model_field_row(model, list->fields_first + k);
            if (field->class == MODEL_NONE ||
                access_field(source->set, record, list->fields_first + k, VERB_READ).allowed) {
                continue;
            }
            for (size_t n = 0; n < rows->items.count; n++) {
                rows->items.items[n]->subject.answers[field->slot] = answer_unset();
            }
        }
    }
}

static bool may_show(const struct source *source, const struct record *record)
{
    return !source->gated || access_record(source->set, record, VERB_READ).allowed;
}

/* ---- what may not be known of ---- */

static enum status any_legal_acts(struct source *source)
{
    if (source->legal_acts != ANY_UNKNOWN) {
        return STATUS_OK;
    }
    struct db_statement *q;
    TRY(db_named(source->db, SQL_ANY_LEGAL_ACT, source->set->arena, &q));
    bool some = db_next(q) && db_int(q, 0) != 0;
    source->legal_acts = some ? ANY_SOME : ANY_NONE;
    return db_finish(q);
}

static bool may_be_sealed(const struct model *model, uint32_t class_row)
{
    for (uint32_t i = 0; i < model_grant_total(model); i++) {
        const struct model_grant *grant = model_grant_row(model, i);
        if (grant->class == class_row && (grant->verbs & (1u << VERB_SEAL)) != 0) {
            return true;
        }
    }
    return false;
}

enum status source_may_hide(struct source *source, const struct model_field *field, bool *ret_may)
{
    const struct model *model = source->store->model;
    *ret_may = false;
    if (field->kind != FIELD_REFERENCE || field->target == MODEL_NONE) {
        return STATUS_OK;
    }
    uint32_t class_row = model_entity_row(model, field->target)->class;
    *ret_may = model_record_class_row(model, class_row)->visibility == VISIBILITY_NONE;
    if (!*ret_may) {
        TRY(any_legal_acts(source));
        *ret_may = source->legal_acts == ANY_SOME && may_be_sealed(model, class_row);
    }
    return STATUS_OK;
}

enum status source_may_know(const struct source *source, uint32_t entity, struct uuid id,
                            bool *ret_may)
{
    struct work_set beside; /* so that it does not come into the set */
    struct source probe = *source;
    struct record *record;
    work_set_init(&beside, source->set->arena, source->set->model, source->set->now,
                  source->set->actor);
    probe.set = &beside;
    *ret_may = false;
    enum status status = record_glance(&probe, entity, id, &record);
    if (status == STATUS_OK) {
        struct access_answer answer = access_record(&beside, record, VERB_READ);
        *ret_may = answer.allowed || answer.visibility != VISIBILITY_NONE;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status source_may_follow(struct source *source, const struct model_field *field,
                              struct uuid to, bool *ret_may)
{
    bool hides;
    *ret_may = true;
    TRY(source_may_hide(source, field, &hides));
    return hides ? source_may_know(source, field->target, to, ret_may) : STATUS_OK;
}

/* A reference to what may not be known of is none. */
static enum status hide_references_of(struct source *source, const struct subject *subject,
                                      uint32_t first, uint32_t count)
{
    const struct model *model = source->store->model;
    for (uint32_t i = first; i < first + count; i++) {
        const struct model_field *field = model_field_row(model, i);
        struct answer *answer = &subject->answers[field->slot];
        bool known = true;
        if (field->kernel || answer->value.type != VALUE_REFERENCE) {
            continue;
        }
        TRY(source_may_follow(source, field, answer->value.reference, &known));
        if (!known) {
            *answer = answer_unset();
        }
    }
    return STATUS_OK;
}

static enum status hide_references(struct source *source, struct record *record)
{
    const struct model *model = source->store->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    TRY(hide_references_of(source, &record->subject, shape->fields_first, shape->fields_count));
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct model_list *list = model_list_row(model, shape->lists_first + i);
        const struct rows *rows = &record->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            TRY(hide_references_of(source, &rows->items.items[k]->subject, list->fields_first,
                                   list->fields_count));
        }
    }
    return STATUS_OK;
}

/* A record that the writer has read before. Who is somebody else by now stands in its references:
 * where there are people who are one, they are read anew. */
static enum status read_again(struct source *source, uint32_t entity, struct uuid id,
                              struct record **ret_record)
{
    if (source->kept == NULL) {
        return STATUS_NOT_FOUND;
    }
    TRY(any_clusters(source));
    return source->clusters == ANY_NONE ? record_again(source, entity, id, ret_record)
                                        : STATUS_NOT_FOUND;
}

static enum status hide(struct source *source, struct record *record)
{
    if (!source->gated) {
        return STATUS_OK;
    }
    hide_fields(source, record);
    return hide_references(source, record);
}

enum status source_whole(struct source *source, struct record *record)
{
    struct record_reading *reading = record->unread;
    if (reading == NULL) {
        return STATUS_OK;
    }
    record->unread = NULL;
    TRY(record_complete(source, reading));
    return hide(source, record);
}

/* Of what may not be shown no more is read than that it may not. */
static enum status read_gated(struct source *source, uint32_t entity, struct uuid id,
                              struct record **ret_record)
{
    struct record_reading reading;
    enum status status = read_again(source, entity, id, ret_record);
    if (status != STATUS_NOT_FOUND) {
        return status;
    }
    TRY(record_begin(source, entity, id, &reading));
    *ret_record = reading.record;
    reading.record->named = source->naming;
    if (!may_show(source, reading.record)) {
        make_blank(source, reading.record);
        return STATUS_OK;
    }
    if (source->heads) {
        reading.record->unread = arena_copy(source->set->arena, &reading, sizeof(reading));
    } else {
        TRY(record_complete(source, &reading));
    }
    return hide(source, reading.record);
}

/* The record can be found under another id too. */
static void add_alias(struct work_set *set, struct uuid id, struct record *record)
{
    const struct uuid *kept = arena_copy(set->arena, &id, sizeof(id));
    const void *bytes = kept->bytes;
    (void)map_add(set->by_id, (struct str){bytes, sizeof(kept->bytes)}, record);
}

enum status source_load(struct source *source, uint32_t entity, struct uuid id,
                        struct record **ret_record)
{
    *ret_record = work_set_find(source->set, id);
    if (*ret_record != NULL) {
        (*ret_record)->named = (*ret_record)->named && source->naming;
        TRY(source->heads ? STATUS_OK : source_whole(source, *ret_record));
        return (*ret_record)->subject.entity == entity ? STATUS_OK : STATUS_NOT_FOUND;
    }
    struct uuid canonical = id;
    if (entity == source->store->practice->names.person) {
        TRY(source_canonical(source, id, &canonical));
        *ret_record = work_set_find(source->set, canonical);
    }
    if (*ret_record == NULL) {
        TRY(read_gated(source, entity, canonical, ret_record));
    } else if (!source->heads) {
        TRY(source_whole(source, *ret_record));
    }
    if (!uuid_eq(id, canonical)) {
        add_alias(source->set, id, *ret_record);
    }
    return STATUS_OK;
}

/* A set beside that of the page, whose records are not whole. */
static struct source *glances_of(struct source *source)
{
    const struct work_set *set = source->set;
    if (source->glances == NULL) {
        struct work_set *beside = ARENA_NEW(set->arena, struct work_set);
        work_set_init(beside, set->arena, set->model, set->now, set->actor);
        beside->actor_record = set->actor_record;
        beside->views = set->views;
        beside->view_count = set->view_count;
        beside->schemes = set->schemes;
        source->glances = ARENA_NEW(set->arena, struct source);
        *source->glances = *source;
        source->glances->set = beside;
    }
    return source->glances;
}

enum status source_glance(struct source *source, uint32_t entity, struct uuid id,
                          struct record **ret_record)
{
    struct source *glances = glances_of(source);
    *ret_record = work_set_find(source->set, id);
    if (*ret_record != NULL || entity == source->store->practice->names.person) {
        TRY(source_load(source, entity, id, ret_record));
        return record_is_blank(*ret_record) ? STATUS_NOT_FOUND : STATUS_OK;
    }
    *ret_record = work_set_find(glances->set, id);
    if (*ret_record == NULL) {
        TRY(record_glance(glances, entity, id, ret_record));
    }
    return may_show(glances, *ret_record) ? STATUS_OK : STATUS_NOT_FOUND;
}

/* ---- collections ---- */

static enum status member_ids(struct source *source, const struct subject *of, uint32_t reference,
                              struct ids *ret_ids)
{
    struct ids owners = {0};
    const struct uuid *kept;
    size_t count;
    if (kept_give_members(source->kept, reference, of->id, &kept, &count)) {
        for (size_t i = 0; i < count; i++) {
            LIST_PUSH(source->set->arena, &ret_ids->items, kept[i]);
        }
        return STATUS_OK;
    }
    TRY(ids_of(source, of->entity, of->id, &owners));
    for (size_t i = 0; i < owners.items.count; i++) {
        struct db_statement *q;
        TRY(db_prepare(source->db, source->store->schema->back[reference], source->set->arena, &q));
        db_bind_uuid(q, 1, owners.items.items[i]);
        while (db_next(q)) {
            LIST_PUSH(source->set->arena, &ret_ids->items, db_uuid(q, 0));
        }
        TRY(db_finish(q));
    }
    if (source->clusters != ANY_SOME) {
        kept_take_members(source->kept, reference, of->id, ret_ids->items.items,
                          ret_ids->items.count);
    }
    return STATUS_OK;
}

enum status source_collect(struct source *source, const struct subject *of, uint32_t collection)
{
    const struct model *model = source->store->model;
    if (model_collection_row(model, collection)->list != MODEL_NONE) {
        return source_whole(source, of->record);
    }
    if (work_set_has_members(source->set, of, collection)) {
        return STATUS_OK;
    }
    uint32_t reference = model_collection_row(model, collection)->reference;
    uint32_t entity = model_field_row(model, reference)->entity;
    struct ids ids = {0};
    TRY(member_ids(source, of, reference, &ids));
    struct record **members = ARENA_ARRAY(source->set->arena, ids.items.count, struct record *);
    size_t count = 0;
    for (size_t i = 0; i < ids.items.count; i++) {
        TRY(source_load(source, entity, ids.items.items[i], &members[count]));
        count += record_is_blank(members[count]) ? 0 : 1;
    }
    work_set_set_members(source->set, of->record, collection, members, count);
    return STATUS_OK;
}

/* The record that a reference leads to, loaded; NULL when unset. A reference to a row of the same
 * record needs no loading and gives NULL. */
static enum status load_followed(struct source *source, const struct subject *subject,
                                 uint32_t field, struct record **ret_record)
{
    const struct model_field *shape = model_field_row(source->store->model, field);
    struct value value = value_get(subject, field);
    *ret_record = NULL;
    if (value.type != VALUE_REFERENCE || shape->kind == FIELD_ROW) {
        return STATUS_OK;
    }
    *ret_record = work_set_find(source->set, value.reference);
    if (*ret_record != NULL) {
        return source->heads ? STATUS_OK : source_whole(source, *ret_record);
    }
    if (shape->target == MODEL_NONE) {
        return STATUS_OK;
    }
    return source_load(source, shape->target, value.reference, ret_record);
}

/* ---- load steps ---- */

struct reached {
    LIST(const struct subject *) items;
};

static enum status reach(struct source *source, const struct model_load_step *step,
                         const struct subject *from, struct reached *reached)
{
    struct arena *arena = source->set->arena;
    if (step->follow != MODEL_NONE) {
        struct record *record;
        TRY(load_followed(source, from, step->follow, &record));
        if (record != NULL && !record_is_blank(record)) {
            const struct subject *subject = &record->subject;
            LIST_PUSH(arena, &reached->items, subject);
        }
        return STATUS_OK;
    }
    size_t count = 0;
    TRY(source_collect(source, from, step->collect));
    const struct subject *const *members =
        work_set_members(source->set, from, step->collect, &count);
    for (size_t i = 0; i < count; i++) {
        LIST_PUSH(arena, &reached->items, members[i]);
    }
    return STATUS_OK;
}

enum status source_steps(struct source *source, struct record *record, uint32_t first,
                         uint32_t count)
{
    struct reached *reached = ARENA_ARRAY(source->set->arena, count, struct reached);
    const struct subject *root = &record->subject;
    for (uint32_t i = 0; i < count && !record_is_blank(record); i++) {
        const struct model_load_step *step = model_load_step_row(source->store->model, first + i);
        if (step->parent == MODEL_NONE) {
            TRY(reach(source, step, root, &reached[i]));
            continue;
        }
        CHECK(step->parent >= first && step->parent - first < i);
        const struct reached *parents = &reached[step->parent - first];
        for (size_t k = 0; k < parents->items.count; k++) {
            TRY(reach(source, step, parents->items.items[k], &reached[i]));
        }
    }
    return STATUS_OK;
}

/* ---- what an expression asks for ---- */

/* A host that loads before it answers. */
struct loading {
    struct source *source;
    struct expr_host pure;
    enum status status;
};

static void loading_note(struct loading *loading, enum status status)
{
    if (loading->status == STATUS_OK && status != STATUS_NOT_FOUND) {
        loading->status = status;
    }
}

/* What only the rest of a record says, of which no more than its own row was read. */
static void load_rest(struct loading *loading, const struct subject *subject, uint32_t field)
{
    if (!subject_has_read(subject, field)) {
        loading_note(loading, source_whole(loading->source, subject->record));
    }
}

static struct value loading_field(void *context, const void *subject, uint32_t field)
{
    struct loading *loading = context;
    load_rest(loading, subject, field);
    return loading->pure.field(loading->pure.context, subject, field);
}

static struct uuid loading_identity(void *context, const void *subject)
{
    const struct loading *loading = context;
    return loading->pure.identity(loading->pure.context, subject);
}

static struct str loading_why(void *context, const void *subject, uint32_t field)
{
    struct loading *loading = context;
    load_rest(loading, subject, field);
    return loading->pure.why(loading->pure.context, subject, field);
}

static const void *loading_follow(void *context, const void *subject, uint32_t field)
{
    struct loading *loading = context;
    struct record *record;
    loading_note(loading, load_followed(loading->source, subject, field, &record));
    return loading->pure.follow(loading->pure.context, subject, field);
}

static size_t loading_collect(void *context, const void *subject, uint32_t collection,
                              const void *const **ret_members)
{
    struct loading *loading = context;
    loading_note(loading, source_collect(loading->source, subject, collection));
    return loading->pure.collect(loading->pure.context, subject, collection, ret_members);
}

static uint32_t loading_fact(void *context, uint32_t fact)
{
    const struct loading *loading = context;
    return loading->pure.fact(loading->pure.context, fact);
}

enum status source_value(struct source *source, uint32_t expr, const struct subject *subject,
                         const struct subject *member, struct value *ret_value)
{
    struct loading loading = {.source = source, .pure = work_set_host(source->set)};
    *ret_value = value_unset();
    if (expr == MODEL_NONE) {
        return STATUS_OK;
    }
    struct expr_host host = loading.pure;
    host.context = &loading;
    host.bound[0] = member;
    host.field = loading_field;
    host.identity = loading_identity;
    host.why = loading_why;
    host.follow = loading_follow;
    host.collect = loading_collect;
    host.fact = loading_fact;
    *ret_value = expr_evaluate(&host, expr, subject);
    return loading.status;
}

/* ---- who acts, and what agencies chose ---- */

/* Whether a choice of a policy holds on a day; both ends may be open. */
static bool is_within(const struct subject *subject, uint32_t begins, uint32_t ends, struct date on)
{
    struct value from = value_get(subject, begins), to = value_get(subject, ends);
    return (from.type != VALUE_DATE || from.date.day <= on.day) &&
           (to.type != VALUE_DATE || on.day <= to.date.day);
}

static uint32_t alternative_named(const struct model *model, uint32_t scheme, struct value name)
{
    const struct model_scheme *shape = model_scheme_row(model, scheme);
    for (uint32_t i = 0; i < shape->alternatives_count && name.type == VALUE_TEXT; i++) {
        uint32_t row = shape->alternatives_first + i;
        const struct model_scheme_alternative *one = model_scheme_alternative_row(model, row);
        if (str_eq(model_text(model, one->name), name.text)) {
            return row;
        }
    }
    return MODEL_NONE;
}

static uint32_t find_alternative(void *context, struct uuid agency, uint32_t scheme, struct date on)
{
    struct source *source = context;
    const struct store_names *names = &source->store->practice->names;
    const struct model *model = source->store->model;
    struct str wanted = model_text(model, model_scheme_row(model, scheme)->name);
    struct subject of = {.entity = names->agency, .list = MODEL_NONE, .id = agency};
    struct ids ids = {0};
    if (names->choice == MODEL_NONE || uuid_is_nil(agency) ||
        member_ids(source, &of, names->choice_agency, &ids) != STATUS_OK) {
        return MODEL_NONE;
    }
    for (size_t i = 0; i < ids.items.count; i++) {
        struct record *choice;
        if (source_load(source, names->choice, ids.items.items[i], &choice) != STATUS_OK) {
            return MODEL_NONE;
        }
        struct value of_scheme = value_get(&choice->subject, names->choice_scheme);
        if (of_scheme.type == VALUE_TEXT && str_eq(of_scheme.text, wanted) &&
            is_within(&choice->subject, names->choice_begins, names->choice_ends, on)) {
            return alternative_named(model, scheme,
                                     value_get(&choice->subject, names->choice_alternative));
        }
    }
    return MODEL_NONE;
}

/* Which agencies have an overlay: they are few, and there is one table of agencies. */
enum status source_views(struct source *source)
{
    const struct model *model = source->store->model;
    const struct store_names *names = &source->store->practice->names;
    struct work_set *set = source->set;
    uint32_t count = model_overlay_total(model);
    struct db_statement *q;
    if (count == 0 || set->views != NULL || names->agency_code == MODEL_NONE) {
        return STATUS_OK;
    }
    struct agency_view *views = ARENA_ARRAY(set->arena, count, struct agency_view);
    TRY(db_prepare(source->db, source->store->practice->agency_codes, set->arena, &q));
    set->view_count = 0;
    while (db_next(q)) {
        struct str code = db_is_null(q, 1) ? STR("") : db_text(q, 1);
        for (uint32_t i = 0; i < count && set->view_count < count; i++) {
            if (str_eq(model_text(model, model_overlay_row(model, i)->agency), code)) {
                views[set->view_count++] =
                    (struct agency_view){db_uuid(q, 0), model_view(model, i)};
            }
        }
    }
    set->views = views;
    return db_finish(q);
}

enum status source_actor(struct source *source)
{
    struct work_set *set = source->set;
    TRY(source_views(source));
    struct clock_host *schemes = ARENA_NEW(set->arena, struct clock_host);
    *schemes = (struct clock_host){source, find_alternative};
    set->schemes = schemes;
    if (set->actor_record != NULL || set->actor == NULL || uuid_is_nil(set->actor->worker) ||
        source->store->practice->names.worker == MODEL_NONE) {
        return STATUS_OK;
    }
    bool gated = source->gated;
    source->gated = false; /* everybody may read themselves */
    enum status status = source_load(source, source->store->practice->names.worker,
                                     set->actor->worker, &set->actor_record);
    source->gated = gated;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

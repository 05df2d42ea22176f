/* Who may do what: grants, audiences, deciders. Nothing else grants anything. */
#include "rule/access.h"

#include "base/buf.h"
#include "rule/authors.h"
#include "rule/rule_int.h"

/* What a decision looks at. */
struct question {
    const struct model *model;
    const struct actor *actor;
    uint32_t entity; /* what is asked for */
    const struct record_audience *audiences;
    size_t audience_count;
    bool own;           /* it is about the worker who asks */
    bool fresh;         /* its audiences are not worked out yet: own agency and state count */
    struct uuid agency; /* of a fresh one; nil: of no agency */
    bool withheld;      /* sealed by order of a court */
    bool expunged;
};

static bool is_system(const struct actor *actor)
{
    return actor != NULL && uuid_is_nil(actor->worker);
}

static struct access_answer allowed_because(struct str why)
{
    return (struct access_answer){.allowed = true, .visibility = VISIBILITY_FULL, .why = why};
}

static bool has_audience(const struct question *question, int64_t audience)
{
    for (size_t i = 0; i < question->audience_count; i++) {
        const struct record_audience *one = &question->audiences[i];
        if (one->id == audience && (one->only == MODEL_NONE || one->only == question->entity)) {
            return true;
        }
    }
    return false;
}

/* Whether an entry of the actor, held in this scope, reaches the record. */
static bool entry_reaches(const struct question *question, const struct actor_entry *entry,
                          enum model_scope scope)
{
    if (scope == SCOPE_SELF) {
        return question->own;
    }
    if (entry->scope != scope) {
        return false;
    }
    if (question->fresh) {
        return scope == SCOPE_STATE ||
               (scope == SCOPE_OWN_AGENCY &&
                (uuid_is_nil(question->agency) || uuid_eq(entry->agency, question->agency)));
    }
    return has_audience(question, entry->audience);
}

/* "assessment_worker: assigned" */
static struct str grant_name(struct arena *arena, const struct model *model, uint32_t role,
                             enum model_scope scope)
{
    return STR_JOIN(arena, model_text(model, model_role_row(model, role)->name), STR(": "),
                    model_scope_name(scope));
}

/* "needs read as assessment_worker: assigned, or supervisor: own_agency" */
static struct str what_is_missing(struct arena *arena, const struct model *model,
                                  enum model_verb verb, uint32_t class_row)
{
    struct buf buf;
    unsigned count = 0;
    buf_init(&buf, arena, 4000);
    BUF_ADD(&buf, STR("needs "), model_verb_name(verb), STR(" on "),
            model_text(model, model_record_class_row(model, class_row)->name), STR(" as "));
    for (uint32_t i = 0; i < model_grant_total(model); i++) {
        const struct model_grant *grant = model_grant_row(model, i);
        if (grant->class == class_row && (grant->verbs & (1u << verb)) != 0) {
            BUF_ADD(&buf, count++ > 0 ? STR(", or ") : STR(""),
                    grant_name(arena, model, grant->role, grant->scope));
        }
    }
    return count > 0 ? buf_str(&buf)
                     : STR_JOIN(arena, STR("nobody is granted "), model_verb_name(verb),
                                STR(" on this class"));
}

static struct access_answer absent_because(const char *why)
{
    return (struct access_answer){.visibility = VISIBILITY_NONE, .why = str_from(why)};
}

/* What is opened in an emergency counts last: whoever may read anyway needed none. */
static struct access_answer by_grants(struct arena *arena, const struct question *question,
                                      enum model_verb verb, uint32_t class_row)
{
    const struct model *model = question->model;
    struct access_answer answer = {0};
    if (question->actor != NULL && is_system(question->actor)) {
        return allowed_because(STR("the system itself"));
    }
    for (uint32_t i = 0; i < model_grant_total(model) && question->actor != NULL; i++) {
        const struct model_grant *grant = model_grant_row(model, i);
        if (grant->class != class_row || (grant->verbs & (1u << verb)) == 0) {
            continue;
        }
        for (size_t k = 0; k < question->actor->entry_count; k++) {
            const struct actor_entry *entry = &question->actor->entries[k];
            if (entry->role != grant->role || !entry_reaches(question, entry, grant->scope)) {
                continue;
            }
            answer = allowed_because(grant_name(arena, model, grant->role, grant->scope));
            answer.emergency = grant->scope == SCOPE_BREAK_GLASS;
            if (!answer.emergency) {
                return answer;
            }
        }
    }
    if (!answer.allowed) {
        answer.visibility = model_record_class_row(model, class_row)->visibility;
        answer.why = what_is_missing(arena, model, verb, class_row);
    }
    return answer;
}

/* What is sealed is there only for whoever may seal it, what was expunged for nobody. */
static struct access_answer decide_class(struct arena *arena, const struct question *question,
                                         enum model_verb verb, uint32_t class_row)
{
    if (question->expunged && !is_system(question->actor)) {
        return absent_because("it was expunged");
    }
    if (question->withheld && !by_grants(arena, question, VERB_SEAL, class_row).allowed) {
        return absent_because("it is sealed by order of a court");
    }
    return by_grants(arena, question, verb, class_row);
}

/* Whether the actor holds the verb on a class in one of these scopes (a set of 1 << scope). */
static bool is_held(const struct model *model, const struct actor *actor, enum model_verb verb,
                    uint32_t class_row, uint32_t scopes)
{
    for (uint32_t i = 0; i < model_grant_total(model); i++) {
        const struct model_grant *grant = model_grant_row(model, i);
        if (grant->class != class_row || (grant->verbs & (1u << verb)) == 0 ||
            (scopes & (1u << grant->scope)) == 0) {
            continue;
        }
        for (size_t k = 0; k < actor->entry_count; k++) {
            if (actor->entries[k].role == grant->role && actor->entries[k].scope == grant->scope) {
                return true;
            }
        }
    }
    return false;
}

bool access_somewhere(const struct model *model, const struct actor *actor, enum model_verb verb,
                      uint32_t class_row)
{
    return is_held(model, actor, verb, class_row, UINT32_MAX) || is_system(actor);
}

static struct question about(const struct work_set *set, const struct record *record)
{
    const struct actor *actor = set->actor;
    return (struct question){
        .model = set->model,
        .actor = actor,
        .entity = record->subject.entity,
        .audiences = record->audiences,
        .audience_count = record->audience_count,
        .own = actor != NULL && !uuid_is_nil(actor->worker) &&
               (uuid_eq(record->subject.id, actor->worker) || uuid_eq(record->root, actor->worker)),
        .fresh = record->is_new && record->audience_count == 0,
        .agency = record->agency,
        .withheld = record_is_withheld(record),
        .expunged = record_is_expunged(record),
    };
}

struct access_answer access_class(const struct work_set *set, const struct record *record,
                                  enum model_verb verb, uint32_t class_row)
{
    struct question question = about(set, record);
    return decide_class(set->arena, &question, verb, class_row);
}

struct access_answer access_add(const struct work_set *set, const struct record *parent,
                                uint32_t entity)
{
    struct question question = about(set, parent);
    question.entity = entity;
    return decide_class(set->arena, &question, VERB_CREATE,
                        model_entity_row(set->model, entity)->class);
}

static bool shows(enum model_verb verb)
{
    return verb == VERB_READ || verb == VERB_HISTORY || verb == VERB_EXPORT;
}

static bool is_among(const struct uuid *ids, size_t count, struct uuid id)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = uuid_compare(ids[middle], id);
        if (order == 0) {
            return true;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return false;
}

bool access_barred(const struct actor *actor, const struct record *record)
{
    return actor != NULL && actor->barred_count > 0 &&
           (is_among(actor->barred, actor->barred_count, record->subject.id) ||
            is_among(actor->barred, actor->barred_count, record->root));
}

/* Nobody opens their own family's record, in whatever role; it reads like any refusal. */
static struct access_answer refused_as_family(const struct model *model, uint32_t class_row)
{
    return (struct access_answer){
        .visibility = model_record_class_row(model, class_row)->visibility,
        .why = STR("is about somebody of their own family, as was declared"),
    };
}

/* A class with "confirm" is shown to who has just proved who they are, or wrote the record. */
static struct access_answer if_proved(const struct work_set *set, const struct record *record,
                                      enum model_verb verb, uint32_t class_row,
                                      struct access_answer answer)
{
    const struct actor *actor = set->actor;
    if (!answer.allowed || actor == NULL || !actor->unproved || !shows(verb) || record->is_new ||
        !model_record_class_row(set->model, class_row)->confirm ||
        uuid_eq(record->created_by, actor->worker)) {
        return answer;
    }
    return (struct access_answer){
        .visibility = VISIBILITY_EXISTENCE,
        .unproved = true,
        .why = STR("is shown to who has just proved who they are"),
    };
}

struct access_answer access_record(const struct work_set *set, const struct record *record,
                                   enum model_verb verb)
{
    const struct model_entity *entity = model_entity_row(set->model, record->subject.entity);
    if (entity->kind == ENTITY_REFERENCE && verb == VERB_READ && set->actor != NULL &&
        !record_is_withheld(record) && !record_is_expunged(record)) {
        return allowed_because(STR("reference data: everybody signed in"));
    }
    if (access_barred(set->actor, record)) {
        return record_is_withheld(record) || record_is_expunged(record)
                   ? absent_because("it is sealed or expunged")
                   : refused_as_family(set->model, entity->class);
    }
    struct question question = about(set, record);
    return if_proved(set, record, verb, entity->class,
                     decide_class(set->arena, &question, verb, entity->class));
}

struct access_answer access_field(const struct work_set *set, const struct record *record,
                                  uint32_t field, enum model_verb verb)
{
    struct access_answer whole = access_record(set, record, verb);
    uint32_t stricter = model_field_row(set->model, field)->class;
    if (!whole.allowed || stricter == MODEL_NONE) {
        return whole;
    }
    struct question question = about(set, record);
    return if_proved(set, record, verb, stricter,
                     decide_class(set->arena, &question, verb, stricter));
}

bool access_may_change_rows(const struct work_set *set, const struct record *record, uint32_t list)
{
    const struct model_list *shape = model_list_row(set->model, list);
    for (uint32_t i = 0; i < shape->fields_count; i++) {
        uint32_t field = shape->fields_first + i;
        if (model_field_row(set->model, field)->class != MODEL_NONE &&
            !access_field(set, record, field, VERB_UPDATE).allowed) {
            return false;
        }
    }
    return true;
}

bool access_may_break_glass(const struct work_set *set, const struct record *record)
{
    uint32_t class_row = model_entity_row(set->model, record->subject.entity)->class;
    if (set->actor == NULL || class_row == MODEL_NONE || access_barred(set->actor, record)) {
        return false;
    }
    const struct model_record_class *class = model_record_class_row(set->model, class_row);
    struct access_answer answer = access_record(set, record, VERB_READ);
    /* Who covers has no entry of this scope (store/actor.c): it is done in one's own name. */
    return class->break_glass_hours > 0 && !class->confirm && !answer.allowed &&
           answer.visibility == VISIBILITY_EXISTENCE &&
           is_held(set->model, set->actor, VERB_READ, class_row, 1u << SCOPE_BREAK_GLASS);
}

/* Of what an agency has, or would have: there is no record yet to ask about. */
static struct access_answer at_agency(const struct work_set *set, uint32_t entity,
                                      struct uuid agency, enum model_verb verb)
{
    struct question question = {.model = set->model,
                                .actor = set->actor,
                                .entity = entity,
                                .fresh = true,
                                .agency = agency};
    return decide_class(set->arena, &question, verb, model_entity_row(set->model, entity)->class);
}

struct access_answer access_create(const struct work_set *set, uint32_t entity, struct uuid agency)
{
    return at_agency(set, entity, agency, VERB_CREATE);
}

bool access_shares_for(const struct work_set *set, uint32_t entity, struct uuid agency)
{
    return at_agency(set, entity, agency, VERB_SHARE).allowed;
}

struct access_answer access_create_record(const struct work_set *set, const struct record *record)
{
    return access_record(set, record, VERB_CREATE);
}

/* ---- deciders ---- */

static bool decider_has_role(const struct model *model, const struct model_decider *decider,
                             uint32_t role)
{
    for (uint32_t i = 0; i < decider->roles_count; i++) {
        if (model_decider_role_row(model, decider->roles_first + i)->role == role) {
            return true;
        }
    }
    return false;
}

static bool entry_decides(const struct model *model, const struct model_decider *shape,
                          const struct actor_entry *entry)
{
    return decider_has_role(model, shape, entry->role) &&
           (shape->cover || uuid_is_nil(entry->covers));
}

/* Where an entry must reach the record for its role to decide. */
static enum model_scope decider_scope(const struct model_decider *shape,
                                      const struct actor_entry *entry)
{
    return shape->taking_part && entry->scope == SCOPE_PARTICIPANT ? SCOPE_PARTICIPANT
                                                                   : shape->scope;
}

struct access_answer access_decide(struct work_set *set, struct record *record, uint32_t decider)
{
    const struct model_decider *shape = model_decider_row(set->model, decider);
    const struct actor *actor = set->actor;
    struct access_answer refused = {.visibility = VISIBILITY_FULL,
                                    .why = model_text(set->model, shape->say)};
    if (actor == NULL) {
        return refused;
    }
    if (is_system(actor)) {
        return allowed_because(STR("the system itself"));
    }
    if (record_is_withheld(record) && !access_record(set, record, VERB_READ).allowed) {
        return refused;
    }
    if (access_barred(actor, record) ||
        (shape->not_author && authors_include(record, actor->worker))) {
        return refused;
    }
    struct question question = about(set, record);
    for (size_t i = 0; i < actor->entry_count; i++) {
        const struct actor_entry *entry = &actor->entries[i];
        enum model_scope scope = decider_scope(shape, entry);
        if (entry_decides(set->model, shape, entry) && entry_reaches(&question, entry, scope)) {
            return work_set_true(set, shape->allow, &record->subject)
                       ? allowed_because(grant_name(set->arena, set->model, entry->role, scope))
                       : refused;
        }
    }
    return refused;
}

/* Those of a session are few: once each, never beyond the room. */
static void add_once(int64_t *audiences, size_t *count, int64_t audience)
{
    for (size_t i = 0; i < *count; i++) {
        if (audiences[i] == audience) {
            return;
        }
    }
    if (*count < ACCESS_AUDIENCES_MAX) {
        audiences[(*count)++] = audience;
    }
}

static bool entry_reads(const struct model *model, const struct actor_entry *entry,
                        uint32_t class_row)
{
    for (uint32_t i = 0; i < model_grant_total(model); i++) {
        const struct model_grant *grant = model_grant_row(model, i);
        if (grant->class == class_row && grant->role == entry->role &&
            grant->scope == entry->scope && (grant->verbs & (1u << VERB_READ)) != 0) {
            return true;
        }
    }
    return false;
}

size_t access_list_audiences(const struct model *model, const struct actor *actor,
                             uint32_t class_row, int64_t ret_audiences[ACCESS_AUDIENCES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < actor->entry_count; i++) {
        if (entry_reads(model, &actor->entries[i], class_row)) {
            add_once(ret_audiences, &count, actor->entries[i].audience);
        }
    }
    return count;
}

bool access_reads_others(const struct model *model, const struct actor *actor, uint32_t class_row)
{
    for (size_t i = 0; i < actor->entry_count; i++) {
        if (actor->entries[i].scope != SCOPE_SELF &&
            entry_reads(model, &actor->entries[i], class_row)) {
            return true;
        }
    }
    return false;
}

size_t access_decider_audiences(const struct model *model, const struct actor *actor,
                                uint32_t decider, int64_t ret_audiences[ACCESS_AUDIENCES_MAX])
{
    const struct model_decider *shape = model_decider_row(model, decider);
    size_t count = 0;
    for (size_t i = 0; i < actor->entry_count; i++) {
        const struct actor_entry *entry = &actor->entries[i];
        if (entry_decides(model, shape, entry) && entry->scope == decider_scope(shape, entry)) {
            add_once(ret_audiences, &count, entry->audience);
        }
    }
    return count;
}

/* ---- words ---- */

#define REFUSAL_MOST 2000

/* The roles that hold the verb on the class, each with where; how many there are. */
static size_t add_holders(struct buf *buf, const struct model *model, uint32_t class_row,
                          enum model_verb verb)
{
    size_t holders = 0;
    for (uint32_t i = 0; i < model_grant_total(model); i++) {
        const struct model_grant *grant = model_grant_row(model, i);
        if (grant->class != class_row || (grant->verbs & (1u << verb)) == 0) {
            continue;
        }
        BUF_ADD(buf, holders == 0 ? STR("") : STR("; "),
                model_text(model, model_role_row(model, grant->role)->label), STR(", records "),
                model_scope_words((enum model_scope)grant->scope));
        holders++;
    }
    return holders;
}

struct str access_refusal(struct arena *arena, const struct model *model, uint32_t entity,
                          enum model_verb verb)
{
    struct buf buf;
    struct buf holders;
    uint32_t class_row = model_entity_row(model, entity)->class;
    buf_init(&buf, arena, REFUSAL_MOST);
    buf_init(&holders, arena, REFUSAL_MOST);
    size_t count = class_row == MODEL_NONE ? 0 : add_holders(&holders, model, class_row, verb);
    BUF_ADD(&buf, STR("Your role may not do this here: "), model_verb_words(verb), STR("."));
    if (count > 0) {
        BUF_ADD(&buf, STR(" It is for: "), buf_str(&holders), STR(". Ask one of them."));
    }
    return buf_str(&buf);
}

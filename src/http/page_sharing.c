/* See page_sharing.h. */
#include "http/page_sharing.h"

#include "base/buf.h"
#include "http/page_act.h"
#include "http/page_form.h"
#include "http/page_words.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "service/agreement.h"
#include "store/grant.h"
#include "template_access.h"

#define AGENCIES_MAX 200u
#define AGREEMENTS_MAX 200u
#define PARTS_MAX 2000u /* bytes of their names */

struct sharing {
    struct request *request;
    struct record *root;
    const struct outcome *faults; /* of the last try, or NULL */
    struct store_audience *audiences;
    size_t audience_count;
    struct store_grant *grants;
    size_t grant_count;
    struct record **agencies; /* that may be chosen */
    size_t agency_count;
    struct record **agreements; /* that the reader knows */
    size_t agreement_count;
};

struct url page_sharing_url(struct request *request, const struct record *record)
{
    const struct model *model = request->model;
    uint32_t root = model_entity_row(model, record->subject.entity)->root;
    const struct model_entity *entity =
        model_entity_row(model, root == MODEL_NONE ? record->subject.entity : root);
    return URL(&request->arena, STR("record"), model_text(model, entity->name),
               uuid_text(&request->arena, record->root), STR("access"));
}

/* ---- words ---- */

struct str page_parts_words(const struct request *request, struct str parts)
{
    const struct model *model = request->model;
    struct buf words;
    struct str name;
    buf_init(&words, request->set.arena, PARTS_MAX);
    while (parts.n > 0) {
        (void)str_split(&parts, ' ', &name);
        uint32_t entity = model_entity_by_name(model, name);
        if (entity != MODEL_NONE) {
            BUF_ADD(&words, buf_str(&words).n > 0 ? STR(", ") : STR(""),
                    page_small(request->set.arena,
                               model_text(model, model_entity_row(model, entity)->plural)));
        }
    }
    return buf_str(&words).n > 0 ? buf_str(&words) : STR("all of it");
}

struct str page_agreement_words(struct request *request, const struct store_grant *grant)
{
    return uuid_is_nil(grant->agreement)
               ? grant->agreement_name
               : value_words(&request->set, value_reference(grant->agreement), MODEL_NONE);
}

/* Whom a scope is of: an agency, a team or a worker, by the name this reader may know. */
static struct str subject_words(struct request *request, struct uuid subject)
{
    struct str name = value_words(&request->set, value_reference(subject), MODEL_NONE);
    return name.n > 0 ? name : STR("somebody");
}

/* "Supervisors": the roles that read the class in the scope. */
static struct str readers_words(struct request *request, uint32_t class_row, enum model_scope scope)
{
    const struct model *model = request->model;
    struct buf words;
    buf_init(&words, &request->arena, PARTS_MAX);
    for (uint32_t i = 0; i < model_grant_total(model); i++) {
        const struct model_grant *grant = model_grant_row(model, i);
        if (grant->class == class_row && grant->scope == (uint32_t)scope &&
            (grant->verbs & (1u << VERB_READ)) != 0) {
            BUF_ADD(&words, buf_str(&words).n > 0 ? STR(", ") : STR(""),
                    model_text(model, model_role_row(model, grant->role)->label));
        }
    }
    return buf_str(&words);
}

/* ---- by the rules ---- */

enum rule_column { RULE_WHO, RULE_ROLES, RULE_WHY, RULE_WHAT, RULE__COUNT };

static struct str what_words(struct request *request, uint32_t only)
{
    return only == MODEL_NONE
               ? STR("all of it")
               : page_small(
                     &request->arena,
                     model_text(request->model, model_entity_row(request->model, only)->plural));
}

static struct table rules_table(struct sharing *sharing)
{
    static const struct column columns[RULE__COUNT] = {
        [RULE_WHO] = {STR_INIT("Who"),               false},
        [RULE_ROLES] = {STR_INIT("In which roles"),    false},
        [RULE_WHY] = {STR_INIT("Because it is one"), false},
        [RULE_WHAT] = {STR_INIT("What of it"),        false},
    };
    struct request *request = sharing->request;
    uint32_t class_row = model_entity_row(request->model, sharing->root->subject.entity)->class;
    struct cell *cells =
        ARENA_ARRAY(&request->arena, sharing->audience_count * RULE__COUNT, struct cell);
    size_t count = 0;
    for (size_t i = 0; i < sharing->audience_count; i++) {
        const struct store_audience *audience = &sharing->audiences[i];
        struct str roles = readers_words(request, class_row, audience->scope);
        struct cell *row = cells + count * RULE__COUNT;
        if (roles.n == 0) {
            continue; /* known to it, and open to nobody through it */
        }
        row[RULE_WHO].text = audience->scope == SCOPE_STATE
                                 ? STR("The whole state")
                                 : subject_words(request, audience->subject);
        row[RULE_ROLES].text = roles;
        row[RULE_WHY].text = model_scope_words(audience->scope);
        row[RULE_WHAT].text = what_words(request, audience->only);
        count++;
    }
    return (struct table){.caption = STR("Open today"),
                          .columns = columns,
                          .columns_count = RULE__COUNT,
                          .cells = cells,
                          .rows_count = count,
                          .empty = STR("Nobody.")};
}

/* ---- by hand ---- */

static struct tag state_tag(enum store_grant_state state)
{
    switch (state) {
    case GRANT_OFFERED:
        return (struct tag){STR("Offered"), TONE_WATCH};
    case GRANT_TO_COME:
        return (struct tag){STR("To come"), TONE_PLAIN};
    case GRANT_RUNS:
        return (struct tag){STR("Open"), TONE_GOOD};
    case GRANT_OVER:
        break;
    }
    return (struct tag){STR("Over"), TONE_CLOSED};
}

static struct str kind_words(const struct store_grant *grant)
{
    switch (grant->kind) {
    case GRANT_SHARE:
        return grant->scope == SCOPE_PARTICIPANT ? STR("Works in it, under an agreement")
                                                 : STR("Reads it, under an agreement");
    case GRANT_COVER:
        return STR("Stands in for somebody");
    case GRANT_BREAK_GLASS:
        return STR("Opened it in an emergency");
    case GRANT_KIND__COUNT:
        break;
    }
    return STR("");
}

struct given_facts {
    struct fact items[8];
    size_t count;
};

static void add_fact(struct given_facts *facts, struct str label, struct str value)
{
    if (value.n > 0) {
        facts->items[facts->count++] = (struct fact){.label = label, .value = value};
    }
}

static struct str moment_words(const struct request *request, struct instant at)
{
    return at.ms == 0 ? STR("") : page_when(request, at);
}

static struct given_line given_line(struct sharing *sharing, const struct store_grant *grant,
                                    bool may_give)
{
    struct request *request = sharing->request;
    struct arena *arena = &request->arena;
    enum store_grant_state state = store_grant_state(grant, request->set.now);
    struct given_facts *facts = ARENA_NEW(arena, struct given_facts);
    add_fact(facts, STR("How"), kind_words(grant));
    add_fact(facts, STR("Of what"), page_parts_words(request, grant->parts));
    add_fact(facts, STR("Agreement"), page_agreement_words(request, grant));
    add_fact(facts, STR("Reason"), grant->reason);
    add_fact(facts, STR("From"), moment_words(request, grant->begins_at));
    add_fact(facts, STR("To"), moment_words(request, grant->ends_at));
    add_fact(facts, STR("Given by"), subject_words(request, grant->given_by));
    add_fact(facts, STR("Ended"),
             grant->ended_at.ms == 0 ? STR("")
                                     : STR_JOIN(arena, page_when(request, grant->ended_at),
                                                STR(": "), grant->ended_reason));
    struct given_line line = {.who = subject_words(request, grant->subject),
                              .state = state_tag(state),
                              .facts = facts->items,
                              .facts_count = facts->count};
    if (state != GRANT_OVER && grant->kind == GRANT_SHARE &&
        (may_give || access_shares_for(&request->set, grant->entity, grant->subject))) {
        line.end = URL(arena, STR("given"), uuid_text(arena, grant->id), STR("end"));
        line.reason = (struct field){.control = CONTROL_TEXT,
                                     .name = STR("reason"),
                                     .label = STR("Why it ends"),
                                     .needed = true};
    }
    return line;
}

/* ---- the form ---- */

static bool is_sent(const struct request *request, struct str name, struct str value)
{
    for (size_t i = 0; i < request->form.count; i++) {
        if (str_eq(request->form.pairs[i].name, name) &&
            str_eq(request->form.pairs[i].value, value)) {
            return true;
        }
    }
    return false;
}

static struct str fault_of(const struct sharing *sharing, struct str name)
{
    for (size_t i = 0; sharing->faults != NULL && i < sharing->faults->problems.count; i++) {
        if (str_eq(sharing->faults->problems.items[i].where, name)) {
            return sharing->faults->problems.items[i].message;
        }
    }
    return STR("");
}

static bool is_part(const struct model *model, uint32_t entity, uint32_t root)
{
    const struct model_entity *shape = model_entity_row(model, entity);
    return shape->kind == ENTITY_PART && shape->root == root;
}

/* Each with the class that says how strictly it is kept. */
static size_t part_choices(const struct sharing *sharing, struct choice **ret_choices)
{
    struct request *request = sharing->request;
    const struct model *model = request->model;
    size_t count = 0;
    *ret_choices = ARENA_ARRAY(&request->arena, model_entity_total(model), struct choice);
    for (uint32_t i = 0; i < model_entity_total(model); i++) {
        const struct model_entity *shape = model_entity_row(model, i);
        if (is_part(model, i, sharing->root->subject.entity)) {
            struct str name = model_text(model, shape->name);
            (*ret_choices)[count++] = (struct choice){
                .value = name,
                .text = model_text(model, shape->plural),
                .help = shape->class == MODEL_NONE
                            ? STR("")
                            : model_text(model, model_record_class_row(model, shape->class)->label),
                .chosen = is_sent(request, STR("parts"), name)};
        }
    }
    return count;
}

static size_t agency_choices(const struct sharing *sharing, struct choice **ret_choices)
{
    struct request *request = sharing->request;
    size_t count = 0;
    *ret_choices = ARENA_ARRAY(&request->arena, sharing->agency_count + 1, struct choice);
    (*ret_choices)[count++] = (struct choice){.text = STR("Choose an agency")};
    for (size_t i = 0; i < sharing->agency_count; i++) {
        struct uuid id = sharing->agencies[i]->subject.id;
        struct str value = uuid_text(&request->arena, id);
        if (!uuid_eq(id, sharing->root->agency)) {
            (*ret_choices)[count++] =
                (struct choice){.value = value,
                                .text = record_title(&request->set, sharing->agencies[i]),
                                .chosen = is_sent(request, STR("agency"), value)};
        }
    }
    return count;
}

/* Those in force between the owner's agency and another. */
static size_t agreement_choices(const struct sharing *sharing, struct choice **ret_choices)
{
    struct request *request = sharing->request;
    size_t count = 0;
    *ret_choices = ARENA_ARRAY(&request->arena, sharing->agreement_count + 1, struct choice);
    (*ret_choices)[count++] = (struct choice){.text = STR("Choose an agreement")};
    for (size_t i = 0; i < sharing->agreement_count; i++) {
        const struct record *agreement = sharing->agreements[i];
        struct str value = uuid_text(&request->arena, agreement->subject.id);
        if (agreement_is_in_force(request->model, agreement) &&
            agreement_is_of(request->model, agreement, sharing->root->agency)) {
            (*ret_choices)[count++] =
                (struct choice){.value = value,
                                .text = record_title(&request->set, agreement),
                                .chosen = is_sent(request, STR("agreement"), value)};
        }
    }
    return count;
}

static void write_fields(struct html *html, const void *context)
{
    const struct sharing *sharing = context;
    const struct request *request = sharing->request;
    bool works = is_sent(request, STR("how"), STR("works"));
    const struct choice ways[] = {
        {.value = STR("reads"), .text = STR("They read it"),                .chosen = !works},
        {.value = STR("works"), .text = STR("They read it and work in it"), .chosen = works },
    };
    struct choice *agencies, *agreements, *parts;
    size_t agency_count = agency_choices(sharing, &agencies);
    size_t agreement_count = agreement_choices(sharing, &agreements);
    size_t part_count = part_choices(sharing, &parts);
    const struct field fields[] = {
        {.control = CONTROL_SELECT,
         .name = STR("agency"),
         .label = STR("Which agency"),
         .choices = agencies,
         .choices_count = agency_count,
         .needed = true                    },
        {.control = CONTROL_RADIOS,
         .name = STR("how"),
         .label = STR("How they take part"),
         .choices = ways,
         .choices_count = ARRAY_LENGTH(ways),
         .needed = true                    },
        {.control = CONTROL_CHECKBOXES,
         .name = STR("parts"),
         .label = STR("Which parts"),
         .help = STR("What belongs to none of these, the family's name and who works with it, they "
                     "see in any case. To work in a part, they need also what it names."),
         .choices = parts,
         .choices_count = part_count,
         .needed = true},
        {.control = CONTROL_SELECT,
         .name = STR("agreement"),
         .label = STR("Under which agreement"),
         .help = STR("Signed by both agencies and in force. It says what may be shared, and ends "
                     "what is shared when it ends."),
         .choices = agreements,
         .choices_count = agreement_count,
         .needed = true},
        {.control = CONTROL_DATE,
         .name = STR("from"),
         .label = STR("From"),
         .help = STR("Empty: from now on."),
         .value = request_form(request,                        STR("from"))},
        {.control = CONTROL_DATE,
         .name = STR("to"),
         .label = STR("Until the end of"),
         .value = request_form(request,                                                                STR("to")),
         .needed = true     },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        struct field field = fields[i];
        field.error = fault_of(sharing, field.name);
        component_field(html, &field);
    }
}

/* ---- the page ---- */

static enum status name_all(struct request *request, enum c_name entity, const struct uuid *ids,
                            size_t count)
{
    uint32_t row = model_c_name(request->model, entity)->entity;
    return row == MODEL_NONE ? STATUS_OK
                             : store_titles_of(request->reader, &request->set, row, ids, count);
}

/* Names of those whom scopes and grants are of: one identifier is of one kind of record only, the
 * others do not know it. */
static enum status name_subjects(struct sharing *sharing)
{
    struct request *request = sharing->request;
    LIST(struct uuid) agencies = {0}, agreements = {0}, teams = {0}, workers = {0};
    for (size_t i = 0; i < sharing->audience_count; i++) {
        const struct store_audience *audience = &sharing->audiences[i];
        if (audience->scope == SCOPE_TEAM) {
            LIST_PUSH(&request->arena, &teams, audience->subject);
        } else if (audience->scope == SCOPE_ASSIGNED || audience->scope == SCOPE_BREAK_GLASS) {
            LIST_PUSH(&request->arena, &workers, audience->subject);
        } else if (audience->scope != SCOPE_STATE) {
            LIST_PUSH(&request->arena, &agencies, audience->subject);
        }
    }
    for (size_t i = 0; i < sharing->grant_count; i++) {
        const struct store_grant *grant = &sharing->grants[i];
        if (grant->kind == GRANT_SHARE) {
            LIST_PUSH(&request->arena, &agencies, grant->subject);
            LIST_PUSH(&request->arena, &agreements, grant->agreement);
        } else {
            LIST_PUSH(&request->arena, &workers, grant->subject);
        }
        LIST_PUSH(&request->arena, &workers, grant->given_by);
    }
    TRY(name_all(request, C_AGENCY, agencies.items, agencies.count));
    TRY(name_all(request, C_SHARING_AGREEMENT, agreements.items, agreements.count));
    TRY(name_all(request, C_TEAM, teams.items, teams.count));
    TRY(name_all(request, C_WORKER, workers.items, workers.count));
    return store_titles(request->reader, &request->set);
}

static enum status read_all(struct request *request, enum c_name name, uint32_t most,
                            struct record ***ret_records, size_t *ret_count)
{
    uint32_t entity = model_c_name(request->model, name)->entity;
    struct str next;
    *ret_count = 0;
    if (entity == MODEL_NONE) {
        return STATUS_OK;
    }
    return store_find(request->reader, &request->set, entity, MODEL_NONE, (struct uuid){{0}},
                      (struct store_page){.limit = most}, &request->outcome, ret_records, ret_count,
                      &next);
}

static enum status read_choices(struct sharing *sharing)
{
    struct request *request = sharing->request;
    TRY(read_all(request, C_AGENCY, AGENCIES_MAX, &sharing->agencies, &sharing->agency_count));
    return read_all(request, C_SHARING_AGREEMENT, AGREEMENTS_MAX, &sharing->agreements,
                    &sharing->agreement_count);
}

static enum handled show(struct sharing *sharing, unsigned http)
{
    struct request *request = sharing->request;
    bool may_give = record_stands(sharing->root) &&
                    access_record(&request->set, sharing->root, VERB_SHARE).allowed;
    enum status status = store_audiences(request->reader, &request->set, sharing->root,
                                         &sharing->audiences, &sharing->audience_count);
    if (status == STATUS_OK) {
        status = store_grants(request->reader, &request->set, sharing->root, &sharing->grants,
                              &sharing->grant_count);
    }
    if (status == STATUS_OK && may_give) {
        status = read_choices(sharing);
    }
    if (status == STATUS_OK) {
        status = name_subjects(sharing);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    struct given_line *given =
        ARENA_ARRAY(&request->arena, sharing->grant_count, struct given_line);
    for (size_t i = 0; i < sharing->grant_count; i++) {
        given[i] = given_line(sharing, &sharing->grants[i], may_give);
    }
    struct str title = record_title(&request->set, sharing->root);
    struct link record = {title,
                          page_open_url(request, sharing->root->subject.entity,
                                        sharing->root->subject.id, sharing->root->root),
                          false};
    const struct step views[] = {
        {.link = record},
        {.link = {STR("Who may see this"), page_here(request), true}},
    };
    struct fault_line *faults = NULL;
    size_t faults_count =
        sharing->faults != NULL ? page_faults(request, sharing->faults, &faults) : 0;
    struct template_frame frame =
        page_frame(request, &(struct page){.title = STR("Who may see this")});
    struct url share = {0};
    if (may_give) {
        share = page_sharing_url(request, sharing->root);
    }
    struct html html;
    page_begin(request, &html);
    template_access(&html, &(struct template_access){
                               .frame = &frame,
                               .title = STR("Who may see this"),
                               .about = title,
                               .form_token = request->session.form_token,
                               .rules = rules_table(sharing),
                               .share = share,
                               .fields = {write_fields, sharing},
                               .views = views,
                               .views_count = ARRAY_LENGTH(views),
                               .faults = faults,
                               .faults_count = faults_count,
                               .given = given,
                               .given_count = sharing->grant_count
    });
    return page_end(request, &html, http);
}

/* The record of the address, which is a root or hub; NULL: the answer has been made. */
static struct sharing *open(struct request *request, enum handled *ret_handled)
{
    uint32_t entity = page_entity(request, 0);
    struct sharing *sharing = ARENA_NEW(&request->arena, struct sharing);
    struct uuid id;
    *sharing = (struct sharing){.request = request};
    if (entity == MODEL_NONE || !page_id(request, 1, &id) ||
        model_entity_row(request->model, entity)->kind == ENTITY_PART) {
        *ret_handled = request_fail(request, STATUS_NOT_FOUND);
        return NULL;
    }
    sharing->root = page_read(request, entity, id, 0, 0, STR("Who may see this"), ret_handled);
    return sharing->root != NULL ? sharing : NULL;
}

enum handled page_sharing(struct request *request)
{
    enum handled handled;
    struct sharing *sharing = open(request, &handled);
    return sharing != NULL ? show(sharing, 200) : handled;
}

/* ---- offering it ---- */

static enum handled shared(struct request *request)
{
    struct outcome *outcome = ARENA_NEW(&request->arena, struct outcome);
    enum handled handled;
    *outcome = request->outcome;
    if (outcome->status == STATUS_OK) {
        return request_redirect(request, page_here(request).text);
    }
    if (!page_can_mend(outcome->status)) {
        return request_fail(request, outcome->status);
    }
    page_forget(request);
    struct sharing *sharing = open(request, &handled);
    if (sharing == NULL) {
        return handled;
    }
    sharing->faults = outcome;
    return show(sharing, status_http(outcome->status));
}

/* Empty is day 0: not said. */
static bool day_of(const struct request *request, struct str name, struct date *ret_date)
{
    struct str text = str_trim(request_form(request, name));
    *ret_date = (struct date){0};
    return text.n == 0 || date_parse(text, ret_date);
}

static struct str parts_sent(struct request *request)
{
    struct buf parts;
    buf_init(&parts, &request->arena, PARTS_MAX);
    for (size_t i = 0; i < request->form.count; i++) {
        if (str_eq(request->form.pairs[i].name, STR("parts"))) {
            BUF_ADD(&parts, buf_str(&parts).n > 0 ? STR(" ") : STR(""),
                    request->form.pairs[i].value);
        }
    }
    return buf_str(&parts);
}

enum handled page_share(struct request *request)
{
    struct service_share *share = ARENA_NEW(&request->arena, struct service_share);
    *share = (struct service_share){
        .entity = page_entity(request, 0),
        .works = is_sent(request, STR("how"), STR("works")),
        .parts = parts_sent(request),
    };
    if (share->entity == MODEL_NONE || !page_id(request, 1, &share->record)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    if (!day_of(request, STR("from"), &share->from) || !day_of(request, STR("to"), &share->to)) {
        return request_fail(request, STATUS_MALFORMED); /* no browser sends such a date */
    }
    (void)uuid_parse(request_form(request, STR("agency")), &share->agency);
    (void)uuid_parse(request_form(request, STR("agreement")), &share->agreement);
    return page_act(request, service_share, share, shared);
}

/* The people of a family as a genogram: who is named in what belongs to it, and whom they are
 * related to. Which records name people, the model says (about: of a reference), and what a
 * relationship is in the picture (groups of its codes). Each person and each relationship is read
 * through the gate: who may not be read is not there, nor what leads to them. */
#include "http/page_work.h"

#include "base/map.h"
#include "http/page_people.h"
#include "http/page_words.h"
#include "model/c_names.h"
#include "rule/access.h"

#define PEOPLE_MOST 60u /* drawn at once */
#define EACH_MOST 50u   /* relationships of one person, in each direction */

struct relative {
    struct record *person;
    unsigned steps; /* from those it is about */
    bool focus;
    struct str says;
};

struct gather {
    const struct work *work;
    struct request *request;
    LIST(struct relative) people;
    LIST(struct record *) relations;
    struct map seen; /* people and relationships, by id */
    bool more;
};

/* ---- gathering ---- */

static bool find(struct gather *gather, uint32_t entity, uint32_t by, struct uuid to,
                 struct record ***ret_records, size_t *ret_count)
{
    struct request *request = gather->request;
    struct str next;
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (store_find(request->reader, &request->set, entity, by, to,
                   (struct store_page){.limit = EACH_MOST}, &ignored, ret_records, ret_count,
                   &next) != STATUS_OK) {
        return false;
    }
    gather->more |= next.n > 0;
    return true;
}

static void add_person(struct gather *gather, struct value named, unsigned steps, bool focus)
{
    struct request *request = gather->request;
    struct record *person = NULL;
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (named.type != VALUE_REFERENCE ||
        map_get(&gather->seen, uuid_text(&request->arena, named.reference)) != NULL) {
        return;
    }
    if (gather->people.count == PEOPLE_MOST) {
        gather->more = true;
        return;
    }
    if (store_read(request->reader, &request->set, model_c_name(request->model, C_PERSON)->entity,
                   named.reference, 0, 0, (struct store_purpose){.route = STR("genogram")},
                   &ignored, &person) != STATUS_OK ||
        !record_stands(person)) {
        return;
    }
    (void)map_add(&gather->seen, uuid_text(&request->arena, named.reference), person);
    struct relative relative = {.person = person, .steps = steps, .focus = focus};
    LIST_PUSH(&request->arena, &gather->people, relative);
}

/* Who is named in the members of a collection, by a reference that says whom they are about. */
static void add_named(struct gather *gather, uint32_t collection)
{
    const struct model *model = gather->request->model;
    uint32_t by = model_collection_row(model, collection)->reference;
    uint32_t people = model_c_name(model, C_PERSON)->entity;
    if (by == MODEL_NONE || model_field_row(model, by)->list != MODEL_NONE) {
        return;
    }
    const struct model_entity *entity = model_entity_row(model, model_field_row(model, by)->entity);
    bool focus = collection == model_workspace_row(model, gather->work->workspace)->banner_each;
    for (uint32_t i = 0; i < entity->fields_count; i++) {
        uint32_t field = entity->fields_first + i;
        struct record **members;
        size_t count;
        if (!model_field_row(model, field)->about ||
            model_field_row(model, field)->target != people ||
            !find(gather, model_field_row(model, by)->entity, by, gather->work->subject->subject.id,
                  &members, &count)) {
            continue;
        }
        for (size_t k = 0; k < count; k++) {
            add_person(gather, value_get(&members[k]->subject, field), 0, focus);
        }
    }
}

static void add_relations(struct gather *gather, const struct relative *of, uint32_t end,
                          uint32_t other_end)
{
    struct request *request = gather->request;
    struct record **records;
    size_t count;
    unsigned steps = of->steps + 1;
    if (!find(gather, model_c_name(request->model, C_RELATIONSHIP)->entity,
              model_c_name(request->model, end)->field, of->person->subject.id, &records, &count)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct record *relation = records[i];
        if (record_stands(relation) && !record_is_closed(relation) &&
            map_add(&gather->seen, uuid_text(&request->arena, relation->subject.id), relation)) {
            add_person(gather, page_value(request, &relation->subject, other_end), steps, false);
            LIST_PUSH(&request->arena, &gather->relations, relation);
        }
    }
}

/* Of a person: them, their family and its family. Of a piece of work: who is named in it, and their
 * family. */
static void gather_all(struct gather *gather)
{
    const struct model *model = gather->request->model;
    const struct record *subject = gather->work->subject;
    bool of_person = subject->subject.entity == model_c_name(model, C_PERSON)->entity;
    const struct model_entity *entity = model_entity_row(model, subject->subject.entity);
    unsigned far = of_person ? 2 : 1;
    if (of_person) {
        add_person(gather, value_reference(subject->subject.id), 0, true);
    }
    for (uint32_t i = 0; !of_person && i < entity->collections_count; i++) {
        add_named(gather, entity->collections_first + i);
    }
    for (size_t i = 0; i < gather->people.count; i++) {
        const struct relative of = gather->people.items[i]; /* the list may move */
        if (of.steps < far) {
            add_relations(gather, &of, C_RELATIONSHIP_PERSON, C_RELATIONSHIP_OTHER);
            add_relations(gather, &of, C_RELATIONSHIP_OTHER, C_RELATIONSHIP_PERSON);
        }
    }
}

/* ---- what is read of them ---- */

static struct value readable(const struct request *request, const struct record *record,
                             uint32_t c_name)
{
    uint32_t field = model_c_name(request->model, c_name)->field;
    return field != MODEL_NONE && access_field(&request->set, record, field, VERB_READ).allowed
               ? value_get(&record->subject, field)
               : value_unset();
}

/* Whether a code of the field's set is in the group. */
static bool is_in(const struct model *model, uint32_t c_name, struct value value, struct str group)
{
    uint32_t field = model_c_name(model, c_name)->field;
    if (value.type != VALUE_CODE || field == MODEL_NONE) {
        return false;
    }
    const struct model_code_set *set =
        model_code_set_row(model, model_field_row(model, field)->code_set);
    for (uint32_t i = 0; i < set->groups_count; i++) {
        const struct model_code_group *one = model_code_group_row(model, set->groups_first + i);
        for (uint32_t k = 0; str_eq(model_text(model, one->name), group) && k < one->members_count;
             k++) {
            uint32_t code = model_code_member_row(model, one->members_first + k)->code;
            if (str_eq(model_text(model, model_code_row(model, code)->code), value.code.code)) {
                return true;
            }
        }
    }
    return false;
}

static enum kin_shape shape_of(const struct request *request, const struct record *person)
{
    struct value sex = readable(request, person, C_PERSON_SEX);
    if (is_in(request->model, C_PERSON_SEX, sex, STR("drawn_square"))) {
        return KIN_SQUARE;
    }
    return is_in(request->model, C_PERSON_SEX, sex, STR("drawn_circle")) ? KIN_CIRCLE : KIN_DIAMOND;
}

static struct str life_of(struct request *request, struct value born, struct value died)
{
    struct arena *arena = &request->arena;
    struct str from =
        born.type == VALUE_DATE ? str_slice(date_iso(arena, born.date), 0, 4) : STR("");
    struct str to = died.type == VALUE_DATE ? str_slice(date_iso(arena, died.date), 0, 4) : STR("");
    if (to.n == 0) {
        return from;
    }
    return STR_JOIN(arena, from.n > 0 ? from : STR("?"), STR(" to "), to);
}

static struct kin kin_of(struct request *request, const struct relative *relative)
{
    const struct record *person = relative->person;
    struct value born = readable(request, person, C_PERSON_BIRTH_DATE);
    struct value died = readable(request, person, C_PERSON_DIED_ON);
    struct kin kin = {
        .name = record_title(&request->set, person),
        .life = life_of(request, born, died),
        .says = relative->says,
        .to = page_open_url(request, person->subject.entity, person->subject.id, person->root),
        .shape = shape_of(request, person),
        .focus = relative->focus,
        .died = died.type == VALUE_DATE,
    };
    if (!kin.died && born.type == VALUE_DATE && born.date.day <= request->set.today.day) {
        kin.inside = str_from_int(&request->arena, date_age(born.date, request->set.today));
    }
    return kin;
}

/* ---- how they are related ---- */

static struct relative *person_of(struct gather *gather, struct value named, size_t *ret_at)
{
    for (size_t i = 0; named.type == VALUE_REFERENCE && i < gather->people.count; i++) {
        if (uuid_eq(gather->people.items[i].person->subject.id, named.reference)) {
            *ret_at = i;
            return &gather->people.items[i];
        }
    }
    return NULL;
}

static void say(struct request *request, struct relative *of, struct str words)
{
    of->says = of->says.n == 0 ? words : STR_JOIN(&request->arena, of->says, STR("; "), words);
}

/* What the picture makes of a relationship; false: only the words say it. */
static bool kind_of(const struct request *request, struct value kind, bool over,
                    enum kin_tie_kind *ret_kind)
{
    static const struct {
        struct str group;
        enum kin_tie_kind kind;
    } kinds[] = {
        {STR_INIT("parent"),        KIN_PARENT       },
        {STR_INIT("grandparent"),   KIN_GRANDPARENT  },
        {STR_INIT("partner"),       KIN_PARTNER      },
        {STR_INIT("partner_ended"), KIN_PARTNER_ENDED},
        {STR_INIT("sibling"),       KIN_SIBLING      },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (is_in(request->model, C_RELATIONSHIP_KIND, kind, kinds[i].group)) {
            *ret_kind = over && kinds[i].kind == KIN_PARTNER ? KIN_PARTNER_ENDED : kinds[i].kind;
            return true;
        }
    }
    return false;
}

/* The relationship in the words of both, and its tie when it has one. */
static bool add_tie(struct gather *gather, const struct record *relation, struct kin_tie *ret_tie)
{
    struct request *request = gather->request;
    struct arena *arena = &request->arena;
    struct value kind = readable(request, relation, C_RELATIONSHIP_KIND);
    struct value ends = readable(request, relation, C_RELATIONSHIP_ENDS_ON);
    struct relative *who =
        person_of(gather, readable(request, relation, C_RELATIONSHIP_PERSON), &ret_tie->from);
    struct relative *of =
        person_of(gather, readable(request, relation, C_RELATIONSHIP_OTHER), &ret_tie->to);
    if (who == NULL || of == NULL || who == of || kind.type != VALUE_CODE) {
        return false;
    }
    bool over = ends.type == VALUE_DATE && ends.date.day < request->set.today.day;
    struct str until =
        over ? STR_JOIN(arena, STR(", until "), date_long(arena, ends.date)) : STR("");
    struct str label = view_answer(&request->set, &relation->subject,
                                   model_c_name(request->model, C_RELATIONSHIP_KIND)->field);
    say(request, who,
        STR_JOIN(arena, label, str_find(label, STR(",")) >= 0 ? STR(", of ") : STR(" of "),
                 record_title(&request->set, of->person), until));
    bool is_drawn = kind_of(request, kind, over, &ret_tie->kind);
    say(request, of,
        is_drawn && ret_tie->kind == KIN_SIBLING
            ? STR_JOIN(arena, label, STR(" of "), record_title(&request->set, who->person), until)
            : STR_JOIN(arena, record_title(&request->set, who->person), STR(" is "),
                       page_small(arena, label), until));
    return is_drawn;
}

/* ---- the page ---- */

void kinship_content(struct html *html, const void *context)
{
    struct gather gather = {.work = context};
    struct request *request = gather.request = gather.work->request;
    if (model_c_name(request->model, C_RELATIONSHIP)->entity == MODEL_NONE ||
        model_c_name(request->model, C_PERSON)->entity == MODEL_NONE) {
        return;
    }
    map_init(&gather.seen, &request->arena);
    gather_all(&gather);
    page_titles(request);
    struct kin_tie *ties = ARENA_ARRAY(&request->arena, gather.relations.count, struct kin_tie);
    struct kin *people = ARENA_ARRAY(&request->arena, gather.people.count, struct kin);
    struct kinship kinship = {.label = STR("Genogram. The table below says the same."),
                              .people = people,
                              .people_count = gather.people.count,
                              .ties = ties};
    for (size_t i = 0; i < gather.relations.count && kinship.ties_count < KINSHIP_TIES_MAX; i++) {
        kinship.ties_count +=
            add_tie(&gather, gather.relations.items[i], &ties[kinship.ties_count]) ? 1 : 0;
    }
    for (size_t i = 0; i < gather.people.count; i++) {
        people[i] = kin_of(request, &gather.people.items[i]);
    }
    component_kinship(html, &request->arena, &kinship);
    if (gather.more) {
        html_element(html, "p", "note",
                     STR("More is on record than is drawn here. It stands with each person."));
    }
}

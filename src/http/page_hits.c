/* See page_people.h. */
#include "http/page_people.h"

#include "base/map.h"
#include "http/page.h"
#include "http/page_words.h"
#include "model/c_names.h"

#define PICKED_MAX 8u
/* How many records are counted of one kind; more read "20 or more". */
#define COUNTED_MAX 20u

/* ---- age ---- */

struct str page_age(struct request *request, const struct subject *person)
{
    struct value birth = page_value(request, person, C_PERSON_BIRTH_DATE);
    struct value told = page_value(request, person, C_PERSON_AGE_AS_TOLD);
    struct value estimated = page_value(request, person, C_PERSON_BIRTH_DATE_ESTIMATED);
    struct arena *arena = &request->arena;
    if (birth.type == VALUE_DATE) {
        struct str age = str_from_int(arena, date_age(birth.date, request->set.today));
        bool about = estimated.type == VALUE_BOOLEAN && estimated.boolean;
        return about ? STR_JOIN(arena, STR("about "), age) : age;
    }
    return told.type == VALUE_INTEGER
               ? STR_JOIN(arena, STR("about "), str_from_int(arena, told.integer))
               : STR("");
}

static struct str name_and_age(struct request *request, const struct record *person)
{
    struct str name = record_title(&request->set, person);
    struct str age = page_age(request, &person->subject);
    return age.n > 0 ? STR_JOIN(&request->arena, name, STR(", "), age) : name;
}

/* ---- what somebody is named in ---- */

/* The cases of one kind in which a person is named, each once however often they stand in it. */
struct involvement {
    uint32_t entity;
    struct map ids;
};

struct involvements {
    struct request *request;
    struct work_set set; /* of its own: what is counted is not shown */
    struct outcome outcome;
    LIST(struct involvement *) items;
};

static struct involvement *involvement_of(struct involvements *all, uint32_t entity)
{
    struct arena *arena = &all->request->arena;
    for (size_t i = 0; i < all->items.count; i++) {
        if (all->items.items[i]->entity == entity) {
            return all->items.items[i];
        }
    }
    struct involvement *made = ARENA_NEW(arena, struct involvement);
    made->entity = entity;
    map_init(&made->ids, arena);
    LIST_PUSH(arena, &all->items, made);
    return made;
}

/* Kinds of records that people know by a number: reports, assessments, cases. */
static bool is_case(const struct model *model, uint32_t entity)
{
    const struct model_entity *row = model_entity_row(model, entity);
    return row->kind == ENTITY_ROOT && model_text(model, row->number_format).n > 0;
}

/* What the records that hold a reference belong to. */
static uint32_t root_of(const struct model *model, uint32_t reference)
{
    return model_entity_row(model, model_field_row(model, reference)->entity)->root;
}

static enum status count_by(struct involvements *all, uint32_t reference, struct uuid person)
{
    struct request *request = all->request;
    uint32_t entity = model_field_row(request->model, reference)->entity;
    struct record **records;
    size_t count;
    struct str next;
    TRY(store_find(request->reader, &all->set, entity, reference, person,
                   (struct store_page){.limit = COUNTED_MAX}, &all->outcome, &records, &count,
                   &next));
    struct involvement *involvement = involvement_of(all, root_of(request->model, reference));
    for (size_t i = 0; i < count; i++) {
        map_add(&involvement->ids, uuid_text(&request->arena, records[i]->root), records[i]);
    }
    return STATUS_OK;
}

/* "2 access reports, 1 initial assessment" */
static struct str involvement_words(struct involvements *all)
{
    struct arena *arena = &all->request->arena;
    const struct model *model = all->request->model;
    struct buf words;
    buf_init(&words, arena, 1000);
    for (size_t i = 0; i < all->items.count; i++) {
        const struct involvement *item = all->items.items[i];
        const struct model_entity *entity = model_entity_row(model, item->entity);
        if (item->ids.count == 0) {
            continue;
        }
        buf_add(&words, words.n > 0 ? STR(", ") : STR(""));
        buf_int(&words, (int64_t)item->ids.count);
        BUF_ADD(&words, item->ids.count >= COUNTED_MAX ? STR(" or more ") : STR(" "),
                page_small(arena, model_text(model, item->ids.count == 1 ? entity->label
                                                                         : entity->plural)));
    }
    return buf_str(&words);
}

enum status page_known(struct request *request, struct uuid person, struct str *ret_words)
{
    const struct model *model = request->model;
    const struct model_entity *hub = model_entity_row(model, model_c_name(model, C_PERSON)->entity);
    struct involvements all = {.request = request};
    outcome_init(&all.outcome, &request->arena);
    work_set_init(&all.set, &request->arena, model, request->set.now, &request->actor);
    for (uint32_t i = 0; i < hub->collections_count; i++) {
        const struct model_collection *collection =
            model_collection_row(model, hub->collections_first + i);
        if (collection->reference != MODEL_NONE && collection->name != 0 &&
            is_case(model, root_of(model, collection->reference))) {
            TRY(count_by(&all, collection->reference, person));
        }
    }
    *ret_words = involvement_words(&all);
    return STATUS_OK;
}

/* ---- hits ---- */

static struct page_hit make_hit(struct request *request, const struct store_person_hit *found)
{
    if (!found->person) {
        return (struct page_hit){.name = STR("Somebody matches"),
                                 .known = found->ask.n > 0
                                              ? found->ask
                                              : STR("You may not see who. Ask your supervisor."),
                                 .restricted = true};
    }
    struct uuid id = found->person->subject.id;
    return (struct page_hit){
        .person = id,
        .name = name_and_age(request, found->person),
        .why = found->why,
        .to = page_open_url(request, found->person->subject.entity, id, found->person->root)};
}

enum status page_find_people(struct request *request, struct str words, uint32_t limit,
                             struct page_hit **ret_hits, size_t *ret_count)
{
    struct store_person_hit *found;
    size_t count;
    *ret_count = 0;
    TRY(store_find_people(request->reader, &request->set, words, (struct date){0}, false, limit,
                          &request->outcome, &found, &count));
    *ret_hits = ARENA_ARRAY(&request->arena, count, struct page_hit);
    for (size_t i = 0; i < count; i++) {
        (*ret_hits)[i] = make_hit(request, &found[i]);
    }
    *ret_count = count;
    return STATUS_OK;
}

/* ---- as choices ---- */

enum status page_found(struct request *request, struct str name, struct str words,
                       struct view_found *ret_found)
{
    struct page_hit *hits = NULL;
    size_t count;
    *ret_found = (struct view_found){.name = name, .words = words};
    TRY(page_find_people(request, words, PICKED_MAX, &hits, &count));
    struct choice *choices = ARENA_ARRAY(&request->arena, count, struct choice);
    for (size_t i = 0; i < count; i++) {
        if (!hits[i].restricted) { /* whom one may not see cannot be chosen here */
            choices[ret_found->choices_count++] =
                (struct choice){.value = uuid_text(&request->arena, hits[i].person),
                                .text = hits[i].name,
                                .help = hits[i].why};
        }
    }
    ret_found->choices = choices;
    return STATUS_OK;
}

bool page_searched(struct request *request, struct view_found *ret_found)
{
    struct str control = request_form(request, STR("find"));
    struct str words = request_form(request, STR_JOIN(&request->arena, STR("find:"), control));
    if (control.n == 0 || words.n == 0) {
        return false;
    }
    if (page_found(request, control, words, ret_found) != STATUS_OK) {
        size_t count = request->outcome.problems.count;
        *ret_found = (struct view_found){.name = control, .words = words};
        ret_found->message =
            count > 0 ? request->outcome.problems.items[count - 1].message : STR("");
        outcome_init(&request->outcome, &request->arena); /* the page itself is fine */
    }
    return true;
}

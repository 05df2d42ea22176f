/* A person as the hub: what holds of them, the line of their life in the system, and everything
 * they are named in, newest first. Which records those are, the model says: whatever leads to a
 * person. */
#include "http/page_words.h"
#include "http/page_work.h"

#include "base/map.h"
#include "http/page_people.h"
#include "model/c_names.h"

#define MEMBERS_MOST 50u /* of one kind */
#define LINE_LENGTH 1000 /* of the timeline, its own unit */

/* One record of another family's or agency's work in which the person is named. */
struct involvement {
    struct record *record; /* the root it belongs to */
    struct str as;         /* "Child in the assessment" */
    struct date on;
};

struct hub {
    const struct work *work;
    struct request *request;
    LIST(struct involvement) involvements;
    struct map seen;
};

/* ---- what holds ---- */

/* "the person has a substantiated finding of maltreatment": facts that are true, in the words of
 * the model. */
static void show_facts(struct html *html, const struct hub *hub)
{
    struct request *request = hub->request;
    const struct model *model = request->model;
    struct record *person = hub->work->subject;
    struct view view;
    page_view(&view, request, html, person);
    html_open_class(html, "ul", "holds");
    for (uint32_t i = 0; i < model_fact_total(model); i++) {
        const struct model_fact *fact = model_fact_row(model, i);
        bool missing = request->set.missing;
        if (fact->entity == person->subject.entity && fact->type == VALUE_BOOLEAN &&
            view_reads_class(&view, fact->class) &&
            work_set_true(&request->set, fact->is, &person->subject) &&
            model_text(model, fact->label).n > 0) {
            html_element(html, "li", "", page_capital(&request->arena, model_text(model, fact->label)));
        }
        request->set.missing = missing;
    }
    html_close(html, "ul");
}

/* ---- involvements ---- */

/* When it was, as far as the record says: its first date that somebody gave, else when it was
 * entered. */
static struct date date_of(struct request *request, const struct record *record)
{
    const struct model *model = request->model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    for (uint32_t i = 0; i < entity->fields_count; i++) {
        const struct model_field *field = model_field_row(model, entity->fields_first + i);
        struct value value = value_get(&record->subject, entity->fields_first + i);
        bool given = !field->kernel && field->by == MODEL_NONE && field->derived == MODEL_NONE;
        if (given && value.type == VALUE_DATETIME) {
            return value.datetime.local;
        }
        if (given && value.type == VALUE_DATE) {
            return value.date;
        }
    }
    return zone_date(model_calendar(model).zone, record->created_at);
}

/* The root a record belongs to, when it may be read. */
static struct record *root_of(struct hub *hub, struct record *record)
{
    struct request *request = hub->request;
    uint32_t root = model_entity_row(request->model, record->subject.entity)->root;
    struct record *found = work_set_find(&request->set, record->root);
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (uuid_eq(record->root, record->subject.id)) {
        return record;
    }
    if (found == NULL && store_read(request->reader, &request->set, root, record->root, 0, 0,
                                    (struct store_purpose){.route = STR("person page")}, &ignored,
                                    &found) != STATUS_OK) {
        return NULL;
    }
    return found;
}

static void add_involvement(struct hub *hub, struct record *record, struct str as)
{
    struct request *request = hub->request;
    struct record *root = root_of(hub, record);
    if (root == NULL || (root->version == 0 && !root->is_new) ||
        !map_add(&hub->seen,
                 STR_JOIN(&request->arena, uuid_text(&request->arena, root->subject.id), as),
                 root)) {
        return;
    }
    struct involvement involvement = {root, as, date_of(request, root)};
    size_t at = hub->involvements.count;
    LIST_PUSH(&request->arena, &hub->involvements, involvement);
    for (; at > 0 && hub->involvements.items[at - 1].on.day < involvement.on.day; at--) {
        hub->involvements.items[at] = hub->involvements.items[at - 1];
    }
    hub->involvements.items[at] = involvement;
}

/* The first code that a row is told by: "Child", "Alleged maltreater". */
static struct str row_words(struct request *request, const struct subject *row)
{
    const struct model *model = request->model;
    const struct model_list *list = model_list_row(model, row->list);
    for (uint32_t i = 0; i < list->fields_count; i++) {
        uint32_t field = list->fields_first + i;
        if (model_field_row(model, field)->kind == FIELD_CODE) {
            return view_answer(&request->set, row, field);
        }
    }
    return STR("");
}

/* As what the person stands in the record: by the row that names them, else by what kind of part it
 * is ("Child in the assessment"). */
static struct str role_words(struct hub *hub, struct record *record, uint32_t reference)
{
    struct request *request = hub->request;
    const struct model *model = request->model;
    const struct model_field *field = model_field_row(model, reference);
    if (field->list == MODEL_NONE) {
        return model_text(model, model_entity_row(model, field->entity)->label);
    }
    const struct rows *rows = record_rows(record, field->list);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct subject *row = &rows->items.items[i]->subject;
        struct value named = value_get(row, reference);
        if (named.type == VALUE_REFERENCE &&
            uuid_eq(named.reference, hub->work->subject->subject.id)) {
            struct str words = row_words(request, row);
            return words.n > 0 ? words
                               : model_text(model, model_list_row(model, field->list)->row_label);
        }
    }
    return model_text(model, model_list_row(model, field->list)->row_label);
}

static void gather(struct hub *hub)
{
    struct request *request = hub->request;
    const struct model *model = request->model;
    const struct record *person = hub->work->subject;
    const struct model_entity *entity = model_entity_row(model, person->subject.entity);
    for (uint32_t i = 0; i < entity->collections_count; i++) {
        const struct model_collection *collection =
            model_collection_row(model, entity->collections_first + i);
        if (collection->reference == MODEL_NONE || model_text(model, collection->name).n == 0) {
            continue;
        }
        const struct model_field *reference = model_field_row(model, collection->reference);
        struct record **records;
        size_t count;
        struct str next;
        struct outcome ignored;
        outcome_init(&ignored, &request->arena);
        if (model_entity_row(model, reference->entity)->root == person->subject.entity ||
            store_find(request->reader, &request->set, reference->entity, collection->reference,
                       person->subject.id, (struct store_page){.limit = MEMBERS_MOST}, &ignored,
                       &records, &count, &next) != STATUS_OK) {
            continue; /* what belongs to the person alone has steps of its own */
        }
        for (size_t k = 0; k < count; k++) {
            add_involvement(hub, records[k], role_words(hub, records[k], collection->reference));
        }
    }
}

static struct str age_then(struct hub *hub, struct date on)
{
    struct request *request = hub->request;
    struct value birth = page_value(request, &hub->work->subject->subject, C_PERSON_BIRTH_DATE);
    return birth.type == VALUE_DATE && on.day >= birth.date.day
               ? str_from_int(&request->arena, date_age(birth.date, on))
               : STR("");
}

static void show_involvements(struct html *html, struct hub *hub)
{
    static const struct column columns[] = {{.text = STR_INIT("When")},
                                            {.text = STR_INIT("What")},
                                            {.text = STR_INIT("As")},
                                            {.text = STR_INIT("Age then")},
                                            {.text = STR_INIT("Agency")}};
    struct request *request = hub->request;
    const struct model *model = request->model;
    size_t width = ARRAY_LENGTH(columns);
    struct cell *cells = ARENA_ARRAY(&request->arena, hub->involvements.count * width, struct cell);
    for (size_t i = 0; i < hub->involvements.count; i++) {
        const struct involvement *one = &hub->involvements.items[i];
        const struct record *root = one->record;
        struct cell *line = &cells[i * width];
        struct str kind = model_text(model, model_entity_row(model, root->subject.entity)->label);
        line[0].text = date_long(&request->arena, one->on);
        line[1].text = STR_JOIN(&request->arena, kind, STR(" "), record_title(&request->set, root));
        line[1].to = page_open_url(request, root->subject.entity, root->subject.id, root->root);
        line[1].tag = view_state(model, root);
        line[2].text = one->as;
        line[3].text = age_then(hub, one->on);
        line[4].text = value_words(&request->set, value_reference(root->agency), MODEL_NONE);
    }
    component_table(html, &(struct table){.caption = STR("Involvement"),
                                          .columns = columns,
                                          .columns_count = width,
                                          .cells = cells,
                                          .rows_count = hub->involvements.count,
                                          .empty = STR("Nothing that you may read names this "
                                                       "person.")});
}

/* ---- the line ---- */

static unsigned place_on_line(struct date from, struct date to, struct date on)
{
    int64_t span = (int64_t)to.day - from.day;
    int64_t at = span > 0 ? ((int64_t)on.day - from.day) * LINE_LENGTH / span : LINE_LENGTH;
    return at < 0 ? 0 : at > LINE_LENGTH ? LINE_LENGTH : (unsigned)at;
}

static void show_line(struct html *html, struct hub *hub)
{
    struct request *request = hub->request;
    size_t count = hub->involvements.count;
    struct moment *moments = ARENA_ARRAY(&request->arena, count + 1, struct moment);
    struct value birth = page_value(request, &hub->work->subject->subject, C_PERSON_BIRTH_DATE);
    struct date today = request->set.today, from = today;
    size_t shown = 0;
    if (count == 0) {
        return;
    }
    from = birth.type == VALUE_DATE ? birth.date : hub->involvements.items[count - 1].on;
    if (birth.type == VALUE_DATE) {
        moments[shown++] = (struct moment){.when = date_long(&request->arena, birth.date),
                                           .text = STR("born")};
    }
    for (size_t i = count; i > 0; i--) {
        const struct involvement *one = &hub->involvements.items[i - 1];
        const struct record *root = one->record;
        unsigned at = place_on_line(from, today, one->on);
        moments[shown++] = (struct moment){
            .from = at,
            .to = at,
            .when = date_long(&request->arena, one->on),
            .text = model_text(request->model,
                               model_entity_row(request->model, root->subject.entity)->label),
            .to_page = page_open_url(request, root->subject.entity, root->subject.id, root->root),
            .state.tone = view_state(request->model, root).tone};
    }
    component_timeline(html, &(struct timeline){.label = STR("Life so far"),
                                                .start = date_long(&request->arena, from),
                                                .end = STR("today"),
                                                .moments = moments,
                                                .moments_count = shown});
}

/* ---- what belongs to the person ---- */

static void show_about(struct html *html, struct hub *hub)
{
    struct view view;
    page_view(&view, hub->request, html, hub->work->subject);
    html_open_class(html, "section", "card");
    html_element(html, "h2", "card__title", STR("About"));
    view_record(&view);
    html_close(html, "section");
}

void person_overview(struct html *html, const void *context)
{
    struct hub hub = {.work = context};
    hub.request = hub.work->request;
    map_init(&hub.seen, &hub.request->arena);
    gather(&hub);
    page_titles(hub.request);
    work_actions(html, hub.work);
    show_facts(html, &hub);
    show_line(html, &hub);
    show_involvements(html, &hub);
    show_about(html, &hub);
    work_refusals(html, hub.work);
}

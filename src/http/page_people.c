/* People as one types: who may be meant by a control that looks for somebody, and what is known of
 * those named in a call. By POST: what is typed about people never stands in an address. */
#include "http/page_people.h"

#include "http/page.h"
#include "model/c_names.h"

/* ---- a control that looks for somebody ---- */

static const struct str find_prefix = STR_INIT("find:");

enum handled page_people(struct request *request)
{
    struct html html;
    struct view_found found = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < request->form.count && found.name.n == 0; i++) {
        const struct input_pair *pair = &request->form.pairs[i];
        if (str_starts(pair->name, find_prefix)) {
            struct str control = str_slice(pair->name, find_prefix.n, pair->name.n);
            status = page_found(request, control, str_trim(pair->value), &found);
        }
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    page_begin(request, &html);
    view_found(&html, &found);
    return page_end(request, &html, 200);
}

/* ---- what is known of those named ---- */

#define NAMED_MAX 30u
#define HITS_EACH 4u
#define KNOWN_EACH 2u

/* Somebody named in a row of a form: what was typed about them. */
struct named {
    struct str key; /* of the row: its id, or "+1" */
    struct str given, family, birth;
    struct str person; /* the id of whom they are said to be, or empty */
};

/* The list whose rows name people, and its fields, which are called as those of a person. */
struct panel {
    struct request *request;
    struct str list, given, family, birth;
    struct str person; /* the field that says who it is, or empty */
    LIST(struct named) named;
};

static struct str field_name(const struct model *model, uint32_t field)
{
    return model_text(model, model_field_row(model, field)->name);
}

/* A field of the list with the name that a person has for it. */
static struct str same_name(const struct model *model, uint32_t list, enum c_name name)
{
    uint32_t field = model_c_name(model, name)->field;
    if (field == MODEL_NONE) {
        return STR("");
    }
    struct str text = field_name(model, field);
    return model_list_field_by_name(model, list, text) == MODEL_NONE ? STR("") : text;
}

/* The field of a row that leads to a person. */
static uint32_t person_field(const struct model *model, uint32_t list)
{
    const struct model_list *shape = model_list_row(model, list);
    uint32_t person = model_c_name(model, C_PERSON)->entity;
    for (uint32_t i = 0; i < shape->fields_count; i++) {
        const struct model_field *field = model_field_row(model, shape->fields_first + i);
        if (field->kind == FIELD_REFERENCE && field->target == person && person != MODEL_NONE) {
            return shape->fields_first + i;
        }
    }
    return MODEL_NONE;
}

/* The list of the panel of earlier contact, of the workspace of an entity; MODEL_NONE: none. */
static uint32_t panel_list(const struct model *model, uint32_t entity)
{
    uint32_t row = page_workspace_of(model, entity);
    if (row == MODEL_NONE) {
        return MODEL_NONE;
    }
    const struct model_workspace *workspace = model_workspace_row(model, row);
    for (uint32_t i = 0; i < workspace->panels_count; i++) {
        const struct model_panel *panel = model_panel_row(model, workspace->panels_first + i);
        if (panel->kind == PANEL_EARLIER_CONTACT) {
            return panel->list;
        }
    }
    return MODEL_NONE;
}

static struct named *named_of(struct panel *panel, struct str key)
{
    for (size_t i = 0; i < panel->named.count; i++) {
        if (str_eq(panel->named.items[i].key, key)) {
            return &panel->named.items[i];
        }
    }
    if (panel->named.count == NAMED_MAX) {
        return NULL;
    }
    LIST_PUSH(&panel->request->arena, &panel->named, (struct named){.key = key});
    return &panel->named.items[panel->named.count - 1];
}

/* "participants[+1].given_name" */
static void take_pair(struct panel *panel, const struct input_pair *pair)
{
    struct str rest = str_slice(pair->name, panel->list.n, pair->name.n);
    ptrdiff_t end = str_find(rest, STR("]."));
    if (!str_starts(pair->name, panel->list) || !str_starts(rest, STR("[")) || end < 0) {
        return;
    }
    struct str field = str_slice(rest, (size_t)end + 2, rest.n);
    struct named *named = named_of(panel, str_slice(rest, 1, (size_t)end));
    if (!named || field.n == 0) {
        return;
    }
    if (str_eq(field, panel->given)) {
        named->given = str_trim(pair->value);
    } else if (str_eq(field, panel->family)) {
        named->family = str_trim(pair->value);
    } else if (str_eq(field, panel->birth)) {
        named->birth = str_trim(pair->value);
    } else if (str_eq(field, panel->person) && pair->value.n > 0) {
        named->person = pair->value; /* the radio that is chosen; the hidden one is empty */
    }
}

static struct str text_of(struct request *request, const struct row *row, uint32_t list,
                          struct str field)
{
    uint32_t found =
        field.n > 0 ? model_list_field_by_name(request->model, list, field) : MODEL_NONE;
    return found == MODEL_NONE ? STR("")
                               : input_text(&request->arena, request->model, found,
                                            value_get(&row->subject, found));
}

/* A page on which they cannot be typed sends nothing of them: then they are as they are stored. */
static bool take_stored(struct panel *panel, uint32_t entity, uint32_t list,
                        enum handled *ret_handled)
{
    struct request *request = panel->request;
    struct uuid id;
    if (!uuid_parse(request_form(request, STR("panel_record")), &id)) {
        return true; /* of a page that has no record yet */
    }
    struct record *record =
        page_read(request, entity, id, 0, 0, STR("Earlier contact"), ret_handled);
    if (!record) {
        return false;
    }
    const struct rows *rows = record_rows(record, list);
    for (size_t i = 0; i < rows->items.count && i < NAMED_MAX; i++) {
        const struct row *row = rows->items.items[i];
        struct named named = {.key = uuid_text(&request->arena, row->subject.id),
                              .given = text_of(request, row, list, panel->given),
                              .family = text_of(request, row, list, panel->family),
                              .birth = text_of(request, row, list, panel->birth),
                              .person = text_of(request, row, list, panel->person)};
        LIST_PUSH(&request->arena, &panel->named, named);
    }
    return true;
}

/* ---- one of them ---- */

static struct str join_words(struct arena *arena, struct str a, struct str b)
{
    return STR_JOIN(arena, a, a.n > 0 && b.n > 0 ? STR(" ") : STR(""), b);
}

/* A radio of the row's own field that says who it is; value empty: nobody of those found. */
static void write_choice(struct panel *panel, struct html *html, const struct named *named,
                         struct str value, struct str text)
{
    struct arena *arena = &panel->request->arena;
    struct str name = STR_JOIN(arena, panel->list, STR("["), named->key, STR("]."), panel->person);
    struct str id = component_field_id(
        html, STR_JOIN(arena, STR("earlier-"), name, STR("-"), value.n > 0 ? value : STR("none")));
    html_open_class(html, "span", "usa-radio found__name");
    html_open_class(html, "input", "usa-radio__input");
    html_attr(html, "type", STR("radio"));
    html_attr(html, "id", id);
    html_attr(html, "name", name);
    html_attr(html, "value", value);
    html_flag(html, "checked", value.n > 0 && str_eq(value, named->person));
    html_open_class(html, "label", "usa-radio__label");
    html_attr(html, "for", id);
    html_text(html, text);
    html_close(html, "label");
    html_close(html, "span");
}

static void write_part(struct html *html, struct str text, bool name)
{
    if (text.n > 0) {
        html_text(html, STR(" "));
        html_open(html, "span");
        html_attr(html, "class", name ? STR("found__name") : STR("found__known"));
        html_text(html, text);
        html_close(html, "span");
    }
}

static void write_hit(struct panel *panel, struct html *html, const struct named *named,
                      const struct page_hit *hit)
{
    struct arena *arena = &panel->request->arena;
    html_open_class(html, "li", "found__line");
    if (hit->restricted) {
        component_icon(html, ICON_LOCK);
        write_part(html, hit->name, true);
    } else if (panel->person.n == 0) {
        write_part(html, hit->name, true);
    } else {
        write_choice(panel, html, named, uuid_text(arena, hit->person),
                     STR_JOIN(arena, STR("The same: "), hit->name));
    }
    write_part(html, hit->why, false);
    write_part(html, hit->known, false);
    if (!url_is_empty(hit->to)) {
        html_text(html, STR(" "));
        html_open_class(html, "a", "found__open");
        html_url(html, "href", hit->to);
        html_text(html, STR("Open"));
        html_element(html, "span", "usa-sr-only", STR_JOIN(arena, STR(": "), hit->name));
        html_close(html, "a");
    }
    html_close(html, "li");
}

/* Too little typed to look for somebody is no fault here; they are looked for with the next letter.
 */
static enum status find_named(struct panel *panel, const struct named *named,
                              struct page_hit **ret_hits, size_t *ret_count)
{
    struct request *request = panel->request;
    struct str name = join_words(&request->arena, named->given, named->family);
    *ret_count = 0;
    if (name.n == 0) {
        return STATUS_OK;
    }
    enum status status = page_find_people(request, join_words(&request->arena, name, named->birth),
                                          HITS_EACH, ret_hits, ret_count);
    if (status == STATUS_INVALID) {
        outcome_init(&request->outcome, &request->arena);
        return STATUS_OK;
    }
    for (size_t i = 0; status == STATUS_OK && i < *ret_count && i < KNOWN_EACH; i++) {
        if (!(*ret_hits)[i].restricted) {
            status = page_known(request, (*ret_hits)[i].person, &(*ret_hits)[i].known);
        }
    }
    return status;
}

static enum status write_named(struct panel *panel, struct html *html, const struct named *named,
                               size_t *shown)
{
    struct page_hit *hits = NULL;
    size_t count;
    TRY(find_named(panel, named, &hits, &count));
    if (count == 0) {
        return STATUS_OK;
    }
    *shown += count;
    html_open_class(html, "fieldset", "usa-fieldset found");
    html_element(html, "legend", "found__legend",
                 join_words(&panel->request->arena, named->given, named->family));
    html_open_class(html, "ul", "found__lines");
    for (size_t i = 0; i < count; i++) {
        write_hit(panel, html, named, &hits[i]);
    }
    if (panel->person.n > 0) {
        html_open_class(html, "li", "found__line");
        write_choice(panel, html, named, STR(""), STR("None of these"));
        html_close(html, "li");
    }
    html_close(html, "ul");
    html_close(html, "fieldset");
    return STATUS_OK;
}

static enum handled write_panel(struct panel *panel)
{
    struct html html;
    size_t shown = 0;
    enum status status = STATUS_OK;
    page_begin(panel->request, &html);
    for (size_t i = 0; status == STATUS_OK && i < panel->named.count; i++) {
        status = write_named(panel, &html, &panel->named.items[i], &shown);
    }
    if (status != STATUS_OK) {
        return request_fail(panel->request, status);
    }
    if (shown == 0) {
        html_element(&html, "p", "empty",
                     panel->named.count == 0
                         ? STR("Give a first and a last name: Hearth looks for earlier contact.")
                         : STR("Nobody of these names is known here."));
    }
    return page_end(panel->request, &html, 200);
}

enum handled page_earlier_contact(struct request *request)
{
    const struct model *model = request->model;
    struct panel panel = {.request = request};
    enum handled handled;
    uint32_t entity = model_entity_by_name(model, request_form(request, STR("panel_entity")));
    uint32_t list = entity == MODEL_NONE ? MODEL_NONE : panel_list(model, entity);
    if (list == MODEL_NONE) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    uint32_t person = person_field(model, list);
    panel.list = model_text(model, model_list_row(model, list)->name);
    panel.given = same_name(model, list, C_PERSON_GIVEN_NAME);
    panel.family = same_name(model, list, C_PERSON_FAMILY_NAME);
    panel.birth = same_name(model, list, C_PERSON_BIRTH_DATE);
    panel.person = person == MODEL_NONE ? STR("") : field_name(model, person);
    for (size_t i = 0; i < request->form.count; i++) {
        take_pair(&panel, &request->form.pairs[i]);
    }
    if (panel.named.count == 0) {
        if (!take_stored(&panel, entity, list, &handled)) {
            return handled;
        }
        panel.person =
            STR(""); /* the page beside does not ask who they are: it could not save it */
    }
    return write_panel(&panel);
}

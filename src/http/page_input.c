/* See page_form.h: what a form sent, on its way to one save. */
#include "http/page_form.h"

#include "http/connection.h"
#include "http/page_people.h"
#include "http/upload.h"

/* ---- why it was sent ---- */

static void keep_all_but(struct request *request, struct str row)
{
    struct str within = STR_JOIN(&request->arena, row, STR("]."));
    LIST(struct input_pair) kept = {0};
    for (size_t i = 0; i < request->form.count; i++) {
        if (!str_starts(request->form.pairs[i].name, within)) {
            LIST_PUSH(&request->arena, &kept, request->form.pairs[i]);
        }
    }
    request->form = (struct input){kept.items, kept.count};
}

static void add_pair(struct request *request, struct str name, struct str value)
{
    struct input_pair *pairs =
        ARENA_ARRAY(&request->arena, request->form.count + 1, struct input_pair);
    for (size_t i = 0; i < request->form.count; i++) {
        pairs[i] = request->form.pairs[i];
    }
    pairs[request->form.count] = (struct input_pair){name, value};
    request->form = (struct input){pairs, request->form.count + 1};
}

/* "participants[018f...]": a stored row is marked, a new one is no longer there. */
static void remove_row(struct request *request, struct str row)
{
    struct str bare = str_ends(row, STR("]")) ? str_slice(row, 0, row.n - 1) : row;
    keep_all_but(request, bare);
    if (str_find(bare, STR("[+")) < 0) {
        add_pair(request, STR_JOIN(&request->arena, bare, STR("]._delete")), STR("yes"));
    }
}

enum page_wish page_wish(struct request *request, struct str *ret_name)
{
    struct str removed = request_form(request, STR("remove_row"));
    *ret_name = request_form(request, STR("take"));
    if (removed.n > 0) {
        remove_row(request, removed);
        return WISH_SHOW;
    }
    if (request_form(request, STR("add_row")).n > 0 || request_form(request, STR("find")).n > 0 ||
        request_form(request, STR("update")).n > 0) {
        return WISH_SHOW;
    }
    if (ret_name->n > 0) {
        return WISH_TAKE;
    }
    *ret_name = request_form(request, STR("go"));
    return ret_name->n > 0 ? WISH_THEN : WISH_SAVE;
}

void page_form_find(struct page_form *form)
{
    form->has_found = page_searched(form->request, &form->found);
}

/* ---- changes ---- */

/* Pairs of the page itself, never of a record. */
static bool is_of_page(struct str name)
{
    static const struct str names[] = {
        STR_INIT("form_token"),     STR_INIT("draft_place"),
        STR_INIT("draft_title"),    STR_INIT("version"),
        STR_INIT("record_id"),      STR_INIT("once"),
        STR_INIT("take"),           STR_INIT("go"),
        STR_INIT("save"),           STR_INIT("add_row"),
        STR_INIT("remove_row"),     STR_INIT("update"),
        STR_INIT("find"),           STR_INIT("panel_entity"),
        STR_INIT("panel_record"),   STR_INIT("correct_form"),
        STR_INIT("correct_reason"),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (str_eq(name, names[i])) {
            return true;
        }
    }
    return false;
}

static struct input part_input(struct request *request, uint32_t entity, uint32_t model_form,
                               struct str prefix, bool *ret_filled)
{
    struct input sent =
        view_input(&request->arena, request->model, model_form, prefix, &request->form);
    LIST(struct input_pair) kept = {0};
    *ret_filled = false;
    for (size_t i = 0; i < sent.count; i++) {
        struct input_pair pair = sent.pairs[i];
        if (!is_of_page(pair.name)) {
            *ret_filled = *ret_filled || str_trim(pair.value).n > 0;
            LIST_PUSH(&request->arena, &kept, pair);
        }
    }
    struct input input = {kept.items, kept.count};
    uploads_of_data_urls(request, entity, &input);
    return input;
}

uint32_t page_number(const struct request *request, struct str name)
{
    int64_t number;
    return str_to_i64(str_trim(request_form(request, name)), &number) && number > 0 &&
                   number <= UINT32_MAX
               ? (uint32_t)number
               : 0;
}

void page_save_part(struct request *request, uint32_t entity, struct uuid id, uint32_t model_form,
                    struct str prefix, uint32_t parent_field, struct uuid parent)
{
    bool filled;
    struct input input = part_input(request, entity, model_form, prefix, &filled);
    bool is_new = uuid_is_nil(id);
    bool is_first = request->save.count == 0;
    CHECK(request->save.count < SERVICE_CHANGES_MAX);
    /* A page whose first record is new was sent to make it; others are made when they say
     * something. */
    if (is_new ? !filled && !is_first : input.count == 0) {
        return;
    }
    request->save.changes[request->save.count++] = (struct service_change){
        .entity = entity,
        .id = id,
        .version = page_number(request, STR_JOIN(&request->arena, prefix, STR("version"))),
        .form = model_form,
        .transition = MODEL_NONE,
        .parent_field = is_new ? parent_field : MODEL_NONE,
        .parent = parent,
        .input = input,
    };
}

void page_save_take(struct request *request, uint32_t entity, struct uuid id, uint32_t transition)
{
    struct service_save *save = &request->save;
    if (uuid_is_nil(id)) {
        CHECK(save->count > 0);
        save->changes[0].transition = transition;
        return;
    }
    /* Last, so that it sees what else was saved; with no fields of its own. */
    CHECK(save->count < SERVICE_CHANGES_MAX);
    save->changes[save->count++] = (struct service_change){
        .entity = entity,
        .id = id,
        .version = page_number(request, STR("version")),
        .form = MODEL_NONE,
        .transition = transition,
        .parent_field = MODEL_NONE,
    };
}

bool page_can_mend(enum status status)
{
    return status == STATUS_INVALID || status == STATUS_REFUSED || status == STATUS_FORBIDDEN;
}

void page_forget(struct request *request)
{
    const struct work_set before = request->set;
    work_set_init(&request->set, &request->arena, request->model, store_now(request->store),
                  &request->actor);
    request->set.views = before.views;
    request->set.view_count = before.view_count;
}

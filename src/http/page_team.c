/* See page_team.h. */
#include "http/page_team.h"

#include "base/map.h"
#include "http/page.h"
#include "http/page_whose.h"
#include "model/c_names.h"

#define TEAM_MAX 60u

enum team_column { TEAM_WHO, TEAM_CASES, TEAM_LATE, TEAM_TODAY, TEAM_NEXT, TEAM__COUNT };

struct team {
    struct request *request;
    struct map seen; /* ids of workers: one may be in two teams */
    LIST(struct record *) workers;
};

static uint32_t field_of(const struct request *request, enum c_name name)
{
    return model_c_name(request->model, name)->field;
}

/* ---- who is in it ---- */

/* Whether a row that holds from a day to a day holds today. */
static bool in_force(const struct request *request, const struct row *row, enum c_name begins,
                     enum c_name ends)
{
    struct value from = page_value(request, &row->subject, begins);
    struct value to = page_value(request, &row->subject, ends);
    int32_t today = request->set.today.day;
    return (from.type != VALUE_DATE || from.date.day <= today) &&
           (to.type != VALUE_DATE || to.date.day >= today);
}

static bool is_in_team(const struct request *request, struct record *worker, struct uuid team)
{
    const struct rows *rows =
        record_rows(worker, model_c_name(request->model, C_WORKER_ROLES)->list);
    for (size_t i = 0; i < rows->items.count; i++) {
        struct value value =
            page_value(request, &rows->items.items[i]->subject, C_WORKER_ROLES_TEAM);
        if (value.type == VALUE_REFERENCE && uuid_eq(value.reference, team) &&
            in_force(request, rows->items.items[i], C_WORKER_ROLES_BEGINS_ON,
                     C_WORKER_ROLES_ENDS_ON)) {
            return true;
        }
    }
    return false;
}

static enum status add_members(struct team *team, struct uuid id)
{
    struct request *request = team->request;
    struct record **workers;
    size_t count;
    struct str next;
    TRY(store_find(request->reader, &request->set, model_c_name(request->model, C_WORKER)->entity,
                   field_of(request, C_WORKER_ROLES_TEAM), id,
                   (struct store_page){.limit = TEAM_MAX}, &request->outcome, &workers, &count,
                   &next));
    for (size_t i = 0; i < count; i++) {
        struct uuid worker = workers[i]->subject.id;
        if (!uuid_eq(worker, request->session.worker) && is_in_team(request, workers[i], id) &&
            map_add(&team->seen, uuid_text(&request->arena, worker), workers[i])) {
            LIST_PUSH(&request->arena, &team->workers, workers[i]);
        }
    }
    return STATUS_OK;
}

/* Those of the teams that name this worker as their supervisor. */
static enum status find_led(struct team *team)
{
    struct request *request = team->request;
    struct record **teams;
    size_t count;
    struct str next;
    TRY(store_find(request->reader, &request->set, model_c_name(request->model, C_TEAM)->entity,
                   field_of(request, C_TEAM_SUPERVISOR), request->session.worker,
                   (struct store_page){.limit = TEAM_MAX}, &request->outcome, &teams, &count,
                   &next));
    for (size_t i = 0; i < count; i++) {
        TRY(add_members(team, teams[i]->subject.id));
    }
    return STATUS_OK;
}

/* The code of a role is its name in capitals. */
static bool is_supervisor(const struct request *request, const struct row *row)
{
    struct value value = page_value(request, &row->subject, C_WORKER_ROLES_ROLE);
    uint32_t role = model_c_name(request->model, C_ROLE_SUPERVISOR)->role;
    struct str name = role == MODEL_NONE
                          ? STR("")
                          : model_text(request->model, model_role_row(request->model, role)->name);
    if (value.type != VALUE_CODE || value.code.code.n != name.n) {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        char c = value.code.code.p[i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != name.p[i]) {
            return false;
        }
    }
    return true;
}

/* And of those in which this worker is a supervisor now. */
static enum status find_own(struct team *team)
{
    struct request *request = team->request;
    struct record *self = request->set.actor_record;
    const struct rows *rows =
        self ? record_rows(self, model_c_name(request->model, C_WORKER_ROLES)->list) : NULL;
    for (size_t i = 0; rows && i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        struct value value = page_value(request, &row->subject, C_WORKER_ROLES_TEAM);
        if (value.type == VALUE_REFERENCE && is_supervisor(request, row) &&
            in_force(request, row, C_WORKER_ROLES_BEGINS_ON, C_WORKER_ROLES_ENDS_ON)) {
            TRY(add_members(team, value.reference));
        }
    }
    return STATUS_OK;
}

/* ---- what they have ---- */

/* Who stands in for a worker today, or empty. */
static struct str covered_by(struct request *request, struct record *worker)
{
    uint32_t list = model_c_name(request->model, C_WORKER_COVER)->list;
    const struct rows *rows = list == MODEL_NONE ? NULL : record_rows(worker, list);
    for (size_t i = 0; rows && i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        if (in_force(request, row, C_WORKER_COVER_BEGINS_ON, C_WORKER_COVER_ENDS_ON)) {
            return answer_words(&request->set, &row->subject,
                                field_of(request, C_WORKER_COVER_COVERED_BY));
        }
    }
    return STR("");
}

/* What comes next is shown, so its record is needed. */
static enum status load_next(struct request *request, const struct clock_reading *next)
{
    uint32_t entity = model_clock_row(request->model, next->clock)->entity;
    TRY(store_titles_of(request->reader, &request->set, entity, &next->record, 1));
    return page_whose_load(request, next, 1);
}

static bool has_any(const struct store_load *load)
{
    return load->late + load->later > 0;
}

static enum status read_load(struct request *request, struct uuid worker,
                             struct store_load *ret_load)
{
    TRY(store_load_of(request->reader, &request->set, worker, ret_load));
    return has_any(ret_load) ? load_next(request, &ret_load->next) : STATUS_OK;
}

static void fill_line(struct request *request, struct record *worker, const struct store_load *load,
                      struct cell *cells)
{
    struct arena *arena = &request->arena;
    struct str cover = covered_by(request, worker);
    cells[TEAM_WHO].text = record_title(&request->set, worker);
    cells[TEAM_WHO].to = page_record_url(request, worker->subject.entity, worker->subject.id);
    if (cover.n > 0) {
        cells[TEAM_WHO].tag = (struct tag){STR_JOIN(arena, cover, STR(" covers")), TONE_WATCH};
    }
    cells[TEAM_CASES].text = str_from_int(arena, (int64_t)load->roots);
    cells[TEAM_LATE].text = str_from_int(arena, (int64_t)load->late);
    if (load->late > 0) {
        cells[TEAM_LATE].tag = (struct tag){STR("Late"), TONE_ALERT};
    }
    cells[TEAM_TODAY].text = str_from_int(arena, (int64_t)load->today);
    if (has_any(load)) {
        struct due due = page_whose(request, &load->next);
        cells[TEAM_NEXT].text = STR_JOIN(arena, due.about, due.about.n > 0 ? STR(": ") : STR(""),
                                         due.what, STR(", "), due.due);
        cells[TEAM_NEXT].to = due.to;
    }
}

/* By name, so that everybody stands where they stood yesterday. */
static void sort_by_name(struct request *request, struct record **workers, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct record *worker = workers[i];
        struct str name = record_title(&request->set, worker);
        size_t at = i;
        while (at > 0 && str_compare(record_title(&request->set, workers[at - 1]), name) > 0) {
            workers[at] = workers[at - 1];
            at--;
        }
        workers[at] = worker;
    }
}

enum status page_team(struct request *request, struct table *ret_table)
{
    static const struct column columns[TEAM__COUNT] = {
        [TEAM_WHO] = {STR_INIT("Worker"),           false},
        [TEAM_CASES] = {STR_INIT("Cases with dates"), true },
        [TEAM_LATE] = {STR_INIT("Late"),             true },
        [TEAM_TODAY] = {STR_INIT("Due today"),        true },
        [TEAM_NEXT] = {STR_INIT("What comes next"),  false},
    };
    struct team team = {.request = request};
    *ret_table = (struct table){0};
    if (field_of(request, C_TEAM_SUPERVISOR) == MODEL_NONE ||
        field_of(request, C_WORKER_ROLES_TEAM) == MODEL_NONE) {
        return STATUS_OK;
    }
    map_init(&team.seen, &request->arena);
    TRY(find_led(&team));
    TRY(find_own(&team));
    size_t count = team.workers.count;
    struct store_load *loads = ARENA_ARRAY(&request->arena, count, struct store_load);
    struct cell *cells = ARENA_ARRAY(&request->arena, count * TEAM__COUNT, struct cell);
    sort_by_name(request, team.workers.items, count);
    for (size_t i = 0; i < count; i++) {
        TRY(read_load(request, team.workers.items[i]->subject.id, &loads[i]));
    }
    TRY(store_titles(request->reader, &request->set));
    for (size_t i = 0; i < count; i++) {
        fill_line(request, team.workers.items[i], &loads[i], &cells[i * TEAM__COUNT]);
    }
    *ret_table = (struct table){.caption = STR("What is on whose day"),
                                .columns = columns,
                                .columns_count = TEAM__COUNT,
                                .cells = cells,
                                .rows_count = count};
    return STATUS_OK;
}

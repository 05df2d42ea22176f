/* The register of what was sealed, unsealed and expunged: for whoever may do so. */
#include "http/json_out.h"
#include "http/page.h"
#include "http/page_words.h"
#include "model/c_names.h"
#include "template_record_log.h"

#define ACTS_A_PAGE 100

enum act_column { ACT_WHEN, ACT_WHAT, ACT_WHO, ACT_LAW, ACT_WHY, ACT_SIZE, ACT__COUNT };

struct acts {
    struct store_legal_act *items;
    size_t count;
    struct str next;
};

static enum status read_acts(struct request *request, struct acts *ret_acts)
{
    struct store_page page = {.limit = ACTS_A_PAGE,
                              .cursor = request_query(request, STR("cursor"))};
    return store_legal_acts(request->reader, &request->set, page, &ret_acts->items,
                            &ret_acts->count, &ret_acts->next);
}

static struct str entity_label(const struct request *request, const struct store_legal_act *act)
{
    return model_text(request->model, model_entity_row(request->model, act->entity)->label);
}

static struct str done_words(const struct store_legal_act *act)
{
    enum service_verb verb = service_verb_named(act->done);
    return verb == SERVICE_NO_VERB ? act->done : service_verb_words(verb)->done;
}

/* ---- the page ---- */

static enum status name_workers(struct request *request, const struct acts *acts)
{
    uint32_t worker = model_c_name(request->model, C_WORKER)->entity;
    struct uuid *ids = ARENA_ARRAY(&request->arena, acts->count, struct uuid);
    for (size_t i = 0; i < acts->count; i++) {
        ids[i] = acts->items[i].by;
    }
    if (worker != MODEL_NONE) {
        TRY(store_titles_of(request->reader, &request->set, worker, ids, acts->count));
    }
    return store_titles(request->reader, &request->set);
}

/* "3 records, 41 rows of history, its files everywhere" */
static struct str size_words(struct request *request, const struct store_legal_act *act)
{
    struct arena *arena = &request->arena;
    struct str records = STR_JOIN(arena, str_from_int(arena, act->records),
                                  act->records == 1 ? STR(" record") : STR(" records"));
    return act->verb != VERB_EXPUNGE
               ? records
               : STR_JOIN(arena, records, STR(", "), str_from_int(arena, act->history_rows),
                          STR(" rows of history"),
                          act->files_everywhere ? STR(", its files everywhere") : STR(""));
}

static struct cell *cells_of(struct request *request, const struct acts *acts)
{
    struct cell *cells = ARENA_ARRAY(&request->arena, acts->count * ACT__COUNT, struct cell);
    for (size_t i = 0; i < acts->count; i++) {
        const struct store_legal_act *act = &acts->items[i];
        struct cell *cell = cells + i * ACT__COUNT;
        cell[ACT_WHEN].text = page_when(request, act->at);
        cell[ACT_WHAT].text =
            STR_JOIN(&request->arena, done_words(act), STR(": "), entity_label(request, act));
        if (act->verb != VERB_EXPUNGE) {
            cell[ACT_WHAT].to = page_record_url(request, act->entity, act->record);
        }
        cell[ACT_WHO].text = value_words(&request->set, value_reference(act->by), MODEL_NONE);
        cell[ACT_LAW].text = act->basis;
        cell[ACT_WHY].text = act->reason;
        cell[ACT_SIZE].text = size_words(request, act);
    }
    return cells;
}

enum handled page_legal_acts(struct request *request)
{
    static const struct column columns[ACT__COUNT] = {
        [ACT_WHEN] = {STR_INIT("When"),          false},
          [ACT_WHAT] = {STR_INIT("What"),          false},
        [ACT_WHO] = {STR_INIT("Who"),           false},
          [ACT_LAW] = {STR_INIT("Law and order"), false},
        [ACT_WHY] = {STR_INIT("Reason"),        false},
          [ACT_SIZE] = {STR_INIT("How much"),      false},
    };
    struct acts acts;
    enum status status = read_acts(request, &acts);
    if (status == STATUS_OK) {
        status = name_workers(request, &acts);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    struct str title = STR("Sealed and expunged");
    struct html html;
    struct template_frame frame = page_frame(request, &(struct page){.title = title});
    struct template_record_log page = {
        .frame = &frame,
        .title = title,
        .about = STR("What was sealed, unsealed and expunged of records that you may seal or "
                     "expunge. What an expunged record said is nowhere any more."),
        .log = {.caption = STR("Newest first"),
                .columns = columns,
                .columns_count = ACT__COUNT,
                .cells = cells_of(request, &acts),
                .rows_count = acts.count,
                .empty = STR("Nothing was sealed or expunged.")}
    };
    if (acts.next.n > 0) {
        page.next = url_query(&request->arena, URL(&request->arena, STR("legal-acts")),
                              STR("cursor"), acts.next);
    }
    page_begin(request, &html);
    template_record_log(&html, &page);
    return page_end(request, &html, 200);
}

/* ---- the same for programs ---- */

static void write_act(struct json_out *json, struct work_set *set,
                      const struct store_legal_act *act)
{
    json_out_object(json);
    json_out_member(json, STR("verb"), act->done);
    json_out_member(json, STR("entity"),
                    model_text(set->model, model_entity_row(set->model, act->entity)->name));
    json_out_member(json, STR("record"), uuid_text(set->arena, act->record));
    json_out_member(json, STR("at"), zone_iso(set->arena, set->calendar.zone, act->at));
    json_out_member(json, STR("by"), uuid_text(set->arena, act->by));
    json_out_member(json, STR("basis"), act->basis);
    json_out_member(json, STR("reason"), act->reason);
    json_out_member_number(json, STR("records"), act->records);
    json_out_member_number(json, STR("history_rows"), act->history_rows);
    if (act->verb == VERB_EXPUNGE) {
        json_out_key(json, STR("files_everywhere"));
        json_out_boolean(json, act->files_everywhere);
    }
    json_out_object_end(json);
}

enum handled api_legal_acts(struct request *request)
{
    struct acts acts;
    struct json_out json;
    enum status status = read_acts(request, &acts);
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    request->response.type = STR("application/json");
    json_out_init(&json, &request->response.body);
    json_out_object(&json);
    json_out_key(&json, STR("items"));
    json_out_array(&json);
    for (size_t i = 0; i < acts.count; i++) {
        write_act(&json, &request->set, &acts.items[i]);
    }
    json_out_array_end(&json);
    if (acts.next.n > 0) {
        json_out_member(&json, STR("next_cursor"), acts.next);
    }
    json_out_object_end(&json);
    return HANDLED;
}

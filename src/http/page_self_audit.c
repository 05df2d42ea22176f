/* What is weak in this installation, for who enters workers: they look after it. */
#include "http/page.h"

#include "http/connection.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "service/self_audit.h"
#include "template_model.h"

enum { COLUMN_WHAT, COLUMN_WHY, COLUMN_REMEDY, COLUMN__COUNT };

bool page_looks_after(const struct request *request)
{
    const struct model_entity *worker =
        model_entity_row(request->model, model_c_name(request->model, C_WORKER_LOGIN)->entity);
    return access_somewhere(request->model, &request->actor, VERB_CREATE, worker->class);
}

static struct index_part part_of(struct request *request, const struct finding *findings,
                                 size_t count, enum finding_weight weight)
{
    static const struct column columns[COLUMN__COUNT] = {
        [COLUMN_WHAT] = {.text = STR_INIT("What")},
        [COLUMN_WHY] = {.text = STR_INIT("Why it matters")},
        [COLUMN_REMEDY] = {.text = STR_INIT("What to do")},
    };
    struct cell *cells = ARENA_ARRAY(&request->arena, count * COLUMN__COUNT, struct cell);
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        if (findings[i].weight == weight) {
            struct cell *line = &cells[rows++ * COLUMN__COUNT];
            line[COLUMN_WHAT].text = findings[i].what;
            line[COLUMN_WHY].text = findings[i].why;
            line[COLUMN_REMEDY].text = findings[i].remedy;
        }
    }
    struct str title = weight == FINDING_GRAVE ? STR("To mend now") : STR("To make stronger");
    return (struct index_part){
        .id = weight == FINDING_GRAVE ? STR("grave") : STR("weak"),
        .title = title,
        .table = {.caption = title,
                  .columns = columns,
                  .columns_count = COLUMN__COUNT,
                  .cells = cells,
                  .rows_count = rows,
                  .empty = STR("Nothing was found."),
                  .quiet = true}
    };
}

enum handled page_self_audit(struct request *request)
{
    struct html html;
    struct finding *findings;
    size_t count;
    struct self_audit_setup setup = request->server->options.setup;
    setup.second_factor_required = atomic_load(&request->server->second_factor_required);
    if (!page_looks_after(request)) {
        return request_fail(request, STATUS_FORBIDDEN);
    }
    enum status status = self_audit(request->reader, &request->arena, request->model, &setup,
                                    store_now(request->store), &findings, &count);
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    struct index_part parts[] = {part_of(request, findings, count, FINDING_GRAVE),
                                 part_of(request, findings, count, FINDING_WEAK)};
    struct template_frame frame =
        page_frame(request, &(struct page){.title = STR("This installation")});
    page_begin(request, &html);
    template_model(&html,
                   &(struct template_model){
                       .frame = &frame,
                       .title = STR("This installation"),
                       .about = STR("What is weak here now, why it matters and what to do. What "
                                    "is mended is gone from this page."),
                       .parts = parts,
                       .parts_count = ARRAY_LENGTH(parts)});
    return page_end(request, &html, 200);
}

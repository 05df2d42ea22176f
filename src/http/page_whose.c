#include "http/page_whose.h"

#include "http/page.h"

enum status page_whose_load(struct request *request, const struct clock_reading *readings,
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct record *record = work_set_find(&request->set, readings[i].record);
        if (record && !work_set_find(&request->set, record->root)) {
            TRY(store_titles_of(request->reader, &request->set,
                                model_entity_row(request->model, record->subject.entity)->root,
                                &record->root, 1));
        }
    }
    return STATUS_OK;
}

struct due page_whose(struct request *request, const struct clock_reading *reading)
{
    struct due due = page_due(request, reading);
    const struct record *record = work_set_find(&request->set, reading->record);
    const struct record *root = record ? work_set_find(&request->set, record->root) : NULL;
    struct str whose = root && root != record ? record_title(&request->set, root) : STR("");
    if (whose.n > 0 && due.about.n > 0) {
        due.what = STR_JOIN(&request->arena, due.what, STR(" ("), due.about, STR(")"));
        due.about = whose;
    }
    return due;
}

#include "http/page_access.h"

#include "html/view.h"
#include "rule/access.h"

bool page_may_read(const struct request *request, const struct record *record, uint32_t class)
{
    return class == MODEL_NONE || access_class(&request->set, record, VERB_READ, class).allowed;
}

struct str page_column(struct request *request, const struct record *record,
                       const struct model_list_column *column)
{
    bool hidden = !page_may_read(request, record, column->class) ||
                  (column->field != MODEL_NONE &&
                   !access_field(&request->set, record, column->field, VERB_READ).allowed);
    return hidden ? STR("") : view_column(&request->set, &record->subject, column);
}

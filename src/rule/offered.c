/* See offered.h. */
#include "rule/offered.h"

#include "rule/access.h"
#include "rule/rule_int.h"

/* What is being looked through for files. */
struct looking {
    struct work_set *set;
    const struct model_field *shape; /* of the field that a file is chosen for */
    LIST(struct offered_file) found;
};

bool file_is_field(const struct model *model, uint32_t field)
{
    uint32_t kind = model_field_row(model, field)->kind;
    return kind == FIELD_ATTACHMENT || kind == FIELD_SIGNATURE;
}

void files_bring(struct work_set *set, struct uuid file)
{
    LIST_PUSH(set->arena, &set->files, file);
}

/* In the set without its answers: it may not be read, or was expunged. */
static bool is_closed_to(const struct record *record)
{
    return (record->version == 0 && !record->is_new) || record_is_absent(record);
}

static void offer(struct looking *looking, const struct subject *holder)
{
    uint32_t chosen = looking->shape->chosen;
    struct value file = value_get(holder, chosen);
    if (file.type == VALUE_REFERENCE && record_stands(holder->record) &&
        access_field(looking->set, holder->record, chosen, VERB_READ).allowed) {
        struct offered_file one = {holder, file.reference};
        LIST_PUSH(looking->set->arena, &looking->found, one);
    }
}

/* Goes on from a subject with the steps from this one on. At most as deep as a path has words. */
static void look(struct looking *looking, const struct subject *at, uint32_t step)
{
    struct work_set *set = looking->set;
    if (is_closed_to(at->record)) {
        return;
    }
    if (step == looking->shape->from_count) {
        offer(looking, at);
        return;
    }
    const struct model_back_step *shape =
        model_back_step_row(set->model, looking->shape->from_first + step);
    if (shape->follow != MODEL_NONE) {
        struct value to = value_get(at, shape->follow);
        const struct record *record =
            to.type == VALUE_REFERENCE ? work_set_find(set, to.reference) : NULL;
        if (record != NULL) {
            look(looking, &record->subject, step + 1);
        } else if (to.type == VALUE_REFERENCE) {
            work_set_missing(
                set, STR("reference"),
                model_text(set->model, model_field_row(set->model, shape->follow)->name));
        }
        return;
    }
    size_t count;
    const struct subject *const *members = work_set_members(set, at, shape->collect, &count);
    for (size_t i = 0; i < count; i++) {
        look(looking, members[i], step + 1);
    }
}

size_t files_offered(struct work_set *set, const struct subject *subject, uint32_t field,
                     struct offered_file **ret_files)
{
    struct looking looking = {.set = set, .shape = model_field_row(set->model, field)};
    if (looking.shape->chosen != MODEL_NONE) {
        look(&looking, &subject->record->subject, 0);
    }
    *ret_files = looking.found.items;
    return looking.found.count;
}

static const struct subject *holder_of(struct work_set *set, const struct subject *subject,
                                       uint32_t field, struct uuid file)
{
    struct offered_file *offered;
    size_t count = files_offered(set, subject, field, &offered);
    for (size_t i = 0; i < count; i++) {
        if (uuid_eq(offered[i].file, file)) {
            return offered[i].holder;
        }
    }
    return NULL;
}

struct str offered_fault(struct work_set *set, const struct subject *subject, uint32_t field,
                      struct uuid file)
{
    if (set->trusts_files) {
        return STR("");
    }
    if (model_field_row(set->model, field)->chosen != MODEL_NONE) {
        return holder_of(set, subject, field, file) != NULL
                   ? STR("")
                   : STR("This is none of the files that can be chosen here. Choose one from the "
                         "list.");
    }
    for (size_t i = 0; i < set->files.count; i++) {
        if (uuid_eq(set->files.items[i], file)) {
            return STR("");
        }
    }
    return STR("This is not a file that came with this. Add the file again.");
}

void files_take_along(struct work_set *set, struct subject *subject, uint32_t field)
{
    struct field_range fields = subject_fields(subject);
    struct value file = value_get(subject, field);
    const struct subject *holder =
        file.type == VALUE_REFERENCE ? holder_of(set, subject, field, file.reference) : NULL;
    for (uint32_t i = 0; i < fields.count; i++) {
        const struct model_field *shape = model_field_row(set->model, fields.first + i);
        if (shape->brought_with == field && (holder != NULL || !value_is_set(file))) {
            answer_set(subject, fields.first + i,
                       holder != NULL ? answer_of(value_get(holder, shape->brought_from))
                                      : answer_unset());
        }
    }
}

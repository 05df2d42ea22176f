/* Attachments that are not brought but chosen from what other records have attached already: the
 * dotted path of "from", word by word, and the answers of its holder that come with the file. */
#include "compile/link.h"

/* A field of the path's end is no further step: what leads on is a reference or a collection. */
static uint32_t step_along(struct build *build, uint32_t subject, struct str word,
                           struct model_back_step *ret_step)
{
    uint32_t field = find_field(build, subject, word);
    uint32_t collection = find_collection(build, subject, word);
    *ret_step = (struct model_back_step){.follow = MODEL_NONE, .collect = collection};
    if (collection != MODEL_NONE) {
        return member_subject(build, collection);
    }
    if (field != MODEL_NONE && field_at(build, field)->kind == FIELD_REFERENCE) {
        ret_step->follow = field;
        return target_subject(build, field);
    }
    return MODEL_NONE;
}

/* Follows all words but the last; the subject that has the file, or MODEL_NONE when it was said. */
static uint32_t follow_from(struct build *build, uint32_t row, const struct yaml *from,
                            struct str *ret_last)
{
    struct str rest = from->text, word;
    uint32_t subject = field_at(build, row)->entity;
    field_at(build, row)->from_first = build_count(build, MODEL_TABLE_back_step);
    while (str_split(&rest, '.', &word)) {
        struct model_back_step step;
        *ret_last = word;
        if (rest.p == NULL) {
            return subject;
        }
        uint32_t next = step_along(build, subject, word, &step);
        if (next == MODEL_NONE) {
            refuse_name(build, yaml_place_of(from, (size_t)(word.p - from->text.p)),
                        STR("reference, list or collection"), subject, word);
            return MODEL_NONE;
        }
        if (field_at(build, row)->from_count == MODEL_FROM_MAX) {
            MESSAGE(build->messages, from->place, STR("this way has too many steps"));
            return MODEL_NONE;
        }
        *back_step_at(build, build_push(build, MODEL_TABLE_back_step, NULL, from->place)) = step;
        field_at(build, row)->from_count++;
        subject = next;
    }
    return MODEL_NONE;
}

/* Sets where the file is; false when it was said that it is nowhere. */
static bool link_from(struct build *build, uint32_t row, const struct yaml *from,
                      uint32_t *ret_holder)
{
    struct str last = STR("");
    uint32_t holder = *ret_holder = follow_from(build, row, from, &last);
    if (holder == MODEL_NONE) {
        return false;
    }
    struct model_field *field = field_at(build, row);
    uint32_t chosen = find_field(build, holder, last);
    if (chosen == MODEL_NONE || field_at(build, chosen)->kind != FIELD_ATTACHMENT ||
        field->from_count == 0) {
        refuse_name(build, yaml_place_of(from, from->text.n - last.n), STR("attachment"), holder,
                    last);
        return false;
    }
    const struct model_field *source = field_at(build, chosen);
    if (yaml_find(build_origin(build, MODEL_TABLE_field, chosen)->node, STR("from")) != NULL) {
        MESSAGE(build->messages, from->place, described(build, MODEL_TABLE_field, chosen),
                STR(" is chosen itself; name the field that the file was brought to"));
        return false;
    }
    if (source->class != field->class) {
        MESSAGE(build->messages, from->place, described(build, MODEL_TABLE_field, chosen),
                STR(" is of another class; what is chosen keeps the class of its field"));
    }
    field->chosen = chosen;
    field->takes = source->takes;
    return true;
}

static bool is_alike(const struct model_field *a, const struct model_field *b)
{
    return a->kind == b->kind && a->code_set == b->code_set && a->target == b->target &&
           a->scale == b->scale && a->class == b->class && a->kind != FIELD_CODES &&
           a->kind != FIELD_ROW && !a->sealed && !b->sealed;
}

/* One name of "brings": a field beside the attachment, and one of the holder. */
static void link_brought(struct build *build, uint32_t row, uint32_t holder,
                         const struct yaml *item)
{
    uint32_t here = MODEL_SUBJECT_LIST | field_at(build, row)->list;
    uint32_t to = find_field(build, here, item->text);
    uint32_t from = find_field(build, holder, item->text);
    if (to == MODEL_NONE || from == MODEL_NONE) {
        refuse_name(build, item->place, STR("field"), to == MODEL_NONE ? here : holder, item->text);
        return;
    }
    struct model_field *brought = field_at(build, to);
    if (!is_alike(brought, field_at(build, from))) {
        MESSAGE(build->messages, item->place, described(build, MODEL_TABLE_field, to),
                STR(" cannot be brought: both fields are of one kind and class, hold one value and "
                    "are not sealed"));
    } else if (brought->required != REQUIRED_NONE || brought->non_answers != 0 ||
               brought->derived != MODEL_NONE || brought->by != MODEL_NONE || brought->kernel) {
        MESSAGE(build->messages, item->place, described(build, MODEL_TABLE_field, to),
                STR(" is brought and never typed: it has none of 'required', 'non_answers', "
                    "'derived' and 'by'"));
    } else if (brought->brought_with != MODEL_NONE) {
        MESSAGE(build->messages, item->place, described(build, MODEL_TABLE_field, to),
                STR(" is brought twice"));
    } else {
        brought->brought_with = row;
        brought->brought_from = from;
    }
}

static void link_file(struct build *build, uint32_t row, const struct yaml *node)
{
    const struct yaml_pair *from = yaml_find(node, STR("from"));
    const struct yaml_pair *brings = yaml_find(node, STR("brings"));
    uint32_t holder;
    if (from != NULL && field_at(build, row)->list == MODEL_NONE) {
        MESSAGE(
            build->messages, from->place,
            STR("what is chosen stands in a list, one row for each file; put the attachment into "
                "a list"));
        return;
    }
    if (from == NULL || !want_text(build, from->value, STR("'from'")) ||
        !link_from(build, row, from->value, &holder) || brings == NULL ||
        !want_list(build, brings->value, STR("'brings'"))) {
        return;
    }
    for (size_t i = 0; i < brings->value->count; i++) {
        if (want_text(build, brings->value->items[i], STR("a field of 'brings'"))) {
            link_brought(build, row, holder, brings->value->items[i]);
        }
    }
}

void link_files(struct build *build)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_field); row++) {
        const struct origin *origin = build_origin(build, MODEL_TABLE_field, row);
        if (origin->node != NULL && field_at(build, row)->kind == FIELD_ATTACHMENT) {
            link_file(build, row, origin->node);
        }
    }
}

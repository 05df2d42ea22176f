/* Any bytes as what a form sends: lines "name=value" applied to an access report, new or submitted.
 * It ends; problems can be shown; values stored are sound; and what a form then shows, sent back as
 * it stands, is no change. */
#include "fuzz_model.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "rule/act.h"

static struct uuid next_id(void *context)
{
    uint32_t *next = context;
    struct uuid id = {{0}};
    ++*next;
    for (unsigned i = 0; i < 4; i++) {
        id.bytes[15 - i] = (uint8_t)(*next >> (8 * i));
    }
    return id;
}

static struct input read_pairs(struct arena *arena, struct str text)
{
    LIST(struct input_pair) pairs = {0};
    struct str line;
    while (str_split(&text, '\n', &line)) {
        ptrdiff_t equals = str_find_byte(line, '=');
        size_t at = equals < 0 ? line.n : (size_t)equals;
        struct input_pair pair = {str_slice(line, 0, at), str_slice(line, at + 1, line.n)};
        LIST_PUSH(arena, &pairs, pair);
    }
    return (struct input){pairs.items, pairs.count};
}

struct form {
    struct work_set *set;
    LIST(struct input_pair) pairs;
};

static void show_field(struct form *form, const struct subject *subject, uint32_t field)
{
    struct work_set *set = form->set;
    const struct model_field *shape = model_field_row(set->model, field);
    if (shape->kernel || shape->derived != MODEL_NONE) {
        return;
    }
    struct answer answer = answer_get(subject, field);
    struct str name =
        STR_JOIN(set->arena, subject->row == NULL ? STR("") : STR("participants["),
                 subject->row == NULL ? STR("") : uuid_text(set->arena, subject->id),
                 subject->row == NULL ? STR("") : STR("]."), model_text(set->model, shape->name));
    struct input_pair pair = {name, input_text(set->arena, set->model, field, answer.value)};
    CHECK(utf8_check(pair.value, NULL) == UTF8_FINE);
    if (shape->kind == FIELD_CODES) {
        for (size_t i = 0; i < answer.code_count; i++) {
            struct input_pair code = {name, answer.codes[i].code};
            LIST_PUSH(set->arena, &form->pairs, code);
        }
    } else {
        LIST_PUSH(set->arena, &form->pairs, pair);
    }
    if (answer.why != MODEL_NONE) {
        CHECK((shape->non_answers & (1u << answer.why)) != 0);
        struct input_pair why = {STR_JOIN(set->arena, name, STR("_why")),
                                 model_non_answer_name(answer.why)};
        struct input_pair asked = {STR_JOIN(set->arena, name, STR("_asked")), answer.asked};
        LIST_PUSH(set->arena, &form->pairs, why);
        LIST_PUSH(set->arena, &form->pairs, asked);
    }
}

static void show(struct form *form, const struct record *record)
{
    const struct model *model = form->set->model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    uint32_t participants = model_list_by_name(model, record->subject.entity, STR("participants"));
    for (uint32_t i = 0; i < entity->fields_count; i++) {
        show_field(form, &record->subject, entity->fields_first + i);
    }
    const struct model_list *list = model_list_row(model, participants);
    const struct rows *rows = &record->lists[participants - entity->lists_first];
    for (size_t i = 0; i < rows->items.count; i++) {
        for (uint32_t k = 0; k < list->fields_count && !rows->items.items[i]->removed; k++) {
            show_field(form, &rows->items.items[i]->subject, list->fields_first + k);
        }
    }
}

static void check_problems(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->problems.count; i++) {
        const struct problem *problem = &outcome->problems.items[i];
        CHECK(utf8_check(problem->where, NULL) == UTF8_FINE);
        CHECK(utf8_check(problem->message, NULL) == UTF8_FINE);
        CHECK(problem->message.n > 0 && problem->code.n > 0);
    }
    CHECK((outcome->status == STATUS_OK) == (outcome->problems.count == 0));
}

static void check_same_again(struct work_set *set, struct record *record)
{
    struct form form = {.set = set};
    struct outcome outcome;
    show(&form, record);
    outcome_init(&outcome, set->arena);
    const struct input_scope scope = {.form = MODEL_NONE, .transition = MODEL_NONE};
    const struct input input = {form.pairs.items, form.pairs.count};
    record->changed = false;
    if (form.pairs.count <= INPUT_PAIRS_MAX) {
        input_apply(set, record, &scope, &input, &outcome);
        CHECK(outcome.status == STATUS_OK);
        CHECK(!record->changed);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct actor nobody = {.entry_count = 0};
    struct arena arena;
    struct work_set set;
    struct outcome outcome;
    uint32_t ids = 0;
    const struct model *model = fuzz_model();
    const void *bytes = data;
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    work_set_init(&set, &arena, model, (struct instant){1795634400000}, &nobody);
    set.new_id = next_id;
    set.id_context = &ids;
    struct record *record = work_set_create(&set, model_entity_by_name(model, STR("report")));
    struct input input = read_pairs(&arena, (struct str){bytes, size});
    const struct input_scope scope = {.form = MODEL_NONE, .transition = MODEL_NONE};
    outcome_init(&outcome, &arena);
    input_apply(&set, record, &scope, &input, &outcome);
    check_problems(&outcome);
    CHECK(!set.missing);
    check_same_again(&set, record);
    act_finish(&set, &outcome);
    check_problems(&outcome);
    arena_clear(&arena);
    return 0;
}

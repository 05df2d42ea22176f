/* Declared input on its way into a record. Pairs are gathered by the answer they speak of (a value,
 * why there is none, who was asked), because only together they say what is meant. */
#include "rule/input.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "rule/access.h"
#include "rule/authors.h"
#include "rule/offered.h"
#include "rule/rule_int.h"

/* Longest name that is repeated in a problem. */
#define NAME_MAX 200u
/* Longest label of a row: an identifier has 36. */
#define LABEL_MAX 40u

/* One row of a list, as an input names it. */
struct input_row {
    uint32_t list;
    struct str label;
    struct row *row; /* NULL: not there, or not made yet */
    bool is_new;     /* label begins with + */
    bool filled;     /* some value is not empty */
    bool remove;
    bool reported; /* that it is not there */
};

/* Everything said about one answer. */
struct gathered {
    struct str name; /* without _why or _asked: the place of its problems */
    uint32_t field;
    struct input_row *row; /* NULL: of the record itself */
    LIST(struct str) values;
    struct str why, asked;
    bool has_value, has_why, has_asked;
};

struct reading {
    struct work_set *set;
    struct record *record;
    const struct input_scope *scope;
    struct outcome *outcome;
    struct map gathered, rows;
    LIST(struct input_pair) orders; /* list name, labels */
};

static void problem(struct reading *reading, struct str where, struct str code, struct str message)
{
    report_problem(reading->set, reading->record, reading->outcome, STATUS_INVALID, where, code,
                   message);
}

/* A name that came from outside may be anything: only a sound short one is repeated. */
static struct str safe_name(struct str name)
{
    return name.n <= NAME_MAX && utf8_check(name, NULL) == UTF8_FINE ? name : STR("");
}

static void unknown_name(struct reading *reading, struct str name)
{
    problem(reading, safe_name(name), STR("unknown_field"),
            STR("There is no such field here. Nothing was kept of it."));
}

/* ---- names ---- */

enum name_part { PART_VALUE, PART_WHY, PART_ASKED };

/* A name, taken apart. */
struct name {
    uint32_t list;      /* or MODEL_NONE */
    struct str label;   /* of the row */
    struct str key;     /* the name without its part: "participants[+1].role" */
    struct str row_key; /* "participants[+1]" */
    struct str column;  /* "role", "_delete" */
    uint32_t field;     /* or MODEL_NONE */
    enum name_part part;
};

static uint32_t field_of(const struct model *model, uint32_t entity, uint32_t list, struct str name)
{
    uint32_t field = list == MODEL_NONE ? model_field_by_name(model, entity, name)
                                        : model_list_field_by_name(model, list, name);
    bool typed = field != MODEL_NONE && !model_field_row(model, field)->kernel &&
                 model_has_field(model, field);
    return typed ? field : MODEL_NONE;
}

/* Cuts a suffix off; false when it is not there. */
static bool without(struct str name, struct str suffix, struct str *ret_rest)
{
    if (!str_ends(name, suffix)) {
        return false;
    }
    *ret_rest = str_slice(name, 0, name.n - suffix.n);
    return true;
}

/* Finds the field of name->column and which part of its answer is meant. */
static void resolve_column(const struct model *model, uint32_t entity, struct name *name)
{
    struct str base = name->column;
    name->field = field_of(model, entity, name->list, base);
    if (name->field == MODEL_NONE && without(name->column, STR("_why"), &base)) {
        name->part = PART_WHY;
        name->field = field_of(model, entity, name->list, base);
    } else if (name->field == MODEL_NONE && without(name->column, STR("_asked"), &base)) {
        name->part = PART_ASKED;
        name->field = field_of(model, entity, name->list, base);
    }
    name->key.n -= name->column.n - base.n;
}

/* An identifier, or '+' and a few letters, digits, '-' and '_': it comes back in problems and
 * pages. */
static bool is_label(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && c != '-' && c != '_' && !(c == '+' && i == 0)) {
            return false;
        }
    }
    return text.n > 0 && text.n <= LABEL_MAX;
}

/* Takes a name apart; false when it is no list's and no field's shape. A field that is not there
 * gives true with field MODEL_NONE. */
static bool split_name(const struct model *model, uint32_t entity, struct str text,
                       struct name *ret_name)
{
    *ret_name = (struct name){.list = MODEL_NONE, .key = text, .column = text, .field = MODEL_NONE};
    ptrdiff_t open = str_find_byte(text, '[');
    if (open >= 0) {
        ptrdiff_t close = str_find(text, STR("]."));
        if (close < open) {
            return false;
        }
        size_t from = (size_t)open, to = (size_t)close;
        ret_name->list = model_list_by_name(model, entity, str_slice(text, 0, from));
        ret_name->label = str_slice(text, from + 1, to);
        ret_name->row_key = str_slice(text, 0, to + 1);
        ret_name->column = str_slice(text, to + 2, text.n);
        if (ret_name->list == MODEL_NONE || !is_label(ret_name->label)) {
            return false;
        }
    }
    resolve_column(model, entity, ret_name);
    return true;
}

/* ---- gathering ---- */

static struct input_row *row_of(struct reading *reading, const struct name *name)
{
    struct input_row *row = map_get(&reading->rows, name->row_key);
    if (row == NULL) {
        row = ARENA_NEW(reading->set->arena, struct input_row);
        row->list = name->list;
        row->label = name->label;
        row->is_new = name->label.p[0] == '+';
        struct uuid id;
        if (!row->is_new && uuid_parse(name->label, &id)) {
            row->row = record_find_row(reading->record, name->list, id);
        }
        CHECK(map_add(&reading->rows, name->row_key, row));
    }
    return row;
}

static struct gathered *gathered_of(struct reading *reading, const struct name *name)
{
    struct gathered *one = map_get(&reading->gathered, name->key);
    if (one == NULL) {
        one = ARENA_NEW(reading->set->arena, struct gathered);
        one->name = name->key;
        one->field = name->field;
        one->row = name->list == MODEL_NONE ? NULL : row_of(reading, name);
        CHECK(map_add(&reading->gathered, name->key, one));
    }
    return one;
}

static void gather_value(struct reading *reading, const struct name *name, struct str value)
{
    struct gathered *one = gathered_of(reading, name);
    switch (name->part) {
    case PART_VALUE:
        one->has_value = true;
        if (value.n > 0) {
            LIST_PUSH(reading->set->arena, &one->values, value);
        }
        break;
    case PART_WHY:
        one->has_why = true;
        one->why = str_trim(value);
        break;
    case PART_ASKED:
        one->has_asked = true;
        one->asked = value;
        break;
    }
    if (one->row != NULL && str_trim(value).n > 0) {
        one->row->filled = true;
    }
}

static void gather(struct reading *reading, const struct input_pair *pair)
{
    const struct model *model = reading->set->model;
    uint32_t entity = reading->record->subject.entity;
    struct str list_name;
    if (without(pair->name, STR("._order"), &list_name)) {
        LIST_PUSH(reading->set->arena, &reading->orders,
                  ((struct input_pair){list_name, pair->value}));
        return;
    }
    struct name name;
    if (!split_name(model, entity, pair->name, &name)) {
        unknown_name(reading, pair->name);
        return;
    }
    if (name.list != MODEL_NONE && str_eq(name.column, STR("_delete"))) {
        row_of(reading, &name)->remove = str_eq(str_trim(pair->value), STR("yes"));
        return;
    }
    if (name.field == MODEL_NONE) {
        unknown_name(reading, pair->name);
        return;
    }
    gather_value(reading, &name, pair->value);
}

/* ---- rows ---- */

static bool scope_has_list(const struct reading *reading, uint32_t list)
{
    return reading->scope->form == MODEL_NONE ||
           form_has_list(reading->set->model, reading->scope->form, list);
}

static void report_row(struct reading *reading, struct str where, struct input_row *row,
                       struct str code, struct str message)
{
    if (!row->reported) {
        row->reported = true;
        problem(reading, safe_name(where), code, message);
    }
}

static bool comes_or_goes(const struct input_row *row)
{
    return row->is_new ? row->filled && !row->remove : row->row != NULL && row->remove;
}

/* Makes the new rows that hold something and takes out those that go. */
static void apply_rows(struct reading *reading)
{
    for (size_t i = 0; i < reading->rows.count; i++) {
        struct str name = reading->rows.entries[i].key;
        struct input_row *row = reading->rows.entries[i].value;
        if (!scope_has_list(reading, row->list)) {
            report_row(reading, name, row, STR("not_on_form"),
                       STR("This form does not ask for that."));
        } else if (comes_or_goes(row) &&
                   !access_may_change_rows(reading->set, reading->record, row->list)) {
            report_row(reading, name, row, STR("not_allowed"),
                       STR("Your role may not change who or what stands here."));
        } else if (row->is_new && row->filled && !row->remove) {
            row->row = record_add_row(reading->record, row->list);
            row->row->label = str_copy(reading->set->arena, row->label);
        } else if (!row->is_new && row->row == NULL && !row->remove) {
            report_row(reading, name, row, STR("row_gone"),
                       STR("This row is no longer there: somebody has taken it out. Reload, and "
                           "add it again if it is needed."));
        } else if (row->row != NULL && row->remove) {
            record_remove_row(reading->record, row->row);
            row->row = NULL;
        }
    }
}

/* The row a label of an order stands for, or NULL. */
static struct row *ordered_row(struct reading *reading, uint32_t list, struct str list_name,
                               struct str label)
{
    struct str key = STR_JOIN(reading->set->arena, list_name, STR("["), label, STR("]"));
    struct input_row *named = map_get(&reading->rows, key);
    if (named != NULL) {
        return named->row;
    }
    struct uuid id;
    return uuid_parse(label, &id) ? record_find_row(reading->record, list, id) : NULL;
}

static void apply_order(struct reading *reading, const struct input_pair *order)
{
    const struct model *model = reading->set->model;
    uint32_t list = model_list_by_name(model, reading->record->subject.entity, order->name);
    if (list == MODEL_NONE || !scope_has_list(reading, list)) {
        unknown_name(reading, order->name);
        return;
    }
    LIST(struct row *) first = {0};
    struct str rest = order->value, label;
    while (first.count < INPUT_PAIRS_MAX && str_split(&rest, ' ', &label)) {
        struct row *row = label.n > 0 ? ordered_row(reading, list, order->name, label) : NULL;
        if (row != NULL) {
            LIST_PUSH(reading->set->arena, &first, row);
        }
    }
    record_order_rows(reading->record, list, first.items, first.count);
}

/* ---- answers ---- */

/* Reads the codes of a field of several. A code that was there keeps the wording it was given in.
 */
static bool read_codes(struct reading *reading, const struct gathered *one,
                       const struct subject *subject, const struct answer *old,
                       struct answer *ret_answer)
{
    struct work_set *set = reading->set;
    LIST(struct value_code) codes = {0};
    bool good = true;
    for (size_t i = 0; i < one->values.count; i++) {
        struct str text = str_trim(one->values.items[i]);
        const struct value_code *kept = NULL;
        bool twice = false;
        for (size_t k = 0; k < old->code_count; k++) {
            kept = str_eq(old->codes[k].code, text) ? &old->codes[k] : kept;
        }
        for (size_t k = 0; k < codes.count; k++) {
            twice = twice || str_eq(codes.items[k].code, text);
        }
        struct value value = kept != NULL ? value_code(kept->code, kept->version) : value_unset();
        struct str message = STR("");
        bool fits = kept != NULL || input_parse(set, one->field, text, &value, &message);
        if (fits && kept == NULL) {
            message = choosing_fault(set, subject, one->field, value);
        }
        if (message.n > 0) {
            problem(reading, one->name, STR("not_valid"), message);
            good = false;
        } else if (value.type == VALUE_CODE && !twice) {
            struct value_code code = {str_copy(set->arena, value.code.code), value.code.version};
            LIST_PUSH(set->arena, &codes, code);
        }
    }
    ret_answer->codes = codes.items;
    ret_answer->code_count = codes.count;
    return good;
}

static struct value value_kept(struct arena *arena, struct value value)
{
    if (value.type == VALUE_TEXT) {
        value.text = str_copy(arena, value.text);
    } else if (value.type == VALUE_CODE) {
        value.code.code = str_copy(arena, value.code.code);
    }
    return value;
}

/* Whether the text says what is stored already: that stays as it is, a code in its old wording. */
static bool says_the_same(struct reading *reading, const struct gathered *one,
                          const struct answer *old, struct str text)
{
    if (!value_is_set(old->value)) {
        return false;
    }
    if (old->value.type == VALUE_REFERENCE && str_trim(text).n == 0 &&
        work_set_hides(reading->set, old->value.reference)) {
        return true; /* they were shown none, and chose none */
    }
    struct str stored =
        input_text(reading->set->arena, reading->set->model, one->field, old->value);
    if (old->value.type != VALUE_TEXT) {
        return str_eq(stored, str_trim(text));
    }
    struct str masked = input_masked(reading->set->arena, reading->set->model, one->field, stored);
    return str_eq(stored, text) || (text.n > 0 && str_eq(masked, text));
}

/* A row that is new in this input is named by its label: the text with its identifier instead. */
static struct str row_id(struct reading *reading, uint32_t field, struct str text)
{
    const struct model *model = reading->set->model;
    const struct model_field *shape = model_field_row(model, field);
    if (shape->kind != FIELD_ROW || !str_starts(text, STR("+"))) {
        return text;
    }
    struct str list = model_text(model, model_list_row(model, shape->rows)->name);
    const struct input_row *row =
        map_get(&reading->rows, STR_JOIN(reading->set->arena, list, STR("["), text, STR("]")));
    return row != NULL && row->row != NULL ? uuid_text(reading->set->arena, row->row->subject.id)
                                           : text;
}

/* Reads the one value of a field into *ret_answer. */
static bool read_value(struct reading *reading, const struct gathered *one,
                       const struct subject *subject, const struct answer *old,
                       struct answer *ret_answer)
{
    struct work_set *set = reading->set;
    struct str text = one->values.count > 0 ? one->values.items[0] : STR("");
    if (one->values.count > 1) {
        problem(reading, one->name, STR("several_values"),
                STR("This takes one answer; several were sent."));
        return false;
    }
    if (says_the_same(reading, one, old, text)) {
        ret_answer->value = old->value;
        return true;
    }
    struct value value;
    struct str message = STR("");
    text = row_id(reading, one->field, text);
    if (input_parse(set, one->field, text, &value, &message)) {
        message = choosing_fault(set, subject, one->field, value);
    }
    if (message.n > 0) {
        problem(reading, one->name, STR("not_valid"), message);
        return false;
    }
    ret_answer->value = value_kept(set->arena, value);
    return true;
}

/* Reads why there is no answer. */
static bool read_why(struct reading *reading, const struct gathered *one, struct answer *ret_answer)
{
    struct work_set *set = reading->set;
    const struct model_field *field = model_field_row(set->model, one->field);
    enum model_non_answer why;
    struct buf allowed;
    if (model_non_answer_parse(one->why, &why) && (field->non_answers & (1u << why)) != 0) {
        ret_answer->why = why;
        return true;
    }
    if (field->non_answers == 0) {
        problem(reading, one->name, STR("not_a_reason"),
                STR("This needs an answer; a reason for having none is not accepted here."));
        return false;
    }
    buf_init(&allowed, set->arena, 1000);
    for (unsigned i = 0; i < NON_ANSWER__COUNT; i++) {
        if ((field->non_answers & (1u << i)) != 0) {
            BUF_ADD(&allowed, allowed.n > 0 ? STR(", ") : STR(""), model_non_answer_words(i));
        }
    }
    problem(
        reading, one->name, STR("not_a_reason"),
        STR_JOIN(set->arena, STR("Choose one of these reasons: "), buf_str(&allowed), STR(".")));
    return false;
}

/* Puts together what was said about one answer. False when it cannot be. */
static bool read_answer(struct reading *reading, const struct gathered *one,
                        const struct subject *subject, const struct answer *old,
                        struct answer *ret_answer)
{
    const struct model_field *field = model_field_row(reading->set->model, one->field);
    *ret_answer = answer_unset();
    if (!one->has_value && one->why.n == 0) {
        *ret_answer = *old; /* only who was asked, or that there is no reason any more */
        if (one->has_why) {
            ret_answer->why = MODEL_NONE;
        }
    } else if (one->why.n == 0) {
        bool good = field->kind == FIELD_CODES ? read_codes(reading, one, subject, old, ret_answer)
                                               : read_value(reading, one, subject, old, ret_answer);
        if (!good) {
            return false;
        }
    } else if (one->values.count > 0) {
        problem(reading, one->name, STR("answer_and_reason"),
                STR("Here stand an answer and a reason why there is none. Keep one of them."));
        return false;
    } else if (!read_why(reading, one, ret_answer)) {
        return false;
    }
    if (ret_answer->why == MODEL_NONE) {
        ret_answer->asked = STR("");
    } else if (one->has_asked) {
        if (utf8_check(one->asked, NULL) != UTF8_FINE) {
            problem(reading, one->name, STR("not_valid"),
                    STR("Who was asked holds characters that cannot be kept. Type it again."));
            return false;
        }
        ret_answer->asked = str_copy(reading->set->arena, one->asked);
    } else {
        ret_answer->asked = old->asked;
    }
    return true;
}

/* Why this input may not change this field, or empty. */
static struct str field_refusal(struct reading *reading, uint32_t field, struct str *ret_code)
{
    const struct model *model = reading->set->model;
    const struct input_scope *scope = reading->scope;
    const struct model_field *shape = model_field_row(model, field);
    if (shape->derived != MODEL_NONE) {
        *ret_code = STR("computed");
        return STR("This is worked out from other answers. Change those.");
    }
    if (shape->brought_with != MODEL_NONE) {
        *ret_code = STR("brought");
        return STR_JOIN(reading->set->arena, STR("This comes with “"),
                        model_text(model, model_field_row(model, shape->brought_with)->label),
                        STR("”, from where that is chosen. Correct it there."));
    }
    if (scope->form != MODEL_NONE && !form_has_field(model, scope->form, field)) {
        *ret_code = STR("not_on_form");
        return STR("This form does not ask for that.");
    }
    if (shape->by != MODEL_NONE && shape->by != scope->transition && !scope->correcting) {
        *ret_code = STR("set_by_step");
        return STR_JOIN(reading->set->arena, STR("This is recorded with the step “"),
                        model_text(model, model_transition_row(model, shape->by)->label),
                        STR("”, not by itself."));
    }
    if (shape->class != MODEL_NONE &&
        !access_field(reading->set, reading->record, field, VERB_UPDATE).allowed) {
        *ret_code = STR("not_allowed");
        return STR("Your role may not change this.");
    }
    return STR("");
}

static void apply_gathered(struct reading *reading, const struct gathered *one)
{
    struct subject *subject = &reading->record->subject;
    if (one->row != NULL) {
        if (one->row->row == NULL || one->row->reported) {
            return;
        }
        subject = &one->row->row->subject;
    }
    struct answer old = answer_get(subject, one->field);
    struct answer answer;
    if (!read_answer(reading, one, subject, &old, &answer) || answer_same(&old, &answer)) {
        return;
    }
    struct str code = STR("");
    struct str refusal = field_refusal(reading, one->field, &code);
    if (refusal.n > 0) {
        problem(reading, one->name, code, refusal);
        return;
    }
    answer_set(subject, one->field, answer);
    if (file_is_field(reading->set->model, one->field)) {
        files_take_along(reading->set, subject, one->field);
    }
}

/* Whether the record may be changed at all now. */
static bool may_apply(struct reading *reading, const struct input *input)
{
    const struct record *record = reading->record;
    const struct input_scope *scope = reading->scope;
    if (input->count > INPUT_PAIRS_MAX) {
        report_problem(reading->set, reading->record, reading->outcome, STATUS_TOO_LARGE, STR(""),
                       STR("too_many_fields"),
                       STR("This is more than one save can take. Save it in parts."));
        return false;
    }
    if (input->count > 0 && !check_stands(reading->set, record, reading->outcome)) {
        return false;
    }
    if (record->state == MODEL_NONE || scope->transition != MODEL_NONE || scope->correcting ||
        input->count == 0) {
        return true;
    }
    const struct model_state *state = model_state_row(reading->set->model, record->state);
    if (state->editable) {
        return true;
    }
    report_problem(reading->set, reading->record, reading->outcome, STATUS_REFUSED, STR(""),
                   STR("not_editable"),
                   STR_JOIN(reading->set->arena, STR("It is “"),
                            model_text(reading->set->model, state->label),
                            STR("” and can no longer be changed. What is wrong in it can be "
                                "corrected with a reason.")));
    return false;
}

/* The form of a transition is part of deciding; all else is writing. */
static bool is_writing(const struct model *model, const struct input_scope *scope)
{
    return scope->transition == MODEL_NONE ||
           transition_is_start(model, model_transition_row(model, scope->transition));
}

void input_apply(struct work_set *set, struct record *record, const struct input_scope *scope,
                 const struct input *input, struct outcome *outcome)
{
    struct reading reading = {.set = set, .record = record, .scope = scope, .outcome = outcome};
    map_init(&reading.gathered, set->arena);
    map_init(&reading.rows, set->arena);
    const struct model *before = work_set_enter(set, record);
    size_t count = may_apply(&reading, input) ? input->count : 0;
    bool was_changed = record->changed;
    record->changed = false;
    for (size_t i = 0; i < count; i++) {
        gather(&reading, &input->pairs[i]);
    }
    apply_rows(&reading);
    for (size_t i = 0; i < reading.gathered.count; i++) {
        apply_gathered(&reading, reading.gathered.entries[i].value);
    }
    for (size_t i = 0; i < reading.orders.count; i++) {
        apply_order(&reading, &reading.orders.items[i]);
    }
    if (record->changed && is_writing(set->model, scope)) {
        authors_write(record);
    }
    record->changed = record->changed || was_changed;
    work_set_leave(set, before);
}

uint32_t input_file_field(const struct model *model, uint32_t entity, struct str text)
{
    struct name name;
    if (!split_name(model, entity, text, &name) || name.field == MODEL_NONE ||
        name.part != PART_VALUE) {
        return MODEL_NONE;
    }
    return file_is_field(model, name.field) ? name.field : MODEL_NONE;
}

size_t input_references(struct arena *arena, const struct model *model, uint32_t entity,
                        const struct input *input, struct input_reference **ret_references)
{
    LIST(struct input_reference) found = {0};
    for (size_t i = 0; i < input->count && i < INPUT_PAIRS_MAX; i++) {
        struct name name;
        struct uuid id;
        if (!split_name(model, entity, input->pairs[i].name, &name) || name.field == MODEL_NONE ||
            name.part != PART_VALUE) {
            continue;
        }
        const struct model_field *field = model_field_row(model, name.field);
        if (field->kind == FIELD_REFERENCE && uuid_parse(str_trim(input->pairs[i].value), &id)) {
            LIST_PUSH(arena, &found, ((struct input_reference){field->target, id}));
        }
    }
    *ret_references = found.items;
    return found.count;
}

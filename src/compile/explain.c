#include "compile/explain_int.h"

#define EXPLAIN_MAX ((size_t)1024 * 1024)
#define INDENT STR("  ")

/* ---- words -------------------------------------------------------------------------------- */

struct str explain_text(const struct explainer *e, uint32_t text)
{
    return model_text(e->model, text);
}

void explain_line(struct explainer *e, unsigned indent, const struct str *parts, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        length += parts[i].n;
    }
    if (length == 0) {
        return;
    }
    for (unsigned i = 0; i < indent; i++) {
        buf_add(&e->out, INDENT);
    }
    buf_add_all(&e->out, parts, count);
    buf_byte(&e->out, '\n');
}

void explain_labelled(struct explainer *e, unsigned indent, struct str label, uint32_t text)
{
    if (text) {
        LINE(e, indent, label, STR(": "), explain_text(e, text));
    }
}

struct str explain_called(struct explainer *e, uint32_t label, uint32_t name)
{
    return STR_JOIN(e->arena, explain_text(e, label), STR(" ("), explain_text(e, name), STR(")"));
}

struct str explain_number(struct explainer *e, int64_t number)
{
    return str_from_int(e->arena, number);
}

struct str explain_joined(struct explainer *e, struct str list, struct str part, bool last)
{
    if (list.n == 0) {
        return part;
    }
    return STR_JOIN(e->arena, list, last ? STR(" and ") : STR(", "), part);
}

struct str explain_entity_label(struct explainer *e, uint32_t entity)
{
    return explain_text(e, model_entity_row(e->model, entity)->label);
}

struct str explain_day(struct explainer *e, int32_t day)
{
    return date_iso(e->arena, (struct date){day});
}

static struct str field_words(void *context, uint32_t field)
{
    const struct explainer *e = context;
    return explain_text(e, model_field_row(e->model, field)->label);
}

static struct str collection_words(void *context, uint32_t collection)
{
    const struct explainer *e = context;
    return explain_text(e, model_collection_row(e->model, collection)->label);
}

static struct str fact_words(void *context, uint32_t fact)
{
    const struct explainer *e = context;
    return explain_text(e, model_fact_row(e->model, fact)->label);
}

static struct str code_words(void *context, uint32_t code_set, struct str code)
{
    const struct explainer *e = context;
    if (code_set >= model_code_set_total(e->model)) {
        return code;
    }
    uint32_t row = model_code_on(e->model, code_set, code, MODEL_NO_BOUND);
    return row == MODEL_NONE ? code : explain_text(e, model_code_row(e->model, row)->label);
}

struct str explain_expr(struct explainer *e, uint32_t root)
{
    const struct expr_words words = {.context = e,
                                     .field = field_words,
                                     .collection = collection_words,
                                     .fact = fact_words,
                                     .code = code_words};
    if (root == MODEL_NONE) {
        return STR("");
    }
    return expr_explain(e->arena, model_nodes(e->model), model_expr_text(e->model), root, &words);
}

/* "clock first_contact" -> where that is written. */
static void explain_where(struct explainer *e, enum model_table table, struct str name)
{
    struct str what = STR_JOIN(e->arena, str_from(model_table_shape(table)->name), STR(" "), name);
    for (uint32_t i = 0; i < model_place_in_source_total(e->model); i++) {
        const struct model_place_in_source *place = model_place_in_source_row(e->model, i);
        if (str_eq(explain_text(e, place->what), what)) {
            LINE(e, 1, STR("Written in: "), explain_text(e, place->file), STR(", line "),
                 explain_number(e, place->line));
        }
    }
}

/* ---- what a name stands for ----------------------------------------------------------------- */

static const struct {
    enum model_table table;
    void (*explain)(struct explainer *e, uint32_t row);
} kinds[] = {
    {MODEL_TABLE_entity,       explain_entity   },
    {MODEL_TABLE_clock,        explain_clock    },
    {MODEL_TABLE_fact,         explain_fact     },
    {MODEL_TABLE_form,         explain_form     },
    {MODEL_TABLE_list_view,    explain_list_view},
    {MODEL_TABLE_workspace,    explain_workspace},
    {MODEL_TABLE_document,     explain_document },
    {MODEL_TABLE_pack,         explain_pack     },
    {MODEL_TABLE_duty,         explain_duty     },
    {MODEL_TABLE_code_set,     explain_code_set },
    {MODEL_TABLE_scheme,       explain_scheme   },
    {MODEL_TABLE_record_class, explain_class    },
    {MODEL_TABLE_role,         explain_role     },
    {MODEL_TABLE_decider,      explain_decider  },
};

static void separate(struct explainer *e)
{
    if (e->out.n > 0) {
        buf_byte(&e->out, '\n');
    }
}

static void explain_top(struct explainer *e, struct str name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        uint32_t row = model_row_by_name(e->model, kinds[i].table, name);
        if (row != MODEL_NONE) {
            separate(e);
            kinds[i].explain(e, row);
            explain_where(e, kinds[i].table, name);
        }
    }
}

/* "access_report.submit", "person.birth_date". */
static void explain_inner(struct explainer *e, uint32_t entity, struct str name)
{
    uint32_t transition = model_transition_by_name(e->model, entity, name);
    uint32_t field = model_field_by_name(e->model, entity, name);
    if (transition != MODEL_NONE) {
        explain_transition(e, transition);
        explain_where(e, MODEL_TABLE_transition,
                      STR_JOIN(e->arena, explain_text(e, model_entity_row(e->model, entity)->name),
                               STR("."), name));
    }
    if (field != MODEL_NONE) {
        separate(e);
        LINE(e, 0, explain_entity_label(e, entity));
        explain_field(e, 1, field, true);
    }
}

struct str explain_name(struct arena *arena, const struct model *model, struct str name)
{
    struct explainer e = {.arena = arena, .model = model};
    struct str rest = name;
    struct str first = {0};
    buf_init(&e.out, arena, EXPLAIN_MAX);
    explain_top(&e, name);
    if (str_find_byte(name, '.') >= 0 && str_split(&rest, '.', &first)) {
        uint32_t entity = model_entity_by_name(model, first);
        if (entity != MODEL_NONE) {
            explain_inner(&e, entity, rest);
        }
    }
    struct str words = buf_str(&e.out);
    return str_slice(words, 0, words.n > 0 ? words.n - 1 : 0);
}

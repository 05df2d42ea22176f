/* The whole model as pages of Markdown. */
#include "compile/explain_int.h"

#define PAGE_MAX ((size_t)4 * 1024 * 1024)

/* A page is text with lines of its own; LINE makes them. */
#define TITLE(e, mark, ...)                                                                        \
    do {                                                                                           \
        buf_byte(&(e)->out, '\n');                                                                 \
        LINE((e), 0, (mark), STR(" "), __VA_ARGS__);                                               \
        buf_byte(&(e)->out, '\n');                                                                 \
    } while (0)

/* Text inside a cell of a table: a bar would end it. */
static struct str cell(struct explainer *e, struct str text)
{
    struct buf escaped;
    buf_init(&escaped, e->arena, PAGE_MAX);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '|') {
            buf_byte(&escaped, '\\');
        }
        buf_byte(&escaped, text.p[i] == '\n' ? ' ' : text.p[i]);
    }
    return buf_str(&escaped);
}

static struct str cell_of(struct explainer *e, uint32_t text)
{
    return cell(e, explain_text(e, text));
}

static struct str code(struct explainer *e, uint32_t text)
{
    return STR_JOIN(e->arena, STR("`"), explain_text(e, text), STR("`"));
}

/* ---- what is recorded ----------------------------------------------------------------------- */

/* What the values of a field are: "code `race`", "reference to `person`". */
static struct str field_type(struct explainer *e, const struct model_field *field)
{
    struct str kind = str_from(model_set_shape(MODEL_SET_field_kind)->words[field->kind].name);
    if (field->code_set != MODEL_NONE) {
        return STR_JOIN(e->arena, kind, STR(" of "),
                        code(e, model_code_set_row(e->model, field->code_set)->name));
    }
    if (field->target != MODEL_NONE) {
        return STR_JOIN(e->arena, kind, STR(" to "),
                        code(e, model_entity_row(e->model, field->target)->name));
    }
    if (field->rows != MODEL_NONE) {
        return STR_JOIN(e->arena, kind, STR(" of "),
                        code(e, model_list_row(e->model, field->rows)->name));
    }
    return kind;
}

/* Who fills a field in, when it is not simply asked for. */
static struct str field_origin(struct explainer *e, const struct model_field *field)
{
    if (field->derived != MODEL_NONE) {
        return STR("computed");
    }
    if (field->by != MODEL_NONE) {
        return STR_JOIN(e->arena, STR("by "),
                        code(e, model_transition_row(e->model, field->by)->name));
    }
    struct str required =
        str_from(model_set_shape(MODEL_SET_requirement)->words[field->required].name);
    return field->required == REQUIRED_NONE ? STR("") : required;
}

static void page_fields(struct explainer *e, uint32_t first, uint32_t count, uint32_t class)
{
    LINE(e, 0, STR("| field | label | type | needed | class | source |"));
    LINE(e, 0, STR("|---|---|---|---|---|---|"));
    for (uint32_t i = first; i < first + count; i++) {
        const struct model_field *field = model_field_row(e->model, i);
        uint32_t own = field->class == MODEL_NONE ? class : field->class;
        if (!field->kernel) {
            LINE(e, 0, STR("| "), code(e, field->name), STR(" | "), cell_of(e, field->label),
                 STR(" | "), field_type(e, field), STR(" | "), field_origin(e, field), STR(" | "),
                 code(e, model_record_class_row(e->model, own)->name), STR(" | "),
                 cell_of(e, field->source), STR(" |"));
        }
    }
}

static void page_entity(struct explainer *e, const struct model_entity *entity)
{
    struct str kind = str_from(model_set_shape(MODEL_SET_entity_kind)->words[entity->kind].name);
    TITLE(e, STR("##"), explain_called(e, entity->label, entity->name));
    LINE(e, 0, explain_text(e, entity->help));
    LINE(e, 0, STR("Kind: "), kind, STR(". Class: "),
         code(e, model_record_class_row(e->model, entity->class)->name), STR(". Source: "),
         entity->source ? explain_text(e, entity->source) : STR("none named"), STR("."));
    buf_byte(&e->out, '\n');
    page_fields(e, entity->fields_first, entity->fields_count, entity->class);
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        const struct model_list *list = model_list_row(e->model, entity->lists_first + i);
        TITLE(e, STR("###"), explain_called(e, entity->label, entity->name), STR(": "),
              explain_called(e, list->label, list->name));
        page_fields(e, list->fields_first, list->fields_count, entity->class);
    }
}

static void page_codes(struct explainer *e)
{
    TITLE(e, STR("##"), STR("Code tables"));
    LINE(e, 0, STR("| table | label | codes | source | confirmed |"));
    LINE(e, 0, STR("|---|---|---|---|---|"));
    for (uint32_t i = 0; i < model_code_set_total(e->model); i++) {
        const struct model_code_set *set = model_code_set_row(e->model, i);
        struct str codes = {0};
        for (uint32_t k = 0; k < set->codes_count; k++) {
            const struct model_code *one = model_code_row(e->model, set->codes_first + k);
            codes = explain_joined(e, codes, code(e, one->code), false);
        }
        LINE(e, 0, STR("| "), code(e, set->name), STR(" | "), cell_of(e, set->label), STR(" | "),
             codes, STR(" | "), cell_of(e, set->source), STR(" | "),
             set->verified ? STR("yes") : STR("no"), STR(" |"));
    }
}

static void page_data(struct explainer *e)
{
    LINE(e, 0, STR("# What is recorded"));
    for (uint32_t i = 0; i < model_entity_total(e->model); i++) {
        page_entity(e, model_entity_row(e->model, i));
    }
    page_codes(e);
}

/* ---- who may do what ------------------------------------------------------------------------ */

static struct str verb_mark(struct explainer *e, uint32_t class, uint32_t role, uint32_t verb)
{
    struct str scopes = {0};
    for (uint32_t i = 0; i < model_grant_total(e->model); i++) {
        const struct model_grant *grant = model_grant_row(e->model, i);
        if (grant->class == class && grant->role == role && (grant->verbs >> verb & 1)) {
            struct str scope = str_from(model_set_shape(MODEL_SET_scope)->words[grant->scope].name);
            scopes = explain_joined(e, scopes, scope, false);
        }
    }
    return scopes;
}

static void page_class(struct explainer *e, uint32_t class)
{
    const struct model_record_class *shape = model_record_class_row(e->model, class);
    TITLE(e, STR("##"), explain_called(e, shape->label, shape->name));
    buf_add(&e->out, STR("| role |"));
    for (uint32_t verb = 0; verb < VERB__COUNT; verb++) {
        BUF_ADD(&e->out, STR(" "), str_from(model_set_shape(MODEL_SET_verb)->words[verb].name),
                STR(" |"));
    }
    buf_add(&e->out, STR("\n|---|"));
    for (uint32_t verb = 0; verb < VERB__COUNT; verb++) {
        buf_add(&e->out, STR("---|"));
    }
    buf_byte(&e->out, '\n');
    for (uint32_t role = 0; role < model_role_total(e->model); role++) {
        BUF_ADD(&e->out, STR("| "), code(e, model_role_row(e->model, role)->name), STR(" |"));
        for (uint32_t verb = 0; verb < VERB__COUNT; verb++) {
            BUF_ADD(&e->out, STR(" "), verb_mark(e, class, role, verb), STR(" |"));
        }
        buf_byte(&e->out, '\n');
    }
}

static struct str from_states(struct explainer *e, const struct model_transition *step)
{
    struct str from = {0};
    for (uint32_t i = 0; i < step->from_count; i++) {
        uint32_t state = model_transition_from_row(e->model, step->from_first + i)->state;
        from = explain_joined(e, from, code(e, model_state_row(e->model, state)->name), false);
    }
    return from;
}

static struct str roles_of(struct explainer *e, const struct model_decider *decider)
{
    struct str roles = {0};
    for (uint32_t i = 0; i < decider->roles_count; i++) {
        uint32_t role = model_decider_role_row(e->model, decider->roles_first + i)->role;
        roles = explain_joined(e, roles, code(e, model_role_row(e->model, role)->name), false);
    }
    return roles;
}

/* In which states a record can be changed, and who may take it to another. */
static void page_steps(struct explainer *e, uint32_t row)
{
    const struct model_entity *entity = model_entity_row(e->model, row);
    struct str editable = {0};
    for (uint32_t i = 0; i < entity->states_count; i++) {
        const struct model_state *state = model_state_row(e->model, entity->states_first + i);
        editable =
            state->editable ? explain_joined(e, editable, code(e, state->name), false) : editable;
    }
    TITLE(e, STR("###"), explain_called(e, entity->label, entity->name));
    LINE(e, 0, STR("Class "), code(e, model_record_class_row(e->model, entity->class)->name),
         entity->states_count > 0 ? STR("; can be changed while ") : STR("; can always be changed"),
         editable, STR("."));
    buf_byte(&e->out, '\n');
    LINE(e, 0, STR("| step | from | to | who decides | roles | records |"));
    LINE(e, 0, STR("|---|---|---|---|---|---|"));
    for (uint32_t i = 0; i < model_transition_total(e->model); i++) {
        const struct model_transition *step = model_transition_row(e->model, i);
        const struct model_decider *decider = model_decider_row(e->model, step->decider);
        if (step->entity == row) {
            LINE(e, 0, STR("| "), code(e, step->name), STR(" | "), from_states(e, step), STR(" | "),
                 step->to == MODEL_NONE ? STR("")
                                        : code(e, model_state_row(e->model, step->to)->name),
                 STR(" | "), cell_of(e, decider->label), STR(" | "), roles_of(e, decider),
                 STR(" | "), model_scope_words((enum model_scope)decider->scope), STR(" |"));
        }
    }
}

static void page_access(struct explainer *e)
{
    LINE(e, 0, STR("# Who may do what"));
    buf_byte(&e->out, '\n');
    LINE(e, 0, STR("Nothing else is granted. A cell names the records a role may do it with."));
    for (uint32_t class = 0; class < model_record_class_total(e->model); class ++) {
        page_class(e, class);
    }
    TITLE(e, STR("##"), STR("Steps"));
    for (uint32_t i = 0; i < model_entity_total(e->model); i++) {
        page_steps(e, i);
    }
}

/* ---- by when -------------------------------------------------------------------------------- */

static void page_clocks(struct explainer *e)
{
    LINE(e, 0, STR("# What is due when"));
    buf_byte(&e->out, '\n');
    LINE(e, 0, STR("| rule | clock | about | basis | source | confirmed |"));
    LINE(e, 0, STR("|---|---|---|---|---|---|"));
    for (uint32_t i = 0; i < model_clock_total(e->model); i++) {
        const struct model_clock *clock = model_clock_row(e->model, i);
        LINE(e, 0, STR("| "), explain_text(e, clock->id), STR(" | "), cell_of(e, clock->label),
             STR(" | "), code(e, model_entity_row(e->model, clock->entity)->name), STR(" | "),
             str_from(model_set_shape(MODEL_SET_clock_basis)->words[clock->basis].name), STR(" | "),
             cell_of(e, clock->source), STR(" | "), clock->verified ? STR("yes") : STR("no"),
             STR(" |"));
    }
    for (uint32_t i = 0; i < model_clock_total(e->model); i++) {
        const struct model_clock *clock = model_clock_row(e->model, i);
        TITLE(e, STR("##"), explain_called(e, clock->label, clock->name));
        LINE(e, 0, STR("```text"));
        explain_clock(e, i);
        LINE(e, 0, STR("```"));
    }
}

/* ---- pages ---------------------------------------------------------------------------------- */

static const struct {
    struct str name;
    void (*write)(struct explainer *e);
} pages[] = {
    {STR_INIT("access"), page_access},
    {STR_INIT("clocks"), page_clocks},
    {STR_INIT("data"),   page_data  },
};

struct str explain_page(struct arena *arena, const struct model *model, struct str name)
{
    struct explainer e = {.arena = arena, .model = model};
    buf_init(&e.out, arena, PAGE_MAX);
    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
        if (str_eq(name, pages[i].name)) {
            pages[i].write(&e);
        }
    }
    return buf_str(&e.out);
}

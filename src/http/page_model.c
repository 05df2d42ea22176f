/* What the practice model says, for those who work with it: no password of a programmer between a
 * worker and the rule. */
#include "http/page.h"

#include "compile/explain.h"
#include "template_explain.h"
#include "template_model.h"

#define INDENT_MAX 4u

/* ---- the list of what is declared ---- */

/* A kind of declarations, and what the list says of one. */
struct declared {
    struct str label, name, help, source;
    bool doubtful; /* a number nobody has confirmed */
};

struct kind {
    struct str name, title; /* in addresses; for people */
    uint32_t (*total)(const struct model *model);
    struct declared (*row)(const struct model *model, uint32_t row);
};

static struct declared entity_row(const struct model *model, uint32_t row)
{
    const struct model_entity *entity = model_entity_row(model, row);
    return (struct declared){model_text(model, entity->label), model_text(model, entity->name),
                             model_text(model, entity->help), model_text(model, entity->source),
                             false};
}

static struct declared clock_row(const struct model *model, uint32_t row)
{
    const struct model_clock *clock = model_clock_row(model, row);
    return (struct declared){model_text(model, clock->label), model_text(model, clock->name),
                             model_text(model, clock->help), model_text(model, clock->source),
                             !clock->verified};
}

static struct declared decider_row(const struct model *model, uint32_t row)
{
    const struct model_decider *decider = model_decider_row(model, row);
    return (struct declared){model_text(model, decider->label), model_text(model, decider->name),
                             model_text(model, decider->say), STR(""), false};
}

static struct declared fact_row(const struct model *model, uint32_t row)
{
    const struct model_fact *fact = model_fact_row(model, row);
    return (struct declared){model_text(model, fact->label), model_text(model, fact->name),
                             model_text(model, fact->help), model_text(model, fact->source), false};
}

static struct declared role_row(const struct model *model, uint32_t row)
{
    const struct model_role *role = model_role_row(model, row);
    return (struct declared){model_text(model, role->label), model_text(model, role->name),
                             model_text(model, role->help), STR(""), false};
}

static struct declared class_row(const struct model *model, uint32_t row)
{
    const struct model_record_class *class = model_record_class_row(model, row);
    return (struct declared){model_text(model, class->label), model_text(model, class->name),
                             model_visibility_words((enum model_visibility) class->visibility),
                             model_text(model, class->source), false};
}

static struct declared scheme_row(const struct model *model, uint32_t row)
{
    const struct model_scheme *scheme = model_scheme_row(model, row);
    return (struct declared){model_text(model, scheme->label), model_text(model, scheme->name),
                             model_text(model, scheme->help), STR(""), false};
}

static struct declared code_set_row(const struct model *model, uint32_t row)
{
    const struct model_code_set *set = model_code_set_row(model, row);
    return (struct declared){model_text(model, set->label), model_text(model, set->name), STR(""),
                             model_text(model, set->source), !set->verified};
}

static const struct kind kinds[] = {
    {STR_INIT("entity"),   STR_INIT("What is recorded"),      model_entity_total,       entity_row  },
    {STR_INIT("clock"),    STR_INIT("What is due, and when"), model_clock_total,        clock_row   },
    {STR_INIT("decider"),  STR_INIT("Who decides"),           model_decider_total,      decider_row },
    {STR_INIT("role"),     STR_INIT("Roles"),                 model_role_total,         role_row    },
    {STR_INIT("class"),    STR_INIT("How confidential"),      model_record_class_total, class_row   },
    {STR_INIT("fact"),     STR_INIT("Facts"),                 model_fact_total,         fact_row    },
    {STR_INIT("scheme"),   STR_INIT("Choices of an agency"),  model_scheme_total,       scheme_row  },
    {STR_INIT("code_set"), STR_INIT("Code tables"),           model_code_set_total,     code_set_row},
};

enum index_column {
    MODEL_COLUMN_WHAT,
    MODEL_COLUMN_HELP,
    MODEL_COLUMN_SOURCE,
    MODEL_COLUMN__COUNT
};

static struct index_part make_part(struct request *request, const struct kind *kind)
{
    static const struct column columns[MODEL_COLUMN__COUNT] = {
        [MODEL_COLUMN_WHAT] = {STR_INIT("What"),           false},
        [MODEL_COLUMN_HELP] = {STR_INIT("In plain words"), false},
        [MODEL_COLUMN_SOURCE] = {STR_INIT("Source"),         false},
    };
    struct arena *arena = &request->arena;
    uint32_t total = kind->total(request->model);
    struct cell *cells = ARENA_ARRAY(arena, (size_t)total * MODEL_COLUMN__COUNT, struct cell);
    for (uint32_t i = 0; i < total; i++) {
        struct declared row = kind->row(request->model, i);
        struct cell *line = &cells[(size_t)i * MODEL_COLUMN__COUNT];
        line[MODEL_COLUMN_WHAT].text = row.label.n > 0 ? row.label : row.name;
        line[MODEL_COLUMN_WHAT].to = URL(arena, STR("model"), kind->name, row.name);
        line[MODEL_COLUMN_HELP].text = row.help;
        line[MODEL_COLUMN_SOURCE].text = row.source;
        if (row.doubtful) {
            line[MODEL_COLUMN_SOURCE].tag = (struct tag){STR("Not confirmed"), TONE_WATCH};
        }
    }
    return (struct index_part){
        .id = kind->name,
        .title = kind->title,
        .table = {.caption = kind->title,
                  .columns = columns,
                  .columns_count = MODEL_COLUMN__COUNT,
                  .cells = cells,
                  .rows_count = total}
    };
}

enum handled page_model(struct request *request)
{
    struct html html;
    struct index_part parts[ARRAY_LENGTH(kinds)];
    const struct model *model = request->model;
    const struct model_model *row = model_model_row(model, 0);
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        parts[i] = make_part(request, &kinds[i]);
    }
    struct template_frame frame = page_frame(request, &(struct page){.title = STR("The model")});
    page_begin(request, &html);
    template_model(&html, &(struct template_model){
                              .frame = &frame,
                              .title = STR("The practice model"),
                              .about = STR_JOIN(&request->arena, model_text(model, row->label),
                                                STR(", version "), model_text(model, row->version),
                                                STR(". This is what Hearth goes by.")),
                              .parts = parts,
                              .parts_count = ARRAY_LENGTH(parts)});
    return page_end(request, &html, 200);
}

/* ---- one of them ---- */

/* The explanation is text whose indent is two blanks a level. */
static size_t split_lines(struct arena *arena, struct str words, struct words_line **ret_lines)
{
    LIST(struct words_line) lines = {0};
    struct str line;
    while (str_split(&words, '\n', &line)) {
        size_t blanks = 0;
        while (blanks < line.n && line.p[blanks] == ' ') {
            blanks++;
        }
        struct words_line made = {(unsigned)(blanks / 2), str_slice(line, blanks, line.n)};
        made.indent = made.indent < INDENT_MAX ? made.indent : INDENT_MAX;
        if (str_starts(made.text, STR("- "))) {
            made.text = STR_JOIN(arena, STR("\u2022 "), str_slice(made.text, 2, made.text.n));
        }
        if (made.text.n > 0) {
            LIST_PUSH(arena, &lines, made);
        }
    }
    *ret_lines = lines.items;
    return lines.count;
}

static const struct kind *kind_named(struct str name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (str_eq(kinds[i].name, name)) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* The label of what is explained, or its name. */
static struct str title_of(const struct model *model, const struct kind *kind, struct str name)
{
    for (uint32_t i = 0; i < kind->total(model); i++) {
        struct declared row = kind->row(model, i);
        if (str_eq(row.name, name) && row.label.n > 0) {
            return row.label;
        }
    }
    return name;
}

enum handled page_model_explain(struct request *request)
{
    struct html html;
    struct words_line *lines;
    const struct kind *kind = kind_named(request->parameters[0]);
    struct str name = request->parameters[1];
    struct str words = explain_name(&request->arena, request->model, name);
    if (!kind || words.n == 0) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    struct str title = title_of(request->model, kind, name);
    struct template_frame frame = page_frame(request, &(struct page){.title = title});
    struct template_explain page = {
        .frame = &frame,
        .title = title,
        .back = {STR("All of the model"), URL_FIXED("/model"), false}
    };
    page.lines_count = split_lines(&request->arena, words, &lines);
    page.lines = lines;
    page_begin(request, &html);
    template_explain(&html, &page);
    return page_end(request, &html, 200);
}

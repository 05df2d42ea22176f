/* What the practice model says, for those who work with it: no password of a programmer between a
 * worker and the rule. By a word it is the data dictionary: also questions and codes are found. */
#include "http/page.h"

#include "compile/explain.h"
#include "template_explain.h"
#include "template_model.h"

#define INDENT_MAX 4u
#define WORD_MAX 60u

/* ---- the list of what is declared ---- */

/* What the list says of a declaration. */
struct declared {
    struct str label, name, help, source;
    bool doubtful;         /* a number nobody has confirmed */
    struct str within, of; /* a field's record, a code's table: its label and its name */
};

struct kind {
    struct str name, title; /* in addresses; for people */
    uint32_t (*total)(const struct model *model);
    struct declared (*row)(const struct model *model, uint32_t row);
};

static struct declared entity_row(const struct model *model, uint32_t row)
{
    const struct model_entity *entity = model_entity_row(model, row);
    return (struct declared){.label = model_text(model, entity->label),
                             .name = model_text(model, entity->name),
                             .help = model_text(model, entity->help),
                             .source = model_text(model, entity->source)};
}

static struct declared clock_row(const struct model *model, uint32_t row)
{
    const struct model_clock *clock = model_clock_row(model, row);
    return (struct declared){.label = model_text(model, clock->label),
                             .name = model_text(model, clock->name),
                             .help = model_text(model, clock->help),
                             .source = model_text(model, clock->source),
                             .doubtful = !clock->verified};
}

static struct declared decider_row(const struct model *model, uint32_t row)
{
    const struct model_decider *decider = model_decider_row(model, row);
    return (struct declared){.label = model_text(model, decider->label),
                             .name = model_text(model, decider->name),
                             .help = model_text(model, decider->say)};
}

static struct declared fact_row(const struct model *model, uint32_t row)
{
    const struct model_fact *fact = model_fact_row(model, row);
    return (struct declared){.label = model_text(model, fact->label),
                             .name = model_text(model, fact->name),
                             .help = model_text(model, fact->help),
                             .source = model_text(model, fact->source)};
}

static struct declared role_row(const struct model *model, uint32_t row)
{
    const struct model_role *role = model_role_row(model, row);
    return (struct declared){.label = model_text(model, role->label),
                             .name = model_text(model, role->name),
                             .help = model_text(model, role->help)};
}

static struct declared class_row(const struct model *model, uint32_t row)
{
    const struct model_record_class *class = model_record_class_row(model, row);
    return (struct declared){.label = model_text(model, class->label),
                             .name = model_text(model, class->name),
                             .help =
                                 model_visibility_words((enum model_visibility) class->visibility),
                             .source = model_text(model, class->source)};
}

static struct declared scheme_row(const struct model *model, uint32_t row)
{
    const struct model_scheme *scheme = model_scheme_row(model, row);
    return (struct declared){.label = model_text(model, scheme->label),
                             .name = model_text(model, scheme->name),
                             .help = model_text(model, scheme->help)};
}

static struct declared code_set_row(const struct model *model, uint32_t row)
{
    const struct model_code_set *set = model_code_set_row(model, row);
    return (struct declared){.label = model_text(model, set->label),
                             .name = model_text(model, set->name),
                             .source = model_text(model, set->source),
                             .doubtful = !set->verified};
}

/* Of what every record has, nothing. */
static struct declared field_row(const struct model *model, uint32_t row)
{
    const struct model_field *field = model_field_row(model, row);
    const struct model_entity *entity = model_entity_row(model, field->entity);
    if (field->kernel) {
        return (struct declared){.label = STR("")};
    }
    return (struct declared){.label = model_text(model, field->label),
                             .name = model_text(model, field->name),
                             .help = model_text(model, field->help),
                             .source = model_text(model, field->source),
                             .within = model_text(model, entity->label),
                             .of = model_text(model, entity->name)};
}

static struct declared code_row(const struct model *model, uint32_t row)
{
    const struct model_code *code = model_code_row(model, row);
    const struct model_code_set *set = model_code_set_row(model, code->set);
    return (struct declared){.label = model_text(model, code->label),
                             .name = model_text(model, code->code),
                             .help = model_text(model, code->help),
                             .source = model_text(model, code->source),
                             .within = model_text(model, set->label),
                             .of = model_text(model, set->name)};
}

enum {
    KIND_ENTITY,
    KIND_CLOCK,
    KIND_DECIDER,
    KIND_ROLE,
    KIND_CLASS,
    KIND_FACT,
    KIND_SCHEME,
    KIND_CODE_SET,
    KIND__LISTED, /* what follows is too much to list: it is found by a word */
    KIND_FIELD = KIND__LISTED,
    KIND_CODE,
    KIND__COUNT
};

static const struct kind kinds[KIND__COUNT] = {
    [KIND_ENTITY] = {STR_INIT("entity"),   STR_INIT("What is recorded"),      model_entity_total,
                     entity_row                                                                                 },
    [KIND_CLOCK] = {STR_INIT("clock"),    STR_INIT("What is due, and when"), model_clock_total,
                     clock_row                                                                                  },
    [KIND_DECIDER] = {STR_INIT("decider"),  STR_INIT("Who decides"),           model_decider_total,
                     decider_row                                                                                },
    [KIND_ROLE] = {STR_INIT("role"),     STR_INIT("Roles"),                 model_role_total,         role_row},
    [KIND_CLASS] = {STR_INIT("class"),    STR_INIT("How confidential"),      model_record_class_total,
                     class_row                                                                                  },
    [KIND_FACT] = {STR_INIT("fact"),     STR_INIT("Facts"),                 model_fact_total,         fact_row},
    [KIND_SCHEME] = {STR_INIT("scheme"),   STR_INIT("Choices of an agency"),  model_scheme_total,
                     scheme_row                                                                                 },
    [KIND_CODE_SET] = {STR_INIT("code_set"), STR_INIT("Code tables"),           model_code_set_total,
                     code_set_row                                                                               },
    [KIND_FIELD] = {STR_INIT("field"),    STR_INIT("Questions and answers"), model_field_total,
                     field_row                                                                                  },
    [KIND_CODE] = {STR_INIT("code"),     STR_INIT("Codes"),                 model_code_total,         code_row},
};

/* ---- looking for a word ---- */

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Without regard to the capitals of ASCII: the model's words are English. */
static bool has_word(struct str text, struct str word)
{
    for (size_t at = 0; at + word.n <= text.n; at++) {
        size_t n = 0;
        while (n < word.n && folded(text.p[at + n]) == folded(word.p[n])) {
            n++;
        }
        if (n == word.n) {
            return true;
        }
    }
    return false;
}

static bool is_found(const struct declared *row, struct str word)
{
    return row->label.n > 0 && (has_word(row->label, word) || has_word(row->name, word) ||
                                has_word(row->help, word) || has_word(row->source, word));
}

enum index_column {
    MODEL_COLUMN_WHAT,
    MODEL_COLUMN_HELP,
    MODEL_COLUMN_SOURCE,
    MODEL_COLUMN__COUNT
};

/* A field or code leads to what it is a part of. */
static struct url row_url(struct arena *arena, const struct kind *kind, const struct declared *row)
{
    if (kind == &kinds[KIND_FIELD]) {
        return URL(arena, STR("model"), kinds[KIND_ENTITY].name, row->of);
    }
    return kind == &kinds[KIND_CODE] ? URL(arena, STR("model"), kinds[KIND_CODE_SET].name, row->of)
                                     : URL(arena, STR("model"), kind->name, row->name);
}

static void fill_line(struct arena *arena, const struct kind *kind, const struct declared *row,
                      struct cell *line)
{
    line[MODEL_COLUMN_WHAT].text = row->label.n > 0 ? row->label : row->name;
    line[MODEL_COLUMN_WHAT].to = row_url(arena, kind, row);
    line[MODEL_COLUMN_HELP].text = row->help;
    if (row->within.n > 0) {
        line[MODEL_COLUMN_HELP].text =
            STR_JOIN(arena, row->within, row->help.n > 0 ? STR(": ") : STR(""), row->help);
    }
    line[MODEL_COLUMN_SOURCE].text = row->source;
    if (row->doubtful) {
        line[MODEL_COLUMN_SOURCE].tag = (struct tag){STR("Not confirmed"), TONE_WATCH};
    }
}

/* All of a kind, or what the word is found in. */
static struct index_part make_part(struct request *request, const struct kind *kind,
                                   struct str word)
{
    static const struct column columns[MODEL_COLUMN__COUNT] = {
        [MODEL_COLUMN_WHAT] = {STR_INIT("What"),           false},
        [MODEL_COLUMN_HELP] = {STR_INIT("In plain words"), false},
        [MODEL_COLUMN_SOURCE] = {STR_INIT("Source"),         false},
    };
    struct arena *arena = &request->arena;
    uint32_t total = kind->total(request->model);
    struct cell *cells = ARENA_ARRAY(arena, (size_t)total * MODEL_COLUMN__COUNT, struct cell);
    size_t count = 0;
    for (uint32_t i = 0; i < total; i++) {
        struct declared row = kind->row(request->model, i);
        if (word.n == 0 || is_found(&row, word)) {
            fill_line(arena, kind, &row, &cells[count++ * MODEL_COLUMN__COUNT]);
        }
    }
    return (struct index_part){
        .id = kind->name,
        .title = kind->title,
        .table = {.caption = kind->title,
                  .columns = columns,
                  .columns_count = MODEL_COLUMN__COUNT,
                  .cells = cells,
                  .rows_count = count,
                  .quiet = true}
    };
}

/* With ?find= it is the data dictionary of the staff. */
enum handled page_model(struct request *request)
{
    struct html html;
    struct index_part parts[KIND__COUNT];
    size_t count = 0;
    const struct model *model = request->model;
    const struct model_model *row = model_model_row(model, 0);
    struct str word = str_trim(request_query(request, STR("find")));
    word = str_slice(word, 0, WORD_MAX);
    for (size_t i = 0; i < (word.n > 0 ? (size_t)KIND__COUNT : (size_t)KIND__LISTED); i++) {
        parts[count] = make_part(request, &kinds[i], word);
        count += word.n == 0 || parts[count].table.rows_count > 0 ? 1 : 0;
    }
    struct template_frame frame = page_frame(request, &(struct page){.title = STR("The model")});
    page_begin(request, &html);
    template_model(&html, &(struct template_model){
                              .frame = &frame,
                              .title = STR("The practice model"),
                              .about = STR_JOIN(&request->arena, model_text(model, row->label),
                                                STR(", version "), model_text(model, row->version),
                                                STR(". This is what Hearth goes by.")),
                              .word = word,
                              .parts = parts,
                              .parts_count = count});
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
    for (size_t i = 0; i < KIND__LISTED; i++) {
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

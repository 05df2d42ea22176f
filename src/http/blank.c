#include "http/blank.h"

#include "html/view.h"
#include "http/page_words.h"
#include "service/language.h"
#include "service/sheet_words.h"

enum {
    TABLE_COLUMNS = 5, /* of rows that are a table; wider ones are blocks of questions */
    TABLE_CODES = 3,   /* to tick in a cell */
    TABLE_ROWS = 4,
    BLOCKS = 2,
    BLOCK_CODES = 14, /* to tick in a block; of a longer table the answer is written */
    SIGNERS = 6,
    HALF_CODES = 4,        /* to tick in half a line */
    TEXT_LINE = 120,       /* characters to a line of a text ... */
    TEXT_LINES = 4,        /* ... and lines at most */
    NARRATIVE_LEAST = 3,   /* lines ... */
    NARRATIVE_LINE = 1000, /* ... and one more for so many characters */
    NARRATIVE_LINES = 12,
};

/* A sheet being written, part by part. */
struct writing {
    struct request *request;
    uint32_t language, form;
    struct record *record;  /* a new one, as which codes are offered */
    struct sheet_part part; /* to be closed */
    LIST(struct sheet_part) parts;
    LIST(struct sheet_field) fields; /* of the part */
};

static const struct model_field *field_of(const struct writing *writing, uint32_t field)
{
    return model_field_row(writing->request->model, field);
}

static struct str said(const struct writing *writing, enum word word)
{
    return sheet_said(&writing->request->set, writing->language, word);
}

static struct str text_of(const struct writing *writing, uint32_t text)
{
    return sheet_text(&writing->request->set, writing->language, text);
}

/* ---- parts ---- */

/* rows: what follows stands under its heading, also when nothing else does. */
static void close_part(struct writing *writing, bool rows)
{
    struct sheet_part *part = &writing->part;
    part->kind = SHEET_FIELDS;
    part->fields = writing->fields.items;
    part->fields_count = writing->fields.count;
    if (part->fields_count > 0 || part->text.n > 0 || (rows && part->heading.n > 0)) {
        LIST_PUSH(&writing->request->arena, &writing->parts, *part);
    }
    *part = (struct sheet_part){.kind = SHEET_FIELDS};
    writing->fields.items = NULL;
    writing->fields.count = writing->fields.room = 0;
}

static void begin_part(struct writing *writing, struct str heading, struct str text, unsigned level)
{
    close_part(writing, false);
    writing->part.heading = heading;
    writing->part.text = text;
    writing->part.level = level;
}

/* ---- room for an answer ---- */

struct ticks {
    struct str *items;
    size_t count;
};

/* The codes of a field that may be chosen today. */
static struct ticks codes_of(struct writing *writing, uint32_t field)
{
    struct request *request = writing->request;
    const struct model_code_set *set =
        model_code_set_row(request->model, field_of(writing, field)->code_set);
    struct ticks ticks = {ARENA_ARRAY(&request->arena, set->codes_count, struct str), 0};
    for (uint32_t i = set->codes_first; i < set->codes_first + set->codes_count; i++) {
        if (input_offers_code(&request->set, writing->record, field, i)) {
            ticks.items[ticks.count++] = text_of(writing, model_code_row(request->model, i)->label);
        }
    }
    return ticks;
}

/* What can be ticked instead of an answer. */
static struct ticks ticks_of(struct writing *writing, uint32_t field)
{
    struct arena *arena = &writing->request->arena;
    struct ticks ticks = {0};
    switch ((enum model_field_kind)field_of(writing, field)->kind) {
    case FIELD_YES_NO:
        ticks.items = ARENA_ARRAY(arena, 2, struct str);
        ticks.items[ticks.count++] = said(writing, WORD_YES);
        ticks.items[ticks.count++] = said(writing, WORD_NO);
        return ticks;
    case FIELD_CODE:
    case FIELD_CODES:
        return codes_of(writing, field);
    case FIELD_ATTACHMENT:
        ticks.items = ARENA_ARRAY(arena, 1, struct str);
        ticks.items[ticks.count++] = said(writing, WORD_PAPER_ATTACHED);
        return ticks;
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
    case FIELD_DATE:
    case FIELD_DATETIME:
    case FIELD_REFERENCE:
    case FIELD_ROW:
    case FIELD_SIGNATURE:
    case FIELD__COUNT:
        break;
    }
    return ticks;
}

/* The declared reasons why there is no answer, behind what can be ticked. */
static struct ticks with_non_answers(struct writing *writing, uint32_t field, struct ticks ticks)
{
    struct arena *arena = &writing->request->arena;
    struct ticks all = {ARENA_ARRAY(arena, ticks.count + NON_ANSWER__COUNT, struct str), 0};
    for (size_t i = 0; i < ticks.count; i++) {
        all.items[all.count++] = ticks.items[i];
    }
    for (uint32_t why = 0; why < NON_ANSWER__COUNT; why++) {
        if ((field_of(writing, field)->non_answers & (1u << why)) != 0) {
            struct str words = language_text(writing->request->model, writing->language,
                                             model_non_answer_words(why));
            all.items[all.count++] = page_capital(arena, words);
        }
    }
    return all;
}

/* Lines in proportion to what may be written. */
static unsigned lines_of(const struct model_field *shape)
{
    int64_t most = shape->most;
    switch ((enum model_field_kind)shape->kind) {
    case FIELD_TEXT:
        most = (most + TEXT_LINE - 1) / TEXT_LINE;
        return (unsigned)(most < 1 ? 1 : most > TEXT_LINES ? TEXT_LINES : most);
    case FIELD_NARRATIVE:
        most = NARRATIVE_LEAST + most / NARRATIVE_LINE;
        return (unsigned)(most > NARRATIVE_LINES ? NARRATIVE_LINES : most);
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
    case FIELD_REFERENCE:
    case FIELD_ROW:
    case FIELD_SIGNATURE:
        return 1;
    case FIELD_YES_NO:
    case FIELD_DATE:
    case FIELD_DATETIME:
    case FIELD_CODE:
    case FIELD_CODES:
    case FIELD_ATTACHMENT:
    case FIELD__COUNT:
        break;
    }
    return 0;
}

static struct str boxes_of(const struct writing *writing, const struct model_field *shape)
{
    if (shape->kind == FIELD_DATE) {
        return said(writing, WORD_PAPER_DAY);
    }
    if (shape->kind == FIELD_DATETIME) {
        return said(writing, WORD_PAPER_MOMENT);
    }
    return model_text(writing->request->model, shape->format);
}

/* ---- questions ---- */

/* Asked on this form: not computed, not set by another step, not what the kernel keeps. */
static bool is_asked(const struct writing *writing, uint32_t field)
{
    const struct model_field *shape = field_of(writing, field);
    bool other = shape->by != MODEL_NONE &&
                 model_transition_row(writing->request->model, shape->by)->form != writing->form;
    return !shape->kernel && !shape->hidden && shape->derived == MODEL_NONE && !other;
}

static struct str label_of(const struct writing *writing, uint32_t field, uint32_t own)
{
    struct str label = text_of(writing, own);
    label = label.n > 0 ? label : text_of(writing, field_of(writing, field)->label);
    return label.n > 0 ? label
                       : model_text(writing->request->model, field_of(writing, field)->name);
}

static struct str help_of(const struct writing *writing, uint32_t field)
{
    const struct model_field *shape = field_of(writing, field);
    struct str help = text_of(writing, shape->help);
    struct str applies = shape->relevant == MODEL_NONE ? STR("") : said(writing, WORD_PAPER_IF);
    return applies.n == 0
               ? help
               : STR_JOIN(&writing->request->arena, applies, help.n > 0 ? STR(" ") : STR(""), help);
}

static void add_question(struct writing *writing, uint32_t field, uint32_t label, bool half,
                         size_t codes_most)
{
    const struct model_field *shape = field_of(writing, field);
    if (!is_asked(writing, field)) {
        return;
    }
    struct ticks ticks = ticks_of(writing, field);
    struct sheet_field question = {.label = label_of(writing, field, label),
                                   .help = help_of(writing, field),
                                   .boxes = boxes_of(writing, shape),
                                   .lines = lines_of(shape)};
    if (ticks.count > codes_most) {
        ticks.count = 0;
        question.lines = 1;
    }
    question.lines = question.boxes.n > 0 ? 0 : question.lines;
    ticks = with_non_answers(writing, field, ticks);
    question.choices = ticks.items;
    question.choices_count = ticks.count;
    question.half = half && ticks.count <= HALF_CODES;
    LIST_PUSH(&writing->request->arena, &writing->fields, question);
    if (shape->who_asked) {
        LIST_PUSH(&writing->request->arena, &writing->fields,
                  ((struct sheet_field){
                      .label = said(writing, WORD_ASKED), .lines = 1, .half = question.half}));
    }
}

/* ---- rows ---- */

struct columns {
    uint32_t *fields;
    size_t count;
};

/* The fields of a row that the item asks for: those it names, else all. */
static struct columns columns_of(struct writing *writing, const struct model_form_item *item)
{
    struct request *request = writing->request;
    const struct model_list *list = model_list_row(request->model, item->list);
    struct columns columns = {ARENA_ARRAY(&request->arena, list->fields_count, uint32_t), 0};
    for (uint32_t i = list->fields_first; i < list->fields_first + list->fields_count; i++) {
        if (is_asked(writing, i) && view_item_has(request->model, item, i)) {
            columns.fields[columns.count++] = i;
        }
    }
    return columns;
}

static bool fits_a_cell(struct writing *writing, uint32_t field)
{
    const struct model_field *shape = field_of(writing, field);
    return shape->kind != FIELD_NARRATIVE && lines_of(shape) <= TEXT_LINES &&
           ticks_of(writing, field).count <= TABLE_CODES;
}

static bool is_table(struct writing *writing, const struct columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (!fits_a_cell(writing, columns->fields[i])) {
            return false;
        }
    }
    return columns->count <= TABLE_COLUMNS;
}

/* What can be ticked in a cell, one below the other. */
static struct str cell_of(struct writing *writing, uint32_t field)
{
    struct ticks ticks = ticks_of(writing, field);
    struct buf cell;
    buf_init(&cell, &writing->request->arena, SIZE_MAX);
    for (size_t i = 0; i < ticks.count; i++) {
        BUF_ADD(&cell, i > 0 ? STR("\n") : STR(""), STR("\u2610\u00a0"), ticks.items[i]);
    }
    return buf_str(&cell);
}

static void add_table(struct writing *writing, const struct columns *columns, size_t rows,
                      struct str heading, struct str help)
{
    struct arena *arena = &writing->request->arena;
    struct str *labels = ARENA_ARRAY(arena, columns->count, struct str);
    struct str *cells = ARENA_ARRAY(arena, columns->count * rows, struct str);
    for (size_t i = 0; i < columns->count; i++) {
        labels[i] = label_of(writing, columns->fields[i], 0);
        struct str cell = cell_of(writing, columns->fields[i]);
        for (size_t row = 0; row < rows; row++) {
            cells[row * columns->count + i] = cell;
        }
    }
    close_part(writing, true);
    struct sheet_part part = {
        .kind = SHEET_TABLE,
        .heading = heading,
        .text = help,
        .level = 3,
        .table = {labels, columns->count, cells, rows, true}
    };
    LIST_PUSH(arena, &writing->parts, part);
}

static void add_blocks(struct writing *writing, const struct columns *columns,
                       const struct model_list *list)
{
    struct arena *arena = &writing->request->arena;
    close_part(writing, true);
    for (int64_t block = 1; block <= BLOCKS; block++) {
        struct str help = block == 1 ? text_of(writing, list->help) : STR("");
        begin_part(writing,
                   STR_JOIN(arena, text_of(writing, list->row_label), STR(" "),
                            str_from_int(arena, block)),
                   help, 3);
        for (size_t i = 0; i < columns->count; i++) {
            enum model_field_kind kind = field_of(writing, columns->fields[i])->kind;
            add_question(writing, columns->fields[i], 0, kind != FIELD_NARRATIVE, BLOCK_CODES);
        }
    }
    begin_part(writing, STR(""), said(writing, WORD_PAPER_MORE), 3);
    close_part(writing, false);
}

/* The first field of a list of that kind, or MODEL_NONE. */
static uint32_t first_of(const struct writing *writing, uint32_t list, enum model_field_kind kind)
{
    const struct model_list *shape = model_list_row(writing->request->model, list);
    for (uint32_t i = shape->fields_first; i < shape->fields_first + shape->fields_count; i++) {
        if (field_of(writing, i)->kind == kind && !field_of(writing, i)->kernel) {
            return i;
        }
    }
    return MODEL_NONE;
}

/* Who signs, as whom, with room for the signature and the time. */
static void add_signatures(struct writing *writing, uint32_t list)
{
    static const enum model_field_kind kinds[] = {FIELD_TEXT, FIELD_CODE, FIELD_SIGNATURE,
                                                  FIELD_DATETIME};
    struct request *request = writing->request;
    const struct model_list *shape = model_list_row(request->model, list);
    struct str *labels = ARENA_ARRAY(&request->arena, ARRAY_LENGTH(kinds), struct str);
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        uint32_t field = first_of(writing, list, kinds[i]);
        if (field != MODEL_NONE) {
            labels[count++] = label_of(writing, field, 0);
        }
    }
    struct str *cells = ARENA_ARRAY(&request->arena, count * SIGNERS, struct str);
    for (size_t i = 0; i < count * SIGNERS; i++) {
        cells[i] = i % count == count - 1 ? STR("\n ") : STR(""); /* as high as a signature */
    }
    close_part(writing, true);
    struct sheet_part part = {
        .kind = SHEET_TABLE,
        .heading = text_of(writing, shape->label),
        .text = text_of(writing, shape->help),
        .table = {labels, count, cells, SIGNERS, true}
    };
    LIST_PUSH(&request->arena, &writing->parts, part);
}

static void add_rows(struct writing *writing, const struct model_form_item *item)
{
    const struct model_list *list = model_list_row(writing->request->model, item->list);
    struct columns columns = columns_of(writing, item);
    if (first_of(writing, item->list, FIELD_SIGNATURE) != MODEL_NONE) {
        add_signatures(writing, item->list);
    } else if (is_table(writing, &columns)) {
        size_t rows = list->most < TABLE_ROWS ? (size_t)list->most : TABLE_ROWS;
        add_table(writing, &columns, rows, text_of(writing, list->label),
                  text_of(writing, list->help));
    } else {
        add_blocks(writing, &columns, list);
    }
}

/* ---- the form ---- */

/* Whom it is about and its number, or room for them; who filled it in and when: with the day on
 * which it is entered these are the two times that are kept. */
static void add_head(struct writing *writing, const struct blank *blank)
{
    const struct sheet_field head[] = {
        {.label = said(writing, WORD_PAPER_ABOUT),  .answer = blank->about, .half = true},
        {.label = said(writing,                     WORD_PAPER_NUMBER),                   .answer = blank->number,   .half = true},
        {.label = said(writing,         WORD_PAPER_FILLED_ON),
         .boxes = said(writing,                           WORD_PAPER_MOMENT),
         .half = true},
        {.label = said(writing, WORD_PAPER_FILLED_BY), .half = true                                                     },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(head); i++) {
        struct sheet_field field = head[i];
        field.lines = field.answer.n == 0 && field.boxes.n == 0 ? 1 : 0;
        LIST_PUSH(&writing->request->arena, &writing->fields, field);
    }
}

static void add_item(struct writing *writing, const struct model_form_item *item)
{
    switch ((enum model_form_item_kind)item->kind) {
    case ITEM_SECTION:
        begin_part(writing, text_of(writing, item->label), text_of(writing, item->help), 2);
        break;
    case ITEM_FIELD:
        add_question(writing, item->field, item->label, item->width != WIDTH_FULL, SIZE_MAX);
        break;
    case ITEM_ROWS:
    case ITEM_GRID:
        add_rows(writing, item);
        break;
    case ITEM_NOTE:
        if (writing->fields.count > 0 || writing->part.text.n > 0) {
            begin_part(writing, STR(""), STR(""), 2);
        }
        writing->part.text = text_of(writing, item->label);
        break;
    case ITEM_TABLE: /* what is known stands on the screen */
    case ITEM_FACT:
    case ITEM__COUNT:
        break;
    }
}

/* A record of nobody in this worker's agency, whose codes are offered. */
static struct record *nobody(struct request *request, uint32_t entity)
{
    struct record *record = work_set_add(&request->set, entity, store_new_id(request->store));
    record->is_new = true;
    record->agency = request->actor.agency;
    record->created_at = request->set.now;
    return record;
}

void blank_sheet(struct request *request, const struct blank *blank, struct sheet *ret_sheet)
{
    const struct model *model = request->model;
    const struct model_form *form = model_form_row(model, blank->form);
    struct writing writing = {.request = request,
                              .language = blank->language,
                              .form = blank->form,
                              .record = nobody(request, form->entity)};
    uint32_t signatures = MODEL_NONE;
    const struct model_entity *entity = model_entity_row(model, form->entity);
    add_head(&writing, blank);
    for (uint32_t i = form->items_first; i < form->items_first + form->items_count; i++) {
        add_item(&writing, model_form_item_row(model, i));
    }
    for (uint32_t i = entity->lists_first; i < entity->lists_first + entity->lists_count; i++) {
        bool signs = first_of(&writing, i, FIELD_SIGNATURE) != MODEL_NONE;
        signatures = signs && signatures == MODEL_NONE ? i : signatures;
    }
    if (blank->signatures && signatures != MODEL_NONE) {
        add_signatures(&writing, signatures);
    }
    close_part(&writing, false);
    sheet_begin(&request->set, store_is_training(request->store), blank->language, ret_sheet);
    ret_sheet->title = blank->title.n > 0 ? blank->title : text_of(&writing, form->label);
    ret_sheet->intro = text_of(&writing, form->help);
    ret_sheet->foot =
        STR_JOIN(&request->arena, ret_sheet->title, STR(". "), said(&writing, WORD_PAPER_BLANK));
    ret_sheet->parts = writing.parts.items;
    ret_sheet->parts_count = writing.parts.count;
}

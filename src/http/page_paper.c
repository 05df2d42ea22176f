/* What is taken along on paper: the packs of a record and blank forms, chosen on a page that needs
 * no script, and made into one PDF. */
#include "base/map.h"
#include "http/connection.h"
#include "http/pack.h"
#include "http/page.h"
#include "rule/access.h"
#include "store/name_words.h"
#include "template_paper.h"

/* language, what is said, forms, and a field for each pack. */
#define FIELDS_MAX 16u

struct choosing {
    struct request *request;
    struct record *record; /* or NULL */
    struct field fields[FIELDS_MAX];
    size_t count;
    struct field forms;
};

/* ---- reading ---- */

/* The record of the address with what its packs load; NULL: the answer has been made. */
static struct record *read_record(struct request *request, struct str what,
                                  enum handled *ret_handled)
{
    uint32_t entity = page_entity(request, 0);
    struct uuid id;
    if (entity == MODEL_NONE || !page_id(request, 1, &id)) {
        *ret_handled = request_fail(request, STATUS_NOT_FOUND);
        return NULL;
    }
    struct record *record = page_read(request, entity, id, 0, 0, what, ret_handled);
    for (uint32_t pack = pack_next(request->model, entity, 0); record && pack != MODEL_NONE;
         pack = pack_next(request->model, entity, pack + 1)) {
        const struct model_pack *shape = model_pack_row(request->model, pack);
        if (!page_load(request, record, shape->loads_first, shape->loads_count, ret_handled)) {
            return NULL;
        }
    }
    return record;
}

/* ---- what can be chosen ---- */

/* Ticked before, when the page was asked for again to find a form. */
static bool is_ticked(const struct request *request, struct str name, struct str value)
{
    for (size_t i = 0; i < request->query.count; i++) {
        const struct input_pair *pair = &request->query.pairs[i];
        if (str_eq(pair->name, name) && str_eq(pair->value, value)) {
            return true;
        }
    }
    return false;
}

/* At first these, then what was ticked when the page was asked for again. */
static bool is_chosen(const struct request *request, struct str name, struct str value,
                      bool at_first)
{
    return request->query.count == 0 ? at_first : is_ticked(request, name, value);
}

static void add_field(struct choosing *choosing, struct field field)
{
    if (choosing->count < FIELDS_MAX && field.choices_count > 0) {
        choosing->fields[choosing->count++] = field;
    }
}

static struct str part_help(const struct model *model, const struct model_pack_part *part)
{
    if (part->form != MODEL_NONE) {
        return part->signatures ? STR("blank, with lines to sign on") : STR("blank");
    }
    (void)model;
    return part->large ? STR("as it is written, in large type") : STR("as it is written");
}

static void offer_packs(struct choosing *choosing)
{
    struct request *request = choosing->request;
    const struct model *model = request->model;
    uint32_t entity = choosing->record->subject.entity;
    for (uint32_t pack = pack_next(model, entity, 0); pack != MODEL_NONE;
         pack = pack_next(model, entity, pack + 1)) {
        const struct model_pack *shape = model_pack_row(model, pack);
        struct choice *choices = ARENA_ARRAY(&request->arena, shape->parts_count, struct choice);
        for (uint32_t i = 0; i < shape->parts_count; i++) {
            const struct model_pack_part *part = model_pack_part_row(model, shape->parts_first + i);
            struct str name = pack_part_name(&request->arena, model, pack, i);
            choices[i] = (struct choice){.value = name,
                                         .text = pack_part_label(model, part),
                                         .help = part_help(model, part),
                                         .chosen = is_chosen(request, STR("part"), name, true)};
        }
        add_field(choosing, (struct field){.control = CONTROL_CHECKBOXES,
                                           .name = STR("part"),
                                           .label = model_text(model, shape->label),
                                           .help = model_text(model, shape->help),
                                           .choices = choices,
                                           .choices_count = shape->parts_count});
    }
}

/* Of a record its own forms and those of its parts; without one all. */
static bool is_near(const struct model *model, const struct record *record, uint32_t entity)
{
    uint32_t parent = model_entity_row(model, entity)->parent;
    return !record || entity == record->subject.entity ||
           (parent != MODEL_NONE &&
            model_field_row(model, parent)->target == record->subject.entity);
}

/* Who never writes such a record has nothing to enter from its form. */
static bool may_write(const struct request *request, uint32_t entity)
{
    return access_somewhere(request->model, &request->actor, VERB_CREATE,
                            model_entity_row(request->model, entity)->class);
}

/* The stage of a step that has the form, or (of a step on its own) one about the same records. */
static struct str stage_with(const struct model *model, uint32_t form, bool same_records)
{
    for (uint32_t i = 0; i < model_workspace_step_total(model); i++) {
        const struct model_workspace_step *step = model_workspace_step_row(model, i);
        bool is_it = step->form == form;
        bool is_near_it =
            step->form != MODEL_NONE && step->collection != MODEL_NONE &&
            model_form_row(model, step->form)->entity == model_form_row(model, form)->entity;
        if ((is_it || (same_records && is_near_it)) && model_text(model, step->stage).n > 0) {
            return model_text(model, step->stage);
        }
    }
    return STR("");
}

/* The stage of the work in which the form is filled in; else the root that it belongs to. */
static struct str stage_of(const struct model *model, uint32_t form)
{
    uint32_t entity = model_form_row(model, form)->entity;
    struct str stage = stage_with(model, form, false);
    stage = stage.n > 0 ? stage : stage_with(model, form, true);
    return stage.n > 0
               ? stage
               : model_text(model,
                            model_entity_row(model, model_entity_row(model, entity)->root)->label);
}

/* What it is about, where neither its name nor the stage says so: "Sign" of a protective plan. */
static struct str form_help(const struct model *model, const struct model_form *form,
                            struct str stage)
{
    struct str about = model_text(model, model_entity_row(model, form->entity)->label);
    return str_eq(about, stage) || str_eq(about, model_text(model, form->label)) ? STR("") : about;
}

/* Whether one of the words of the form begins with what was looked for, whatever its capitals. */
static bool is_found(struct arena *arena, const struct model *model, const struct model_form *form,
                     struct str words)
{
    struct str texts[] = {model_text(model, form->label),
                          model_text(model, model_entity_row(model, form->entity)->label)};
    struct str line = name_line(arena, words);
    for (size_t i = 0; i < ARRAY_LENGTH(texts) && line.n > 0; i++) {
        if (str_find(name_line(arena, texts[i]), str_slice(line, 0, line.n - 1)) >= 0) {
            return true;
        }
    }
    return line.n == 0;
}

/* The forms of a stage that are found, and those that are ticked already. */
static void add_stage(struct choosing *choosing, struct str stage, struct choice *choices,
                      size_t *count)
{
    struct request *request = choosing->request;
    const struct model *model = request->model;
    struct str words = str_trim(request_query(request, STR("find")));
    for (uint32_t i = 0; i < model_form_total(model); i++) {
        const struct model_form *form = model_form_row(model, i);
        bool ticked = is_ticked(request, STR("form"), model_text(model, form->name));
        if (may_write(request, form->entity) && is_near(model, choosing->record, form->entity) &&
            str_eq(stage_of(model, i), stage) &&
            (ticked || is_found(&request->arena, model, form, words))) {
            choices[(*count)++] = (struct choice){.value = model_text(model, form->name),
                                                  .text = model_text(model, form->label),
                                                  .help = form_help(model, form, stage),
                                                  .chosen = ticked,
                                                  .section = stage};
        }
    }
}

static bool is_alone(const struct choice *choices, size_t count, size_t i)
{
    return (i == 0 || !str_eq(choices[i - 1].section, choices[i].section)) &&
           (i + 1 == count || !str_eq(choices[i + 1].section, choices[i].section));
}

/* A heading over a single form says little: those stand together at the end, each with the heading
 * it would have had. */
static struct choice *gather_single(struct arena *arena, const struct choice *choices, size_t count)
{
    struct choice *gathered = ARENA_ARRAY(arena, count, struct choice);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_alone(choices, count, i)) {
            gathered[at++] = choices[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (is_alone(choices, count, i)) {
            gathered[at] = choices[i];
            gathered[at].help =
                str_eq(choices[i].section, choices[i].text) ? choices[i].help : choices[i].section;
            gathered[at++].section = STR("Other forms");
        }
    }
    return gathered;
}

/* The stages in the order of the steps of the work, then what belongs to none. */
static void offer_forms(struct choosing *choosing)
{
    struct request *request = choosing->request;
    const struct model *model = request->model;
    struct map stages;
    size_t count = 0;
    uint32_t steps = model_workspace_step_total(model), forms = model_form_total(model);
    struct choice *choices = ARENA_ARRAY(&request->arena, forms, struct choice);
    map_init(&stages, &request->arena);
    for (uint32_t i = 0; i < steps + forms; i++) {
        struct str stage = i < steps ? model_text(model, model_workspace_step_row(model, i)->stage)
                                     : stage_of(model, i - steps);
        if (stage.n > 0 && map_add(&stages, stage, choosing)) {
            add_stage(choosing, stage, choices, &count);
        }
    }
    bool looked = str_trim(request_query(request, STR("find"))).n > 0;
    choosing->forms = (struct field){
        .control = CONTROL_CHECKBOXES,
        .name = STR("form"),
        .label = choosing->record != NULL ? STR("Other blank forms") : STR("Blank forms"),
        .help = count == 0 ? STR("No form has these words. Try fewer letters.") : STR(""),
        .choices = gather_single(&request->arena, choices, count),
        .choices_count = count,
        .folds = true,
        .opened = looked};
}

static void offer_languages(struct choosing *choosing)
{
    struct request *request = choosing->request;
    const struct model *model = request->model;
    uint32_t total = model_language_total(model);
    struct choice *choices = ARENA_ARRAY(&request->arena, total + 1, struct choice);
    choices[0] = (struct choice){.text = STR("English"),
                                 .chosen = request_query(request, STR("language")).n == 0};
    for (uint32_t i = 0; i < total; i++) {
        const struct model_language *language = model_language_row(model, i);
        struct str name = model_text(model, language->name);
        choices[i + 1] =
            (struct choice){.value = name,
                            .text = model_text(model, language->label),
                            .chosen = is_chosen(request, STR("language"), name, false)};
    }
    add_field(choosing,
              (struct field){.control = CONTROL_RADIOS,
                             .name = STR("language"),
                             .label = STR("Language"),
                             .help = STR("Sheets that have no words in it come in English."),
                             .choices = choices,
                             .choices_count = total + 1});
}

static void offer_words(struct choosing *choosing)
{
    static const struct choice says[] = {
        {.value = STR_INIT("name"),   .text = STR_INIT("Whom it is about")        },
        {.value = STR_INIT("number"), .text = STR_INIT("The number of the record")},
    };
    struct choice *choices = arena_copy(&choosing->request->arena, says, sizeof(says));
    for (size_t i = 0; i < ARRAY_LENGTH(says); i++) {
        choices[i].chosen = is_ticked(choosing->request, STR("say"), says[i].value);
    }
    add_field(choosing, (struct field){.control = CONTROL_CHECKBOXES,
                                       .name = STR("say"),
                                       .label = STR("What stands on the blank sheets"),
                                       .help = STR("Nothing else does: paper gets lost."),
                                       .choices = choices,
                                       .choices_count = ARRAY_LENGTH(says)});
}

/* ---- the pages ---- */

static enum handled show(struct choosing *choosing, struct template_paper *page, struct str title)
{
    struct request *request = choosing->request;
    struct html html;
    struct template_frame frame = page_frame(request, &(struct page){.title = title});
    page->frame = &frame;
    page->fields = choosing->fields;
    page->fields_count = choosing->count;
    page->forms = choosing->forms;
    page->find = (struct field){.control = CONTROL_TEXT,
                                .name = STR("find"),
                                .label = STR("Find a form"),
                                .help = STR("A word of its name. What is ticked stays ticked."),
                                .value = request_query(request, STR("find"))};
    page_begin(request, &html);
    template_paper(&html, page);
    return page_end(request, &html, 200);
}

enum handled page_paper(struct request *request)
{
    enum handled handled = HANDLED;
    struct choosing choosing = {.request = request};
    choosing.record = read_record(request, STR("What to print"), &handled);
    if (!choosing.record) {
        return handled;
    }
    page_titles(request);
    const struct subject *subject = &choosing.record->subject;
    offer_packs(&choosing);
    offer_languages(&choosing);
    offer_words(&choosing);
    offer_forms(&choosing);
    struct template_paper page = {
        .title = STR("On paper"),
        .lead = record_title(&request->set, choosing.record),
        .back = {STR("Back"),
                 page_open_url(request, subject->entity, subject->id, choosing.record->root),
                 false},
        .action =
            URL(&request->arena, STR("record"),
                model_text(request->model, model_entity_row(request->model, subject->entity)->name),
                uuid_text(&request->arena, subject->id), STR("paper.pdf")),
        .here =
            URL(&request->arena, STR("record"),
                model_text(request->model, model_entity_row(request->model, subject->entity)->name),
                uuid_text(&request->arena, subject->id), STR("paper")),
    };
    return show(&choosing, &page, page.title);
}

enum handled page_blank(struct request *request)
{
    struct choosing choosing = {.request = request};
    offer_languages(&choosing);
    offer_forms(&choosing);
    struct template_paper page = {
        .title = STR("Blank forms"),
        .lead = STR("To fill in by hand. What is written on them is entered afterwards; both times "
                    "are kept."),
        .action = URL_FIXED("/blank.pdf"),
        .here = URL_FIXED("/blank"),
    };
    return show(&choosing, &page, page.title);
}

/* ---- the file ---- */

static struct str file_name(struct request *request, const struct record *record)
{
    return record && record->number.n > 0
               ? STR_JOIN(&request->arena, STR("inline; filename=\"paper-"), record->number,
                          STR(".pdf\""))
               : STR("inline; filename=\"paper.pdf\"");
}

static enum handled give(struct request *request, struct record *record)
{
    struct paper paper;
    struct response *response = &request->response;
    enum status status = pack_paper(request, record, &paper);
    if (status == STATUS_OK) {
        status = server_paper(request->server, &request->arena, &paper, &request->outcome,
                              &response->body_view);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    response->status = 200;
    response->type = STR("application/pdf");
    response->disposition = file_name(request, record);
    return HANDLED;
}

static enum handled give_of_record(struct request *request)
{
    enum handled handled = HANDLED;
    struct record *record = read_record(request, STR("Papers"), &handled);
    return record ? give(request, record) : handled;
}

static enum handled give_blank(struct request *request)
{
    return give(request, NULL);
}

enum handled page_paper_file(struct request *request)
{
    return request_on_slow_lane(request, give_of_record);
}

enum handled page_blank_file(struct request *request)
{
    return request_on_slow_lane(request, give_blank);
}

enum handled api_paper(struct request *request)
{
    return request_on_slow_lane(request, give_of_record);
}

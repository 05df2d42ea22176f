/* What is taken along on paper: the packs of a record and blank forms, chosen on a page that needs
 * no script, and made into one PDF. */
#include "http/connection.h"
#include "http/pack.h"
#include "http/page.h"
#include "template_paper.h"

/* language, what is said, forms, and a field for each pack. */
#define FIELDS_MAX 16u

struct choosing {
    struct request *request;
    struct record *record; /* or NULL */
    struct field fields[FIELDS_MAX];
    size_t count;
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
            choices[i] = (struct choice){.value = pack_part_name(&request->arena, model, pack, i),
                                         .text = pack_part_label(model, part),
                                         .help = part_help(model, part),
                                         .chosen = true};
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

static void offer_forms(struct choosing *choosing)
{
    struct request *request = choosing->request;
    const struct model *model = request->model;
    size_t count = 0;
    struct choice *choices = ARENA_ARRAY(&request->arena, model_form_total(model), struct choice);
    for (uint32_t entity = 0; entity < model_entity_total(model); entity++) {
        for (uint32_t i = 0; i < model_form_total(model); i++) {
            const struct model_form *form = model_form_row(model, i);
            if (form->entity == entity && is_near(model, choosing->record, entity)) {
                choices[count++] = (struct choice){
                    .value = model_text(model, form->name),
                    .text = model_text(model, form->label),
                    .section = model_text(model, model_entity_row(model, entity)->label)};
            }
        }
    }
    add_field(choosing, (struct field){.control = CONTROL_CHECKBOXES,
                                       .name = STR("form"),
                                       .label = choosing->count > 0 ? STR("Other blank forms")
                                                                    : STR("Blank forms"),
                                       .choices = choices,
                                       .choices_count = count});
}

static void offer_languages(struct choosing *choosing)
{
    struct request *request = choosing->request;
    const struct model *model = request->model;
    uint32_t total = model_language_total(model);
    struct choice *choices = ARENA_ARRAY(&request->arena, total + 1, struct choice);
    choices[0] = (struct choice){.text = STR("English"), .chosen = true};
    for (uint32_t i = 0; i < total; i++) {
        const struct model_language *language = model_language_row(model, i);
        choices[i + 1] = (struct choice){.value = model_text(model, language->name),
                                         .text = model_text(model, language->label)};
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
    add_field(choosing, (struct field){.control = CONTROL_CHECKBOXES,
                                       .name = STR("say"),
                                       .label = STR("What stands on the blank sheets"),
                                       .help = STR("Nothing else does: paper gets lost."),
                                       .choices = says,
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

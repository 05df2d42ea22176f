#include "http/pack.h"

#include "html/view.h"
#include "http/blank.h"
#include "http/page_document.h"
#include "service/language.h"
#include "service/sheet_words.h"

/* A paper being put together. */
struct packing {
    struct request *request;
    struct record *record; /* or NULL */
    uint32_t language;
    struct str about, number; /* that blank forms say, or empty */
    LIST(struct sheet) sheets;
};

/* ---- names ---- */

uint32_t pack_next(const struct model *model, uint32_t entity, uint32_t from)
{
    while (from < model_pack_total(model) && model_pack_row(model, from)->entity != entity) {
        from++;
    }
    return from < model_pack_total(model) ? from : MODEL_NONE;
}

struct str pack_part_name(struct arena *arena, const struct model *model, uint32_t pack,
                          uint32_t number)
{
    return STR_JOIN(arena, model_text(model, model_pack_row(model, pack)->name), STR("."),
                    str_from_int(arena, (int64_t)number));
}

struct str pack_part_label(const struct model *model, const struct model_pack_part *part)
{
    struct str own = model_text(model, part->label);
    uint32_t label = part->form != MODEL_NONE ? model_form_row(model, part->form)->label
                                              : model_document_row(model, part->document)->label;
    return own.n > 0 ? own : model_text(model, label);
}

/* ---- sheets ---- */

static void add_blank(struct packing *packing, uint32_t form, struct str title, bool signatures,
                      bool large)
{
    const struct model *model = packing->request->model;
    struct str label = model_text(model, model_form_row(model, form)->label);
    struct blank blank = {.form = form,
                          .language = packing->language,
                          .title = language_text(model, packing->language, title),
                          .about = packing->about,
                          .number = packing->number,
                          .signatures = signatures};
    struct sheet sheet;
    if (!language_has(model, packing->language, label)) {
        blank.language = MODEL_NONE;
        blank.title = title;
    }
    blank_sheet(packing->request, &blank, &sheet);
    sheet.large = large;
    LIST_PUSH(&packing->request->arena, &packing->sheets, sheet);
}

/* What this reader may not read is left out, as on every paper. */
static enum status add_document(struct packing *packing, const struct model_pack_part *part,
                                struct uuid id)
{
    struct request *request = packing->request;
    struct document document;
    struct sheet sheet;
    enum status status =
        page_document_read(request, model_document_row(request->model, part->document), id,
                           STR("Document on paper"), &document);
    if (status == STATUS_NOT_FOUND || status == STATUS_REFUSED) {
        return STATUS_OK;
    }
    TRY(status);
    if (packing->language != MODEL_NONE && document_has(&document, packing->language)) {
        document.language = packing->language;
    }
    document.with_pictures = true;
    TRY(document_sheet(&document, &sheet));
    struct str title = sheet_text(&request->set, document.language, part->label);
    sheet.title = title.n > 0 ? title : sheet.title;
    sheet.large = part->large;
    LIST_PUSH(&request->arena, &packing->sheets, sheet);
    return STATUS_OK;
}

/* Whose members a part is made of. */
static const struct subject *members_of(struct packing *packing, const struct model_pack_part *part)
{
    struct work_set *set = &packing->request->set;
    if (part->collection_of == MODEL_NONE) {
        return &packing->record->subject;
    }
    struct value value = work_set_value(set, part->collection_of, &packing->record->subject);
    struct record *record =
        value.type == VALUE_REFERENCE ? work_set_find(set, value.reference) : NULL;
    return record ? &record->subject : NULL;
}

static enum status add_part(struct packing *packing, const struct model_pack_part *part)
{
    struct request *request = packing->request;
    size_t count = 0;
    if (part->form != MODEL_NONE) {
        add_blank(packing, part->form, model_text(request->model, part->label), part->signatures,
                  part->large);
        return STATUS_OK;
    }
    if (part->collection == MODEL_NONE) {
        return add_document(packing, part, packing->record->subject.id);
    }
    const struct subject *of = members_of(packing, part);
    const struct subject *const *members =
        of ? work_set_members(&request->set, of, part->collection, &count) : NULL;
    struct uuid *ids = ARENA_ARRAY(&request->arena, count, struct uuid);
    size_t chosen = 0;
    for (size_t i = 0; i < count; i++) {
        if (work_set_true_with(&request->set, part->where, &packing->record->subject, members[i])) {
            ids[chosen++] = members[i]->id;
        }
    }
    for (size_t i = 0; i < chosen; i++) { /* each reads more into the set */
        TRY(add_document(packing, part, ids[i]));
    }
    return STATUS_OK;
}

static enum status add_pack(struct packing *packing, uint32_t row)
{
    const struct model_pack *pack = model_pack_row(packing->request->model, row);
    for (uint32_t i = 0; i < pack->parts_count; i++) {
        TRY(add_part(packing, model_pack_part_row(packing->request->model, pack->parts_first + i)));
    }
    return STATUS_OK;
}

/* ---- the query ---- */

static bool has_pair(const struct request *request, struct str name, struct str value)
{
    for (size_t i = 0; i < request->query.count; i++) {
        const struct input_pair *pair = &request->query.pairs[i];
        if (str_eq(pair->name, name) && str_eq(pair->value, value)) {
            return true;
        }
    }
    return false;
}

static enum status add_chosen_parts(struct packing *packing, uint32_t pack)
{
    struct request *request = packing->request;
    const struct model_pack *shape = model_pack_row(request->model, pack);
    for (uint32_t i = 0; i < shape->parts_count; i++) {
        if (has_pair(request, STR("part"),
                     pack_part_name(&request->arena, request->model, pack, i))) {
            TRY(add_part(packing, model_pack_part_row(request->model, shape->parts_first + i)));
        }
    }
    return STATUS_OK;
}

static void add_chosen_forms(struct packing *packing)
{
    struct request *request = packing->request;
    for (uint32_t i = 0; i < model_form_total(request->model); i++) {
        struct str name = model_text(request->model, model_form_row(request->model, i)->name);
        if (has_pair(request, STR("form"), name)) {
            add_blank(packing, i, STR(""), false, false);
        }
    }
}

/* false: no language of that name. */
static bool read_language(struct packing *packing)
{
    struct str name = request_query(packing->request, STR("language"));
    packing->language =
        name.n > 0 ? model_language_by_name(packing->request->model, name) : MODEL_NONE;
    return name.n == 0 || packing->language != MODEL_NONE;
}

static enum status add_chosen(struct packing *packing)
{
    struct request *request = packing->request;
    uint32_t entity = packing->record ? packing->record->subject.entity : MODEL_NONE;
    uint32_t first = packing->record ? pack_next(request->model, entity, 0) : MODEL_NONE;
    for (uint32_t pack = first; pack != MODEL_NONE;
         pack = pack_next(request->model, entity, pack + 1)) {
        TRY(add_chosen_parts(packing, pack));
    }
    add_chosen_forms(packing);
    bool named =
        request_query(request, STR("part")).n > 0 || request_query(request, STR("form")).n > 0;
    return !named && first != MODEL_NONE ? add_pack(packing, first) : STATUS_OK;
}

enum status pack_paper(struct request *request, struct record *record, struct paper *ret_paper)
{
    struct packing packing = {.request = request, .record = record};
    if (!read_language(&packing)) {
        return STATUS_NOT_FOUND;
    }
    if (record && has_pair(request, STR("say"), STR("name"))) {
        packing.about = record_title(&request->set, record);
    }
    if (record && has_pair(request, STR("say"), STR("number"))) {
        packing.number = record->number;
    }
    TRY(add_chosen(&packing));
    if (packing.sheets.count == 0) {
        outcome_problem(&request->outcome, STATUS_INVALID, STR("part"), STR("choose"),
                        STR("Choose at least one sheet that there is something to print on."));
        return STATUS_INVALID;
    }
    const struct sheet *first = &packing.sheets.items[0];
    *ret_paper = (struct paper){.language = first->language,
                                .title = first->title,
                                .sheets = packing.sheets.items,
                                .sheets_count = packing.sheets.count};
    uint32_t pack = record ? pack_next(request->model, record->subject.entity, 0) : MODEL_NONE;
    if (packing.sheets.count > 1 && pack != MODEL_NONE) {
        ret_paper->title = sheet_text(&request->set, packing.language,
                                      model_pack_row(request->model, pack)->label);
    }
    return STATUS_OK;
}

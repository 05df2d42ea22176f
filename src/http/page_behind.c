#include "http/page_behind.h"

#include "http/pack.h"
#include "http/page.h"
#include "http/page_hand_over.h"
#include "http/page_sharing.h"
#include "http/page_signed.h"
#include "http/page_verb.h"
#include "rule/access.h"

static struct url below(struct request *request, const struct record *record, struct str a,
                        struct str b)
{
    const struct model_entity *entity = model_entity_row(request->model, record->subject.entity);
    const struct str parts[] = {STR("record"), model_text(request->model, entity->name),
                                uuid_text(&request->arena, record->subject.id), a, b};
    return url_path(&request->arena, parts, b.n > 0 ? 5 : 4);
}

size_t page_documents(struct request *request, const struct record *record, struct link **ret_links)
{
    const struct model *model = request->model;
    size_t count = 0;
    *ret_links = ARENA_ARRAY(&request->arena, model_document_total(model), struct link);
    for (uint32_t i = 0; i < model_document_total(model); i++) {
        const struct model_document *document = model_document_row(model, i);
        if (document->entity == record->subject.entity &&
            work_set_true(&request->set, document->offered, &record->subject)) {
            (*ret_links)[count++] = (struct link){
                model_text(model, document->label),
                below(request, record, STR("document"), model_text(model, document->name)), false};
        }
    }
    return count;
}

static void write_link(struct html *html, struct link link)
{
    html_open(html, "li");
    component_link(html, link);
    html_close(html, "li");
}

/* What of it can be taken along: its pack, or blank forms for who writes such records. */
static void write_paper(struct html *html, struct request *request, const struct record *record)
{
    const struct model *model = request->model;
    uint32_t pack = pack_next(model, record->subject.entity, 0);
    struct url to = below(request, record, STR("paper"), STR(""));
    if (pack != MODEL_NONE) {
        write_link(html,
                   (struct link){model_text(model, model_pack_row(model, pack)->label), to, false});
    } else if (access_somewhere(model, &request->actor, VERB_CREATE,
                                model_entity_row(model, record->subject.entity)->class)) {
        write_link(html, (struct link){STR("Blank forms"), to, false});
    }
}

void page_behind(struct html *html, struct request *request, const struct record *record)
{
    struct link *documents;
    size_t count = page_documents(request, record, &documents);
    bool history = access_record(&request->set, record, VERB_HISTORY).allowed;
    struct link *verbs;
    size_t verb_count = page_verb_links(request, record, &verbs);
    html_open_class(html, "ul", "ways behind");
    for (size_t i = 0; i < count; i++) {
        write_link(html, documents[i]);
    }
    page_signed(html, request, record);
    write_paper(html, request, record);
    if (history) {
        write_link(html, (struct link){STR("History"),
                                       below(request, record, STR("history"), STR("")), false});
        write_link(html, (struct link){STR("Who looked"),
                                       below(request, record, STR("who-looked"), STR("")), false});
    }
    if (model_entity_row(request->model, record->subject.entity)->kind != ENTITY_REFERENCE) {
        write_link(
            html, (struct link){STR("Who may see this"), page_sharing_url(request, record), false});
    }
    if (page_hands_over(request, record)) {
        write_link(html, (struct link){STR("Hand over the work"),
                                       page_hand_over_url(request, record->subject.id), false});
    }
    for (size_t i = 0; i < verb_count; i++) {
        write_link(html, verbs[i]);
    }
    html_close(html, "ul");
}

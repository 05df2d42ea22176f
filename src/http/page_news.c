#include "http/page_news.h"

#include "http/page.h"
#include "http/page_act.h"
#include "time/zone.h"

/* Each costs reading what it is about; who puts nothing away has hundreds. */
#define READ_MAX 30u
/* Whoever was away for a week finds what was told meanwhile. */
#define FRESH_DAYS 7

struct item {
    const struct store_notice *notice;
    struct link say;
    struct str at; /* "Today, 10:12" */
};

/* What was told about one family, newest first. */
struct group {
    struct uuid root;
    struct str about;
    bool earlier; /* all of it is older than a week */
    LIST(struct item) items;
};

struct page_news {
    struct request *request;
    LIST(struct group *) groups;
    struct instant newest;
    size_t earlier; /* notices in groups that are folded */
    bool more;      /* there are older ones that were not read */
};

/* ---- reading ---- */

static struct group *group_of(struct page_news *news, struct uuid root)
{
    struct arena *arena = &news->request->arena;
    for (size_t i = 0; i < news->groups.count; i++) {
        if (uuid_eq(news->groups.items[i]->root, root)) {
            return news->groups.items[i];
        }
    }
    struct group *group = ARENA_NEW(arena, struct group);
    *group = (struct group){.root = root};
    LIST_PUSH(arena, &news->groups, group);
    return group;
}

/* The sentence, and which of the family's records it is about as far as this worker may know. */
static void add_item(struct page_news *news, const struct store_notice *notice)
{
    struct request *request = news->request;
    struct arena *arena = &request->arena;
    const struct record *record = work_set_find(&request->set, notice->record);
    struct uuid root = record != NULL ? record->root : notice->record;
    const struct record *whose = work_set_find(&request->set, root);
    struct group *group = group_of(news, root);
    struct item item = {.notice = notice, .say = {.text = notice->say}};
    group->about = whose != NULL ? record_title(&request->set, whose) : STR("");
    if (notice->entity != MODEL_NONE && !uuid_is_nil(notice->record)) {
        item.say.to = page_open_url(request, notice->entity, notice->record, root);
    }
    item.at = STR_JOIN(arena, page_day_words(request, notice->at), STR(", "),
                       str_slice(page_time(request, notice->at), 0, 5));
    LIST_PUSH(arena, &group->items, item);
}

/* The records that notices are about, and the families these belong to. */
static enum status name_them(struct request *request, const struct store_notice *notices,
                             size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (notices[i].entity == MODEL_NONE) {
            continue;
        }
        TRY(store_titles_of(request->reader, &request->set, notices[i].entity, &notices[i].record,
                            1));
        const struct record *record = work_set_find(&request->set, notices[i].record);
        if (record != NULL && work_set_find(&request->set, record->root) == NULL) {
            TRY(store_titles_of(request->reader, &request->set,
                                model_entity_row(request->model, notices[i].entity)->root,
                                &record->root, 1));
        }
    }
    return store_titles(request->reader, &request->set);
}

enum status page_news_read(struct request *request, struct page_news **ret_news)
{
    struct page_news *news = *ret_news = ARENA_NEW(&request->arena, struct page_news);
    struct store_notice *notices;
    size_t count;
    *news = (struct page_news){.request = request};
    TRY(store_notices(request->reader, &request->set, READ_MAX, &notices, &count));
    news->more = count == READ_MAX;
    TRY(name_them(request, notices, count));
    for (size_t i = 0; i < count; i++) {
        const struct record *record = work_set_find(&request->set, notices[i].record);
        if (record == NULL ||
            !record_is_absent(record)) { /* for this worker there is no such one */
            add_item(news, &notices[i]);
        }
    }
    news->newest = count > 0 ? notices[0].at : (struct instant){0};
    for (size_t i = 0; i < news->groups.count; i++) {
        struct group *group = news->groups.items[i];
        struct date told = zone_date(request->set.calendar.zone, group->items.items[0].notice->at);
        group->earlier = request->set.today.day - told.day > FRESH_DAYS;
        news->earlier += group->earlier ? group->items.count : 0;
    }
    return STATUS_OK;
}

/* ---- showing ---- */

/* Notices a form puts away: those named, or all that were told until then. */
static void open_form(struct html *html, const struct page_news *news, const char *class)
{
    html_open(html, "form");
    html_attr(html, "class", str_from(class));
    html_attr(html, "method", STR("post"));
    html_url(html, "action", URL_FIXED("/notices/read"));
    component_hidden(html, STR("form_token"), news->request->session.form_token);
}

static void put_away_button(struct html *html, struct str text, struct str what)
{
    html_open_class(html, "button", "button button--quiet");
    html_attr(html, "type", STR("submit"));
    html_text(html, text);
    if (what.n > 0) {
        html_element(html, "span", "usa-sr-only", what);
    }
    html_close(html, "button");
    html_close(html, "form");
}

static void show_item(struct html *html, const struct item *item)
{
    html_open(html, "li");
    component_link(html, item->say);
    html_text(html, STR(" "));
    html_element(html, "span", "due__time", item->at);
    html_close(html, "li");
}

static void show_group(struct html *html, const struct page_news *news, const struct group *group)
{
    struct arena *arena = &news->request->arena;
    const struct item *first = &group->items.items[0];
    html_open_class(html, "li", "due news");
    html_open_class(html, "div", "due__what");
    if (group->about.n > 0) {
        html_element(html, "span", "news__about", group->about);
    }
    html_open_class(html, "ul", "news__said");
    for (size_t i = 0; i < group->items.count; i++) {
        show_item(html, &group->items.items[i]);
    }
    html_close(html, "ul");
    html_close(html, "div");
    open_form(html, news, "due__action");
    for (size_t i = 0; i < group->items.count; i++) {
        component_hidden(html, STR("notice"), uuid_text(arena, group->items.items[i].notice->id));
    }
    put_away_button(html, STR("Put away"),
                    STR_JOIN(arena, STR(": "), group->about, STR(" "), first->say.text));
    html_close(html, "li");
}

static void show_groups(struct html *html, const struct page_news *news, bool earlier)
{
    html_open_class(html, "ul", "due-list__lines");
    for (size_t i = 0; i < news->groups.count; i++) {
        if (news->groups.items[i]->earlier == earlier) {
            show_group(html, news, news->groups.items[i]);
        }
    }
    html_close(html, "ul");
}

static size_t groups_of(const struct page_news *news, bool earlier)
{
    size_t count = 0;
    for (size_t i = 0; i < news->groups.count; i++) {
        count += news->groups.items[i]->earlier == earlier;
    }
    return count;
}

static void show_earlier(struct html *html, const struct page_news *news)
{
    html_open_class(html, "details", "news__earlier");
    html_attr(html, "id", STR("earlier-news"));
    html_open(html, "summary");
    html_text(html, STR("Earlier: "));
    html_int(html, (int64_t)news->earlier);
    html_close(html, "summary");
    show_groups(html, news, true);
    html_close(html, "details");
}

void page_news_show(struct html *html, const void *page_news)
{
    const struct page_news *news = page_news;
    html_open_class(html, "section", "due-list");
    html_attr(html, "id", STR("news"));
    html_open_class(html, "div", "due-list__head");
    html_element(html, "h2", "due-list__title", STR("For me to know"));
    if (news->groups.count > 1) {
        open_form(html, news, "due-list__all");
        component_hidden(html, STR("until"), str_from_int(&news->request->arena, news->newest.ms));
        put_away_button(html, STR("Put all away"), STR(""));
    }
    html_close(html, "div");
    if (groups_of(news, false) > 0) {
        show_groups(html, news, false);
    } else {
        html_element(html, "p", "empty", STR("No news."));
    }
    if (news->earlier > 0) {
        show_earlier(html, news);
    }
    if (news->more) {
        html_element(html, "p", "empty", STR("Older ones come when these are put away."));
    }
    html_close(html, "section");
}

/* ---- putting them away ---- */

struct put_away {
    struct uuid worker;
    LIST(struct uuid) notices;
    struct instant until; /* 0: only those named */
};

static enum status put_away(struct uow *uow, void *input)
{
    const struct put_away *what = input;
    for (size_t i = 0; i < what->notices.count; i++) {
        uow_notice_read(uow, what->worker, what->notices.items[i]);
    }
    if (what->until.ms > 0) {
        uow_notices_read(uow, what->worker, what->until);
    }
    return STATUS_OK;
}

static enum handled were_put_away(struct request *request)
{
    return request->outcome.status == STATUS_OK ? request_redirect(request, STR("/my-day"))
                                                : request_fail(request, request->outcome.status);
}

enum handled page_notices_read(struct request *request)
{
    struct put_away *what = ARENA_NEW(&request->arena, struct put_away);
    *what = (struct put_away){.worker = request->session.worker};
    for (size_t i = 0; i < request->form.count; i++) {
        const struct input_pair *pair = &request->form.pairs[i];
        struct uuid notice;
        if (str_eq(pair->name, STR("notice")) && uuid_parse(pair->value, &notice)) {
            LIST_PUSH(&request->arena, &what->notices, notice);
        }
    }
    if (!str_to_i64(request_form(request, STR("until")), &what->until.ms)) {
        what->until.ms = 0;
    }
    if (what->notices.count == 0 && what->until.ms <= 0) {
        return request_fail(request, STATUS_INVALID);
    }
    return page_act(request, put_away, what, were_put_away);
}

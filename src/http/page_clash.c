/* See page_clash.h. On the wire: "clash" holds the name of an answer that both changed,
 * "keep[NAME]" is mine or theirs, and "theirs[NAME]" pairs are what an input says to keep theirs. A
 * choice not made keeps what is stored: nobody's words are overwritten unseen. */
#include "http/page_clash.h"

#include "http/page.h"
#include "template_clash.h"

struct clash_page {
    struct request *request;
    struct service_clash clash;
};

/* ---- names ---- */

/* Whether a pair is of an answer: its value, why there is none, who was asked. */
static bool is_of_answer(struct str pair, struct str name)
{
    struct str rest = str_slice(pair, name.n, pair.n);
    return str_starts(pair, name) && (rest.n == 0 || str_eq(rest, STR("_why")) ||
                                      str_eq(rest, STR("_asked")) || str_eq(rest, STR(":remove")));
}

static bool is_of_row(struct str pair, struct str row)
{
    return str_starts(pair, row) && pair.n > row.n && pair.p[row.n] == '.';
}

/* Of the frame of the form or of an earlier clash; the clash page writes its own. */
static bool is_of_frame(struct str name)
{
    return str_eq(name, STR("form_token")) || str_eq(name, STR("clash")) ||
           str_starts(name, STR("keep[")) || str_starts(name, STR("theirs["));
}

static bool is_version(const struct clash_page *page, struct str name)
{
    for (size_t i = 0; i < page->clash.parts.count; i++) {
        struct str prefix = page->clash.parts.items[i].prefix;
        if (str_starts(name, prefix) && str_eq(str_slice(name, prefix.n, name.n), STR("version"))) {
            return true;
        }
    }
    return false;
}

/* ---- what the form carries on ---- */

/* Only they changed it, or took its row away: what I sent is what I saw, and gives way. */
static bool gives_way(const struct clash_page *page, struct str name)
{
    for (size_t i = 0; i < page->clash.lines.count; i++) {
        const struct service_clash_line *line = &page->clash.lines.items[i];
        bool row_gone = str_ends(line->where, STR("]")) && line->by.n > 0;
        if ((!line->both && line->pair_count > 0 && is_of_answer(name, line->where)) ||
            (row_gone && is_of_row(name, line->where))) {
            return true;
        }
    }
    return false;
}

static void write_kept(struct html *html, const void *context)
{
    const struct clash_page *page = context;
    const struct input *form = &page->request->form;
    struct arena *arena = &page->request->arena;
    for (size_t i = 0; i < form->count; i++) {
        struct str name = form->pairs[i].name;
        if (!is_of_frame(name) && !is_version(page, name) && !gives_way(page, name)) {
            component_hidden(html, name, form->pairs[i].value);
        }
    }
    for (size_t i = 1; i < page->clash.parts.count; i++) {
        const struct service_clash_part *part = &page->clash.parts.items[i];
        component_hidden(html, STR_JOIN(arena, part->prefix, STR("version")),
                         str_from_int(arena, part->version));
    }
    for (size_t i = 0; i < page->clash.lines.count; i++) {
        const struct service_clash_line *line = &page->clash.lines.items[i];
        if (line->both) {
            component_hidden(html, STR("clash"), line->where);
        }
        for (size_t k = 0; k < line->pair_count; k++) {
            struct str name = line->pairs[k].name;
            component_hidden(html,
                             line->both ? STR_JOIN(arena, STR("theirs["), name, STR("]")) : name,
                             line->pairs[k].value);
        }
    }
}

/* ---- the page ---- */

static size_t both_changed(struct clash_page *page, struct clash **ret_clashes)
{
    size_t count = 0;
    *ret_clashes = ARENA_ARRAY(&page->request->arena, page->clash.lines.count, struct clash);
    for (size_t i = 0; i < page->clash.lines.count; i++) {
        const struct service_clash_line *line = &page->clash.lines.items[i];
        if (line->both) {
            (*ret_clashes)[count++] =
                (struct clash){line->where, line->label, line->mine, line->theirs, line->by};
        }
    }
    return count;
}

static size_t one_changed(struct clash_page *page, struct fact **ret_facts)
{
    size_t count = 0;
    *ret_facts = ARENA_ARRAY(&page->request->arena, page->clash.lines.count, struct fact);
    for (size_t i = 0; i < page->clash.lines.count; i++) {
        const struct service_clash_line *line = &page->clash.lines.items[i];
        if (!line->both) {
            bool mine = line->by.n == 0;
            (*ret_facts)[count++] = (struct fact){.label = line->label,
                                                  .value = mine ? line->mine : line->theirs,
                                                  .from = mine ? STR("you") : line->by};
        }
    }
    return count;
}

enum handled page_clash(struct request *request, struct url action)
{
    struct html html;
    struct clash_page page = {.request = request};
    struct clash *clashes;
    struct fact *merged;
    struct outcome outcome;
    outcome_init(&outcome, &request->arena);
    enum status status =
        service_clash(request->reader, &request->set, &request->save, &outcome, &page.clash);
    if (status != STATUS_OK || page.clash.parts.count == 0) {
        /* Who may not read history, and where it was expunged: nothing to compare with. */
        return request_fail(request, STATUS_STALE);
    }
    struct template_frame frame =
        page_frame(request, &(struct page){.title = STR("Somebody saved first")});
    struct template_clash shown = {
        .frame = &frame,
        .title = STR("Somebody saved this while you were writing"),
        .action = action,
        .form_token = request->session.form_token,
        .version = str_from_int(&request->arena, page.clash.parts.items[0].version),
        .kept = {write_kept, &page},
    };
    shown.clashes_count = both_changed(&page, &clashes);
    shown.clashes = clashes;
    shown.merged_count = one_changed(&page, &merged);
    shown.merged = merged;
    shown.text = shown.clashes_count > 0
                     ? STR("Nothing is lost. Choose what to keep where both of you changed the "
                           "same thing, then save.")
                     : STR("Nothing is lost: you changed different things. Look at them, then "
                           "save.");
    page_begin(request, &html);
    template_clash(&html, &shown);
    return page_end(request, &html, status_http(STATUS_STALE));
}

/* ---- what was chosen ---- */

static bool keeps_theirs(struct request *request, struct str name)
{
    struct str keep =
        request_form(request, STR_JOIN(&request->arena, STR("keep["), name, STR("]")));
    return !str_eq(keep, STR("mine"));
}

/* The answers that stay as they are stored. */
struct yielded {
    LIST(struct str) names;
};

static bool is_yielded(const struct yielded *yielded, struct str pair)
{
    for (size_t i = 0; i < yielded->names.count; i++) {
        if (is_of_answer(pair, yielded->names.items[i])) {
            return true;
        }
    }
    return false;
}

/* "theirs[NAME]" as "NAME", when theirs is kept of it. */
static bool their_pair(const struct yielded *yielded, const struct input_pair *pair,
                       struct input_pair *ret_pair)
{
    struct str mark = STR("theirs[");
    if (!str_starts(pair->name, mark) || !str_ends(pair->name, STR("]"))) {
        return false;
    }
    *ret_pair = (struct input_pair){str_slice(pair->name, mark.n, pair->name.n - 1), pair->value};
    return is_yielded(yielded, ret_pair->name);
}

void page_clash_keep(struct request *request)
{
    struct arena *arena = &request->arena;
    struct yielded yielded = {0};
    LIST(struct input_pair) kept = {0};
    bool any = false;
    for (size_t i = 0; i < request->form.count; i++) {
        const struct input_pair *pair = &request->form.pairs[i];
        if (str_eq(pair->name, STR("clash"))) {
            any = true;
            if (keeps_theirs(request, pair->value)) {
                LIST_PUSH(arena, &yielded.names, pair->value);
            }
        }
    }
    if (!any) {
        return;
    }
    for (size_t i = 0; i < request->form.count; i++) {
        const struct input_pair *pair = &request->form.pairs[i];
        struct input_pair theirs;
        if (their_pair(&yielded, pair, &theirs)) {
            LIST_PUSH(arena, &kept, theirs);
        } else if (str_eq(pair->name, STR("form_token")) ||
                   (!is_of_frame(pair->name) && !is_yielded(&yielded, pair->name))) {
            LIST_PUSH(arena, &kept, *pair);
        }
    }
    request->form = (struct input){kept.items, kept.count};
}

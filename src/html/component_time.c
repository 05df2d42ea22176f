/* What was, on one axis of time: a picture with a line for each kind of thing, and all of it in
 * words. The picture says nothing that the words do not, and is hidden from who hears the page. */
#include "html/components.h"

/* The picture is a thousand units wide and stretches with the page; marks keep their shape by
 * being lines with round ends, which do not stretch. */
static void add_mark(struct html *html, const struct moment *moment)
{
    static const struct str classes[TONE__COUNT] = {
        [TONE_PLAIN] = STR_INIT("timeline__mark"),
        [TONE_GOOD] = STR_INIT("timeline__mark timeline__mark--good"),
        [TONE_WATCH] = STR_INIT("timeline__mark timeline__mark--watch"),
        [TONE_ALERT] = STR_INIT("timeline__mark timeline__mark--alert"),
        [TONE_CLOSED] = STR_INIT("timeline__mark timeline__mark--closed"),
    };
    CHECK(moment->state.tone < TONE__COUNT);
    html_open(html, "line");
    html_attr(html, "class", classes[moment->state.tone]);
    html_attr_int(html, "x1", moment->from);
    html_attr_int(html, "x2", moment->to);
    html_attr(html, "y1", STR("20"));
    html_attr(html, "y2", STR("20"));
    html_close(html, "line");
}

static void add_line(struct html *html, const struct timeline *timeline, size_t lane)
{
    html_open_class(html, "svg", "timeline__picture");
    html_attr(html, "viewBox", STR("0 0 1000 40"));
    html_attr(html, "preserveAspectRatio", STR("none"));
    html_attr(html, "aria-hidden", STR("true"));
    html_raw(html, HTML_TRUSTED("<line class=\"timeline__line\" x1=\"0\" x2=\"1000\" y1=\"20\" "
                                "y2=\"20\"></line>"));
    for (size_t i = 0; i < timeline->moments_count; i++) {
        if (timeline->lanes_count == 0 || timeline->moments[i].lane == lane) {
            add_mark(html, &timeline->moments[i]);
        }
    }
    html_close(html, "svg");
}

static void add_ends(struct html *html, const struct timeline *timeline)
{
    html_open_class(html, "p", "timeline__ends");
    html_element(html, "span", "", timeline->start);
    html_text(html, STR(" "));
    html_element(html, "span", "", timeline->end);
    html_close(html, "p");
}

static void add_lanes(struct html *html, const struct timeline *timeline)
{
    html_open_class(html, "div", "timeline__lanes");
    html_attr(html, "aria-hidden", STR("true"));
    for (size_t i = 0; i < timeline->lanes_count; i++) {
        html_element(html, "span", "timeline__lane", timeline->lanes[i]);
        add_line(html, timeline, i);
    }
    html_element(html, "span", "timeline__lane", STR(""));
    add_ends(html, timeline);
    html_close(html, "div");
}

static void add_moment(struct html *html, const struct moment *moment, bool shape)
{
    html_open(html, "li");
    if (shape) {
        component_shape(html, moment->state.tone);
    }
    html_element(html, "span", "timeline__when", moment->when);
    html_text(html, STR(" "));
    component_link(html, (struct link){moment->text, moment->to_page, false});
    if (moment->state.text.n > 0) {
        html_text(html, STR(" "));
        component_tag(html, moment->state);
    }
    html_close(html, "li");
}

void component_timeline(struct html *html, const struct timeline *timeline)
{
    html_open_class(html, "section", "timeline");
    html_attr(html, "aria-label", timeline->label);
    if (timeline->lanes_count > 0) {
        add_lanes(html, timeline);
        html_open_class(html, "ol", "timeline__list");
    } else {
        add_line(html, timeline, 0);
        add_ends(html, timeline);
        html_open_class(html, "ol", "timeline__words");
    }
    for (size_t i = 0; i < timeline->moments_count; i++) {
        add_moment(html, &timeline->moments[i], timeline->lanes_count == 0);
    }
    html_close(html, "ol");
    html_close(html, "section");
}

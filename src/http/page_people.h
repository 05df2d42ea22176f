/* People found, as pages show them: who may be meant, why, and what is known at a glance. Search
 * comes before create, and a match is always explained. */
#ifndef HEARTH_HTTP_PAGE_PEOPLE_H
#define HEARTH_HTTP_PAGE_PEOPLE_H

#include "html/view.h"
#include "http/request.h"

struct page_hit {
    struct uuid person;
    struct str name;  /* "Mai Vang, 7"; of somebody one may not read: that somebody matches */
    struct str why;   /* "same birth date, same last name" */
    struct str known; /* "named in 2 access reports, 1 assessment"; or whom to ask */
    struct url to;    /* empty: may not be read */
    bool restricted;
};

/* The people whom words may mean: names in any order, beginnings of them, a birth date among them.
 * At most so many. */
enum status page_find_people(struct request *request, struct str words, uint32_t limit,
                             struct page_hit **ret_hits, size_t *ret_count);
/* What a person is named in, as far as this worker may read it: "2 access reports". */
enum status page_known(struct request *request, struct uuid person, struct str *ret_words);
/* The same as choices under a control that looks for people (view.h): what POST /people answers,
 * and what a form shows that was sent without a script. */
enum status page_found(struct request *request, struct str name, struct str words,
                       struct view_found *ret_found);
/* What the form was sent to look for ("find"), or why it was not looked for; false: nothing. */
bool page_searched(struct request *request, struct view_found *ret_found);
/* Age in years today, by birth date, else as told: "7", "about 7"; empty when neither is known. */
struct str page_age(struct request *request, const struct subject *person);

#endif

/* The core's entry for the browser: a form is checked where it is filled in, by the same rules as
 * on the server, also without a network. The page hands over the model's image once and, each time,
 * a request: the records that the form looks at (its load set), and what has been typed.
 *
 * A request is a list of texts, each ended by a NUL, two and two: a name and a value. Names that
 * begin with ':' lead, in this order:
 *
 *   :form        name of the form
 *   :transition  the one it is part of; left out: it is saved
 *   :now         milliseconds since 1970 UTC
 *   :worker      id of who fills it in, or empty
 *   :agency      id of the agency they work for, or empty
 *   :record      "ENTITY ID STATE VERSION AGENCY CREATED", STATE "-" where there is none;
 *                its stored answers follow: field, field_why, field_asked as in input.h,
 *                "field:version" behind a code, rows as "list[ID].field" in order
 *   :members     "ID COLLECTION ID ID ...": all records of a collection of a record
 *   :subject     id of the record that is filled in, or instead
 *   :new         entity of a new one
 *   :input       empty; what follows is what was typed, as in input.h
 *
 * The answer is JSON: status and problems as the server would give them (rights are the server's to
 * judge), and for each answer of the form its text, its words, and whether it is
 * relevant:
 *
 *   {"status":"invalid","problems":[{"where":"age","code":"not_valid","message":"..."}],
 *    "answers":[{"name":"birth_date","value":"2019-03-02","words":"Sat 2 Mar 2019",
 *                "relevant":true}]}
 *
 * A request that cannot be read gives {"status":"malformed"}, one that asks for what was not taken
 * along {"status":"internal"}: the page then leaves the check to the server. */
#ifndef HEARTH_FIELD_FIELD_H
#define HEARTH_FIELD_FIELD_H

#include "rule/input.h"

#define FIELD_ANSWER_MAX ((size_t)4 * 1024 * 1024)

#ifdef __wasm__
#define FIELD_EXPORT(name) __attribute__((export_name(name)))
#else
#define FIELD_EXPORT(name)
#endif

/* An opened model, and room for one answer. */
struct field;

/* Memory that the page fills: an image, a request. NULL when there is none. */
FIELD_EXPORT("field_alloc") void *field_alloc(size_t size);
FIELD_EXPORT("field_free") void field_free(void *bytes);

/* The image must stay where it is until field_close. NULL when it is no image of this format. */
FIELD_EXPORT("field_open") struct field *field_open(const char *image, size_t size);
FIELD_EXPORT("field_close") void field_close(struct field *field);
/* The answer, ended by a NUL, until the next call. */
FIELD_EXPORT("field_check")
const char *field_check(struct field *field, const char *request, size_t size);

/* The request for a form over what is loaded in a work set; without an input it is what the page
 * takes along, to which it adds the pairs that are typed. transition may be MODEL_NONE. subject may
 * be NULL: then it is for a new record of new_entity. */
struct str field_request(struct work_set *set, struct str form, uint32_t transition,
                         const struct record *subject, uint32_t new_entity,
                         const struct input *input);

/* ---- between the files ---- */

/* What a request says. */
struct field_request {
    struct work_set set;
    struct actor actor; /* the system: rights are judged by the server */
    uint32_t form, transition;
    struct record *subject;
    struct input input;
};
/* Reads a request into a fresh set; false when it is none. */
bool field_read(struct arena *arena, const struct model *model, struct str bytes,
                struct field_request *ret_request);

#endif

/* Declared input: what a form, the API, an import or the browser's field core hands in, in one
 * shape, and its way into a record. Nothing is dropped in silence: an unknown name, a wrong state,
 * a value that cannot be is a problem with the name of the field; good values beside it are kept.
 *
 * Names:  field                       narrative=...
 *         field_why, field_asked      birth_date_why=asked_did_not_know
 *         list[ROW].field             participants[018f...].role=CHILD   an existing row by its id
 *                                     participants[+1].role=CHILD        a new row; same label,
 * same row list[ROW]._delete           yes: the row goes list._order                 row labels
 * separated by spaces Several codes: the same name several times; the name once with an empty value
 * is "none chosen". Values are text as a person types or a program sends them: dates 2026-11-25 or
 * 11/25/2026, datetimes 2026-11-25T13:20 local or with offset, yes/no, decimals with a point, codes
 * by code, references by id. An empty value unsets. */
#ifndef HEARTH_RULE_INPUT_H
#define HEARTH_RULE_INPUT_H

#include "rule/record.h"

#define INPUT_PAIRS_MAX 4000

struct input_pair {
    struct str name;
    struct str value;
};

struct input {
    const struct input_pair *pairs;
    size_t count;
};

/* Which fields an input may touch. What is no part of a transition that acts on a record that is
 * there makes who acts an author (rule/authors.h). */
struct input_scope {
    uint32_t form; /* only the fields and lists of this form, or MODEL_NONE: all of the entity */
    uint32_t transition; /* the transition it is part of, or MODEL_NONE: a save */
    bool correcting; /* a correction: the state need not be editable, fields set "by" may change */
};

/* Applies the pairs to the record. A new row of which nothing is filled in is not made. A value
 * that stays the same is never a problem, whoever may set it. Problems go to the outcome
 * (STATUS_INVALID, STATUS_REFUSED when the state does not allow it); valid pairs are applied all
 * the same, so that a form can be shown again with what was typed. NUL and bad UTF-8 are refused;
 * text is kept byte for byte. */
void input_apply(struct work_set *set, struct record *record, const struct input_scope *scope,
                 const struct input *input, struct outcome *outcome);

/* The records that an input names by reference, wherever they are asked for: the owner of the set
 * loads those it lacks before input_apply, which takes only what is in the set. */
struct input_reference {
    uint32_t entity;
    struct uuid id;
};
size_t input_references(struct arena *arena, const struct model *model, uint32_t entity,
                        const struct input *input, struct input_reference **ret_references);

/* The attachment or signature whose value a pair of this name gives, or MODEL_NONE. Only there may
 * a value stand for bytes that came beside it; elsewhere text is text, whatever it looks like. */
uint32_t input_file_field(const struct model *model, uint32_t entity, struct str name);

/* Reads one value, unset when the text is empty; false with the message for people in
 * *reterr_message. */
bool input_parse(struct work_set *set, uint32_t field, struct str text, struct value *ret_value,
                 struct str *reterr_message);
/* The text that input_parse reads back as the same value: for form controls and the API. */
struct str input_text(struct arena *arena, const struct model *model, uint32_t field,
                      struct value value);
/* What is shown of a text that is never read back whole ("shows" of the model): "XXX-XX-6789". As
 * an input it says that the text stays as it is. */
struct str input_masked(struct arena *arena, const struct model *model, uint32_t field,
                        struct str text);
/* The same for the answer of a subject, as a control of a form holds it: a row that the input made
 * is named by its label; several codes are separated by spaces. */
struct str input_answer(struct work_set *set, const struct subject *subject, uint32_t field);
/* Whether a record or row may be chosen for a reference or row of the subject. */
bool input_offers_choice(struct work_set *set, const struct subject *subject, uint32_t field,
                         const struct subject *candidate);
/* Whether a code (a row of table code) may be chosen in a record today: in force, and one of the
 * scheme alternative that the record's agency uses. */
bool input_offers_code(struct work_set *set, const struct record *record, uint32_t field,
                       uint32_t code);

#endif

/* Private to the files that explain. */
#ifndef HEARTH_COMPILE_EXPLAIN_INT_H
#define HEARTH_COMPILE_EXPLAIN_INT_H

#include "base/buf.h"
#include "compile/explain.h"

struct explainer {
    struct arena *arena;
    const struct model *model;
    struct buf out;
};

/* A line of the parts, indented by so many steps. Parts that are all empty make no line. */
void explain_line(struct explainer *e, unsigned indent, const struct str *parts, size_t count);
#define LINE(e, indent, ...)                                                                       \
    explain_line((e), (indent), (const struct str[]){__VA_ARGS__},                                 \
                 sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* "Source: ..." and the like; nothing when the text is empty. */
void explain_labelled(struct explainer *e, unsigned indent, struct str label, uint32_t text);

struct str explain_text(const struct explainer *e, uint32_t text);
/* An expression in words; the empty text for none. */
struct str explain_expr(struct explainer *e, uint32_t root);
/* "Label (name)". */
struct str explain_called(struct explainer *e, uint32_t label, uint32_t name);
struct str explain_number(struct explainer *e, int64_t number);
/* "a, b and c": adds one more part, with what joins it. */
struct str explain_joined(struct explainer *e, struct str list, struct str part, bool last);
struct str explain_entity_label(struct explainer *e, uint32_t entity);
struct str explain_day(struct explainer *e, int32_t day);

void explain_entity(struct explainer *e, uint32_t row);
void explain_field(struct explainer *e, unsigned indent, uint32_t row, bool whole);
void explain_transition(struct explainer *e, uint32_t row);
void explain_fact(struct explainer *e, uint32_t row);
void explain_clock(struct explainer *e, uint32_t row);
void explain_form(struct explainer *e, uint32_t row);
void explain_list_view(struct explainer *e, uint32_t row);
void explain_workspace(struct explainer *e, uint32_t row);
void explain_pack(struct explainer *e, uint32_t row);
void explain_document(struct explainer *e, uint32_t row);
void explain_duty(struct explainer *e, uint32_t row);
void explain_code_set(struct explainer *e, uint32_t row);
void explain_scheme(struct explainer *e, uint32_t row);
void explain_class(struct explainer *e, uint32_t row);
void explain_role(struct explainer *e, uint32_t row);
void explain_decider(struct explainer *e, uint32_t row);
/* Who may do what with records of a class, a line for each role. */
void explain_grants(struct explainer *e, unsigned indent, uint32_t class);

#endif

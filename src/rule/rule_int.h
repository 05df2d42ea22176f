/* What the files of rule/ share. */
#ifndef HEARTH_RULE_RULE_INT_H
#define HEARTH_RULE_RULE_INT_H

#include "rule/act.h"
#include "rule/input.h"

/* ---- members.c ---- */

/* Keeps the loaded collections right when a reference changes from one record to another; either
 * may be unset. */
void members_move(struct work_set *set, const struct subject *subject, uint32_t field,
                  struct value from, struct value to);
/* The same for all references of a row or record that comes or goes. */
void members_move_row(struct work_set *set, const struct subject *row, bool comes);
/* The view of a list is made anew when next asked for. */
void rows_touch(struct rows *rows);

/* ---- record.c ---- */

/* The fields of a subject: rows [first, first + count) of table field; the kernel's come last. */
struct field_range {
    uint32_t first, count;
};
struct field_range subject_fields(const struct subject *subject);

/* ---- host.c ---- */

/* The subject an expression's subject node stands for, or NULL: effects need the answer behind an
 * expression that is a plain field, not its value alone. */
const struct subject *host_subject(const struct expr_host *host, uint32_t node,
                                   const struct subject *subject);

/* ---- field_kind.c ---- */

/* Brings a value of an expression into the kind of a field: a text becomes a code in force, an
 * integer a decimal, a date is taken from a datetime. Unset when it cannot be. */
struct value value_for_field(struct work_set *set, uint32_t field, struct value value);
/* "12.50" */
struct str decimal_text(struct arena *arena, int64_t scaled, unsigned scale);
/* Bounds that hold however the value came: what is wrong, or empty. */
struct str value_fault(struct work_set *set, uint32_t field, struct value value);

/* The row of the subject's record that a value of kind row leads to, or NULL. */
const struct subject *row_chosen(const struct subject *subject, uint32_t list, struct uuid id);
/* Why this code or record may not be chosen by this subject, or empty: the scheme alternative of
 * the record's agency, the choices of a reference. */
struct str choosing_fault(struct work_set *set, const struct subject *subject, uint32_t field,
                          struct value value);

/* ---- offered.c ---- */

/* Why this file may not be given to the field, or empty. */
struct str offered_fault(struct work_set *set, const struct subject *subject, uint32_t field,
                      struct uuid file);
/* Sets what is brought with the file that was just chosen for the field ("brings"); unsets it with
 * the file. */
void files_take_along(struct work_set *set, struct subject *subject, uint32_t field);

/* ---- settle.c ---- */

/* Clears what is no longer relevant and computes derived fields until nothing moves; then puts
 * owner, root and agency of the record right. */
void settle_record(struct work_set *set, struct record *record);
/* Owner, root, agency and audiences alone: of a new record, and where the parent changed. */
void settle_place(struct work_set *set, struct record *record);
/* Every changed record. */
void settle(struct work_set *set);

/* ---- check.c ---- */

/* What a check of one record looks at. */
struct check {
    struct work_set *set;
    struct record *record;
    struct outcome *outcome;
    uint32_t state;        /* the state it is checked for, or MODEL_NONE */
    uint32_t transition;   /* that is being taken, or MODEL_NONE */
    uint32_t form_to_come; /* its fields need not be there yet, or MODEL_NONE */
};
/* Required answers, values that cannot be, limits of lists, periods that overlap. */
void check_answers(const struct check *check);
void check_invariants(const struct check *check);
/* Requirements and guards of check->transition; a guard that reads the form to come is left out. */
void check_transition(const struct check *check);
/* Adds a problem of a record, with the name of its entity when it is not the main one of the set.
 */
void report_problem(struct work_set *set, const struct record *record, struct outcome *outcome,
                    enum status status, struct str where, struct str code, struct str message);
/* Refuses to act on what was entered in error. */
bool check_stands(struct work_set *set, const struct record *record, struct outcome *outcome);
/* STATUS_INTERNAL when something was not loaded. */
void check_loaded(const struct work_set *set, struct outcome *outcome);

/* Whether a form asks for the field itself; MODEL_NONE asks for nothing. */
bool form_has_field(const struct model *model, uint32_t form, uint32_t field);
bool form_has_list(const struct model *model, uint32_t form, uint32_t list);

/* ---- effect.c ---- */

#define EFFECT_DEPTH_MAX 8u

/* Runs the effects of a transition that has just been taken on a record. */
void effects_run(struct work_set *set, struct record *record, uint32_t transition, struct act *act,
                 struct outcome *outcome, unsigned depth);

/* ---- act.c ---- */

/* The transition that makes a record. */
bool transition_is_start(const struct model *model, const struct model_transition *transition);
/* Whether the transition leads from a state; one that names no state leads from any. */
bool transition_leads_from(const struct model *model, const struct model_transition *transition,
                           uint32_t state);
/* Takes a transition as an effect does: no decider, no input, no act_finish. */
void act_take_inner(struct work_set *set, struct record *record, uint32_t transition,
                    struct act *act, struct outcome *outcome, unsigned depth);

/* ---- words.c ---- */

/* "Birth date", for messages: the field's label. */
struct str field_label(const struct model *model, uint32_t field);
/* Appends text with its first letter in upper case (ASCII; others stay). */
void words_capital(struct buf *buf, struct str text);

#endif

/* Classes, roles, deciders, code sets and schemes in words. */
#include "compile/explain_int.h"

static struct str verb_words(struct explainer *e, uint32_t verbs)
{
    struct str list = {0};
    for (uint32_t verb = 0; verb < VERB__COUNT; verb++) {
        if (verbs >> verb & 1) {
            list = explain_joined(e, list, model_verb_words((enum model_verb)verb), false);
        }
    }
    return list;
}

/* "read and change those of their own agency; read those of the whole state". */
static struct str grant_words(struct explainer *e, uint32_t class, uint32_t role)
{
    struct str list = {0};
    for (uint32_t i = 0; i < model_grant_total(e->model); i++) {
        const struct model_grant *grant = model_grant_row(e->model, i);
        if (grant->class == class && grant->role == role && grant->verbs != 0) {
            list =
                STR_JOIN(e->arena, list, list.n ? STR("; ") : STR(""), verb_words(e, grant->verbs),
                         STR(" those "), model_scope_words((enum model_scope)grant->scope));
        }
    }
    return list;
}

void explain_grants(struct explainer *e, unsigned indent, uint32_t class)
{
    for (uint32_t role = 0; role < model_role_total(e->model); role++) {
        struct str words = grant_words(e, class, role);
        if (words.n > 0) {
            LINE(e, indent, explain_text(e, model_role_row(e->model, role)->label), STR(": "),
                 words);
        }
    }
}

void explain_class(struct explainer *e, uint32_t row)
{
    const struct model_record_class *class = model_record_class_row(e->model, row);
    LINE(e, 0, STR("Class: "), explain_called(e, class->label, class->name));
    explain_labelled(e, 1, STR("Source"), class->source);
    LINE(e, 1, STR("Visibility: "),
         model_visibility_words((enum model_visibility) class->visibility), STR("."));
    explain_labelled(e, 1, STR("Whom to ask"), class->ask);
    if (class->break_glass_hours > 0) {
        LINE(e, 1, STR("In an emergency it may be opened, with a reason, for "),
             str_from_int(e->arena, class->break_glass_hours), STR(" hours. "),
             class->break_glass_verified
                 ? STR("The department has confirmed the number.")
                 : STR("Not confirmed with the department: the number can be changed."));
    }
    explain_grants(e, 1, row);
}

void explain_role(struct explainer *e, uint32_t row)
{
    const struct model_role *role = model_role_row(e->model, row);
    LINE(e, 0, STR("Role: "), explain_called(e, role->label, role->name));
    LINE(e, 1, explain_text(e, role->help));
    for (uint32_t class = 0; class < model_record_class_total(e->model); class ++) {
        struct str words = grant_words(e, class, row);
        if (words.n > 0) {
            LINE(e, 1, explain_text(e, model_record_class_row(e->model, class)->label), STR(": "),
                 words);
        }
    }
}

void explain_decider(struct explainer *e, uint32_t row)
{
    const struct model_decider *decider = model_decider_row(e->model, row);
    struct str roles = {0};
    for (uint32_t i = 0; i < decider->roles_count; i++) {
        uint32_t role = model_decider_role_row(e->model, decider->roles_first + i)->role;
        roles =
            explain_joined(e, roles, explain_text(e, model_role_row(e->model, role)->label), false);
    }
    LINE(e, 0, STR("Who may decide: "), explain_called(e, decider->label, decider->name));
    LINE(e, 1, STR("Roles: "), roles);
    LINE(e, 1, STR("Records: "), model_scope_words((enum model_scope)decider->scope));
    LINE(e, 1, decider->cover ? STR("Who covers for such a person may decide, too.") : STR(""));
    LINE(e, 1,
         decider->taking_part
             ? STR("In the parts that were shared, also who works in it for another agency.")
             : STR(""));
    LINE(e, 1,
         decider->not_author
             ? STR("Not who began it, wrote in it, corrected it or handed it in since it was "
                   "last decided: four eyes.")
             : STR(""));
    if (decider->allow != MODEL_NONE) {
        LINE(e, 1, STR("Only when "), explain_expr(e, decider->allow), STR("."));
    }
    explain_labelled(e, 1, STR("Others are told"), decider->say);
}

/* ---- codes -------------------------------------------------------------------------------- */

static void explain_code(struct explainer *e, const struct model_code *code)
{
    bool from = code->from_day != MODEL_NO_BOUND;
    bool to = code->to_day != MODEL_NO_BOUND;
    LINE(e, 1, explain_text(e, code->code), STR(": "), explain_text(e, code->label),
         from ? STR(", from ") : STR(""), from ? explain_day(e, code->from_day) : STR(""),
         to ? STR(", to ") : STR(""), to ? explain_day(e, code->to_day) : STR(""),
         code->replaces == MODEL_NONE ? STR("") : STR(" (new wording)"));
    LINE(e, 2, explain_text(e, code->help));
    explain_labelled(e, 2, STR("Source"), code->source);
}

void explain_code_set(struct explainer *e, uint32_t row)
{
    const struct model_code_set *set = model_code_set_row(e->model, row);
    LINE(e, 0, STR("Code table: "), explain_called(e, set->label, set->name));
    explain_labelled(e, 1, STR("Source"), set->source);
    LINE(e, 1,
         set->verified ? STR("The department has confirmed it.")
                       : STR("Not confirmed with the department."));
    if (set->scheme != MODEL_NONE) {
        LINE(e, 1, STR("Which of these are offered depends on: "),
             explain_text(e, model_scheme_row(e->model, set->scheme)->label));
    }
    for (uint32_t i = 0; i < set->codes_count; i++) {
        explain_code(e, model_code_row(e->model, set->codes_first + i));
    }
    for (uint32_t i = 0; i < set->groups_count; i++) {
        const struct model_code_group *group =
            model_code_group_row(e->model, set->groups_first + i);
        struct str members = {0};
        for (uint32_t m = 0; m < group->members_count; m++) {
            uint32_t code = model_code_member_row(e->model, group->members_first + m)->code;
            members = explain_joined(e, members,
                                     explain_text(e, model_code_row(e->model, code)->code), false);
        }
        LINE(e, 1, STR("Group "), explain_text(e, group->name), STR(": "), members);
    }
}

void explain_scheme(struct explainer *e, uint32_t row)
{
    const struct model_scheme *scheme = model_scheme_row(e->model, row);
    LINE(e, 0, STR("What an agency may choose: "), explain_called(e, scheme->label, scheme->name));
    LINE(e, 1, explain_text(e, scheme->help));
    for (uint32_t i = 0; i < scheme->alternatives_count; i++) {
        const struct model_scheme_alternative *alternative =
            model_scheme_alternative_row(e->model, scheme->alternatives_first + i);
        bool from = alternative->from_day != MODEL_NO_BOUND;
        bool to = alternative->to_day != MODEL_NO_BOUND;
        struct str codes = {0};
        for (uint32_t c = 0; c < alternative->codes_count; c++) {
            uint32_t code = model_scheme_code_row(e->model, alternative->codes_first + c)->code;
            codes = explain_joined(e, codes, explain_text(e, model_code_row(e->model, code)->label),
                                   false);
        }
        LINE(e, 1, explain_called(e, alternative->label, alternative->name), STR(", the default"),
             from ? STR(" from ") : STR(""), from ? explain_day(e, alternative->from_day) : STR(""),
             to ? STR(" to ") : STR(""), to ? explain_day(e, alternative->to_day) : STR(""));
        if (codes.n > 0) {
            LINE(e, 2, STR("Offers: "), codes);
        }
        explain_labelled(e, 2, STR("Source"), alternative->source);
    }
}

/* Names: what they stand for, asked of the scope. */
#include "expr/check.h"

static struct expr_name look_up(struct checker *c, uint32_t subject, struct str name)
{
    return c->scope->lookup(c->scope->context, subject, name);
}

/* " on access report", or nothing when the scope has no words for it. */
static struct str on_subject(struct checker *c, uint32_t subject)
{
    if (!c->scope->subject_label) {
        return STR("");
    }
    struct str label = c->scope->subject_label(c->scope->context, subject);
    return label.n > 0 ? STR_JOIN(c->arena, STR(" on "), label) : STR("");
}

static bool fail_unknown(struct checker *c, const struct syntax *s, uint32_t subject,
                         struct str what)
{
    struct str near = STR("");
    if (c->scope->suggest) {
        near = c->scope->suggest(c->scope->context, subject, s->text, c->arena);
    }
    struct str hint =
        near.n > 0 ? STR_JOIN(c->arena, STR("; did you mean "), near, STR("?")) : STR("");
    return CHECK_FAIL(c, s->at, STR("there is no "), what, STR(" '"), s->text, STR("'"),
                      on_subject(c, subject), hint);
}

static bool fail_collection(struct checker *c, const struct syntax *s)
{
    return CHECK_FAIL(c, s->at, s->text, STR(" stands for many records; use exists(c in "), s->text,
                      STR("), count(...), every(...), min(...), max(...) or first(...)"));
}

static bool append_subject(struct checker *c, size_t at, enum expr_op op, uint32_t slot,
                           uint32_t subject, struct typed *ret)
{
    struct expr_node node = check_plain(op, VALUE_REFERENCE);
    node.id = slot;
    node.number = subject;
    if (!check_append(c, at, node, NULL, 0, ret)) {
        return false;
    }
    ret->subject = subject;
    return true;
}

static bool append_this(struct checker *c, size_t at, struct typed *ret)
{
    return append_subject(c, at, EXPR_THIS, EXPR_NONE, c->scope->subject, ret);
}

/* this, actor, created and variables; *ret_found is false for other names. */
static bool find_subject_word(struct checker *c, const struct syntax *s, bool *ret_found,
                              struct typed *ret)
{
    *ret_found = true;
    for (uint32_t slot = c->variable_count; slot-- > 0;) {
        if (str_eq(c->variables[slot].name, s->text)) {
            return append_subject(c, s->at, EXPR_VARIABLE, slot, c->variables[slot].subject, ret);
        }
    }
    if (str_eq(s->text, STR("this"))) {
        return append_this(c, s->at, ret);
    }
    if (str_eq(s->text, STR("actor"))) {
        if (c->scope->actor_subject == EXPR_NONE) {
            return CHECK_FAIL(c, s->at, STR("nobody acts here, so there is no actor"));
        }
        return append_subject(c, s->at, EXPR_ACTOR, EXPR_NONE, c->scope->actor_subject, ret);
    }
    if (str_eq(s->text, STR("created"))) {
        if (c->scope->created_subject == EXPR_NONE) {
            return CHECK_FAIL(c, s->at,
                              STR("no effect has made a record before this place, so "
                                  "there is no created"));
        }
        return append_subject(c, s->at, EXPR_CREATED, EXPR_NONE, c->scope->created_subject, ret);
    }
    *ret_found = false;
    return true;
}

/* A record to read from: this, actor, created, a variable or a path of references. */
static bool check_subject(struct checker *c, const struct syntax *s, struct typed *ret)
{
    struct typed from;
    if (s->kind == SYNTAX_NAME) {
        bool found = false;
        if (!find_subject_word(c, s, &found, ret)) {
            return false;
        }
        if (found) {
            return true;
        }
        if (!append_this(c, s->at, &from)) {
            return false;
        }
    } else if (!check_subject(c, s->first, &from)) {
        return false;
    }
    struct expr_name name = look_up(c, from.subject, s->text);
    if (name.kind == EXPR_NAME_UNKNOWN) {
        return fail_unknown(c, s, from.subject, STR("reference"));
    }
    if (name.kind == EXPR_NAME_COLLECTION) {
        return fail_collection(c, s);
    }
    if (name.kind == EXPR_NAME_FACT) {
        return CHECK_FAIL(c, s->at, s->text,
                          STR(" is a fact; only a reference can be followed to its fields"));
    }
    if (name.type != VALUE_REFERENCE || name.subject == EXPR_NONE) {
        return CHECK_FAIL(c, s->at, s->text, STR(" is "), check_type_words(name.type),
                          STR(", not a reference to a record; it has no fields"));
    }
    struct expr_node node = check_plain(EXPR_FOLLOW, VALUE_REFERENCE);
    node.id = name.id;
    node.number = name.subject;
    if (!check_append(c, s->at, node, &from, 1, ret)) {
        return false;
    }
    ret->subject = name.subject;
    return true;
}

/* The record a name is looked up on: what stands before the point, or this. */
static bool check_owner(struct checker *c, const struct syntax *s, struct typed *ret)
{
    return s->kind == SYNTAX_MEMBER ? check_subject(c, s->first, ret) : append_this(c, s->at, ret);
}

static bool check_moment(struct checker *c, const struct syntax *s, bool *ret_found,
                         struct typed *ret)
{
    *ret_found = true;
    if (str_eq(s->text, STR("today"))) {
        return check_append(c, s->at, check_plain(EXPR_TODAY, VALUE_DATE), NULL, 0, ret);
    }
    if (str_eq(s->text, STR("now"))) {
        return check_append(c, s->at, check_plain(EXPR_NOW, VALUE_DATETIME), NULL, 0, ret);
    }
    *ret_found = false;
    return true;
}

bool check_name(struct checker *c, const struct syntax *s, struct typed *ret)
{
    if (s->kind == SYNTAX_NAME) {
        bool found = false;
        if (!find_subject_word(c, s, &found, ret) || (!found && !check_moment(c, s, &found, ret))) {
            return false;
        }
        if (found) {
            return true;
        }
    }
    struct typed owner;
    if (!check_owner(c, s, &owner)) {
        return false;
    }
    struct expr_name name = look_up(c, owner.subject, s->text);
    if (name.kind == EXPR_NAME_UNKNOWN) {
        return fail_unknown(c, s, owner.subject, STR("field"));
    }
    if (name.kind == EXPR_NAME_COLLECTION) {
        return fail_collection(c, s);
    }
    struct expr_node node =
        check_plain(name.kind == EXPR_NAME_FACT ? EXPR_FACT : EXPR_FIELD, name.type);
    node.id = name.id;
    node.scale = name.type == VALUE_DECIMAL ? name.scale : 0;
    if (!check_append(c, s->at, node, &owner, 1, ret)) {
        return false;
    }
    bool words = name.type == VALUE_CODE || name.type == VALUE_TEXT;
    ret->code_set = words ? name.code_set : EXPR_NONE;
    ret->subject = name.type == VALUE_REFERENCE ? name.subject : EXPR_NONE;
    return true;
}

bool check_members(struct checker *c, const struct syntax *s, struct typed *ret)
{
    struct typed owner;
    if (!check_owner(c, s, &owner)) {
        return false;
    }
    struct expr_name name = look_up(c, owner.subject, s->text);
    if (name.kind == EXPR_NAME_UNKNOWN) {
        return fail_unknown(c, s, owner.subject, STR("list or collection"));
    }
    if (name.kind != EXPR_NAME_COLLECTION) {
        return CHECK_FAIL(c, s->at, s->text, STR(" is one value; a list or collection is wanted"));
    }
    struct expr_node node = check_plain(EXPR_MEMBERS, VALUE_UNSET);
    node.id = name.id;
    node.number = name.subject;
    if (!check_append(c, s->at, node, &owner, 1, ret)) {
        return false;
    }
    ret->subject = name.subject;
    return true;
}

static bool is_taken(struct checker *c, struct str name)
{
    for (uint32_t i = 0; i < c->variable_count; i++) {
        if (str_eq(c->variables[i].name, name)) {
            return true;
        }
    }
    static const struct str words[] = {STR_INIT("this"), STR_INIT("actor"), STR_INIT("created"),
                                       STR_INIT("today"), STR_INIT("now")};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (str_eq(words[i], name)) {
            return true;
        }
    }
    return syntax_is_reserved(name) ||
           look_up(c, c->scope->subject, name).kind != EXPR_NAME_UNKNOWN;
}

bool check_variable(struct checker *c, const struct syntax *quantifier, uint32_t subject)
{
    if (is_taken(c, quantifier->text)) {
        return CHECK_FAIL(c, quantifier->at, STR("the variable "), quantifier->text,
                          STR(" would hide another name; choose a new one"));
    }
    if (c->variable_count == EXPR_VARIABLES_MAX) {
        return CHECK_FAIL(c, quantifier->at,
                          STR("8 variables are the most; declare the inner part as a fact"));
    }
    c->variables[c->variable_count++] = (struct expr_variable){quantifier->text, subject};
    return true;
}

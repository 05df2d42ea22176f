/* The expression in plain words. Most operations are a sentence with places for their operands;
 * records, choices and collections are put together by hand. */
#include "base/buf.h"
#include "expr/expr.h"

#define EXPLAIN_MAX ((size_t)256 * 1024)

struct explain {
    struct buf buf;
    const struct expr_node *nodes;
    const char *text;
    const struct expr_words *words;
    /* What the variables stand for: their MEMBERS node, EXPR_NONE for those bound outside. */
    uint32_t members[EXPR_VARIABLES_MAX];
    uint32_t innermost; /* slot of the nearest quantifier, or EXPR_NONE */
};

/* %1 %2 %3 are the operands. dates: the wording when they are dates or datetimes. */
struct sentence {
    struct str words, dates;
};

static const struct sentence sentences[EXPR__COUNT] = {
    [EXPR_EQUAL] = {STR_INIT("%1 is %2"),                       STR_INIT("")                  },
    [EXPR_DIFFERENT] = {STR_INIT("%1 is not %2"),                   STR_INIT("")                  },
    [EXPR_LESS] = {STR_INIT("%1 is less than %2"),             STR_INIT("%1 is before %2")   },
    [EXPR_AT_MOST] = {STR_INIT("%1 is at most %2"),               STR_INIT("%1 is %2 or before")},
    [EXPR_MORE] = {STR_INIT("%1 is more than %2"),             STR_INIT("%1 is after %2")    },
    [EXPR_AT_LEAST] = {STR_INIT("%1 is at least %2"),              STR_INIT("%1 is %2 or after") },
    [EXPR_IS_NULL] = {STR_INIT("%1 has no value"),                STR_INIT("")                  },
    [EXPR_BETWEEN] = {STR_INIT("%1 is from %2 to %3"),            STR_INIT("")                  },
    [EXPR_ADD] = {STR_INIT("(%1 + %2)"),                      STR_INIT("")                  },
    [EXPR_SUBTRACT] = {STR_INIT("(%1 - %2)"),                      STR_INIT("")                  },
    [EXPR_MULTIPLY] = {STR_INIT("(%1 times %2)"),                  STR_INIT("")                  },
    [EXPR_DIVIDE] = {STR_INIT("(%1 divided by %2)"),             STR_INIT("")                  },
    [EXPR_NEGATE] = {STR_INIT("minus %1"),                       STR_INIT("")                  },
    [EXPR_SCALE_UP] = {STR_INIT("%1"),                             STR_INIT("")                  },
    [EXPR_ADD_DAYS] = {STR_INIT("%1 plus %2 days"),                STR_INIT("%1 plus %2 days")   },
    [EXPR_SUBTRACT_DAYS] = {STR_INIT("%1 minus %2 days"),               STR_INIT("%1 minus %2 days")  },
    [EXPR_DAYS_BETWEEN] = {STR_INIT("the days from %2 to %1"),         STR_INIT("")                  },
    [EXPR_ADD_MONTHS] = {STR_INIT("%1 plus %2 months"),              STR_INIT("")                  },
    [EXPR_MONTHS_BETWEEN] = {STR_INIT("the whole months from %1 to %2"), STR_INIT("")                  },
    [EXPR_AGE] = {STR_INIT("the age, born on %1, on %2"),     STR_INIT("")                  },
    [EXPR_LOCAL_DATE] = {STR_INIT("the day of %1"),                  STR_INIT("")                  },
    [EXPR_HOURS_BETWEEN] = {STR_INIT("the whole hours from %1 to %2"),  STR_INIT("")                  },
    [EXPR_LENGTH] = {STR_INIT("the number of characters of %1"), STR_INIT("")                  },
    [EXPR_CODE_TEXT] = {STR_INIT("%1"),                             STR_INIT("")                  },
};

static void say(struct explain *e, uint32_t index);
static void say_condition(struct explain *e, uint32_t index);

static const struct expr_node *node_at(const struct explain *e, uint32_t index)
{
    return &e->nodes[index];
}

static uint32_t child_at(const struct explain *e, uint32_t index, unsigned position)
{
    uint32_t child = node_at(e, index)->first;
    while (position-- > 0 && child != EXPR_NONE) {
        child = node_at(e, child)->next;
    }
    return child;
}

/* ---- literals and records ---- */

static void say_decimal(struct explain *e, const struct expr_node *node)
{
    uint64_t unit = 1;
    for (uint32_t i = 0; i < node->scale; i++) {
        unit *= 10;
    }
    uint64_t size = node->number < 0 ? 0 - (uint64_t)node->number : (uint64_t)node->number;
    if (node->number < 0) {
        buf_byte(&e->buf, '-');
    }
    buf_digits(&e->buf, size / unit, 1);
    if (node->scale > 0) {
        buf_byte(&e->buf, '.');
        buf_digits(&e->buf, size % unit, node->scale);
    }
}

static bool say_literal(struct explain *e, const struct expr_node *node)
{
    struct str text = expr_text(e->text, node);
    if (node->op == EXPR_NULL) {
        buf_add(&e->buf, STR("nothing"));
    } else if (node->op == EXPR_BOOLEAN) {
        buf_add(&e->buf, node->number ? STR("yes") : STR("no"));
    } else if (node->op == EXPR_INTEGER) {
        buf_int(&e->buf, node->number);
    } else if (node->op == EXPR_DECIMAL) {
        say_decimal(e, node);
    } else if (node->op == EXPR_TEXT) {
        BUF_ADD(&e->buf, STR("\""), text, STR("\""));
    } else if (node->op == EXPR_DATE) {
        buf_add(&e->buf, date_iso(e->buf.arena, (struct date){.day = (int32_t)node->number}));
    } else if (node->op == EXPR_CODE) {
        buf_add(&e->buf, e->words->code(e->words->context, node->id, text));
    } else if (node->op == EXPR_TODAY) {
        buf_add(&e->buf, STR("today"));
    } else if (node->op == EXPR_NOW) {
        buf_add(&e->buf, STR("now"));
    } else {
        return false;
    }
    return true;
}

static bool say_subject(struct explain *e, const struct expr_node *node)
{
    if (node->op == EXPR_THIS) {
        buf_add(&e->buf, STR("this record"));
    } else if (node->op == EXPR_ACTOR) {
        buf_add(&e->buf, STR("the worker who acts"));
    } else if (node->op == EXPR_CREATED) {
        buf_add(&e->buf, STR("the new record"));
    } else if (node->op == EXPR_VARIABLE) {
        uint32_t members = e->members[node->id];
        if (node->id == e->innermost) {
            buf_add(&e->buf, STR("it"));
        } else if (members == EXPR_NONE) {
            buf_add(&e->buf, STR("the one in question"));
        } else {
            BUF_ADD(&e->buf, STR("that one of "),
                    e->words->collection(e->words->context, node_at(e, members)->id));
        }
    } else if (node->op == EXPR_FOLLOW) {
        buf_add(&e->buf, e->words->field(e->words->context, node->id));
        if (node_at(e, node->first)->op != EXPR_THIS) {
            buf_add(&e->buf, STR(" of "));
            say(e, node->first);
        }
    } else {
        return false;
    }
    return true;
}

/* "received at", "its type", "birth date of the child". */
static void say_of(struct explain *e, struct str name, uint32_t subject)
{
    const struct expr_node *node = node_at(e, subject);
    if (node->op == EXPR_VARIABLE && node->id == e->innermost) {
        BUF_ADD(&e->buf, STR("its "), name);
        return;
    }
    buf_add(&e->buf, name);
    if (node->op != EXPR_THIS) {
        buf_add(&e->buf, STR(" of "));
        say(e, subject);
    }
}

static bool say_record(struct explain *e, const struct expr_node *node)
{
    if (node->op == EXPR_FACT) {
        say_of(e, e->words->fact(e->words->context, node->id), node->first);
        return true;
    }
    if (node->op != EXPR_FIELD && node->op != EXPR_WHY && node->op != EXPR_ADDRESSED) {
        return false;
    }
    if (node->op == EXPR_WHY) {
        buf_add(&e->buf, STR("the reason for no answer to "));
    }
    say_of(e, e->words->field(e->words->context, node->id), node->first);
    if (node->op == EXPR_ADDRESSED) {
        buf_add(&e->buf, STR(" is answered, or there is a reason why not"));
    }
    return true;
}

/* ---- logic and choice ---- */

static void say_chain(struct explain *e, const struct expr_node *node)
{
    struct str word = node->op == EXPR_AND ? STR(" and ") : STR(" or ");
    for (uint32_t i = node->first; i != EXPR_NONE; i = node_at(e, i)->next) {
        uint32_t op = node_at(e, i)->op;
        bool bracket = op == EXPR_AND || op == EXPR_OR || op == EXPR_EVERY || op == EXPR_EXISTS;
        buf_add(&e->buf, i == node->first ? STR("") : word);
        buf_add(&e->buf, bracket ? STR("(") : STR(""));
        say_condition(e, i);
        buf_add(&e->buf, bracket ? STR(")") : STR(""));
    }
}

static void say_not(struct explain *e, const struct expr_node *node)
{
    const struct expr_node *of = node_at(e, node->first);
    if (of->op == EXPR_IS_NULL) {
        say(e, of->first);
        buf_add(&e->buf, STR(" has a value"));
        return;
    }
    buf_add(&e->buf, STR("not ("));
    say_condition(e, node->first);
    buf_byte(&e->buf, ')');
}

static void say_list(struct explain *e, uint32_t first, struct str before_last)
{
    for (uint32_t i = first; i != EXPR_NONE; i = node_at(e, i)->next) {
        bool last = node_at(e, i)->next == EXPR_NONE;
        buf_add(&e->buf, i == first ? STR("") : last ? before_last : STR(", "));
        say(e, i);
    }
}

static void say_case(struct explain *e, const struct expr_node *node)
{
    uint32_t i = node->first;
    while (i != EXPR_NONE) {
        uint32_t then = node_at(e, i)->next;
        if (then == EXPR_NONE) {
            buf_add(&e->buf, STR("otherwise "));
            say(e, i);
            return;
        }
        say(e, then);
        buf_add(&e->buf, STR(" when "));
        say_condition(e, i);
        i = node_at(e, then)->next;
        buf_add(&e->buf, i == EXPR_NONE ? STR("") : STR("; "));
    }
}

static bool say_logic(struct explain *e, const struct expr_node *node)
{
    if (node->op == EXPR_AND || node->op == EXPR_OR) {
        say_chain(e, node);
    } else if (node->op == EXPR_NOT) {
        say_not(e, node);
    } else if (node->op == EXPR_IN) {
        say(e, node->first);
        buf_add(&e->buf, STR(" is one of "));
        say_list(e, node_at(e, node->first)->next, STR(" or "));
    } else if (node->op == EXPR_CASE) {
        say_case(e, node);
    } else if (node->op == EXPR_COALESCE) {
        say_list(e, node->first, STR(", or else "));
    } else if (node->op == EXPR_CONCAT) {
        say_list(e, node->first, STR(" and "));
        buf_add(&e->buf, STR(" joined"));
    } else {
        return false;
    }
    return true;
}

/* ---- collections ---- */

static void say_members(struct explain *e, uint32_t quantifier)
{
    const struct expr_node *members = node_at(e, node_at(e, quantifier)->first);
    say_of(e, e->words->collection(e->words->context, members->id), members->first);
}

static void say_where(struct explain *e, uint32_t where)
{
    if (where != EXPR_NONE) {
        buf_add(&e->buf, STR(" where "));
        say_condition(e, where);
    }
}

static struct str picked(const struct expr_node *node)
{
    bool date = node->type == VALUE_DATE || node->type == VALUE_DATETIME;
    if (node->op == EXPR_FIRST) {
        return STR("of the first of ");
    }
    if (node->op == EXPR_MIN) {
        return date ? STR("the earliest of ") : STR("the least of ");
    }
    return date ? STR("the latest of ") : STR("the greatest of ");
}

static void say_quantifier(struct explain *e, uint32_t index)
{
    const struct expr_node *node = node_at(e, index);
    uint32_t body = child_at(e, index, 1), outer = e->innermost;
    bool every = node->op == EXPR_EVERY;
    if (node->op == EXPR_EXISTS || node->op == EXPR_COUNT) {
        buf_add(&e->buf, node->op == EXPR_EXISTS ? STR("there is one of ") : STR("the number of "));
        say_members(e, index);
    } else if (every) {
        buf_add(&e->buf, STR("for each of "));
        say_members(e, index);
    }
    uint32_t members = e->members[node->id];
    e->members[node->id] = node->first;
    e->innermost = node->id;
    if (node->op == EXPR_EXISTS || node->op == EXPR_COUNT) {
        say_where(e, body);
    } else if (every) {
        say_where(e, child_at(e, index, 2));
        buf_add(&e->buf, STR(": "));
        say_condition(e, body);
    } else {
        BUF_ADD(&e->buf, node->op == EXPR_FIRST ? STR("") : picked(node));
        say(e, body);
        buf_add(&e->buf, node->op == EXPR_FIRST ? STR(" ") : STR(" among "));
        buf_add(&e->buf, node->op == EXPR_FIRST ? picked(node) : STR(""));
        e->innermost = outer;
        say_members(e, index);
        e->innermost = node->id;
        say_where(e, child_at(e, index, 2));
    }
    e->members[node->id] = members;
    e->innermost = outer;
}

/* ---- dispatch ---- */

static void say_sentence(struct explain *e, uint32_t index)
{
    const struct expr_node *node = node_at(e, index);
    const struct sentence *sentence = &sentences[node->op];
    uint32_t type = node->first == EXPR_NONE ? VALUE_UNSET : node_at(e, node->first)->type;
    bool dates = (type == VALUE_DATE || type == VALUE_DATETIME) && sentence->dates.n > 0;
    struct str words = dates ? sentence->dates : sentence->words;
    for (size_t i = 0; i < words.n; i++) {
        if (words.p[i] == '%') {
            i++;
            say(e, child_at(e, index, (unsigned)(words.p[i] - '1')));
        } else {
            buf_byte(&e->buf, words.p[i]);
        }
    }
}

static void say(struct explain *e, uint32_t index)
{
    const struct expr_node *node = node_at(e, index);
    if (say_literal(e, node) || say_subject(e, node) || say_record(e, node) || say_logic(e, node)) {
        return;
    }
    if (node->op >= EXPR_EXISTS && node->op <= EXPR_FIRST) {
        say_quantifier(e, index);
        return;
    }
    say_sentence(e, index);
}

/* A plain yes-or-no value as a condition says so. */
static void say_condition(struct explain *e, uint32_t index)
{
    uint32_t op = node_at(e, index)->op;
    say(e, index);
    if (op == EXPR_FIELD || op == EXPR_FACT) {
        buf_add(&e->buf, STR(" is yes"));
    }
}

struct str expr_explain(struct arena *arena, const struct expr_node *nodes, const char *text,
                        uint32_t root, const struct expr_words *words)
{
    struct explain e = {.nodes = nodes, .text = text, .words = words, .innermost = EXPR_NONE};
    buf_init(&e.buf, arena, EXPLAIN_MAX);
    for (size_t i = 0; i < EXPR_VARIABLES_MAX; i++) {
        e.members[i] = EXPR_NONE;
    }
    if (nodes[root].type == VALUE_BOOLEAN) {
        say_condition(&e, root);
    } else {
        say(&e, root);
    }
    return buf_str(&e.buf);
}

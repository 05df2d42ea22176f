#include "exchange/match_mapping.h"

#include "exchange/yaml_text.h"

#define PERSON STR("{person}")
#define TRUTH_MOST 256 /* bytes of a text that is looked through for a person */

struct reading {
    struct messages messages;
    struct match_mapping *mapping;
};

/* What a column may be: its part of the name, or a field of the design. */
static const struct kind {
    struct str word;
    enum match_column_kind is;
    enum match_kind kind;
} kinds[] = {
    {STR_INIT("given"),      MATCH_COLUMN_GIVEN,  MATCH_KIND_GIVEN     },
    {STR_INIT("middle"),     MATCH_COLUMN_MIDDLE, MATCH_KIND_GIVEN     },
    {STR_INIT("family"),     MATCH_COLUMN_FAMILY, MATCH_KIND_FAMILY    },
    {STR_INIT("name"),       MATCH_COLUMN_NAME,   MATCH_KIND_FAMILY    },
    {STR_INIT("former"),     MATCH_COLUMN_FORMER, MATCH_KIND_FAMILY    },
    {STR_INIT("birth"),      MATCH_COLUMN_BIRTH,  MATCH_KIND_BIRTH     },
    {STR_INIT("category"),   MATCH_COLUMN_VALUE,  MATCH_KIND_CATEGORY  },
    {STR_INIT("text"),       MATCH_COLUMN_VALUE,  MATCH_KIND_TEXT      },
    {STR_INIT("number"),     MATCH_COLUMN_VALUE,  MATCH_KIND_NUMBER    },
    {STR_INIT("code"),       MATCH_COLUMN_VALUE,  MATCH_KIND_CODE      },
    {STR_INIT("email"),      MATCH_COLUMN_VALUE,  MATCH_KIND_EMAIL     },
    {STR_INIT("phone"),      MATCH_COLUMN_VALUE,  MATCH_KIND_PHONE     },
    {STR_INIT("identifier"), MATCH_COLUMN_VALUE,  MATCH_KIND_IDENTIFIER},
};

static const struct kind *kind_of(struct reading *r, const struct yaml *node, struct str word)
{
    struct str words[ARRAY_LENGTH(kinds)];
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (str_eq(kinds[i].word, word)) {
            return &kinds[i];
        }
        words[i] = kinds[i].word;
    }
    YAML_WRONG(&r->messages, node, STR("a column cannot be '"), word, STR("'"),
               did_you_mean(r->messages.arena, word, words, ARRAY_LENGTH(kinds)));
    return NULL;
}

static enum match_date_form form_of(struct reading *r, const struct yaml *node)
{
    static const struct str forms[] = {
        [MATCH_YEAR_FIRST] = STR_INIT("year_first"),
        [MATCH_MONTH_FIRST] = STR_INIT("month_first"),
        [MATCH_DAY_FIRST] = STR_INIT("day_first"),
    };
    struct str word = yaml_text_at(&r->messages, node, STR("form"), false);
    for (enum match_date_form form = MATCH_YEAR_FIRST; form <= MATCH_DAY_FIRST; form++) {
        if (str_eq(word, forms[form])) {
            return form;
        }
    }
    if (word.n > 0) {
        YAML_WRONG(&r->messages, node,
                   STR("the form of a date is year_first, month_first or day_first"));
    }
    return MATCH_YEAR_FIRST;
}

/* The field of the design for a column; those of names and of the birth are there once. */
static bool design_field(struct reading *r, const struct yaml *node, enum match_kind kind,
                         struct str label, size_t *ret_field)
{
    struct match_design *design = &r->mapping->design;
    bool once = kind == MATCH_KIND_GIVEN || kind == MATCH_KIND_FAMILY || kind == MATCH_KIND_BIRTH;
    for (*ret_field = 0; once && *ret_field < design->count; (*ret_field)++) {
        if (design->fields[*ret_field].kind == kind) {
            return true;
        }
    }
    *ret_field = design->count;
    if (design->count == MATCH_FIELDS_MAX) {
        YAML_WRONG(&r->messages, node, STR("at most 16 things are compared"));
        return false;
    }
    design->fields[design->count++] = (struct match_field){kind, label};
    return true;
}

static struct str label_of(enum match_kind kind, struct str given)
{
    switch (kind) {
    case MATCH_KIND_GIVEN:
        return STR("given name");
    case MATCH_KIND_FAMILY:
        return STR("family name");
    case MATCH_KIND_BIRTH:
        return STR("birth");
    case MATCH_KIND_CATEGORY:
    case MATCH_KIND_TEXT:
    case MATCH_KIND_NUMBER:
    case MATCH_KIND_CODE:
    case MATCH_KIND_EMAIL:
    case MATCH_KIND_PHONE:
    case MATCH_KIND_IDENTIFIER:
    case MATCH_KIND__COUNT:
        break;
    }
    return given;
}

static bool has_column(const struct match_mapping *mapping, enum match_column_kind is)
{
    for (size_t i = 0; i < mapping->column_count; i++) {
        if (mapping->columns[i].is == is) {
            return true;
        }
    }
    return false;
}

static void read_field(struct reading *r, const struct yaml *node)
{
    static const struct str keys[] = {STR_INIT("column"), STR_INIT("is"), STR_INIT("label"),
                                      STR_INIT("form")};
    struct match_mapping *mapping = r->mapping;
    size_t field;
    if (!yaml_known_keys(&r->messages, node, keys, ARRAY_LENGTH(keys))) {
        return;
    }
    struct str column = yaml_text_at(&r->messages, node, STR("column"), true);
    struct str label = yaml_text_at(&r->messages, node, STR("label"), false);
    const struct kind *kind = kind_of(r, node, yaml_text_at(&r->messages, node, STR("is"), true));
    if (!kind || mapping->column_count == MATCH_COLUMNS_MAX) {
        return;
    }
    if (kind->is != MATCH_COLUMN_VALUE && has_column(mapping, kind->is)) {
        YAML_WRONG(&r->messages, node, STR("two columns are '"), kind->word, STR("'"));
        return;
    }
    /* A name that is written as one has a given name in it. */
    if ((kind->is == MATCH_COLUMN_NAME &&
         !design_field(r, node, MATCH_KIND_GIVEN, label_of(MATCH_KIND_GIVEN, label), &field)) ||
        !design_field(r, node, kind->kind, label_of(kind->kind, label.n > 0 ? label : column),
                      &field)) {
        return;
    }
    mapping->columns[mapping->column_count++] =
        (struct match_column){column, kind->is, field, form_of(r, node)};
}

static void read_person(struct reading *r, const struct yaml *root)
{
    static const struct str keys[] = {STR_INIT("column"), STR_INIT("pattern")};
    const struct yaml_pair *person = yaml_find(root, STR("person"));
    if (!person) {
        return;
    }
    if (person->value->kind == YAML_TEXT) {
        r->mapping->person = person->value->text;
    } else if (yaml_known_keys(&r->messages, person->value, keys, ARRAY_LENGTH(keys))) {
        r->mapping->person = yaml_text_at(&r->messages, person->value, STR("column"), true);
        r->mapping->pattern = yaml_text_at(&r->messages, person->value, STR("pattern"), false);
    }
    if (r->mapping->pattern.n > 0 && str_find(r->mapping->pattern, PERSON) < 0) {
        YAML_WRONG(&r->messages, person->value, STR("a pattern has {person} in it"));
    }
}

static void read_root(struct reading *r, const struct yaml *root)
{
    static const struct str keys[] = {STR_INIT("mapping"), STR_INIT("unset"), STR_INIT("record"),
                                      STR_INIT("person"), STR_INIT("fields")};
    if (!yaml_known_keys(&r->messages, root, keys, ARRAY_LENGTH(keys))) {
        return;
    }
    r->mapping->name = yaml_text_at(&r->messages, root, STR("mapping"), true);
    r->mapping->record = yaml_text_at(&r->messages, root, STR("record"), false);
    yaml_unset_words(&r->messages, root, &r->mapping->unset, &r->mapping->unset_count);
    read_person(r, root);
    const struct yaml_pair *fields = yaml_find(root, STR("fields"));
    if (!fields || fields->value->kind != YAML_LIST || fields->value->count == 0) {
        YAML_WRONG(&r->messages, root, STR("'fields' is missing: a list of columns"));
        return;
    }
    for (size_t i = 0; i < fields->value->count; i++) {
        read_field(r, fields->value->items[i]);
    }
}

enum status match_mapping_read(struct arena *arena, struct str file, struct str text,
                               struct outcome *outcome, struct match_mapping *ret_mapping)
{
    struct reading r = {.mapping = ret_mapping};
    *ret_mapping = (struct match_mapping){.column_count = 0};
    messages_init(&r.messages, arena);
    const struct yaml *root = yaml_read(arena, file, text, &r.messages);
    if (root) {
        read_root(&r, root);
    } else if (r.messages.list.count == 0) {
        MESSAGE(&r.messages, place_of_file(file),
                STR("a mapping is written as 'mapping: NAME' and 'fields:'"));
    }
    return yaml_told(&r.messages, outcome);
}

/* ---- patterns ---- */

/* Whether the pattern, in which * is anything, fits the whole text. */
static bool fits(struct str pattern, struct str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, from = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            from = t;
        } else if (p < pattern.n && pattern.p[p] == text.p[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*') {
        p++;
    }
    return p == pattern.n;
}

bool match_person_of(struct str pattern, struct str text, struct str *ret_person)
{
    *ret_person = text;
    if (pattern.n == 0 || text.n > TRUTH_MOST) {
        return pattern.n == 0 && text.n > 0;
    }
    ptrdiff_t at = str_find(pattern, PERSON);
    struct str before = str_slice(pattern, 0, (size_t)at);
    struct str after = str_slice(pattern, (size_t)at + PERSON.n, pattern.n);
    for (size_t from = 0; from < text.n; from++) {
        if (!fits(before, str_slice(text, 0, from))) {
            continue;
        }
        for (size_t to = from + 1; to <= text.n; to++) {
            if (fits(after, str_slice(text, to, text.n))) {
                *ret_person = str_slice(text, from, to);
                return true;
            }
        }
    }
    return false;
}

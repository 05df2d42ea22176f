#include "match/match_lexicon.h"

#include "base/buf.h"
#include "base/csv.h"
#include "match/match_fold.h"

struct reading {
    struct arena *arena;
    struct outcome *outcome;
    struct match_lexicon *lexicon;
    uint32_t names; /* given a number so far */
};

static bool kind_of(struct str word, enum match_word_kind *ret_kind)
{
    static const struct str kinds[MATCH_WORD__COUNT] = {
        [MATCH_WORD_FORM] = STR_INIT("form"),         [MATCH_WORD_CLAN] = STR_INIT("clan"),
        [MATCH_WORD_PARTICLE] = STR_INIT("particle"), [MATCH_WORD_SUFFIX] = STR_INIT("suffix"),
        [MATCH_WORD_TITLE] = STR_INIT("title"),       [MATCH_WORD_NOBODY] = STR_INIT("nobody"),
    };
    for (enum match_word_kind kind = 0; kind < MATCH_WORD__COUNT; kind++) {
        if (str_eq(word, kinds[kind])) {
            *ret_kind = kind;
            return true;
        }
    }
    return false;
}

static void wrong(struct reading *r, unsigned line, struct str what)
{
    outcome_problem(
        r->outcome, STATUS_INVALID, STR(""), STR("lexicon"),
        STR_JOIN(r->arena, STR("line "), str_from_int(r->arena, line), STR(": "), what));
}

static struct match_lexeme *lexeme_of(struct reading *r, struct str word)
{
    struct match_lexeme *lexeme = map_get(&r->lexicon->words, word);
    if (!lexeme) {
        lexeme = ARENA_NEW(r->arena, struct match_lexeme);
        (void)map_add(&r->lexicon->words, word, lexeme);
    }
    return lexeme;
}

static bool add_form(struct match_lexeme *lexeme, uint32_t name)
{
    if (lexeme->form_count == MATCH_FORMS_MOST) {
        return false;
    }
    lexeme->forms[lexeme->form_count++] = name;
    return true;
}

/* A word that names itself has its number first among its forms. */
static bool name_of(struct reading *r, struct str word, uint32_t *ret_name)
{
    struct match_lexeme *lexeme = lexeme_of(r, word);
    struct str own = STR_JOIN(r->arena, STR("="), word);
    uint32_t *number = map_get(&r->lexicon->words, own);
    if (!number) {
        number = ARENA_NEW(r->arena, uint32_t);
        *number = ++r->names;
        (void)map_add(&r->lexicon->words, own, number);
        *ret_name = *number;
        return add_form(lexeme, *number);
    }
    *ret_name = *number;
    return true;
}

/* One folded word, or nothing. */
static struct str one_word(struct reading *r, struct str text)
{
    struct str words[2];
    return match_words(r->arena, text, words, 2) == 1 ? words[0] : STR("");
}

static void read_row(struct reading *r, const struct csv_row *row)
{
    enum match_word_kind kind;
    if (row->count != 3) {
        wrong(r, row->line, STR("a line has word, kind and of"));
        return;
    }
    struct str word = one_word(r, row->fields[0]), of = one_word(r, row->fields[2]);
    if (word.n == 0 || !kind_of(row->fields[1], &kind)) {
        wrong(r, row->line,
              STR("one word, then form, clan, particle, suffix, title or nobody, then of what"));
        return;
    }
    struct match_lexeme *lexeme = lexeme_of(r, word);
    lexeme->kinds |= 1u << kind;
    uint32_t name;
    if (of.n == 0 && kind == MATCH_WORD_FORM) {
        wrong(r, row->line, STR("a form is of a name: write it into the column of"));
    } else if (of.n > 0 && (!name_of(r, of, &name) || !add_form(lexeme, name))) {
        wrong(r, row->line, STR("this word is a form of more than six names"));
    }
}

enum status match_lexicon_read(struct arena *arena, struct str text, struct outcome *outcome,
                               struct match_lexicon *ret_lexicon)
{
    struct reading r = {.arena = arena, .outcome = outcome, .lexicon = ret_lexicon};
    struct csv csv;
    struct csv_row *row = ARENA_NEW(arena, struct csv_row);
    enum csv_result result;
    map_init(&ret_lexicon->words, arena);
    csv_init(&csv, text);
    while ((result = csv_next(&csv, arena, row)) != CSV_END) {
        if (result == CSV_BAD_ROW) {
            wrong(&r, row->line, row->fault);
        } else if (row->line > 1) {
            read_row(&r, row);
        }
    }
    return outcome->status;
}

const struct match_lexeme *match_lexeme(const struct match_lexicon *lexicon, struct str word)
{
    return map_get(&lexicon->words, word);
}

bool match_word_is(const struct match_lexicon *lexicon, struct str word, enum match_word_kind kind)
{
    const struct match_lexeme *lexeme = match_lexeme(lexicon, word);
    return lexeme && (lexeme->kinds >> kind & 1) != 0;
}

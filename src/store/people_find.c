/* Finding people. Each way to somebody (a family and a given word, a year and a word, a birth date,
 * a number) is one short range of the keys' index; who is found by any of them is then judged by
 * all of their keys. Ranges are cut at a limit: who types more letters sees more of the same name.
 */
#include "model/c_names.h"
#include "rule/access.h"
#include "rule/input.h"
#include "store/people.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "db/named.h"
#include "store/store_int.h"

#define WORD_LEAST 2u
#define WORDS_MOST 6u
#define RANGE_MOST 200
#define BEGINNINGS_MOST 2000 /* read when only beginnings of both names are known */
#define CANDIDATES_MOST 400u
#define MATCHES_WANTED 20u /* with fewer than these, beginnings are looked at too */
#define WHY_MOST ((size_t)200)

/* What each thing in common is worth. */
enum {
    SCORE_NUMBER = 100,
    SCORE_BIRTH = 20,
    SCORE_BIRTH_NEAR = 12,
    SCORE_YEAR = 8,
    SCORE_FAMILY = 11,
    SCORE_GIVEN = 10,
    SCORE_FAMILY_BEGINS = 6,
    SCORE_GIVEN_BEGINS = 5,
    SCORE_WORD_MISSED = -8,
    SCORE_OTHER_BIRTH = -15,
};

/* ---- what is asked ---- */

static bool is_year(struct str word, int32_t *ret_year)
{
    int64_t number = 0;
    bool year = word.n == 4 && str_to_i64(word, &number) && number >= 1850 && number <= 2999;
    *ret_year = year ? (int32_t)number : 0;
    return year;
}

static bool has_digit(struct str word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] >= '0' && word.p[i] <= '9') {
            return true;
        }
    }
    return false;
}

static void read_name(struct arena *arena, struct str word, struct people_query *query)
{
    struct str parts[NAME_WORDS_MOST];
    size_t count = name_words(arena, word, NAME_PARTS, parts);
    for (size_t i = 0; i < count && query->word_count < WORDS_MOST; i++) {
        if (parts[i].n >= WORD_LEAST) {
            query->words[query->word_count++] = parts[i];
        }
    }
}

static void read_word(struct arena *arena, struct str word, struct people_query *query)
{
    struct date birth;
    int32_t year;
    if (date_parse(word, &birth)) {
        query->birth = birth;
        query->has_birth = true;
    } else if (is_year(word, &year)) {
        query->year = year;
    } else if (has_digit(word)) {
        query->number = name_fold(arena, word);
    } else {
        read_name(arena, word, query);
    }
}

enum status people_query_read(struct arena *arena, struct str words, struct date birth,
                              bool has_birth, struct outcome *outcome,
                              struct people_query *ret_query)
{
    struct people_query query = {.birth = birth, .has_birth = has_birth};
    struct str rest = words, word;
    while (str_split(&rest, ' ', &word)) {
        read_word(arena, str_trim(word), &query);
    }
    if (query.has_birth) {
        query.year = date_to_civil(query.birth).year;
    }
    *ret_query = query;
    if (query.number.n >= WORD_LEAST || query.word_count >= 2 ||
        (query.word_count == 1 && query.year != 0)) {
        return STATUS_OK;
    }
    outcome_problem(outcome, STATUS_INVALID, STR("words"), STR("too_little"),
                    STR("Give a first and a last name, or one name and a year or date of birth, or "
                        "a number. The first two letters of each name are enough."));
    return STATUS_INVALID;
}

/* ---- candidates ---- */

struct candidate {
    struct uuid person;
};
struct finding {
    struct db *db;
    struct arena *arena;
    const struct people_query *query;
    struct map by_id;
    LIST(struct candidate *) candidates;
};

static void add_candidate(struct finding *finding, struct uuid person)
{
    const void *id = person.bytes;
    if (finding->candidates.count == CANDIDATES_MOST ||
        map_has(&finding->by_id, (struct str){id, sizeof(person.bytes)})) {
        return;
    }
    struct candidate *candidate = ARENA_NEW(finding->arena, struct candidate);
    candidate->person = person;
    id = candidate->person.bytes;
    map_add(&finding->by_id, (struct str){id, sizeof(person.bytes)}, candidate);
    LIST_PUSH(finding->arena, &finding->candidates, candidate);
}

/* Whether the part behind the blank of a pair begins with one of the other words. */
static bool second_fits(const struct people_query *query, size_t first, struct str pair)
{
    ptrdiff_t blank = str_find_byte(pair, ' ');
    struct str second = str_slice(pair, (size_t)blank + 1, pair.n);
    for (size_t i = 0; i < query->word_count; i++) {
        if (i != first && str_starts(second, query->words[i])) {
            return true;
        }
    }
    return false;
}

/* Who has a key of that kind that begins so. first: of a pair, the word that the beginning is of,
 * when the other part must fit as well; else SIZE_MAX. */
static enum status add_range(struct finding *finding, struct str kind, struct str beginning,
                             int64_t most, size_t first)
{
    struct db_statement *q;
    TRY(db_named(finding->db, SQL_FIND_PERSONS_BY_KEY, finding->arena, &q));
    db_bind_text(q, 1, kind);
    db_bind_text(q, 2, beginning);
    /* Behind everything that begins so: no character is beyond U+10FFFF. */
    db_bind_text(q, 3, STR_JOIN(finding->arena, beginning, STR("\xf4\x8f\xbf\xbf")));
    db_bind_int(q, 4, most);
    while (db_next(q)) {
        if (first == SIZE_MAX || second_fits(finding->query, first, db_text_view(q, 1))) {
            add_candidate(finding, db_uuid(q, 0));
        }
    }
    return db_finish(q);
}

/* One word whole, the other at least begun: each may be the family's. */
static enum status add_pairs(struct finding *finding)
{
    const struct people_query *query = finding->query;
    for (size_t f = 0; f < query->word_count; f++) {
        for (size_t g = 0; g < query->word_count; g++) {
            struct str pair = STR_JOIN(finding->arena, query->words[f], STR(" "), query->words[g]);
            if (f != g) {
                TRY(add_range(finding, STR("pair"), pair, RANGE_MOST, SIZE_MAX));
            }
        }
    }
    return STATUS_OK;
}

/* The year and a word at least begun. */
static enum status add_years(struct finding *finding)
{
    const struct people_query *query = finding->query;
    struct str year = str_from_int(finding->arena, query->year);
    for (size_t i = 0; i < query->word_count; i++) {
        struct str beginning = STR_JOIN(finding->arena, year, STR(" "), query->words[i]);
        TRY(add_range(finding, STR("year"), beginning, RANGE_MOST, SIZE_MAX));
    }
    return STATUS_OK;
}

/* The same day of a year of which one digit is another one, and a whole word. */
static enum status add_near_years(struct finding *finding)
{
    const struct people_query *query = finding->query;
    struct civil birth = date_to_civil(query->birth);
    for (int32_t place = 1; place <= 1000; place *= 10) {
        int32_t digit = birth.year / place % 10;
        for (int32_t other = 0; other <= 9; other++) {
            int32_t year = birth.year + (other - digit) * place;
            if (other == digit || !date_is_real(year, birth.month, birth.day)) {
                continue;
            }
            struct date date = date_from_civil(year, birth.month, birth.day);
            for (size_t i = 0; i < query->word_count; i++) {
                TRY(add_range(finding, STR("year"),
                              people_year_key(finding->arena, date, query->words[i]), RANGE_MOST,
                              SIZE_MAX));
            }
        }
    }
    return STATUS_OK;
}

/* Both words only begun: "jo sm". */
static enum status add_beginnings(struct finding *finding)
{
    const struct people_query *query = finding->query;
    for (size_t i = 0; i < query->word_count && query->word_count > 1; i++) {
        TRY(add_range(finding, STR("pair"), query->words[i], BEGINNINGS_MOST, i));
    }
    return STATUS_OK;
}

static enum status collect(struct finding *finding)
{
    const struct people_query *query = finding->query;
    if (query->number.n >= WORD_LEAST) {
        TRY(add_range(finding, STR("number"), query->number, RANGE_MOST, SIZE_MAX));
    }
    TRY(add_pairs(finding));
    if (query->has_birth && query->word_count > 0) {
        TRY(add_range(finding, STR("birth"), date_iso(finding->arena, query->birth), RANGE_MOST,
                      SIZE_MAX));
    }
    if (query->year != 0) {
        TRY(add_years(finding));
    }
    if (query->has_birth) {
        TRY(add_near_years(finding));
    }
    return finding->candidates.count < MATCHES_WANTED ? add_beginnings(finding) : STATUS_OK;
}

/* ---- judging ---- */

enum fit { FIT_NOT, FIT_GIVEN_BEGINS, FIT_FAMILY_BEGINS, FIT_GIVEN, FIT_FAMILY, FIT__COUNT };

enum birth_fit {
    BIRTH_UNKNOWN, /* of the candidate, or not asked for */
    BIRTH_SAME,
    BIRTH_DIGIT,     /* one digit is another one */
    BIRTH_EXCHANGED, /* day and month */
    BIRTH_YEAR,      /* the year alone is the same */
    BIRTH_OTHER,
};

struct judging {
    const struct people_query *query;
    enum fit fits[WORDS_MOST]; /* the best of each word */
    enum birth_fit birth;
    bool number;
};

static enum fit word_fit(struct str kind, struct str key, struct str word)
{
    bool family = str_eq(kind, STR("family"));
    if (!family && !str_eq(kind, STR("given"))) {
        return FIT_NOT;
    }
    if (str_eq(key, word)) {
        return family ? FIT_FAMILY : FIT_GIVEN;
    }
    if (str_starts(key, word)) {
        return family ? FIT_FAMILY_BEGINS : FIT_GIVEN_BEGINS;
    }
    return FIT_NOT;
}

/* Both as 2019-03-04. */
static bool one_digit_off(struct str a, struct str b)
{
    unsigned off = 0;
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        off += a.p[i] != b.p[i];
    }
    return a.n == b.n && off == 1;
}

static bool exchanged(struct date a, struct date b)
{
    struct civil x = date_to_civil(a), y = date_to_civil(b);
    return x.year == y.year && x.month == y.day && x.day == y.month;
}

static enum birth_fit birth_fit(struct arena *arena, const struct people_query *query,
                                struct str key)
{
    struct date birth;
    if (query->year == 0 || !date_parse(key, &birth)) {
        return BIRTH_UNKNOWN;
    }
    if (query->has_birth) {
        if (birth.day == query->birth.day) {
            return BIRTH_SAME;
        }
        if (one_digit_off(key, date_iso(arena, query->birth))) {
            return BIRTH_DIGIT;
        }
        if (exchanged(birth, query->birth)) {
            return BIRTH_EXCHANGED;
        }
    }
    return date_to_civil(birth).year == query->year ? BIRTH_YEAR : BIRTH_OTHER;
}

static void judge_key(struct arena *arena, struct judging *judging, struct str kind, struct str key)
{
    const struct people_query *query = judging->query;
    for (size_t i = 0; i < query->word_count; i++) {
        enum fit fit = word_fit(kind, key, query->words[i]);
        judging->fits[i] = fit > judging->fits[i] ? fit : judging->fits[i];
    }
    if (str_eq(kind, STR("birth"))) {
        judging->birth = birth_fit(arena, query, key);
    }
    if (str_eq(kind, STR("number")) && query->number.n > 0 && str_starts(key, query->number)) {
        judging->number = true;
    }
}

/* One word may fail where enough else agrees: a name changes, a number or a birth date does not. */
static bool passes(const struct judging *judging)
{
    size_t missed = 0;
    for (size_t i = 0; i < judging->query->word_count; i++) {
        missed += judging->fits[i] == FIT_NOT;
    }
    bool much_else = judging->birth == BIRTH_SAME || judging->query->word_count >= 3;
    size_t allowed = judging->query->word_count > 1 && much_else ? 1 : 0;
    return judging->number || missed <= allowed;
}

static void add_why(struct buf *why, struct str words)
{
    if (why->n > 0) {
        buf_add(why, STR(", "));
    }
    buf_add(why, words);
}

struct weight {
    int score;
    struct str words;
};

static const struct weight fit_weights[FIT__COUNT] = {
    [FIT_NOT] = {SCORE_WORD_MISSED,   STR_INIT("")                    },
    [FIT_GIVEN_BEGINS] = {SCORE_GIVEN_BEGINS,  STR_INIT("first name begins so")},
    [FIT_FAMILY_BEGINS] = {SCORE_FAMILY_BEGINS, STR_INIT("last name begins so") },
    [FIT_GIVEN] = {SCORE_GIVEN,         STR_INIT("same first name")     },
    [FIT_FAMILY] = {SCORE_FAMILY,        STR_INIT("same last name")      },
};

static const struct weight birth_weights[] = {
    [BIRTH_UNKNOWN] = {0,                 STR_INIT("")                                },
    [BIRTH_SAME] = {SCORE_BIRTH,       STR_INIT("same birth date")                 },
    [BIRTH_DIGIT] = {SCORE_BIRTH_NEAR,  STR_INIT("birth date one digit off")        },
    [BIRTH_EXCHANGED] = {SCORE_BIRTH_NEAR,  STR_INIT("day and month of birth exchanged")},
    [BIRTH_YEAR] = {SCORE_YEAR,        STR_INIT("same birth year")                 },
    [BIRTH_OTHER] = {SCORE_OTHER_BIRTH, STR_INIT("another birth date")              },
};

/* Each thing is said once, what weighs most first. */
static void weigh(struct arena *arena, const struct judging *judging, struct people_match *match)
{
    struct buf why;
    buf_init(&why, arena, WHY_MOST);
    if (judging->number) {
        match->score += SCORE_NUMBER;
        add_why(&why, STR("same number"));
    }
    for (int fit = FIT_FAMILY; fit >= FIT_NOT; fit--) {
        bool said = false;
        for (size_t i = 0; i < judging->query->word_count; i++) {
            if ((int)judging->fits[i] == fit) {
                match->score += fit_weights[fit].score;
                if (!said && fit_weights[fit].words.n > 0) {
                    add_why(&why, fit_weights[fit].words);
                }
                said = true;
            }
        }
    }
    match->score += birth_weights[judging->birth].score;
    if (judging->birth != BIRTH_UNKNOWN) {
        add_why(&why, birth_weights[judging->birth].words);
    }
    match->why = buf_str(&why);
}

static enum status judge(struct finding *finding, struct uuid person, bool *ret_passes,
                         struct people_match *ret_match)
{
    struct judging judging = {.query = finding->query};
    struct db_statement *q;
    TRY(db_named(finding->db, SQL_FIND_PERSON_KEYS, finding->arena, &q));
    db_bind_uuid(q, 1, person);
    while (db_next(q)) {
        judge_key(finding->arena, &judging, db_text_view(q, 0), db_text_view(q, 1));
    }
    TRY(db_finish(q));
    *ret_passes = passes(&judging);
    *ret_match = (struct people_match){.person = person};
    if (*ret_passes) {
        weigh(finding->arena, &judging, ret_match);
    }
    return STATUS_OK;
}

static int compare(const void *a, const void *b)
{
    const struct people_match *x = a, *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return uuid_compare(x->person, y->person);
}

enum status people_match(struct db *db, struct arena *arena, const struct people_query *query,
                         struct people_match **ret_matches, size_t *ret_count)
{
    struct finding finding = {.db = db, .arena = arena, .query = query};
    LIST(struct people_match) matches = {0};
    map_init(&finding.by_id, arena);
    TRY(collect(&finding));
    for (size_t i = 0; i < finding.candidates.count; i++) {
        struct people_match match;
        bool fits;
        TRY(judge(&finding, finding.candidates.items[i]->person, &fits, &match));
        if (fits) {
            LIST_PUSH(arena, &matches, match);
        }
    }
    if (matches.count > 0) {
        qsort(matches.items, matches.count, sizeof(*matches.items), compare);
    }
    *ret_matches = matches.items;
    *ret_count = matches.count;
    return STATUS_OK;
}

/* ---- for the actor ---- */

struct hits {
    struct store_person_hit *items;
    struct uuid *persons; /* canonical, of each */
    size_t count, most;
};

static bool is_hit(const struct hits *hits, struct uuid person)
{
    for (size_t i = 0; i < hits->count; i++) {
        if (uuid_eq(hits->persons[i], person)) {
            return true;
        }
    }
    return false;
}

/* Through the one door, so that rights and the access log are those of any page. */
static enum status add_hit(struct store_reader *reader, struct work_set *set, struct hits *hits,
                           const struct people_match *match)
{
    const struct store_purpose purpose = {.route = STR("person search")};
    struct source source = {.store = reader->store, .db = reader->db, .set = set, .gated = true};
    struct store_person_hit hit = {.why = match->why};
    struct outcome outcome;
    struct uuid person;
    TRY(source_canonical(&source, match->person, &person));
    if (is_hit(hits, person)) {
        return STATUS_OK;
    }
    outcome_init(&outcome, reader->arena);
    enum status status = store_read(reader, set, reader->store->practice->names.person, person, 0,
                                    0, purpose, &outcome, &hit.person);
    if (status == STATUS_NOT_FOUND) {
        return STATUS_OK;
    }
    if (status != STATUS_OK && status != STATUS_FORBIDDEN) {
        return status;
    }
    if (status == STATUS_FORBIDDEN) {
        hit.person = NULL;
        hit.why = STR(""); /* what of a hidden person agrees is not told */
        hit.ask = outcome.problems.count > 0 ? outcome.problems.items[0].message : STR("");
    }
    hits->persons[hits->count] = person;
    hits->items[hits->count++] = hit;
    return STATUS_OK;
}

/* ---- by an identifier ---- */

/* The value of the field that the words are, or empty. */
static struct str identifier_in(struct work_set *set, uint32_t field, struct str words)
{
    struct value value;
    struct str message = STR("");
    return store_is_identifier(set->model, field) &&
                   input_parse(set, field, words, &value, &message) && value.type == VALUE_TEXT
               ? value.text
               : STR("");
}

static uint32_t class_of(const struct model *model, uint32_t field)
{
    const struct model_field *shape = model_field_row(model, field);
    return shape->class != MODEL_NONE ? shape->class : model_entity_row(model, shape->entity)->class
        ;
}

bool store_find_waits(struct work_set *set, struct str words)
{
    const struct model *model = set->model;
    uint32_t person = model_c_name(model, C_PERSON)->entity;
    if (person == MODEL_NONE || set->actor == NULL || !set->actor->unproved) {
        return false;
    }
    const struct model_entity *shape = model_entity_row(model, person);
    for (uint32_t i = 0; i < shape->fields_count; i++) {
        uint32_t field = shape->fields_first + i;
        int64_t audiences[ACCESS_AUDIENCES_MAX];
        if (identifier_in(set, field, words).n > 0 &&
            model_record_class_row(model, class_of(model, field))->confirm &&
            access_list_audiences(model, set->actor, class_of(model, field), audiences) > 0) {
            return true;
        }
    }
    return false;
}

static enum status add_identified(struct store_reader *reader, struct work_set *set, uint32_t field,
                                  struct str value, struct hits *hits, struct outcome *outcome)
{
    const struct store_purpose purpose = {.route = STR("person search")};
    struct record **records;
    size_t count;
    TRY(store_find_sealed(reader, set, field, value, purpose, outcome, &records, &count));
    for (size_t i = 0; i < count && hits->count < hits->most; i++) {
        if (!is_hit(hits, records[i]->subject.id)) {
            hits->persons[hits->count] = records[i]->subject.id;
            hits->items[hits->count++] = (struct store_person_hit){
                .person = records[i],
                .why = model_text(set->model, model_field_row(set->model, field)->label)};
        }
    }
    return STATUS_OK;
}

static enum status add_all_identified(struct store_reader *reader, struct work_set *set,
                                      struct str words, struct hits *hits, struct outcome *outcome)
{
    const struct model_entity *person =
        model_entity_row(set->model, reader->store->practice->names.person);
    for (uint32_t i = 0; i < person->fields_count; i++) {
        struct str value = identifier_in(set, person->fields_first + i, words);
        if (value.n > 0) {
            TRY(add_identified(reader, set, person->fields_first + i, value, hits, outcome));
        }
    }
    return STATUS_OK;
}

enum status store_find_people(struct store_reader *reader, struct work_set *set, struct str words,
                              struct date birth, bool has_birth, uint32_t limit,
                              struct outcome *outcome, struct store_person_hit **ret_hits,
                              size_t *ret_count)
{
    struct people_query query;
    struct people_match *matches;
    size_t count;
    struct hits hits = {.most = limit,
                        .items = ARENA_ARRAY(reader->arena, limit, struct store_person_hit),
                        .persons = ARENA_ARRAY(reader->arena, limit, struct uuid)};
    *ret_hits = hits.items;
    *ret_count = 0;
    if (reader->store->practice->names.person == MODEL_NONE) {
        return STATUS_OK;
    }
    TRY(add_all_identified(reader, set, words, &hits, outcome));
    *ret_count = hits.count;
    if (hits.count > 0) { /* nobody else can have been meant */
        return STATUS_OK;
    }
    TRY(people_query_read(reader->arena, words, birth, has_birth, outcome, &query));
    if (people_match(reader->db, reader->arena, &query, &matches, &count) != STATUS_OK) {
        return db_fault(reader->db, outcome);
    }
    for (size_t i = 0; i < count && hits.count < hits.most; i++) {
        TRY(add_hit(reader, set, &hits, &matches[i]));
    }
    *ret_count = hits.count;
    return STATUS_OK;
}

/* Finding people by what somebody has: a few letters in any order, an accent or not, a year. */
#include "test_store_files.h"

#include "store/people.h"

/* ---- names as words ---- */

static struct str words_of(struct arena *arena, const char *text, enum name_parts parts)
{
    struct str words[NAME_WORDS_MOST];
    struct buf all;
    size_t count = name_words(arena, str_from(text), parts, words);
    buf_init(&all, arena, 1000);
    for (size_t i = 0; i < count; i++) {
        BUF_ADD(&all, i > 0 ? STR(" ") : STR(""), words[i]);
    }
    return buf_str(&all);
}

#define assert_words(text, expected)                                                               \
    assert_text(words_of(&arena, (text), NAME_PARTS_AND_WHOLE), expected)

static void names_are_compared_without_case_and_accents(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_words("Núñez", "nunez");
    assert_words("NU\u0301N\u0303EZ", "nunez"); /* accents as characters of their own */
    assert_words("Łukasz Žižka", "lukasz zizka");
    assert_words("Đặng Thị Hồng", "dang thi hong");
    assert_words("Þórður Æsir Groß Œdipe", "thordur aesir gross oedipe");
    assert_words("Ştefan Ștefan Țăran", "stefan taran");
    assert_words("ИВАН Иван Ёлкин", "иван ёлкин");
    assert_words("Hmoob Yaj", "hmoob yaj");
}

static void compounds_are_found_by_each_part_and_as_a_whole(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_words("O'Brien", "o brien obrien");
    assert_words("O\u2019Brien", "o brien obrien");
    assert_words("Garcia-Lopez", "garcia lopez garcialopez");
    assert_words("Garcia\u2013Lopez", "garcia lopez garcialopez");
    assert_words("van der Berg, Jr.", "van der berg jr");
    assert_words("Kawa\u02bbihi", "kawa ihi kawaihi");
    assert_text(words_of(&arena, "O'Brien", NAME_PARTS), "o brien");
    assert_words("-- ' .", "");
    assert_words("", "");
    assert_words("Anna Anna", "anna");
}

static void long_and_broken_names_are_cut_within_characters(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    char name[400];
    for (size_t i = 0; i + 2 < sizeof(name); i += 2) {
        memcpy(name + i, "и", 2);
    }
    name[398] = '\0';
    assert_int_equal(words_of(&arena, name, NAME_PARTS).n, NAME_WORD_MOST);
    assert_words("Bad\xff name", "bad name");
    assert_text(name_fold(&arena, STR("R-101 2026/000003")), "r1012026000003");
}

/* ---- people to find ---- */

struct somebody {
    const char *given, *family;
    int32_t year, month, day; /* of birth; 0: not known */
};

static const struct somebody everybody[] = {
    {"Mia",             "Johnson",        2019, 3,  4 },
    {"Mia",             "Johnson",        1985, 7,  21},
    {"Michael",         "Johnson",        1984, 7,  21},
    {"José",           "Núñez",        2012, 12, 1 },
    {"Ana María",      "García-López", 1990, 5,  6 },
    {"Sean",            "O'Brien",        2001, 1,  31},
    {"Pa Houa",         "Vang",           2015, 9,  9 },
    {"John",            "Mia",            1970, 1,  1 },
    {"Unnamed",         "Child",          0,    0,  0 },
    {"Jonathan Robert", "Smithers",       1999, 10, 12},
};
#define PEOPLE ARRAY_LENGTH(everybody)

struct crowd {
    struct world *world;
    struct uuid ids[PEOPLE];
};

static enum status settle(struct uow *uow, void *input)
{
    struct crowd *crowd = input;
    for (size_t i = 0; i < PEOPLE; i++) {
        const struct somebody *one = &everybody[i];
        struct record *person;
        TRY(uow_create(uow, entity_of(crowd->world, "person"), (struct uuid){{0}}, MODEL_NONE,
                       (struct uuid){{0}}, &person));
        put_text(person, "given_name", one->given);
        put_text(person, "family_name", one->family);
        if (one->year > 0) {
            put(person, "birth_date",
                value_date(date_from_civil(one->year, (unsigned)one->month, (unsigned)one->day)));
        }
        crowd->ids[i] = person->subject.id;
    }
    return STATUS_OK;
}

#define CROWD(w, crowd)                                                                            \
    WORLD(w);                                                                                      \
    struct crowd crowd = {.world = &(w)};                                                          \
    must_act(&(w), &(w).actors[INTAKE], settle, &(crowd))

struct found {
    enum status status;
    struct outcome outcome;
    struct store_person_hit *hits;
    size_t count;
};

static struct found find_as(struct world *w, int worker, const char *words, struct date birth,
                            bool has_birth)
{
    struct found found = {.status = STATUS_INTERNAL};
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    struct store_reader *reader = reader_of(w);
    outcome_init(&found.outcome, &w->arena);
    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[worker]);
    found.status = store_find_people(reader, set, str_from(words), birth, has_birth, 20,
                                     &found.outcome, &found.hits, &found.count);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return found;
}

static struct found find(struct world *w, const char *words)
{
    return find_as(w, INTAKE, words, (struct date){0}, false);
}

/* The number of the person who is found first; -1: nobody. */
static int first_of(const struct crowd *crowd, const struct found *found)
{
    assert_int_equal(found->status, STATUS_OK);
    for (size_t i = 0; found->count > 0 && i < PEOPLE; i++) {
        if (uuid_eq(found->hits[0].person->subject.id, crowd->ids[i])) {
            return (int)i;
        }
    }
    return -1;
}

/* ---- finding ---- */

static void words_in_any_order_and_only_begun_find_somebody(void **state)
{
    (void)state;
    CROWD(w, crowd);
    static const struct {
        const char *words;
        int first;
        size_t count;
    } cases[] = {
        {"jose nunez",         3,  1},
        {"NÚÑEZ José",      3,  1},
        {"nu jo",              3,  1},
        {"nunez j",            -2, 0}, /* one letter is too little */
        {"ana lopez",          4,  1},
        {"garcia ana",         4,  1},
        {"garcia-lopez maria", 4,  1},
        {"garcialopez ana",    4,  1},
        {"sean obrien",        5,  1},
        {"o'brien sean",       5,  1},
        {"se ob",              5,  1},
        {"vang pa",            6,  1},
        {"vang houa pa",       6,  1},
        {"smithers rob",       9,  1},
        {"smithers jon",       9,  1},
        {"michael johnson",    2,  1},
        {"mic johnson",        2,  1},
        {"nobody here",        -1, 0},
        {"johnson nobody",     -1, 0},
        {"mia johnson 2019",   0,  2},
        {"johnson mia 1985",   1,  2},
        {"johnson 1984",       2,  1},
        {"johnson 7/21/1985",  1,  2}, /* Michael's is one digit off */
        {"jo nu 2012-12-01",   3,  1},
        {"unnamed child",      8,  1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct found found = find(&w, cases[i].words);
        if (cases[i].first == -2) {
            assert_int_equal(found.status, STATUS_INVALID);
            continue;
        }
        if (first_of(&crowd, &found) != cases[i].first || found.count != cases[i].count) {
            print_error("%s: %d of %zu\n", cases[i].words, first_of(&crowd, &found), found.count);
            fail();
        }
    }
}

static void both_meanings_of_a_word_are_found(void **state)
{
    (void)state;
    CROWD(w, crowd);
    struct found found = find(&w, "mia jo");
    assert_int_equal(found.count, 3); /* Mia Johnson, twice, and John Mia */
}

static void a_birth_date_decides_and_may_be_a_little_wrong(void **state)
{
    (void)state;
    CROWD(w, crowd);
    struct found found = find_as(&w, INTAKE, "mia johnson", date_from_civil(1985, 7, 21), true);
    assert_int_equal(first_of(&crowd, &found), 1);
    assert_text(found.hits[0].why, "same last name, same first name, same birth date");
    found = find_as(&w, INTAKE, "mia johnson", date_from_civil(1985, 7, 22), true);
    assert_int_equal(first_of(&crowd, &found), 1);
    assert_text(found.hits[0].why, "same last name, same first name, birth date one digit off");
    found = find_as(&w, INTAKE, "mia johnson", date_from_civil(2019, 4, 3), true);
    assert_int_equal(first_of(&crowd, &found), 0);
    assert_text(found.hits[0].why,
                "same last name, same first name, day and month of birth exchanged");
    assert_text(found.hits[1].why, "same last name, same first name, another birth date");
    found = find_as(&w, INTAKE, "mia jo", date_from_civil(2019, 8, 8), true);
    assert_text(found.hits[0].why, "same first name, last name begins so, same birth year");
    /* A married name: first name and birth date agree. */
    found = find_as(&w, INTAKE, "sean miller", date_from_civil(2001, 1, 31), true);
    assert_int_equal(first_of(&crowd, &found), 5);
    assert_text(found.hits[0].why, "same first name, same birth date");
}

static void too_little_is_told_with_what_would_do(void **state)
{
    (void)state;
    CROWD(w, crowd);
    static const char *const little[] = {"", "johnson", "j m", "2019", "7/21/1985", " - "};
    for (size_t i = 0; i < ARRAY_LENGTH(little); i++) {
        struct found found = find(&w, little[i]);
        assert_int_equal(found.status, STATUS_INVALID);
        assert_true(str_find(found.outcome.problems.items[0].message, STR("birth")) >= 0);
    }
}

/* ---- keeping right ---- */

struct renaming {
    struct crowd *crowd;
    size_t who;
    const char *family;
};

static enum status rename_person(struct uow *uow, void *input)
{
    const struct renaming *renaming = input;
    struct record *person;
    TRY(uow_load(uow, entity_of(renaming->crowd->world, "person"),
                 renaming->crowd->ids[renaming->who], 0, VERB_UPDATE, &person));
    put_text(person, "family_name", renaming->family);
    return STATUS_OK;
}

static void a_new_name_is_found_and_the_old_one_is_not(void **state)
{
    (void)state;
    CROWD(w, crowd);
    struct renaming renaming = {&crowd, 5, "Ó Briain"};
    must_act(&w, &w.actors[INTAKE], rename_person, &renaming);
    struct found found = find(&w, "sean briain");
    assert_int_equal(first_of(&crowd, &found), 5);
    found = find(&w, "sean obrien");
    assert_int_equal(found.count, 0);
}

static void people_who_are_one_are_found_once(void **state)
{
    (void)state;
    CROWD(w, crowd);
    char sql[300];
    TEST_ARENA(arena);
    struct str both[2];
    for (size_t i = 0; i < 2; i++) {
        struct buf hex;
        buf_init(&hex, &arena, 40);
        buf_hex(&hex, crowd.ids[i].bytes, sizeof(crowd.ids[i].bytes));
        both[i] = buf_str(&hex);
    }
    snprintf(sql, sizeof(sql),
             "INSERT INTO person_cluster (person, canonical) VALUES (x'%.*s', x'%.*s')",
             STR_ARG(both[1]), STR_ARG(both[0]));
    tamper(&w, "hearth.db", sql);
    struct found found = find(&w, "mia johnson");
    assert_int_equal(found.count, 1);
    assert_int_equal(first_of(&crowd, &found), 0);
}

static void each_hit_is_a_look(void **state)
{
    (void)state;
    CROWD(w, crowd);
    (void)find(&w, "mia johnson");
    assert_int_equal(ask_file(&w, "access-2026-11.db",
                              "SELECT count(*) FROM look WHERE route = 'person search'"),
                     2);
}

/* The clerk may read people of cases of the own agency only: these are in none. */
static void who_may_not_read_learns_nothing_of_what_agrees(void **state)
{
    (void)state;
    CROWD(w, crowd);
    struct found found = find_as(&w, CLERK, "mia johnson", (struct date){0}, false);
    assert_int_equal(found.status, STATUS_OK);
    for (size_t i = 0; i < found.count; i++) {
        assert_null(found.hits[i].person);
        assert_int_equal(found.hits[i].why.n, 0);
    }
    assert_int_equal(ask_file(&w, "access-2026-11.db", "SELECT count(*) FROM look"), 0);
}

/* A name so common that its range is cut: more letters still lead to everybody. */
static void a_common_name_is_found_with_more_letters(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct outcome outcome;
    struct people_query query;
    struct people_match *matches;
    size_t count;
    w.store = store_close(w.store);
    struct db *db = open_file(&w, "hearth.db", DB_WRITER);
    struct db_scope scope;
    assert_int_equal(db_begin(db, DB_WRITE, &scope), STATUS_OK);
    for (int i = 0; i < 3000; i++) {
        char given[20];
        snprintf(given, sizeof(given), "Ma%c%c%c", 'a' + i / 676, 'a' + i / 26 % 26, 'a' + i % 26);
        struct person_name name = {.given = str_from(given), .family = STR("Johnson")};
        struct person_facts facts = {.person = {{(uint8_t)(i >> 8), (uint8_t)i}}};
        LIST_PUSH(&arena, &facts.names, name);
        assert_int_equal(people_write_keys(db, &arena, &facts), STATUS_OK);
    }
    outcome_init(&outcome, &arena);
    assert_int_equal(
        people_query_read(&arena, STR("ma johnson"), (struct date){0}, false, &outcome, &query),
        STATUS_OK);
    assert_int_equal(people_match(db, &arena, &query, &matches, &count), STATUS_OK);
    assert_true(count > 0 && count <= 400);
    assert_int_equal(
        people_query_read(&arena, STR("maczz johnson"), (struct date){0}, false, &outcome, &query),
        STATUS_OK);
    assert_int_equal(people_match(db, &arena, &query, &matches, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_text(matches[0].why, "same last name, same first name");
    db_rollback(&scope);
    db_close(db);
    world_open(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_compared_without_case_and_accents),
        cmocka_unit_test(compounds_are_found_by_each_part_and_as_a_whole),
        cmocka_unit_test(long_and_broken_names_are_cut_within_characters),
        cmocka_unit_test(words_in_any_order_and_only_begun_find_somebody),
        cmocka_unit_test(both_meanings_of_a_word_are_found),
        cmocka_unit_test(a_birth_date_decides_and_may_be_a_little_wrong),
        cmocka_unit_test(too_little_is_told_with_what_would_do),
        cmocka_unit_test(a_new_name_is_found_and_the_old_one_is_not),
        cmocka_unit_test(people_who_are_one_are_found_once),
        cmocka_unit_test(each_hit_is_a_look),
        cmocka_unit_test(who_may_not_read_learns_nothing_of_what_agrees),
        cmocka_unit_test(a_common_name_is_found_with_more_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Names and dates of birth as they are compared, and what is known of their words. */
#include "base/buf.h"
#include "match/match_birth.h"
#include "match/match_compare.h"
#include "unit.h"

static const char words[] = "word,kind,of\n"
                            "bob,form,robert\nrob,form,robert\nal,form,albert\nal,form,alan\n"
                            "vaj,clan,vang\nvang,clan,vang\nxiong,clan,xiong\n"
                            "de,particle,\nla,particle,\njr,suffix,\nearl,title,\n"
                            "unknown,nobody,\nbaby,nobody,\n";

static struct match_lexicon lexicon_of(struct arena *arena, struct str text)
{
    struct outcome outcome;
    struct match_lexicon lexicon;
    outcome_init(&outcome, arena);
    assert_int_equal(match_lexicon_read(arena, text, &outcome, &lexicon), STATUS_OK);
    return lexicon;
}

/* "given|family|other", the words of each parted by blanks. */
static void check_name(struct match_name_text text, const char *wanted)
{
    TEST_ARENA(arena);
    struct match_lexicon lexicon = lexicon_of(&arena, str_from(words));
    struct match_name name;
    struct buf line;
    match_name_read(&arena, &lexicon, &text, &name);
    buf_init(&line, &arena, SIZE_MAX);
    for (size_t part = 0; part < MATCH_PART__COUNT; part++) {
        for (size_t i = 0; i < name.parts[part].count; i++) {
            BUF_ADD(&line, i > 0 ? STR(" ") : STR(""), name.parts[part].words[i]);
        }
        buf_add(&line, part + 1 < MATCH_PART__COUNT ? STR("|") : STR(""));
    }
    assert_str_equal(buf_str(&line), str_from(wanted));
}

#define NAME(...) ((struct match_name_text){__VA_ARGS__})

static void names_in_columns(void **state)
{
    (void)state;
    check_name(NAME(.given = STR("Mar\xc3\xad"
                                 "a"),
                    .middle = STR("T."),
                    .family = STR("Garc\xc3\xad"
                                  "a-L\xc3\xb3pez")),
               "maria t|garcia lopez|");
    check_name(NAME(.given = STR("Mai"), .family = STR("de la Cruz")), "mai|cruz|");
    check_name(NAME(.given = STR("Mai"), .family = STR("De")), "mai|de|");
    check_name(NAME(.given = STR("Robert"), .family = STR("Lee Jr.")), "robert|lee|");
    check_name(NAME(.given = STR("Earl"), .family = STR("Lee")), "earl|lee|");
    check_name(NAME(.given = STR("Baby"), .family = STR("UNKNOWN")), "||");
    check_name(NAME(.given = STR("Baby Ann"), .family = STR("Lee"), .other = STR("Ann Moua")),
               "ann|lee|moua");
    check_name(NAME(.given = STR(""), .family = STR("")), "||");
}

static void whole_names(void **state)
{
    (void)state;
    check_name(NAME(.whole = STR("Ana Garcia")), "ana|garcia|");
    check_name(NAME(.whole = STR("Garcia Lopez, Ana Maria")), "ana maria|garcia lopez|");
    check_name(NAME(.whole = STR("Ana de la Cruz")), "ana|cruz|");
    check_name(NAME(.whole = STR("Vang Pao")), "pao|vang|"); /* the clan stands first */
    check_name(NAME(.whole = STR("Pao Vang")), "pao|vang|");
    check_name(NAME(.whole = STR("Robert Lee Jr")), "robert|lee|");
    check_name(NAME(.whole = STR("Sukarno")), "sukarno||"); /* one name */
    check_name(NAME(.whole = STR(",")), "||");
    check_name(NAME(.given = STR("ana"), .family = STR("garcia"), .whole = STR("ana mora garcia")),
               "ana|garcia|mora");
}

/* How two names compare: the levels of the given and the family name. */
static void check_levels(struct match_name_text a, struct match_name_text b,
                         enum match_name_level given, enum match_name_level family)
{
    TEST_ARENA(arena);
    struct match_lexicon lexicon = lexicon_of(&arena, str_from(words));
    struct match_vocabulary vocabulary;
    struct match_design design = {
        .fields = {{MATCH_KIND_GIVEN, STR("given")}, {MATCH_KIND_FAMILY, STR("family")}},
        .count = 2
    };
    struct match_person left, right;
    struct match_pattern pattern, back;
    match_vocabulary_init(&vocabulary, &arena, &lexicon);
    match_person_read(&vocabulary, &design, &(struct match_person_text){.name = a}, MATCH_COUNTED,
                      &left);
    match_person_read(&vocabulary, &design, &(struct match_person_text){.name = b}, MATCH_COUNTED,
                      &right);
    match_count_terms(&vocabulary);
    match_compare(&design, &left, &right, &pattern);
    match_compare(&design, &right, &left, &back);
    assert_int_equal(pattern.level[0], given);
    assert_int_equal(pattern.level[1], family);
    assert_memory_equal(&pattern.level, &back.level, sizeof(back.level));
}

#define GIVEN_FAMILY(first, last) NAME(.given = STR(first), .family = STR(last))

static void names_compared(void **state)
{
    (void)state;
    struct match_name_text bob = GIVEN_FAMILY("Bob", "Garcia");
    check_levels(bob, bob, MATCH_NAME_SAME, MATCH_NAME_SAME);
    check_levels(bob,
                 GIVEN_FAMILY("Rob", "Garci\xcc\x81"
                                     "a"),
                 MATCH_NAME_FORM, MATCH_NAME_SAME);
    check_levels(bob, GIVEN_FAMILY("B", "Garcia-Lopez"), MATCH_NAME_INITIAL, MATCH_NAME_PART);
    check_levels(bob, GIVEN_FAMILY("Garcia", "Bob"), MATCH_NAME_TURNED, MATCH_NAME_TURNED);
    check_levels(bob, GIVEN_FAMILY("", "Gracia"), MATCH_NAME_MISSING, MATCH_NAME_CLOSE);
    check_levels(bob, GIVEN_FAMILY("Unknown", "Zeller"), MATCH_NAME_MISSING, MATCH_NAME_APART);
    check_levels(GIVEN_FAMILY("Ana", "De la Cruz"), GIVEN_FAMILY("Ana", "DelaCruz"),
                 MATCH_NAME_SAME, MATCH_NAME_SAME);
    check_levels(GIVEN_FAMILY("Mai", "Vang"), GIVEN_FAMILY("Mai", "Vaj"), MATCH_NAME_SAME,
                 MATCH_NAME_FORM);
    check_levels(GIVEN_FAMILY("Mary Ann", "Lee"), GIVEN_FAMILY("Maryann", "Lee"), MATCH_NAME_SAME,
                 MATCH_NAME_SAME);
    check_levels(GIVEN_FAMILY("Ann Kaye", "Lee"), GIVEN_FAMILY("Kaye", "Lee"), MATCH_NAME_PART,
                 MATCH_NAME_SAME);
    check_levels(GIVEN_FAMILY("Ann", "Philips"), GIVEN_FAMILY("Ann", "Fillips"), MATCH_NAME_SAME,
                 MATCH_NAME_SOUND);
    check_levels(GIVEN_FAMILY("Ann", "Lee"),
                 NAME(.given = STR("Ann"), .family = STR("Olson"), .other = STR("Ann Lee")),
                 MATCH_NAME_SAME, MATCH_NAME_OTHER);
}

static void what_the_lexicon_refuses(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    struct match_lexicon lexicon;
    outcome_init(&outcome, &arena);
    assert_int_equal(match_lexicon_read(&arena,
                                        STR("word,kind,of\nbob,nick,robert\nbob,form,\n"
                                            "two words,form,robert\nbob\nrob,form,robert\n"),
                                        &outcome, &lexicon),
                     STATUS_INVALID);
    assert_int_equal(outcome.problems.count, 4);
    assert_non_null(match_lexeme(&lexicon, STR("rob")));
    outcome_init(&outcome, &arena);
    assert_int_equal(match_lexicon_read(&arena, STR(""), &outcome, &lexicon), STATUS_OK);
    assert_null(match_lexeme(&lexicon, STR("rob")));
}

/* ---- births ---- */

static struct match_birth birth(const char *text)
{
    struct match_birth read;
    (void)match_birth_read(str_from(text), MATCH_YEAR_FIRST, &read);
    return read;
}

static void check_birth(const char *a, const char *b, enum match_birth_level wanted)
{
    assert_int_equal(match_birth_compare(birth(a), birth(b)), wanted);
    assert_int_equal(match_birth_compare(birth(b), birth(a)), wanted);
}

static void births_compared(void **state)
{
    (void)state;
    check_birth("2019-03-04", "20190304", MATCH_BIRTH_SAME);
    check_birth("2019-03-04", "2019-04-03", MATCH_BIRTH_TURNED);
    check_birth("2019-03-04", "2019-03-05", MATCH_BIRTH_DIGIT);
    check_birth("2019-03-14", "2019-03-41", MATCH_BIRTH_DIGIT); /* no such day, as it was typed */
    check_birth("2019-03-04", "2091-03-04", MATCH_BIRTH_DIGIT);
    check_birth("2019-03-04", "2019-03-28", MATCH_BIRTH_PARTS);
    check_birth("2019-03-04", "2004-03-04", MATCH_BIRTH_PARTS);
    check_birth("2019-03-04", "2019", MATCH_BIRTH_YEAR);
    check_birth("2019-03-04", "2019-01-01", MATCH_BIRTH_YEAR);
    check_birth("2019-03-04", "2017", MATCH_BIRTH_NEAR);
    check_birth("2019-12-31", "2020-01-02", MATCH_BIRTH_NEAR);
    check_birth("2019-03-04", "1988-11-25", MATCH_BIRTH_APART);
    check_birth("2019-03-04", "", MATCH_BIRTH_MISSING);
    check_birth("", "", MATCH_BIRTH_MISSING);
    struct match_birth about = birth("2018-06-01");
    about.estimated = true;
    assert_int_equal(match_birth_compare(about, birth("2019-03-04")), MATCH_BIRTH_NEAR);
}

static void check_read(const char *text, enum match_date_form form, unsigned year, unsigned month,
                       unsigned day)
{
    struct match_birth read;
    assert_int_equal(match_birth_read(str_from(text), form, &read), year != 0);
    assert_int_equal(read.year, year);
    assert_int_equal(read.month, month);
    assert_int_equal(read.day, day);
}

static void births_read(void **state)
{
    (void)state;
    check_read("03/04/2019", MATCH_MONTH_FIRST, 2019, 3, 4);
    check_read("4.3.2019", MATCH_DAY_FIRST, 2019, 3, 4);
    check_read("04032019", MATCH_DAY_FIRST, 2019, 3, 4);
    check_read("2019-03", MATCH_YEAR_FIRST, 2019, 3, 0);
    check_read("201903", MATCH_YEAR_FIRST, 2019, 3, 0);
    check_read("about 2019", MATCH_YEAR_FIRST, 2019, 0, 0);
    check_read("2019-99-99", MATCH_YEAR_FIRST, 2019, 99, 99);
    check_read("2019-03-04 00:00:00", MATCH_YEAR_FIRST, 2019, 3, 4);
    check_read("0000-00-00", MATCH_YEAR_FIRST, 0, 0, 0);
    check_read("99999999999999999999", MATCH_YEAR_FIRST, 9999, 99, 99);
    check_read("12", MATCH_YEAR_FIRST, 0, 0, 0);
    check_read("never", MATCH_YEAR_FIRST, 0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_in_columns), cmocka_unit_test(whole_names),
        cmocka_unit_test(names_compared),   cmocka_unit_test(what_the_lexicon_refuses),
        cmocka_unit_test(births_compared),  cmocka_unit_test(births_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

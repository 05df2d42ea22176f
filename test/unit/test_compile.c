/* The compiler's edges: positions of YAML, nearest names, order of messages, zones, folders. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "compile/explain.h"
#include "compile/messages.h"
#include "compile/yaml_tree.h"
#include "compile/zone_file.h"
#include "post_model.h"

#define ZONES "/usr/share/zoneinfo"

/* ---- YAML --------------------------------------------------------------------------------- */

static const struct yaml *read(struct arena *arena, struct messages *messages, const char *text)
{
    messages_init(messages, arena);
    return yaml_read(arena, STR("x.yaml"), str_from(text), messages);
}

static void every_scalar_is_text(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct messages messages;
    const struct yaml *root = read(&arena, &messages, "a: no\nb: 012\nc: ~\nd: 'x'\ne: \"y\\n\"\n");
    assert_int_equal(messages.list.count, 0);
    assert_text(root->pairs[0].value->text, "no");
    assert_text(root->pairs[1].value->text, "012");
    assert_text(root->pairs[2].value->text, "~");
    assert_text(root->pairs[3].value->text, "x");
    assert_text(root->pairs[4].value->text, "y\n");
    assert_null(yaml_find(root, STR("f")));
}

static void positions_count_characters_and_quotes(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct messages messages;
    const struct yaml *root = read(&arena, &messages, "a:\n  'f\xc3\xbcr ''x'' y'\nb: plain y\n");
    const struct yaml *quoted = root->pairs[0].value;
    assert_int_equal(quoted->place.line, 2);
    assert_int_equal(quoted->place.column, 3);
    size_t y = quoted->text.n - 1;
    assert_int_equal(yaml_place_of(quoted, y).column, 14);
    const struct yaml *plain = root->pairs[1].value;
    assert_int_equal(yaml_place_of(plain, 6).column, 10);
}

static void a_long_text_may_have_many_lines(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct messages messages;
    const struct yaml *root = read(&arena, &messages, "a: >\n  one\n  two\nb: three\n  four\n");
    assert_text(root->pairs[0].value->text, "one two\n");
    assert_text(root->pairs[1].value->text, "three four");
    assert_int_equal(root->pairs[1].value->last_line, 5);
}

static void an_empty_file_declares_nothing(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct messages messages;
    assert_null(read(&arena, &messages, "# nothing here\n"));
    assert_int_equal(messages.list.count, 0);
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    static const char *const texts[] = {"a: \xff\n", "\xef\xbb\xbfv: 1\n", "a: [b\n",
                                        "a: &x b\n", "? [a]\n: b\n",       "a: b\na: c\n"};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        struct messages messages;
        (void)read(&arena, &messages, texts[i]);
        assert_int_equal(messages.list.count, 1);
    }
}

static void depth_and_size_have_limits(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct messages messages;
    char deep[2 * YAML_DEPTH_MAX + 8];
    memset(deep, '[', sizeof(deep) / 2);
    memset(deep + sizeof(deep) / 2, ']', sizeof(deep) / 2);
    messages_init(&messages, &arena);
    assert_null(yaml_read(&arena, STR("x.yaml"), (struct str){deep, sizeof(deep)}, &messages));
    assert_text(messages.list.items[0].text, "this is nested too deeply");
    struct str large = {arena_alloc(&arena, YAML_BYTES_MAX + 1), YAML_BYTES_MAX + 1};
    messages_init(&messages, &arena);
    assert_null(yaml_read(&arena, STR("x.yaml"), large, &messages));
    assert_int_equal(messages.list.count, 1);
}

/* ---- messages ----------------------------------------------------------------------------- */

static void the_nearest_name_is_offered(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct str names[] = {STR("label"), STR("help"), STR("source")};
    assert_text(did_you_mean(&arena, STR("lable"), names, 3), "; did you mean 'label'?");
    assert_text(did_you_mean(&arena, STR("sourec"), names, 3), "; did you mean 'source'?");
    assert_text(did_you_mean(&arena, STR("hlp"), names, 3), "; did you mean 'help'?");
    assert_text(did_you_mean(&arena, STR("decider"), names, 3), "");
    assert_text(did_you_mean(&arena, STR(""), names, 3), "");
}

static void messages_are_sorted_and_said_once(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct messages messages;
    messages_init(&messages, &arena);
    MESSAGE(&messages, ((struct place){STR("b"), 1, 1}), STR("one"));
    MESSAGE(&messages, ((struct place){STR("a"), 10, 2}), STR("two"));
    MESSAGE(&messages, ((struct place){STR("a"), 9, 7}), STR("three"));
    MESSAGE(&messages, ((struct place){STR("a"), 10, 2}), STR("two"));
    messages_sort(&messages);
    assert_int_equal(messages.list.count, 3);
    assert_text(message_line(&arena, &messages.list.items[0]), "a:9:7: three");
    assert_text(message_line(&arena, &messages.list.items[2]), "b:1:1: one");
}

/* ---- zones -------------------------------------------------------------------------------- */

static struct str file_text(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = arena_alloc(arena, 65536);
    assert_non_null(file);
    size_t size = fread(bytes, 1, 65536, file);
    fclose(file);
    return (struct str){bytes, size};
}

static struct zone read_zone(struct arena *arena, const char *path)
{
    struct zone_list list;
    assert_true(zone_file_read(arena, file_text(arena, path), &list));
    return (struct zone){STR("test"), list.transitions.items, list.transitions.count};
}

static void assert_shown(struct arena *arena, const struct zone *zone, const char *utc,
                         const char *local)
{
    struct instant instant = {0};
    enum zone_fit fit = ZONE_ONCE;
    assert_true(zone_parse(zone, str_from(utc), &instant, &fit));
    assert_str_equal(zone_iso(arena, zone, instant), str_from(local));
}

static void a_zone_has_its_past_and_its_rule(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct zone chicago = read_zone(&arena, ZONES "/America/Chicago");
    assert_true(chicago.transitions[0].at_ms == INT64_MIN);
    /* War time, the change of 2007, this year, and the rule of the footer long after the file. */
    assert_shown(&arena, &chicago, "1943-01-01T12:00:00Z", "1943-01-01T07:00:00-05:00");
    assert_shown(&arena, &chicago, "2006-03-20T12:00:00Z", "2006-03-20T06:00:00-06:00");
    assert_shown(&arena, &chicago, "2007-03-20T12:00:00Z", "2007-03-20T07:00:00-05:00");
    assert_shown(&arena, &chicago, "2026-03-08T07:59:59Z", "2026-03-08T01:59:59-06:00");
    assert_shown(&arena, &chicago, "2026-03-08T08:00:00Z", "2026-03-08T03:00:00-05:00");
    assert_shown(&arena, &chicago, "2099-03-08T07:59:59Z", "2099-03-08T01:59:59-06:00");
    assert_shown(&arena, &chicago, "2099-03-08T08:00:00Z", "2099-03-08T03:00:00-05:00");
    assert_shown(&arena, &chicago, "2099-11-01T06:59:59Z", "2099-11-01T01:59:59-05:00");
    assert_shown(&arena, &chicago, "2099-11-01T07:00:00Z", "2099-11-01T01:00:00-06:00");
}

static void zones_of_both_halves_of_the_earth_are_read(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct zone sydney = read_zone(&arena, ZONES "/Australia/Sydney");
    assert_shown(&arena, &sydney, "2090-01-15T00:00:00Z", "2090-01-15T11:00:00+11:00");
    assert_shown(&arena, &sydney, "2090-07-15T00:00:00Z", "2090-07-15T10:00:00+10:00");
    struct zone utc = read_zone(&arena, ZONES "/Etc/UTC");
    assert_int_equal(utc.count, 1);
    struct zone kolkata = read_zone(&arena, ZONES "/Asia/Kolkata");
    assert_shown(&arena, &kolkata, "2026-01-15T00:00:00Z", "2026-01-15T05:30:00+05:30");
}

static void a_cut_zone_file_is_refused(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct zone_list list;
    struct str bytes = file_text(&arena, ZONES "/America/Chicago");
    ptrdiff_t footer = (ptrdiff_t)bytes.n - 1;
    while (bytes.p[footer - 1] != '\n') {
        footer--;
    }
    for (ptrdiff_t size = 0; size < footer - 1; size++) {
        assert_false(zone_file_read(&arena, str_slice(bytes, 0, (size_t)size), &list));
    }
    assert_false(zone_file_read(&arena, STR("TZif2 but nothing of one"), &list));
}

static void the_zone_and_the_holidays_are_in_the_image(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    const struct model *model = NULL;
    outcome_init(&outcome, &arena);
    struct str image = post_image(&arena, file_text(&arena, ZONES "/America/Chicago"));
    assert_int_equal(model_open(&arena, image, &outcome, &model), STATUS_OK);
    struct calendar calendar = model_calendar(model);
    assert_text(calendar.zone->name, "America/Chicago");
    assert_shown(&arena, calendar.zone, "2026-07-01T12:00:00Z", "2026-07-01T07:00:00-05:00");
    assert_int_equal(calendar.holiday_count, 1);
    assert_true(calendar_is_holiday(&calendar, date_from_civil(2026, 1, 1)));
    assert_false(calendar_is_holiday(&calendar, date_from_civil(2026, 1, 2)));
}

/* ---- whole models --------------------------------------------------------------------------- */

static void a_folder_that_is_not_there_is_not_found(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    struct compile_result result;
    outcome_init(&outcome, &arena);
    assert_int_equal(compile_model(&arena, STR("no-such-folder"), STR(ZONES), &outcome, &result),
                     STATUS_NOT_FOUND);
    assert_text(outcome.detail, "cannot open folder 'no-such-folder': No such file or directory");
    assert_int_equal(result.error_count, 0);
}

static void a_folder_without_a_model_is_none(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    struct compile_result result;
    outcome_init(&outcome, &arena);
    assert_int_equal(compile_model(&arena, STR("../model"), STR(ZONES), &outcome, &result),
                     STATUS_NOT_FOUND);
    assert_text(outcome.detail, "../model is no practice model: it has no model.yaml");
}

static void a_model_of_nothing_is_refused(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct compile_result result;
    assert_int_equal(compile_texts(&arena, NULL, 0, STR(""), &result), STATUS_INVALID);
    assert_int_equal(result.error_count, 1);
    assert_int_equal(result.image.n, 0);
}

static void a_wrong_zone_is_said_at_its_place(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct compile_result result;
    assert_int_equal(compile_texts(&arena, post_files, POST_FILES, STR("no zone"), &result),
                     STATUS_INVALID);
    assert_text(compile_error_line(&arena, &result.errors[0]),
                "model.yaml:1:8: the table of this zone cannot be read");
}

/* ---- explaining ----------------------------------------------------------------------------- */

static void a_step_is_explained(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_text(explain_name(&arena, post_model(&arena), STR("letter.send")),
                "Letter: Send (send)\n"
                "  It leaves the house.\n"
                "  From Draft to Sent.\n"
                "  Who: a clerk.\n"
                "  It needs\n"
                "    - Subject: an answer\n"
                "    - Stamps: at least one\n"
                "  It is refused unless\n"
                "    - there is one of Stamps where its Value is more than 0.\n"
                "      Otherwise it says: It has no stamp.\n"
                "      and: Add one.\n"
                "  Then Hearth, in this order,\n"
                "    - sets\n"
                "      Answered becomes now\n"
                "  History says: sent\n"
                "  Written in: letter.yaml, line 27");
}

static void a_clock_is_explained(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_text(explain_name(&arena, post_model(&arena), STR("answer")),
                "Clock: Answer (answer)\n"
                "  A letter is answered in five business days.\n"
                "  About: Letter\n"
                "  It starts: the letter came\n"
                "  It is due after\n"
                "    - 5 business days; a last day that is no business day moves to the next one\n"
                "  Done with: Answered\n"
                "  Rule: L1\n"
                "  Source: house rule 1\n"
                "  Basis: statute\n"
                "  Not confirmed with the department: the number can be changed.\n"
                "  Written in: letter.yaml, line 48");
}

static void a_field_is_explained(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_text(explain_name(&arena, post_model(&arena), STR("letter.subject")),
                "Letter\n"
                "  Subject (subject): one line of text\n"
                "    Needed: an answer, or a reason why there is none.\n"
                "    May say instead: not asked; and who was asked.\n"
                "    At most 200 characters.");
}

static void who_may_is_explained(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_text(explain_name(&arena, post_model(&arena), STR("clerk")),
                "Role: Clerk (clerk)\n"
                "  Sorts.\n"
                "  Letters: read, create, change, take steps that a rule for deciders allows those "
                "of their own agency; read those of the whole state\n"
                "  Written in: model.yaml, line 5");
}

static void what_has_no_name_is_not_explained(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct model *model = post_model(&arena);
    assert_int_equal(explain_name(&arena, model, STR("parcel")).n, 0);
    assert_int_equal(explain_name(&arena, model, STR("letter.")).n, 0);
    assert_int_equal(explain_name(&arena, model, STR("")).n, 0);
}

/* The post office with an overlay: what is said of it beside errors. */
static size_t findings_of(struct arena *arena, const char *base, struct str *ret_finding)
{
    struct compile_file files[POST_FILES + 1];
    struct compile_result result;
    struct str text = STR_JOIN(arena, STR("overlay: { of: post, "), str_from(base),
                               STR("label: North, source: order 4, agency: NORTH }\n"
                                   "entities: { letter: { label: Note } }\n"
                                   "code_sets: { colour: { hide: [RED] } }\n"
                                   "clocks: { answer: { label: Answered } }\n"));
    for (size_t i = 0; i < POST_FILES; i++) {
        files[i] = post_files[i];
    }
    files[POST_FILES] = (struct compile_file){STR("agency/north/overlay.yaml"), text};
    enum status status = compile_texts(arena, files, POST_FILES + 1, STR(""), &result);
    for (size_t i = 0; i < result.error_count; i++) {
        print_error("%.*s\n", STR_ARG(compile_error_line(arena, &result.errors[i])));
    }
    assert_int_equal(status, STATUS_OK);
    *ret_finding =
        result.finding_count > 0 ? compile_error_line(arena, &result.findings[0]) : STR("");
    return result.finding_count;
}

static void an_overlay_for_an_older_base_is_a_finding(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct str finding;
    assert_int_equal(findings_of(&arena, "base: '0.9', ", &finding), 1);
    assert_text(
        finding,
        "agency/north/overlay.yaml:1:28: this overlay was made for version 0.9 of the model, "
        "this is 1: look at entities letter, code_sets colour, clocks answer; then write "
        "'base: 1'");
    assert_int_equal(findings_of(&arena, "base: '1', ", &finding), 0);
    assert_int_equal(findings_of(&arena, "", &finding), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scalar_is_text),
        cmocka_unit_test(positions_count_characters_and_quotes),
        cmocka_unit_test(a_long_text_may_have_many_lines),
        cmocka_unit_test(an_empty_file_declares_nothing),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(depth_and_size_have_limits),
        cmocka_unit_test(the_nearest_name_is_offered),
        cmocka_unit_test(messages_are_sorted_and_said_once),
        cmocka_unit_test(a_zone_has_its_past_and_its_rule),
        cmocka_unit_test(zones_of_both_halves_of_the_earth_are_read),
        cmocka_unit_test(a_cut_zone_file_is_refused),
        cmocka_unit_test(the_zone_and_the_holidays_are_in_the_image),
        cmocka_unit_test(a_folder_that_is_not_there_is_not_found),
        cmocka_unit_test(a_folder_without_a_model_is_none),
        cmocka_unit_test(a_model_of_nothing_is_refused),
        cmocka_unit_test(a_wrong_zone_is_said_at_its_place),
        cmocka_unit_test(a_step_is_explained),
        cmocka_unit_test(a_clock_is_explained),
        cmocka_unit_test(a_field_is_explained),
        cmocka_unit_test(who_may_is_explained),
        cmocka_unit_test(what_has_no_name_is_not_explained),
        cmocka_unit_test(an_overlay_for_an_older_base_is_a_finding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

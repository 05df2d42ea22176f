/* Values as text, there and back, and input that is not what a form would send. */
#include "base/buf.h"
#include "rule_family.h"

struct fixture {
    struct arena arena;
    const struct model *model;
    struct work_set set;
    uint32_t ids;
    struct record *report;
    struct outcome outcome;
};

static void begin(struct fixture *f)
{
    *f = (struct fixture){.ids = 1000};
    arena_init(&f->arena, ARENA_REQUEST_CAP, NULL, NULL);
    f->model = family_model(&f->arena);
    family_set(&f->set, &f->arena, f->model, &f->ids);
    f->report = work_set_create(&f->set, family_entity(f->model, "report"));
    outcome_init(&f->outcome, &f->arena);
}

static void end(struct fixture *f)
{
    arena_clear(&f->arena);
}

/* What a text of a field reads back as, or the message that refuses it. */
static struct str there_and_back(struct fixture *f, const char *field, struct str text)
{
    struct value value;
    struct str message = STR("");
    uint32_t row = family_field(f->model, "report", field);
    if (!input_parse(&f->set, row, text, &value, &message)) {
        assert_true(message.n > 0);
        assert_false(value_is_set(value));
        return message;
    }
    return input_text(&f->arena, f->model, row, value);
}

static void values_read_back_as_they_are(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    assert_text(there_and_back(&f, "family_name", STR("  Rowan ")), "  Rowan ");
    assert_text(there_and_back(&f, "narrative", STR("a\r\nb")), "a\r\nb");
    assert_text(there_and_back(&f, "interpreter", STR(" yes ")), "yes");
    assert_text(there_and_back(&f, "interpreter", STR("false")), "no");
    assert_text(there_and_back(&f, "adults", STR(" 7")), "7");
    assert_text(there_and_back(&f, "owed", STR("12.5")), "12.50");
    assert_text(there_and_back(&f, "owed", STR(".05")), "0.05");
    assert_text(there_and_back(&f, "owed", STR("3.")), "3.00");
    assert_text(there_and_back(&f, "how", STR("PHONE")), "PHONE");
    assert_text(there_and_back(&f, "received_at", STR("2026-11-25T13:20")), "2026-11-25T13:20");
    assert_text(there_and_back(&f, "received_at", STR("2026-11-25T13:20:00-05:00")),
                "2026-11-25T12:20");
    assert_text(there_and_back(&f, "received_at", STR("2026-11-25T13:19:59.250")),
                "2026-11-25T13:19:59.250");
    /* Half past one happened twice in that night: the second one needs its offset. */
    assert_text(there_and_back(&f, "received_at", STR("2026-11-01T01:30")), "2026-11-01T01:30");
    assert_text(there_and_back(&f, "received_at", STR("2026-11-01T01:30-06:00")),
                "2026-11-01T01:30:00-06:00");
    assert_text(there_and_back(&f, "family_name", STR("")), "");
    end(&f);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    const struct {
        const char *field;
        struct str text;
    } bad[] = {
        {"family_name", {"a\0b", 3}                                },
        {"family_name", STR("line\nline")                          },
        {"narrative",   STR("\xff")                                },
        {"adults",      STR("7.0")                                 },
        {"adults",      STR("99999999999999999999")                },
        {"owed",        STR("1,000.00")                            },
        {"owed",        STR(".")                                   },
        {"owed",        STR("-")                                   },
        {"owed",        STR("99999999999999999999")                },
        {"owed",        STR("1.2.3")                               },
        {"received_at", STR("2026-02-30T10:00")                    },
        {"received_at", STR("2026-11-25")                          },
        {"agency",      STR("Marathon")                            },
        {"agency",      STR("00000000-0000-0000-0000-000000000009")},
        {"how",         STR("phone")                               },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct value value;
        struct str message = STR("");
        assert_false(input_parse(&f.set, family_field(f.model, "report", bad[i].field), bad[i].text,
                                 &value, &message));
        assert_true(str_ends(message, STR(".")) || str_ends(message, STR(").")));
    }
    end(&f);
}

static void apply(struct fixture *f, const struct input_pair *pairs, size_t count)
{
    const struct input_scope scope = {.form = MODEL_NONE, .transition = MODEL_NONE};
    const struct input input = {pairs, count};
    input_apply(&f->set, f->report, &scope, &input, &f->outcome);
}

static void good_values_are_kept_beside_wrong_ones(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    const struct input_pair pairs[] = {
        {STR("adults"),                STR("many") },
        {STR("family_name"),           STR("Rowan")},
        {STR("participants[+1].name"), STR("Owen") },
        {STR("participants[+1].role"), STR("UNCLE")},
    };
    apply(&f, pairs, ARRAY_LENGTH(pairs));
    assert_int_equal(f.outcome.status, STATUS_INVALID);
    assert_int_equal(f.outcome.problems.count, 2);
    assert_text(f.outcome.problems.items[0].where, "adults");
    assert_text(f.outcome.problems.items[1].where, "participants[+1].role");
    assert_text(value_get(&f.report->subject, family_field(f.model, "report", "family_name")).text,
                "Rowan");
    assert_int_equal(f.report->lists[0].items.count, 1);
    /* A page that is shown again names the row as it was sent. */
    const struct row *row = f.report->lists[0].items.items[0];
    assert_text(row->label, "+1");
    end(&f);
}

static void names_from_outside_are_not_repeated(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    char huge[4000];
    for (size_t i = 0; i < sizeof(huge); i++) {
        huge[i] = 'x';
    }
    const struct input_pair pairs[] = {
        {{huge, sizeof(huge)},             STR("1")     },
        {{"\xff\xfe", 2},                  STR("1")     },
        {STR("participants[].name"),       STR("1")     },
        {STR("participants[+1"),           STR("1")     },
        {STR("participants[x].name"),      STR("Owen")  },
        {STR("nobody[+1].name"),           STR("1")     },
        {STR("id"),                        STR("1")     },
        {STR("state"),                     STR("closed")},
        {STR("participants[+2].position"), STR("1")     },
        {STR("_why"),                      STR("1")     },
        {STR(""),                          STR("1")     },
    };
    apply(&f, pairs, ARRAY_LENGTH(pairs));
    /* Three cannot be named and are one problem. */
    assert_int_equal(f.outcome.problems.count, ARRAY_LENGTH(pairs) - 2);
    assert_text(f.outcome.problems.items[0].where, "");
    assert_text(f.outcome.problems.items[1].where, "participants[].name");
    assert_int_equal(f.report->lists[0].items.count, 0);
    end(&f);
}

static void too_much_is_refused_whole(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct input_pair *pairs = ARENA_ARRAY(&f.arena, INPUT_PAIRS_MAX + 1, struct input_pair);
    for (size_t i = 0; i <= INPUT_PAIRS_MAX; i++) {
        pairs[i] = (struct input_pair){STR("family_name"), STR("Rowan")};
    }
    apply(&f, pairs, INPUT_PAIRS_MAX + 1);
    assert_int_equal(f.outcome.status, STATUS_TOO_LARGE);
    assert_false(value_is_set(
        value_get(&f.report->subject, family_field(f.model, "report", "family_name"))));
    end(&f);
}

static void references_of_an_input_are_found(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    const struct input_pair pairs[] = {
        {STR("agency"),                  STR("00000000-0000-0000-0000-000000000001")},
        {STR("participants[+1].person"), STR("00000000-0000-0000-0000-000000000002")},
        {STR("family_name"),             STR("00000000-0000-0000-0000-000000000003")},
        {STR("agency"),                  STR("none")                                },
    };
    const struct input input = {pairs, ARRAY_LENGTH(pairs)};
    struct input_reference *references;
    size_t count =
        input_references(&f.arena, f.model, f.report->subject.entity, &input, &references);
    assert_int_equal(count, 2);
    assert_int_equal(references[0].entity, family_entity(f.model, "agency"));
    assert_true(uuid_eq(references[1].id, family_id(2)));
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_read_back_as_they_are),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(good_values_are_kept_beside_wrong_ones),
        cmocka_unit_test(names_from_outside_are_not_repeated),
        cmocka_unit_test(too_much_is_refused_whole),
        cmocka_unit_test(references_of_an_input_are_found),
    };
    return cmocka_run_group_tests_name("rule_input", tests, NULL, NULL);
}

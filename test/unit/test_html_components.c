/* Every component with hostile text in every parameter: the page stays well formed, all of the
 * text arrives, ids are unique and what refers to one finds it. */
#include <stdlib.h>

#include "html_reader.h"

/* ---- hostile text that can be found again ---- */

struct stage {
    struct arena *arena;
    struct html html;
    struct buf out;
    int64_t given; /* how many texts were handed out */
};

static void begin(struct stage *stage, struct arena *arena)
{
    *stage = (struct stage){.arena = arena};
    buf_init(&stage->out, arena, 1 << 20);
    html_init(&stage->html, &stage->out, &words_english);
}

/* A different hostile text at each call. */
static struct str evil(struct stage *stage)
{
    return STR_JOIN(stage->arena, STR("\"'></p><script>x("),
                    str_from_int(stage->arena, ++stage->given), STR(")</script>&amp;<!--\x01"));
}

static struct url place(struct stage *stage)
{
    return URL(stage->arena, STR("x"), evil(stage));
}

/* Well formed, and each text is there: escaped, or encoded in an address. */
static void check(struct stage *stage)
{
    assert_true(html_finish(&stage->html));
    struct str page = buf_str(&stage->out);
    check_page(page);
    for (int64_t i = 1; i <= stage->given; i++) {
        struct str number = str_from_int(stage->arena, i);
        struct str text = STR_JOIN(stage->arena, STR("&quot;&#39;&gt;&lt;/p&gt;&lt;script&gt;x("),
                                   number, STR(")&lt;/script&gt;&amp;amp;&lt;!--\xEF\xBF\xBD"));
        struct str address = STR_JOIN(stage->arena, STR("x/%22%27%3E%3C%2Fp%3E%3Cscript%3Ex%28"),
                                      number, STR("%29%3C%2Fscript%3E%26amp%3B%3C%21--%01"));
        if (str_find(page, text) < 0 && str_find(page, address) < 0) {
            fail_msg("text %d is lost in %.*s", (int)i, STR_ARG(page));
        }
    }
}

#define STAGE(name)                                                                                \
    TEST_ARENA(name##_arena);                                                                      \
    struct stage name;                                                                             \
    begin(&name, &name##_arena)
#define E evil(&stage)
#define U place(&stage)

/* ---- the components ---- */

static void small_parts(void **state)
{
    (void)state;
    for (int tone = 0; tone < TONE__COUNT; tone++) {
        STAGE(stage);
        component_tag(&stage.html, (struct tag){E, (enum tone)tone});
        component_chip(&stage.html, &(struct chip){E, E, (enum tone)tone});
        component_callout(&stage.html, &(struct callout){(enum tone)tone, E, E,
                                                         (const struct link[]){{E, U, false}}, 1});
        component_time(&stage.html, E, E);
        component_hidden(&stage.html, E, E);
        component_link(&stage.html, (struct link){E, U, true});
        component_link(&stage.html, (struct link){E, {STR("")}, true});
        check(&stage);
    }
    STAGE(stage);
    for (int icon = 0; icon < ICON__COUNT; icon++) {
        component_icon(&stage.html, (enum icon)icon);
    }
    for (int kind = BUTTON_MAIN; kind <= BUTTON_QUIET; kind++) {
        component_button(&stage.html, &(struct button){E, E, E, (enum button_kind)kind, true});
        component_button_link(&stage.html, (struct link){E, U, false}, (enum button_kind)kind);
    }
    check(&stage);
}

static void banner_and_due_lines(void **state)
{
    (void)state;
    STAGE(stage);
    const struct chip chips[] = {
        {E, E, TONE_ALERT},
        {E, E, TONE_PLAIN}
    };
    const struct banner_person people[] = {
        {E, E, U, chips, 2},
        {E, E, U, NULL,  0}
    };
    component_banner(&stage.html,
                     &(struct banner){E, U, E, people, 2, (const struct link[]){{E, U, false}}, 1});
    struct due lines[DUE__COUNT];
    for (int i = 0; i < DUE__COUNT; i++) {
        lines[i] = (struct due){
            (enum urgency)i, E, E, U, E, E, E, E, U, {E, U, false}
        };
    }
    component_due_list(&stage.html, E, lines, DUE__COUNT, STR("unused"));
    component_due_list(&stage.html, E, NULL, 0, E);
    check(&stage);
}

static void blocks(void **state)
{
    (void)state;
    STAGE(stage);
    component_facts(&stage.html,
                    (const struct fact[]){
                        {E, E, U,         E, false},
                        {E, E, {STR("")}, E, true }
    },
                    2);
    component_steps(&stage.html, E,
                    (const struct step[]){
                        {{E, U, true},  {E, TONE_GOOD}},
                        {{E, U, false}, {{0}, 0}      }
    },
                    2);
    component_save_bar(
        &stage.html,
        &(struct save_bar){.number = E,
                           .saved_at = E,
                           .buttons = (const struct button[]){{E, E, E, BUTTON_MAIN, false}},
                           .buttons_count = 1});
    component_pages(&stage.html, U, U, E);
    check(&stage);
}

static void every_kind_of_field(void **state)
{
    (void)state;
    for (int control = 0; control < CONTROL__COUNT; control++) {
        STAGE(stage);
        bool hidden_value = control == CONTROL_PASSWORD || control == CONTROL_FILE;
        bool listed =
            control == CONTROL_SELECT || control == CONTROL_RADIOS || control == CONTROL_CHECKBOXES;
        const struct choice no_answers[] = {
            {E, E, E, control % 2 == 0, STR("")},
            {E, E, E, false,            STR("")}
        };
        const struct choice listed_choices[] = {
            {E, E, STR(""), true,  STR("")},
            {E, E, STR(""), false, STR("")}
        };
        struct field field = {
            .control = (enum control)control,
            .name = E,
            .label = E,
            .help = E,
            .error = E,
            .value = listed || hidden_value ? STR("never shown") : E,
            .from = E,
            .no_answers = no_answers,
            .no_answers_count = 2,
            .asks_whom = true,
            .asked = E,
            .needed = true,
            .refreshes = true,
            .max = 40,
        };
        const struct choice yes = {STR(""), STR(""), STR(""), true, STR("")};
        field.choices = listed ? listed_choices : &yes;
        field.choices_count = listed ? 2 : 1;
        component_field(&stage.html, &field);
        if (!listed) { /* the choices were not used: count them as shown */
            html_element(&stage.html, "p", "", listed_choices[0].value);
            html_element(&stage.html, "p", "", listed_choices[0].text);
            html_element(&stage.html, "p", "", listed_choices[1].value);
            html_element(&stage.html, "p", "", listed_choices[1].text);
        }
        check(&stage);
        assert_true(str_find(buf_str(&stage.out), STR("never shown")) < 0);
    }
}

static void a_field_is_joined_to_what_explains_it(void **state)
{
    (void)state;
    STAGE(stage);
    component_field(&stage.html, &(struct field){.control = CONTROL_TEXT,
                                                 .name = STR("allegations[2].type"),
                                                 .label = STR("Type"),
                                                 .help = STR("h"),
                                                 .error = STR("e"),
                                                 .value = STR("v")});
    struct str page = buf_str(&stage.out);
    assert_true(str_find(page, STR("<label class=\"usa-label\" for=\"f-allegations-2-type\">")) >
                0);
    assert_true(str_find(page, STR("aria-describedby=\"f-allegations-2-type-error "
                                   "f-allegations-2-type-help\" aria-invalid=\"true\"")) > 0);
    /* Needed to submit is never required by the browser: a draft can always be saved. */
    assert_true(str_find(page, STR(" required")) < 0);
}

static void faults_lead_to_their_fields(void **state)
{
    (void)state;
    STAGE(stage);
    const struct fault_line lines[] = {
        {STR("a[1].b"), E},
        {STR(""),       E}
    };
    component_faults(&stage.html, lines, 2);
    component_faults(&stage.html, lines, 0);
    assert_true(str_find(buf_str(&stage.out), STR("href=\"#f-a-1-b\"")) > 0);
    check(&stage);
    STAGE(nothing);
    component_faults(&nothing.html, NULL, 0);
    check(&nothing);
    assert_true(str_find(buf_str(&nothing.out), STR("role=\"alert\"")) < 0);
}

static void render_row(struct html *html, const void *context, struct str key)
{
    struct arena *arena = html->out->arena;
    const struct str *label = context;
    component_field(html, &(struct field){.control = CONTROL_TEXT,
                                          .name = STR_JOIN(arena, STR("list["), key, STR("].x")),
                                          .label = *label});
}

static void lists_and_tables(void **state)
{
    (void)state;
    STAGE(stage);
    struct str label = E;
    const struct str keys[] = {STR("1"), STR("2")};
    component_rows(&stage.html, &(struct rows_list){.name = STR("list"),
                                                    .legend = E,
                                                    .add = E,
                                                    .keys = keys,
                                                    .keys_count = 2,
                                                    .render = render_row,
                                                    .context = &label,
                                                    .help = E,
                                                    .error = E});
    const struct column columns[] = {
        {E, false},
        {E, true }
    };
    const struct cell cells[] = {
        {E, U,         {E, TONE_WATCH}},
        {E, {STR("")}, {{0}, 0}       }
    };
    component_table(&stage.html, &(struct table){E, columns, 2, cells, 1, STR("unused"), false});
    component_table(&stage.html, &(struct table){.empty = E});
    component_clashes(&stage.html, E,
                      (const struct clash[]){
                          {STR("a"), E, E, E, E},
                          {STR("b"), E, E, E, E}
    },
                      2);
    const struct moment moments[] = {
        {0, 0,  0,   E, E, U,         {STR(""), TONE_PLAIN}},
        {0, 10, 900, E, E, {STR("")}, {E, TONE_ALERT}      }
    };
    component_timeline(&stage.html, &(struct timeline){E, E, E, NULL, 0, moments, 2});
    component_timeline(&stage.html, &(struct timeline){E, E, E, &label, 1, moments, 2});
    component_signature(&stage.html,
                        &(struct signature){.name = E, .label = E, .read_at = E, .value = E});
    check(&stage);
}

/* A heading without words is one that a screen reader reads out as nothing. */
static void a_row_that_begins_with_nothing_has_no_heading(void **state)
{
    (void)state;
    STAGE(stage);
    const struct column columns[] = {{.text = E}, {.text = E}};
    const struct cell cells[] = {{.text = STR("")}, {.text = E}, {.text = E}, {.text = E}};
    component_table(
        &stage.html,
        &(struct table){.columns = columns, .columns_count = 2, .cells = cells, .rows_count = 2});
    check(&stage);
    struct str page = buf_str(&stage.out);
    ptrdiff_t heading = str_find(page, STR("<th scope=\"row\""));
    assert_true(heading > str_find(page, STR("<tr><td")));
    assert_true(str_find(str_slice(page, (size_t)heading + 1, page.n), STR("<th scope=\"row\"")) <
                0);
}

static void a_genogram_says_all_that_it_draws(void **state)
{
    (void)state;
    STAGE(stage);
    const struct kin people[] = {
        {.name = E, .inside = E,        .life = E,     .says = E, .to = U, .shape = KIN_SQUARE, .focus = true},
        {.name = E,  .says = E, .to = U, .shape = KIN_CIRCLE, .died = true},
        {.name = E, .says = E,         .to = {STR("")}              },
    };
    const struct kin_tie ties[] = {
        {1, 0, KIN_PARENT       },
        {2, 0, KIN_GRANDPARENT  },
        {1, 2, KIN_PARTNER_ENDED}
    };
    component_kinship(&stage.html, stage.arena,
                      &(struct kinship){E, people, ARRAY_LENGTH(people), ties, ARRAY_LENGTH(ties)});
    component_kinship(&stage.html, stage.arena, &(struct kinship){.label = STR("nobody")});
    check(&stage);
}

/* The y of the text of a person in the picture. */
static long height_of(struct arena *arena, struct str page, const char *name)
{
    struct str end = STR_JOIN(arena, STR("\">"), str_from(name), STR("</text>"));
    ptrdiff_t at = str_find(page, end);
    assert_true(at > 0);
    while (page.p[at - 1] != '"') {
        at--;
    }
    return strtol(&page.p[at], NULL, 10);
}

/* Grandmother, parents, a child: one row each; who has no parents stands beside the partner; what
 * contradicts itself is still drawn. */
static void generations_stand_one_below_the_other(void **state)
{
    (void)state;
    STAGE(stage);
    const struct kin people[] = {{.name = STR("Ben")},
                                 {.name = STR("Ada")},
                                 {.name = STR("Tom")},
                                 {.name = STR("Ida")},
                                 {.name = STR("Eve")}};
    const struct kin_tie ties[] = {
        {1, 0, KIN_PARENT},
        {2, 0, KIN_PARENT},
        {3, 1, KIN_PARENT},
        {0, 3, KIN_PARENT}
    };
    component_kinship(&stage.html, stage.arena, &(struct kinship){STR("x"), people, 5, ties, 3});
    struct str page = buf_str(&stage.out);
    long ben = height_of(stage.arena, page, "Ben"), ada = height_of(stage.arena, page, "Ada");
    assert_true(height_of(stage.arena, page, "Ida") < ada);
    assert_true(ada < ben);
    assert_int_equal(height_of(stage.arena, page, "Tom"), ada);
    assert_true(height_of(stage.arena, page, "Eve") > ben); /* nobody knows how */
    component_kinship(&stage.html, stage.arena, &(struct kinship){STR("x"), people, 5, ties, 4});
    check(&stage);
}

/* Of one the parents are known: the others stand beside, and a dashed line says that they belong.
 */
static void brothers_and_sisters_stand_in_one_row(void **state)
{
    (void)state;
    STAGE(stage);
    const struct kin people[] = {{.name = STR("Ben")}, {.name = STR("Ada")}, {.name = STR("Mia")}};
    const struct kin_tie ties[] = {
        {1, 0, KIN_PARENT },
        {2, 0, KIN_SIBLING},
        {1, 2, KIN_PARENT },
    };
    component_kinship(&stage.html, stage.arena, &(struct kinship){STR("x"), people, 3, ties, 2});
    struct str page = buf_str(&stage.out);
    assert_int_equal(height_of(stage.arena, page, "Mia"), height_of(stage.arena, page, "Ben"));
    assert_true(str_find(page, STR("kin__line--dashed")) > 0);
    STAGE(both);
    component_kinship(&both.html, both.arena, &(struct kinship){STR("x"), people, 3, ties, 3});
    assert_true(str_find(buf_str(&both.out), STR("kin__line--dashed")) < 0); /* a parent says it */
    check(&both);
}

/* As many as there may be, each the parent of the next ones in a ring, and tied to others at
 * random. */
static void a_genogram_of_everybody_ends(void **state)
{
    (void)state;
    STAGE(stage);
    static struct kin people[KINSHIP_PEOPLE_MAX];
    static struct kin_tie ties[KINSHIP_TIES_MAX];
    unsigned seed = 7;
    for (size_t i = 0; i < KINSHIP_PEOPLE_MAX; i++) {
        people[i] = (struct kin){.name = STR("Somebody With A Name That Is Long")};
    }
    for (size_t i = 0; i < KINSHIP_TIES_MAX; i++) {
        seed = seed * 1103515245u + 12345u;
        size_t from = i % KINSHIP_PEOPLE_MAX;
        size_t to = i < KINSHIP_PEOPLE_MAX ? (i + 1) % KINSHIP_PEOPLE_MAX
                                           : (seed >> 8) % KINSHIP_PEOPLE_MAX;
        ties[i] = (struct kin_tie){from, to, (enum kin_tie_kind)((seed >> 4) % 5)};
    }
    component_kinship(
        &stage.html, stage.arena,
        &(struct kinship){STR("x"), people, KINSHIP_PEOPLE_MAX, ties, KINSHIP_TIES_MAX});
    check(&stage);
}

static void the_row_to_copy_has_its_placeholder_everywhere(void **state)
{
    (void)state;
    STAGE(stage);
    struct str label = STR("Name");
    component_rows(&stage.html, &(struct rows_list){.name = STR("list"),
                                                    .legend = STR("People"),
                                                    .render = render_row,
                                                    .context = &label});
    struct str page = buf_str(&stage.out);
    assert_true(str_find(page, STR("name=\"list[__row__].x\"")) > 0);
    assert_true(str_find(page, STR("id=\"f-list-__row__-x\"")) > 0);
    assert_true(str_find(page, STR("value=\"list[__row__]\"")) > 0);
    check(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_parts),
        cmocka_unit_test(banner_and_due_lines),
        cmocka_unit_test(blocks),
        cmocka_unit_test(every_kind_of_field),
        cmocka_unit_test(a_field_is_joined_to_what_explains_it),
        cmocka_unit_test(faults_lead_to_their_fields),
        cmocka_unit_test(lists_and_tables),
        cmocka_unit_test(a_row_that_begins_with_nothing_has_no_heading),
        cmocka_unit_test(a_genogram_says_all_that_it_draws),
        cmocka_unit_test(generations_stand_one_below_the_other),
        cmocka_unit_test(brothers_and_sisters_stand_in_one_row),
        cmocka_unit_test(a_genogram_of_everybody_ends),
        cmocka_unit_test(the_row_to_copy_has_its_placeholder_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

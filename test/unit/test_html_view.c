/* Forms and records drawn from a model: every kind of field, what was typed and cannot be, rows and
 * grids without a script, what one may not see, and text that would break a page. */
#include "compile/compile.h"
#include "html/view.h"
#include "html_reader.h"

/* ---- a small model with everything a form can ask ---- */

static const struct compile_file files[] = {
    {STR_INIT("model.yaml"),
     STR_INIT(
         "model: { name: visits, label: Visits, version: '1', zone: America/Chicago, locale: en }\n"
         "classes:\n"
         "  plain: { label: Visits, visibility: full, rank: 0 }\n"
         "  kept_apart: { label: Kept apart, visibility: existence, ask: the lead, rank: 9 }\n"
         "roles: { worker: { label: Worker, help: Visits. }, lead: { label: Lead, help: Leads. } }\n"
         "policy:\n"
         "  plain: { worker: { own_agency: [read, create, update, decide] } }\n"
         "  kept_apart: { lead: { own_agency: [read, update] } }\n"
         "deciders:\n"
         "  any_worker: { label: a worker, roles: [worker], scope: own_agency, say: Workers only. }\n"
         "code_sets: { mood: { label: Mood }, harm: { label: Harm } }\n"
         "calendar: { source: house rule, from: 2026, to: 2026, holidays: { new_year: { label: New "
         "Year, month: 1, day: 1 } } }\n")                                                                 },
    {STR_INIT("visit.yaml"),
     STR_INIT(
         "entities:\n"
         "  agency: { label: Agency, plural: Agencies, kind: reference, class: plain, title: name, "
         "fields: { name: { kind: text } } }\n"
         "  person: { label: Person, plural: People, kind: root, owner: agency, class: plain, "
         "title: name, fields: { agency: { kind: reference, to: agency, required: answered }, name: { kind: text } }, "
         "audiences: [ { scope: own_agency, who: agency } ] }\n"
         "  visit:\n"
         "    label: Visit\n"
         "    plural: Visits\n"
         "    kind: root\n"
         "    owner: agency\n"
         "    class: plain\n"
         "    title: 'coalesce(place, ''visit'')'\n"
         "    audiences: [ { scope: own_agency, who: agency } ]\n"
         "    fields:\n"
         "      agency: { kind: reference, to: agency, label: Agency, required: answered }\n"
         "      place: { kind: text, label: Place, help: Where it was., source: Rule 7, most: 40, "
         "required: addressed, non_answers: [asked_did_not_know, declined], who_asked: yes }\n"
         "      story: { kind: narrative, label: What was said }\n"
         "      alone: { kind: yes_no, label: Seen alone }\n"
         "      minutes: { kind: integer, label: How long, unit: minutes, least: 0, most: 600 }\n"
         "      paid: { kind: decimal, scale: 2, label: Paid }\n"
         "      held_on: { kind: date, label: On }\n"
         "      began_at: { kind: datetime, label: Began }\n"
         "      mood: { kind: code, set: mood, label: Mood }\n"
         "      moods: { kind: codes, set: mood, label: Moods, most: 9 }\n"
         "      friend: { kind: reference, to: agency, label: Together with }\n"
         "      whom: { kind: reference, to: person, label: Whom }\n"
         "      first: { kind: row, of: guests, label: Spoke first }\n"
         "      photo: { kind: attachment, label: Photograph }\n"
         "      mark: { kind: signature, label: Signature }\n"
         "      why_alone: { kind: text, label: Why alone, relevant: alone = true }\n"
         "      secret: { kind: text, label: Secret, class: kept_apart }\n"
         "      ended_at: { kind: datetime, label: Ended, by: finish }\n"
         "    lists:\n"
         "      guests:\n"
         "        label: Who was there\n"
         "        row: Guest\n"
         "        fields:\n"
         "          given: { kind: text, label: First name }\n"
         "          family: { kind: text, label: Last name }\n"
         "          child: { kind: yes_no, label: Child }\n"
         "      harms:\n"
         "        label: What is alleged\n"
         "        row: Allegation\n"
         "        fields:\n"
         "          of: { kind: row, of: guests, label: Child, choices: this.child = true }\n"
         "          kind: { kind: code, set: harm, label: What }\n"
         "          note: { kind: text, label: Note }\n"
         "    states:\n"
         "      open: { label: Going on, editable: yes }\n"
         "      done: { label: Finished }\n"
         "    transitions:\n"
         "      finish: { label: Finish, done: finished, from: [open], to: done, decider: "
         "any_worker, requires: [guests, ended_at!], form: visit_finish }\n"
         "forms:\n"
         "  visit:\n"
         "    on: visit\n"
         "    label: Visit\n"
         "    items:\n"
         "      - { field: place, width: half }\n"
         "      - field: story\n"
         "      - section: How it went\n"
         "        help: In their words.\n"
         "      - field: alone\n"
         "      - field: why_alone\n"
         "      - field: minutes\n"
         "      - field: paid\n"
         "      - field: held_on\n"
         "      - field: began_at\n"
         "      - field: mood\n"
         "      - field: moods\n"
         "      - field: friend\n"
         "      - field: whom\n"
         "      - field: first\n"
         "      - field: photo\n"
         "      - field: mark\n"
         "      - field: secret\n"
         "      - field: ended_at\n"
         "      - note: Ask every time.\n"
         "      - { show: '''It lasted '' || place', label: In short }\n"
         "      - section: People\n"
         "      - rows: guests\n"
         "      - { grid: harms, lines: of, columns: kind }\n"
         "      - { table: guests, columns: [given, child] }\n"
         "      - section: Never\n"
         "      - { show: story, label: Story, relevant: minutes > 5 }\n"
         "  visit_finish: { on: visit, label: Finish, items: [ { field: ended_at } ] }\n")                 },
    {STR_INIT("codes/mood.csv"), STR_INIT("code,label,from,to,replaces,section\n"
                                          "CALM,Calm,,,,Good\n"
                                          "GLAD,Glad,,2020-01-01,,Good\n"
                                          "TIRED,Tired,,,,Not so good\n"
                                          "SAD,Sad,,,,Not so good\n"
                                          "CROSS,Cross,,,,Not so good\n"
                                          "AFRAID,Afraid,,,,Not so good\n")},
    {STR_INIT("codes/harm.csv"), STR_INIT("code,label\nHIT,Hit\nHUNGRY,Left hungry\n")                     },
};

static const struct model *visits(struct arena *arena)
{
    struct outcome outcome;
    struct compile_result result;
    const struct model *model = NULL;
    outcome_init(&outcome, arena);
    if (compile_texts(arena, files, ARRAY_LENGTH(files), STR(""), &result) != STATUS_OK) {
        fail_msg("%.*s", STR_ARG(compile_error_line(arena, &result.errors[0])));
    }
    assert_int_equal(model_open(arena, result.image, &outcome, &model), STATUS_OK);
    return model;
}

/* ---- a stage ---- */

struct stage {
    struct arena arena;
    const struct model *model;
    struct actor actor;
    struct actor_entry entry;
    struct work_set set;
    uint32_t ids;
    struct record *visit;
    struct html html;
    struct buf out;
    struct view view;
    LIST(struct input_pair) pairs;
    struct input typed;
};

static struct uuid next_id(void *context)
{
    uint32_t *next = context;
    struct uuid id = {{0}};
    id.bytes[15] = (uint8_t)++ * next;
    id.bytes[0] = 1;
    return id;
}

/* A worker of the agency whose audience is 1; the visit is theirs. */
static void begin(struct stage *stage)
{
    static const struct record_audience audience = {1, MODEL_NONE};
    *stage = (struct stage){.ids = 0};
    arena_init(&stage->arena, ARENA_REQUEST_CAP, NULL, NULL);
    stage->model = visits(&stage->arena);
    stage->entry = (struct actor_entry){.role = model_role_by_name(stage->model, STR("worker")),
                                        .scope = SCOPE_OWN_AGENCY,
                                        .audience = audience.id};
    stage->actor.entries = &stage->entry;
    stage->actor.entry_count = 1;
    stage->actor.worker.bytes[0] = 9;
    work_set_init(&stage->set, &stage->arena, stage->model, (struct instant){1795634400000},
                  &stage->actor);
    stage->set.new_id = next_id;
    stage->set.id_context = &stage->ids;
    stage->visit = work_set_create(&stage->set, model_entity_by_name(stage->model, STR("visit")));
    stage->visit->is_new = false;
    stage->visit->version = 3;
    stage->visit->audiences = &audience;
    stage->visit->audience_count = 1;
}

static void end(struct stage *stage)
{
    arena_clear(&stage->arena);
}

static void type(struct stage *stage, struct str name, struct str value)
{
    struct input_pair pair = {name, value};
    LIST_PUSH(&stage->arena, &stage->pairs, pair);
}

static uint32_t form_named(const struct stage *stage, struct str name)
{
    uint32_t form = model_form_by_name(stage->model, name);
    assert_int_not_equal(form, MODEL_NONE);
    return form;
}

/* As a page does it: what was typed goes into the record, then the form is drawn. */
static void apply(struct stage *stage)
{
    struct outcome ignored;
    uint32_t form = form_named(stage, STR("visit"));
    const struct input_scope scope = {.form = form, .transition = MODEL_NONE};
    stage->typed = (struct input){stage->pairs.items, stage->pairs.count};
    struct input input = view_input(&stage->arena, stage->model, form, STR(""), &stage->typed);
    outcome_init(&ignored, &stage->arena);
    input_apply(&stage->set, stage->visit, &scope, &input, &ignored);
}

static struct str draw(struct stage *stage, struct view *view)
{
    buf_init(&stage->out, &stage->arena, 1 << 22);
    html_init(&stage->html, &stage->out, &words_english);
    view->html = &stage->html;
    view->set = &stage->set;
    view->record = stage->visit;
    view->form = view->form == 0 ? form_named(stage, STR("visit")) : view->form;
    view->typed = stage->typed.count > 0 ? &stage->typed : NULL;
    view_form(view);
    assert_true(html_finish(&stage->html));
    struct str page = buf_str(&stage->out);
    check_page(page);
    return page;
}

static struct str draw_form(struct stage *stage)
{
    struct view view = {.transition = MODEL_NONE,
                        .may_change = true,
                        .searched = model_entity_by_name(stage->model, STR("person"))};
    apply(stage);
    return draw(stage, &view);
}

#define assert_has(page, text)                                                                     \
    do {                                                                                           \
        if (str_find((page), STR(text)) < 0) {                                                     \
            fail_msg("no %s in %.*s", text, STR_ARG(page));                                        \
        }                                                                                          \
    } while (0)
#define assert_lacks(page, text) assert_true(str_find((page), STR(text)) < 0)

static struct answer answer_of_field(const struct stage *stage, struct str name)
{
    return answer_get(&stage->visit->subject,
                      model_field_by_name(stage->model, stage->visit->subject.entity, name));
}

/* ---- fields ---- */

static void every_kind_has_a_control_of_its_name(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    struct str page = draw_form(&stage);
    assert_has(page, "name=\"place\" type=\"text\" value=\"\" maxlength=\"40\"");
    assert_has(page, "<textarea class=\"usa-textarea\" id=\"f-story\" name=\"story\"");
    assert_has(page, "name=\"alone\" value=\"yes\"");
    assert_has(page, "How long (minutes)");
    assert_has(page, "name=\"paid\" type=\"text\" inputmode=\"numeric\"");
    assert_has(page, "name=\"held_on\" type=\"date\"");
    assert_has(page, "name=\"began_at\" type=\"datetime-local\"");
    assert_has(page, "<select class=\"usa-select\" id=\"f-mood\" name=\"mood\"");
    assert_has(page, "<optgroup label=\"Not so good\">");
    assert_has(page, "type=\"checkbox\" id=\"f-moods\" name=\"moods\" value=\"CALM\"");
    assert_has(page, "name=\"friend\"");
    assert_has(page, "data-picker=\"whom\"");
    assert_has(page, "name=\"find:whom\"");
    assert_has(page, "name=\"first\"");
    assert_has(page, "name=\"photo\" type=\"file\"");
    assert_has(page, "data-signature=\"yes\"");
    assert_has(page, "Rule 7"); /* why we ask */
    assert_has(page, "Ask every time.");
    end(&stage);
}

static void only_codes_in_force_are_offered(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    uint32_t mood = model_field_by_name(stage.model, stage.visit->subject.entity, STR("mood"));
    assert_lacks(draw_form(&stage), "Glad");
    answer_set(&stage.visit->subject, mood, answer_of(value_code(STR("GLAD"), 1)));
    assert_has(draw_form(&stage), "<option value=\"GLAD\" selected>Glad</option>");
    end(&stage);
}

static void what_others_set_or_compute_is_read(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    assert_lacks(draw_form(&stage), "name=\"ended_at\"");
    struct view finish = {.form = form_named(&stage, STR("visit_finish")),
                          .transition = model_transition_by_name(
                              stage.model, stage.visit->subject.entity, STR("finish")),
                          .may_change = true};
    struct str page = draw(&stage, &finish);
    assert_has(page, "name=\"ended_at\"");
    assert_has(page, "field__needed"); /* the step requires it */
    end(&stage);
}

static void what_is_not_relevant_is_not_shown(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    struct str page = draw_form(&stage);
    assert_lacks(page, "name=\"why_alone\"");
    assert_lacks(page, "Never"); /* a heading over nothing */
    /* The answer others hang on fetches the form again, one that nothing hangs on does not. */
    assert_has(page, "name=\"alone\" value=\"yes\" data-refreshes=\"yes\"");
    assert_lacks(page, "name=\"paid\" type=\"text\" inputmode=\"numeric\" value=\"\" "
                       "autocomplete=\"off\" data-refreshes");
    type(&stage, STR("alone"), STR("yes"));
    assert_has(draw_form(&stage), "name=\"why_alone\"");
    end(&stage);
}

static void what_one_may_not_read_is_not_there(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    uint32_t secret = model_field_by_name(stage.model, stage.visit->subject.entity, STR("secret"));
    answer_set(&stage.visit->subject, secret, answer_of(value_text(STR("blue door"))));
    assert_lacks(draw_form(&stage), "ecret");
    struct view read = {.transition = MODEL_NONE};
    struct str page = draw(&stage, &read);
    assert_lacks(page, "blue door");
    assert_lacks(page, "ecret");
    stage.entry.role = model_role_by_name(stage.model, STR("lead"));
    page = draw(&stage, &(struct view){.transition = MODEL_NONE});
    assert_has(page, "blue door");
    end(&stage);
}

/* ---- what was typed ---- */

static void what_cannot_be_is_shown_as_it_was_typed(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    type(&stage, STR("held_on"), STR("the 31st of \"Noon\""));
    type(&stage, STR("minutes"), STR("half an hour <b>"));
    type(&stage, STR("place"), STR(""));
    type(&stage, STR("place_why"), STR("declined"));
    type(&stage, STR("place_asked"), STR("the mother & \"Ruth\""));
    type(&stage, STR("moods"), STR(""));
    type(&stage, STR("moods"), STR("SAD"));
    type(&stage, STR("moods"), STR("TIRED"));
    struct str page = draw_form(&stage);
    /* A date control would drop it: it becomes a text. */
    assert_has(page, "name=\"held_on\" type=\"text\" value=\"the 31st of &quot;Noon&quot;\"");
    assert_has(page, "value=\"half an hour &lt;b&gt;\"");
    assert_has(page, "name=\"place_why\" value=\"declined\" checked");
    assert_has(page, "value=\"the mother &amp; &quot;Ruth&quot;\"");
    assert_has(page, "value=\"SAD\" checked");
    assert_has(page, "value=\"TIRED\" checked");
    assert_lacks(page, "value=\"CALM\" checked");
    end(&stage);
}

static void problems_stand_at_their_fields(void **state)
{
    (void)state;
    struct stage stage;
    struct outcome outcome;
    begin(&stage);
    outcome_init(&outcome, &stage.arena);
    outcome_problem(&outcome, STATUS_INVALID, STR("minutes"), STR("not_valid"),
                    STR("Give a whole <number>."));
    outcome_problem(&outcome, STATUS_INVALID, STR("guests"), STR("too_many_rows"),
                    STR("At most 4 fit here."));
    struct view view = {
        .transition = MODEL_NONE, .may_change = true, .outcome = &outcome, .searched = MODEL_NONE};
    struct str page = draw(&stage, &view);
    assert_has(page, "Give a whole &lt;number&gt;.");
    assert_has(page, "id=\"f-minutes-error\"");
    assert_has(page, "At most 4 fit here.");
    assert_has(page, "id=\"f-guests\"");
    end(&stage);
}

/* ---- rows and grids ---- */

static void rows_are_added_and_removed_without_a_script(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    /* A list that a step requires begins with an empty row. */
    assert_has(draw_form(&stage), "name=\"guests[+1].given\"");
    type(&stage, STR("guests[+1].given"), STR("Owen"));
    type(&stage, STR("add_row"), STR("guests"));
    struct str page = draw_form(&stage);
    assert_has(page, "name=\"guests[+1].given\" type=\"text\" value=\"Owen\"");
    assert_has(page, "name=\"guests[+2].given\" type=\"text\" value=\"\"");
    assert_has(page, "name=\"guests[__row__].given\"");
    assert_has(page, "New guest");
    end(&stage);
}

static struct row *stored_guest(struct stage *stage, const char *given, bool child)
{
    uint32_t list = model_list_by_name(stage->model, stage->visit->subject.entity, STR("guests"));
    struct row *row = record_add_row(stage->visit, list);
    row->is_new = false;
    answer_set(&row->subject, model_list_field_by_name(stage->model, list, STR("given")),
               answer_of(value_text(str_from(given))));
    answer_set(&row->subject, model_list_field_by_name(stage->model, list, STR("child")),
               answer_of(value_boolean(child)));
    return row;
}

static void a_stored_row_that_is_removed_stays_marked(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    struct row *row = stored_guest(&stage, "Owen", true);
    struct str marked = STR_JOIN(&stage.arena, STR("guests["),
                                 uuid_text(&stage.arena, row->subject.id), STR("]._delete"));
    type(&stage, marked, STR("yes"));
    struct str page = draw_form(&stage);
    assert_true(row->removed);
    assert_true(str_find(page, STR_JOIN(&stage.arena, STR("name=\""), marked,
                                        STR("\" value=\"yes\""))) >= 0);
    assert_lacks(page, "value=\"Owen\"");
    end(&stage);
}

static size_t harms(const struct stage *stage)
{
    uint32_t list = model_list_by_name(stage->model, stage->visit->subject.entity, STR("harms"));
    const struct rows *rows = record_rows(stage->visit, list);
    size_t count = 0;
    for (size_t i = 0; i < rows->items.count; i++) {
        count += rows->items.items[i]->removed ? 0 : 1;
    }
    return count;
}

/* The name of the first box of the grid in a page. */
static struct str first_box(struct stage *stage, struct str page)
{
    struct str mark = STR("<input class=\"usa-checkbox__input\" type=\"checkbox\" id=\"f-harms-");
    ptrdiff_t at = str_find(page, mark);
    assert_true(at >= 0);
    struct str rest = str_slice(page, (size_t)at, page.n);
    ptrdiff_t name = str_find(rest, STR("name=\""));
    rest = str_slice(rest, (size_t)name + 6, rest.n);
    return str_copy(&stage->arena, str_slice(rest, 0, (size_t)str_find_byte(rest, '"')));
}

static struct str line_of(struct stage *stage, struct str box)
{
    return STR_JOIN(&stage->arena, str_slice(box, 0, box.n - STR("kind").n), STR("of"));
}

static void name_a_child(struct stage *stage)
{
    type(stage, STR("guests[+1].given"), STR("Owen"));
    type(stage, STR("guests[+1].child"), STR("yes"));
    type(stage, STR("guests[+2].given"), STR("Dana"));
}

static void ticked_cells_are_rows(void **state)
{
    (void)state;
    struct stage bare, ticked;
    begin(&bare);
    name_a_child(&bare);
    struct str page = draw_form(&bare);
    assert_has(page, "Owen: Hit");
    assert_lacks(page, "Dana: Hit"); /* no child */
    struct str box = first_box(&bare, page), line = line_of(&bare, box);

    begin(&ticked);
    name_a_child(&ticked);
    type(&ticked, line, STR("+1"));
    type(&ticked, box, STR("HIT"));
    page = draw_form(&ticked);
    assert_int_equal(harms(&ticked), 1);
    assert_has(page, "value=\"HIT\" data-refreshes=\"yes\" checked");
    assert_has(page, "Owen: Hit</legend>"); /* what else is asked of it */
    assert_str_equal(first_box(&ticked, page), box);
    end(&ticked);
    end(&bare);
}

static void an_empty_cell_is_no_row(void **state)
{
    (void)state;
    struct stage bare, again;
    begin(&bare);
    name_a_child(&bare);
    struct str page = draw_form(&bare);
    begin(&again);
    name_a_child(&again);
    type(&again, line_of(&bare, first_box(&bare, page)), STR("+1"));
    (void)draw_form(&again);
    assert_int_equal(harms(&again), 0);
    end(&again);
    end(&bare);
}

static void a_tick_that_is_taken_away_takes_its_row(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    struct row *owen = stored_guest(&stage, "Owen", true);
    uint32_t list = model_list_by_name(stage.model, stage.visit->subject.entity, STR("harms"));
    struct row *harm = record_add_row(stage.visit, list);
    harm->is_new = false;
    answer_set(&harm->subject, model_list_field_by_name(stage.model, list, STR("of")),
               answer_of(value_reference(owen->subject.id)));
    answer_set(&harm->subject, model_list_field_by_name(stage.model, list, STR("kind")),
               answer_of(value_code(STR("HIT"), 1)));
    struct str page = draw_form(&stage);
    assert_has(page, "value=\"HIT\" data-refreshes=\"yes\" checked");
    struct str line = line_of(&stage, first_box(&stage, page));
    type(&stage, line, uuid_text(&stage.arena, owen->subject.id));
    (void)draw_form(&stage);
    assert_true(harm->removed);
    end(&stage);
}

static void input_leaves_the_pages_own_pairs_alone(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct model *model = visits(&arena);
    const struct input_pair pairs[] = {
        {STR("find:whom"),        STR("Vang")  },
        {STR("photo:remove"),     STR("yes")   },
        {STR("place"),            STR("school")},
        {STR("reporter/place"),   STR("apart") },
        {STR("guests[+1].given"), STR("Owen")  },
    };
    const struct input sent = {pairs, ARRAY_LENGTH(pairs)};
    uint32_t form = model_form_by_name(model, STR("visit"));
    struct input own = view_input(&arena, model, form, STR(""), &sent);
    assert_int_equal(own.count, 3);
    assert_text(own.pairs[0].name, "photo");
    assert_text(own.pairs[0].value, "");
    assert_text(own.pairs[1].value, "school");
    assert_text(own.pairs[2].name, "guests[+1].given");
    struct input apart = view_input(&arena, model, form, STR("reporter/"), &sent);
    assert_int_equal(apart.count, 1);
    assert_text(apart.pairs[0].name, "place");
    assert_text(apart.pairs[0].value, "apart");
}

/* ---- text that would break a page ---- */

static void hostile_text_stays_text(void **state)
{
    (void)state;
    static const struct str evil = STR_INIT("\"'></textarea><script>x()</script>&amp;<!--");
    struct stage stage;
    begin(&stage);
    type(&stage, STR("place"), str_slice(evil, 0, 40));
    type(&stage, STR("story"), evil);
    type(&stage, STR("minutes"), evil);
    type(&stage, STR("mood"), evil);
    type(&stage, STR("place_why"), evil);
    type(&stage, STR("guests[+1].given"), evil);
    type(&stage, STR("guests[+1].child"), STR("yes"));
    type(&stage, STR("find:whom"), evil);
    type(&stage, STR_JOIN(&stage.arena, STR("guests["), evil, STR("].given")), evil);
    struct str page = draw_form(&stage);
    assert_lacks(page, "<script");
    assert_has(page, "&lt;script&gt;x()&lt;/script&gt;&amp;amp;&lt;!--");
    struct view read = {.transition = MODEL_NONE};
    assert_lacks(draw(&stage, &read), "<script");
    end(&stage);
}

static void what_is_read_says_why_there_is_no_answer(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    type(&stage, STR("place_why"), STR("asked_did_not_know"));
    type(&stage, STR("place_asked"), STR("the mother"));
    type(&stage, STR("moods"), STR("SAD"));
    type(&stage, STR("moods"), STR("CALM"));
    type(&stage, STR("guests[+1].given"), STR("Owen"));
    type(&stage, STR("first"), STR("+1"));
    apply(&stage);
    assert_int_equal(answer_of_field(&stage, STR("place")).why, NON_ANSWER_ASKED_DID_NOT_KNOW);
    stage.typed.count = 0;
    struct str page = draw(&stage, &(struct view){.transition = MODEL_NONE});
    assert_has(page, "Asked, did not know (the mother)");
    assert_has(page, "Sad, Calm");
    assert_has(page, "<dt>Spoke first</dt><dd>Owen</dd>");
    assert_lacks(page, "<input");
    end(&stage);
}

/* Adds a guest by name, as a copy would: with an id of its own. */
static void put_guest(struct stage *stage, struct record *visit, const char *given)
{
    uint32_t list = model_list_by_name(stage->model, visit->subject.entity, STR("guests"));
    struct row *row = record_add_row(visit, list);
    answer_set(&row->subject, model_list_field_by_name(stage->model, list, STR("given")),
               answer_of(value_text(str_from(given))));
}

static void put_visit_text(struct stage *stage, struct record *visit, const char *field,
                           const char *text)
{
    answer_set(&visit->subject,
               model_field_by_name(stage->model, visit->subject.entity, str_from(field)),
               answer_of(value_text(str_from(text))));
}

static void a_version_says_what_is_different(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    struct record *before = work_set_create(&stage.set, stage.visit->subject.entity);
    put_visit_text(&stage, before, "place", "The aunt's home");
    put_visit_text(&stage, stage.visit, "place", "The school");
    put_visit_text(&stage, before, "story", "Told alike");
    put_visit_text(&stage, stage.visit, "story", "Told alike");
    put_visit_text(&stage, before, "secret", "Hidden then");
    put_visit_text(&stage, stage.visit, "secret", "Hidden now");
    put_guest(&stage, before, "Owen");
    put_guest(&stage, before, "Dana");
    put_guest(&stage, stage.visit, "Owen");
    put_guest(&stage, stage.visit, "Jade");
    buf_init(&stage.out, &stage.arena, 1 << 22);
    html_init(&stage.html, &stage.out, &words_english);
    struct view view = {
        .html = &stage.html, .set = &stage.set, .record = stage.visit, .transition = MODEL_NONE};
    view_changes(&view, before, STR("What is different"));
    assert_true(html_finish(&stage.html));
    struct str page = buf_str(&stage.out);
    check_page(page);
    assert_has(page, "The aunt&#39;s home");
    assert_has(page, "The school");
    assert_has(page, "Dana");
    assert_has(page, "Jade");
    assert_lacks(page, "Owen");
    assert_lacks(page, "Told alike");
    assert_lacks(page, "Hidden");
    end(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_control_of_its_name),
        cmocka_unit_test(only_codes_in_force_are_offered),
        cmocka_unit_test(what_others_set_or_compute_is_read),
        cmocka_unit_test(what_is_not_relevant_is_not_shown),
        cmocka_unit_test(what_one_may_not_read_is_not_there),
        cmocka_unit_test(what_cannot_be_is_shown_as_it_was_typed),
        cmocka_unit_test(problems_stand_at_their_fields),
        cmocka_unit_test(rows_are_added_and_removed_without_a_script),
        cmocka_unit_test(a_stored_row_that_is_removed_stays_marked),
        cmocka_unit_test(ticked_cells_are_rows),
        cmocka_unit_test(an_empty_cell_is_no_row),
        cmocka_unit_test(a_tick_that_is_taken_away_takes_its_row),
        cmocka_unit_test(input_leaves_the_pages_own_pairs_alone),
        cmocka_unit_test(hostile_text_stays_text),
        cmocka_unit_test(what_is_read_says_why_there_is_no_answer),
        cmocka_unit_test(a_version_says_what_is_different),
    };
    return cmocka_run_group_tests_name("html_view", tests, NULL, NULL);
}

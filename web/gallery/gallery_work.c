/* Samples of pages that one works on. */
#include "gallery.h"
#include "template_workspace.h"

#define S STR_INIT
#define U(text)                                                                                    \
    {                                                                                              \
        STR_INIT(text)                                                                             \
    }

static const struct choice reporters[] = {{S("teacher"), S("Teacher"), S(""), true, S("")},
                                          {S("nurse"), S("Nurse"), S(""), false, S("")},
                                          {S("neighbour"), S("Neighbour"), S(""), false, S("")},
                                          {S("none"), S("Does not want to say"), S(""), false, S("")}};
static const struct choice no_answers[] = {{S("unknown"), S("Asked, did not know"), S(""), false, S("")},
                                           {S("declined"), S("Declined to say"), S(""), false, S("")},
                                           {S("not_asked"), S("Not asked"), S(""), false, S("")}};
static const struct choice no_answers_given[] = {
    {S("unknown"), S("Asked, did not know"), S(""), true, S("")},
    {S("declined"), S("Declined to say"), S(""), false, S("")},
    {S("not_asked"), S("Not asked"), S(""), false, S("")}};
static const struct choice children[] = {
    {S("a"), S("Mai Vang, 7"), S(""), false, S("")},
    {S("b"), S("Tou Vang, 9"), S(""), false, S("")},
    {S("c"), S("Baby, name not known, about 6 months"), S(""), false, S("")}};
static const struct choice kinds[] = {{S("physical"), S("Physical"), S(""), false, S("")},
                                      {S("neglect"), S("Neglect"), S(""), false, S("")},
                                      {S("sexual"), S("Sexual"), S(""), false, S("")},
                                      {S("emotional"), S("Emotional"), S(""), false, S("")},
                                      {S("threat"), S("Threat of harm"), S(""), false, S("")}};
static const bool ticked[3 * 5] = {[0] = true, [6] = true};

static void render_row(struct html *html, const void *context, struct str key)
{
    (void)context;
    struct arena *arena = html->out->arena;
    component_field(html,
                    &(struct field){.control = CONTROL_TEXT,
                                    .name = STR_JOIN(arena, STR("adults["), key, STR("].name")),
                                    .label = STR("Name"),
                                    .value = str_eq(key, ROW_TO_COPY) ? STR("") : STR("Cole")});
    component_field(html,
                    &(struct field){.control = CONTROL_SELECT,
                                    .name = STR_JOIN(arena, STR("adults["), key, STR("].role")),
                                    .label = STR("Said to be"),
                                    .choices = kinds,
                                    .choices_count = 0});
}

static void card_caller(struct html *html, const void *context)
{
    const bool *refused = context;
    component_field(html, &(struct field){.control = CONTROL_SELECT,
                                          .name = STR("reporter.role"),
                                          .label = STR("The caller is a"),
                                          .choices = reporters,
                                          .choices_count = 4});
    component_field(
        html,
        &(struct field){
            .control = CONTROL_TELEPHONE,
            .name = STR("reporter.telephone"),
            .label = STR("Number to call back"),
            .needed = true,
            .value = *refused ? STR("715 55") : STR("715 555 0161"),
            .error =
                *refused
                    ? STR("Too short for a telephone number: give ten digits, such as 715 555 0161.")
                    : STR(""),
            .no_answers = no_answers,
            .no_answers_count = 3});
}

static void card_what(struct html *html, const void *context)
{
    (void)context;
    component_field(
        html,
        &(struct field){
            .control = CONTROL_LONG_TEXT,
            .name = STR("narrative"),
            .label = STR("What happened, in the caller's words"),
            .needed = true,
            .help = STR("Who saw it, when, and what was said. Nothing that tells who calls."),
            .value = STR(
                "Mai came to school with a red mark on her left cheek. She said \"he grabbed my face\". The bus home leaves at 15:10.")});
    component_grid(html, &(struct grid){STR("alleged"), STR("What is alleged, for whom"), children,
                                        kinds, 3, 5, ticked});
    static const struct str keys[] = {S("1")};
    component_rows(html, &(struct rows_list){.name = STR("adults"),
                                             .legend = STR("Adults"),
                                             .add = STR("Add an adult"),
                                             .keys = keys,
                                             .keys_count = 1,
                                             .render = render_row,
                                             .new_title = STR("New adult")});
}

static void card_where(struct html *html, const void *context)
{
    (void)context;
    component_field(html, &(struct field){.control = CONTROL_TEXT,
                                          .name = STR("children_now"),
                                          .label = STR("Where are the children now?"),
                                          .needed = true});
    component_field(
        html,
        &(struct field){
            .control = CONTROL_RADIOS,
            .name = STR("tribal"),
            .label = STR("Is a child a member of a tribe, or could be?"),
            .help = STR(
                "Asked of everyone, every time. Last answer: mother, 2 Feb 2025, no tribe known."),
            .choices = (const struct choice[]){{STR("yes"), STR("Yes"), STR(""), false, STR("")},
                                               {STR("no"), STR("No"), STR(""), false, STR("")}},
            .choices_count = 2,
            .no_answers = no_answers_given,
            .no_answers_count = 3,
            .asks_whom = true,
            .asked = STR("the caller")});
    component_field(html, &(struct field){.control = CONTROL_DATETIME,
                                          .name = STR("received"),
                                          .label = STR("The call began"),
                                          .value = STR("2026-11-25T09:58"),
                                          .from = STR("the first keystroke")});
}

static void intake_fields(struct html *html, const void *context)
{
    component_card(html, &(struct card){.title = STR("Caller"),
                                        .state = {STR("kept apart"), TONE_PLAIN},
                                        .content = {card_caller, context}});
    component_card(html,
                   &(struct card){.title = STR("What happened"), .content = {card_what, context}});
    component_card(html, &(struct card){.title = STR("Now"), .content = {card_where, context}});
}

static void add_matches(struct html *html, const void *context)
{
    (void)context;
    static const struct fact facts[] = {
        {S("Mai Vang, 7"), S("very likely the same"), U("/people/9"),
         S("same birth date, name sounds alike, same address; named as the child, 1 substantiated"),
         false},
        {S("Tou Vang, 9"), S("likely"), U("/people/11"), S("same address"), false},
        {S("Open case"), S("none"), U(""), S(""), false},
    };
    component_facts(html, facts, ARRAY_LENGTH(facts));
}

static void intake_side(struct html *html, const void *context)
{
    (void)context;
    static const struct fault_line needed[] = {{S("children_now"), S("Where the children are now")},
                                               {S("tribal"), S("The tribal question")}};
    component_card(html,
                   &(struct card){.title = STR("Earlier contact"), .content = {add_matches, NULL}});
    component_callout(html,
                      &(struct callout){TONE_WATCH, STR("Worker safety"),
                                        STR("A dog is loose in the yard. Review 1 Dec."), NULL, 0});
    component_still_needed(html, needed, ARRAY_LENGTH(needed));
}

static const struct button submit_buttons[] = {
    {S("Close with a reason"), S("do"), S("close"), BUTTON_QUIET, true},
    {S("Submit for screening"), S("do"), S("submit"), BUTTON_MAIN, false}};

static void intake(struct html *html, struct template_frame *frame, bool refused)
{
    static const struct fault_line faults[] = {
        {S("reporter.telephone"), S("Number to call back: too short for a telephone number")},
        {S("children_now"), S("Where the children are now is still needed")}};
    template_workspace(html,
                       &(struct template_workspace){
                           .frame = frame,
                           .title = STR("A call"),
                           .action = URL_FIXED("/intake/118"),
                           .draft = URL_FIXED("/drafts/118"),
                           .form_token = STR("t"),
                           .enctype = STR("application/x-www-form-urlencoded"),
                           .faults = faults,
                           .faults_count = refused ? 2 : 0,
                           .fields = {intake_fields, &refused},
                           .side = {intake_side, NULL},
                           .bar = {STR("Contact 2026-118"), STR("10:02:14"), submit_buttons, 2}});
}

void gallery_intake(struct html *html, struct template_frame *frame)
{
    intake(html, frame, false);
}

void gallery_intake_refused(struct html *html, struct template_frame *frame)
{
    intake(html, frame, true);
}

static void add_banner(struct html *html, const void *context)
{
    (void)context;
    static const struct chip owen[] = {
        {S("present danger"), S("protective plan, review due Wed 2 Dec"), TONE_WATCH},
        {S("safety decision"), S("not yet"), TONE_PLAIN}};
    static const struct chip tessa[] = {{S("present danger"), S("none seen"), TONE_GOOD},
                                        {S("safety decision"), S("not yet"), TONE_PLAIN}};
    static const struct chip jade[] = {{S("present danger"), S("not seen yet"), TONE_ALERT},
                                       {S("safety decision"), S("not yet"), TONE_PLAIN}};
    static const struct banner_person people[] = {{S("Owen"), S("7"), U("/people/1"), owen, 2},
                                                  {S("Tessa"), S("4"), U("/people/2"), tessa, 2},
                                                  {S("Jade"), S("15"), U("/people/3"), jade, 2}};
    static const struct link actions[] = {
        {S("Turn the screen"), U("/cases/118/plan/turned"), false}};
    component_banner(
        html, &(struct banner){STR("Sorrell family"), URL_FIXED("/cases/118"),
                               STR("assessment 118, day 12 of 60, police and county together"),
                               people, 3, actions, 1});
}

static void card_plan(struct html *html, const void *context)
{
    (void)context;
    component_callout(
        html,
        &(struct callout){
            TONE_ALERT, STR("\"Left the home\" cannot be recorded yet"),
            STR("The protective plan must be in place first (48.981). It waits for the supervisor."),
            (const struct link[]){{STR("Open the plan"), URL_FIXED("/cases/118/plan"), false}}, 1});
    component_field(
        html,
        &(struct field){.control = CONTROL_RADIOS,
                        .name = STR("danger"),
                        .label = STR("Is Owen in present danger?"),
                        .needed = true,
                        .refreshes = true,
                        .choices =
                            (const struct choice[]){
                                {STR("yes"), STR("Yes"),
                                 STR("A protective plan must be in place before you leave."), true,
                                 STR("")},
                                {STR("no"), STR("No"), STR(""), false, STR("")}},
                        .choices_count = 2});
    component_field(html, &(struct field){.control = CONTROL_CHECKBOXES,
                                          .name = STR("seen"),
                                          .label = STR("Who was seen"),
                                          .choices =
                                              (const struct choice[]){
                                                  {STR("owen"), STR("Owen, alone"), STR(""), true, STR("")},
                                                  {STR("tessa"), STR("Tessa"), STR(""), true, STR("")},
                                                  {STR("jade"), STR("Jade"), STR(""), false, STR("")}},
                                          .choices_count = 3});
    component_signature(html,
                        &(struct signature){STR("signature_dana"), STR("Dana agrees to the plan"),
                                            STR(""), STR("Read aloud 25 Nov 2026, 18:35"), STR(""),
                                            false});
}

static void assessment_fields(struct html *html, const void *context)
{
    (void)context;
    component_card(html, &(struct card){.title = STR("Present danger, Owen (7)"),
                                        .state = {STR("Not decided"), TONE_PLAIN},
                                        .action = {STR("What the rule says"),
                                                   URL_FIXED("/rules/present-danger"), false},
                                        .content = {card_plan, NULL}});
}

static void assessment_side(struct html *html, const void *context)
{
    (void)context;
    static const struct due lines[] = {{DUE_NOW,
                                        S("Now"),
                                        S("Jade"),
                                        U("/people/3"),
                                        S("must be seen alone"),
                                        S("due 19:20"),
                                        S("2026-11-25T19:20:00-06:00"),
                                        S("in 1 h 5 min"),
                                        U("/rules/seen"),
                                        {S(""), U(""), false}},
                                       {DUE_DONE,
                                        S("Done"),
                                        S("Owen"),
                                        U("/people/1"),
                                        S("seen alone, school"),
                                        S("14:40"),
                                        S(""),
                                        S(""),
                                        U(""),
                                        {S(""), U(""), false}}};
    html_open_class(html, "div", "two");
    component_due_list(html, STR("Who must be seen"), lines, 2, STR(""));
    html_close(html, "div");
}

static void assessment(struct html *html, struct template_frame *frame)
{
    static const struct step steps[] = {
        {{S("Contacts"), U("/1"), false}, {S(""), TONE_PLAIN}},
        {{S("Information"), U("/2"), false}, {S(""), TONE_PLAIN}},
        {{S("Present danger"), U("/3"), true}, {S(""), TONE_PLAIN}},
        {{S("Threats"), U("/4"), false}, {S(""), TONE_PLAIN}},
        {{S("Capacities"), U("/5"), false}, {S(""), TONE_PLAIN}},
        {{S("Safety decision"), U("/6"), false}, {S(""), TONE_PLAIN}},
        {{S("Findings"), U("/7"), false}, {S(""), TONE_PLAIN}},
        {{S("Close"), U("/8"), false}, {S(""), TONE_PLAIN}}};
    static const struct button buttons[] = {
        {S("Save and go on"), S("do"), S("save"), BUTTON_MAIN, false}};
    template_workspace(html,
                       &(struct template_workspace){.frame = frame,
                                                    .title = STR("Present danger"),
                                                    .action = URL_FIXED("/cases/118/danger"),
                                                    .draft = URL_FIXED("/drafts/119"),
                                                    .form_token = STR("t"),
                                                    .enctype = STR("application/x-www-form-urlencoded"),
                                                    .steps = steps,
                                                    .steps_count = ARRAY_LENGTH(steps),
                                                    .fields = {assessment_fields, NULL},
                                                    .side = {assessment_side, NULL},
                                                    .bar = {STR(""), STR("18:20:41"), buttons, 1}});
}

void gallery_assessment(struct html *html, struct template_frame *frame)
{
    frame->banner = (struct html_slot){add_banner, NULL};
    assessment(html, frame);
}

/* Ten children, long names, nothing decided. */
static void add_long_banner(struct html *html, const void *context)
{
    (void)context;
    static const struct chip chips[] = {{S("present danger"), S("not seen yet"), TONE_ALERT},
                                        {S("safety decision"), S("not yet"), TONE_PLAIN}};
    static const struct str names[] = {S("Maximiliano Alejandro"),
                                       S("Ana Sofia"),
                                       S("Guadalupe"),
                                       S("Xiong Meng"),
                                       S("Nkaujhli"),
                                       S("Bartholomew"),
                                       S("Wren"),
                                       S("Josephine"),
                                       S("Theodore"),
                                       S("Baby, name not known")};
    struct banner_person people[ARRAY_LENGTH(names)];
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        people[i] = (struct banner_person){names[i], STR("11"), URL_FIXED("/people/1"), chips, 2};
    }
    component_banner(html,
                     &(struct banner){STR("Kowalczyk-Hernandez and Featherstone family"),
                                      URL_FIXED("/cases/201"), STR("assessment 201, day 3 of 60"),
                                      people, ARRAY_LENGTH(people), NULL, 0});
}

void gallery_many(struct html *html, struct template_frame *frame)
{
    frame->banner = (struct html_slot){add_long_banner, NULL};
    assessment(html, frame);
}

/* Samples of pages that one reads. */
#include "gallery.h"
#include "template_approvals.h"
#include "template_clash.h"
#include "template_error.h"
#include "template_my_day.h"
#include "template_person.h"
#include "template_plan.h"
#include "template_record_log.h"
#include "template_sign_in.h"

#define S STR_INIT
#define U(text)                                                                                    \
    {                                                                                              \
        STR_INIT(text)                                                                             \
    }

void gallery_my_day(struct html *html, struct template_frame *frame)
{
    static const struct due lines[] = {
        {DUE_LATE,
         S("Late"),
         S("Kowalczyk-Hernandez family"),
         U("/cases/201"),
         S("protective plan review with Maximiliano (11), Ana Sofia (9) and Lupe (2)"),
         S("was due 09:00"),
         S("2026-11-25T09:00:00-06:00"),
         S("late by 2 h 30 min"),
         U("/rules/plan-review"),
         {S("Open"), U("/cases/201/plan"), false}},
        {DUE_NOW,
         S("Now"),
         S("Vang family"),
         U("/cases/118"),
         S("first contact with Mai (7)"),
         S("due 13:40"),
         S("2026-11-25T13:40:00-06:00"),
         S("in 2 h 10 min"),
         U("/rules/first-contact"),
         {S("Open"), U("/cases/118/contacts"), false}},
        {DUE_TODAY,
         S("Today"),
         S("Report 2026-118"),
         U("/reports/118"),
         S("screening decision"),
         S("due 16:05"),
         S("2026-11-25T16:05:00-06:00"),
         S("in 4 h 35 min"),
         U("/rules/screening"),
         {S("Open"), U("/reports/118"), false}},
        {DUE_TODAY,
         S("Today"),
         S("Olson family"),
         U("/cases/77"),
         S("monthly contact, Ben (4)"),
         S("due 30 Nov"),
         S("2026-11-30"),
         S("last seen 29 days ago"),
         U("/rules/monthly"),
         {S("Note"), U("/cases/77/note"), false}},
        {DUE_LATER,
         S("This week"),
         S("Reyes family"),
         U("/cases/64"),
         S("case plan to the court, 5 days before the hearing"),
         S("due Sat 28 Nov"),
         S("2026-11-28"),
         S(""),
         U("/rules/plan-court"),
         {S("Open"), U("/cases/64"), false}},
        {DUE_DONE,
         S("Done"),
         S("Sorrell family"),
         U("/cases/118"),
         S("first contact with Owen (7)"),
         S("14:40, in time"),
         S("2026-11-25T14:40:00-06:00"),
         S(""),
         U(""),
         {S(""), U(""), false}},
    };
    static const struct unfinished unfinished[] = {
        {S("Contact note, Reyes family"), S("Yesterday"), S("saved 17:52"), U("/drafts/9"),
         U("/drafts/9/close")},
    };
    static const struct news news[] = {
        {{S("The court moved the Reyes hearing to 3 Dec (order)"), U("/cases/64"), false},
         S("Today"),
         S("10:12"),
         U("/notices/1/read")},
        {{S("Olson family was looked at by 2 others"), U("/cases/77/looked"), false},
         S("Today"),
         S("09:40"),
         U("/notices/2/read")},
    };
    template_my_day(html, &(struct template_my_day){
                              .frame = frame,
                              .greeting = STR("Good morning."),
                              .summary = STR("One thing is late and three are due today."),
                              .lines = lines,
                              .lines_count = ARRAY_LENGTH(lines),
                              .unfinished = unfinished,
                              .unfinished_count = ARRAY_LENGTH(unfinished),
                              .news = news,
                              .news_count = ARRAY_LENGTH(news),
                          });
}

void gallery_my_day_empty(struct html *html, struct template_frame *frame)
{
    frame->training = true;
    template_my_day(html, &(struct template_my_day){.frame = frame,
                                                    .greeting = STR("Good evening."),
                                                    .summary = STR("Nothing more is due today.")});
}

static void add_known(struct html *html, const void *context)
{
    const struct callout *callout = context;
    component_callout(html, callout);
}

void gallery_person(struct html *html, struct template_frame *frame)
{
    static const struct moment moments[] = {
        {0, 0, S("Feb 2019"), S("born"), U(""), TONE_PLAIN},
        {240, 240, S("May 2021"), S("report, screened out"), U("/reports/12"), TONE_CLOSED},
        {470, 560, S("Nov 2022 to Jun 2023"), S("in care, 7 months"), U("/placements/4"),
         TONE_WATCH},
        {562, 562, S("Jun 2023"), S("home"), U("/cases/31"), TONE_GOOD},
        {850, 850, S("Aug 2025"), S("neglect, substantiated"), U("/reports/51"), TONE_ALERT},
        {990, 990, S("25 Nov 2026"), S("report, open"), U("/reports/118"), TONE_PLAIN},
    };
    static const struct column columns[] = {{S("What"), false},
                                            {S("Result"), false},
                                            {S("Age"), true},
                                            {S("Agency"), false},
                                            {S("Worker"), false}};
    static const struct cell cells[] = {
        {S("Report 2026-118"), U("/reports/118"), {S(""), TONE_PLAIN}},
        {S(""), U(""), {S("Alleged"), TONE_PLAIN}},
        {S("7"), U(""), {S(""), TONE_PLAIN}},
        {S("Marathon County"), U(""), {S(""), TONE_PLAIN}},
        {S("A. Lee"), U(""), {S(""), TONE_PLAIN}},
        {S("Assessment 2025-051"), U("/reports/51"), {S(""), TONE_PLAIN}},
        {S(""), U(""), {S("Neglect, substantiated"), TONE_WATCH}},
        {S("6"), U(""), {S(""), TONE_PLAIN}},
        {S("Marathon County"), U(""), {S(""), TONE_PLAIN}},
        {S("R. Diaz"), U(""), {S(""), TONE_PLAIN}},
        {S("Out-of-home care"), U("/placements/4"), {S(""), TONE_PLAIN}},
        {S(""), U(""), {S("Home with mother"), TONE_GOOD}},
        {S("3"), U(""), {S(""), TONE_PLAIN}},
        {S("Lincoln County"), U(""), {S(""), TONE_PLAIN}},
        {S("K. Novak"), U(""), {S(""), TONE_PLAIN}},
        {S("Report 2021-012"), U("/reports/12"), {S(""), TONE_PLAIN}},
        {S(""), U(""), {S("Screened out"), TONE_CLOSED}},
        {S("2"), U(""), {S(""), TONE_PLAIN}},
        {S("Marathon County"), U(""), {S(""), TONE_PLAIN}},
        {S("R. Diaz"), U(""), {S(""), TONE_PLAIN}},
    };
    static const struct fact facts[] = {
        {S("Born"), S("14 February 2019"), U(""), S("birth certificate, 2 Dec 2022"), false},
        {S("Language"), S("Hmong, English"), U(""), S("interpreter for mother"), false},
        {S("Tribe"), S("No tribe known; ask again"), U("/people/9/tribal"),
         S("mother asked, 25 Nov 2026"), false},
        {S("School"), S("Asked, did not know"), U(""), S("neighbour asked, 25 Nov 2026"), true},
        {S("Mother"), S("Pa Vang"), U("/people/10"), S(""), false},
    };
    static const struct link actions[] = {{S("Write a note"), U("/people/9/note"), false},
                                          {S("Correct"), U("/people/9/correct"), false},
                                          {S("History"), U("/people/9/history"), false}};
    static const struct callout safety = {TONE_WATCH, S("Worker safety"),
                                          S("A dog is loose in the yard. Review 1 Dec."), NULL, 0};
    template_person(
        html,
        &(struct template_person){
            .frame = frame,
            .name = STR("Mai Vang, 7"),
            .about = STR("girl, Hmong and English"),
            .start = STR("2019"),
            .known = {add_known, &safety},
            .moments = moments,
            .moments_count = ARRAY_LENGTH(moments),
            .named = {TONE_WATCH, STR("Named as the child in 1 substantiated report"),
                      STR("Neglect, at 6, Marathon County, 2025. Never named as a maltreater."),
                      NULL, 0},
            .involvements = {STR("Newest first"), columns, ARRAY_LENGTH(columns), cells,
                             ARRAY_LENGTH(cells) / ARRAY_LENGTH(columns), STR("")},
            .facts = facts,
            .facts_count = ARRAY_LENGTH(facts),
            .actions = actions,
            .actions_count = ARRAY_LENGTH(actions),
            .looked = STR("4 people looked at this record in the last 30 days"),
            .looked_to = URL_FIXED("/people/9/looked")});
}

void gallery_restricted(struct html *html, struct template_frame *frame)
{
    static const struct link ways[] = {
        {S("Ask Lincoln County to share it"), U("/ask"), false},
        {S("Open it in an emergency, with a reason (always reviewed)"), U("/break-glass"), false},
        {S("Back to my day"), U("/"), false}};
    template_error(
        html,
        &(struct template_error){
            .frame = frame,
            .title = STR("This record is restricted"),
            .text = STR(
                "There is a record here that Lincoln County keeps to a few people. You can ask K. Novak, 715 555 0142, who decides about it."),
            .ways = ways,
            .ways_count = ARRAY_LENGTH(ways)});
}

void gallery_error(struct html *html, struct template_frame *frame)
{
    static const struct link ways[] = {{S("Search by name or number"), U("/search"), false},
                                       {S("Go to my day"), U("/"), false}};
    template_error(
        html,
        &(struct template_error){
            .frame = frame,
            .title = STR("There is no such page"),
            .text = STR("The address may be old or mistyped. Nothing that you saved is lost."),
            .reference = STR("7F3K-22"),
            .ways = ways,
            .ways_count = ARRAY_LENGTH(ways)});
}

void gallery_sign_in(struct html *html, struct template_frame *frame)
{
    static const struct fault_line faults[] = {
        {S("user"), S("The user name and password do not match. Check both and try again.")}};
    frame->user = STR("");
    frame->places_count = 0;
    frame->session_seconds = 0;
    template_sign_in(
        html,
        &(struct template_sign_in){
            .frame = frame,
            .form_token = STR("t"),
            .then = STR("/"),
            .agency_help = STR("Cannot sign in? Call the help desk, 715 555 0100, day and night."),
            .user = STR("alee"),
            .faults = faults,
            .faults_count = 1});
}

void gallery_plan(struct html *html, struct template_frame *frame)
{
    static const struct fact children[] = {
        {S("Where and with whom"), S("at home, with Dana and Ruth"), U(""), S(""), false}};
    static const struct fact ruth[] = {
        {S("Times"), S("each night, 5:00 pm to 7:30 am"), U(""), S(""), false},
        {S("Does what"), S("stays with the children in the home"), U(""), S(""), false}};
    static const struct fact call[] = {
        {S("Telephone"), S("715 555 0177"), U("tel:7155550177"), S(""), false}};
    static const struct plan_line who[] = {{S("Owen, Tessa and Jade"), children, 1}};
    static const struct plan_line helpers[] = {{S("Ruth"), ruth, 2}};
    static const struct plan_line numbers[] = {{S("Ruth"), call, 1}};
    static const struct plan_part parts[] = {
        {S("The children"), S(""), who, 1},
        {S("What we are worried about"),
         S("Owen has a bruise on his cheek. Everyone here wants the children to be safe tonight."),
         NULL, 0},
        {S("Who helps to keep the children safe"), S(""), helpers, 1},
        {S("Where and how to reach them"), S(""), numbers, 1}};
    static const struct fact next[] = {
        {S("We meet"), S("Wednesday 2 December, 4:00 pm"), U(""), S("at your home"), false}};
    static const struct plan_signer signers[] = {
        {S("Dana"), S("signed Wed 25 Nov 2026, 18:35"), U("")},
        {S("Ruth"), S(""), U("")},
        {S("Jade"), S(""), U("")}};
    static const struct link copies[] = {{S("Copy for Dana"), U("/copy/1"), false},
                                         {S("Copy for Cole"), U("/copy/2"), false}};
    template_plan(
        html,
        &(struct template_plan){
            .language = STR("en"),
            .assets = frame->assets,
            .title = STR("Our plan to keep everyone safe"),
            .family = STR("For Owen, Tessa and Jade. Made together on Wednesday 25 November."),
            .intro = STR("We made this plan together. We look at it again every week."),
            .copy_for = STR("This copy is for Dana."),
            .parts = parts,
            .parts_count = ARRAY_LENGTH(parts),
            .next = next,
            .next_count = ARRAY_LENGTH(next),
            .heading_next = STR("Next dates"),
            .signers = signers,
            .signers_count = ARRAY_LENGTH(signers),
            .heading_sign = STR("We agree"),
            .copies = copies,
            .copies_count = ARRAY_LENGTH(copies),
            .back = {STR("Back to the assessment"), URL_FIXED("/cases/118/plan"), false}});
}

void gallery_approvals(struct html *html, struct template_frame *frame)
{
    static const struct fact facts[] = {
        {S("Danger seen"), S("Bruise on the cheek, by hand; Cole in the home at 15:55"), U(""),
         S("A. Lee saw Owen 14:40"), false},
        {S("Control"), S("Cole leaves; Ruth in the home 17:00 to 7:30"), U(""),
         S("checked by telephone 18:10, nothing found"), false},
        {S("Read back and signed"), S("Dana, Ruth, Jade"), U(""), S("18:35"), false},
        {S("Still unknown"), S("Where Jade's father's family is enrolled"), U(""),
         S("two tribes asked"), true},
    };
    static const struct link ways[] = {{S("Approve"), U("/approvals/1/approve"), false},
                                       {S("Return"), U("/approvals/1/return"), false}};
    static const struct approval waiting[] = {
        {{S("Protective plan, Sorrell family"), U("/cases/118/plan"), false},
         {S("Worker waits in the home"), TONE_ALERT},
         S("A. Lee asks, 18:40"),
         facts,
         ARRAY_LENGTH(facts),
         ways,
         ARRAY_LENGTH(ways)}};
    static const struct column columns[] = {{S("Worker"), false},
                                            {S("Cases"), true},
                                            {S("Weight"), true},
                                            {S("Late"), true},
                                            {S("What they need next"), false}};
    static const struct cell cells[] = {
        {S("A. Lee"), U("/workers/1"), {S(""), TONE_PLAIN}},
        {S("11"), U(""), {S(""), TONE_PLAIN}},
        {S("14.5"), U(""), {S(""), TONE_PLAIN}},
        {S("1"), U(""), {S(""), TONE_PLAIN}},
        {S("Plan approval, now"), U("/approvals/1"), {S(""), TONE_PLAIN}},
        {S("K. Novak"), U("/workers/2"), {S("away until 30 Nov"), TONE_WATCH}},
        {S("9"), U(""), {S(""), TONE_PLAIN}},
        {S("10.0"), U(""), {S(""), TONE_PLAIN}},
        {S("0"), U(""), {S(""), TONE_PLAIN}},
        {S("R. Diaz covers"), U(""), {S(""), TONE_PLAIN}},
    };
    template_approvals(
        html, &(struct template_approvals){
                  .frame = frame,
                  .title = STR("One decision waits for you"),
                  .waiting = waiting,
                  .waiting_count = 1,
                  .team = {STR("This week"), columns, ARRAY_LENGTH(columns), cells, 2, STR("")}});
}

void gallery_log(struct html *html, struct template_frame *frame)
{
    static const struct step views[] = {
        {{S("What happened"), U("/cases/118/history"), false}, {S(""), TONE_PLAIN}},
        {{S("Who looked"), U("/cases/118/looked"), true}, {S(""), TONE_PLAIN}}};
    static const struct column columns[] = {
        {S("When"), false}, {S("Who"), false}, {S("What they saw"), false}, {S("Why"), false}};
    static const struct cell cells[] = {
        {S("Wed 25 Nov 2026, 14:02"), U(""), {S(""), TONE_PLAIN}},
        {S("R. Diaz, Marathon County"), U(""), {S(""), TONE_PLAIN}},
        {S("Assessment, contacts"), U(""), {S(""), TONE_PLAIN}},
        {S("Supervisor"), U(""), {S(""), TONE_PLAIN}},
        {S("Wed 25 Nov 2026, 13:58"), U(""), {S(""), TONE_PLAIN}},
        {S("T. Moua, Lincoln County"), U(""), {S(""), TONE_PLAIN}},
        {S("Report 2024-019"), U(""), {S("opened in an emergency"), TONE_WATCH}},
        {S("\"Caller names the same child\""), U(""), {S(""), TONE_PLAIN}},
    };
    template_record_log(
        html,
        &(struct template_record_log){
            .frame = frame,
            .title = STR("Who looked"),
            .about = STR(
                "Sorrell family, assessment 118. Each look is written down before the page is shown."),
            .views = views,
            .views_count = 2,
            .log = {STR("Newest first"), columns, 4, cells, 2, STR("")},
            .next = URL_FIXED("/cases/118/looked?page=2"),
            .where = STR("1 to 2 of 41")});
}

void gallery_clash(struct html *html, struct template_frame *frame)
{
    static const struct clash clashes[] = {
        {S("address"), S("Address"), S("214 Oak Street, upper"), S("214 Oak Street, lower"),
         S("R. Diaz, 14:02")},
        {S("narrative"), S("What happened"), S("Owen says Cole grabbed his face in the kitchen."),
         S("Owen says Cole grabbed his face. He does not say where."), S("R. Diaz, 14:04")},
    };
    static const struct fact merged[] = {
        {S("School"), S("Riverview Elementary"), U(""), S("R. Diaz, 14:02"), false},
        {S("Bus home"), S("15:10"), U(""), S("you"), false}};
    template_clash(
        html,
        &(struct template_clash){
            .frame = frame,
            .title = STR("R. Diaz saved this while you were writing"),
            .text = STR(
                "Nothing is lost. Choose what to keep where both of you changed the same thing."),
            .action = URL_FIXED("/contacts/118"),
            .form_token = STR("t"),
            .version = STR("8"),
            .clashes = clashes,
            .clashes_count = 2,
            .merged = merged,
            .merged_count = 2});
}

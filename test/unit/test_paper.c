/* A sheet as a tagged PDF, looked at with other programs: poppler's pdftotext and pdfinfo for what
 * is read aloud, qpdf for whether the file is right. */
#include "paper/paper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

#define TEXT_MAX ((size_t)4 << 20)

static struct arena arena;
static struct paper_fonts *fonts;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)256 << 20, NULL, NULL);
    fonts = paper_fonts_new();
    assert_non_null(fonts);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fonts = paper_fonts_free(fonts);
    arena_clear(&arena);
    return 0;
}

/* What a program says of the file: "pdftotext -layout FILE -". */
static struct str told(struct str pdf, const char *before, const char *after)
{
    char path[] = "/tmp/hearth-paper-XXXXXX";
    char command[200];
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, pdf.p, pdf.n), (ssize_t)pdf.n);
    close(file);
    snprintf(command, sizeof(command), "%s %s %s 2>&1", before, path, after);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    char *text = arena_alloc(&arena, TEXT_MAX);
    size_t n = fread(text, 1, TEXT_MAX, out);
    int ended = pclose(out);
    unlink(path);
    if (ended != 0) {
        fail_msg("%s: %.*s", before, (int)n, text);
    }
    return (struct str){text, n};
}

/* A paper of one sheet. */
static struct paper paper_of(const struct sheet *sheet)
{
    return (struct paper){
        .language = sheet->language, .title = sheet->title, .sheets = sheet, .sheets_count = 1};
}

static struct str printed_paper(const struct paper *paper)
{
    struct outcome outcome;
    struct str pdf;
    outcome_init(&outcome, &arena);
    assert_int_equal(paper_write(&arena, fonts, paper, &outcome, &pdf), STATUS_OK);
    told(pdf, "qpdf --check", "");
    return pdf;
}

static struct str printed(const struct sheet *sheet)
{
    struct paper paper = paper_of(sheet);
    return printed_paper(&paper);
}

static void assert_says(struct str text, const char *words)
{
    if (str_find(text, str_from(words)) < 0) {
        fail_msg("missing: %s\nin: %.*s", words, (int)(text.n < 3000 ? text.n : 3000), text.p);
    }
}

static void assert_silent(struct str text, const char *words)
{
    if (str_find(text, str_from(words)) >= 0) {
        fail_msg("must not be there: %s", words);
    }
}

static size_t times(struct str text, const char *words)
{
    size_t count = 0;
    for (ptrdiff_t at; (at = str_find(text, str_from(words))) >= 0; count++) {
        text = str_slice(text, (size_t)at + 1, text.n);
    }
    return count;
}

/* A plan with one part of each kind. */
static const struct str plan_columns[] = {STR_INIT("Who"), STR_INIT("Times")};
static const struct str plan_cells[] = {STR_INIT("Inga Olson"), STR_INIT("16:00 to 23:30")};
static const struct str plan_choices[] = {STR_INIT("Yes"), STR_INIT("No"), STR_INIT("Not known")};
static const struct sheet_field plan_fields[] = {
    {.label = STR_INIT("Weekly review"),          .answer = STR_INIT("Wed 2 Dec 2026")},
    {.label = STR_INIT("Is the child a member?"), .choices = plan_choices,              .choices_count = 3},
    {.label = STR_INIT("Who was asked"),                                           .lines = 2                                             },
};
/* One black point. */
static const char plan_drawn[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\b\0\0\0\0:~\x9bU"
                                 "\0\0\0\nIDATx\x9c"
                                 "c`\0\0\0\2\0\1H\xaf\xa4q\0\0\0\0IEND\xae"
                                 "B`\x82";
static const struct sheet_signer plan_signers[] = {
    {.name = STR_INIT("Sofie Olson"),
     .how = STR_INIT("Drawn on the screen"),
     .picture_png = {plan_drawn, sizeof(plan_drawn) - 1},
     .picture_alt = STR_INIT("Signature of Sofie Olson")},
    {.name = STR_INIT("Erik Olson")},
};
static const struct sheet_part plan_parts[] = {
    {.kind = SHEET_TEXT,
     .heading = STR_INIT("What we have agreed"),
     .text = STR_INIT("Inga is here in the evening.")  },
    {                    .kind = SHEET_TABLE,
     .heading = STR_INIT("Who helps"),
     .table = {plan_columns, 2, plan_cells, 1, false}},
    { .kind = SHEET_FIELDS,
     .heading = STR_INIT("Next dates"),
     .fields = plan_fields,
     .fields_count = 3},
    {                            .kind = SHEET_SIGNATURES,
     .heading = STR_INIT("Signatures"),
     .signers = plan_signers,
     .signers_count = 2},
};
static const struct str plan_notes[] = {STR_INIT("Not yet checked by a person.")};
static const struct sheet plan = {.language = STR_INIT("es"),
                                  .title = STR_INIT("Our plan & the children"),
                                  .about = STR_INIT("Olson family"),
                                  .intro = STR_INIT("We made this plan together."),
                                  .notes = plan_notes,
                                  .notes_count = 1,
                                  .parts = plan_parts,
                                  .parts_count = 4,
                                  .copy_for = STR_INIT("This copy is for Inga Olson."),
                                  .band = STR_INIT("Training."),
                                  .foot = STR_INIT("P-2026-000001"),
                                  .page_of = STR_INIT("Page {page} of {pages}"),
                                  .signed_on = STR_INIT("Date")};

static void a_plan_reads_in_order(void **state)
{
    (void)state;
    struct str text = told(printed(&plan), "pdftotext -raw", "-");
    static const char *const order[] = {"Not yet checked by a person.",
                                        "Our plan & the children",
                                        "Olson family",
                                        "This copy is for Inga Olson.",
                                        "We made this plan",
                                        "What we have agreed",
                                        "Inga is here in the evening.",
                                        "Who helps",
                                        "16:00 to 23:30",
                                        "Wed 2 Dec 2026",
                                        "Not known",
                                        "Who was asked",
                                        "Sofie Olson",
                                        "Drawn on the screen",
                                        "Erik Olson"};
    for (size_t i = 0; i < ARRAY_LENGTH(order); i++) {
        ptrdiff_t at = str_find(text, str_from(order[i]));
        if (at < 0) {
            fail_msg("missing or out of order: %s", order[i]);
        }
        text = str_slice(text, (size_t)at, text.n);
    }
}

/* The golden of the structure: what a screen reader goes through. */
static void its_structure_is_that_of_the_sheet(void **state)
{
    (void)state;
    struct str structure = told(printed(&plan), "pdfinfo -struct", "");
    assert_true(
        str_eq(str_slice(structure, (size_t)str_find(structure, STR("Document")), structure.n),
               STR("Document\n  Part\n    P (block)\n    H1 (block)\n    P (block)\n"
                   "    P (block)\n    P (block)\n    H2 (block)\n    P (block)\n"
                   "    H2 (block)\n    Table (block)\n      TR\n"
                   "        TH:\n           /Scope /Column\n"
                   "        TH:\n           /Scope /Column\n      TR\n"
                   "        TH:\n           /Scope /Row\n        TD\n"
                   "    H2 (block)\n    P (block)\n    P (block)\n    P (block)\n    L (block)\n"
                   "      LI (block)\n        LBody (block)\n      LI (block)\n"
                   "        LBody (block)\n      LI (block)\n        LBody (block)\n"
                   "    P (block)\n    H2 (block)\n    L (block)\n      LI (block)\n"
                   "        Figure\n        LBody (block)\n      LI (block)\n"
                   "        LBody (block)\n")));
    assert_silent(structure, "NonStruct");
}

static void it_says_its_language_title_and_that_it_is_accessible(void **state)
{
    (void)state;
    struct str pdf = printed(&plan);
    struct str inside = told(pdf, "qpdf --qdf --object-streams=disable", "-");
    assert_says(inside, "/Lang (es)");
    assert_says(inside, "/DisplayDocTitle true");
    assert_says(inside, "/Tabs /S");
    assert_says(inside, "/Alt (Signature of Sofie Olson)");
    assert_says(inside, "<pdfuaid:part>1</pdfuaid:part>");
    assert_says(inside, "Our plan &amp; the children</rdf:li>");
    assert_says(inside, "/Artifact BMC");
    assert_silent(inside, "NonStruct");
    assert_silent(inside, "CreationDate");
    assert_says(told(pdf, "pdfinfo", ""), "Our plan & the children");
    struct str fonts_used = told(pdf, "pdffonts", "");
    assert_silent(fonts_used, " no "); /* embedded, subset, with a way back to Unicode */
    /* Metadata names nobody. */
    struct str metadata = told(pdf, "pdfinfo -meta", "");
    assert_silent(metadata, "Olson");
}

static void the_same_sheet_is_the_same_file(void **state)
{
    (void)state;
    assert_true(str_eq(printed(&plan), printed(&plan)));
}

/* ---- several sheets ---- */

static void sheets_are_one_paper_with_an_outline(void **state)
{
    (void)state;
    struct sheet sheets[] = {plan, plan};
    sheets[1].language = STR("hmn");
    sheets[1].title = STR("To read together");
    sheets[1].large = true;
    struct paper paper = {.language = STR("en"),
                          .title = STR("Visit pack"),
                          .size = PAPER_A4,
                          .sheets = sheets,
                          .sheets_count = 2};
    struct str pdf = printed_paper(&paper);
    struct str inside = told(pdf, "qpdf --qdf --object-streams=disable", "-");
    assert_says(inside, "/Lang (en)");
    assert_says(inside, "/Lang (es)");
    assert_says(inside, "/Lang (hmn)");
    assert_says(inside, "/Title (To read together)");
    assert_int_equal(times(inside, "/Title (Who helps)"), 2);
    assert_says(told(pdf, "pdfinfo", ""), "595 x 842 pts (A4)");
    struct str text = told(pdf, "pdftotext -layout", "-");
    size_t pages = times(text, "\f");
    assert_int_equal(times(text, " of "), pages);
    assert_says(text, "Page 1 of ");
    /* Read from across a table: no word of its text is smaller than 20 points. */
    struct str boxes = told(pdf, "pdftotext -bbox", "-");
    boxes = str_slice(boxes, (size_t)str_find(boxes, STR(">together<")), boxes.n);
    ptrdiff_t at = str_find(boxes, STR(">evening.<"));
    assert_true(at > 0);
    struct str word = str_slice(boxes, (size_t)at - 80, (size_t)at);
    double top = 0, bottom = 0;
    const char *from = memmem(word.p, word.n, "yMin=", 5);
    assert_non_null(from);
    assert_int_equal(sscanf(from, "yMin=\"%lf\" xMax=\"%*f\" yMax=\"%lf\"", &top, &bottom), 2);
    assert_true(bottom - top >= 20);
}

static void a_few_words_stand_beside_their_heading(void **state)
{
    (void)state;
    static const struct sheet_part parts[] = {
        {.kind = SHEET_TEXT, .heading = STR_INIT("Agency"), .text = STR_INIT("Marathon County")},
        {.kind = SHEET_TEXT,
         .heading = STR_INIT("What was told"),
         .text =
             STR_INIT("A neighbor heard the children call for help twice in the night, and again "
                      "in the morning, when nobody opened the door.")                          },
        {.kind = SHEET_TEXT,
         .heading = STR_INIT("To"),
         .text = STR_INIT("Lac du Flambeau Band of Lake Superior Chippewa Indians of the Lac du "
                          "Flambeau Reservation")                                              },
    };
    struct sheet sheet = plan;
    sheet.parts = parts;
    sheet.parts_count = 3;
    struct str text = told(printed(&sheet), "pdftotext -layout", "-");
    ptrdiff_t heading = str_find(text, STR("Agency")), words = str_find(text, STR("Marathon"));
    assert_true(heading >= 0 && words > heading);
    assert_int_equal(str_find(str_slice(text, (size_t)heading, (size_t)words), STR("\n")), -1);
    heading = str_find(text, STR("What was told"));
    words = str_find(text, STR("A neighbor"));
    assert_true(str_find(str_slice(text, (size_t)heading, (size_t)words), STR("\n")) > 0);
    words = str_find(text, STR("Lac du Flambeau Band")); /* a name of two lines is no sentence */
    assert_int_equal(str_find(str_slice(text, (size_t)words - 20, (size_t)words), STR("\n")), -1);
}

/* ---- pages ---- */

static unsigned pages_of(const struct sheet *sheet)
{
    unsigned pages = 0;
    struct str told_pages = told(printed(sheet), "pdfinfo", "| grep Pages:");
    assert_int_equal(sscanf(str_cstr(&arena, told_pages), "Pages: %u", &pages), 1);
    return pages;
}

/* Of short parts under each other: never a last page with a line or two on it, as long as the room
 * between the parts can give way; and what does not fit begins a page that is worth it. */
static void a_last_page_is_not_for_a_line_alone(void **state)
{
    (void)state;
    struct sheet_part parts[60];
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        parts[i] = (struct sheet_part){
            .kind = SHEET_TEXT, .heading = STR("Agency"), .text = STR("Marathon County")};
    }
    struct sheet sheet = plan;
    sheet.parts = parts;
    size_t first_two = 0; /* how many parts take a second page */
    for (size_t count = 20; count < 60 && first_two == 0; count++) {
        sheet.parts_count = count;
        first_two = pages_of(&sheet) > 1 ? count : 0;
    }
    assert_true(first_two > 0);
    struct str second = told(printed(&sheet), "pdftotext -f 2 -layout", "-");
    unsigned lines = 0;
    for (ptrdiff_t at; (at = str_find(second, STR("Marathon"))) >= 0;) {
        second = str_slice(second, (size_t)at + 8, second.n);
        lines++;
    }
    assert_true(lines >= 4);
}

/* ---- to fill in by hand ---- */

static void a_blank_form_has_room_and_no_answer(void **state)
{
    (void)state;
    static const struct str empty[] = {STR_INIT(""), STR_INIT("\u2610 Yes  \u2610 No"),
                                       STR_INIT(""), STR_INIT("\u2610 Yes  \u2610 No")};
    static const struct sheet_field fields[] = {
        {.label = STR_INIT("Asked on"),         .boxes = STR_INIT("MM/DD/YYYY"),        .half = true},
        {.label = STR_INIT("Whom did you ask"), .lines = 1,                             .half = true},
        {.label = STR_INIT("In their words"),   .help = STR_INIT("Small things help."), .lines = 60 },
    };
    static const struct sheet_part parts[] = {
        {.kind = SHEET_FIELDS, .fields = fields, .fields_count = 3},
        {.kind = SHEET_TABLE,                    .table = {plan_columns, 2, empty, 2, .to_fill = true}                 },
    };
    struct sheet sheet = plan;
    sheet.parts = parts;
    sheet.parts_count = 2;
    struct str text = told(printed(&sheet), "pdftotext -layout", "-");
    assert_says(text, "In their words");
    assert_says(text, "Small things help.");
    assert_int_equal(times(text, "\u2610 Yes"), 2);
    assert_true(times(text, "\f") > 2); /* sixty lines to write on are more than two pages */
    /* Two halves stand on one line. */
    ptrdiff_t left = str_find(text, STR("Asked on")), right = str_find(text, STR("Whom did"));
    assert_true(left >= 0 && right > left);
    assert_int_equal(str_find(str_slice(text, (size_t)left, (size_t)right), STR("\n")), -1);
}

/* ---- what is large ---- */

static void a_long_table_repeats_its_head_and_loses_no_row(void **state)
{
    (void)state;
    enum { ROWS = 5000 };
    struct str *cells = ARENA_ARRAY(&arena, ROWS * 2, struct str);
    for (int i = 0; i < ROWS; i++) {
        cells[2 * i] = STR_JOIN(&arena, STR("row"), str_from_int(&arena, i), STR("."));
        cells[2 * i + 1] = STR("Stays with the children");
    }
    struct sheet_part part = {
        .kind = SHEET_TABLE, .table = {plan_columns, 2, cells, ROWS, false}
    };
    struct sheet sheet = plan;
    sheet.parts = &part;
    sheet.parts_count = 1;
    struct str text = told(printed(&sheet), "pdftotext", "-");
    for (int i = 0; i < ROWS; i++) {
        if (str_find(text, cells[2 * i]) < 0) {
            fail_msg("row %d is lost", i);
        }
    }
    size_t pages = times(text, "\f");
    assert_true(pages > 100 && pages < 400);
    assert_int_equal(times(text, "Times"), pages);
    assert_int_equal(times(text, " of "), pages); /* Page 1 of 200 */
}

static void one_row_may_be_longer_than_a_page(void **state)
{
    (void)state;
    enum { WORDS = 16000 };
    struct buf buf;
    buf_init(&buf, &arena, SIZE_MAX);
    for (int i = 0; i < WORDS; i++) {
        BUF_ADD(&buf, STR("w"), str_from_int(&arena, i), STR(" "));
    }
    assert_true(buf.n > 90000);
    struct str cells[] = {STR("Told"), buf_str(&buf)};
    struct sheet_part parts[] = {
        {.kind = SHEET_TABLE, .table = {plan_columns, 2, cells, 1, false}},
        {.kind = SHEET_TEXT,  .text = buf_str(&buf)                      },
    };
    struct sheet sheet = plan;
    sheet.parts = parts;
    sheet.parts_count = 2;
    struct str text = told(printed(&sheet), "pdftotext -raw", "-");
    for (int i = 0; i < WORDS; i++) {
        struct str word = STR_JOIN(&arena, STR("w"), str_from_int(&arena, i));
        ptrdiff_t at = str_find(text, word);
        if (at < 0) {
            fail_msg("word %d is lost", i);
        }
        text = str_slice(text, (size_t)at, text.n);
    }
}

static void what_would_be_too_many_pages_is_refused_in_words(void **state)
{
    (void)state;
    enum { PARTS = PAPER_PAGES_MAX + 1 };
    struct sheet_part *parts = ARENA_ARRAY(&arena, PARTS, struct sheet_part);
    for (int i = 0; i < PARTS; i++) {
        parts[i] = (struct sheet_part){.text = STR("x"), .new_page = true};
    }
    struct sheet sheet = plan;
    sheet.parts = parts;
    sheet.parts_count = PARTS;
    struct outcome outcome;
    struct str pdf;
    outcome_init(&outcome, &arena);
    struct paper paper = paper_of(&sheet);
    assert_int_equal(paper_write(&arena, fonts, &paper, &outcome, &pdf), STATUS_TOO_LARGE);
    assert_int_equal(outcome.problems.count, 1);
}

/* ---- what is hostile ---- */

static void controls_and_scripts_harm_nothing(void **state)
{
    (void)state;
    /* Controls, an override that would turn the rest, Hebrew, Pahawh Hmong, an emoji, broken UTF-8,
     * and what would end the text or the tag of a file that is put together carelessly. */
    static const struct str text =
        STR_INIT("a\x01\x1b[0m\x7f\u202e evil \u2066 \u05e9\u05dc\u05d5\u05dd \U00016b1c\U00016b23 "
                 "\U0001f600 \xff\xfe )Tj EMC /NonStruct << /MCID 0 >> BDC <script> end.");
    struct sheet_part part = {.kind = SHEET_TEXT, .text = text, .heading = text};
    struct sheet sheet = plan;
    sheet.parts = &part;
    sheet.parts_count = 1;
    sheet.title = text;
    struct str read = told(printed(&sheet), "pdftotext -raw", "-");
    assert_says(read, "evil");
    assert_says(read, "<script> end.");
    assert_says(read, "/NonStruct << /MCID 0 >> BDC");
    assert_silent(read, "\u202e evil");
    assert_says(read, "\U00016b1c\U00016b23");
}

static void a_picture_that_is_none_leaves_the_line_empty(void **state)
{
    (void)state;
    /* A header that promises 4 billion points on a side. */
    static const char huge[] =
        "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\b\0\0\0\0:~\x9bU";
    struct sheet_signer signer = plan_signers[0];
    signer.picture_png = (struct str){huge, sizeof(huge) - 1};
    struct sheet_part part = {.kind = SHEET_SIGNATURES, .signers = &signer, .signers_count = 1};
    struct sheet sheet = plan;
    sheet.parts = &part;
    sheet.parts_count = 1;
    assert_says(told(printed(&sheet), "pdftotext", "-"), "Sofie Olson");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_plan_reads_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_structure_is_that_of_the_sheet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_says_its_language_title_and_that_it_is_accessible,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_sheet_is_the_same_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sheets_are_one_paper_with_an_outline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_last_page_is_not_for_a_line_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_few_words_stand_beside_their_heading, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_blank_form_has_room_and_no_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_table_repeats_its_head_and_loses_no_row, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_row_may_be_longer_than_a_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_would_be_too_many_pages_is_refused_in_words, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(controls_and_scripts_harm_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_picture_that_is_none_leaves_the_line_empty, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The template compiler: what it makes of each context, and what it refuses. The folder
 * templates_bad/ holds one refused template per rule; its first line says where and why. */
#include "html/template_compiler.h"

#include <dirent.h>
#include <stdio.h>

#include "base/buf.h"
#include "unit.h"

static bool compile(struct arena *arena, struct str source, struct template_code *ret_code,
                    struct template_fault *ret_fault)
{
    return template_compile(arena, STR("web/page.html"), STR("page"), source, ret_code, ret_fault);
}

static void has(struct str text, struct str part)
{
    if (str_find(text, part) < 0) {
        fail_msg("\"%.*s\" is not in:\n%.*s", STR_ARG(part), STR_ARG(text));
    }
}

/* The C of a template with the parameters x, on and link. */
static struct str code_of(struct arena *arena, struct str body)
{
    struct template_code code;
    struct template_fault fault;
    struct str source = STR_JOIN(arena, STR("{% param struct str x %}\n"), body);
    if (!compile(arena, source, &code, &fault)) {
        fail_msg("%u:%u: %.*s", fault.line, fault.column, STR_ARG(fault.message));
    }
    return code.code;
}

static void the_place_decides_how_it_is_escaped(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    has(code_of(&arena, STR("<p>{{ x }}</p>")), STR("TEMPLATE_TEXT(html, x);"));
    has(code_of(&arena, STR("<p class=\"a {{ x }}\"></p>")), STR("TEMPLATE_VALUE(html, x);"));
    has(code_of(&arena, STR("<title>{{ x }}</title>")), STR("TEMPLATE_VALUE(html, x);"));
    has(code_of(&arena, STR("<textarea>{{ x }}</textarea>")), STR("TEMPLATE_VALUE(html, x);"));
    has(code_of(&arena, STR("<a href=\"{{ x }}\"></a>")), STR("template_url(html, x);"));
    has(code_of(&arena, STR("<a href=\"/a/{{ x }}\"></a>")), STR("TEMPLATE_URL_SEGMENT(html, x);"));
    has(code_of(&arena, STR("<a href=\"/a-{{ x }}\"></a>")), STR("TEMPLATE_URL_PART(html, x);"));
    has(code_of(&arena, STR("<a href=\"/?a=/{{ x }}\"></a>")), STR("TEMPLATE_URL_PART(html, x);"));
    has(code_of(&arena, STR("<form data-draft=\"/d/{{ x }}\"></form>")),
        STR("TEMPLATE_URL_SEGMENT(html, x);"));
}

static void control_becomes_c(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct str code =
        code_of(&arena, STR("{% if x.n > 1 %}<p>a</p>{% elif x.n %}b{% else %}c{% end %}"));
    has(code, STR("if (x.n > 1) {"));
    has(code, STR("} else if (x.n) {"));
    has(code, STR("} else {"));
    has(code_of(&arena, STR("<input ?checked=\"{{ x.n == 1 }}\">")),
        STR("if (x.n == 1) { template_markup(html, STR(\" checked\")); }"));
    has(code_of(&arena, STR("<p{% if x.n %} class=\"a\"{% end %}></p>")),
        STR("STR(\" class=\\\"a\\\"\")"));
    has(code_of(&arena, STR("{% call component_icon(ICON_LOCK) %}{% slot x %}")),
        STR("component_icon(html, ICON_LOCK);"));
    has(code_of(&arena, STR("{% for a in x.list %}{{ a->b }}{% end %}")),
        STR("for (size_t a_index = 0; a_index < x.list_count; a_index++) { "
            "const __typeof__(*x.list) *a = &(x.list)[a_index];"));
}

static void c_errors_are_reported_at_the_line_of_the_template(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    has(code_of(&arena, STR("<p>\n\n{{ x }}</p>")),
        STR("#line 4 \"web/page.html\"\n    TEMPLATE_TEXT(html, x);"));
}

static void parameters_are_typed(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct template_code code;
    struct template_fault fault;
    assert_true(
        compile(&arena,
                STR("{# Says what\n it is. #}\n{% use \"html/pages.h\" %}\n{% layout frame %}\n"
                    "{% param const struct fact *one %}\n{% list struct fact more %}\n<p></p>"),
                &code, &fault));
    has(code.header, STR("Says what\n it is."));
    has(code.header, STR("#include \"html/pages.h\"\n"));
    has(code.header, STR("const struct template_frame *frame;\n"));
    has(code.header, STR("    const struct fact * one;\n"));
    has(code.header, STR("    const struct fact *more;\n    size_t more_count;\n"));
    has(code.code, STR("layout.body = (struct html_slot){body, template_parameters};"));
}

static void markup_is_kept_and_blanks_are_folded(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    has(code_of(&arena,
                STR("<p>a\n      b   c &amp; \"d\"</p>{# gone #}<pre>  e\n  f</pre>{{ x }}")),
        STR("STR(\"<p>a\\n\"\n        \"b c &amp; \\\"d\\\"</p><pre>  e\\n\"\n        \"  f</pre>\")"));
}

/* ---- what is refused ---- */

static struct str read_file(struct arena *arena, struct str name)
{
    enum { SIZE = 4096 };
    char *text = arena_alloc(arena, SIZE);
    FILE *file = fopen(str_cstr(arena, STR_JOIN(arena, STR("templates_bad/"), name)), "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, SIZE, file);
    fclose(file);
    return (struct str){text, size};
}

static void bad_templates_are_refused_where_they_are_wrong(void **state)
{
    (void)state;
    DIR *folder = opendir("templates_bad");
    int seen = 0;
    int wrong = 0;
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct str name = str_from(entry->d_name);
        if (!str_ends(name, STR(".html"))) {
            continue;
        }
        TEST_ARENA(arena);
        struct template_code code;
        struct template_fault fault;
        struct str source = read_file(&arena, name);
        struct str expected =
            str_trim(str_slice(source, 2, (size_t)str_find(source, STR(" #}\n"))));
        if (compile(&arena, source, &code, &fault)) {
            print_error("%.*s is accepted\n", STR_ARG(name));
            wrong++;
            continue;
        }
        struct str said = STR_JOIN(&arena, str_from_int(&arena, fault.line), STR(":"),
                                   str_from_int(&arena, fault.column), STR(" "), fault.message);
        if (!str_eq(said, expected)) {
            print_error("%.*s:\n  said     %.*s\n  expected %.*s\n", STR_ARG(name), STR_ARG(said),
                        STR_ARG(expected));
            wrong++;
        }
        seen++;
    }
    closedir(folder);
    assert_int_equal(wrong, 0);
    assert_true(seen >= 50);
}

/* A cut at any byte ends in a fault or a page, never in a crash. */
static void any_beginning_of_a_template_is_survived(void **state)
{
    (void)state;
    struct str whole =
        STR("{# a #}{% use \"a.h\" %}{% param struct str x %}<!doctype html><p class=\"a{% if x.n"
            " %}b{% end %}\" ?hidden=\"{{ x.n }}\">{% for a in x %}{{ f(\"}}\") }}<br>{% end "
            "%}&amp;<a href=\"/a/{{ x }}?b={{ x }}\">{% call f(a) %}</a></p>");
    for (size_t n = 0; n <= whole.n; n++) {
        TEST_ARENA(arena);
        struct template_code code;
        struct template_fault fault;
        struct str copy = {arena_copy(&arena, whole.p, n), n};
        bool fine = compile(&arena, copy, &code, &fault);
        assert_true(n != whole.n || fine);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_place_decides_how_it_is_escaped),
        cmocka_unit_test(control_becomes_c),
        cmocka_unit_test(c_errors_are_reported_at_the_line_of_the_template),
        cmocka_unit_test(parameters_are_typed),
        cmocka_unit_test(markup_is_kept_and_blanks_are_folded),
        cmocka_unit_test(bad_templates_are_refused_where_they_are_wrong),
        cmocka_unit_test(any_beginning_of_a_template_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

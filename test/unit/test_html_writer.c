#include "html/html.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#define WRITER(name)                                                                               \
    TEST_ARENA(name##_arena);                                                                      \
    struct buf name##_out;                                                                         \
    struct html name;                                                                              \
    buf_init(&name##_out, &name##_arena, 1 << 16);                                                 \
    html_init(&name, &name##_out, &words_english)

static void elements_nest_and_attributes_are_quoted(void **state)
{
    (void)state;
    WRITER(html);
    html_open_class(&html, "p", "lead");
    html_attr(&html, "lang", STR("es"));
    html_text(&html, STR("Hola"));
    html_open(&html, "br");
    html_open(&html, "input");
    html_attr_int(&html, "maxlength", -1);
    html_flag(&html, "disabled", true);
    html_flag(&html, "checked", false);
    html_element(&html, "b", "", STR("x"));
    html_int(&html, INT64_MIN);
    html_close(&html, "p");
    assert_true(html_finish(&html));
    assert_text(buf_str(&html_out), "<p class=\"lead\" lang=\"es\">Hola<br><input maxlength=\"-1\" "
                                    "disabled><b>x</b>-9223372036854775808</p>");
}

static void text_and_values_cannot_become_markup(void **state)
{
    (void)state;
    WRITER(html);
    struct str hostile = STR("</p><script>\"x\" 'y' &lt;\n\x01\x7f");
    html_open(&html, "p");
    html_attr(&html, "title", hostile);
    html_text(&html, hostile);
    html_close(&html, "p");
    assert_true(html_finish(&html));
    struct str safe = STR("&lt;/p&gt;&lt;script&gt;&quot;x&quot; &#39;y&#39; &amp;lt;\n"
                          "\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_str_equal(buf_str(&html_out), STR_JOIN(&html_arena, STR("<p title=\""), safe, STR("\">"),
                                                  safe, STR("</p>")));
}

static void every_byte_is_escaped_or_harmless(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        WRITER(html);
        char one = (char)byte;
        html_text(&html, (struct str){&one, 1});
        struct str out = buf_str(&html_out);
        bool unchanged = out.n == 1 && out.p[0] == one;
        bool special = one == '<' || one == '>' || one == '&' || one == '"' || one == '\'';
        bool control = (byte < 0x20 && one != '\t' && one != '\n' && one != '\r') || byte == 0x7F;
        assert_int_equal(unchanged, !special && !control);
    }
}

static void a_page_that_does_not_fit_says_so(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct buf out;
    struct html html;
    buf_init(&out, &arena, 8);
    html_init(&html, &out, &words_english);
    html_element(&html, "p", "", STR("longer than eight bytes"));
    assert_false(html_finish(&html));
}

static void addresses_are_encoded_by_part(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_text(URL(&arena, STR("people"), STR("a/b?c#d e\xC3\xA9")).text,
                "/people/a%2Fb%3Fc%23d%20e%C3%A9");
    assert_text(url_path(&arena, NULL, 0).text, "/");
    struct url url = url_query(&arena, URL(&arena, STR("x")), STR("q"), STR("a&b=c"));
    url = url_query(&arena, url, STR("n"), STR("1"));
    assert_text(url.text, "/x?q=a%26b%3Dc&n=1");
    assert_text(url_fragment(&arena, url, STR("f-1")).text, "/x?q=a%26b%3Dc&n=1#f-1");
}

static void no_part_of_an_address_leaves_its_place(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_text(URL(&arena, STR("a"), STR(".."), STR("b")).text, "/a/%252E%252E/b");
    assert_text(URL(&arena, STR("a"), STR(".")).text, "/a/%252E");
    assert_text(URL(&arena, STR(""), STR("evil.example")).text, "/%20/evil.example");
    assert_text(URL(&arena, STR("a"), STR("..b")).text, "/a/..b");
}

static void only_local_paths_come_back_from_forms(void **state)
{
    (void)state;
    struct url url;
    static const struct str bad[] = {
        STR_INIT(""),
        STR_INIT("//evil.example"),
        STR_INIT("https://evil.example"),
        STR_INIT("javascript:1"),
        STR_INIT("/\\evil.example"),
        STR_INIT("/a\nb"),
        STR_INIT("x"),
        STR_INIT("/a b"),
        STR_INIT("/\t/evil.example"),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        assert_false(url_local(bad[i], &url));
    }
    assert_true(url_local(STR("/cases/1?tab=2#x"), &url));
    assert_text(url.text, "/cases/1?tab=2#x");
}

static void an_address_is_escaped_too(void **state)
{
    (void)state;
    WRITER(html);
    html_open(&html, "a");
    html_url(&html, "href", (struct url){STR("/a?b=1&c=\"")});
    html_close(&html, "a");
    assert_text(buf_str(&html_out), "<a href=\"/a?b=1&amp;c=&quot;\"></a>");
}

static void what_was_written_can_be_taken_as_trusted(void **state)
{
    (void)state;
    WRITER(html);
    html_element(&html, "i", "", STR("first"));
    size_t from = html_out.n;
    html_element(&html, "b", "", STR("<"));
    struct html_trusted part = html_trusted_from(&html, from);
    assert_text(part.markup, "<b>&lt;</b>");
}

/* ---- misuse by a programmer stops the program ---- */

static struct html *fresh(void)
{
    static struct arena arena;
    static struct buf out;
    static struct html html;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    buf_init(&out, &arena, 1 << 16);
    html_init(&html, &out, &words_english);
    return &html;
}

static void close_the_wrong_one(void)
{
    struct html *html = fresh();
    html_open(html, "p");
    html_open(html, "b");
    html_close(html, "p");
}

static void leave_one_open(void)
{
    struct html *html = fresh();
    html_open(html, "p");
    if (html_finish(html)) {
        return;
    }
}

static void add_a_script(void)
{
    struct html *html = fresh();
    html_open(html, "p");
    html_attr(html, "onclick", STR("x"));
}

static void add_a_style(void)
{
    struct html *html = fresh();
    html_open(html, "p");
    html_attr_fixed(html, "style", "color: red");
}

static void give_text_as_an_address(void)
{
    struct html *html = fresh();
    html_open(html, "a");
    html_attr(html, "href", STR("javascript:1"));
}

static void steer_the_page_with_data(void)
{
    struct html *html = fresh();
    html_open(html, "a");
    html_attr(html, "hx-vals", STR("js:x"));
}

static void add_an_attribute_late(void)
{
    struct html *html = fresh();
    html_open(html, "p");
    html_text(html, STR("x"));
    html_attr(html, "title", STR("x"));
}

static void nest_without_end(void)
{
    struct html *html = fresh();
    for (int i = 0; i <= HTML_DEPTH; i++) {
        html_open(html, "div");
    }
}

static void misuse_traps(void **state)
{
    (void)state;
    void (*const misuses[])(void) = {
        close_the_wrong_one,     leave_one_open,           add_a_script,          add_a_style,
        give_text_as_an_address, steer_the_page_with_data, add_an_attribute_late, nest_without_end,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(misuses); i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            signal(SIGILL, SIG_DFL); /* no report of a sanitizer: it is meant */
            signal(SIGTRAP, SIG_DFL);
            misuses[i]();
            _exit(0);
        }
        int how = 0;
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFSIGNALED(how));
    }
}

static void there_is_a_word_for_everything(void **state)
{
    (void)state;
    for (int i = 0; i < WORD__COUNT; i++) {
        assert_true(words_english.text[i].n > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_nest_and_attributes_are_quoted),
        cmocka_unit_test(text_and_values_cannot_become_markup),
        cmocka_unit_test(every_byte_is_escaped_or_harmless),
        cmocka_unit_test(a_page_that_does_not_fit_says_so),
        cmocka_unit_test(addresses_are_encoded_by_part),
        cmocka_unit_test(no_part_of_an_address_leaves_its_place),
        cmocka_unit_test(only_local_paths_come_back_from_forms),
        cmocka_unit_test(an_address_is_escaped_too),
        cmocka_unit_test(what_was_written_can_be_taken_as_trusted),
        cmocka_unit_test(misuse_traps),
        cmocka_unit_test(there_is_a_word_for_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

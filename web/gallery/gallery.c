/* gallery FOLDER VERSION: writes one sample of each kind of page, with invented families, for
 * looking at and for the accessibility check (look.mjs). Not part of the running program. */
#include <stdio.h>
#include <stdlib.h>

#include "gallery.h"

enum { PAGE_MAX = 1 << 20 };

static const struct link places[] = {
    {STR_INIT("My day"), {STR_INIT("/")}, true},
    {STR_INIT("Intake"), {STR_INIT("/intake")}, false},
    {STR_INIT("Cases"), {STR_INIT("/cases")}, false},
    {STR_INIT("Approvals"), {STR_INIT("/approvals")}, false},
    {STR_INIT("Resources"), {STR_INIT("/resources")}, false},
    {STR_INIT("Outcomes"), {STR_INIT("/outcomes")}, false},
};

struct template_frame gallery_frame(struct str title, struct str version)
{
    return (struct template_frame){
        .title = title,
        .assets = version,
        .agency = STR("Marathon County"),
        .user = STR("A. Lee"),
        .form_token = STR("sample"),
        .session_seconds = 1800,
        .places = places,
        .places_count = ARRAY_LENGTH(places),
    };
}

static const struct {
    const char *file;
    struct str title;
    void (*render)(struct html *html, struct template_frame *frame);
} pages[] = {
    {"my-day.html", STR_INIT("My day"), gallery_my_day},
    {"my-day-empty.html", STR_INIT("My day"), gallery_my_day_empty},
    {"intake.html", STR_INIT("Intake"), gallery_intake},
    {"intake-refused.html", STR_INIT("Intake"), gallery_intake_refused},
    {"assessment.html", STR_INIT("Assessment 118"), gallery_assessment},
    {"assessment-many.html", STR_INIT("Assessment 201"), gallery_many},
    {"person.html", STR_INIT("Mai Vang"), gallery_person},
    {"person-restricted.html", STR_INIT("Restricted"), gallery_restricted},
    {"plan.html", STR_INIT("Plan"), gallery_plan},
    {"approvals.html", STR_INIT("Approvals"), gallery_approvals},
    {"log.html", STR_INIT("Who looked"), gallery_log},
    {"sign-in.html", STR_INIT("Sign in"), gallery_sign_in},
    {"error.html", STR_INIT("Not found"), gallery_error},
    {"clash.html", STR_INIT("Two people changed this"), gallery_clash},
};

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: gallery FOLDER VERSION\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
        struct arena arena;
        struct buf out;
        struct html html;
        char path[1024];
        arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
        buf_init(&out, &arena, PAGE_MAX);
        html_init(&html, &out, &words_english);
        struct template_frame frame = gallery_frame(pages[i].title, str_from(argv[2]));
        pages[i].render(&html, &frame);
        snprintf(path, sizeof(path), "%s/%s", argv[1], pages[i].file);
        FILE *file = fopen(path, "wb");
        struct str page = buf_str(&out);
        bool fine = html_finish(&html) && file != NULL &&
                    fwrite(page.p, 1, page.n, file) == page.n && fclose(file) == 0;
        arena_clear(&arena);
        if (!fine) {
            fprintf(stderr, "%s: cannot be written\n", path);
            return 1;
        }
    }
    return 0;
}

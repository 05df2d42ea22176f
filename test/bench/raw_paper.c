/* The raw baseline of paper: the words of a text file, drawn page by page (parted by form feeds) by
 * bare Pango and Cairo into a PDF that is thrown away. No tags, no tables, no order for who hears
 * it, no language, the fonts of the machine.
 *
 *   raw_paper TEXT TIMES
 *
 * Prints microseconds of processor a file (user and system, after three that are not counted),
 * pages, and bytes, parted by tabs. */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define PAGE_WIDTH 612.0
#define PAGE_HEIGHT 792.0
#define MARGIN 54.0
#define WARM 3

struct text {
    char *bytes;
    size_t size;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "raw_paper: %s\n", what);
    exit(1);
}

static struct text read_text(const char *path)
{
    struct text text = {0};
    size_t room = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        die(path);
    }
    for (int byte = getc(file); byte != EOF; byte = getc(file)) {
        if (text.size == room) {
            room = room * 2 + 4096;
            text.bytes = realloc(text.bytes, room);
            if (text.bytes == NULL) {
                die("no memory");
            }
        }
        text.bytes[text.size++] = (char)byte;
    }
    fclose(file);
    return text;
}

static cairo_status_t count_bytes(void *context, const unsigned char *bytes, unsigned size)
{
    size_t *total = context;
    (void)bytes;
    *total += size;
    return CAIRO_STATUS_SUCCESS;
}

static void draw_page(cairo_t *cairo, const PangoFontDescription *font, const char *words, int size)
{
    PangoLayout *layout = pango_cairo_create_layout(cairo);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_width(layout, (int)((PAGE_WIDTH - 2 * MARGIN) * PANGO_SCALE));
    pango_layout_set_text(layout, words, size);
    cairo_move_to(cairo, MARGIN, MARGIN);
    pango_cairo_show_layout(cairo, layout);
    cairo_show_page(cairo);
    g_object_unref(layout);
}

static unsigned draw(const struct text *text, size_t *ret_bytes)
{
    *ret_bytes = 0;
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(count_bytes, ret_bytes, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_t *cairo = cairo_create(surface);
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans 10");
    unsigned pages = 0;
    size_t from = 0;
    for (size_t i = 0; i <= text->size; i++) {
        if ((i == text->size || text->bytes[i] == '\f') && i > from) {
            draw_page(cairo, font, text->bytes + from, (int)(i - from));
            pages++;
        }
        if (i < text->size && text->bytes[i] == '\f') {
            from = i + 1;
        }
    }
    pango_font_description_free(font);
    cairo_destroy(cairo);
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
    return pages;
}

static long used_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        die("usage: raw_paper TEXT TIMES");
    }
    struct text text = read_text(argv[1]);
    long times = strtol(argv[2], NULL, 10), began = 0;
    size_t bytes = 0;
    unsigned pages = 0;
    for (long i = -WARM; i < times; i++) {
        began = i == 0 ? used_us() : began;
        pages = draw(&text, &bytes);
    }
    printf("%ld\t%u\t%zu\n", times > 0 ? (used_us() - began) / times : 0, pages, bytes);
    free(text.bytes);
    return 0;
}

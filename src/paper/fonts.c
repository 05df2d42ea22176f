#include "paper/fonts.h"

#include <pango/pangocairo.h>
#include <stdlib.h>

/* Of Debian's fonts-noto-core, by name: what else a machine has, and how it is set up, changes no
 * paper. The first two are needed; a script of the others that is not there is drawn as boxes. */
#define FOLDER "/usr/share/fonts/truetype/noto/"
#define FONTS_NEEDED 2
static const char *const files[] = {
    FOLDER "NotoSans-Regular.ttf",
    FOLDER "NotoSans-Bold.ttf",
    FOLDER "NotoSansPahawhHmong-Regular.ttf",
    FOLDER "NotoSerifNyiakengPuachueHmong-Regular.ttf",
    FOLDER "NotoSansLao-Regular.ttf",
    FOLDER "NotoSansThai-Regular.ttf",
    FOLDER "NotoSansArabic-Regular.ttf",
    FOLDER "NotoSansHebrew-Regular.ttf",
    FOLDER "NotoSansSymbols2-Regular.ttf",
};

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
/* fontconfig leads from pattern to pattern by distances, which the search for leaks does not
 * follow: some 19 KB of the fonts of a process look lost. */
const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}
#endif
#endif

struct paper_fonts {
    FcConfig *config;
};

static const FcChar8 *file_name(const char *name)
{
    return (const FcChar8 *)name; /* unsigned in fontconfig */
}

static bool add_files(FcConfig *config)
{
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
        if (!FcConfigAppFontAddFile(config, file_name(files[i])) && i < FONTS_NEEDED) {
            return false;
        }
    }
    return true;
}

struct paper_fonts *paper_fonts_new(void)
{
    struct paper_fonts *fonts = calloc(1, sizeof(*fonts));
    FcConfig *config = FcConfigCreate();
    if (!fonts || !config || !add_files(config)) {
        if (config) {
            FcConfigDestroy(config);
        }
        free(fonts);
        return NULL;
    }
    /* Also where a library asks for "the" configuration: else it reads that of the machine and
     * looks for a cache below a home that the service does not have. */
    FcConfigSetCurrent(config);
    fonts->config = config;
    return fonts;
}

struct paper_fonts *paper_fonts_free(struct paper_fonts *fonts)
{
    if (fonts) {
        FcConfigDestroy(fonts->config);
        FcFini(); /* it is also "the" configuration */
        free(fonts);
    }
    return NULL;
}

PangoFontMap *paper_font_map(const struct paper_fonts *fonts)
{
    PangoFontMap *map = pango_cairo_font_map_get_default(); /* this thread's, freed with it */
    PangoFcFontMap *by_fontconfig = PANGO_FC_FONT_MAP(map);
    if (pango_fc_font_map_get_config(by_fontconfig) != fonts->config) {
        pango_fc_font_map_set_config(by_fontconfig, fonts->config);
    }
    return map;
}

/* PNG: W3C PNG (third edition) 5.2, 11.2.2. JPEG: ITU-T T.81 annex B. PDF: ISO 32000-1 7.5.
 * HEIC: ISO/IEC 23008-12 (brands 10.2, 10.3; ispe 6.5.3) on the boxes of ISO/IEC 14496-12. */
#include "store/attachment_type.h"

#include "base/utf8.h"

#define PDF_END_WITHIN 2048u

struct str attachment_media_type(enum attachment_type type)
{
    switch (type) {
    case ATTACHMENT_PNG:
        return STR("image/png");
    case ATTACHMENT_JPEG:
        return STR("image/jpeg");
    case ATTACHMENT_HEIC:
        return STR("image/heic");
    case ATTACHMENT_PDF:
        return STR("application/pdf");
    case ATTACHMENT_TEXT:
        return STR("text/plain; charset=utf-8");
    case ATTACHMENT_OTHER:
    case ATTACHMENT_BROKEN:
    case ATTACHMENT_HUGE:
    case ATTACHMENT_TYPE__COUNT:
        break;
    }
    return STR("");
}

enum model_file_kind attachment_kind(enum attachment_type type)
{
    switch (type) {
    case ATTACHMENT_PNG:
    case ATTACHMENT_JPEG:
    case ATTACHMENT_HEIC:
        return FILE_KIND_PICTURE;
    case ATTACHMENT_PDF:
        return FILE_KIND_PDF;
    case ATTACHMENT_TEXT:
        return FILE_KIND_TEXT;
    case ATTACHMENT_OTHER:
    case ATTACHMENT_BROKEN:
    case ATTACHMENT_HUGE:
    case ATTACHMENT_TYPE__COUNT:
        break;
    }
    return FILE_KIND__COUNT;
}

static uint8_t byte_at(struct str s, size_t at)
{
    return (uint8_t)s.p[at];
}

static uint32_t number_at(struct str s, size_t at, unsigned bytes)
{
    uint32_t number = 0;
    for (unsigned i = 0; i < bytes; i++) {
        number = number << 8 | byte_at(s, at + i);
    }
    return number;
}

static enum attachment_type picture(enum attachment_type type, uint32_t width, uint32_t height)
{
    if (width == 0 || height == 0) {
        return ATTACHMENT_BROKEN;
    }
    bool huge = width > ATTACHMENT_SIDE_MAX || height > ATTACHMENT_SIDE_MAX ||
                (uint64_t)width * height > ATTACHMENT_PIXELS_MAX;
    return huge ? ATTACHMENT_HUGE : type;
}

/* ---- PNG ---- */

#define PNG_SIGNATURE STR("\x89PNG\r\n\x1a\n")
#define PNG_HEADER STR("\0\0\0\x0dIHDR")
#define PNG_END STR("\0\0\0\0IEND\xae\x42\x60\x82")
#define PNG_SIZE_AT 16u
#define PNG_DEPTH_AT 24u
#define PNG_HEADER_END 33u

/* Table 11.1: the bit depths that each colour type allows. */
static bool png_colour_is_legal(uint8_t depth, uint8_t colour)
{
    bool power = depth == 1 || depth == 2 || depth == 4;
    switch (colour) {
    case 0:
        return power || depth == 8 || depth == 16;
    case 3:
        return power || depth == 8;
    case 2:
    case 4:
    case 6:
        return depth == 8 || depth == 16;
    default:
        return false;
    }
}

static enum attachment_type png(struct str bytes)
{
    struct str header = str_slice(bytes, PNG_SIGNATURE.n, bytes.n);
    if (bytes.n < PNG_HEADER_END + PNG_END.n || !str_starts(header, PNG_HEADER) ||
        !str_ends(bytes, PNG_END) ||
        !png_colour_is_legal(byte_at(bytes, PNG_DEPTH_AT), byte_at(bytes, PNG_DEPTH_AT + 1))) {
        return ATTACHMENT_BROKEN;
    }
    return picture(ATTACHMENT_PNG, number_at(bytes, PNG_SIZE_AT, 4),
                   number_at(bytes, PNG_SIZE_AT + 4, 4));
}

/* ---- JPEG ---- */

enum jpeg_marker {
    JPEG_BASELINE = 0xc0, /* start of frame ... */
    JPEG_EXTENDED = 0xc1,
    JPEG_PROGRESSIVE = 0xc2, /* ... of the kinds that browsers draw */
    JPEG_END = 0xd9,
    JPEG_SCAN = 0xda,
};

/* Walks the segments up to the frame, which tells the size. */
static enum attachment_type jpeg(struct str bytes)
{
    size_t at = 2;
    while (at + 4 <= bytes.n && byte_at(bytes, at) == 0xff) {
        uint8_t marker = byte_at(bytes, at + 1);
        size_t length = number_at(bytes, at + 2, 2);
        if (marker == 0xff) { /* fill bytes may stand before a marker */
            at++;
            continue;
        }
        if (length < 2 || at + 2 + length > bytes.n || marker == JPEG_SCAN || marker == JPEG_END) {
            return ATTACHMENT_BROKEN;
        }
        if (marker == JPEG_BASELINE || marker == JPEG_EXTENDED || marker == JPEG_PROGRESSIVE) {
            return length < 8 ? ATTACHMENT_BROKEN
                              : picture(ATTACHMENT_JPEG, number_at(bytes, at + 7, 2),
                                        number_at(bytes, at + 5, 2));
        }
        at += 2 + length;
    }
    return ATTACHMENT_BROKEN;
}

/* Cameras write more behind the end of the picture; that there is one is enough. */
static bool jpeg_has_end(struct str bytes)
{
    return str_find(bytes, STR("\xff\xd9")) >= 0;
}

/* ---- PDF ---- */

static enum attachment_type pdf(struct str bytes)
{
    size_t from = bytes.n > PDF_END_WITHIN ? bytes.n - PDF_END_WITHIN : 0;
    return str_find(str_slice(bytes, from, bytes.n), STR("%%EOF")) >= 0 ? ATTACHMENT_PDF
                                                                        : ATTACHMENT_BROKEN;
}

/* ---- HEIC ---- */

#define BOX_HEAD 8u       /* size, type */
#define FULL_BOX_HEAD 12u /* and version with flags */

/* The box that stands first in bytes: its content, without the head, and what follows it. */
static bool take_box(struct str *bytes, struct str *ret_type, struct str *ret_content)
{
    if (bytes->n < BOX_HEAD) {
        return false;
    }
    size_t size = number_at(*bytes, 0, 4);
    if (size < BOX_HEAD ||
        size > bytes->n) { /* 0 (to the end) and 1 (64 bits): no head of a picture */
        return false;
    }
    *ret_type = str_slice(*bytes, 4, BOX_HEAD);
    *ret_content = str_slice(*bytes, BOX_HEAD, size);
    *bytes = str_slice(*bytes, size, bytes->n);
    return true;
}

/* The content of the first box of a type. */
static bool find_box(struct str bytes, struct str type, struct str *ret_content)
{
    struct str found;
    while (take_box(&bytes, &found, ret_content)) {
        if (str_eq(found, type)) {
            return true;
        }
    }
    return false;
}

static bool is_heic(struct str bytes)
{
    static const struct str brands[] = {STR_INIT("heic"), STR_INIT("heix"), STR_INIT("mif1"),
                                        STR_INIT("heim"), STR_INIT("heis")};
    bool is = false;
    for (size_t i = 0; i < sizeof(brands) / sizeof(*brands) && bytes.n >= FULL_BOX_HEAD; i++) {
        is = is || str_eq(str_slice(bytes, BOX_HEAD, FULL_BOX_HEAD), brands[i]);
    }
    return is && str_eq(str_slice(bytes, 4, BOX_HEAD), STR("ftyp"));
}

/* The largest of the pictures in it, among them the one that is put together of others. */
static enum attachment_type heic(struct str bytes)
{
    struct str meta, properties, type, content;
    enum attachment_type result = ATTACHMENT_BROKEN;
    if (!find_box(bytes, STR("meta"), &meta) ||
        !find_box(str_slice(meta, 4, meta.n), STR("iprp"), &properties) ||
        !find_box(properties, STR("ipco"), &properties)) {
        return ATTACHMENT_BROKEN;
    }
    while (take_box(&properties, &type, &content)) {
        if (!str_eq(type, STR("ispe"))) {
            continue;
        }
        enum attachment_type one =
            content.n < FULL_BOX_HEAD
                ? ATTACHMENT_BROKEN
                : picture(ATTACHMENT_HEIC, number_at(content, 4, 4), number_at(content, 8, 4));
        if (one != ATTACHMENT_HEIC) {
            return one;
        }
        result = one;
    }
    return result;
}

/* ---- text ---- */

static bool is_text(struct str bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        uint8_t byte = byte_at(bytes, i);
        if ((byte < ' ' && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f') ||
            byte == 0x7f) {
            return false;
        }
    }
    size_t at;
    return bytes.n > 0 && utf8_check(bytes, &at) == UTF8_FINE;
}

enum attachment_type attachment_type(struct str bytes)
{
    if (str_starts(bytes, PNG_SIGNATURE)) {
        return png(bytes);
    }
    if (str_starts(bytes, STR("\xff\xd8\xff"))) {
        return jpeg_has_end(bytes) ? jpeg(bytes) : ATTACHMENT_BROKEN;
    }
    if (str_starts(bytes, STR("%PDF-1.")) || str_starts(bytes, STR("%PDF-2."))) {
        return pdf(bytes);
    }
    if (is_heic(bytes)) {
        return heic(bytes);
    }
    return is_text(bytes) ? ATTACHMENT_TEXT : ATTACHMENT_OTHER;
}

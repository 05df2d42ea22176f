#include "paper/finish.h"

#include <glib.h>
#include <qpdf/qpdf-c.h>
#include <stdlib.h>
#include <string.h>

/* Objects are handles that live as long as the file unless they are released; the walk over the
 * structure releases its own, because a long table has tens of thousands. */
struct paper_file {
    qpdf_data qpdf;
    const struct paper *paper;
    size_t sheets, pictures; /* described so far */
};

static void set(struct paper_file *file, qpdf_oh of, const char *key, qpdf_oh value)
{
    qpdf_oh_replace_key(file->qpdf, of, key, value);
    qpdf_oh_release(file->qpdf, value);
}

static qpdf_oh text_of(struct paper_file *file, struct str text)
{
    return qpdf_oh_new_binary_unicode_string(file->qpdf, text.n > 0 ? text.p : "", text.n);
}

static bool is_kind(struct paper_file *file, qpdf_oh element, const char *kind)
{
    qpdf_oh name = qpdf_oh_get_key(file->qpdf, element, "/S");
    bool is = qpdf_oh_is_name_and_equals(file->qpdf, name, kind);
    qpdf_oh_release(file->qpdf, name);
    return is;
}

/* ---- the structure ---- */

/* A header of a row all of whose cells are headers is over its column, else before its row. */
static bool heads_columns(struct paper_file *file, qpdf_oh row)
{
    qpdf_oh kids = qpdf_oh_get_key(file->qpdf, row, "/K");
    int count = qpdf_oh_get_array_n_items(file->qpdf, kids);
    bool all = true;
    for (int i = 0; all && i < count; i++) {
        qpdf_oh kid = qpdf_oh_get_array_item(file->qpdf, kids, i);
        all = is_kind(file, kid, "/TH");
        qpdf_oh_release(file->qpdf, kid);
    }
    qpdf_oh_release(file->qpdf, kids);
    return all;
}

static void describe_picture(struct paper_file *file, qpdf_oh element)
{
    size_t wanted = file->pictures++;
    for (size_t s = 0; s < file->paper->sheets_count; s++) {
        const struct sheet *sheet = &file->paper->sheets[s];
        for (size_t i = 0; i < sheet->parts_count; i++) {
            for (size_t k = 0; k < sheet->parts[i].signers_count; k++) {
                const struct sheet_signer *signer = &sheet->parts[i].signers[k];
                if (signer->picture_png.n > 0 && wanted-- == 0) {
                    set(file, element, "/Alt", text_of(file, signer->picture_alt));
                    return;
                }
            }
        }
    }
}

static void describe(struct paper_file *file, qpdf_oh element, bool over_columns)
{
    if (is_kind(file, element, "/TH")) {
        set(file, element, "/A",
            qpdf_oh_parse(file->qpdf, over_columns ? "<< /O /Table /Scope /Column >>"
                                                   : "<< /O /Table /Scope /Row >>"));
    } else if (is_kind(file, element, "/Figure")) {
        describe_picture(file, element);
    } else if (is_kind(file, element, "/Part") && file->sheets < file->paper->sheets_count) {
        set(file, element, "/Lang", text_of(file, file->paper->sheets[file->sheets++].language));
    }
}

/* Sees to what is below an element, and takes the artifacts out of it. depth: Document, Part,
 * Table, TR, TH. */
static void walk(struct paper_file *file, qpdf_oh element, unsigned depth)
{
    qpdf_oh kids = qpdf_oh_get_key(file->qpdf, element, "/K");
    bool over_columns = is_kind(file, element, "/TR") && heads_columns(file, element);
    for (int i = 0; depth > 0 && qpdf_oh_is_array(file->qpdf, kids) &&
                    i < qpdf_oh_get_array_n_items(file->qpdf, kids);) {
        qpdf_oh kid = qpdf_oh_get_array_item(file->qpdf, kids, i);
        if (qpdf_oh_is_dictionary(file->qpdf, kid) && is_kind(file, kid, "/NonStruct")) {
            qpdf_oh_erase_item(file->qpdf, kids, i);
        } else {
            if (qpdf_oh_is_dictionary(file->qpdf, kid)) {
                describe(file, kid, over_columns);
                walk(file, kid, depth - 1);
            }
            i++;
        }
        qpdf_oh_release(file->qpdf, kid);
    }
    qpdf_oh_release(file->qpdf, kids);
}

/* What the marks of each page belong to; those of artifacts belong to nothing. */
static void clear_parents(struct paper_file *file, qpdf_oh tree)
{
    qpdf_oh parents = qpdf_oh_get_key(file->qpdf, tree, "/ParentTree");
    qpdf_oh numbers = qpdf_oh_get_key(file->qpdf, parents, "/Nums");
    int count = qpdf_oh_get_array_n_items(file->qpdf, numbers);
    for (int i = 1; i < count; i += 2) {
        qpdf_oh page = qpdf_oh_get_array_item(file->qpdf, numbers, i);
        for (int k = qpdf_oh_get_array_n_items(file->qpdf, page) - 1; k >= 0; k--) {
            qpdf_oh parent = qpdf_oh_get_array_item(file->qpdf, page, k);
            if (qpdf_oh_is_dictionary(file->qpdf, parent) && is_kind(file, parent, "/NonStruct")) {
                qpdf_oh nothing = qpdf_oh_new_null(file->qpdf);
                qpdf_oh_set_array_item(file->qpdf, page, k, nothing);
                qpdf_oh_release(file->qpdf, nothing);
            }
            qpdf_oh_release(file->qpdf, parent);
        }
        qpdf_oh_release(file->qpdf, page);
    }
    qpdf_oh_release(file->qpdf, numbers);
    qpdf_oh_release(file->qpdf, parents);
}

/* ---- pages ---- */

/* "/NonStruct << /MCID 7 >> BDC" at the beginning of a line becomes "/Artifact BMC" and blanks. */
static void mark_artifacts(char *content, size_t size)
{
    static const char mark[] = "\n/NonStruct ", end[] = "BDC";
    for (char *at = content;
         (at = memmem(at, size - (size_t)(at - content), mark, sizeof(mark) - 1)) != NULL;) {
        at++;
        size_t left = size - (size_t)(at - content);
        char *stop = memmem(at, left < 64 ? left : 64, end, sizeof(end) - 1);
        if (stop) {
            memset(at, ' ', (size_t)(stop - at) + sizeof(end) - 1);
            memcpy(at, "/Artifact BMC", strlen("/Artifact BMC"));
        }
    }
}

static bool finish_page(struct paper_file *file, size_t number)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    qpdf_oh page = qpdf_get_page_n(file->qpdf, number);
    if (qpdf_oh_get_page_content_data(file->qpdf, page, &bytes, &size) & QPDF_ERRORS) {
        return false;
    }
    union {
        unsigned char *bytes;
        char *text;
    } content = {.bytes = bytes};
    mark_artifacts(content.text, size);
    qpdf_oh stream = qpdf_oh_new_stream(file->qpdf);
    qpdf_oh none = qpdf_oh_new_null(file->qpdf);
    qpdf_oh_replace_stream_data(file->qpdf, stream, bytes, size, none, none);
    free(bytes);
    set(file, page, "/Contents", stream);
    set(file, page, "/Tabs", qpdf_oh_new_name(file->qpdf, "/S"));
    qpdf_oh_release(file->qpdf, none);
    qpdf_oh_release(file->qpdf, page);
    return true;
}

/* ---- the catalog ---- */

/* ISO 14289-1, 5: who reads the file is told that it is PDF/UA, and its title. */
static void set_metadata(struct paper_file *file, qpdf_oh root)
{
    GString *xmp = g_string_new(
        "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
        "<rdf:Description rdf:about=\"\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" "
        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><pdfuaid:part>1</pdfuaid:part>"
        "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
    struct str title = file->paper->title;
    char *escaped = g_markup_escape_text(title.n > 0 ? title.p : "", (gssize)title.n);
    g_string_append(xmp, escaped);
    g_free(escaped);
    g_string_append(xmp, "</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>\n"
                         "<?xpacket end=\"r\"?>");
    qpdf_oh stream = qpdf_oh_new_stream(file->qpdf);
    qpdf_oh none = qpdf_oh_new_null(file->qpdf);
    qpdf_oh dictionary = qpdf_oh_get_dict(file->qpdf, stream);
    const char *text = xmp->str;
    qpdf_oh_replace_stream_data(file->qpdf, stream, (const unsigned char *)text, xmp->len, none,
                                none);
    set(file, dictionary, "/Type", qpdf_oh_new_name(file->qpdf, "/Metadata"));
    set(file, dictionary, "/Subtype", qpdf_oh_new_name(file->qpdf, "/XML"));
    set(file, root, "/Metadata", stream);
    g_string_free(xmp, TRUE);
}

static void set_info(struct paper_file *file)
{
    qpdf_oh trailer = qpdf_get_trailer(file->qpdf);
    qpdf_oh info = qpdf_oh_get_key(file->qpdf, trailer, "/Info");
    if (qpdf_oh_is_dictionary(file->qpdf, info)) {
        set(file, info, "/Title", text_of(file, file->paper->title));
        /* When it was printed stands on it; the file of a frozen paper stays the same. */
        qpdf_oh_remove_key(file->qpdf, info, "/CreationDate");
    }
}

static bool finish(struct paper_file *file, struct str drawn)
{
    if (qpdf_read_memory(file->qpdf, "paper", drawn.p, drawn.n, NULL) & QPDF_ERRORS) {
        return false;
    }
    int pages = qpdf_get_num_pages(file->qpdf);
    for (int i = 0; i < pages; i++) {
        if (!finish_page(file, (size_t)i)) {
            return false;
        }
    }
    qpdf_oh root = qpdf_get_root(file->qpdf);
    qpdf_oh tree = qpdf_oh_get_key(file->qpdf, root, "/StructTreeRoot");
    clear_parents(file, tree); /* while the elements still say what they are */
    qpdf_oh tops = qpdf_oh_get_key(file->qpdf, tree, "/K");
    for (int i = 0; i < qpdf_oh_get_array_n_items(file->qpdf, tops); i++) {
        walk(file, qpdf_oh_get_array_item(file->qpdf, tops, i), 8);
    }
    set(file, root, "/Lang", text_of(file, file->paper->language));
    set(file, root, "/ViewerPreferences", qpdf_oh_parse(file->qpdf, "<< /DisplayDocTitle true >>"));
    set_metadata(file, root);
    set_info(file);
    if (qpdf_has_error(file->qpdf) || (qpdf_init_write_memory(file->qpdf) & QPDF_ERRORS)) {
        return false;
    }
    qpdf_set_deterministic_ID(file->qpdf, QPDF_TRUE);
    qpdf_set_object_stream_mode(file->qpdf, qpdf_o_generate);
    return !(qpdf_write(file->qpdf) & QPDF_ERRORS);
}

/* ---- the file ---- */

static void free_file(void *resource)
{
    struct paper_file *file = resource;
    if (file->qpdf) {
        qpdf_cleanup(&file->qpdf);
    }
    free(file);
}

struct paper_file *paper_finish(struct str drawn, const struct paper *paper)
{
    struct paper_file *file = calloc(1, sizeof(*file));
    if (!file) {
        return NULL;
    }
    file->paper = paper;
    file->qpdf = qpdf_init();
    qpdf_silence_errors(file->qpdf);
    qpdf_set_suppress_warnings(file->qpdf, QPDF_TRUE);
    if (!finish(file, drawn)) {
        free_file(file);
        return NULL;
    }
    return file;
}

struct str paper_file_take(struct arena *arena, struct paper_file *file)
{
    /* The arena may jump away: from here on it frees the file. */
    arena_on_clear(arena, free_file, file);
    const unsigned char *bytes = qpdf_get_buffer(file->qpdf);
    size_t size = qpdf_get_buffer_length(file->qpdf);
    struct str copy = {arena_copy(arena, bytes, size), size};
    qpdf_cleanup(&file->qpdf); /* large, and the arena lives on; what is left is its shell */
    return copy;
}

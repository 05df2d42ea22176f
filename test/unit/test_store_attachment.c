/* Pictures and scans: what is taken, that it comes back as it was, and that tampering shows. */
#include "store/attachment.h"
#include "test_store_files.h"

#include "store/attachment_type.h"

/* ---- files ---- */

/* A PNG of one pixel, with room for more bytes before its end. */
static struct str png(struct arena *arena, uint32_t width, uint32_t height, size_t size)
{
    struct str head = STR("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR");
    struct str end = STR("\0\0\0\0IEND\xae\x42\x60\x82");
    struct buf bytes;
    buf_init(&bytes, arena, size + 200);
    buf_add(&bytes, head);
    for (int shift = 24; shift >= 0; shift -= 8) {
        buf_byte(&bytes, (char)(width >> shift));
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
        buf_byte(&bytes, (char)(height >> shift));
    }
    buf_add(&bytes, STR("\x08\x02\0\0\0CRC!"));
    for (size_t i = bytes.n; i + end.n < size; i++) {
        buf_byte(&bytes, (char)(i * 31 % 251));
    }
    buf_add(&bytes, end);
    return buf_str(&bytes);
}

static struct str jpeg(struct arena *arena, unsigned width, unsigned height)
{
    struct buf bytes;
    buf_init(&bytes, arena, 200);
    buf_add(&bytes, STR("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08"));
    buf_byte(&bytes, (char)(height >> 8));
    buf_byte(&bytes, (char)height);
    buf_byte(&bytes, (char)(width >> 8));
    buf_byte(&bytes, (char)width);
    buf_add(&bytes,
            STR("\3\1\x22\0\2\x11\1\3\x11\1\xff\xda\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0data\xff\xd9"));
    return buf_str(&bytes);
}

static void the_type_is_told_by_content(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct str whole = png(&arena, 640, 480, 100);
    assert_int_equal(attachment_type(whole), ATTACHMENT_PNG);
    assert_int_equal(attachment_type(str_slice(whole, 0, whole.n - 1)), ATTACHMENT_BROKEN);
    assert_int_equal(attachment_type(png(&arena, 0, 480, 100)), ATTACHMENT_BROKEN);
    assert_int_equal(attachment_type(png(&arena, 20000, 20000, 100)), ATTACHMENT_HUGE);
    assert_int_equal(attachment_type(png(&arena, 40000, 1, 100)), ATTACHMENT_HUGE);
    assert_int_equal(attachment_type(jpeg(&arena, 4000, 3000)), ATTACHMENT_JPEG);
    assert_int_equal(attachment_type(jpeg(&arena, 0, 3000)), ATTACHMENT_BROKEN);
    assert_int_equal(attachment_type(STR("\xff\xd8\xff\xe0\0\x10JFIF")), ATTACHMENT_BROKEN);
    assert_int_equal(attachment_type(STR("%PDF-1.7\n1 0 obj\n%%EOF\n")), ATTACHMENT_PDF);
    assert_int_equal(attachment_type(STR("%PDF-1.7\n1 0 obj\n")), ATTACHMENT_BROKEN);
    assert_int_equal(attachment_type(STR("<svg onload='x'/>")), ATTACHMENT_TEXT); /* as text */
    assert_int_equal(attachment_type(STR("GIF89a\1")), ATTACHMENT_OTHER);
    assert_int_equal(attachment_type(STR("")), ATTACHMENT_OTHER);
}

/* A picture of a phone: brands, then the boxes down to the size of each picture in it. */
static struct str heic(struct arena *arena, unsigned width, unsigned height)
{
    static const unsigned char head[] = "\0\0\0\x18"
                                        "ftypheic\0\0\0\0mif1heic"
                                        "\0\0\0\x44"
                                        "meta\0\0\0\0"
                                        "\0\0\0\x38"
                                        "iprp"
                                        "\0\0\0\x30"
                                        "ipco"
                                        "\0\0\0\x14"
                                        "ispe\0\0\0\0\0\0\2\0\0\0\2\0"
                                        "\0\0\0\x14"
                                        "ispe\0\0\0\0";
    unsigned char *bytes = arena_alloc(arena, sizeof(head) - 1 + 8);
    memcpy(bytes, head, sizeof(head) - 1);
    unsigned char *at = bytes + sizeof(head) - 1;
    for (unsigned i = 0; i < 4; i++) {
        at[i] = (unsigned char)(width >> (24 - 8 * i));
        at[4 + i] = (unsigned char)(height >> (24 - 8 * i));
    }
    const void *read = bytes;
    return (struct str){read, sizeof(head) - 1 + 8};
}

static void pictures_of_phones_and_texts_are_told(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_int_equal(attachment_type(heic(&arena, 4032, 3024)), ATTACHMENT_HEIC);
    assert_int_equal(attachment_type(heic(&arena, 40000, 10)), ATTACHMENT_HUGE);
    assert_int_equal(attachment_type(heic(&arena, 20000, 20000)), ATTACHMENT_HUGE);
    assert_int_equal(attachment_type(heic(&arena, 0, 10)), ATTACHMENT_BROKEN);
    assert_int_equal(attachment_type(STR("A note.\r\n\tOf two lines.\n")), ATTACHMENT_TEXT);
    assert_int_equal(attachment_type(STR("not \xff utf-8")), ATTACHMENT_OTHER);
    assert_int_equal(attachment_type(STR("a bell \x07")), ATTACHMENT_OTHER);
    assert_int_equal(attachment_type(STR("PK\x03\x04\x14 a bomb")), ATTACHMENT_OTHER);
}

/* A cut or changed file must be judged without reading beyond it (the sanitizers watch). */
static void every_beginning_of_a_file_is_judged(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct str files[] = {png(&arena, 1, 1, 90), jpeg(&arena, 1, 1), heic(&arena, 4032, 3024),
                          STR("%PDF-1.7\n1 0 obj\n%%EOF\n")};
    for (size_t f = 0; f < ARRAY_LENGTH(files); f++) {
        for (size_t n = 0; n < files[f].n; n++) {
            char *copy = malloc(n + 1); /* its own block: the end of it is watched */
            assert_non_null(copy);
            memcpy(copy, files[f].p, n);
            enum attachment_type type = attachment_type((struct str){copy, n});
            assert_true(f == 3 || type == ATTACHMENT_BROKEN || type == ATTACHMENT_OTHER);
            free(copy);
        }
    }
}

/* ---- the store ---- */

struct attaching {
    struct str bytes;
    struct uuid id;
    enum status ends;
    uint32_t takes; /* 0: pictures and PDF files */
};

static enum status attach(struct uow *uow, void *input)
{
    struct attaching *attaching = input;
    struct store_file file;
    const struct store_upload upload = {
        attaching->bytes, STR("left-arm.png"), STR("photo"),
        attaching->takes != 0 ? attaching->takes : 1u << FILE_KIND_PICTURE | 1u << FILE_KIND_PDF};
    TRY(store_file_seal(uow->store, uow_set(uow)->arena, &upload, uow_outcome(uow), &file));
    attaching->id = file.id;
    TRY(uow_attach(uow, &file));
    return attaching->ends;
}

static enum status open_attachment(struct world *w, struct uuid id,
                                   struct store_attachment *ret_attachment, struct str *ret_bytes)
{
    struct store_reader *reader = reader_of(w);
    enum status status = read_file(reader, id, 0, ret_attachment, ret_bytes);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return status;
}

static void a_picture_comes_back_as_it_was(void **state)
{
    (void)state;
    WORLD(w);
    /* Around the size of a piece: one byte less, exactly, one more, several. */
    static const size_t sizes[] = {100, 65535, 65536, 65537, 131072, 300000};
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        struct store_attachment attachment;
        struct str bytes;
        struct attaching attaching = {.bytes = png(&w.arena, 640, 480, sizes[i])};
        assert_int_equal(attaching.bytes.n, sizes[i]);
        must_act(&w, &w.actors[INTAKE], attach, &attaching);
        world_reopen(&w);
        assert_int_equal(open_attachment(&w, attaching.id, &attachment, &bytes), STATUS_OK);
        assert_true(str_eq(bytes, attaching.bytes));
        assert_text(attachment.type, "image/png");
        assert_text(attachment.name, "left-arm.png");
        assert_int_equal(attachment.size, sizes[i]);
        assert_int_equal(attachment.digest.n, 64);
        assert_int_equal(attachment.stored_at.ms, STORE_NOW);
        assert_true(uuid_eq(attachment.taken_by, w.workers[INTAKE]));
    }
}

/* Whatever place it is read from, around the ends of pieces. */
static void a_part_of_a_file_is_what_stands_there(void **state)
{
    (void)state;
    WORLD(w);
    static const size_t places[] = {0, 1, 65535, 65536, 65537, 131071, 131072, 199999};
    struct attaching attaching = {.bytes = png(&w.arena, 640, 480, 200000)};
    must_act(&w, &w.actors[INTAKE], attach, &attaching);
    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        struct store_attachment attachment;
        struct str bytes;
        struct store_reader *reader = reader_of(&w);
        assert_int_equal(read_file(reader, attaching.id, places[i], &attachment, &bytes),
                         STATUS_OK);
        assert_true(str_eq(bytes, str_slice(attaching.bytes, places[i], attaching.bytes.n)));
        assert_int_equal(store_read_end(reader), STATUS_OK);
    }
}

/* What was sent before cannot be taken back: nothing is sent of what was changed, and not the end
 * of what does not fit its digest. */
static void a_stream_stops_where_it_was_changed(void **state)
{
    (void)state;
    WORLD(w);
    struct attaching attaching = {.bytes = png(&w.arena, 640, 480, 200000)};
    must_act(&w, &w.actors[INTAKE], attach, &attaching);
    tamper(&w, "attachments.db",
           "UPDATE attachment_chunk SET bytes = CAST(substr(bytes, 1, 99) || x'00' || "
           "substr(bytes, 101) AS BLOB) WHERE number = 3");
    struct store_reader *reader = reader_of(&w);
    struct store_stream *stream;
    static char bytes[200000];
    assert_int_equal(store_stream_open(reader, attaching.id, 0, &stream), STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    assert_int_equal(store_stream_read(stream, bytes, sizeof(bytes)), 65536);
    assert_int_equal(store_stream_read(stream, bytes, sizeof(bytes)), 65536);
    assert_int_equal(store_stream_read(stream, bytes, sizeof(bytes)), -1);
    assert_null(store_stream_close(stream));
    reader = reader_of(&w);
    assert_int_equal(store_stream_open(reader, attaching.id, 150000, &stream), STATUS_INTERNAL);
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

static void a_field_takes_what_it_says(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct uow_job job = {.fn = NULL};
    struct attaching paper = {.bytes = STR("%PDF-1.7 a letter %%EOF"),
                              .takes = 1u << FILE_KIND_PICTURE};
    assert_int_equal(act_as(&w, &w.actors[INTAKE], attach, &paper, &arena, &job),
                     STATUS_UNSUPPORTED);
    assert_text(job.outcome.problems.items[0].where, "photo");
    assert_text(job.outcome.problems.items[0].code, "wrong_kind");
    assert_text(job.outcome.problems.items[0].message,
                "Here go pictures (PNG, JPEG, HEIC). This is one of the PDF files: save it as one "
                "of them, or choose another.");
    struct attaching words = {.bytes = STR("What the aunt wrote: \xc3\xa9t\xc3\xa9.\n")};
    assert_int_equal(act(&w, &w.actors[INTAKE], attach, &words), STATUS_UNSUPPORTED);
    words.takes = 1u << FILE_KIND_TEXT;
    must_act(&w, &w.actors[INTAKE], attach, &words);
    struct store_attachment attachment;
    struct str bytes;
    assert_int_equal(open_attachment(&w, words.id, &attachment, &bytes), STATUS_OK);
    assert_text(attachment.type, "text/plain; charset=utf-8");
    assert_true(str_eq(bytes, words.bytes));
}

static void one_that_is_not_there_is_not_found(void **state)
{
    (void)state;
    WORLD(w);
    struct store_attachment attachment;
    struct str bytes;
    assert_int_equal(open_attachment(&w, w.workers[0], &attachment, &bytes), STATUS_NOT_FOUND);
}

static void other_files_are_refused_with_what_would_be_right(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct uow_job job = {.fn = NULL};
    struct attaching page = {.bytes = STR("<html><script>alert(1)</script>")};
    assert_int_equal(act_as(&w, &w.actors[INTAKE], attach, &page, &arena, &job),
                     STATUS_UNSUPPORTED);
    assert_true(str_find(job.outcome.problems.items[0].message, STR("PDF")) >= 0);
    struct attaching nothing = {.bytes = STR("")};
    assert_int_equal(act_as(&w, &w.actors[INTAKE], attach, &nothing, &arena, &job),
                     STATUS_UNSUPPORTED);
    assert_text(job.outcome.problems.items[0].code, "empty");
    size_t size = STORE_ATTACHMENT_MAX + 1;
    char *large = malloc(size);
    assert_non_null(large);
    memset(large, 0, size);
    struct attaching huge = {
        .bytes = {large, size}
    };
    assert_int_equal(act(&w, &w.actors[INTAKE], attach, &huge), STATUS_TOO_LARGE);
    free(large);
    assert_int_equal(ask_file(&w, "attachments.db", "SELECT count(*) FROM attachment_chunk"), 0);
}

static void the_largest_picture_goes_in_and_out(void **state)
{
    (void)state;
    WORLD(w);
    struct store_attachment attachment;
    struct str bytes;
    struct attaching attaching = {.bytes = png(&w.arena, 9000, 9000, STORE_ATTACHMENT_MAX)};
    must_act(&w, &w.actors[INTAKE], attach, &attaching);
    assert_int_equal(open_attachment(&w, attaching.id, &attachment, &bytes), STATUS_OK);
    assert_true(str_eq(bytes, attaching.bytes));
}

/* ---- tampering ---- */

static void check_tampering(struct world *w, const char *file, const char *sql)
{
    struct store_attachment attachment;
    struct str bytes;
    struct attaching one = {.bytes = png(&w->arena, 640, 480, 200000)};
    struct attaching two = {.bytes = png(&w->arena, 320, 240, 200000)};
    must_act(w, &w->actors[INTAKE], attach, &one);
    must_act(w, &w->actors[INTAKE], attach, &two);
    assert_int_equal(open_attachment(w, one.id, &attachment, &bytes), STATUS_OK);
    tamper(w, file, sql);
    assert_int_equal(open_attachment(w, one.id, &attachment, &bytes), STATUS_INTERNAL);
}

static void a_picture_that_was_changed_does_not_open(void **state)
{
    (void)state;
    static const char *const in_file[] = {
        /* One byte in the middle of a piece. */
        "UPDATE attachment_chunk SET bytes = CAST(substr(bytes, 1, 99) || x'00' || "
        "substr(bytes, 101) AS BLOB) WHERE number = 2",
        /* The last piece, one in between, the head of the stream. */
        "DELETE FROM attachment_chunk WHERE number = 4",
        "DELETE FROM attachment_chunk WHERE number = 2",
        "DELETE FROM attachment_chunk WHERE number = 0",
        /* All pieces but the last, renumbered. */
        "UPDATE attachment_chunk SET number = number + 10 WHERE number = 3",
        /* The pieces of another picture of the same size. */
        "UPDATE attachment_chunk SET bytes = (SELECT b.bytes FROM attachment_chunk b WHERE "
        "b.number = attachment_chunk.number AND b.attachment <> attachment_chunk.attachment)",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(in_file); i++) {
        WORLD(w);
        check_tampering(&w, "attachments.db", in_file[i]);
    }
    WORLD(w);
    check_tampering(&w, "hearth.db", "UPDATE attachment SET size = size - 1");
    WORLD(other);
    check_tampering(&other, "hearth.db", "UPDATE attachment SET digest = zeroblob(32)");
}

static void a_picture_cannot_be_read_from_the_disk(void **state)
{
    (void)state;
    WORLD(w);
    char command[600];
    struct attaching attaching = {.bytes = STR("%PDF-1.7 the X-ray of Mia Oakfield %%EOF")};
    must_act(&w, &w.actors[INTAKE], attach, &attaching);
    w.store = store_close(w.store);
    snprintf(command, sizeof(command), "grep -rqa -e Oakfield -e left-arm '%s'", w.folder);
    assert_int_not_equal(system(command), 0); /* NOLINT: of this test alone */
    world_open(&w);
}

/* ---- acts that fail ---- */

static void an_act_that_fails_leaves_nothing_once_swept(void **state)
{
    (void)state;
    WORLD(w);
    struct store_attachment attachment;
    struct str bytes;
    struct attaching kept = {.bytes = png(&w.arena, 640, 480, 100000)};
    struct attaching failing = {.bytes = png(&w.arena, 640, 480, 100000), .ends = STATUS_REFUSED};
    must_act(&w, &w.actors[INTAKE], attach, &kept);
    assert_int_equal(act(&w, &w.actors[INTAKE], attach, &failing), STATUS_REFUSED);
    assert_int_equal(open_attachment(&w, failing.id, &attachment, &bytes), STATUS_NOT_FOUND);
    /* A younger one could still be on its way to be named. */
    catch_up(&w);
    assert_int_equal(
        ask_file(&w, "attachments.db", "SELECT count(DISTINCT attachment) FROM attachment_chunk"),
        2);
    pass(&w, DAY_MS + MINUTE_MS);
    catch_up(&w);
    assert_int_equal(
        ask_file(&w, "attachments.db", "SELECT count(DISTINCT attachment) FROM attachment_chunk"),
        1);
    assert_int_equal(open_attachment(&w, kept.id, &attachment, &bytes), STATUS_OK);
}

/* As after a crash between the two commits: pieces that no row names. */
static void orphans_of_a_crash_are_swept(void **state)
{
    (void)state;
    WORLD(w);
    struct attaching kept = {.bytes = png(&w.arena, 640, 480, 100000)};
    must_act(&w, &w.actors[INTAKE], attach, &kept);
    tamper(&w, "attachments.db",
           "INSERT INTO attachment_chunk "
           "SELECT CAST(x'000000000000' || printf('%010d', i) AS BLOB), 0, zeroblob(24) FROM "
           "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450) "
           "SELECT i FROM n)");
    catch_up(&w);
    assert_int_equal(
        ask_file(&w, "attachments.db", "SELECT count(DISTINCT attachment) FROM attachment_chunk"),
        1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_type_is_told_by_content),
        cmocka_unit_test(pictures_of_phones_and_texts_are_told),
        cmocka_unit_test(every_beginning_of_a_file_is_judged),
        cmocka_unit_test(a_picture_comes_back_as_it_was),
        cmocka_unit_test(a_part_of_a_file_is_what_stands_there),
        cmocka_unit_test(a_stream_stops_where_it_was_changed),
        cmocka_unit_test(a_field_takes_what_it_says),
        cmocka_unit_test(one_that_is_not_there_is_not_found),
        cmocka_unit_test(other_files_are_refused_with_what_would_be_right),
        cmocka_unit_test(the_largest_picture_goes_in_and_out),
        cmocka_unit_test(a_picture_that_was_changed_does_not_open),
        cmocka_unit_test(a_picture_cannot_be_read_from_the_disk),
        cmocka_unit_test(an_act_that_fails_leaves_nothing_once_swept),
        cmocka_unit_test(orphans_of_a_crash_are_swept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

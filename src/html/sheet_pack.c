/* See sheet_pack.h. One description of a sheet serves both ways: what it visits is written, or
 * read into its place. */
#include "html/sheet_pack.h"


#include "base/buf.h"
#include "base/map.h"

#define MAGIC STR("hearth sheets 1\n")
#define NUMBER_SIZE 4u

struct texts {
    LIST(struct str) items;
    struct map places; /* of writing: -> uint32_t */
};

struct visit {
    struct arena *arena;
    bool writing;
    struct texts texts;
    struct buf out; /* of writing */
    struct str in;  /* of reading: what is left */
    bool failed;
};

/* ---- numbers and texts ---- */

static void write_number(struct buf *out, size_t number)
{
    for (unsigned i = 0; i < NUMBER_SIZE; i++) {
        buf_byte(out, (char)(unsigned char)((number >> (8 * i)) & 0xff));
    }
}

static uint32_t read_number(struct visit *visit)
{
    uint32_t number = 0;
    if (visit->in.n < NUMBER_SIZE) {
        visit->failed = true;
        return 0;
    }
    for (unsigned i = 0; i < NUMBER_SIZE; i++) {
        number |= (uint32_t)(unsigned char)visit->in.p[i] << (8 * i);
    }
    visit->in = str_slice(visit->in, NUMBER_SIZE, visit->in.n);
    return number;
}

static void visit_number(struct visit *visit, uint32_t *number)
{
    if (visit->writing) {
        write_number(&visit->out, *number);
    } else {
        *number = read_number(visit);
    }
}

static void visit_flag(struct visit *visit, bool *flag)
{
    uint32_t number = *flag;
    visit_number(visit, &number);
    *flag = number == 1;
}

static uint32_t place_of(struct visit *visit, struct str text)
{
    const uint32_t *known = map_get(&visit->texts.places, text);
    if (known != NULL) {
        return *known;
    }
    uint32_t *place = ARENA_NEW(visit->arena, uint32_t);
    *place = (uint32_t)visit->texts.items.count;
    LIST_PUSH(visit->arena, &visit->texts.items, text);
    (void)map_add(&visit->texts.places, text, place);
    return *place;
}

static void visit_text(struct visit *visit, struct str *text)
{
    uint32_t place = visit->writing ? place_of(visit, *text) : 0;
    visit_number(visit, &place);
    if (visit->writing) {
        return;
    }
    if (place >= visit->texts.items.count) {
        visit->failed = true;
        return;
    }
    *text = visit->texts.items.items[place];
}

/* How many there are of what takes at least a number each. Reading: room for them. */
static void *visit_count(struct visit *visit, size_t *count, size_t size)
{
    uint32_t number = (uint32_t)*count;
    visit_number(visit, &number);
    if (!visit->writing && number > visit->in.n / NUMBER_SIZE) {
        visit->failed = true;
        number = 0;
    }
    *count = number;
    return visit->writing ? NULL : arena_array(visit->arena, number, size);
}

static void visit_texts(struct visit *visit, const struct str **texts, size_t *count)
{
    struct str *read = visit_count(visit, count, sizeof(struct str));
    for (size_t i = 0; i < *count && !visit->failed; i++) {
        struct str text = visit->writing ? (*texts)[i] : STR("");
        visit_text(visit, &text);
        if (read != NULL) {
            read[i] = text;
        }
    }
    *texts = visit->writing ? *texts : read;
}

/* ---- what a sheet is ---- */

static void visit_table(struct visit *visit, struct sheet_table *table)
{
    size_t cells = table->rows_count * table->columns_count;
    visit_texts(visit, &table->columns, &table->columns_count);
    visit_texts(visit, &table->cells, &cells);
    visit_flag(visit, &table->to_fill);
    table->rows_count = table->columns_count > 0 ? cells / table->columns_count : 0;
    visit->failed = visit->failed || table->rows_count * table->columns_count != cells;
}

static void visit_fields(struct visit *visit, struct sheet_part *part)
{
    struct sheet_field *read = visit_count(visit, &part->fields_count, sizeof(*read));
    for (size_t i = 0; i < part->fields_count && !visit->failed; i++) {
        struct sheet_field field = {0};
        if (visit->writing) {
            field = part->fields[i];
        }
        visit_text(visit, &field.label);
        visit_text(visit, &field.help);
        visit_text(visit, &field.answer);
        visit_texts(visit, &field.choices, &field.choices_count);
        uint32_t lines = field.lines;
        visit_number(visit, &lines);
        field.lines = lines;
        visit_text(visit, &field.boxes);
        visit_flag(visit, &field.half);
        if (read != NULL) {
            read[i] = field;
        }
    }
    part->fields = visit->writing ? part->fields : read;
}

static void visit_signers(struct visit *visit, struct sheet_part *part)
{
    struct sheet_signer *read = visit_count(visit, &part->signers_count, sizeof(*read));
    for (size_t i = 0; i < part->signers_count && !visit->failed; i++) {
        struct sheet_signer signer = {0};
        if (visit->writing) {
            signer = part->signers[i];
        }
        visit_text(visit, &signer.name);
        visit_text(visit, &signer.how);
        visit_text(visit, &signer.picture_png);
        visit_text(visit, &signer.picture_alt);
        if (read != NULL) {
            read[i] = signer;
        }
    }
    part->signers = visit->writing ? part->signers : read;
}

static void visit_part(struct visit *visit, struct sheet_part *part)
{
    uint32_t kind = part->kind, level = part->level;
    visit_number(visit, &kind);
    visit->failed = visit->failed || kind > SHEET_SIGNATURES;
    part->kind = visit->failed ? SHEET_TEXT : (enum sheet_part_kind)kind;
    visit_text(visit, &part->heading);
    visit_text(visit, &part->text);
    visit_table(visit, &part->table);
    visit_fields(visit, part);
    visit_signers(visit, part);
    visit_number(visit, &level);
    part->level = level;
    visit_flag(visit, &part->new_page);
}

static void visit_parts(struct visit *visit, struct sheet *sheet)
{
    struct sheet_part *read = visit_count(visit, &sheet->parts_count, sizeof(*read));
    for (size_t i = 0; i < sheet->parts_count && !visit->failed; i++) {
        struct sheet_part part = {0};
        if (visit->writing) {
            part = sheet->parts[i];
        }
        visit_part(visit, &part);
        if (read != NULL) {
            read[i] = part;
        }
    }
    sheet->parts = visit->writing ? sheet->parts : read;
}

static void visit_sheet(struct visit *visit, struct sheet *sheet)
{
    struct str *const texts[] = {&sheet->language, &sheet->title,    &sheet->about,
                                 &sheet->intro,    &sheet->band,     &sheet->foot,
                                 &sheet->page_of,  &sheet->copy_for, &sheet->signed_on};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        visit_text(visit, texts[i]);
    }
    visit_texts(visit, &sheet->notes, &sheet->notes_count);
    visit_parts(visit, sheet);
    visit_flag(visit, &sheet->large);
}

static void visit_sheets(struct visit *visit, struct signed_sheets *sheets)
{
    visit_texts(visit, &sheets->names, &sheets->names_count);
    struct sheet *read = visit_count(visit, &sheets->sheets_count, sizeof(*read));
    for (size_t i = 0; i < sheets->sheets_count && !visit->failed; i++) {
        struct sheet sheet = {0};
        if (visit->writing) {
            sheet = sheets->sheets[i];
        }
        visit_sheet(visit, &sheet);
        if (read != NULL) {
            read[i] = sheet;
        }
    }
    sheets->sheets = visit->writing ? sheets->sheets : read;
}

/* ---- both ways ---- */

bool sheet_pack(struct arena *arena, const struct signed_sheets *sheets, struct str *ret_bytes)
{
    struct visit visit = {.arena = arena, .writing = true};
    struct signed_sheets written = *sheets;
    struct buf bytes;
    map_init(&visit.texts.places, arena);
    buf_init(&visit.out, arena, SHEET_PACK_MAX);
    visit_sheets(&visit, &written);
    buf_init(&bytes, arena, SHEET_PACK_MAX);
    buf_add(&bytes, MAGIC);
    write_number(&bytes, visit.texts.items.count);
    for (size_t i = 0; i < visit.texts.items.count; i++) {
        write_number(&bytes, visit.texts.items.items[i].n);
        buf_add(&bytes, visit.texts.items.items[i]);
    }
    buf_add(&bytes, buf_str(&visit.out));
    *ret_bytes = buf_str(&bytes);
    return !bytes.overrun && !visit.out.overrun;
}

static void read_texts(struct visit *visit)
{
    uint32_t count = read_number(visit);
    for (uint32_t i = 0; i < count && !visit->failed; i++) {
        size_t size = read_number(visit);
        visit->failed = visit->failed || size > visit->in.n;
        if (!visit->failed) {
            LIST_PUSH(visit->arena, &visit->texts.items, str_slice(visit->in, 0, size));
            visit->in = str_slice(visit->in, size, visit->in.n);
        }
    }
}

bool sheet_unpack(struct arena *arena, struct str bytes, struct signed_sheets *ret_sheets)
{
    struct visit visit = {.arena = arena, .in = bytes};
    struct str again;
    *ret_sheets = (struct signed_sheets){0};
    if (bytes.n > SHEET_PACK_MAX || !str_starts(bytes, MAGIC)) {
        return false;
    }
    visit.in = str_slice(bytes, MAGIC.n, bytes.n);
    read_texts(&visit);
    visit_sheets(&visit, ret_sheets);
    return !visit.failed && visit.in.n == 0 && sheet_pack(arena, ret_sheets, &again) &&
           str_eq(again, bytes);
}

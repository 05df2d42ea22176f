/* Invented texts: see invent.h. */
#include "main/invent.h"

#include "base/buf.h"
#include "main/paths.h"

#define TEXT_MOST 200000
#define SHARE_UNIT 1000 /* the percentages of a frequency table have three places */

#define RANK_FIRST                                                                                 \
    6 /* the first of a list that is put together comes so much oftener than the last */
#define RANK_SHARE 100000

/* Texts, and up to which number a draw means each; or a text of each of some lists, joined. */
struct words {
    LIST(struct str) texts;
    LIST(uint64_t) until;
    LIST(struct words *) joined;
    unsigned doubled; /* of 100 draws */
};

struct invent {
    struct arena *arena;
    struct map words; /* by name */
};

/* ---- reading ---- */

static void add_text(struct invent *invent, struct words *words, struct str text, uint64_t share)
{
    uint64_t before = words->until.count > 0 ? words->until.items[words->until.count - 1] : 0;
    LIST_PUSH(invent->arena, &words->texts, text);
    LIST_PUSH(invent->arena, &words->until, before + share);
}

static struct words *new_words(struct invent *invent, struct str name)
{
    struct words *words = map_get(&invent->words, name);
    if (words == NULL) {
        words = ARENA_NEW(invent->arena, struct words);
        (void)map_add(&invent->words, name, words);
    }
    return words;
}

/* "O'NEIL" as O'Neil, "SMITH-JONES" as Smith-Jones. */
static struct str name_cased(struct arena *arena, struct str name)
{
    struct buf text;
    bool first = true;
    buf_init(&text, arena, name.n);
    for (size_t i = 0; i < name.n; i++) {
        char byte = name.p[i];
        bool upper = byte >= 'A' && byte <= 'Z';
        buf_byte(&text, upper && !first ? (char)(byte - 'A' + 'a') : byte);
        first = !upper && !(byte >= 'a' && byte <= 'z');
    }
    return buf_str(&text);
}

/* "1.006" in thousandths; a name that is rarer than the table can say has the least share. */
static uint64_t share_of(struct str percent)
{
    struct str whole;
    int64_t units, parts = 0;
    if (!str_split(&percent, '.', &whole) || !str_to_i64(whole, &units)) {
        return 1;
    }
    if (percent.n == 3 && !str_to_i64(percent, &parts)) {
        return 1;
    }
    int64_t share = units * SHARE_UNIT + parts;
    return share > 0 ? (uint64_t)share : 1;
}

static bool next_word(struct str *line, struct str *ret_word)
{
    *line = str_trim(*line);
    return line->n > 0 && str_split(line, ' ', ret_word);
}

static enum status read_table(struct invent *invent, struct str name, struct str path,
                              struct outcome *outcome)
{
    struct words *words = new_words(invent, name);
    struct str text, line, word, percent;
    if (!read_file(invent->arena, path, &text)) {
        outcome_problem(outcome, STATUS_INVALID, STR("--names"), STR("file"),
                        STR_JOIN(invent->arena, path, STR(" cannot be read")));
        return STATUS_INVALID;
    }
    words->texts.count = words->joined.count = 0; /* instead of the plan's own */
    words->until.count = 0;
    while (str_split(&text, '\n', &line)) {
        if (next_word(&line, &word) && next_word(&line, &percent)) {
            add_text(invent, words, name_cased(invent->arena, word), share_of(percent));
        }
    }
    return STATUS_OK;
}

/* Parts of names come as often as their rank says, as names do. */
static struct words *read_parts(struct invent *invent, const struct yaml *list)
{
    struct words *parts = ARENA_NEW(invent->arena, struct words);
    for (size_t i = 0; i < list->count; i++) {
        add_text(invent, parts, list->items[i]->text, RANK_SHARE / (i + RANK_FIRST));
    }
    return parts;
}

static void read_words(struct invent *invent, const struct yaml_pair *lists)
{
    for (size_t i = 0; lists != NULL && i < lists->value->count; i++) {
        const struct yaml_pair *list = &lists->value->pairs[i];
        struct words *words = new_words(invent, list->key);
        for (size_t k = 0; k < list->value->count; k++) {
            const struct yaml *item = list->value->items[k];
            if (item->kind == YAML_LIST && item->count > 0) {
                struct words *parts = read_parts(invent, item);
                LIST_PUSH(invent->arena, &words->joined, parts);
            } else {
                add_text(invent, words, item->text, 1);
            }
        }
    }
}

struct invent *invent_open(struct arena *arena, const struct yaml *plan, struct str folder,
                           struct outcome *outcome)
{
    struct invent *invent = ARENA_NEW(arena, struct invent);
    const struct yaml_pair *tables = yaml_find(plan, STR("tables"));
    const struct yaml_pair *doubled = yaml_find(plan, STR("doubled"));
    invent->arena = arena;
    map_init(&invent->words, arena);
    read_words(invent, yaml_find(plan, STR("words")));
    for (size_t i = 0; tables != NULL && folder.n > 0 && i < tables->value->count; i++) {
        const struct yaml_pair *table = &tables->value->pairs[i];
        struct str path = STR_JOIN(arena, folder, STR("/"), table->value->text);
        if (read_table(invent, table->key, path, outcome) != STATUS_OK) {
            return NULL;
        }
    }
    for (size_t i = 0; doubled != NULL && i < doubled->value->count; i++) {
        int64_t share;
        if (str_to_i64(doubled->value->pairs[i].value->text, &share) && share > 0) {
            new_words(invent, doubled->value->pairs[i].key)->doubled = (unsigned)share;
        }
    }
    return invent;
}

/* ---- chance ---- */

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(struct invented *invented)
{
    uint64_t z = invented->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void invented_begin(struct invented *invented, const struct invent *invent, struct arena *arena,
                    uint64_t number)
{
    *invented = (struct invented){.invent = invent, .arena = arena, .state = number};
    map_init(&invented->kept, arena);
}

int64_t invented_number(struct invented *invented, int64_t least, int64_t most)
{
    uint64_t span = most > least ? (uint64_t)(most - least) + 1 : 1;
    return least + (int64_t)(next_random(invented) % span);
}

static struct str draw_text(struct invented *invented, const struct words *words)
{
    uint64_t at = next_random(invented) % words->until.items[words->until.count - 1];
    size_t low = 0, high = words->until.count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (words->until.items[middle] > at) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return words->texts.items[low];
}

static struct str draw_word(struct invented *invented, const struct words *words)
{
    if (words->joined.count == 0) {
        return draw_text(invented, words);
    }
    struct str text = STR("");
    for (size_t i = 0; i < words->joined.count; i++) {
        text = STR_JOIN(invented->arena, text, draw_text(invented, words->joined.items[i]));
    }
    return text;
}

/* "4..38" */
static bool draw_number(struct invented *invented, struct str range, struct str *ret_text)
{
    ptrdiff_t dots = str_find(range, STR(".."));
    int64_t least, most;
    if (dots < 0 || !str_to_i64(str_slice(range, 0, (size_t)dots), &least) ||
        !str_to_i64(str_slice(range, (size_t)dots + 2, range.n), &most)) {
        return false;
    }
    *ret_text = str_from_int(invented->arena, invented_number(invented, least, most));
    return true;
}

static bool draw(struct invented *invented, struct str kind, struct str *ret_text)
{
    const struct words *words = map_get(&invented->invent->words, kind);
    if (words == NULL || words->texts.count + words->joined.count == 0) {
        return draw_number(invented, kind, ret_text);
    }
    *ret_text = draw_word(invented, words);
    if (words->doubled > 0 && next_random(invented) % 100 < words->doubled) {
        *ret_text = STR_JOIN(invented->arena, *ret_text, STR("-"), draw_word(invented, words));
    }
    return true;
}

/* ---- filling ---- */

static void keep(struct invented *invented, struct str key, struct str text)
{
    struct str *kept = ARENA_NEW(invented->arena, struct str);
    *kept = text;
    (void)map_add(&invented->kept, key, kept);
}

void invented_give(struct invented *invented, struct str name, struct str text)
{
    keep(invented, name, text);
}

/* What a place is kept under: whole, with the number of the part when its key begins with a dot. */
static struct str key_of(struct invented *invented, struct str place, ptrdiff_t colon)
{
    bool of_part = colon >= 0 && str_starts(str_slice(place, (size_t)colon, place.n), STR(":."));
    return of_part ? STR_JOIN(invented->arena, place, STR("#"),
                              str_from_int(invented->arena, invented->part))
                   : place;
}

static bool fill_place(struct invented *invented, struct str place, struct str *ret_text)
{
    ptrdiff_t colon = str_find_byte(place, ':');
    struct str key = key_of(invented, place, colon);
    const struct str *kept = map_get(&invented->kept, key);
    if (kept != NULL) {
        *ret_text = *kept;
        return true;
    }
    struct str kind = colon < 0 ? place : str_slice(place, 0, (size_t)colon);
    if (!draw(invented, kind, ret_text)) {
        return false;
    }
    if (colon >= 0) {
        keep(invented, key, *ret_text);
    }
    return true;
}

struct str invented_fill(struct invented *invented, struct str template, struct str *ret_bad)
{
    struct buf text;
    ptrdiff_t from;
    *ret_bad = STR("");
    invented->part++;
    buf_init(&text, invented->arena, TEXT_MOST);
    while ((from = str_find_byte(template, '<')) >= 0) {
        struct str place = str_slice(template, (size_t)from + 1, template.n);
        ptrdiff_t to = str_find_byte(place, '>');
        if (to < 0) {
            break;
        }
        place = str_slice(place, 0, (size_t)to);
        struct str filled = STR("");
        if (!fill_place(invented, place, &filled) && ret_bad->n == 0) {
            *ret_bad = place;
        }
        BUF_ADD(&text, str_slice(template, 0, (size_t)from), filled);
        template = str_slice(template, (size_t)from + place.n + STR("<>").n, template.n);
    }
    buf_add(&text, template);
    return buf_str(&text);
}

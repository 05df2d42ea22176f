#include "match/match_block.h"

#include <limits.h>

#define HANDLES_MAX 12 /* sounds and forms of the words of one name */
#define FORMS_USED 2
#define BEGINNING 3 /* bytes of a word that a slip behind them does not touch */

struct str match_rule_words(enum match_rule rule)
{
    static const struct str words[MATCH_RULE__COUNT] = {
        [MATCH_RULE_VALUE] = STR_INIT("the same number or address of mail"),
        [MATCH_RULE_NAMES] = STR_INIT("two words of the name by sound or form"),
        [MATCH_RULE_NAME_YEAR] = STR_INIT("a word of the name and the year of birth"),
        [MATCH_RULE_NAME_DAY] = STR_INIT("a word of the name, day and month of birth"),
        [MATCH_RULE_BIRTH] = STR_INIT("the date of birth"),
        [MATCH_RULE_BEGINNINGS] = STR_INIT("the beginnings of two words of the name"),
        [MATCH_RULE_NAME_PLACE] = STR_INIT("a word of the name and a place"),
        [MATCH_RULE_BEGINNING_BIRTH] =
            STR_INIT("the beginning of a word of the name and a part of the date of birth"),
        [MATCH_RULE_BEGINNING_PLACE] = STR_INIT("the beginning of a word of the name and a place"),
        [MATCH_RULE_BIRTH_PLACE] = STR_INIT("a part of the date of birth and a place"),
        [MATCH_RULE_PLACES] = STR_INIT("two parts of an address"),
    };
    return words[rule];
}

/* ---- keys ---- */

/* FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, IETF draft-eastlake-fnv). */
static uint64_t hash_text(uint64_t hash, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        hash = (hash ^ (unsigned char)text.p[i]) * 0x100000001b3u;
    }
    return hash;
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
    for (unsigned i = 0; i < 8; i++) {
        hash = (hash ^ (number >> (8 * i) & 0xff)) * 0x100000001b3u;
    }
    return hash;
}

#define HASH_START 0xcbf29ce484222325u

/* A word of the name as it may be found: by one of its sounds or forms. */
struct handle {
    uint64_t hash;
    size_t word; /* which one of the name */
    bool sound;
};
struct keys {
    const struct match_design *design;
    const struct match_person *person;
    unsigned rules;
    struct match_key *keys;
    size_t count;
    struct handle handles[HANDLES_MAX];
    size_t handle_count;
    uint64_t beginnings[2 * MATCH_PART__COUNT]; /* of the words of the name */
    size_t word_count;
};

static void add_key(struct keys *keys, enum match_rule rule, uint64_t a, uint64_t b)
{
    if (keys->count < MATCH_KEYS_MAX && (keys->rules >> rule & 1) != 0) {
        uint64_t hash = hash_number(hash_number(hash_number(HASH_START, rule), a), b);
        keys->keys[keys->count++] = (struct match_key){hash, rule};
    }
}

/* In any order. */
static void add_pair(struct keys *keys, enum match_rule rule, uint64_t a, uint64_t b)
{
    add_key(keys, rule, a < b ? a : b, a < b ? b : a);
}

static void add_handle(struct keys *keys, uint64_t hash, size_t word, bool sound)
{
    if (keys->handle_count < HANDLES_MAX) {
        keys->handles[keys->handle_count++] = (struct handle){hash, word, sound};
    }
}

static void add_handles(struct keys *keys, const struct match_term *term, size_t word)
{
    struct str sound = match_code_str(&term->sound);
    add_handle(keys, hash_text(HASH_START, sound.n > 0 ? sound : term->text), word, true);
    if (term->metaphone.n > 1) {
        add_handle(keys, hash_text(HASH_START + 1, match_code_str(&term->metaphone)), word, false);
    }
    for (size_t i = 0; term->lexeme && i < term->lexeme->form_count && i < FORMS_USED; i++) {
        add_handle(keys, hash_number(HASH_START, term->lexeme->forms[i]), word, false);
    }
}

/* The words of the name that are no initials: family names first, two of each part. */
static size_t words_of(const struct match_person *person, const struct match_term **ret_words)
{
    static const enum match_part parts[] = {MATCH_FAMILY, MATCH_GIVEN, MATCH_OTHER};
    size_t count = 0;
    for (size_t p = 0; p < ARRAY_LENGTH(parts); p++) {
        const struct match_person_part *part = &person->name[parts[p]];
        for (size_t i = 0; i < part->count && i < 2; i++) {
            if (part->words[i]->text.n > 1) {
                ret_words[count++] = part->words[i];
            }
        }
    }
    return count;
}

static bool is_place(enum match_kind kind)
{
    return kind == MATCH_KIND_TEXT || kind == MATCH_KIND_CODE;
}

static void add_values(struct keys *keys)
{
    for (size_t i = 0; i < keys->design->count; i++) {
        enum match_kind kind = keys->design->fields[i].kind;
        if (keys->person->value[i] && (kind == MATCH_KIND_EMAIL || kind == MATCH_KIND_PHONE ||
                                       kind == MATCH_KIND_IDENTIFIER)) {
            add_key(keys, MATCH_RULE_VALUE, i, hash_text(HASH_START, keys->person->value[i]->text));
        }
    }
}

static void add_names(struct keys *keys)
{
    for (size_t i = 0; i < keys->handle_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct handle *a = &keys->handles[i], *b = &keys->handles[j];
            if (a->word != b->word) {
                add_pair(keys, MATCH_RULE_NAMES, a->hash, b->hash);
            }
        }
    }
    for (size_t i = 0; i < keys->word_count; i++) {
        for (size_t j = 0; j < i; j++) {
            add_pair(keys, MATCH_RULE_BEGINNINGS, keys->beginnings[i], keys->beginnings[j]);
        }
    }
}

/* Day and month in any order; 0 when not known. */
static uint64_t day_of(struct match_birth birth)
{
    unsigned low = birth.day < birth.month ? birth.day : birth.month;
    unsigned high = birth.day < birth.month ? birth.month : birth.day;
    return low == 0 ? 0 : low * 100u + high;
}

static void add_births(struct keys *keys)
{
    struct match_birth birth = keys->person->birth;
    uint64_t day = day_of(birth);
    if (birth.year == 0) {
        return;
    }
    if (day != 0) {
        add_key(keys, MATCH_RULE_BIRTH, birth.year, day);
    }
    for (size_t i = 0; i < keys->handle_count; i++) {
        add_key(keys, MATCH_RULE_NAME_YEAR, birth.year, keys->handles[i].hash);
        if (day != 0) {
            add_key(keys, MATCH_RULE_NAME_DAY, day, keys->handles[i].hash);
        }
    }
    for (size_t i = 0; i < keys->word_count; i++) {
        add_key(keys, MATCH_RULE_BEGINNING_BIRTH, birth.year, keys->beginnings[i]);
        if (day != 0) {
            add_key(keys, MATCH_RULE_BEGINNING_BIRTH, 10000 + day, keys->beginnings[i]);
        }
    }
}

static void add_place(struct keys *keys, uint64_t place)
{
    struct match_birth birth = keys->person->birth;
    for (size_t i = 0; i < keys->handle_count; i++) {
        if (keys->handles[i].sound) {
            add_key(keys, MATCH_RULE_NAME_PLACE, place, keys->handles[i].hash);
        }
    }
    for (size_t i = 0; i < keys->word_count; i++) {
        add_key(keys, MATCH_RULE_BEGINNING_PLACE, place, keys->beginnings[i]);
    }
    if (birth.year != 0) {
        add_key(keys, MATCH_RULE_BIRTH_PLACE, place, birth.year);
        add_key(keys, MATCH_RULE_BIRTH_PLACE, place, 10000 + day_of(birth));
    }
}

static void add_places(struct keys *keys)
{
    const struct match_design *design = keys->design;
    for (size_t i = 0; i < design->count; i++) {
        const struct match_term *value = keys->person->value[i];
        bool place = is_place(design->fields[i].kind);
        if (!value || (!place && design->fields[i].kind != MATCH_KIND_NUMBER)) {
            continue;
        }
        /* The field is left out of the hash: parts of addresses are written into each other's. */
        uint64_t hash = hash_text(HASH_START, value->text);
        add_place(keys, hash);
        for (size_t j = 0; j < i; j++) {
            const struct match_term *other = keys->person->value[j];
            if (other && is_place(design->fields[j].kind)) {
                add_pair(keys, MATCH_RULE_PLACES, hash, hash_text(HASH_START, other->text));
            } else if (other && place && design->fields[j].kind == MATCH_KIND_NUMBER) {
                add_pair(keys, MATCH_RULE_PLACES, hash, hash_text(HASH_START, other->text));
            }
        }
    }
}

size_t match_keys(const struct match_design *design, const struct match_person *person,
                  unsigned rules, struct match_key ret_keys[MATCH_KEYS_MAX])
{
    struct keys keys = {.design = design, .person = person, .rules = rules, .keys = ret_keys};
    const struct match_term *words[2 * MATCH_PART__COUNT];
    size_t count = words_of(person, words);
    for (size_t i = 0; i < count; i++) {
        add_handles(&keys, words[i], i);
        keys.beginnings[i] = hash_text(HASH_START, str_slice(words[i]->text, 0, BEGINNING));
    }
    keys.word_count = count;
    add_values(&keys);
    add_births(&keys);
    add_names(&keys);
    add_places(&keys);
    return keys.count;
}

/* ---- blocks ---- */

/* Sorts by eight bits of the hash at a time, the lowest first; equal ones stay in their order. */
static void sort_entries(struct arena *arena, struct match_entry *entries, size_t count)
{
    struct match_entry *from = entries;
    struct match_entry *to = ARENA_ARRAY(arena, count, struct match_entry);
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t places[257] = {0};
        for (size_t i = 0; i < count; i++) {
            places[(from[i].hash >> shift & 0xff) + 1]++;
        }
        for (size_t i = 0; i < 256; i++) {
            places[i + 1] += places[i];
        }
        for (size_t i = 0; i < count; i++) {
            to[places[from[i].hash >> shift & 0xff]++] = from[i];
        }
        struct match_entry *other = from;
        from = to;
        to = other;
    }
}

/* Eight letters of the name: five of the family name, three of the given one. */
static uint64_t name_order(const struct match_person *person)
{
    static const struct {
        enum match_part part;
        unsigned letters;
    } taken[] = {
        {MATCH_FAMILY, 5},
        {MATCH_GIVEN,  3}
    };
    uint64_t order = 0;
    for (size_t t = 0; t < ARRAY_LENGTH(taken); t++) {
        const struct match_term *joined = person->name[taken[t].part].joined;
        for (unsigned i = 0; i < taken[t].letters; i++) {
            unsigned char letter =
                joined && i < joined->text.n ? (unsigned char)joined->text.p[i] : 0;
            order = order << 8 | letter;
        }
    }
    return order;
}

static void count_cut(struct match_blocks *blocks)
{
    size_t start = 0;
    for (size_t i = 1; i <= blocks->count; i++) {
        if (i == blocks->count || blocks->entries[i].hash != blocks->entries[start].hash) {
            blocks->cut[blocks->entries[start].rule] += i - start > MATCH_NEIGHBOURS + 1;
            start = i;
        }
    }
}

static void index_entries(struct arena *arena, struct match_blocks *blocks, uint32_t people)
{
    blocks->first = ARENA_ARRAY(arena, (size_t)people + 2, uint32_t);
    blocks->places = ARENA_ARRAY(arena, blocks->count, uint32_t);
    for (size_t i = 0; i < blocks->count; i++) {
        blocks->first[blocks->entries[i].person + 2]++;
    }
    for (size_t i = 2; i <= people; i++) {
        blocks->first[i + 1] += blocks->first[i];
    }
    for (size_t i = 0; i < blocks->count; i++) {
        blocks->places[blocks->first[blocks->entries[i].person + 1]++] = (uint32_t)i;
    }
}

/* The people in the order of their names. */
static struct match_entry *in_order(struct arena *arena, const struct match_person *people,
                                    uint32_t count)
{
    struct match_entry *order = ARENA_ARRAY(arena, count, struct match_entry);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = (struct match_entry){name_order(&people[i]), i, MATCH_RULE_NAMES};
    }
    sort_entries(arena, order, count);
    return order;
}

void match_blocks_build(struct arena *arena, const struct match_design *design,
                        const struct match_person *people, uint32_t count,
                        struct match_blocks *ret_blocks)
{
    struct match_key keys[MATCH_KEYS_MAX];
    LIST(struct match_entry) entries = {NULL, 0, 0};
    const struct match_entry *order = in_order(arena, people, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t person = order[i].person;
        size_t key_count = match_keys(design, &people[person], UINT_MAX, keys);
        for (size_t k = 0; k < key_count; k++) {
            struct match_entry entry = {keys[k].hash, person, keys[k].rule};
            LIST_PUSH(arena, &entries, entry);
        }
    }
    sort_entries(arena, entries.items, entries.count);
    *ret_blocks = (struct match_blocks){.entries = entries.items, .count = entries.count};
    ret_blocks->met = ARENA_ARRAY(arena, count, uint32_t);
    index_entries(arena, ret_blocks, count);
    count_cut(ret_blocks);
}

/* Takes the entry's person when they share the key, have a lower number and were not met. */
static bool meet(struct match_blocks *blocks, size_t place, size_t other, uint32_t *others,
                 size_t *count)
{
    const struct match_entry *entry = &blocks->entries[place], *met = &blocks->entries[other];
    if (met->hash != entry->hash) {
        return false;
    }
    if (met->person < entry->person && blocks->met[met->person] != blocks->turn) {
        blocks->met[met->person] = blocks->turn;
        others[(*count)++] = met->person;
    }
    return true;
}

size_t match_candidates(struct match_blocks *blocks, uint32_t person, uint32_t *ret_others)
{
    size_t count = 0;
    blocks->turn++;
    for (uint32_t p = blocks->first[person]; p < blocks->first[person + 1]; p++) {
        size_t place = blocks->places[p];
        for (size_t i = 1; i <= MATCH_NEIGHBOURS && i <= place; i++) {
            if (!meet(blocks, place, place - i, ret_others, &count)) {
                break;
            }
        }
        for (size_t i = 1; i <= MATCH_NEIGHBOURS && place + i < blocks->count; i++) {
            if (!meet(blocks, place, place + i, ret_others, &count)) {
                break;
            }
        }
    }
    return count;
}

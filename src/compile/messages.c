#include "compile/messages.h"

#include <stdlib.h>

#define NAME_MAX_COMPARED 48

struct place place_of_file(struct str file)
{
    return (struct place){file, 1, 1};
}

void messages_init(struct messages *messages, struct arena *arena)
{
    *messages = (struct messages){.arena = arena};
}

void messages_add(struct messages *messages, struct place place, const struct str *parts,
                  size_t count)
{
    if (messages->list.count == MESSAGES_MAX) {
        messages->left_out++;
        return;
    }
    struct message message = {place, str_join(messages->arena, parts, count)};
    LIST_PUSH(messages->arena, &messages->list, message);
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare(const void *left, const void *right)
{
    const struct message *a = left;
    const struct message *b = right;
    int order = str_compare(a->place.file, b->place.file);
    if (order == 0) {
        order = compare_numbers(a->place.line, b->place.line);
    }
    if (order == 0) {
        order = compare_numbers(a->place.column, b->place.column);
    }
    return order ? order : str_compare(a->text, b->text);
}

void messages_sort(struct messages *messages)
{
    if (messages->list.count == 0) {
        return;
    }
    struct message *items = messages->list.items;
    qsort(items, messages->list.count, sizeof(*items), compare);
    size_t kept = 1;
    for (size_t i = 1; i < messages->list.count; i++) {
        if (compare(&items[kept - 1], &items[i]) != 0) {
            items[kept++] = items[i];
        }
    }
    messages->list.count = kept;
}

struct str message_line(struct arena *arena, const struct message *message)
{
    struct str line = str_from_int(arena, message->place.line);
    struct str column = str_from_int(arena, message->place.column);
    return STR_JOIN(arena, message->place.file, STR(":"), line, STR(":"), column, STR(": "),
                    message->text);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to insert, remove, change or swap with their neighbour to get from a to b. Both are at
 * most NAME_MAX_COMPARED long. */
static size_t edit_distance(struct str a, struct str b)
{
    size_t rows[3][NAME_MAX_COMPARED + 1];
    for (size_t j = 0; j <= b.n; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a.n; i++) {
        size_t *row = rows[i % 3];
        const size_t *before = rows[(i + 2) % 3];
        const size_t *two_before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t change = before[j - 1] + (a.p[i - 1] != b.p[j - 1]);
            row[j] = least(least(before[j] + 1, row[j - 1] + 1), change);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1]) {
                row[j] = least(row[j], two_before[j - 2] + 1);
            }
        }
    }
    return rows[a.n % 3][b.n];
}

struct str nearest_of(struct str name, const struct str *candidates, size_t count)
{
    struct str best = {0};
    size_t best_distance = name.n < 4 ? 2 : name.n / 3 + 2; /* at most a third of it wrong */
    if (name.n == 0 || name.n > NAME_MAX_COMPARED) {
        return best;
    }
    for (size_t i = 0; i < count; i++) {
        if (candidates[i].n == 0 || candidates[i].n > NAME_MAX_COMPARED) {
            continue;
        }
        size_t distance = edit_distance(name, candidates[i]);
        if (distance < best_distance && distance < candidates[i].n) {
            best = candidates[i];
            best_distance = distance;
        }
    }
    return best;
}

struct str did_you_mean(struct arena *arena, struct str name, const struct str *candidates,
                        size_t count)
{
    struct str best = nearest_of(name, candidates, count);
    return best.n ? STR_JOIN(arena, STR("; did you mean '"), best, STR("'?")) : best;
}

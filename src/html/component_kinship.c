/* A genogram: squares, circles and diamonds by generation, who it is about doubled, who has died
 * crossed; lines of partnership across, of parentage down. Where everybody stands is worked out
 * from the ties alone: a child one row below its parents, partners side by side, brothers and
 * sisters in one row. */
#include "html/components.h"

enum {
    ROWS_MAX = 8, /* generations; what would lie deeper contradicts itself */
    WIDE = 150,   /* of one person */
    HIGH = 190,   /* of one generation */
    SIZE = 56,    /* of a shape */
    NAME_MOST = 18,
    BUS = 18, /* from the line above the children to them */
    PATH_MOST = 200,
    ALL_ROUNDS = 4 * ROWS_MAX,
};

struct drawing {
    struct html *html;
    struct arena *arena;
    const struct kinship *kinship;
    unsigned *row;   /* of each person */
    bool *tied;      /* drawn with a line */
    size_t *order;   /* people, row by row, from left to right */
    unsigned *place; /* of each person in their row */
    size_t counts[ROWS_MAX + 1];
    unsigned rows, widest;
};

static unsigned generations(enum kin_tie_kind kind)
{
    switch (kind) {
    case KIN_PARENT:
        return 1;
    case KIN_GRANDPARENT:
        return 2;
    case KIN_PARTNER:
    case KIN_PARTNER_ENDED:
    case KIN_SIBLING:
        break;
    }
    return 0;
}

static bool is_of_partners(const struct kin_tie *tie)
{
    return tie->kind == KIN_PARTNER || tie->kind == KIN_PARTNER_ENDED;
}

/* ---- rows ---- */

/* Moves one end down until the tie holds; whether anything moved. */
static bool settle_tie(const struct drawing *drawing, const struct kin_tie *tie)
{
    unsigned *row = drawing->row, down = generations(tie->kind);
    unsigned need = row[tie->from] + down;
    if (row[tie->to] < need && need < ROWS_MAX) {
        row[tie->to] = need;
        return true;
    }
    if (down == 0 && row[tie->from] < row[tie->to]) {
        row[tie->from] = row[tie->to];
        return true;
    }
    return false;
}

static void settle(const struct drawing *drawing)
{
    const struct kinship *kinship = drawing->kinship;
    bool moved = true;
    for (unsigned round = 0; moved && round < ALL_ROUNDS; round++) {
        moved = false;
        for (size_t i = 0; i < kinship->ties_count; i++) {
            moved |= settle_tie(drawing, &kinship->ties[i]);
        }
    }
}

/* Who has no parents here stands right above the children, not at the top. */
static void pull_down(const struct drawing *drawing)
{
    const struct kinship *kinship = drawing->kinship;
    for (size_t person = 0; person < kinship->people_count; person++) {
        unsigned lowest = ROWS_MAX;
        bool has_parent = false;
        for (size_t i = 0; i < kinship->ties_count; i++) {
            const struct kin_tie *tie = &kinship->ties[i];
            unsigned down = generations(tie->kind);
            has_parent |= down > 0 && tie->to == person;
            if (down > 0 && tie->from == person && drawing->row[tie->to] >= down &&
                drawing->row[tie->to] - down < lowest) {
                lowest = drawing->row[tie->to] - down;
            }
        }
        if (!has_parent && lowest < ROWS_MAX && lowest > drawing->row[person]) {
            drawing->row[person] = lowest;
        }
    }
}

/* Those without any tie stand in a row of their own, below. */
static void set_rows(struct drawing *drawing)
{
    const struct kinship *kinship = drawing->kinship;
    unsigned last = 0, first = ROWS_MAX;
    for (size_t i = 0; i < kinship->ties_count; i++) {
        drawing->tied[kinship->ties[i].from] = drawing->tied[kinship->ties[i].to] = true;
    }
    settle(drawing);
    pull_down(drawing);
    settle(drawing);
    for (size_t i = 0; i < kinship->people_count; i++) {
        last = drawing->tied[i] && drawing->row[i] + 1 > last ? drawing->row[i] + 1 : last;
        first = drawing->tied[i] && drawing->row[i] < first ? drawing->row[i] : first;
    }
    for (size_t i = 0; i < kinship->people_count; i++) {
        drawing->row[i] = (drawing->tied[i] ? drawing->row[i] : last) - (last > 0 ? first : 0);
        drawing->counts[drawing->row[i]]++;
        drawing->rows = drawing->row[i] + 1 > drawing->rows ? drawing->row[i] + 1 : drawing->rows;
    }
    for (unsigned row = 0; row < drawing->rows; row++) {
        drawing->widest = drawing->counts[row] > drawing->widest ? (unsigned)drawing->counts[row]
                                                                 : drawing->widest;
    }
}

/* ---- places in a row ---- */

static bool are_parents_together(const struct kinship *kinship, size_t a, size_t b)
{
    for (size_t i = 0; i < kinship->ties_count; i++) {
        for (size_t k = 0; kinship->ties[i].kind == KIN_PARENT && kinship->ties[i].from == a &&
                           k < kinship->ties_count;
             k++) {
            const struct kin_tie *other = &kinship->ties[k];
            if (other->kind == KIN_PARENT && other->from == b && other->to == kinship->ties[i].to) {
                return true;
            }
        }
    }
    return false;
}

static const struct kin_tie *partners(const struct kinship *kinship, size_t a, size_t b)
{
    for (size_t i = 0; i < kinship->ties_count; i++) {
        const struct kin_tie *tie = &kinship->ties[i];
        if (is_of_partners(tie) &&
            ((tie->from == a && tie->to == b) || (tie->from == b && tie->to == a))) {
            return tie;
        }
    }
    return NULL;
}

/* Twice the mean place of the parents, so that halves count; 0 in *ret_count without parents. */
static unsigned below_parents(const struct drawing *drawing, size_t person, unsigned *ret_count)
{
    unsigned sum = 0, count = 0;
    for (size_t i = 0; i < drawing->kinship->ties_count; i++) {
        const struct kin_tie *tie = &drawing->kinship->ties[i];
        if (generations(tie->kind) > 0 && tie->to == person &&
            drawing->row[tie->from] < drawing->row[person]) {
            sum += 2 * drawing->place[tie->from];
            count++;
        }
    }
    *ret_count = count;
    return count > 0 ? sum / count : 2 * drawing->widest;
}

/* Children stand below their parents, or below those of a brother or sister. */
static unsigned below(const struct drawing *drawing, size_t person)
{
    unsigned parents, place = below_parents(drawing, person, &parents);
    for (size_t i = 0; parents == 0 && i < drawing->kinship->ties_count; i++) {
        const struct kin_tie *tie = &drawing->kinship->ties[i];
        if (tie->kind == KIN_SIBLING && (tie->from == person || tie->to == person)) {
            place = below_parents(drawing, tie->from == person ? tie->to : tie->from, &parents);
        }
    }
    return place;
}

static void move_to(size_t *row, size_t from, size_t to)
{
    size_t person = row[from];
    for (; from > to; from--) {
        row[from] = row[from - 1];
    }
    row[to] = person;
}

/* Brings partners and those who have a child together next to each other, as far as that goes: one
 * to the right of a person, another to the left. */
static void pair_up(const struct drawing *drawing, size_t *row, size_t count)
{
    const struct kinship *kinship = drawing->kinship;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 2; k < count; k++) {
            size_t person = row[i], other = row[k];
            bool right_taken = partners(kinship, person, row[i + 1]) != NULL ||
                               are_parents_together(kinship, person, row[i + 1]);
            if (partners(kinship, person, other) == NULL &&
                !are_parents_together(kinship, person, other)) {
                continue;
            }
            move_to(row, k, right_taken ? i : i + 1);
            if (right_taken) {
                i++;
                break;
            }
        }
    }
}

static void set_places(struct drawing *drawing)
{
    const struct kinship *kinship = drawing->kinship;
    unsigned *keys = ARENA_ARRAY(drawing->arena, kinship->people_count, unsigned);
    size_t done = 0;
    for (unsigned row = 0; row < drawing->rows; row++) {
        size_t *line = &drawing->order[done], count = 0;
        for (size_t i = 0; i < kinship->people_count; i++) {
            if (drawing->row[i] != row) {
                continue;
            }
            size_t at = count++;
            keys[i] = below(drawing, i);
            for (; at > 0 && keys[line[at - 1]] > keys[i]; at--) {
                line[at] = line[at - 1];
            }
            line[at] = i;
        }
        pair_up(drawing, line, count);
        for (size_t i = 0; i < count; i++) {
            drawing->place[line[i]] = (unsigned)i;
        }
        done += count;
    }
}

/* ---- lines ---- */

static int64_t x_of(const struct drawing *drawing, size_t person)
{
    int64_t free = (int64_t)drawing->widest - (int64_t)drawing->counts[drawing->row[person]];
    return free * WIDE / 2 + (int64_t)drawing->place[person] * WIDE + WIDE / 2;
}

static int64_t y_of(const struct drawing *drawing, size_t person)
{
    return (int64_t)drawing->row[person] * HIGH + HIGH / 6;
}

static void path_to(struct buf *path, const char *command, int64_t x, int64_t y)
{
    buf_add(path, str_from(command));
    buf_int(path, x);
    buf_byte(path, ' ');
    buf_int(path, y);
}

static void add_path(const struct drawing *drawing, struct buf *path, bool dashed)
{
    struct html *html = drawing->html;
    html_open(html, "path");
    html_attr(html, "class", dashed ? STR("kin__line kin__line--dashed") : STR("kin__line"));
    html_attr(html, "d", buf_str(path));
    html_close(html, "path");
}

/* Across between two who stand side by side; over the heads of those between. */
static void add_pair(const struct drawing *drawing, size_t a, size_t b, const struct kin_tie *tie)
{
    int64_t left = x_of(drawing, a), right = x_of(drawing, b), y = y_of(drawing, a);
    int64_t middle = (left + right) / 2;
    bool beside = right - left == WIDE || left - right == WIDE;
    int64_t height = beside ? y + SIZE / 2 : y - SIZE / 4;
    struct buf path;
    buf_init(&path, drawing->arena, PATH_MOST);
    path_to(&path, "M", left, y + SIZE / 2);
    path_to(&path, "L", left, height);
    path_to(&path, "L", right, height);
    path_to(&path, "L", right, y + SIZE / 2);
    add_path(drawing, &path, tie == NULL);
    if (tie != NULL && tie->kind == KIN_PARTNER_ENDED) {
        buf_init(&path, drawing->arena, PATH_MOST);
        path_to(&path, "M", middle - SIZE / 6, height + SIZE / 6);
        path_to(&path, "l", SIZE / 6, -SIZE / 3);
        path_to(&path, "M", middle, height + SIZE / 6);
        path_to(&path, "l", SIZE / 6, -SIZE / 3);
        add_path(drawing, &path, false);
    }
}

static void add_pairs(const struct drawing *drawing)
{
    const struct kinship *kinship = drawing->kinship;
    for (size_t a = 0; a < kinship->people_count; a++) {
        for (size_t b = a + 1; b < kinship->people_count; b++) {
            const struct kin_tie *tie = partners(kinship, a, b);
            if (drawing->row[a] == drawing->row[b] &&
                (tie != NULL || are_parents_together(kinship, a, b))) {
                add_pair(drawing, a, b, tie);
            }
        }
    }
}

/* The other parent, when the two stand side by side. */
static bool find_other_parent(const struct drawing *drawing, const struct kin_tie *of,
                              size_t *ret_other)
{
    for (size_t i = 0; i < drawing->kinship->ties_count; i++) {
        const struct kin_tie *tie = &drawing->kinship->ties[i];
        if (tie->kind != KIN_PARENT || tie->to != of->to || tie->from == of->from ||
            drawing->row[tie->from] != drawing->row[of->from]) {
            continue;
        }
        int64_t apart = x_of(drawing, tie->from) - x_of(drawing, of->from);
        if (apart == WIDE || apart == -WIDE) {
            *ret_other = tie->from;
            return true;
        }
    }
    return false;
}

/* Whether somebody between the two stands here: then the lines by way of them say it. */
static bool is_shown_by_parents(const struct kinship *kinship, const struct kin_tie *tie)
{
    for (size_t i = 0; i < kinship->ties_count; i++) {
        const struct kin_tie *up = &kinship->ties[i];
        for (size_t k = 0;
             up->kind == KIN_PARENT && up->from == tie->from && k < kinship->ties_count; k++) {
            const struct kin_tie *down = &kinship->ties[k];
            if (down->kind == KIN_PARENT && down->from == up->to && down->to == tie->to) {
                return true;
            }
        }
    }
    return false;
}

static void add_descent(const struct drawing *drawing, const struct kin_tie *tie)
{
    size_t other = tie->from;
    bool two = tie->kind == KIN_PARENT && find_other_parent(drawing, tie, &other);
    int64_t from = (x_of(drawing, tie->from) + x_of(drawing, other)) / 2;
    int64_t top = y_of(drawing, tie->to), child = x_of(drawing, tie->to);
    int64_t bus = top - BUS - 6 * (int64_t)(drawing->place[tie->from] % 3);
    struct buf path;
    if (drawing->row[tie->from] >= drawing->row[tie->to] || (two && other < tie->from)) {
        return; /* it contradicts others, or both parents share the line */
    }
    buf_init(&path, drawing->arena, PATH_MOST);
    path_to(&path, "M", from, y_of(drawing, tie->from) + (two ? SIZE / 2 : SIZE));
    path_to(&path, "L", from, bus);
    path_to(&path, "L", child, bus);
    path_to(&path, "L", child, top);
    add_path(drawing, &path, tie->kind == KIN_GRANDPARENT);
}

static bool have_a_parent_here(const struct kinship *kinship, const struct kin_tie *siblings)
{
    for (size_t i = 0; i < kinship->ties_count; i++) {
        const struct kin_tie *one = &kinship->ties[i];
        for (size_t k = 0;
             one->kind == KIN_PARENT && one->to == siblings->from && k < kinship->ties_count; k++) {
            const struct kin_tie *other = &kinship->ties[k];
            if (other->kind == KIN_PARENT && other->from == one->from &&
                other->to == siblings->to) {
                return true;
            }
        }
    }
    return false;
}

/* Over the heads of brothers and sisters whose common parents nobody wrote down. */
static void add_siblings(const struct drawing *drawing, const struct kin_tie *tie)
{
    int64_t from = x_of(drawing, tie->from), to = x_of(drawing, tie->to);
    int64_t top = y_of(drawing, tie->from);
    struct buf path;
    if (drawing->row[tie->from] != drawing->row[tie->to] ||
        have_a_parent_here(drawing->kinship, tie)) {
        return;
    }
    buf_init(&path, drawing->arena, PATH_MOST);
    path_to(&path, "M", from, top);
    path_to(&path, "L", from, top - BUS / 2);
    path_to(&path, "L", to, top - BUS / 2);
    path_to(&path, "L", to, top);
    add_path(drawing, &path, true);
}

/* ---- people ---- */

static void add_cross(const struct drawing *drawing, int64_t x, int64_t y)
{
    struct buf path;
    buf_init(&path, drawing->arena, PATH_MOST);
    path_to(&path, "M", x - SIZE / 2, y);
    path_to(&path, "l", SIZE, SIZE);
    path_to(&path, "M", x + SIZE / 2, y);
    path_to(&path, "l", -SIZE, SIZE);
    add_path(drawing, &path, false);
}

/* One outline; in: so far inside the shape. */
static void add_shape(const struct drawing *drawing, enum kin_shape shape, int64_t x, int64_t y,
                      int64_t in)
{
    struct html *html = drawing->html;
    int64_t half = SIZE / 2 - in, middle = y + SIZE / 2;
    struct buf path;
    if (shape == KIN_CIRCLE) {
        html_open_class(html, "circle", "kin__shape");
        html_attr_int(html, "cx", x);
        html_attr_int(html, "cy", middle);
        html_attr_int(html, "r", half);
        html_close(html, "circle");
        return;
    }
    buf_init(&path, drawing->arena, PATH_MOST);
    path_to(&path, "M", shape == KIN_SQUARE ? x - half : x, middle - half);
    path_to(&path, "L", x + half, shape == KIN_SQUARE ? middle - half : middle);
    path_to(&path, "L", shape == KIN_SQUARE ? x + half : x, middle + half);
    path_to(&path, "L", x - half, shape == KIN_SQUARE ? middle + half : middle);
    buf_byte(&path, 'Z');
    html_open_class(html, "path", "kin__shape");
    html_attr(html, "d", buf_str(&path));
    html_close(html, "path");
}

static void add_text(struct html *html, struct str text, int64_t x, int64_t y)
{
    if (text.n > 0) {
        html_open_class(html, "text", "kin__text");
        html_attr_int(html, "x", x);
        html_attr_int(html, "y", y);
        html_text(html, text);
        html_close(html, "text");
    }
}

/* At most NAME_MOST bytes and a dot for the rest, never within a character. */
static struct str cut(struct arena *arena, struct str text)
{
    size_t end = NAME_MOST;
    if (text.n <= NAME_MOST) {
        return text;
    }
    while (end > 0 && ((unsigned char)text.p[end] & 0xc0u) == 0x80u) {
        end--;
    }
    return STR_JOIN(arena, str_slice(text, 0, end), STR("…"));
}

/* The last word of a long name stands on a line of its own. */
static void add_name(const struct drawing *drawing, const struct kin *kin, int64_t x, int64_t y)
{
    size_t space = kin->name.n;
    while (space > 0 && kin->name.p[space - 1] != ' ') {
        space--;
    }
    if (kin->name.n <= NAME_MOST || space == 0) {
        add_text(drawing->html, cut(drawing->arena, kin->name), x, y);
        add_text(drawing->html, kin->life, x, y + 18);
        return;
    }
    add_text(drawing->html, cut(drawing->arena, str_slice(kin->name, 0, space - 1)), x, y);
    add_text(drawing->html, cut(drawing->arena, str_slice(kin->name, space, kin->name.n)), x,
             y + 18);
    add_text(drawing->html, kin->life, x, y + 36);
}

static void add_person(const struct drawing *drawing, size_t person)
{
    const struct kin *kin = &drawing->kinship->people[person];
    int64_t x = x_of(drawing, person), y = y_of(drawing, person);
    CHECK(kin->shape < KIN_SHAPE__COUNT);
    add_shape(drawing, kin->shape, x, y, 0);
    if (kin->focus) {
        add_shape(drawing, kin->shape, x, y, 5);
    }
    if (kin->died) {
        add_cross(drawing, x, y);
    }
    add_text(drawing->html, kin->inside, x, y + SIZE / 2 + 6);
    add_name(drawing, kin, x, y + SIZE + 20);
}

/* ---- all of it ---- */

static void add_picture(struct drawing *drawing)
{
    const struct kinship *kinship = drawing->kinship;
    struct html *html = drawing->html;
    int64_t wide = (int64_t)drawing->widest * WIDE, high = (int64_t)drawing->rows * HIGH;
    html_open_class(html, "div", "scroll kinship__frame");
    html_attr(html, "tabindex", STR("0"));
    html_attr(html, "role", STR("group"));
    html_attr(html, "aria-label", kinship->label);
    html_open_class(html, "svg", "kin");
    html_attr(html, "viewBox",
              STR_JOIN(drawing->arena, STR("0 0 "), str_from_int(drawing->arena, wide), STR(" "),
                       str_from_int(drawing->arena, high)));
    html_attr_int(html, "width", wide);
    html_attr_int(html, "height", high);
    html_attr(html, "aria-hidden", STR("true"));
    add_pairs(drawing);
    for (size_t i = 0; i < kinship->ties_count; i++) {
        const struct kin_tie *tie = &kinship->ties[i];
        if (tie->kind == KIN_PARENT ||
            (tie->kind == KIN_GRANDPARENT && !is_shown_by_parents(kinship, tie))) {
            add_descent(drawing, tie);
        } else if (tie->kind == KIN_SIBLING) {
            add_siblings(drawing, tie);
        }
    }
    for (size_t i = 0; i < kinship->people_count; i++) {
        add_person(drawing, i);
    }
    html_close(html, "svg");
    html_close(html, "div");
}

static void add_table(struct html *html, struct arena *arena, const struct kinship *kinship)
{
    static const struct column columns[] = {
        {.text = STR_INIT("Who")}, {.text = STR_INIT("Born")}, {.text = STR_INIT("How related")}};
    size_t width = ARRAY_LENGTH(columns);
    struct cell *cells = ARENA_ARRAY(arena, kinship->people_count * width, struct cell);
    for (size_t i = 0; i < kinship->people_count; i++) {
        const struct kin *kin = &kinship->people[i];
        struct cell *line = &cells[i * width];
        line[0] = (struct cell){.text = kin->name, .to = kin->to};
        line[1].text = kin->life;
        line[2].text = kin->says.n > 0 ? kin->says : STR("No relationship on record");
        if (kin->died) {
            line[1].tag = (struct tag){STR("has died"), TONE_CLOSED};
        }
    }
    component_table(html, &(struct table){.caption = STR("Who is what to whom"),
                                          .columns = columns,
                                          .columns_count = width,
                                          .cells = cells,
                                          .rows_count = kinship->people_count,
                                          .empty = STR("Nobody you may read is named.")});
}

void component_kinship(struct html *html, struct arena *arena, const struct kinship *kinship)
{
    struct drawing drawing = {.html = html, .arena = arena, .kinship = kinship};
    CHECK(kinship->people_count <= KINSHIP_PEOPLE_MAX && kinship->ties_count <= KINSHIP_TIES_MAX);
    html_open_class(html, "section", "kinship");
    if (kinship->people_count > 0) {
        drawing.row = ARENA_ARRAY(arena, kinship->people_count, unsigned);
        drawing.place = ARENA_ARRAY(arena, kinship->people_count, unsigned);
        drawing.tied = ARENA_ARRAY(arena, kinship->people_count, bool);
        drawing.order = ARENA_ARRAY(arena, kinship->people_count, size_t);
        set_rows(&drawing);
        set_places(&drawing);
        add_picture(&drawing);
    }
    add_table(html, arena, kinship);
    html_close(html, "section");
}

/* Two people changed the same record: the record is put together three times, as it was when I
 * opened it, with what I sent, and as it is now, and compared answer by answer. */
#include "service/service.h"

#include "base/buf.h"
#include "rule/access.h"

#define CHANGES_MAX 400u
#define WORDS_MAX 300u

/* One of the three, in a work set of its own. */
struct side {
    struct work_set set;
    struct record *record;
};

struct clashing {
    struct store_reader *reader;
    const struct work_set *asker;
    const struct service_save *save;
    struct outcome *outcome;
    struct service_clash *clash;
    /* of the change that is compared */
    const struct service_change *change;
    struct str prefix;
    struct side base, mine, theirs;
    LIST(struct store_change) since; /* saved since I opened it, newest first */
};

/* ---- the three sides ---- */

/* Rows that I added need some identity to be told apart; nobody keeps it. */
static struct uuid next_id(void *context)
{
    uint32_t *count = context;
    uint8_t bytes[16] = {0};
    *count += 1;
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(*count >> (8 * i));
    }
    return uuid_v8(bytes);
}

static enum status open_side(struct clashing *clashing, struct side *side)
{
    const struct work_set *asker = clashing->asker;
    const struct model_entity *shape = model_entity_row(asker->model, clashing->change->entity);
    work_set_init(&side->set, asker->arena, asker->model, asker->now, asker->actor);
    side->set.new_id = next_id;
    side->set.id_context = ARENA_NEW(asker->arena, uint32_t);
    return store_read(clashing->reader, &side->set, clashing->change->entity, clashing->change->id,
                      shape->loads_first, shape->loads_count,
                      (struct store_purpose){.route = STR("two saves compared")}, clashing->outcome,
                      &side->record);
}

/* As it was in the version I saw. */
static enum status open_seen(struct clashing *clashing, struct side *side)
{
    TRY(open_side(clashing, side));
    return store_as_of_version(clashing->reader, &side->set, side->record,
                               clashing->change->version, clashing->outcome);
}

/* The changes saved since the version I saw. */
static enum status read_since(struct clashing *clashing)
{
    struct arena *arena = clashing->asker->arena;
    struct store_page page = {.limit = 200};
    clashing->since.count = 0;
    for (;;) {
        struct store_change *changes;
        size_t count;
        struct str next;
        TRY(store_history(clashing->reader, &clashing->theirs.set, clashing->theirs.record, page,
                          &changes, &count, &next));
        for (size_t i = 0; i < count; i++) {
            if (changes[i].version <= clashing->change->version) {
                return STATUS_OK;
            }
            LIST_PUSH(arena, &clashing->since, changes[i]);
        }
        if (next.n == 0 || clashing->since.count >= CHANGES_MAX) {
            return STATUS_OK;
        }
        page.cursor = next;
    }
}

/* What I sent, on what I saw. Whether it may be saved is not asked here: only what it says. */
static enum status apply_mine(struct clashing *clashing)
{
    struct side *mine = &clashing->mine;
    const struct service_change *change = clashing->change;
    struct input_reference *references;
    struct outcome ignored;
    const struct input_scope scope = {
        .form = change->form, .transition = MODEL_NONE, .correcting = true};
    size_t count = input_references(mine->set.arena, mine->set.model, change->entity,
                                    &change->input, &references);
    for (size_t i = 0; i < count; i++) {
        TRY(store_titles_of(clashing->reader, &mine->set, references[i].entity, &references[i].id,
                            1));
    }
    outcome_init(&ignored, mine->set.arena);
    input_apply(&mine->set, mine->record, &scope, &change->input, &ignored);
    return STATUS_OK;
}

static enum status open_sides(struct clashing *clashing)
{
    TRY(open_side(clashing, &clashing->theirs));
    TRY(read_since(clashing));
    TRY(open_seen(clashing, &clashing->base));
    TRY(open_seen(clashing, &clashing->mine));
    TRY(apply_mine(clashing));
    TRY(store_titles(clashing->reader, &clashing->base.set));
    TRY(store_titles(clashing->reader, &clashing->mine.set));
    return store_titles(clashing->reader, &clashing->theirs.set);
}

/* ---- words ---- */

static struct str answer_text(struct side *side, const struct subject *subject, uint32_t field)
{
    struct str words = answer_words(&side->set, subject, field);
    return words.n > 0 ? words : STR("(empty)");
}

/* A row by what it says first: "Mai Vang". */
static struct str row_words(struct side *side, const struct row *row)
{
    const struct model *model = side->set.model;
    const struct model_list *list = model_list_row(model, row->subject.list);
    struct buf words;
    unsigned said = 0;
    buf_init(&words, side->set.arena, WORDS_MAX);
    for (uint32_t i = 0; i < list->fields_count && said < 2; i++) {
        uint32_t field = list->fields_first + i;
        enum model_field_kind kind = model_field_row(model, field)->kind;
        bool kernel = model_field_row(model, field)->kernel;
        bool names = kind == FIELD_TEXT || kind == FIELD_REFERENCE || kind == FIELD_ROW ||
                     kind == FIELD_CODE;
        struct str text =
            names && !kernel ? answer_words(&side->set, &row->subject, field) : STR("");
        if (text.n > 0) {
            BUF_ADD(&words, said > 0 ? STR(" ") : STR(""), text);
            said++;
        }
    }
    return words.n > 0 ? buf_str(&words) : model_text(model, list->row_label);
}

/* Whether a change has something to say of a name, or of a row and all that is in it. */
static bool change_has(struct arena *arena, const struct store_change *change, struct str name,
                       bool whole_row)
{
    struct str key =
        whole_row ? STR_JOIN(arena, STR("\""), name) : STR_JOIN(arena, STR("\""), name, STR("\":"));
    return str_find(change->content, key) >= 0;
}

/* "R. Diaz, Wed 25 Nov 2026, 14:02" */
static struct str by_words(struct clashing *clashing, struct str name, bool whole_row)
{
    struct arena *arena = clashing->asker->arena;
    struct work_set *set = &clashing->theirs.set;
    for (size_t i = 0; i < clashing->since.count; i++) {
        const struct store_change *change = &clashing->since.items[i];
        if (!change_has(arena, change, name, whole_row)) {
            continue;
        }
        struct str when = zone_long(arena, set->calendar.zone, change->at);
        if (uuid_eq(change->by, set->actor->worker)) {
            return STR_JOIN(arena, STR("you, in another window, "), when);
        }
        struct str who = value_words(set, value_reference(change->by), MODEL_NONE);
        return STR_JOIN(arena, who.n > 0 ? who : STR("somebody else"), STR(", "), when);
    }
    return STR("somebody else");
}

/* The workers who saved since, so that they have names. */
static enum status name_workers(struct clashing *clashing)
{
    struct work_set *set = &clashing->theirs.set;
    uint32_t field = model_field_by_name(set->model, clashing->change->entity, STR("changed_by"));
    uint32_t worker = field == MODEL_NONE ? MODEL_NONE : model_field_row(set->model, field)->target;
    struct uuid *ids = ARENA_ARRAY(set->arena, clashing->since.count, struct uuid);
    for (size_t i = 0; i < clashing->since.count; i++) {
        ids[i] = clashing->since.items[i].by;
    }
    if (worker == MODEL_NONE) {
        return STATUS_OK;
    }
    TRY(store_titles_of(clashing->reader, set, worker, ids, clashing->since.count));
    return store_titles(clashing->reader, set);
}

/* ---- what an input says to keep theirs ---- */

struct pairs {
    struct arena *arena;
    struct str name; /* of the field, with the prefix */
    LIST(struct input_pair) items;
};

static void add_pair(struct pairs *pairs, struct str ending, struct str value)
{
    struct input_pair pair = {STR_JOIN(pairs->arena, pairs->name, ending), value};
    LIST_PUSH(pairs->arena, &pairs->items, pair);
}

static void add_theirs(struct clashing *clashing, struct service_clash_line *line,
                       const struct subject *subject, uint32_t field)
{
    struct side *theirs = &clashing->theirs;
    struct arena *arena = theirs->set.arena;
    struct answer answer = answer_get(subject, field);
    struct pairs pairs = {.arena = arena, .name = STR_JOIN(arena, clashing->prefix, line->where)};
    for (size_t i = 0; i < answer.code_count; i++) {
        add_pair(&pairs, STR(""), answer.codes[i].code);
    }
    if (answer.code_count == 0) {
        add_pair(&pairs, STR(""), input_answer(&theirs->set, subject, field));
    }
    if (answer.why != MODEL_NONE) {
        add_pair(&pairs, STR("_why"), model_non_answer_name((enum model_non_answer)answer.why));
    }
    if (answer.asked.n > 0) {
        add_pair(&pairs, STR("_asked"), answer.asked);
    }
    line->pairs = pairs.items.items;
    line->pair_count = pairs.items.count;
}

/* ---- comparing ---- */

static void add_line(struct clashing *clashing, struct service_clash_line line)
{
    line.where = STR_JOIN(clashing->asker->arena, clashing->prefix, line.where);
    LIST_PUSH(clashing->asker->arena, &clashing->clash->lines, line);
}

/* The same record or row on the three sides. */
struct three {
    const struct subject *base, *mine, *theirs;
    struct str about; /* "Mai Vang: ", or empty */
};

static bool is_compared(const struct model *model, uint32_t field)
{
    const struct model_field *shape = model_field_row(model, field);
    return !shape->kernel && shape->derived == MODEL_NONE;
}

static void compare_field(struct clashing *clashing, const struct three *three, uint32_t field)
{
    struct arena *arena = clashing->asker->arena;
    const struct model *model = clashing->asker->model;
    struct answer base = answer_get(three->base, field);
    struct answer mine = answer_get(three->mine, field);
    struct answer theirs = answer_get(three->theirs, field);
    bool i_did = !answer_same(&base, &mine), they_did = !answer_same(&base, &theirs);
    if ((!i_did && !they_did) || answer_same(&mine, &theirs)) {
        return;
    }
    struct service_clash_line line = {
        .where = answer_name(arena, three->theirs, field),
        .label =
            STR_JOIN(arena, three->about, model_text(model, model_field_row(model, field)->label)),
        .base = answer_text(&clashing->base, three->base, field),
        .mine = answer_text(&clashing->mine, three->mine, field),
        .theirs = answer_text(&clashing->theirs, three->theirs, field),
        .both = i_did && they_did};
    if (they_did) {
        line.by = by_words(clashing, line.where, false);
        add_theirs(clashing, &line, three->theirs, field);
    }
    add_line(clashing, line);
}

/* What is more confidential than the record is not shown by way of a clash. */
static bool may_read(const struct clashing *clashing, uint32_t field)
{
    return access_field(&clashing->theirs.set, clashing->theirs.record, field, VERB_READ).allowed;
}

static void compare_fields(struct clashing *clashing, const struct three *three, uint32_t first,
                           uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (is_compared(clashing->asker->model, first + i) && may_read(clashing, first + i)) {
            compare_field(clashing, three, first + i);
        }
    }
}

static bool rows_differ(struct clashing *clashing, const struct row *a, const struct row *b)
{
    const struct model_list *list = model_list_row(clashing->asker->model, a->subject.list);
    for (uint32_t i = 0; i < list->fields_count; i++) {
        struct answer left = answer_get(&a->subject, list->fields_first + i);
        struct answer right = answer_get(&b->subject, list->fields_first + i);
        if (is_compared(clashing->asker->model, list->fields_first + i) &&
            !answer_same(&left, &right)) {
            return true;
        }
    }
    return false;
}

static struct service_clash_line row_line(struct clashing *clashing, struct side *side,
                                          const struct row *row, struct str ending)
{
    struct arena *arena = clashing->asker->arena;
    const struct model_list *list = model_list_row(clashing->asker->model, row->subject.list);
    return (struct service_clash_line){
        .where = STR_JOIN(arena, model_text(clashing->asker->model, list->name), STR("["),
                          uuid_text(arena, row->subject.id), STR("]"), ending),
        .label = STR_JOIN(arena, model_text(clashing->asker->model, list->row_label), STR(": "),
                          row_words(side, row)),
        .base = STR("there")};
}

/* They took a row away. What I changed in it has no place any more. */
static void row_taken(struct clashing *clashing, const struct row *base, const struct row *mine)
{
    struct service_clash_line line = row_line(clashing, &clashing->base, base, STR(""));
    line.mine = mine && rows_differ(clashing, base, mine) ? STR("changed") : STR("as it was");
    line.theirs = STR("taken away");
    line.by = by_words(clashing, line.where, true);
    add_line(clashing, line);
}

/* I took a row away that they changed: keeping theirs keeps the row. */
static void row_dropped(struct clashing *clashing, const struct row *base, const struct row *theirs)
{
    struct service_clash_line line = row_line(clashing, &clashing->base, base, STR("._delete"));
    line.mine = STR("taken away");
    line.theirs = STR("as it was");
    if (rows_differ(clashing, base, theirs)) {
        struct str row = str_slice(line.where, 0, line.where.n - STR("._delete").n);
        line.theirs = STR("changed");
        line.by = by_words(clashing, row, true);
        line.both = true;
    }
    add_line(clashing, line);
}

static void compare_row(struct clashing *clashing, uint32_t list, const struct row *base)
{
    const struct model_list *shape = model_list_row(clashing->asker->model, list);
    struct row *mine = record_find_row(clashing->mine.record, list, base->subject.id);
    struct row *theirs = record_find_row(clashing->theirs.record, list, base->subject.id);
    if (!theirs) {
        row_taken(clashing, base, mine);
    } else if (!mine) {
        row_dropped(clashing, base, theirs);
    } else {
        struct three three = {
            &base->subject, &mine->subject, &theirs->subject,
            STR_JOIN(clashing->asker->arena, row_words(&clashing->theirs, theirs), STR(": "))};
        compare_fields(clashing, &three, shape->fields_first, shape->fields_count);
    }
}

/* A row that they added, like one that I added: two windows may have come from one draft. */
static bool they_added_it_too(struct clashing *clashing, uint32_t list, const struct row *mine)
{
    const struct rows *theirs = record_rows(clashing->theirs.record, list);
    for (size_t i = 0; i < theirs->items.count; i++) {
        const struct row *row = theirs->items.items[i];
        if (!row->removed && !record_find_row(clashing->base.record, list, row->subject.id) &&
            !rows_differ(clashing, mine, row)) {
            return true;
        }
    }
    return false;
}

/* What I added, by the name my input has for it. */
static void row_added(struct clashing *clashing, uint32_t list, const struct row *row)
{
    struct arena *arena = clashing->asker->arena;
    struct service_clash_line line = row_line(clashing, &clashing->mine, row, STR(""));
    if (row->label.n > 0) {
        line.where = STR_JOIN(
            arena,
            model_text(clashing->asker->model, model_list_row(clashing->asker->model, list)->name),
            STR("["), row->label, STR("]"));
    }
    line.base = line.theirs = STR("not there");
    line.mine = STR("added");
    if (they_added_it_too(clashing, list, row)) {
        line.theirs = STR("added by both, kept once");
        line.by = STR("both");
    }
    add_line(clashing, line);
}

static void compare_list(struct clashing *clashing, uint32_t list)
{
    const struct rows *base = record_rows(clashing->base.record, list);
    const struct rows *mine = record_rows(clashing->mine.record, list);
    const struct rows *theirs = record_rows(clashing->theirs.record, list);
    for (size_t i = 0; i < base->items.count; i++) {
        if (!base->items.items[i]->removed) {
            compare_row(clashing, list, base->items.items[i]);
        }
    }
    for (size_t i = 0; i < theirs->items.count; i++) {
        const struct row *row = theirs->items.items[i];
        if (!row->removed && !record_find_row(clashing->base.record, list, row->subject.id)) {
            struct service_clash_line line = row_line(clashing, &clashing->theirs, row, STR(""));
            line.base = line.mine = STR("not there");
            line.theirs = STR("added");
            line.by = by_words(clashing, line.where, true);
            add_line(clashing, line);
        }
    }
    for (size_t i = 0; i < mine->items.count; i++) {
        const struct row *row = mine->items.items[i];
        if (row->is_new && !row->removed) {
            row_added(clashing, list, row);
        }
    }
}

static enum status compare_change(struct clashing *clashing)
{
    const struct model_entity *shape =
        model_entity_row(clashing->asker->model, clashing->change->entity);
    TRY(open_sides(clashing));
    TRY(name_workers(clashing));
    struct service_clash_part part = {clashing->prefix, clashing->theirs.record->version};
    LIST_PUSH(clashing->asker->arena, &clashing->clash->parts, part);
    struct three three = {&clashing->base.record->subject, &clashing->mine.record->subject,
                          &clashing->theirs.record->subject, STR("")};
    compare_fields(clashing, &three, shape->fields_first, shape->fields_count);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        compare_list(clashing, shape->lists_first + i);
    }
    return STATUS_OK;
}

/* A record may stand in a save twice: saved, then taken a step further. */
static bool was_compared(const struct service_save *save, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (uuid_eq(save->changes[i].id, save->changes[at].id)) {
            return true;
        }
    }
    return false;
}

enum status service_clash(struct store_reader *reader, const struct work_set *set,
                          const struct service_save *save, struct outcome *outcome,
                          struct service_clash *ret_clash)
{
    struct clashing clashing = {
        .reader = reader, .asker = set, .save = save, .outcome = outcome, .clash = ret_clash};
    *ret_clash = (struct service_clash){0};
    for (size_t i = 0; i < save->count; i++) {
        clashing.change = &save->changes[i];
        if (uuid_is_nil(clashing.change->id) || was_compared(save, i)) {
            continue;
        }
        if (i > 0) {
            const struct model_entity *entity =
                model_entity_row(set->model, clashing.change->entity);
            clashing.prefix = STR_JOIN(set->arena, model_text(set->model, entity->name), STR("/"));
        }
        enum status status = compare_change(&clashing);
        if (i > 0 && (status == STATUS_FORBIDDEN || status == STATUS_UNPROVED)) {
            continue; /* the caller's part, whom one may write down and not read: as it was typed */
        }
        TRY(status);
    }
    return STATUS_OK;
}

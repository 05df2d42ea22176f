#include "records.h"

#include "values.h"

static const unsigned counts[WORLD_KINDS] = {
    [REPORT] = REPORTS, [ALLEGATION] = ALLEGATIONS, [PERSON] = PEOPLE, [WORKER] = WORKERS};

static struct value random_answer(struct rng *rng, const struct world_field *field)
{
    if (field->type == VALUE_CODE) {
        return value_code(world_codes[field->more][rng_below(rng, WORLD_CODES_MAX)],
                          1 + rng_below(rng, 3));
    }
    if (field->type == VALUE_REFERENCE) {
        return value_reference(
            world_id((enum world_kind)field->more, 1 + rng_below(rng, counts[field->more])));
    }
    if (field->type == VALUE_TEXT && field->more != NO_SET) {
        return value_text(world_codes[field->more][rng_below(rng, WORLD_CODES_MAX)]);
    }
    return random_value(rng, field->type, field->scale);
}

static void fill(struct rng *rng, struct record *record)
{
    for (size_t i = 0; i < WORLD_FIELDS; i++) {
        const struct world_field *field = &world_fields[i];
        if (field->kind != record->kind || field->type == VALUE_UNSET) {
            continue;
        }
        if (!rng_one_in(rng, 6)) {
            record->values[i] = random_answer(rng, field);
        } else if (rng_one_in(rng, 2)) {
            record->why[i] = world_reasons[rng_below(rng, ARRAY_LENGTH(world_reasons))];
        }
    }
}

const struct record *random_records(struct arena *arena, struct rng *rng, size_t *ret_count)
{
    size_t total = REPORTS + ALLEGATIONS + PEOPLE + WORKERS, count = 0;
    struct record *records = ARENA_ARRAY(arena, total, struct record);
    for (unsigned kind = 0; kind < WORLD_KINDS; kind++) {
        for (unsigned i = 1; i <= counts[kind]; i++) {
            struct record *record = &records[count++];
            record->kind = (enum world_kind)kind;
            record->id = world_id(record->kind, i);
            if (record->kind == ALLEGATION) {
                record->owner = world_id(REPORT, 1 + rng_below(rng, REPORTS));
            }
            fill(rng, record);
        }
    }
    *ret_count = count;
    return records;
}

/* The model of the engine cases (test/engine/models/family) for unit tests of rule/, and the names
 * of it that they use. */
#ifndef HEARTH_TEST_RULE_FAMILY_H
#define HEARTH_TEST_RULE_FAMILY_H

#include "compile/compile.h"
#include "rule/access.h"
#include "rule/act.h"
#include "rule/clock.h"
#include "unit.h"

static inline const struct model *family_model(struct arena *arena)
{
    struct outcome outcome;
    struct compile_result result;
    const struct model *model = NULL;
    outcome_init(&outcome, arena);
    assert_int_equal(compile_model(arena, STR("../engine/models/family"),
                                   STR("/usr/share/zoneinfo"), &outcome, &result),
                     STATUS_OK);
    assert_int_equal(model_open(arena, result.image, &outcome, &model), STATUS_OK);
    return model;
}

/* Identifiers that count up. */
static inline struct uuid family_id(uint32_t number)
{
    struct uuid id = {{0}};
    for (unsigned i = 0; i < 4; i++) {
        id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
    }
    return id;
}

static inline struct uuid family_next_id(void *context)
{
    uint32_t *next = context;
    return family_id(++*next);
}

/* A set at Wed 25 Nov 2026, 13:20 in Chicago, for the system itself. */
static inline void family_set(struct work_set *set, struct arena *arena, const struct model *model,
                              uint32_t *ids)
{
    static const struct actor nobody = {.entry_count = 0};
    work_set_init(set, arena, model, (struct instant){1795634400000}, &nobody);
    set->new_id = family_next_id;
    set->id_context = ids;
}

static inline uint32_t family_entity(const struct model *model, const char *name)
{
    uint32_t entity = model_entity_by_name(model, str_from(name));
    assert_int_not_equal(entity, MODEL_NONE);
    return entity;
}

static inline uint32_t family_field(const struct model *model, const char *entity, const char *name)
{
    uint32_t field = model_field_by_name(model, family_entity(model, entity), str_from(name));
    assert_int_not_equal(field, MODEL_NONE);
    return field;
}

static inline uint32_t family_collection(const struct model *model, const char *entity,
                                         const char *name)
{
    uint32_t collection =
        model_collection_by_name(model, family_entity(model, entity), str_from(name));
    assert_int_not_equal(collection, MODEL_NONE);
    return collection;
}

#endif

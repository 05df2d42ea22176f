/* A small world for engine cases: records that are kept between acts as a database would keep them,
 * named so that a case can speak of them. Each act gets a fresh work set; what it changed is kept
 * when it ends well, else forgotten. An act loads what the model's load steps name and nothing
 * else, so that cases find what the linker forgot. */
#ifndef HEARTH_TEST_ENGINE_WORLD_H
#define HEARTH_TEST_ENGINE_WORLD_H

#include "base/map.h"
#include "rule/access.h"
#include "rule/act.h"
#include "rule/authors.h"
#include "rule/clock.h"

struct kept_row {
    uint32_t list;
    struct uuid id;
    const struct answer *answers;
};

struct kept {
    struct uuid id;
    uint32_t entity, version, state;
    struct uuid root, agency, created_by, changed_by;
    struct instant created_at, changed_at;
    struct str number;
    const struct answer *answers;
    LIST(struct kept_row) rows;
    LIST(struct author_change) changes; /* oldest first */
};

struct named {
    struct str name;
    struct uuid id;
};

struct person {
    struct uuid worker, agency;
    LIST(struct actor_entry) entries;
};

struct world {
    struct arena *arena;
    const struct model *model;
    struct instant now;
    struct person *actor;
    LIST(struct kept *) kept;
    struct map names;  /* "report", "report.participants[owen]" -> struct uuid */
    struct map people; /* name of a worker -> struct person */
    uint32_t ids;
    /* The act that is going on, or the last one. */
    struct work_set *set;
    struct outcome outcome;
    struct act act;
};

void world_init(struct world *world, struct arena *arena, const struct model *model);
/* A fresh work set for the present actor, with the actor's own record. */
struct work_set *world_begin(struct world *world);
/* Adds everything kept: to look at the world, and to set it up. */
void world_load_all(struct world *world);
/* Adds a record; NULL when there is none of this id. One that is there already is given back. */
struct record *world_load(struct world *world, struct uuid id);
/* Adds what a range of load steps names from a record. */
void world_load_steps(struct world *world, struct record *record, uint32_t first, uint32_t count);
/* Keeps what changed in the set, names new records ("child#1") and rows (by their input's label).
 */
void world_keep(struct world *world);

void world_name(struct world *world, struct str name, struct uuid id);
bool world_find(const struct world *world, struct str name, struct uuid *ret_id);
/* The name of an id, or its text. */
struct str world_name_of(const struct world *world, struct uuid id);
struct person *world_person(struct world *world, struct str name);
/* Whoever is in the audience (scope, whom) has this id in their entry: whom is the agency for
 * own_agency, the root record for assigned, nil for state. */
int64_t world_audience(enum model_scope scope, struct uuid whom);

#endif

/* What the store must know of the model (model/c_names.list). */
#include "store/store_int.h"

static uint32_t field(const struct model *model, uint32_t entity, struct str name)
{
    return entity == MODEL_NONE ? MODEL_NONE : model_field_by_name(model, entity, name);
}

static uint32_t row_field(const struct model *model, uint32_t list, struct str name)
{
    return list == MODEL_NONE ? MODEL_NONE : model_list_field_by_name(model, list, name);
}

static uint32_t list(const struct model *model, uint32_t entity, struct str name)
{
    return entity == MODEL_NONE ? MODEL_NONE : model_list_by_name(model, entity, name);
}

static void find_worker(const struct model *model, struct store_names *names)
{
    names->worker = model_entity_by_name(model, STR("worker"));
    names->roles = list(model, names->worker, STR("roles"));
    names->role = row_field(model, names->roles, STR("role"));
    names->role_agency = row_field(model, names->roles, STR("agency"));
    names->role_team = row_field(model, names->roles, STR("team"));
    names->role_begins = row_field(model, names->roles, STR("begins_on"));
    names->role_ends = row_field(model, names->roles, STR("ends_on"));
    names->cover = list(model, names->worker, STR("cover"));
    names->covered_by = row_field(model, names->cover, STR("covered_by"));
    names->cover_begins = row_field(model, names->cover, STR("begins_on"));
    names->cover_ends = row_field(model, names->cover, STR("ends_on"));
}

/* A choice of which a part is missing is none. */
static void find_choice(const struct model *model, struct store_names *names)
{
    names->choice = model_entity_by_name(model, STR("scheme_choice"));
    names->choice_agency = field(model, names->choice, STR("agency"));
    names->choice_scheme = field(model, names->choice, STR("scheme"));
    names->choice_alternative = field(model, names->choice, STR("alternative"));
    names->choice_begins = field(model, names->choice, STR("begins_on"));
    names->choice_ends = field(model, names->choice, STR("ends_on"));
    if (names->choice_agency == MODEL_NONE || names->choice_scheme == MODEL_NONE ||
        names->choice_alternative == MODEL_NONE || names->choice_begins == MODEL_NONE ||
        names->choice_ends == MODEL_NONE) {
        names->choice = MODEL_NONE;
    }
}

/* Without the worker or the person there is nothing to declare. */
static void find_conflict(const struct model *model, struct store_names *names)
{
    names->conflict = model_entity_by_name(model, STR("conflict"));
    names->conflict_worker = field(model, names->conflict, STR("worker"));
    names->conflict_person = field(model, names->conflict, STR("person"));
    if (names->conflict_worker == MODEL_NONE || names->conflict_person == MODEL_NONE ||
        model_field_row(model, names->conflict_worker)->collection == MODEL_NONE) {
        names->conflict = MODEL_NONE;
    }
}

/* Without who opened what until when, nothing is opened. */
static void find_emergency(const struct model *model, struct store_names *names)
{
    names->emergency = model_entity_by_name(model, STR("emergency_access"));
    names->emergency_worker = field(model, names->emergency, STR("worker"));
    names->emergency_until = field(model, names->emergency, STR("until"));
    if (names->emergency_worker == MODEL_NONE || names->emergency_until == MODEL_NONE) {
        names->emergency = MODEL_NONE;
    }
}

void names_find(struct practice *practice)
{
    const struct model *model = practice->model;
    struct store_names *names = &practice->names;
    names->person = model_entity_by_name(model, STR("person"));
    names->agency = model_entity_by_name(model, STR("agency"));
    names->agency_code = field(model, names->agency, STR("code"));
    if (names->agency_code != MODEL_NONE) {
        practice->agency_codes =
            schema_texts(&practice->arena, practice->schema, names->agency_code);
    }
    find_worker(model, names);
    find_choice(model, names);
    find_conflict(model, names);
    find_emergency(model, names);
}

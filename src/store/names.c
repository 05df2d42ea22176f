/* What the store must know of the model (model/c_names.list). */
#include "model/c_names.h"
#include "store/store_int.h"

static uint32_t entity(const struct model *model, enum c_name name)
{
    return model_c_name(model, name)->entity;
}

static uint32_t field(const struct model *model, enum c_name name)
{
    return model_c_name(model, name)->field;
}

static uint32_t list(const struct model *model, enum c_name name)
{
    return model_c_name(model, name)->list;
}

static void find_worker(const struct model *model, struct store_names *names)
{
    names->worker = entity(model, C_WORKER);
    names->roles = list(model, C_WORKER_ROLES);
    names->role = field(model, C_WORKER_ROLES_ROLE);
    names->role_agency = field(model, C_WORKER_ROLES_AGENCY);
    names->role_team = field(model, C_WORKER_ROLES_TEAM);
    names->role_begins = field(model, C_WORKER_ROLES_BEGINS_ON);
    names->role_ends = field(model, C_WORKER_ROLES_ENDS_ON);
    names->cover = list(model, C_WORKER_COVER);
    names->covered_by = field(model, C_WORKER_COVER_COVERED_BY);
    names->cover_begins = field(model, C_WORKER_COVER_BEGINS_ON);
    names->cover_ends = field(model, C_WORKER_COVER_ENDS_ON);
}

/* A choice of which a part is missing is none. */
static void find_choice(const struct model *model, struct store_names *names)
{
    names->choice = entity(model, C_SCHEME_CHOICE);
    names->choice_agency = field(model, C_SCHEME_CHOICE_AGENCY);
    names->choice_scheme = field(model, C_SCHEME_CHOICE_SCHEME);
    names->choice_alternative = field(model, C_SCHEME_CHOICE_ALTERNATIVE);
    names->choice_begins = field(model, C_SCHEME_CHOICE_BEGINS_ON);
    names->choice_ends = field(model, C_SCHEME_CHOICE_ENDS_ON);
    if (names->choice_agency == MODEL_NONE || names->choice_scheme == MODEL_NONE ||
        names->choice_alternative == MODEL_NONE || names->choice_begins == MODEL_NONE ||
        names->choice_ends == MODEL_NONE) {
        names->choice = MODEL_NONE;
    }
}

/* Without the worker or the person there is nothing to declare. */
static void find_conflict(const struct model *model, struct store_names *names)
{
    names->conflict = entity(model, C_CONFLICT);
    names->conflict_worker = field(model, C_CONFLICT_WORKER);
    names->conflict_person = field(model, C_CONFLICT_PERSON);
    if (names->conflict_worker == MODEL_NONE || names->conflict_person == MODEL_NONE ||
        model_field_row(model, names->conflict_worker)->collection == MODEL_NONE) {
        names->conflict = MODEL_NONE;
    }
}

/* Without who opened what until when, nothing is opened. */
static void find_emergency(const struct model *model, struct store_names *names)
{
    names->emergency = entity(model, C_EMERGENCY_ACCESS);
    names->emergency_worker = field(model, C_EMERGENCY_ACCESS_WORKER);
    names->emergency_until = field(model, C_EMERGENCY_ACCESS_UNTIL);
    if (names->emergency_worker == MODEL_NONE || names->emergency_until == MODEL_NONE) {
        names->emergency = MODEL_NONE;
    }
}

/* Without its sides nothing that was shared under it is found. */
static void find_agreement(const struct model *model, struct store_names *names)
{
    names->agreement = entity(model, C_SHARING_AGREEMENT);
    names->agreement_agency = field(model, C_SHARING_AGREEMENT_AGENCY);
    names->agreement_other = field(model, C_SHARING_AGREEMENT_OTHER_AGENCY);
    names->agreement_in_force = field(model, C_SHARING_AGREEMENT_IN_FORCE);
    if (names->agreement_agency == MODEL_NONE || names->agreement_other == MODEL_NONE ||
        names->agreement_in_force == MODEL_NONE) {
        names->agreement = MODEL_NONE;
    }
}

void names_find(struct practice *practice)
{
    const struct model *model = practice->model;
    struct store_names *names = &practice->names;
    names->person = entity(model, C_PERSON);
    names->agency = entity(model, C_AGENCY);
    names->agency_code = field(model, C_AGENCY_CODE);
    if (names->agency_code != MODEL_NONE) {
        practice->agency_codes =
            schema_texts(&practice->arena, practice->schema, names->agency_code);
    }
    find_worker(model, names);
    find_choice(model, names);
    find_conflict(model, names);
    find_emergency(model, names);
    find_agreement(model, names);
}

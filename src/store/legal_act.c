/* The register of what was sealed, unsealed and expunged. */
#include "db/named.h"
#include "rule/access.h"
#include "store/store_int.h"

#define PAGE_MOST 200u

static struct store_legal_act take_act(const struct model *model, struct db_statement *q)
{
    struct str verb = db_text(q, 1);
    return (struct store_legal_act){
        .sequence = (uint64_t)db_int(q, 0),
        .done = verb,
        .verb = str_eq(verb, STR("expunge")) ? VERB_EXPUNGE : VERB_SEAL,
        .entity = model_entity_by_name(model, db_text(q, 2)),
        .record = db_uuid(q, 3),
        .agency = db_is_null(q, 4) ? (struct uuid){{0}} : db_uuid(q, 4),
        .at = {db_int(q, 5)},
        .by = db_uuid(q, 6),
        .basis = db_text(q, 7),
        .reason = db_text(q, 8),
        .records = (uint32_t)db_int(q, 9),
        .history_rows = (uint32_t)db_int(q, 10),
        .files_everywhere = db_int(q, 11) != 0,
    };
}

/* Who may do it with records of this kind wherever they are, or where it was done. */
static bool may_know(const struct work_set *set, const struct store_legal_act *act)
{
    const struct model *model = set->model;
    if (act->entity == MODEL_NONE || set->actor == NULL) {
        return false;
    }
    uint32_t class = model_entity_row(model, act->entity)->class;
    bool may = uuid_is_nil(set->actor->worker);
    for (uint32_t i = 0; i < model_grant_total(model) && !may; i++) {
        const struct model_grant *grant = model_grant_row(model, i);
        for (size_t k = 0; k < set->actor->entry_count; k++) {
            const struct actor_entry *entry = &set->actor->entries[k];
            may = may || (grant->class == class && (grant->verbs & (1u << act->verb)) != 0 &&
                          grant->role == entry->role && grant->scope == entry->scope &&
                          (entry->scope == SCOPE_STATE ||
                           (entry->scope == SCOPE_OWN_AGENCY && !uuid_is_nil(act->agency) &&
                            uuid_eq(entry->agency, act->agency))));
        }
    }
    return may;
}

enum status store_legal_acts(struct store_reader *reader, struct work_set *set,
                             struct store_page page, struct store_legal_act **ret_acts,
                             size_t *ret_count, struct str *ret_next_cursor)
{
    LIST(struct store_legal_act) acts = {0};
    int64_t before = INT64_MAX, last = 0;
    uint32_t read = 0, size = page.limit < PAGE_MOST && page.limit > 0 ? page.limit : PAGE_MOST;
    struct db_statement *q;
    *ret_next_cursor = STR("");
    if (page.cursor.n > 0 && !str_to_i64(page.cursor, &before)) {
        return STATUS_INVALID;
    }
    TRY(db_named(reader->db, SQL_LIST_LEGAL_ACTS, set->arena, &q));
    db_bind_int(q, 1, before);
    db_bind_int(q, 2, size);
    while (db_next(q)) {
        struct store_legal_act act = take_act(set->model, q);
        read++;
        last = (int64_t)act.sequence;
        if (may_know(set, &act)) {
            LIST_PUSH(set->arena, &acts, act);
        }
    }
    TRY(db_finish(q));
    if (read == size) {
        *ret_next_cursor = str_from_int(set->arena, last);
    }
    *ret_acts = acts.items;
    *ret_count = acts.count;
    return STATUS_OK;
}

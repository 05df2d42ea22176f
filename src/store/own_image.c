/* The images of then: every one that was activated is kept, and opened for a page that shows what
 * was written under it. */
#include "db/named.h"
#include "store/image_shelf.h"
#include "store/store_int.h"

/* The digest that a statement finds for a number; empty when it is not known. */
static enum status find_image(struct store_reader *reader, enum sql_name by, int64_t number,
                              struct str *ret_digest)
{
    struct db_statement *q;
    *ret_digest = STR("");
    TRY(db_named(reader->db, by, reader->arena, &q));
    db_bind_int(q, 1, number);
    if (db_next(q)) {
        *ret_digest = db_text(q, 0);
    }
    return db_finish(q);
}

static const struct model *model_of_image(struct store_reader *reader, struct str digest)
{
    if (str_eq(digest, reader->store->practice->digest)) {
        return reader->store->model;
    }
    for (size_t i = 0; i < reader->images.count; i++) {
        if (str_eq(reader->images.items[i].digest, digest)) {
            return reader->images.items[i].model;
        }
    }
    struct kept_image kept = {digest, shelf_model(reader->store, reader->arena, digest)};
    LIST_PUSH(reader->arena, &reader->images, kept);
    return kept.model;
}

/* The overlay of that name, if there was one then. */
static const struct model *view_of(const struct work_set *set, struct uuid agency,
                                   const struct model *own)
{
    const struct model *today = work_set_view(set, agency);
    for (uint32_t i = 0; i < model_overlay_total(today); i++) {
        if (model_view(today, i) == today) {
            struct str name = model_text(today, model_overlay_row(today, i)->name);
            return model_view(own, model_row_by_name(own, MODEL_TABLE_overlay, name));
        }
    }
    return own;
}

static enum status find_model(struct store_reader *reader, const struct work_set *set,
                              struct uuid agency, enum sql_name by, int64_t number,
                              const struct model **ret_model)
{
    struct str digest;
    TRY(find_image(reader, by, number, &digest));
    *ret_model = model_of_image(reader, digest);
    if (*ret_model == reader->store->model) {
        *ret_model = work_set_view(set, agency);
    } else if (*ret_model != NULL) {
        *ret_model = view_of(set, agency, *ret_model);
    }
    return STATUS_OK;
}

enum status reader_model_of(struct store_reader *reader, const struct work_set *set,
                            struct uuid agency, int64_t sequence, const struct model **ret_model)
{
    return find_model(reader, set, agency, SQL_FIND_IMAGE_OF_HISTORY, sequence, ret_model);
}

enum status store_model_at(struct store_reader *reader, const struct work_set *set,
                           struct uuid agency, struct instant at, const struct model **ret_model)
{
    return find_model(reader, set, agency, SQL_FIND_IMAGE_AT, at.ms, ret_model);
}

/* See kernel.h. */
#include "store/kernel.h"

static const struct kernel_step records_steps[] = {
    {1,  &sql_named[SQL_KERNEL_RECORDS_SCHEMA]     },
    {1,  &sql_named[SQL_KERNEL_PEOPLE_SCHEMA]      },
    {1,  &sql_named[SQL_KERNEL_CARE_SCHEMA]        },
    {1,  &sql_named[SQL_EXCHANGE_SCHEMA]           },
    {2,  &sql_named[SQL_KERNEL_2_IMAGES]           },
    {3,  &sql_named[SQL_KERNEL_3_ACCESS]           },
    {4,  &sql_named[SQL_KERNEL_4_VERBS]            },
    {5,  &sql_named[SQL_KERNEL_5_NOTICES]          },
    {6,  &sql_named[SQL_KERNEL_6_INSTALLATION]     },
    {7,  &sql_named[SQL_KERNEL_7_HAND_OVER]        },
    {8,  &sql_named[SQL_KERNEL_8_SIGN_IN]          },
    {9,  &sql_named[SQL_KERNEL_9_EXPUNGE]          },
    {10, &sql_named[SQL_KERNEL_10_WHOSE_CLOCKS]    },
    {10, &sql_named[SQL_KERNEL_10_REQUESTS]        },
    {11, &sql_named[SQL_KERNEL_11_SIGNED]          },
    {12, &sql_named[SQL_KERNEL_12_NOTICES]         },
    {13, &sql_named[SQL_KERNEL_13_ATTACHMENTS]     },
    {14, &sql_named[SQL_KERNEL_14_WRITERS]         },
    {15, &sql_named[SQL_KERNEL_15_FILES_EVERYWHERE]},
    {16, &sql_named[SQL_KERNEL_16_WAITING]         },
};
static const struct kernel_step attachments_steps[] = {
    {1, &sql_named[SQL_ATTACHMENTS_SCHEMA]},
};
static const struct kernel_step access_log_steps[] = {
    {1, &sql_named[SQL_ACCESS_LOG_SCHEMA]},
};

const struct kernel_steps kernel_records = {records_steps, ARRAY_LENGTH(records_steps)};
const struct kernel_steps kernel_attachments = {attachments_steps, ARRAY_LENGTH(attachments_steps)};
const struct kernel_steps kernel_access_log = {access_log_steps, ARRAY_LENGTH(access_log_steps)};

int64_t kernel_newest(const struct kernel_steps *kernel)
{
    return kernel->steps[kernel->count - 1].version;
}

enum status kernel_version(struct db *db, struct arena *arena, int64_t *ret_version)
{
    struct db_statement *q;
    *ret_version = 0;
    TRY(db_named(db, SQL_FIND_KERNEL_TABLE, arena, &q));
    bool kept = db_next(q);
    TRY(db_finish(q));
    if (!kept) {
        return STATUS_OK;
    }
    TRY(db_named(db, SQL_FIND_KERNEL_VERSION, arena, &q));
    if (db_next(q)) {
        *ret_version = db_int(q, 0);
    }
    return db_finish(q);
}

static enum status refuse_newer(struct arena *arena, int64_t version, int64_t newest,
                                struct outcome *outcome)
{
    return outcome_fault(
        outcome, STATUS_REFUSED,
        STR_JOIN(arena, STR("a newer Hearth has worked on this folder: its tables are of version "),
                 str_from_int(arena, version), STR(", this program knows version "),
                 str_from_int(arena, newest),
                 STR(". Nothing was changed. Start the newer program, or restore a backup that was "
                     "made before it")));
}

/* The columns of version 1 grew for a while before versions were kept. */
static enum status refuse_unfinished(struct db *db, struct arena *arena, struct outcome *outcome)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_FIND_UNFINISHED_KERNEL, arena, &q));
    bool unfinished = db_next(q);
    TRY(db_finish(q));
    return !unfinished ? STATUS_OK
                       : outcome_fault(outcome, STATUS_REFUSED,
                                       STR("this folder was made while Hearth was being written, "
                                           "before its tables had versions; make it anew"));
}

static enum status run_step(struct db *db, const struct kernel_step *step, struct buf *plan)
{
    struct str text = sql_text_for(step->script, db_dialect(db));
    if (plan != NULL) {
        BUF_ADD(plan, STR("-- "), step->script->name, STR("\n"), text, STR("\n"));
    }
    return db_script(db, text);
}

enum status kernel_migrate(struct db *db, const struct kernel_steps *kernel, struct arena *arena,
                           struct buf *plan, struct outcome *outcome)
{
    int64_t newest = kernel_newest(kernel), version;
    struct db_statement *q;
    TRY(kernel_version(db, arena, &version));
    if (version == newest) {
        return STATUS_OK;
    }
    if (version > newest) {
        return refuse_newer(arena, version, newest, outcome);
    }
    TRY(refuse_unfinished(db, arena, outcome));
    TRY(db_named_script(db, SQL_KERNEL_SCHEMA));
    for (size_t i = 0; i < kernel->count; i++) {
        if (kernel->steps[i].version > version) {
            TRY(run_step(db, &kernel->steps[i], plan));
        }
    }
    TRY(db_named(db, SQL_SET_KERNEL_VERSION, arena, &q));
    db_bind_int(q, 1, newest);
    return db_run(q);
}

enum status kernel_make(struct db *db, const struct kernel_steps *kernel, struct arena *arena,
                        struct outcome *outcome)
{
    struct db_scope CLEANUP(db_rollback) scope = {0};
    enum status status = db_begin(db, DB_WRITE, &scope);
    if (status == STATUS_OK) {
        status = kernel_migrate(db, kernel, arena, NULL, outcome);
    }
    if (status == STATUS_OK) {
        status = db_commit(&scope);
    }
    return status == STATUS_OK || outcome->status != STATUS_OK ? status : db_fault(db, outcome);
}

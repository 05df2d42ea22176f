/* What the files of the script runner share; see script.h. */
#ifndef HEARTH_SERVICE_SCRIPT_INT_H
#define HEARTH_SERVICE_SCRIPT_INT_H

#include "base/map.h"
#include "compile/yaml_tree.h"
#include "service/script.h"

#define SCRIPT_PAIRS_MAX 2000
#define SCRIPT_UPLOADS_MAX 20

/* What a name stands for: a record, or a row of a list of one. */
struct named {
    uint32_t entity;
    struct uuid id;  /* of the record */
    struct uuid row; /* of the row, or nil */
    uint32_t list;
};

struct script {
    struct store *store;
    const struct model *model;
    struct arena *arena;
    const struct script_host *host;
    struct outcome *outcome;
    struct str file;   /* the one that runs */
    struct map names;  /* to struct named */
    struct map actors; /* to struct actor, by login; filled when they stay */
    struct calendar calendar;
    struct instant began; /* what "day" and "now" count from */
    struct uuid agency;
};

/* A new row that an act names: the list, its label in the input ("+2"), and how many new rows of
 * the list come before it. */
struct row_name {
    struct str name, list, label;
    size_t after;
};

/* One act while it runs. */
struct act_run {
    struct script *script;
    const struct yaml *node;
    struct arena arena;
    struct actor actor;
    struct instant at;
    struct input_pair *pairs;
    size_t count;
    struct service_upload *uploads;
    size_t upload_count;
    LIST(struct row_name) row_names;
    const struct record *before; /* what the act changes, as it was; NULL: something new */
};

/* ---- script.c ---- */

/* Adds "file:line: what" to the outcome; STATUS_INVALID, so that callers can return it. */
enum status script_fail(struct script *script, const struct yaml *node, struct str what);
/* The text of a key, or empty. */
struct str script_text(const struct yaml *node, struct str key);

/* Whether the act came to what the script says: done, or refused as expected. */
enum status script_judge(struct act_run *run, const struct outcome *outcome, bool *ret_refused);

/* ---- script_share.c ---- */

/* Does the act if it is one of sharing. */
enum status script_share(struct act_run *run, bool *ret_shares);

/* ---- script_value.c ---- */

/* A time as scripts write it; has_time is false for a mere day. False when the text is none. */
bool script_time(const struct act_run *run, struct str text, struct instant *ret_at,
                 bool *ret_has_time);
enum status script_remember(struct script *script, const struct yaml *node, struct str name,
                            struct named named);
/* What '@name' or '@name.field' stands for. */
enum status script_resolve(struct act_run *run, const struct yaml *node, struct str text,
                           struct named *ret_named);
/* The record of a name with its rows, as the system may read it, in a work set of its own. */
enum status script_load(struct act_run *run, const struct named *named, struct work_set *ret_set,
                        struct record **ret_record);
/* The record or row itself; NULL when the row is gone. */
const struct subject *script_subject(struct record *record, const struct named *named);
/* The text of a value for input, with names, times and files replaced. */
enum status script_value(struct act_run *run, const struct yaml *node, struct str *ret_text);
/* Adds the values of a mapping to the pairs of the act. */
enum status script_add_values(struct act_run *run, const struct yaml *map);

/* ---- script_expect.c ---- */

enum status script_expect(struct act_run *run, struct str name);

#endif

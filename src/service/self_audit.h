/* What is weak in this installation: each finding is true of it now, with why it matters and what
 * to do. For the administrator's page and "hearth audit self". Holds nothing about a person. */
#ifndef HEARTH_SERVICE_SELF_AUDIT_H
#define HEARTH_SERVICE_SELF_AUDIT_H

#include "store/store.h"

/* How it is run, as far as the records do not say it. */
struct self_audit_setup {
    struct str directory;   /* the data folder */
    struct str address;     /* where it listens */
    struct str checkpoints; /* the second place, or empty */
    bool secure;            /* a proxy speaks TLS */
    bool second_factor_required;
    bool training;  /* invented families */
    bool set_clock; /* the time is read from a file */
};

enum finding_weight { FINDING_GRAVE, FINDING_WEAK };
struct finding {
    enum finding_weight weight;
    struct str code; /* stable: "second_factor_offered" */
    struct str what, why, remedy;
};

/* In the arena; the grave ones first. */
NODISCARD enum status self_audit(struct store_reader *reader, struct arena *arena,
                                 const struct model *model, const struct self_audit_setup *setup,
                                 struct instant now, struct finding **ret_findings,
                                 size_t *ret_count);

#endif

/* A written-down sequence of acts: who does what, when, through the same use cases as every face.
 * The sample county is one; training and tests can be others. YAML, read strictly:
 *
 *   script: marathon
 *   acts:
 *     - by: jmoreno                  a worker's login; left out: the system
 *       agency: '073'                code of the agency the worker acts for; kept until changed
 *       at: day -3 09:12             when: local; or "now -90" (minutes), or 2026-11-25 13:20
 *       create: access_report
 *       of: '@assessment'            a part: what it belongs to
 *       as: report                   a name for later acts
 *       with:
 *         received_at: day -3 09:10  days from today in values too: "day -3 09:10", "day -2600"
 *         race: [WHITE, ASIAN]
 *         participants:
 *           - { as: owen, given_name: Owen, role: CHILD }
 *         allegations:
 *           - { child: '@owen', type: PHYS }
 *     - take: submit
 *       on: '@report'
 *       with: { ... }
 *     - save: '@report'              changes fields
 *       with: { ... }
 *     - correct: '@link'
 *       reason: ...
 *       with: { ... }
 *     - find: assessment             the record of an entity whose fields are these
 *       where: { report: '@report' }
 *       as: assessment
 *     - refused: plan_in_place       as "take", but the guard of this name must refuse
 *       take: left_home
 *       on: '@contact'
 *
 * '@name' is the id of a record or row; '@name.field' what its reference field leads to. */
#ifndef HEARTH_SERVICE_SCRIPT_H
#define HEARTH_SERVICE_SCRIPT_H

#include "service/service.h"

struct script_host {
    void *context;
    /* The worker of a login and the agency of a code. */
    bool (*worker)(void *context, struct str login, struct uuid *ret_worker);
    bool (*agency)(void *context, struct str code, struct uuid *ret_agency);
    void (*progress)(void *context, size_t done, size_t total);
};

/* Runs all acts in order; stops at the first that fails, with "file:line: what was refused, why".
 */
NODISCARD enum status script_run(struct store *store, struct arena *arena, struct str file,
                                 struct str text, const struct script_host *host,
                                 struct outcome *outcome);

#endif

/* A written-down sequence of acts: who does what, when, through the same use cases as every face.
 * The sample county is one, the acceptance story another; training can have its own. YAML, read
 * strictly:
 *
 *   script: marathon
 *   acts:
 *     - by: jmoreno                  a worker's login; left out: the system
 *       agency: '073'                code of the agency the worker acts for; kept until changed
 *       at: day -3 09:12             when: local; or "now -90" (minutes), or 2026-11-25 13:20; left
 *                                    out: when the script began, from which days and minutes count
 *       create: access_report
 *       of: '@assessment'            what it is made for: the parent of a part
 *       as: report                   a name for later acts
 *       with:
 *         received_at: day -3 09:10  times as above in values too: "day -3 09:10", "day -2600"
 *         race: [WHITE, ASIAN]
 *         participants:
 *           - { as: owen, given_name: Owen, role: CHILD }
 *         allegations:
 *           - { child: '@owen', type: PHYS }
 *         scan: 'file plan.png'      a picture that lies beside the script
 *     - take: submit
 *       on: '@report'
 *       with: { ... }
 *     - save: '@report'              changes fields; of a list the rows that are named, and new
 * ones with: { participants: [ { row: '@owen', age_years: 7 }, { given_name: Tessa } ] }
 *     - correct: '@link'
 *       reason: ...
 *       with: { ... }
 *     - find: assessment             the record of an entity whose fields are these
 *       where: { report: '@report' }
 *       as: assessment
 *     - take: left_home              an act that must be refused: by the guard or check of this
 *       on: '@contact'               name,
 *       refused: plan_in_place
 *       field: told_at               at this field (optional),
 *       says: neither a plan         with these words in the message (optional)
 *     - share: '@assessment'         offers parts of a root to another agency, to read in (reads)
 * or to: '@dane'                  to work in (works), under an agreement until a day how: works
 *       parts: contact information_area
 *       agreement: '@agreement'
 *       until: 2027-01-31
 *     - accept: '@assessment'        what was offered of it to the agency for which one acts
 *     - end_share: '@assessment'     what runs of it between the two agencies
 *       reason: ...
 *     - expect: '@report'            nothing is done; what is on record must agree:
 *       as_of: 2026-11-25 14:00      as it was then (optional)
 *       by: jonas                    whether this worker may read it
 *       readable: no
 *       state: submitted
 *       answered: [number]           something is there
 *       with: { family_name: Sorrell, aim: '' }        '' : nothing is there
 *       rows: { participants: 5 }
 *       clocks:                      by name or number of the rule
 *         - { clock: A02, of: '@owen_child', state: running, start: 2026-11-25 13:20,
 *             due: 2026-11-26 13:20, done: ..., late: no, because: the report was received }
 *         - { clock: I07, state: running, opens: 2027-01-27 00:00 }       of a bar
 *
 * '@name' is the id of a record or row; '@name.field' what its reference field leads to. The state
 * of a clock is running, done, stopped, tolled, or none when there is no such clock; of: the member
 * of a clock that is one for each. */
#ifndef HEARTH_SERVICE_SCRIPT_H
#define HEARTH_SERVICE_SCRIPT_H

#include "service/service.h"

struct script_host {
    void *context;
    /* The worker of a login and the agency of a code. */
    bool (*worker)(void *context, struct str login, struct uuid *ret_worker);
    bool (*agency)(void *context, struct str code, struct uuid *ret_agency);
    /* Acts of this file that are done. NULL: nobody is told. */
    void (*progress)(void *context, size_t done, size_t total);
    /* The bytes of a file beside the script; NULL: scripts may name none. */
    bool (*file)(void *context, struct str name, struct str *ret_bytes);
    /* Told the time of each act before it is done: a test sets the clock of the program by it.
     * NULL: nobody needs to know. */
    void (*set_now)(void *context, struct instant at);
    /* What "day" and "now" count from; 0: when the script begins. */
    struct instant began;
    /* No act of the script changes what its workers may do: they are looked up once. */
    bool actors_stay;
};

struct script;

/* A script of one or more files; names hold from one to the next. All are views that outlive it;
 * it lives in the arena. */
struct script *script_begin(struct store *store, struct arena *arena,
                            const struct script_host *host, struct outcome *outcome);
/* A record that is there already, under a name of its own for the acts. STATUS_INVALID when the
 * name is taken. */
NODISCARD enum status script_know(struct script *script, struct str name, uint32_t entity,
                                  struct uuid id);
/* Does all acts of a file in order; stops at the first that fails, with "file:line: what was
 * refused, why" in the outcome. */
NODISCARD enum status script_file(struct script *script, struct str file, struct str text);
/* A script of one file. */
NODISCARD enum status script_run(struct store *store, struct arena *arena, struct str file,
                                 struct str text, const struct script_host *host,
                                 struct outcome *outcome);

#endif

/* See self_audit.h. */
#include "service/self_audit.h"

#include "base/buf.h"
#include "store/installation.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#define HOUR ((int64_t)60 * 60 * 1000)
#define BACKUP_MOST (48 * HOUR)
#define VERIFY_MOST (7 * 24 * HOUR)
#define UNSEALED_MOST (HOUR / 6)
#define ROOM_LEAST 5 /* a fifth of the disk */
#define NAMES_MOST 6 /* of what is not confirmed */

/* One audit under way. */
struct audit {
    struct arena *arena;
    const struct self_audit_setup *setup;
    struct store_figures figures;
    struct store_marks marks;
    struct instant now;
    LIST(struct finding) findings[2]; /* by weight */
};

static void find(struct audit *audit, enum finding_weight weight, struct str code, struct str what,
                 struct str why, struct str remedy)
{
    struct finding finding = {weight, code, what, why, remedy};
    LIST_PUSH(audit->arena, &audit->findings[weight], finding);
}

/* "3 accounts have ..." */
static struct str counted(struct audit *audit, uint64_t count, struct str one, struct str many)
{
    return STR_JOIN(audit->arena, str_from_int(audit->arena, (int64_t)count),
                    count == 1 ? one : many);
}

/* ---- who gets in ---- */

static void look_at_sign_in(struct audit *audit)
{
    const struct self_audit_setup *setup = audit->setup;
    if (!setup->second_factor_required) {
        find(audit, FINDING_WEAK, STR("second_factor_offered"),
             STR("A second step at sign-in is offered, not required"),
             STR("Whoever learns a password reads all that its worker may read."),
             STR("Set second_factor: required and reload."));
    }
    if (audit->figures.without_second > 0) {
        find(
            audit, FINDING_WEAK, STR("accounts_without_second_factor"),
            counted(audit, audit->figures.without_second, STR(" account has no second step set up"),
                    STR(" accounts have no second step set up")),
            STR("Until it is set up, the password alone is what protects the account."),
            STR("Ask them to set it up; take the logins away of who does not work here any more."));
    }
    if (audit->figures.dormant > 0) {
        find(audit, FINDING_WEAK, STR("accounts_dormant"),
             counted(audit, audit->figures.dormant, STR(" account was not used for 90 days"),
                     STR(" accounts were not used for 90 days")),
             STR("Nobody would notice if somebody else used it."),
             STR("End the roles of who does not work here any more."));
    }
    if (audit->figures.programs > 0) {
        find(audit, FINDING_WEAK, STR("tokens_without_expiry"),
             counted(audit, audit->figures.programs, STR(" token of a program never expires"),
                     STR(" tokens of programs never expire")),
             STR("A token that was copied once opens the records until somebody takes it away."),
             STR("Keep a list of who holds them; make each anew once a year."));
    }
    if (!setup->secure && !str_starts(setup->address, STR("127."))) {
        find(
            audit, FINDING_GRAVE, STR("no_tls"),
            STR("Hearth is reached from other machines without TLS"),
            STR("Passwords and records cross the network readable."),
            STR("Put a proxy in front that speaks TLS, listen on 127.0.0.1, and set secure: yes."));
    }
}

/* ---- keys ---- */

/* Whether anybody but the owner may look into the folder or one of its files; the public halves are
 * meant to be read. */
static bool others_may_read(struct arena *arena, struct str folder)
{
    struct stat info;
    DIR *open_folder = opendir(str_cstr(arena, folder));
    bool found = false;
    if (!open_folder) {
        return false;
    }
    for (struct dirent *entry = readdir(open_folder); entry && !found;
         entry = readdir(open_folder)) {
        if (!str_ends(str_from(entry->d_name), STR(".pub")) &&
            !str_eq(str_from(entry->d_name), STR("..")) &&
            fstatat(dirfd(open_folder), entry->d_name, &info, 0) == 0) {
            found = (info.st_mode & (S_IRWXG | S_IRWXO)) != 0;
        }
    }
    closedir(open_folder);
    return found;
}

static bool same_disk(struct arena *arena, struct str one, struct str other)
{
    struct stat a, b;
    return stat(str_cstr(arena, one), &a) == 0 && stat(str_cstr(arena, other), &b) == 0 &&
           a.st_dev == b.st_dev;
}

static void look_at_keys(struct audit *audit)
{
    struct str keys = STR_JOIN(audit->arena, audit->setup->directory, STR("/keys"));
    if (others_may_read(audit->arena, keys)) {
        find(audit, FINDING_GRAVE, STR("keys_readable"),
             STR("Others than the server's user may read the keys"),
             STR("Whoever has the keys and a copy of the records opens all that is sealed."),
             STR_JOIN(audit->arena, STR("chmod -R go= "), keys,
                      STR(", and make new keys if somebody may have looked: hearth keys rotate.")));
    }
    if (same_disk(audit->arena, keys, audit->setup->directory)) {
        find(audit, FINDING_WEAK, STR("keys_on_same_disk"),
             STR("The keys are on the same disk as the records"),
             STR("Whoever takes the disk, or an image of it, has both."),
             STR("Encrypt the disk, or mount the folder keys from elsewhere."));
    }
}

/* ---- what proves and what restores ---- */

static void look_at_checkpoints(struct audit *audit)
{
    const struct self_audit_setup *setup = audit->setup;
    if (setup->checkpoints.n == 0) {
        find(audit, FINDING_WEAK, STR("no_checkpoints"),
             STR("There is no second place for checkpoints"),
             STR("Whoever rules this machine could cut off the end of history unseen."),
             STR("Mount a folder of another system, append only, and set checkpoints to it."));
    } else if (same_disk(audit->arena, setup->checkpoints, setup->directory)) {
        find(audit, FINDING_WEAK, STR("checkpoints_on_same_disk"),
             STR("The second place of checkpoints is on the disk of the records"),
             STR("It is lost, and can be changed, together with what it is to prove."),
             STR("Set checkpoints to a folder that another system keeps."));
    }
    if (audit->figures.unsealed > 0 && audit->figures.unsealed_ms > UNSEALED_MOST) {
        find(audit, FINDING_GRAVE, STR("history_unsealed"),
             counted(audit, audit->figures.unsealed, STR(" row of history is not sealed"),
                     STR(" rows of history are not sealed")),
             STR("History is sealed within seconds; until it is, a change of it is not found."),
             STR("Read the log for what the background says of sealing."));
    }
    if (!audit->marks.verified || audit->now.ms - audit->marks.verified_at.ms > VERIFY_MOST) {
        find(audit, FINDING_WEAK, STR("not_verified"),
             audit->marks.verified
                 ? STR("The chain of history was last checked more than a week ago")
                 : STR("The chain of history was never checked here"),
             STR("Tampering is found by checking, and by nothing else."),
             STR("Run hearth audit verify each night, best on a restored backup."));
    } else if (audit->marks.broken > 0) {
        find(audit, FINDING_GRAVE, STR("history_broken"),
             counted(audit, audit->marks.broken, STR(" row of history does not verify"),
                     STR(" rows of history do not verify")),
             STR("Somebody, or a disk, changed what must never change."),
             STR("Stop, keep this disk as it is, and restore the last backup that verifies."));
    }
}

static void look_at_backup(struct audit *audit)
{
    if (!audit->marks.backed_up) {
        find(audit, FINDING_GRAVE, STR("no_backup"), STR("No backup was ever made"),
             STR("A broken disk takes every record with it."),
             STR("Run hearth backup each night, to another disk and another site."));
    } else if (audit->now.ms - audit->marks.backed_up_at.ms > BACKUP_MOST) {
        find(audit, FINDING_GRAVE, STR("backup_old"),
             STR("The last backup is more than two days old"),
             STR("What was entered since is lost with the disk."),
             STR("See why last night's backup was not made, and make one now."));
    }
}

/* ---- the machine ---- */

static void look_at_machine(struct audit *audit)
{
    const struct store_figures *figures = &audit->figures;
    struct timex clock = {.modes = 0};
    if (figures->disk_bytes > 0 && figures->free_bytes < figures->disk_bytes / ROOM_LEAST) {
        find(audit, FINDING_GRAVE, STR("disk_filling"),
             STR("Less than a fifth of the disk is free"),
             STR("When it is full nothing more can be saved, and no record can be shown."),
             STR("Make room, or move the data folder to a larger disk."));
    }
    if (audit->setup->set_clock && !audit->setup->training) {
        find(audit, FINDING_GRAVE, STR("clock_from_file"), STR("The time is read from a file"),
             STR("Deadlines, signatures and the access log go by it."),
             STR("Take clock_file out; it is for tests and training."));
    } else if (adjtimex(&clock) == TIME_ERROR) {
        find(audit, FINDING_WEAK, STR("clock_unsynchronised"),
             STR("The clock of the machine is not synchronised"),
             STR("A deadline of hours is missed by as much as the clock is wrong."),
             STR("Switch on systemd-timesyncd or chrony."));
    }
    if (figures->set_aside > 0) {
        find(audit, FINDING_WEAK, STR("jobs_set_aside"),
             counted(audit, figures->set_aside, STR(" job was given up"),
                     STR(" jobs were given up")),
             STR("Work in the background that failed eight times waits for a person."),
             STR("Read the log for its reason; update Hearth or the model."));
    }
}

/* ---- the model ---- */

/* The first ones say of what kind they are; the pages of the model have them all. */
static struct str add_name(const struct audit *audit, struct str names, struct str name,
                           uint64_t before)
{
    if (before == 0 || before > NAMES_MOST) {
        return before == 0 ? name : names;
    }
    return STR_JOIN(audit->arena, names, STR("; "), before == NAMES_MOST ? STR("…") : name);
}

static void look_at_model(struct audit *audit, const struct model *model)
{
    struct str names = {0};
    uint64_t count = 0;
    for (uint32_t i = 0; i < model_clock_total(model); i++) {
        const struct model_clock *clock = model_clock_row(model, i);
        if (!clock->verified) {
            struct str name = model_text(model, clock->label);
            names = add_name(audit, names, name, count++);
        }
    }
    for (uint32_t i = 0; i < model_code_set_total(model); i++) {
        const struct model_code_set *set = model_code_set_row(model, i);
        if (!set->verified) {
            struct str name = model_text(model, set->label);
            names = add_name(audit, names, name, count++);
        }
    }
    if (count > 0) {
        find(audit, FINDING_WEAK, STR("model_unconfirmed"),
             STR_JOIN(audit->arena,
                      counted(audit, count, STR(" part of the practice model is not confirmed: "),
                              STR(" parts of the practice model are not confirmed: ")),
                      names),
             STR("Its figure or its codes are from public sources that do not settle it."),
             STR("Have the department confirm them; they are in the model as verified: no."));
    }
}

enum status self_audit(struct store_reader *reader, struct arena *arena, const struct model *model,
                       const struct self_audit_setup *setup, struct instant now,
                       struct finding **ret_findings, size_t *ret_count)
{
    struct audit audit = {.arena = arena, .setup = setup, .now = now};
    TRY(store_figures(reader, &audit.figures));
    audit.marks = store_marks(arena, setup->directory);
    look_at_backup(&audit);
    look_at_sign_in(&audit);
    look_at_keys(&audit);
    look_at_checkpoints(&audit);
    look_at_machine(&audit);
    look_at_model(&audit, model);
    for (size_t i = 0; i < audit.findings[FINDING_WEAK].count; i++) {
        LIST_PUSH(arena, &audit.findings[FINDING_GRAVE], audit.findings[FINDING_WEAK].items[i]);
    }
    *ret_findings = audit.findings[FINDING_GRAVE].items;
    *ret_count = audit.findings[FINDING_GRAVE].count;
    return STATUS_OK;
}

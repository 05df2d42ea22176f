/* What is in a backup: the names that Hearth gives, the lines of its manifest, and reading them
 * from whoever hands in a backup. Pure: no file is touched. */
#include "store/backup_int.h"

#include <sodium.h>

#include "base/buf.h"

#define END_MOST ((size_t)100)
#define HEX_DIGEST (2 * (size_t)FILE_DIGEST_SIZE)

/* ---- names ---- */

static bool all_of(struct str s, struct str allowed)
{
    for (size_t i = 0; i < s.n; i++) {
        if (str_find_byte(allowed, s.p[i]) < 0) {
            return false;
        }
    }
    return s.n > 0;
}

#define DIGITS "0123456789"

bool backup_is_access_log(struct str name)
{
    return name.n == STR("access-2026-11.db").n && str_starts(name, STR("access-")) &&
           str_ends(name, STR(".db")) && all_of(str_slice(name, 7, 11), STR(DIGITS)) &&
           name.p[11] == '-' && all_of(str_slice(name, 12, 14), STR(DIGITS));
}

bool backup_is_secret(struct str name)
{
    return str_starts(name, STR("keys/")) && !str_ends(name, STR(".pub")) &&
           !str_ends(name, STR(".end"));
}

bool backup_knows(struct str name)
{
    static const struct str whole[] = {STR_INIT("hearth.db"), STR_INIT("attachments.db"),
                                       STR_INIT("checkpoints.log"), STR_INIT("sample.txt"),
                                       STR_INIT("records.dump")};
    for (size_t i = 0; i < ARRAY_LENGTH(whole); i++) {
        if (str_eq(name, whole[i])) {
            return true;
        }
    }
    if (str_starts(name, STR("model/")) && str_ends(name, STR(".image"))) {
        struct str digest = str_slice(name, 6, name.n - STR(".image").n);
        return digest.n == HEX_DIGEST && all_of(digest, STR(DIGITS "abcdef"));
    }
    if (str_starts(name, STR("keys/"))) {
        struct str key = str_slice(name, 5, name.n);
        return key.n < 100 && key.n > 0 && key.p[0] != '.' && key.p[0] != '-' &&
               all_of(key, STR(DIGITS "abcdefghijklmnopqrstuvwxyz-_."));
    }
    return backup_is_access_log(name);
}

bool backup_is_database(struct str name)
{
    return str_ends(name, STR(".db"));
}

struct str backup_line(struct arena *arena, struct str name, const struct file_facts *facts)
{
    struct buf line;
    buf_init(&line, arena, BACKUP_LINE_MOST);
    buf_add(&line, STR("file "));
    buf_hex(&line, facts->digest, sizeof(facts->digest));
    buf_byte(&line, ' ');
    buf_digits(&line, facts->size, 1);
    BUF_ADD(&line, STR(" "), name, STR("\n"));
    return buf_str(&line);
}

struct str backup_end(struct arena *arena, struct str lines)
{
    unsigned char digest[FILE_DIGEST_SIZE];
    const void *bytes = lines.p;
    struct buf end;
    crypto_generichash(digest, sizeof(digest), bytes, lines.n, NULL, 0);
    buf_init(&end, arena, END_MOST);
    buf_add(&end, STR("end "));
    buf_hex(&end, digest, sizeof(digest));
    buf_byte(&end, '\n');
    return buf_str(&end);
}

/* ---- reading ---- */

static enum status refuse(struct outcome *outcome, struct str why)
{
    return outcome_fault(outcome, STATUS_REFUSED,
                         STR_JOIN(outcome->arena, BACKUP_MANIFEST, STR(": "), why));
}

/* "file DIGEST SIZE NAME" */
static enum status take_file(struct str line, struct outcome *outcome, struct map *files)
{
    struct str rest = line, word, digest, size, name;
    if (!str_split(&rest, ' ', &word) || !str_eq(word, STR("file")) ||
        !str_split(&rest, ' ', &digest) || !str_split(&rest, ' ', &size) ||
        !str_split(&rest, ' ', &name) || rest.p != NULL) {
        return refuse(outcome, STR("a line in it is not one of a backup"));
    }
    if (!backup_knows(name)) {
        return refuse(outcome, STR("it names a file that is none of Hearth's"));
    }
    struct str *kept = ARENA_NEW(outcome->arena, struct str);
    *kept = STR_JOIN(outcome->arena, line, STR("\n"));
    return map_add(files, name, kept) ? STATUS_OK : refuse(outcome, STR("it names a file twice"));
}

static enum status take_head(struct str *rest, struct outcome *outcome, struct instant *ret_moment)
{
    struct str format, moment;
    if (!str_split(rest, '\n', &format) || !str_starts(format, STR("hearth backup "))) {
        return refuse(outcome, STR("this is no backup of Hearth"));
    }
    if (!str_eq(format, BACKUP_FORMAT)) {
        return outcome_fault(outcome, STATUS_REFUSED,
                             STR_JOIN(outcome->arena, format,
                                      STR(": made by another version of Hearth; this one reads "
                                          "hearth backup 1")));
    }
    if (!str_split(rest, '\n', &moment) || !str_starts(moment, STR("moment ")) ||
        !str_to_i64(str_slice(moment, 7, moment.n), &ret_moment->ms)) {
        return refuse(outcome, STR("it does not say of which moment it is"));
    }
    return STATUS_OK;
}

enum status manifest_read(struct str text, struct outcome *outcome, struct instant *ret_moment,
                          struct map *files)
{
    struct str rest = text, line;
    TRY(take_head(&rest, outcome, ret_moment));
    while (rest.p != NULL && str_starts(rest, STR("file "))) {
        (void)str_split(&rest, '\n', &line);
        TRY(take_file(line, outcome, files));
    }
    size_t before = rest.p == NULL ? text.n : text.n - rest.n;
    struct str end = backup_end(outcome->arena, str_slice(text, 0, before));
    if (rest.p == NULL || !str_eq(rest, end)) {
        return refuse(outcome, STR("it was cut off or changed"));
    }
    return map_has(files, BACKUP_RECORDS) ||
                   (map_has(files, STR("hearth.db")) && map_has(files, STR("attachments.db")))
               ? STATUS_OK
               : refuse(outcome, STR("it names no database of records"));
}

/* Marks in the data folder of what was done with it as a whole: small files of numbers, written
 * after the work, by commands that need not open the store. */
#include "base/buf.h"
#include "store/files.h"
#include "store/installation.h"
#include "store/store.h"

#define MARK_MOST ((size_t)100)

/* "1795634400000 0\n": when (milliseconds), and a count. */
static enum status write_mark(struct outcome *outcome, struct str directory, struct str name,
                              struct instant at, uint64_t count)
{
    struct arena *arena = outcome->arena;
    TRY(folder_make(outcome, STR_JOIN(arena, directory, STR("/marks"))));
    return file_replace(outcome, STR_JOIN(arena, directory, STR("/marks/"), name),
                        STR_JOIN(arena, str_from_int(arena, at.ms), STR(" "),
                                 str_from_int(arena, (int64_t)count), STR("\n")));
}

static bool read_mark(struct arena *arena, struct str directory, struct str name,
                      struct instant *ret_at, uint64_t *ret_count)
{
    struct outcome outcome;
    struct str rest, part;
    int64_t count = 0;
    outcome_init(&outcome, arena);
    if (file_read(&outcome, STR_JOIN(arena, directory, STR("/marks/"), name), MARK_MOST, &rest) !=
        STATUS_OK) {
        return false;
    }
    rest = str_trim(rest);
    if (!str_split(&rest, ' ', &part) || !str_to_i64(part, &ret_at->ms) ||
        !str_split(&rest, ' ', &part) || !str_to_i64(part, &count) || count < 0) {
        return false;
    }
    *ret_count = (uint64_t)count;
    return true;
}

enum status store_mark_backup(struct str directory, struct instant at, struct outcome *outcome)
{
    return write_mark(outcome, directory, STR("backup"), at, 0);
}

enum status store_mark_verified(struct str directory, struct instant at, uint64_t broken,
                                struct outcome *outcome)
{
    return write_mark(outcome, directory, STR("verified"), at, broken);
}

struct store_marks store_marks(struct arena *arena, struct str directory)
{
    struct store_marks marks = {0};
    uint64_t ignored = 0;
    marks.backed_up = read_mark(arena, directory, STR("backup"), &marks.backed_up_at, &ignored);
    marks.verified =
        read_mark(arena, directory, STR("verified"), &marks.verified_at, &marks.broken);
    return marks;
}

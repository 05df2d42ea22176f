/* What names a database of a PostgreSQL server. libpq reads it; what libpq says of a wrong one
 * quotes it, password and all, and is told to nobody. */
#include <libpq-fe.h>

#include "base/buf.h"
#include "db/db.h"

#define SHOWN_MOST ((size_t)4096)

static const struct str wrong =
    STR_INIT("this is no address of a database: postgresql://USER@HOST/DATABASE, or the same as "
             "host=HOST dbname=DATABASE user=USER");

/* libpq marks what is not to be shown while it is typed. */
static bool is_secret(const PQconninfoOption *option)
{
    return option->dispchar[0] == '*';
}

static bool is_said(const PQconninfoOption *option)
{
    return option->val != NULL && option->val[0] != '\0';
}

/* "host='db.example' dbname='hearth'" */
static void show(struct buf *shown, const PQconninfoOption *option)
{
    BUF_ADD(shown, buf_str(shown).n > 0 ? STR(" ") : STR(""), str_from(option->keyword), STR("='"));
    for (const char *c = option->val; *c != '\0'; c++) {
        if (*c == '\'' || *c == '\\') {
            buf_byte(shown, '\\');
        }
        buf_byte(shown, *c);
    }
    buf_byte(shown, '\'');
}

enum status db_read_address(struct str text, struct outcome *outcome,
                            struct db_address *ret_address)
{
    struct arena *arena = outcome->arena;
    struct buf shown;
    char *why = NULL;
    *ret_address = (struct db_address){.shown = text};
    PQconninfoOption *options = str_find_byte(text, '\0') < 0 && text.n < SHOWN_MOST / 2
                                    ? PQconninfoParse(str_cstr(arena, text), &why)
                                    : NULL;
    PQfreemem(why);
    if (options == NULL) {
        return outcome_fault(outcome, STATUS_INVALID, wrong);
    }
    buf_init(&shown, arena, SHOWN_MOST);
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (is_said(option) && is_secret(option)) {
            ret_address->has_secret = true;
        } else if (is_said(option)) {
            show(&shown, option);
        }
    }
    PQconninfoFree(options);
    if (ret_address->has_secret) {
        ret_address->shown = buf_str(&shown);
    }
    return STATUS_OK;
}

#include "db/named.h"

#include "db/db_driver.h"

struct str sql_text_for(const struct sql_named *named, enum db_dialect dialect)
{
    return dialect == DB_DIALECT_POSTGRES && named->postgres.n > 0 ? named->postgres : named->text;
}

enum status db_named(struct db *db, enum sql_name name, struct arena *arena,
                     struct db_statement **ret_statement)
{
    const struct sql_named *named = &sql_named[name];
    return db_prepare_as(db, named->name, sql_text_for(named, db_dialect(db)), arena,
                         ret_statement);
}

enum status db_named_script(struct db *db, enum sql_name name)
{
    const struct sql_named *named = &sql_named[name];
    if (!named->script) {
        return db_fail(db, DB_MISUSE, STR(""), "%.*s (%.*s) is a statement, not a script",
                       STR_ARG(named->name), STR_ARG(named->place));
    }
    return db_script(db, sql_text_for(named, db_dialect(db)));
}

/* A database of its own on a PostgreSQL server for each folder of a test, where
 * HEARTH_TEST_POSTGRES is set (see test/postgres); else none: records are in the folder. */
#ifndef HEARTH_TEST_SERVER_H
#define HEARTH_TEST_SERVER_H

#include <postgresql/libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

/* For the options of a store; empty without a server. A folder that is known has its database. */
static inline struct str test_server(struct arena *arena, struct str folder)
{
    char name[64], sql[128];
    size_t n = 0, from = folder.n;
    if (getenv("HEARTH_TEST_POSTGRES") == NULL) {
        return STR("");
    }
    /* The last 40 letters and digits of the path: mkdtemp makes them unlike any other's. */
    while (from > 0 && folder.n - from < 40) {
        from--;
    }
    name[n++] = 't';
    for (size_t i = from; i < folder.n; i++) {
        unsigned char c = (unsigned char)folder.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        n += (size_t)snprintf(name + n, sizeof(name) - n, plain ? "%c" : "_%x", c);
        if (n > sizeof(name) - 8) {
            break;
        }
    }
    snprintf(sql, sizeof(sql), "CREATE DATABASE %s", name);
    PGconn *server = PQconnectdb("options='-c client_min_messages=error'");
    PQclear(PQexec(server, sql)); /* one that is there stays */
    PQfinish(server);
    return STR_JOIN(arena, STR("dbname="), str_copy(arena, (struct str){name, n}));
}

#endif

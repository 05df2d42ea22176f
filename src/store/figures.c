/* Figures for who watches over the server: one statement, the sizes of files. */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/care.h"
#include "store/home.h"
#include "store/installation.h"

#define SEEN_MS (30 * MINUTE_MS)

static uint64_t count_at(struct db_statement *q, unsigned at)
{
    int64_t count = db_int(q, at);
    return count > 0 ? (uint64_t)count : 0;
}

static enum status read_tables(struct store_reader *reader, struct store_figures *figures)
{
    struct db_statement *q;
    int64_t now = store_now(reader->store).ms;
    TRY(db_named(reader->db, SQL_FIGURES_OF_CARE, reader->arena, &q));
    db_bind_int(q, 1, now);
    db_bind_int(q, 2, now - SEEN_MS);
    db_bind_int(q, 3, now - STORE_DORMANT_MS);
    if (db_next(q)) {
        figures->unsealed = count_at(q, 0);
        figures->unsealed_ms = db_is_null(q, 1) ? 0 : now - db_int(q, 1);
        figures->overdue = count_at(q, 2);
        figures->sessions = count_at(q, 3);
        figures->programs = count_at(q, 4);
        figures->drafts = count_at(q, 5);
        figures->draft_bytes = count_at(q, 6);
        figures->set_aside = count_at(q, 7);
        figures->logins = count_at(q, 8);
        figures->without_second = count_at(q, 9);
        figures->dormant = count_at(q, 10);
    }
    return db_finish(q);
}

static uint64_t file_bytes(struct store_reader *reader, struct str name)
{
    struct stat info;
    struct str path = store_path(reader->store, reader->arena, name);
    return stat(str_cstr(reader->arena, path), &info) == 0 ? (uint64_t)info.st_size : 0;
}

static enum status read_server(struct store_reader *reader, struct store_figures *figures)
{
    struct db_statement *q;
    TRY(db_named(reader->db, SQL_COUNT_BYTES, reader->arena, &q));
    if (db_next(q)) {
        figures->database_bytes = count_at(q, 0);
        figures->attachment_bytes = count_at(q, 1);
    }
    return db_finish(q);
}

static void read_disk(struct store_reader *reader, struct store_figures *figures)
{
    struct statvfs info;
    if (!home_is_shared(reader->store)) {
        figures->database_bytes = file_bytes(reader, STR("hearth.db"));
        figures->wal_bytes = file_bytes(reader, STR("hearth.db-wal"));
        figures->attachment_bytes = file_bytes(reader, STR("attachments.db"));
    }
    if (statvfs(str_cstr(reader->arena, reader->store->options.directory), &info) == 0) {
        figures->free_bytes = (uint64_t)info.f_bavail * info.f_frsize;
        figures->disk_bytes = (uint64_t)info.f_blocks * info.f_frsize;
    }
}

enum status store_figures(struct store_reader *reader, struct store_figures *ret_figures)
{
    struct writer_figures writer = writer_figures(reader->store);
    *ret_figures = (struct store_figures){
        .jobs = writer.jobs, .commits = writer.commits, .commit_us = writer.commit_us};
    TRY(read_tables(reader, ret_figures));
    if (home_is_shared(reader->store)) {
        TRY(read_server(reader, ret_figures));
    }
    read_disk(reader, ret_figures);
    return STATUS_OK;
}

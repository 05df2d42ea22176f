-- The version of the kernel's own tables, in every file. How these files are read: README.md.

-- script: kernel_schema
-- Which version of the kernel's tables this database has. One row.
CREATE TABLE IF NOT EXISTS kernel_version (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version INTEGER NOT NULL CHECK (version > 0)
) STRICT;
-- postgres:
CREATE TABLE IF NOT EXISTS kernel_version (
    only_row bigint PRIMARY KEY CHECK (only_row = 1),
    version bigint NOT NULL CHECK (version > 0)
);
-- What a trigger that refuses says.
CREATE OR REPLACE FUNCTION hearth_refuse() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''%'', TG_ARGV[0]; END';
-- The number up to which all rows of a table that ever will be there are there. Rows are numbered when they are
-- written and seen when they are committed, by several writers in another order: whoever writes in the table holds
-- a lock that this waits for, and what is written behind it has a higher number.
CREATE OR REPLACE FUNCTION hearth_settled(written text) RETURNS bigint LANGUAGE plpgsql
    SET lock_timeout = '500ms' AS
    'DECLARE settled bigint; BEGIN
        EXECUTE format(''LOCK TABLE %I IN SHARE MODE'', written);
        EXECUTE format(''SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM %I'', written || ''_sequence_seq'')
            INTO settled;
        RETURN settled;
    END';

-- name: find_kernel_table
-- Whether a file has versions: it is new, or was made before they were kept.
SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'kernel_version';
-- postgres:
SELECT relname FROM pg_class WHERE oid = to_regclass('kernel_version');

-- name: probe
-- How the main database is: version of its tables, whether it takes no writes now, the model activated last.
SELECT version, 0, coalesce((SELECT digest FROM model_image ORDER BY sequence DESC LIMIT 1), '') FROM kernel_version;
-- postgres:
SELECT version, CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END,
    coalesce((SELECT digest FROM model_image ORDER BY sequence DESC LIMIT 1), '') FROM kernel_version;

-- name: count_bytes
-- Of the databases that are schemas of one: records and all that is not attachments, attachments. (Files are asked
-- for their size.)
SELECT 0, 0;
-- postgres:
SELECT CAST(coalesce(sum(pg_total_relation_size(c.oid)) FILTER (WHERE n.nspname <> 'attachments'), 0) AS bigint),
    CAST(coalesce(sum(pg_total_relation_size(c.oid)) FILTER (WHERE n.nspname = 'attachments'), 0) AS bigint)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema';

-- name: list_schemas
-- The databases of the store (store/home.h), where they are schemas of one.
SELECT name FROM pragma_database_list ORDER BY name;
-- postgres:
SELECT nspname FROM pg_namespace ORDER BY nspname;

-- name: find_unfinished_kernel
-- A table as it was before versions were kept.
SELECT name FROM sqlite_schema WHERE name = 'clock' AND instr(sql, 'opens INTEGER') = 0;
-- postgres:
SELECT 1 WHERE false;

-- name: find_kernel_version
-- No row in a database that has just been made.
SELECT version FROM kernel_version WHERE only_row = 1;

-- name: set_kernel_version
-- ?1 the version, after the last step of a migration.
INSERT INTO kernel_version (only_row, version) VALUES (1, ?1)
ON CONFLICT (only_row) DO UPDATE SET version = excluded.version;

-- The kernel's own tables and the statements over them. How these files are read: README.md.

-- script: kernel_schema
-- Which version of the kernel's tables this database has. One row.
CREATE TABLE kernel_version (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version INTEGER NOT NULL CHECK (version > 0)
) STRICT;

-- name: find_kernel_version
-- No row in a database that has just been made.
SELECT version FROM kernel_version WHERE only_row = 1;

-- name: set_kernel_version
-- ?1 the version, after the last step of a migration.
INSERT INTO kernel_version (only_row, version) VALUES (1, ?1)
ON CONFLICT (only_row) DO UPDATE SET version = excluded.version;

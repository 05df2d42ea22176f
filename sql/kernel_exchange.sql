-- Foreign data: which record a foreign row became, and rows that wait.

-- script: exchange_schema
-- A foreign row that became a record or a row of a list. digest: of what it said when it came in.
CREATE TABLE IF NOT EXISTS foreign_row (
    mapping TEXT NOT NULL,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    id UUID NOT NULL,
    digest BLOB NOT NULL,
    CONSTRAINT foreign_row_key PRIMARY KEY (mapping, source, key)
) STRICT;
-- A foreign row that has no place yet, whole, with the reason.
CREATE TABLE IF NOT EXISTS staged_row (
    mapping TEXT NOT NULL,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    line INTEGER NOT NULL,
    content TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT staged_row_key PRIMARY KEY (mapping, source, key)
) STRICT;

-- name: find_foreign_row
-- ?1 mapping, ?2 source (a table of the mapping), ?3 key.
SELECT id, digest FROM foreign_row WHERE mapping = ?1 AND source = ?2 AND key = ?3;

-- name: set_foreign_row
-- ?1 mapping, ?2 source, ?3 key, ?4 id, ?5 digest.
INSERT INTO foreign_row (mapping, source, key, id, digest) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (mapping, source, key) DO UPDATE SET digest = excluded.digest;

-- name: forget_staged_rows
-- What waits under the keys of the row that became ?1.
DELETE FROM staged_row WHERE (mapping, source, key) IN (
    SELECT mapping, source, key FROM foreign_row WHERE id = ?1);

-- name: forget_foreign_digest
-- The row that became ?1 stays known, so that it does not come in again; a digest of what it said
-- could be guessed.
UPDATE foreign_row SET digest = zeroblob(0) WHERE id = ?1;
-- postgres:
UPDATE foreign_row SET digest = '' WHERE id = ?1;

-- name: stage_row
-- ?1 mapping, ?2 source, ?3 key, ?4 line, ?5 content, ?6 reason. A row that waits already and
-- says the same stays as it is.
INSERT INTO staged_row (mapping, source, key, line, content, reason)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (mapping, source, key) DO UPDATE
    SET line = excluded.line, content = excluded.content, reason = excluded.reason
    WHERE staged_row.content <> excluded.content;

-- name: unstage_row
-- ?1 mapping, ?2 source, ?3 key: the row came in and waits no more.
DELETE FROM staged_row WHERE mapping = ?1 AND source = ?2 AND key = ?3;

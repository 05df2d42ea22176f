-- Signing in, drafts, attachments, notices, the queue, the sealing of history, who looked.
-- Times are milliseconds since 1970 UTC; identifiers are 16 bytes.

-- script: kernel_care_schema
-- How somebody signs in. failures and locked_until are the lock-out after wrong passwords.
CREATE TABLE IF NOT EXISTS login (
    name TEXT NOT NULL PRIMARY KEY,
    worker UUID NOT NULL,
    password_hash TEXT NOT NULL,
    failures INTEGER NOT NULL CONSTRAINT login_failures_positive CHECK (failures >= 0),
    locked_until INTEGER NOT NULL
) STRICT;

-- A signed-in browser, or a program (form_token is empty). token is the digest of its secret.
CREATE TABLE IF NOT EXISTS session (
    token BLOB NOT NULL PRIMARY KEY,
    worker UUID NOT NULL,
    agency UUID NOT NULL,
    form_token TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    waits INTEGER NOT NULL,    -- enum store_waits: for the second step
    proved_at INTEGER NOT NULL -- when its worker last proved who they are
) STRICT;

-- The secret of a worker's authenticator app, sealed. enrolled_at is NULL until a first code fitted;
-- last_step is the time step whose code was used last: none is taken twice.
CREATE TABLE IF NOT EXISTS second_factor (
    worker UUID NOT NULL PRIMARY KEY,
    secret BLOB NOT NULL,
    enrolled_at INTEGER,
    last_step INTEGER NOT NULL,
    failures INTEGER NOT NULL CONSTRAINT second_factor_failures CHECK (failures >= 0),
    locked_until INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS recovery_code (
    worker UUID NOT NULL,
    digest BLOB NOT NULL, -- keyed by the worker
    used INTEGER NOT NULL CONSTRAINT recovery_code_used_yes_no CHECK (used IN (0, 1)),
    PRIMARY KEY (worker, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS second_factor_event (
    sequence INTEGER PRIMARY KEY,
    worker UUID NOT NULL,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS second_factor_event_worker ON second_factor_event (worker, sequence);

-- What a worker typed and did not save yet. title and content are sealed.
CREATE TABLE IF NOT EXISTS draft (
    worker UUID NOT NULL,
    place TEXT NOT NULL,
    title BLOB NOT NULL,
    content BLOB NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS draft_place ON draft (worker, place);

-- A draft that its worker closed: as it was, with the reason, sealed like it.
CREATE TABLE IF NOT EXISTS draft_closed (
    worker UUID NOT NULL,
    place TEXT NOT NULL,
    title BLOB NOT NULL,
    content BLOB NOT NULL,
    saved_at INTEGER NOT NULL,
    closed_at INTEGER NOT NULL,
    reason BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS draft_closed_worker ON draft_closed (worker, closed_at);

-- What is known of a picture or scan; its bytes are in the attachments file. name is sealed.
CREATE TABLE IF NOT EXISTS attachment (
    id UUID NOT NULL PRIMARY KEY,
    type TEXT NOT NULL,
    name BLOB NOT NULL,
    digest BLOB NOT NULL,
    size INTEGER NOT NULL,
    taken_by UUID NOT NULL,
    stored_at INTEGER NOT NULL,
    key BLOB NOT NULL -- of its pieces, sealed
) STRICT;

-- Something a worker is told. read_at is NULL until it is put away.
CREATE TABLE IF NOT EXISTS notice (
    id UUID NOT NULL PRIMARY KEY,
    worker UUID NOT NULL,
    record UUID NOT NULL,
    entity TEXT NOT NULL,
    say TEXT NOT NULL,
    at INTEGER NOT NULL,
    read_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS notice_unread ON notice (worker, at) WHERE read_at IS NULL;

-- Durable work. Set aside, with its reason, after too many failures.
CREATE TABLE IF NOT EXISTS job (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    set_aside INTEGER NOT NULL CONSTRAINT job_set_aside_yes_no CHECK (set_aside IN (0, 1)),
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS job_due ON job (kind, set_aside, not_before, id);

-- Rows of history of one agency (nil for records without one), sealed together: rows is the digest
-- over their sequences and digests, head that over the block with the head before it, signature the
-- one of head by the signing key of that number.
CREATE TABLE IF NOT EXISTS history_block (
    agency UUID NOT NULL,
    number INTEGER NOT NULL CONSTRAINT history_block_number_positive CHECK (number > 0),
    first_sequence INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    rows_digest BLOB NOT NULL,
    previous BLOB NOT NULL,
    head BLOB NOT NULL,
    signing_key INTEGER NOT NULL,
    signature BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS history_block_number ON history_block (agency, number);
CREATE INDEX IF NOT EXISTS history_block_last ON history_block (last_sequence);

-- Who looked at a record, built from the access log.
CREATE TABLE IF NOT EXISTS who_looked (
    record UUID NOT NULL,
    at INTEGER NOT NULL,
    worker UUID NOT NULL,
    route TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS who_looked_record ON who_looked (record, at);

-- How far each file of the access log has been read.
CREATE TABLE IF NOT EXISTS who_looked_progress (
    file TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT;

-- ---- signing in ----

-- name: find_login
-- ?1 the name it is known by.
SELECT worker, password_hash FROM login WHERE name = ?1;

-- name: find_login_of
-- ?1 worker.
SELECT name FROM login WHERE worker = ?1 ORDER BY name LIMIT 1;

-- name: set_login
-- What failed is counted in sign_in_failure. ?1 name, ?2 worker, ?3 hash of the password.
INSERT INTO login (name, worker, password_hash, failures, locked_until) VALUES (?1, ?2, ?3, 0, 0)
ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, password_hash = excluded.password_hash;

-- script: kernel_8_sign_in
-- Passwords that were wrong, by what they were for and where they came from (blind digests, so that neither a name, nor a
-- password typed in its place, nor an address is told; empty: any). locks: how often it was locked before.
CREATE TABLE sign_in_failure (
    login BLOB NOT NULL,
    source BLOB NOT NULL,
    failures INTEGER NOT NULL CONSTRAINT sign_in_failure_failures CHECK (failures >= 0),
    locks INTEGER NOT NULL CONSTRAINT sign_in_failure_locks CHECK (locks >= 0),
    locked_until INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (login, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failure_at ON sign_in_failure (at);
-- Browsers in which a worker has signed in before, by the digest of their cookie.
CREATE TABLE known_device (
    device BLOB NOT NULL,
    worker UUID NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (device, worker)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_device_worker ON known_device (worker);

-- name: find_sign_in_failure
-- ?1 login, ?2 source.
SELECT failures, locks, locked_until FROM sign_in_failure WHERE login = ?1 AND source = ?2;

-- name: set_sign_in_failure
-- ?1 login, ?2 source, ?3 failures, ?4 locks, ?5 locked until, ?6 now.
INSERT INTO sign_in_failure (login, source, failures, locks, locked_until, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (login, source) DO UPDATE SET failures = excluded.failures, locks = excluded.locks,
    locked_until = excluded.locked_until, at = excluded.at;

-- name: remove_sign_in_failures_of
-- ?1 login.
DELETE FROM sign_in_failure WHERE login = ?1;

-- name: remove_sign_in_failure
-- ?1 login, ?2 source.
DELETE FROM sign_in_failure WHERE login = ?1 AND source = ?2;

-- name: remove_old_sign_in_failures
-- What failed before ?1, and is not locked at ?2.
DELETE FROM sign_in_failure WHERE at < ?1 AND locked_until < ?2;

-- name: find_known_device
-- ?1 digest of its cookie, ?2 worker.
SELECT 1 FROM known_device WHERE device = ?1 AND worker = ?2;

-- name: set_known_device
-- ?1 digest of its cookie, ?2 worker, ?3 now.
INSERT INTO known_device (device, worker, used_at) VALUES (?1, ?2, ?3)
ON CONFLICT (device, worker) DO UPDATE SET used_at = excluded.used_at;

-- name: remove_known_devices_of
-- ?1 worker.
DELETE FROM known_device WHERE worker = ?1;

-- name: remove_old_known_devices
-- Those not used since ?1.
DELETE FROM known_device WHERE used_at < ?1;

-- name: find_session
-- ?1 digest of the secret.
SELECT worker, agency, form_token, created_at, seen_at, waits, proved_at
FROM session WHERE token = ?1;

-- name: add_session
-- ?1 digest of the secret, ?2 worker, ?3 agency, ?4 form token or empty, ?5 created, ?6 seen,
-- ?7 what it waits for, ?8 when its worker proved who they are.
INSERT INTO session (token, worker, agency, form_token, created_at, seen_at, waits, proved_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: prove_session
-- ?1 digest of the secret, ?2 what it waits for, ?3 when its worker proved who they are.
UPDATE session SET waits = ?2, proved_at = ?3 WHERE token = ?1;

-- name: remove_sessions_of
-- Those of browsers; programs keep theirs. ?1 worker.
DELETE FROM session WHERE worker = ?1 AND form_token <> '';

-- name: change_session
-- One that has ended is not made anew. ?1 digest of the secret, ?2 agency, ?3 form token, ?4 seen.
UPDATE session SET agency = ?2, form_token = ?3, seen_at = ?4 WHERE token = ?1;

-- name: remove_session
-- ?1 digest of the secret.
DELETE FROM session WHERE token = ?1;

-- name: remove_old_sessions
-- Those of browsers not seen since ?1; programs keep theirs.
DELETE FROM session WHERE seen_at < ?1 AND form_token <> '';

-- ---- the second factor ----

-- name: find_second_factor
-- ?1 worker.
SELECT secret, enrolled_at, last_step, failures, locked_until,
    (SELECT count(*) FROM recovery_code c WHERE c.worker = f.worker AND c.used = 0)
FROM second_factor f WHERE worker = ?1;

-- name: set_second_factor
-- ?1 worker, ?2 sealed secret, ?3 enrolled, ?4 last step, ?5 failures, ?6 locked until.
INSERT INTO second_factor (worker, secret, enrolled_at, last_step, failures, locked_until)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (worker) DO UPDATE SET secret = excluded.secret, enrolled_at = excluded.enrolled_at,
    last_step = excluded.last_step, failures = excluded.failures,
    locked_until = excluded.locked_until;

-- name: remove_second_factor
-- ?1 worker.
DELETE FROM second_factor WHERE worker = ?1;

-- name: add_recovery_code
-- ?1 worker, ?2 digest.
INSERT INTO recovery_code (worker, digest, used) VALUES (?1, ?2, 0);

-- name: use_recovery_code
-- Once. ?1 worker, ?2 digest.
UPDATE recovery_code SET used = 1 WHERE worker = ?1 AND digest = ?2 AND used = 0;

-- name: remove_recovery_codes
-- ?1 worker.
DELETE FROM recovery_code WHERE worker = ?1;

-- name: add_second_factor_event
-- ?1 worker, ?2 now, ?3 what, ?4 why or empty.
INSERT INTO second_factor_event (worker, at, what, reason) VALUES (?1, ?2, ?3, ?4);

-- name: list_second_factor_events
-- Newest first. ?1 worker.
SELECT at, what, reason FROM second_factor_event WHERE worker = ?1 ORDER BY sequence DESC LIMIT 50;

-- ---- drafts ----

-- name: set_draft
-- ?1 worker, ?2 place, ?3 sealed title, ?4 sealed content, ?5 now.
INSERT INTO draft (worker, place, title, content, saved_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (worker, place) DO UPDATE SET title = excluded.title, content = excluded.content,
    saved_at = excluded.saved_at;

-- name: find_draft
-- ?1 worker, ?2 place.
SELECT content, saved_at FROM draft WHERE worker = ?1 AND place = ?2;

-- name: list_drafts
-- Newest first. ?1 worker, ?2 how many.
SELECT place, title, saved_at FROM draft WHERE worker = ?1 ORDER BY saved_at DESC, place LIMIT ?2;

-- name: count_drafts
-- Of all workers.
SELECT count(*) FROM draft;

-- name: remove_draft
-- ?1 worker, ?2 place.
DELETE FROM draft WHERE worker = ?1 AND place = ?2;

-- name: keep_closed_draft
-- Before it is removed. ?1 worker, ?2 place, ?3 now, ?4 sealed reason.
INSERT INTO draft_closed (worker, place, title, content, saved_at, closed_at, reason)
SELECT worker, place, title, content, saved_at, ?3, ?4 FROM draft WHERE worker = ?1 AND place = ?2;

-- name: list_all_drafts
-- Of all workers, closed ones too: worker, place, when it was closed (0: it was not), sealed content.
SELECT worker, place, 0, content FROM draft
UNION ALL
SELECT worker, place, closed_at, content FROM draft_closed;

-- name: forget_closed_draft
-- ?1 worker, ?2 place, ?3 when it was closed.
DELETE FROM draft_closed WHERE worker = ?1 AND place = ?2 AND closed_at = ?3;

-- name: forget_notices
-- About record ?1.
DELETE FROM notice WHERE record = ?1;

-- ---- attachments: the main database ----

-- script: kernel_13_attachments
-- A file that several records hold: a row for each of them. One that a single record ever held has none.
CREATE TABLE attachment_holder (
    attachment UUID NOT NULL,
    record UUID NOT NULL,
    PRIMARY KEY (attachment, record)
) STRICT, WITHOUT ROWID;

-- name: add_attachment_holder
-- ?1 attachment, ?2 record.
INSERT INTO attachment_holder (attachment, record) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: forget_attachment_holder
-- ?1 attachment, ?2 record: it holds it no more.
DELETE FROM attachment_holder WHERE attachment = ?1 AND record = ?2;

-- name: forget_attachment_holders
-- ?1 attachment: nobody holds it.
DELETE FROM attachment_holder WHERE attachment = ?1;

-- name: forget_attachment
-- ?1 id: with the key of its pieces, unless another record holds it.
DELETE FROM attachment WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM attachment_holder WHERE attachment = ?1);

-- name: add_attachment
-- ?1 id, ?2 type, ?3 sealed name, ?4 digest, ?5 size, ?6 worker, ?7 now, ?8 sealed key.
INSERT INTO attachment (id, type, name, digest, size, taken_by, stored_at, key)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: find_attachment
-- ?1 id.
SELECT type, name, digest, size, taken_by, stored_at, key FROM attachment WHERE id = ?1;

-- ---- attachments: their own file ----

-- script: attachments_schema
-- Sealed pieces in order; run whenever the file is opened.
CREATE TABLE IF NOT EXISTS attachment_chunk (
    attachment UUID NOT NULL,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS attachment_chunk_number ON attachment_chunk (attachment, number);

-- name: add_attachment_chunk
-- ?1 attachment, ?2 number from 0, ?3 sealed bytes; number 0 is the head of the stream.
INSERT INTO attachment_chunk (attachment, number, bytes) VALUES (?1, ?2, ?3);

-- name: find_attachment_chunk
-- ?1 attachment, ?2 number of the piece.
SELECT bytes FROM attachment_chunk WHERE attachment = ?1 AND number = ?2;

-- name: list_attachment_chunks
-- The attachments that are in the file, in order of ids. ?1 the last one seen, ?2 how many.
SELECT attachment FROM attachment_chunk WHERE number = 0 AND attachment > ?1
ORDER BY attachment LIMIT ?2;

-- name: remove_attachment_chunks
-- ?1 attachment.
DELETE FROM attachment_chunk WHERE attachment = ?1;

-- ---- what is sealed under an older key ----

-- name: find_old_draft_titles
-- ?1 first byte of the present key, ?2 from which key on, ?3 how many.
SELECT worker, place, 0, title FROM draft
WHERE worker >= ?2 AND substr(title, 1, 1) <> ?1 ORDER BY worker LIMIT ?3;

-- name: reseal_draft_title
-- ?1 sealed anew, ?2 to ?4 as found.
UPDATE draft SET title = ?1 WHERE worker = ?2 AND place = ?3 AND 0 = ?4;

-- name: find_old_draft_contents
-- ?1 first byte of the present key, ?2 from which key on, ?3 how many.
SELECT worker, place, 0, content FROM draft
WHERE worker >= ?2 AND substr(content, 1, 1) <> ?1 ORDER BY worker LIMIT ?3;

-- name: reseal_draft_content
-- ?1 sealed anew, ?2 to ?4 as found.
UPDATE draft SET content = ?1 WHERE worker = ?2 AND place = ?3 AND 0 = ?4;

-- name: find_old_closed_titles
-- ?1 first byte of the present key, ?2 from which key on, ?3 how many.
SELECT worker, place, closed_at, title FROM draft_closed
WHERE worker >= ?2 AND substr(title, 1, 1) <> ?1 ORDER BY worker LIMIT ?3;

-- name: reseal_closed_title
-- ?1 sealed anew, ?2 to ?4 as found.
UPDATE draft_closed SET title = ?1 WHERE worker = ?2 AND place = ?3 AND closed_at = ?4;

-- name: find_old_closed_contents
-- ?1 first byte of the present key, ?2 from which key on, ?3 how many.
SELECT worker, place, closed_at, content FROM draft_closed
WHERE worker >= ?2 AND substr(content, 1, 1) <> ?1 ORDER BY worker LIMIT ?3;

-- name: reseal_closed_content
-- ?1 sealed anew, ?2 to ?4 as found.
UPDATE draft_closed SET content = ?1 WHERE worker = ?2 AND place = ?3 AND closed_at = ?4;

-- name: find_old_closed_reasons
-- ?1 first byte of the present key, ?2 from which key on, ?3 how many.
SELECT worker, place, closed_at, reason FROM draft_closed
WHERE worker >= ?2 AND substr(reason, 1, 1) <> ?1 ORDER BY worker LIMIT ?3;

-- name: reseal_closed_reason
-- ?1 sealed anew, ?2 to ?4 as found.
UPDATE draft_closed SET reason = ?1 WHERE worker = ?2 AND place = ?3 AND closed_at = ?4;

-- name: find_old_attachment_names
-- ?1 first byte of the present key, ?2 from which key on, ?3 how many.
SELECT id, '', 0, name FROM attachment
WHERE id >= ?2 AND substr(name, 1, 1) <> ?1 ORDER BY id LIMIT ?3;

-- name: reseal_attachment_name
-- ?1 sealed anew, ?2 to ?4 as found.
UPDATE attachment SET name = ?1 WHERE id = ?2 AND '' = ?3 AND 0 = ?4;

-- name: find_old_attachment_keys
-- ?1 first byte of the present key, ?2 from which key on, ?3 how many.
SELECT id, '', 0, key FROM attachment
WHERE id >= ?2 AND substr(key, 1, 1) <> ?1 ORDER BY id LIMIT ?3;

-- name: reseal_attachment_key
-- ?1 sealed anew, ?2 to ?4 as found.
UPDATE attachment SET key = ?1 WHERE id = ?2 AND '' = ?3 AND 0 = ?4;

-- name: find_old_second_factors
-- ?1 first byte of the present key, ?2 from which key on, ?3 how many.
SELECT worker, '', 0, secret FROM second_factor
WHERE worker >= ?2 AND substr(secret, 1, 1) <> ?1 ORDER BY worker LIMIT ?3;

-- name: reseal_second_factor
-- ?1 sealed anew, ?2 to ?4 as found.
UPDATE second_factor SET secret = ?1 WHERE worker = ?2 AND '' = ?3 AND 0 = ?4;

-- ---- notices ----

-- script: kernel_5_notices
-- 1: it asked for a decision. While the record waits for it, the record stands on their day; the notice
-- itself is no news.
ALTER TABLE notice ADD COLUMN asks INTEGER NOT NULL DEFAULT 0;

-- name: add_notice
-- ?1 id, ?2 worker, ?3 record, ?4 name of its entity, ?5 what is said, ?6 now.
INSERT INTO notice (id, worker, record, entity, say, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: list_notices
-- Those that are not put away, newest first, behind the one of ?3 (at) and ?4 (id).
-- ?1 worker, ?2 how many.
SELECT id, record, entity, say, at FROM notice
WHERE worker = ?1 AND read_at IS NULL AND (at, id) < (?3, ?4)
ORDER BY at DESC, id DESC LIMIT ?2;

-- name: read_notice
-- ?1 worker, ?2 notice, ?3 now.
UPDATE notice SET read_at = ?3 WHERE id = ?2 AND worker = ?1 AND read_at IS NULL;

-- name: read_notices
-- ?1 worker, ?2 told until then, ?3 now.
UPDATE notice SET read_at = ?3 WHERE worker = ?1 AND at <= ?2 AND read_at IS NULL;

-- ---- the queue ----

-- name: add_job
-- ?1 id, ?2 kind, ?3 payload, ?4 not before, ?5 now.
INSERT INTO job (id, kind, payload, not_before, tries, set_aside, reason, created_at)
VALUES (?1, ?2, ?3, ?4, 0, 0, '', ?5);

-- name: take_lead
-- Whether this connection is the one, of all to the database, that does what one does for all. Once it is, it stays
-- so until it ends. (A folder has one server.)
SELECT 1;
-- postgres:
SELECT CASE WHEN pg_try_advisory_lock(hashtext(current_schema()), 1) THEN 1 ELSE 0 END;

-- name: find_due_job
-- The one of a kind that waits longest. ?1 kind, ?2 now.
SELECT id, payload, tries FROM job WHERE kind = ?1 AND set_aside = 0 AND not_before <= ?2
ORDER BY not_before, id LIMIT 1;
-- postgres:
SELECT id, payload, tries FROM job WHERE kind = ?1 AND set_aside = 0 AND not_before <= ?2
ORDER BY not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: remove_job
-- ?1 id.
DELETE FROM job WHERE id = ?1;

-- name: fail_job
-- ?1 id, ?2 tries so far, ?3 not before, ?4 1 when it is set aside, ?5 why.
UPDATE job SET tries = ?2, not_before = ?3, set_aside = ?4, reason = ?5 WHERE id = ?1;

-- ---- sealing ----

-- name: sealed_until
-- The last sequence that is in a block; 0 when there is none.
SELECT coalesce(max(last_sequence), 0) FROM history_block;

-- name: history_settled
-- The sequence behind which no row of history will come any more that is not behind it already.
SELECT coalesce(max(sequence), 0) FROM history;
-- postgres:
SELECT hearth_settled('history');

-- name: list_unsealed
-- ?1 the last sealed sequence, ?2 the last settled one, ?3 how many.
SELECT sequence, agency, digest FROM history WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence LIMIT ?3;

-- name: find_last_block
-- ?1 agency.
SELECT number, head FROM history_block WHERE agency = ?1 ORDER BY number DESC LIMIT 1;

-- name: add_block
-- ?1 agency, ?2 number, ?3 first and ?4 last sequence, ?5 rows, ?6 digest over them, ?7 head before,
-- ?8 head, ?9 number of the signing key, ?10 signature, ?11 now.
INSERT INTO history_block (agency, number, first_sequence, last_sequence, row_count, rows_digest,
    previous, head, signing_key, signature, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: find_block
-- The first block of an agency from a number on. ?1 agency, ?2 number.
SELECT number, first_sequence, last_sequence, row_count, rows_digest, previous, head, signing_key,
    signature, at
FROM history_block WHERE agency = ?1 AND number >= ?2 ORDER BY number LIMIT 1;

-- name: list_block_agencies
-- The agencies that have blocks.
SELECT DISTINCT agency FROM history_block ORDER BY agency;

-- name: list_last_blocks
-- The end of each chain.
SELECT agency, number, head FROM history_block AS one
WHERE number = (SELECT max(number) FROM history_block AS other WHERE other.agency = one.agency)
ORDER BY agency;

-- ---- who looked ----

-- script: access_log_schema
-- One file for each month; run whenever it is opened.
CREATE TABLE IF NOT EXISTS look (
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    worker UUID NOT NULL,
    record UUID NOT NULL,
    entity TEXT NOT NULL,
    route TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS look_stays BEFORE UPDATE ON look
BEGIN SELECT RAISE(ABORT, 'looks are append only'); END;
CREATE TRIGGER IF NOT EXISTS look_is_kept BEFORE DELETE ON look
BEGIN SELECT RAISE(ABORT, 'looks are append only'); END;

-- name: add_look
-- ?1 when, ?2 worker, ?3 record, ?4 name of its entity, ?5 route, ?6 reason.
INSERT INTO look (at, worker, record, entity, route, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: looks_settled
-- As history_settled.
SELECT coalesce(max(sequence), 0) FROM look;
-- postgres:
SELECT hearth_settled('look');

-- name: list_looks
-- ?1 the last sequence seen, ?2 the last settled one, ?3 how many.
SELECT sequence, at, worker, record, route, reason FROM look WHERE sequence > ?1 AND sequence <= ?2
ORDER BY sequence LIMIT ?3;

-- name: find_who_looked_progress
-- ?1 file.
SELECT sequence FROM who_looked_progress WHERE file = ?1;

-- name: set_who_looked_progress
-- ?1 file, ?2 last sequence that was read.
INSERT INTO who_looked_progress (file, sequence) VALUES (?1, ?2)
ON CONFLICT (file) DO UPDATE SET sequence = excluded.sequence;

-- name: add_who_looked
-- ?1 record, ?2 when, ?3 worker, ?4 route, ?5 reason.
INSERT INTO who_looked (record, at, worker, route, reason) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: list_who_looked
-- Newest first. ?1 record, ?2 how many.
SELECT at, worker, route, reason FROM who_looked WHERE record = ?1 ORDER BY at DESC LIMIT ?2;

-- name: list_looks_before
-- Newest first. ?1 record, ?2 before when (ms).
SELECT at, worker, route, reason FROM who_looked WHERE record = ?1 AND at < ?2 ORDER BY at DESC;

-- ---- audit ----

-- name: list_history
-- Rows behind sequence ?1, oldest first, at most ?2.
SELECT sequence, change, record, root, agency, done_by, entity, transition, cause, version, at,
    reason, content, salt, digest
FROM history WHERE sequence > ?1 ORDER BY sequence LIMIT ?2;

-- name: find_any_history
-- Whether anything was ever written.
SELECT sequence FROM history LIMIT 1;

-- ---- what kind of installation this is ----

-- script: kernel_6_installation
-- Said once, when the folder is made: 1, all families in it are invented. The chains of history begin with it too
-- (store/installation.h), so a row that was put here by hand does not make one kind of the other.
CREATE TABLE installation (
    only_row INTEGER PRIMARY KEY CONSTRAINT installation_has_one_row CHECK (only_row = 1),
    training INTEGER NOT NULL CONSTRAINT installation_training_yes_no CHECK (training IN (0, 1)),
    made_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER installation_stays BEFORE UPDATE ON installation
BEGIN SELECT RAISE(ABORT, 'an installation stays what it was made as'); END;
CREATE TRIGGER installation_is_kept BEFORE DELETE ON installation
BEGIN SELECT RAISE(ABORT, 'an installation stays what it was made as'); END;

-- name: find_installation
-- No row in a folder that was just made.
SELECT training FROM installation WHERE only_row = 1;

-- name: add_installation
-- ?1 1 for invented families, ?2 now.
INSERT INTO installation (only_row, training, made_at) VALUES (1, ?1, ?2);

-- ---- figures ----

-- name: figures_of_care
-- ?1 now, ?2 since when a session must have been seen to count, ?3 since when an account must have been
-- signed in with to be in use.
SELECT
    (SELECT count(*) FROM history
        WHERE sequence > (SELECT coalesce(max(last_sequence), 0) FROM history_block)),
    (SELECT min(at) FROM history
        WHERE sequence > (SELECT coalesce(max(last_sequence), 0) FROM history_block)),
    (SELECT count(*) FROM clock WHERE wake_at <= ?1),
    (SELECT count(*) FROM session WHERE form_token <> '' AND seen_at > ?2),
    (SELECT count(*) FROM session WHERE form_token = ''),
    (SELECT count(*) FROM draft),
    (SELECT coalesce(sum(length(content)), 0) FROM draft),
    (SELECT count(*) FROM job WHERE set_aside = 1),
    (SELECT count(*) FROM login),
    (SELECT count(*) FROM login l WHERE NOT EXISTS
        (SELECT 1 FROM second_factor f WHERE f.worker = l.worker AND f.enrolled_at IS NOT NULL)),
    (SELECT count(*) FROM login l WHERE
        (SELECT made_at FROM installation WHERE only_row = 1) < ?3
        AND NOT EXISTS (SELECT 1 FROM known_device d WHERE d.worker = l.worker AND d.used_at >= ?3)
        AND NOT EXISTS (SELECT 1 FROM session s WHERE s.worker = l.worker AND s.seen_at >= ?3));

-- ---- handing over ----

-- script: kernel_7_hand_over
-- All open work of a worker goes to another. Asked for in one act; what moves is listed when its time
-- has come, and then done a record at a time.
CREATE TABLE hand_over (
    id UUID PRIMARY KEY NOT NULL,
    from_worker UUID NOT NULL,
    to_worker UUID NOT NULL,
    reason TEXT NOT NULL,
    begins_at INTEGER NOT NULL,
    asked_by UUID NOT NULL,
    asked_at INTEGER NOT NULL,
    listed_at INTEGER, -- NULL: its time has not come
    ended_at INTEGER   -- NULL: not all of it is done
) STRICT, WITHOUT ROWID;
CREATE INDEX hand_over_by_from ON hand_over (from_worker, asked_at);
CREATE INDEX hand_over_by_to ON hand_over (to_worker, asked_at);
CREATE UNIQUE INDEX hand_over_under_way ON hand_over (from_worker) WHERE ended_at IS NULL;
CREATE TABLE hand_over_item (
    hand_over UUID NOT NULL REFERENCES hand_over (id),
    duty TEXT NOT NULL,    -- of the model, by name
    record UUID NOT NULL,
    entity TEXT NOT NULL,
    carried_as TEXT NOT NULL, -- "Primary worker"
    state TEXT NOT NULL,   -- waiting, moved, stayed
    said TEXT NOT NULL,    -- of one that stayed: why
    done_at INTEGER,
    PRIMARY KEY (hand_over, duty, record)
) STRICT, WITHOUT ROWID;

-- name: add_hand_over
-- ?1 id, ?2 from whom, ?3 to whom, ?4 why, ?5 when it begins, ?6 who asked, ?7 now.
INSERT INTO hand_over (id, from_worker, to_worker, reason, begins_at, asked_by, asked_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: find_hand_over
-- ?1 id.
SELECT id, from_worker, to_worker, reason, begins_at, asked_by, asked_at, listed_at, ended_at
FROM hand_over WHERE id = ?1;

-- name: list_hand_overs
-- From or to worker ?1, newest first, at most ?2.
SELECT id, from_worker, to_worker, reason, begins_at, asked_by, asked_at, listed_at, ended_at
FROM hand_over WHERE from_worker = ?1 OR to_worker = ?1 ORDER BY asked_at DESC, id LIMIT ?2;

-- name: find_hand_over_under_way
-- Of worker ?1.
SELECT id FROM hand_over WHERE from_worker = ?1 AND ended_at IS NULL;

-- name: mark_hand_over_listed
-- What moves in ?1 was listed at ?2.
UPDATE hand_over SET listed_at = ?2 WHERE id = ?1;

-- name: end_hand_over
-- ?1 at ?2, unless it is not listed, something of it waits, or it has ended.
UPDATE hand_over SET ended_at = ?2
WHERE id = ?1 AND listed_at IS NOT NULL AND ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM hand_over_item WHERE hand_over = ?1 AND state = 'waiting');

-- name: add_hand_over_item
-- Unless it is there. ?1 hand-over, ?2 duty, ?3 record, ?4 entity, ?5 carried as what.
INSERT INTO hand_over_item (hand_over, duty, record, entity, carried_as, state, said)
VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', '')
ON CONFLICT (hand_over, duty, record) DO NOTHING;

-- name: list_hand_over_items
-- Of hand-over ?1.
SELECT duty, record, entity, carried_as, state, said FROM hand_over_item
WHERE hand_over = ?1 ORDER BY duty, record;

-- name: find_hand_over_item
-- Of hand-over ?1, by duty ?2, record ?3.
SELECT duty, record, entity, carried_as, state, said FROM hand_over_item
WHERE hand_over = ?1 AND duty = ?2 AND record = ?3;

-- name: settle_hand_over_item
-- Of hand-over ?1, by duty ?2, record ?3: state ?4, said ?5, at ?6.
UPDATE hand_over_item SET state = ?4, said = ?5, done_at = ?6
WHERE hand_over = ?1 AND duty = ?2 AND record = ?3;

-- name: find_root
-- Where record ?1 is, or was when it was last changed.
SELECT root FROM history WHERE record = ?1 ORDER BY sequence DESC LIMIT 1;

-- name: list_draft_contents
-- Of worker ?1: place, sealed title, sealed content, when it was saved.
SELECT place, title, content, saved_at FROM draft WHERE worker = ?1 ORDER BY place;

-- ---- expunging ----

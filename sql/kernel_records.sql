-- What the kernel keeps beside the model's tables: history, audiences, clocks, numbers, what was seen
-- at a decision, outcomes by key, people who are one, and the model itself. Entities, transitions and
-- clocks stand by name: their numbers change with the image.

-- script: kernel_records_schema
CREATE TABLE IF NOT EXISTS model_image (
    sequence INTEGER PRIMARY KEY,
    digest TEXT NOT NULL, -- of the file DIR/model/DIGEST.image
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    activated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS model_column (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    meaning TEXT NOT NULL,
    PRIMARY KEY (table_name, column_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS history (
    sequence INTEGER PRIMARY KEY,
    change UUID NOT NULL,  -- all rows of one act share it
    entity TEXT NOT NULL,
    record UUID NOT NULL,
    root UUID NOT NULL,
    agency UUID,
    version INTEGER NOT NULL,
    transition TEXT,       -- taken on this record; or the kernel verb: "entered_in_error"
    cause TEXT,            -- "access_report.screen_in": led to it; NULL: somebody wrote in the record
    done_by UUID,          -- NULL: the system itself
    at INTEGER NOT NULL,
    reason TEXT,           -- of a kernel verb
    content TEXT,          -- canonical JSON; NULL when expunged
    salt BLOB,             -- NULL when expunged
    digest BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS history_by_record ON history (record, sequence);
CREATE INDEX IF NOT EXISTS history_by_root ON history (root, sequence);

-- Sealed texts that the content of history commits to.
CREATE TABLE IF NOT EXISTS history_sealed (
    commitment BLOB NOT NULL PRIMARY KEY,
    record UUID NOT NULL,
    change UUID NOT NULL,
    member TEXT NOT NULL, -- of the content: "family_name"
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS history_sealed_by_record ON history_sealed (record);

CREATE TABLE IF NOT EXISTS audience (
    id INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    subject UUID NOT NULL -- agency, team or worker; 16 zero bytes for the state
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS audience_key ON audience (scope, subject);
-- The state has a number that the program knows: reference data has no other audience.
INSERT INTO audience (id, scope, subject) VALUES (1, 'state', zeroblob(16)) ON CONFLICT DO NOTHING;

-- Who may see which root or hub. A list is one indexed read for each audience of a session.
CREATE TABLE IF NOT EXISTS record_audience (
    audience INTEGER NOT NULL REFERENCES audience (id),
    entity TEXT NOT NULL,
    record UUID NOT NULL,
    PRIMARY KEY (audience, entity, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_audience_by_record ON record_audience (record);

CREATE TABLE IF NOT EXISTS clock (
    record UUID NOT NULL,
    clock TEXT NOT NULL,
    member UUID NOT NULL, -- 16 zero bytes: none
    entity TEXT NOT NULL,
    root UUID NOT NULL,
    state TEXT NOT NULL,  -- running, done, stopped, tolled, waiting
    start INTEGER NOT NULL,
    due INTEGER NOT NULL,
    due_date INTEGER NOT NULL,
    by_day INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    done_at INTEGER NOT NULL,
    who UUID,
    wake_at INTEGER,      -- when it must be computed again
    start_at INTEGER NOT NULL, -- which start of the clock won, from 0; -1: none
    length_at INTEGER NOT NULL,
    opens INTEGER NOT NULL,    -- too early until then; 0: at any time
    PRIMARY KEY (record, clock, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS clock_by_root ON clock (root);
CREATE INDEX IF NOT EXISTS clock_by_who ON clock (who, state, due) WHERE who IS NOT NULL;
CREATE INDEX IF NOT EXISTS clock_by_wake ON clock (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS clock_by_name ON clock (clock, state, due);

-- What every recomputation changed, and what caused it. Nothing restarts silently.
CREATE TABLE IF NOT EXISTS clock_change (
    sequence INTEGER PRIMARY KEY,
    record UUID NOT NULL,
    clock TEXT NOT NULL,
    member UUID NOT NULL,
    at INTEGER NOT NULL,
    change UUID NOT NULL, -- the act that caused it
    old_state TEXT,       -- NULL: there was none
    old_due INTEGER,
    new_state TEXT NOT NULL,
    new_due INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS clock_change_by_record ON clock_change (record, clock, member);

CREATE TABLE IF NOT EXISTS number_serial (
    entity TEXT NOT NULL,
    agency UUID NOT NULL, -- 16 zero bytes when the number does not name the agency
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (entity, agency, year)
) STRICT, WITHOUT ROWID;

-- Which versions were looked at when a decision was taken.
CREATE TABLE IF NOT EXISTS decision_basis (
    change UUID NOT NULL,
    record UUID NOT NULL, -- that was decided on
    transition TEXT NOT NULL,
    seen_entity TEXT NOT NULL,
    seen UUID NOT NULL,
    seen_version INTEGER NOT NULL,
    PRIMARY KEY (change, record, seen)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS decision_basis_by_seen ON decision_basis (seen);

CREATE TABLE IF NOT EXISTS idempotency (
    worker UUID NOT NULL,
    request TEXT NOT NULL,
    entity TEXT NOT NULL,
    record UUID NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (worker, request)
) STRICT, WITHOUT ROWID;

-- People who turned out to be one. Nobody who stands for themselves alone is here.
CREATE TABLE IF NOT EXISTS person_cluster (
    person UUID PRIMARY KEY NOT NULL,
    canonical UUID NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS person_cluster_by_canonical ON person_cluster (canonical);

-- script: kernel_2_images
-- Which image a row of history was written under: the last one whose history_before is below its
-- sequence. Images of before are given what was written until they were activated.
ALTER TABLE model_image ADD COLUMN history_before INTEGER NOT NULL DEFAULT 0;
UPDATE model_image SET history_before =
    (SELECT coalesce(max(sequence), 0) FROM history WHERE at < activated_at);

-- script: kernel_3_access
-- Who was let at a root or hub beside what the record itself says, from when to when. While it runs
-- it is one of the audiences of the record, of all of the root (record_audience.entity "assessment") or
-- of some of its parts ("assessment/contact"); wake_at is when that changes next.
CREATE TABLE access_grant (
    id UUID PRIMARY KEY NOT NULL,
    entity TEXT NOT NULL,
    record UUID NOT NULL,
    kind TEXT NOT NULL,   -- share, cover, break_glass
    scope TEXT NOT NULL,
    subject UUID NOT NULL, -- agency or worker
    parts TEXT NOT NULL,  -- names of entities within the root, a space between; empty: all of it
    agreement TEXT NOT NULL,
    reason TEXT NOT NULL,
    begins_at INTEGER NOT NULL,
    ends_at INTEGER,      -- NULL: until somebody ends it
    given_by UUID,        -- NULL: the system itself
    given_at INTEGER NOT NULL,
    accepted_by UUID,     -- of a share: who took it on; it does not run before
    accepted_at INTEGER,
    ended_by UUID,        -- before its time
    ended_at INTEGER,
    ended_reason TEXT,
    wake_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX access_grant_by_record ON access_grant (record, begins_at);
CREATE INDEX access_grant_by_subject ON access_grant (subject, begins_at);
CREATE INDEX access_grant_by_wake ON access_grant (wake_at) WHERE wake_at IS NOT NULL;

-- script: kernel_4_verbs
-- What was sealed, opened again and expunged, by which law: no content, and never taken back.
CREATE TABLE legal_act (
    sequence INTEGER PRIMARY KEY,
    verb TEXT NOT NULL, -- seal, unseal, expunge
    entity TEXT NOT NULL,
    record UUID NOT NULL,
    agency UUID, -- NULL: of a hub
    at INTEGER NOT NULL,
    done_by UUID NOT NULL,
    basis TEXT NOT NULL,
    reason TEXT NOT NULL,
    records INTEGER NOT NULL,     -- with its parts
    history_rows INTEGER NOT NULL -- whose content went
) STRICT;
-- What belonged to another record before: the place that it left shows where it went.
CREATE TABLE moved_record (
    change UUID NOT NULL, -- the act that moved it
    entity TEXT NOT NULL,
    record UUID NOT NULL,
    old_place UUID NOT NULL,
    new_place UUID NOT NULL,
    at INTEGER NOT NULL,
    done_by UUID NOT NULL,
    PRIMARY KEY (old_place, change, record)
) STRICT, WITHOUT ROWID;

-- name: add_move
-- ?1 act, ?2 entity, ?3 record, ?4 what it belonged to, ?5 what it belongs to, ?6 when, ?7 worker.
INSERT INTO moved_record (change, entity, record, old_place, new_place, at, done_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: find_moves
-- What was moved away from ?1, newest first: entity, record, where to, when, by whom.
SELECT entity, record, new_place, at, done_by FROM moved_record
WHERE old_place = ?1 ORDER BY at DESC LIMIT 50;

-- name: add_legal_act
-- ?1 verb, ?2 entity, ?3 record, ?4 agency, ?5 when, ?6 worker, ?7 basis, ?8 reason, ?9 records, ?10
-- rows of history, ?11 whether its files went everywhere.
INSERT INTO legal_act (verb, entity, record, agency, at, done_by, basis, reason, records,
    history_rows, files_everywhere)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: list_legal_acts
-- Before sequence ?1, newest first, at most ?2.
SELECT sequence, verb, entity, record, agency, at, done_by, basis, reason, records, history_rows,
    files_everywhere
FROM legal_act WHERE sequence < ?1 ORDER BY sequence DESC LIMIT ?2;

-- name: find_sealer
-- Who sealed record ?1, the last one first.
SELECT done_by FROM history WHERE record = ?1 AND transition = 'seal'
ORDER BY sequence DESC LIMIT 1;

-- name: find_contents
-- All that the history of record ?1 says, newest first, with the transition or verb of each row.
SELECT content, transition FROM history WHERE record = ?1 AND content IS NOT NULL
ORDER BY sequence DESC;

-- name: forget_requests
-- The outcomes that were record ?1.
DELETE FROM idempotency WHERE record = ?1;

-- name: forget_clocks
-- Of record ?1.
DELETE FROM clock WHERE record = ?1;

-- name: forget_clock_changes
-- Of record ?1.
DELETE FROM clock_change WHERE record = ?1;

-- name: forget_decisions
-- What decisions on record ?1 looked at.
DELETE FROM decision_basis
WHERE record = ?1 AND change IN (SELECT change FROM history WHERE record = ?1);

-- name: forget_seen
-- That decisions looked at record ?1.
DELETE FROM decision_basis WHERE seen = ?1;

-- name: forget_audiences
-- Of root ?1.
DELETE FROM record_audience WHERE record = ?1;

-- name: forget_grants
-- Who was let at root ?1.
DELETE FROM access_grant WHERE record = ?1;

-- name: forget_moves
-- That record ?1 was moved, or something to or from it.
DELETE FROM moved_record WHERE record = ?1 OR old_place = ?1 OR new_place = ?1;

-- name: forget_cluster
-- That person ?1 is one with others.
DELETE FROM person_cluster WHERE person = ?1 OR canonical = ?1;

-- name: find_last_image
-- The image that was activated last: digest, name, version.
SELECT digest, name, version FROM model_image ORDER BY sequence DESC LIMIT 1;

-- name: add_image
-- What is written from now on is written under it. ?1 digest, ?2 name, ?3 version, ?4 when.
INSERT INTO model_image (digest, name, version, activated_at, history_before)
VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(sequence), 0) FROM history));

-- name: find_model_columns
-- All columns that were ever made for a model: table, column, meaning.
SELECT table_name, column_name, meaning FROM model_column ORDER BY table_name, column_name;

-- name: add_model_column
-- ?1 table, ?2 column, ?3 meaning.
INSERT INTO model_column (table_name, column_name, meaning) VALUES (?1, ?2, ?3);

-- name: add_history
-- ?1 change, ?2 entity, ?3 record, ?4 root, ?5 agency, ?6 version, ?7 transition, ?8 cause, ?9 worker,
-- ?10 when, ?11 reason, ?12 content, ?13 salt, ?14 digest.
INSERT INTO history (change, entity, record, root, agency, version, transition, cause, done_by, at,
    reason, content, salt, digest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: add_history_sealed
-- ?1 commitment, ?2 record, ?3 change, ?4 member, ?5 sealed salt and text.
INSERT INTO history_sealed (commitment, record, change, member, sealed) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: find_history_sealed
-- ?1 commitment.
SELECT change, member, sealed FROM history_sealed WHERE commitment = ?1;

-- name: find_old_history_sealed
-- ?1 first byte of the present key, ?2 from which key on, ?3 how many.
SELECT commitment, member, 0, sealed, record, change FROM history_sealed
WHERE commitment >= ?2 AND substr(sealed, 1, 1) <> ?1 ORDER BY commitment LIMIT ?3;

-- name: reseal_history_sealed
-- ?1 sealed anew, ?2 to ?4 as found.
UPDATE history_sealed SET sealed = ?1 WHERE commitment = ?2 AND member = ?3 AND 0 = ?4;

-- name: expunge_history
-- ?1 record. Digest and order stay.
UPDATE history SET content = NULL, salt = NULL, reason = NULL WHERE record = ?1 AND salt IS NOT NULL;

-- name: expunge_history_sealed
-- ?1 record. What was sealed of it.
DELETE FROM history_sealed WHERE record = ?1;

-- name: find_history
-- A record's changes before sequence ?2, newest first, at most ?3.
SELECT sequence, change, record, entity, version, transition, done_by, at, reason, content
FROM history WHERE record = ?1 AND sequence < ?2 ORDER BY sequence DESC LIMIT ?3;

-- name: find_changes
-- How a record came to be as it is, newest first.
SELECT entity, transition, cause, done_by FROM history WHERE record = ?1 ORDER BY sequence DESC;

-- name: find_history_since
-- A record's changes after ?2 (ms), newest first: what must be undone to see it as of then.
SELECT sequence, version, at, content, done_by FROM history WHERE record = ?1 AND at > ?2
ORDER BY sequence DESC;

-- name: find_history_since_version
-- The same for changes after version ?2.
SELECT sequence, version, at, content, done_by FROM history WHERE record = ?1 AND version > ?2
ORDER BY sequence DESC;

-- name: find_history_at_version
-- The change that made version ?2, or the last one before it.
SELECT version, at, done_by FROM history WHERE record = ?1 AND version <= ?2
ORDER BY sequence DESC LIMIT 1;

-- name: find_history_at
-- The last change of a record at or before ?2 (ms).
SELECT version, at, done_by FROM history WHERE record = ?1 AND at <= ?2
ORDER BY sequence DESC LIMIT 1;

-- name: find_parts_ever
-- The records of entity ?2 that had a change within root ?1 up to ?3 (ms), in the order of ids.
SELECT DISTINCT record FROM history WHERE root = ?1 AND entity = ?2 AND at <= ?3 ORDER BY record;

-- name: find_history_until_version
-- All that was said of a record up to version ?2, oldest first.
SELECT content FROM history WHERE record = ?1 AND version <= ?2 ORDER BY sequence;

-- name: find_sequence_of_version
-- The change that made version ?2, or the last one before it.
SELECT sequence FROM history WHERE record = ?1 AND version <= ?2 ORDER BY sequence DESC LIMIT 1;

-- name: find_image_at
-- The digest of the image that was active at ?1 (ms).
SELECT digest FROM model_image WHERE activated_at <= ?1 ORDER BY sequence DESC LIMIT 1;

-- name: find_image_of_history
-- The digest of the image that row ?1 of history was written under.
SELECT digest FROM model_image WHERE history_before < ?1 ORDER BY sequence DESC LIMIT 1;

-- name: add_audience
-- ?1 its number, ?2 scope, ?3 subject.
INSERT INTO audience (id, scope, subject) VALUES (?1, ?2, ?3)
ON CONFLICT (scope, subject) DO NOTHING;

-- name: find_record_audiences
-- The audiences of a root, and of what in it.
SELECT audience, entity FROM record_audience WHERE record = ?1 ORDER BY audience, entity;

-- name: add_record_audience
-- ?1 audience, ?2 entity, ?3 root.
INSERT INTO record_audience (audience, entity, record) VALUES (?1, ?2, ?3);

-- name: remove_record_audience
-- ?1 audience, ?2 entity, ?3 root.
DELETE FROM record_audience WHERE audience = ?1 AND entity = ?2 AND record = ?3;

-- name: explain_audiences
-- The audiences of a root in words: scope, subject, and of what in it.
SELECT a.id, a.scope, a.subject, r.entity FROM record_audience r JOIN audience a ON a.id = r.audience
WHERE r.record = ?1 ORDER BY a.id, r.entity;

-- name: add_access_grant
-- ?1 id, ?2 entity, ?3 record, ?4 kind, ?5 scope, ?6 subject, ?7 parts, ?8 agreement, ?9 reason,
-- ?10 begins, ?11 ends, ?12 given by, ?13 given, ?14 accepted by, ?15 accepted, ?16 wake.
INSERT INTO access_grant (id, entity, record, kind, scope, subject, parts, agreement, reason, begins_at,
    ends_at, given_by, given_at, accepted_by, accepted_at, wake_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16);

-- name: accept_access_grant
-- ?1 id, ?2 accepted by, ?3 accepted, ?4 wake.
UPDATE access_grant SET accepted_by = ?2, accepted_at = ?3, wake_at = ?4 WHERE id = ?1;

-- name: end_access_grant
-- ?1 id, ?2 ended by, ?3 ended, ?4 why.
UPDATE access_grant SET ended_by = ?2, ended_at = ?3, ended_reason = ?4, wake_at = NULL WHERE id = ?1;

-- name: sleep_access_grant
-- ?1 id, ?2 wake.
UPDATE access_grant SET wake_at = ?2 WHERE id = ?1;

-- name: find_access_grant
-- ?1 id.
SELECT id, entity, record, kind, scope, subject, parts, agreement, reason, begins_at, ends_at, given_by,
    given_at, accepted_by, accepted_at, ended_by, ended_at, ended_reason
FROM access_grant WHERE id = ?1;

-- name: find_access_grants_of_record
-- Newest first. ?1 record.
SELECT id, entity, record, kind, scope, subject, parts, agreement, reason, begins_at, ends_at, given_by,
    given_at, accepted_by, accepted_at, ended_by, ended_at, ended_reason
FROM access_grant WHERE record = ?1 ORDER BY begins_at DESC, id DESC;

-- name: find_access_grants_of_subject
-- What an agency or worker was let at and may still come to, newest first. ?1 subject, ?2 now, ?3 how
-- many.
SELECT id, entity, record, kind, scope, subject, parts, agreement, reason, begins_at, ends_at, given_by,
    given_at, accepted_by, accepted_at, ended_by, ended_at, ended_reason
FROM access_grant WHERE subject = ?1 AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > ?2)
ORDER BY begins_at DESC, id DESC LIMIT ?3;

-- name: find_access_grants_under
-- What was let at under an agreement and is not over: ?1 the agreement, as text; it was given to one of
-- its sides, ?2 or ?3. ?4 now.
SELECT id, entity, record, kind, scope, subject, parts, agreement, reason, begins_at, ends_at, given_by,
    given_at, accepted_by, accepted_at, ended_by, ended_at, ended_reason
FROM access_grant WHERE subject IN (?2, ?3) AND agreement = ?1 AND ended_at IS NULL
    AND (ends_at IS NULL OR ends_at > ?4)
ORDER BY begins_at, id;

-- name: find_access_grants_to_wake
-- Those that begin or end at ?1 or before, at most ?2.
SELECT id, entity, record, kind, scope, subject, parts, agreement, reason, begins_at, ends_at, given_by,
    given_at, accepted_by, accepted_at, ended_by, ended_at, ended_reason
FROM access_grant WHERE wake_at <= ?1 ORDER BY wake_at LIMIT ?2;

-- name: find_clocks_of_record
-- The stored readings of one clock on a record.
SELECT clock, record, member, state, start, due, due_date, by_day, last_at, done_at, who, wake_at,
    start_at, length_at, opens
FROM clock WHERE record = ?1 AND clock = ?2 ORDER BY member;

-- name: find_running_clocks_of_record
-- By due.
SELECT clock, record, member, state, start, due, due_date, by_day, last_at, done_at, who, wake_at,
    start_at, length_at, opens
FROM clock WHERE record = ?1 AND state = 'running' ORDER BY due, clock, member;

-- name: find_clocks_of_root
-- All readings within a root, running ones first by due.
SELECT clock, record, member, state, start, due, due_date, by_day, last_at, done_at, who, wake_at,
    start_at, length_at, opens, entity
FROM clock WHERE root = ?1 AND state <> 'waiting'
ORDER BY CASE state WHEN 'running' THEN 0 ELSE 1 END, due, clock, record, member;

-- name: find_clocks_of_worker
-- Running readings on a worker by due, at most ?2.
SELECT clock, record, member, state, start, due, due_date, by_day, last_at, done_at, who, wake_at,
    start_at, length_at, opens, entity
FROM clock WHERE who = ?1 AND state = 'running' ORDER BY due LIMIT ?2;

-- name: find_clocks_to_wake
-- Readings whose wake-up has come at ?1, the first ?2: several may be of one clock on one record.
SELECT clock, record, entity FROM clock WHERE wake_at <= ?1 ORDER BY wake_at LIMIT ?2;

-- name: find_load_of_worker
-- Running readings on worker ?1 by due, as far as counting them asks for: one index holds all of it.
SELECT due, record, clock, member, entity, root, audience, sealed
FROM clock WHERE who = ?1 AND state = 'running' ORDER BY due, record, clock, member;

-- name: put_clock
-- ?1 record, ?2 clock, ?3 member, ?4 entity, ?5 root, ?6 state, ?7 start, ?8 due, ?9 due date, ?10 by
-- day, ?11 last, ?12 done, ?13 who, ?14 wake, ?15 start, ?16 length, ?17 opens, ?18 sealed.
INSERT INTO clock (record, clock, member, entity, root, state, start, due, due_date, by_day, last_at,
    done_at, who, wake_at, start_at, length_at, opens, sealed, audience)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
    (SELECT min(r.audience) FROM record_audience r JOIN audience a ON a.id = r.audience
     WHERE r.record = ?5 AND a.scope = 'own_agency' AND r.entity NOT LIKE '%/%'))
ON CONFLICT (record, clock, member) DO UPDATE SET root = excluded.root, state = excluded.state,
    start = excluded.start, due = excluded.due, due_date = excluded.due_date,
    by_day = excluded.by_day, last_at = excluded.last_at, done_at = excluded.done_at,
    who = excluded.who, wake_at = excluded.wake_at, start_at = excluded.start_at,
    length_at = excluded.length_at, opens = excluded.opens, sealed = excluded.sealed,
    audience = excluded.audience;

-- name: stop_clock
-- A clock whose condition no longer holds: record ?1, clock ?2, member ?3.
UPDATE clock SET state = 'stopped', wake_at = NULL
WHERE record = ?1 AND clock = ?2 AND member = ?3;

-- name: move_clocks
-- The readings of record ?1 are of root ?2 now.
UPDATE clock SET root = ?2,
    audience = (SELECT min(r.audience) FROM record_audience r JOIN audience a ON a.id = r.audience
                WHERE r.record = ?2 AND a.scope = 'own_agency' AND r.entity NOT LIKE '%/%')
WHERE record = ?1;

-- name: hand_clocks
-- The audiences of root ?1 are others now.
UPDATE clock SET audience =
    (SELECT min(r.audience) FROM record_audience r JOIN audience a ON a.id = r.audience
     WHERE r.record = ?1 AND a.scope = 'own_agency' AND r.entity NOT LIKE '%/%')
WHERE root = ?1;

-- name: seal_clocks
-- The readings of record ?1 are of a sealed record (?2: 1) or of one that is not (0).
UPDATE clock SET sealed = ?2 WHERE record = ?1;

-- name: sleep_clock
-- Forgets the wake-ups of clock ?2 on record ?1 up to ?3: its name is no longer in the model.
UPDATE clock SET wake_at = NULL WHERE record = ?1 AND clock = ?2 AND wake_at <= ?3;

-- name: add_clock_change
-- ?1 record, ?2 clock, ?3 member, ?4 when, ?5 change, ?6 old state, ?7 old due, ?8 new state, ?9 new due.
INSERT INTO clock_change (record, clock, member, at, change, old_state, old_due, new_state, new_due)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: find_clock_changes
-- What moved clock ?2 on record ?1, member ?3, newest first, at most ?5: with what the act did first
-- within the root ?4.
SELECT c.at, c.old_state, c.old_due, c.new_state, c.new_due, h.entity, h.transition
FROM clock_change c LEFT JOIN history h ON h.sequence = (
    SELECT min(sequence) FROM history WHERE root = ?4 AND change = c.change)
WHERE c.record = ?1 AND c.clock = ?2 AND c.member = ?3 ORDER BY c.sequence DESC LIMIT ?5;

-- name: next_serial
-- ?1 entity, ?2 agency or zeros, ?3 year: the next number.
INSERT INTO number_serial (entity, agency, year, last) VALUES (?1, ?2, ?3, 1)
ON CONFLICT (entity, agency, year) DO UPDATE SET last = number_serial.last + 1 RETURNING last;

-- name: add_decision_basis
-- ?1 change, ?2 record, ?3 transition, ?4 entity seen, ?5 record seen, ?6 its version.
INSERT INTO decision_basis (change, record, transition, seen_entity, seen, seen_version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (change, record, seen) DO NOTHING;

-- name: find_decisions_on
-- Decisions that looked at record ?1, but for those of change ?2: entity, record, who decided, by which
-- transition.
SELECT DISTINCT h.entity, b.record, h.done_by, b.transition FROM decision_basis b
JOIN history h ON h.record = b.record AND h.change = b.change
WHERE b.seen = ?1 AND b.change <> ?2 AND h.done_by IS NOT NULL;

-- name: list_decisions_on
-- Decisions that looked at record ?1, newest first: entity, record, transition, who, when, the version
-- that was looked at, and whether that was put right since (only kernel verbs have a reason; who may
-- see it and what was signed of it changes nothing of what it says).
SELECT h.entity, b.record, b.transition, h.done_by, h.at, b.seen_version,
    EXISTS (SELECT 1 FROM history c
            WHERE c.record = b.seen AND c.version > b.seen_version AND c.reason IS NOT NULL
                AND (c.transition IS NULL OR c.transition NOT IN
                    ('access_offered', 'access_accepted', 'access_given', 'access_ended', 'signed_copy')))
FROM decision_basis b
JOIN history h ON h.record = b.record AND h.change = b.change
WHERE b.seen = ?1 ORDER BY h.sequence DESC LIMIT 100;

-- name: list_corrected_beneath
-- What the decisions on record ?1 looked at and was put right since the last of them: entity, record,
-- the version that was looked at.
SELECT d.entity, d.seen, d.version FROM
    (SELECT b.seen_entity AS entity, b.seen AS seen, max(b.seen_version) AS version
     FROM history h JOIN decision_basis b ON b.change = h.change AND b.record = h.record
     WHERE h.record = ?1 GROUP BY b.seen_entity, b.seen) d
WHERE EXISTS (SELECT 1 FROM history c
              WHERE c.record = d.seen AND c.version > d.version AND c.reason IS NOT NULL
                  AND (c.transition IS NULL OR c.transition NOT IN
                      ('access_offered', 'access_accepted', 'access_given', 'access_ended', 'signed_copy')))
ORDER BY d.seen LIMIT 100;

-- name: find_request
-- What a request with this key did before: worker ?1 (zeros: the system), key ?2.
SELECT entity, record, version FROM idempotency WHERE worker = ?1 AND request = ?2;

-- name: add_request
-- ?1 worker, ?2 key, ?3 entity, ?4 record, ?5 version, ?6 when.
INSERT INTO idempotency (worker, request, entity, record, version, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: remove_old_requests
-- Of the outcomes before ?1 the first ?2; a row for each that went.
DELETE FROM idempotency WHERE (worker, request) IN
    (SELECT worker, request FROM idempotency WHERE at < ?1 ORDER BY at LIMIT ?2) RETURNING 1;

-- name: find_person_canonical
-- Who stands for a person; no row: the person.
SELECT canonical FROM person_cluster WHERE person = ?1;

-- name: find_cluster
-- The others whom a person stands for.
SELECT person FROM person_cluster WHERE canonical = ?1 AND person <> ?1;

-- name: any_legal_act
-- Whether anything was ever sealed or expunged.
SELECT EXISTS (SELECT 1 FROM legal_act);

-- name: any_cluster
-- Whether there are people who are one at all.
SELECT EXISTS (SELECT 1 FROM person_cluster);

-- script: kernel_9_expunge
-- What was told, asked for and brought in of a record is found by it. Without these, expunging a family looks
-- through all of each for every record of it (0.7 s for a million notices) while nobody can save.
CREATE INDEX notice_by_record ON notice (record);
CREATE INDEX idempotency_by_record ON idempotency (record);
CREATE INDEX foreign_row_by_id ON foreign_row (id);

-- script: kernel_10_whose_clocks
-- What the clocks of a worker come to is counted without a look at their records. audience: of the agency that
-- has the root (record_audience); NULL: not known here. sealed: 0 when the record is not; else it is asked.
ALTER TABLE clock ADD COLUMN audience INTEGER;
ALTER TABLE clock ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;
UPDATE clock SET audience =
    (SELECT min(r.audience) FROM record_audience r JOIN audience a ON a.id = r.audience
     WHERE r.record = clock.root AND a.scope = 'own_agency' AND r.entity NOT LIKE '%/%')
WHERE who IS NOT NULL AND state = 'running';
UPDATE clock SET sealed = 1 WHERE root IN (
    SELECT h.root FROM legal_act l JOIN history h ON h.record = l.record WHERE l.verb = 'seal');
CREATE INDEX clock_of_worker ON clock
    (who, state, due, record, clock, member, entity, root, audience, sealed)
    WHERE who IS NOT NULL AND state = 'running';

-- script: kernel_10_requests
-- The outcomes of requests go when they are old.
CREATE INDEX idempotency_by_at ON idempotency (at);

-- script: kernel_11_signed
-- Whom a copy of what was signed speaks of, the record itself among them. The copy is a sealed text of the
-- history of the record that was signed: what is expunged takes the copies with it that name it.
CREATE TABLE signed_copy_about (
    about UUID NOT NULL,  -- a record whose words stand on the copy
    copy BLOB NOT NULL,   -- its commitment in history_sealed
    record UUID NOT NULL, -- that was signed
    PRIMARY KEY (about, copy)
) STRICT, WITHOUT ROWID;
CREATE INDEX signed_copy_about_by_record ON signed_copy_about (record);

-- name: add_signed_copy_about
-- ?1 record that it speaks of, ?2 commitment of the copy, ?3 record that was signed.
INSERT INTO signed_copy_about (about, copy, record) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- name: find_signed_copies
-- Of record ?1, newest first: sequence, who, when, content. What was never signed is not looked through.
SELECT sequence, done_by, at, content FROM history
WHERE record = ?1 AND transition = 'signed_copy' AND content IS NOT NULL
    AND EXISTS (SELECT 1 FROM signed_copy_about AS named WHERE named.about = ?1 AND named.record = ?1)
ORDER BY sequence DESC;

-- name: find_changes_behind
-- What was changed of record ?1 behind sequence ?2, newest first: when, content.
SELECT at, content FROM history
WHERE record = ?1 AND sequence > ?2 AND content IS NOT NULL
ORDER BY sequence DESC;

-- name: forget_copies_about
-- What was signed that speaks of record ?1.
DELETE FROM history_sealed
WHERE commitment IN (SELECT copy FROM signed_copy_about WHERE about = ?1);

-- name: forget_signed_about
-- Whom the copies of record ?1 speak of, and that others spoke of it.
DELETE FROM signed_copy_about WHERE record = ?1 OR about = ?1;

-- name: find_expunging
-- A row if record ?1 was expunged.
SELECT 1 FROM history WHERE record = ?1 AND transition = 'expunge' LIMIT 1;

-- script: kernel_12_notices
-- Who may decide is not told beside it: what waits for them stands on their day. Such notices were never shown,
-- and in a large county the page of the day looked through thousands of them.
DELETE FROM notice WHERE asks = 1;
ALTER TABLE notice DROP COLUMN asks;

-- script: kernel_14_writers
-- Whether somebody stands in the history of a record is asked of each that waits for a decision: one place of one
-- index answers it, instead of all rows of the record.
CREATE INDEX history_by_writer ON history (record, done_by) WHERE done_by IS NOT NULL;

-- script: kernel_15_files_everywhere
-- That the files of what was expunged went also where other records held them is told in the register.
ALTER TABLE legal_act ADD COLUMN files_everywhere INTEGER NOT NULL DEFAULT 0;

-- script: kernel_16_waiting
-- What waits for a decision (a state with waits_for): a row for each audience of its root that may take it, and one
-- of audience 0 beside them, which says that it waits at all. Whoever decides finds it by one range, as far as it
-- must be counted and put in order. Kept by every act, made anew with every model (store/waits.h).
CREATE TABLE waiting (
    audience INTEGER NOT NULL,
    due INTEGER NOT NULL,    -- of its running clocks the first; 9223372036854775807: nothing is due
    record UUID NOT NULL,
    entity TEXT NOT NULL,
    state TEXT NOT NULL,
    root UUID NOT NULL,
    sealed INTEGER NOT NULL, -- 1: by order of a court
    authors BLOB NOT NULL,   -- the identifiers of who wrote it (rule/authors.h), one behind the other
    PRIMARY KEY (audience, due, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_by_record ON waiting (record);
CREATE INDEX waiting_by_root ON waiting (root, audience);

-- name: find_waiting
-- What audience ?1 may decide, what is due first before, at most ?2.
SELECT record, due, entity, state, root, sealed, authors FROM waiting
WHERE audience = ?1 ORDER BY due, record LIMIT ?2;

-- name: find_waiting_of_root
-- What waits within root ?1.
SELECT record, entity, state FROM waiting WHERE root = ?1 AND audience = 0 ORDER BY record;

-- name: add_waiting
-- That record ?2 waits: ?1 due, ?3 entity, ?4 state, ?5 root, ?6 sealed, ?7 authors.
INSERT INTO waiting (audience, due, record, entity, state, root, sealed, authors)
VALUES (0, ?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: spread_waiting
-- For whom record ?1 waits: the audiences of scope ?2 or ?3 that reach all of its root (kind ?4), or records of its
-- kind in it (?5).
INSERT INTO waiting (audience, due, record, entity, state, root, sealed, authors)
SELECT DISTINCT r.audience, w.due, w.record, w.entity, w.state, w.root, w.sealed, w.authors
FROM waiting w JOIN record_audience r ON r.record = w.root JOIN audience a ON a.id = r.audience
WHERE w.record = ?1 AND w.audience = 0 AND a.scope IN (?2, ?3) AND r.entity IN (?4, ?5);

-- name: gather_waiting
-- For whom record ?1 waits is not known any more.
DELETE FROM waiting WHERE record = ?1 AND audience <> 0;

-- name: remove_waiting
-- Record ?1 does not wait.
DELETE FROM waiting WHERE record = ?1;

-- name: remove_all_waiting
-- Before it is made anew.
DELETE FROM waiting;

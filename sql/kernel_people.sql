-- Finding people: the words by which they may be looked for.

-- script: kernel_people_schema
-- Words by which a person may be looked for, folded (see store/name_words.h). kind: 'given',
-- 'family', 'pair' (a family and a given word, both orders need one row: family first), 'birth'
-- ("2019-03-04"), 'number'.
CREATE TABLE IF NOT EXISTS person_key (
    person BLOB NOT NULL,
    kind TEXT NOT NULL,
    word TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS person_key_person ON person_key (person, kind, word);
CREATE INDEX IF NOT EXISTS person_key_word ON person_key (kind, word, person);

-- name: remove_person_keys
-- ?1 person.
DELETE FROM person_key WHERE person = ?1;

-- name: add_person_key
-- ?1 person, ?2 kind, ?3 word.
INSERT INTO person_key (person, kind, word) VALUES (?1, ?2, ?3)
ON CONFLICT (person, kind, word) DO NOTHING;

-- name: find_persons_by_key
-- Persons with a key of kind ?1 from ?2 up to (not with) ?3; at most ?4.
SELECT DISTINCT person FROM person_key WHERE kind = ?1 AND word >= ?2 AND word < ?3 LIMIT ?4;

-- name: find_person_keys
-- All keys of person ?1.
SELECT kind, word FROM person_key WHERE person = ?1 ORDER BY kind, word;

-- Finding people: the words by which they may be looked for.

-- script: kernel_people_schema
-- Words are folded (store/name_words.h). kind: 'given', 'family' (of any name of the person);
-- 'pair', a family and a given word ("johnson mia"); 'year', year of birth, a word, day of birth
-- ("2019 mia 03-04"); 'birth', the birth date ("2019-03-04"); 'number'. Pairs and years are there so
-- that what is common alone is one short range together.
CREATE TABLE IF NOT EXISTS person_key (
    person UUID NOT NULL,
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

-- name: find_person_keys
-- All keys of person ?1.
SELECT kind, word FROM person_key WHERE person = ?1 ORDER BY kind, word;

-- name: find_persons_by_key
-- Keys of kind ?1 from ?2 up to (not with) ?3, in order of words; at most ?4.
SELECT person, word FROM person_key WHERE kind = ?1 AND word >= ?2 AND word < ?3
ORDER BY word, person LIMIT ?4;

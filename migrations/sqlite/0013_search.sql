-- The words of tasks for full-text search, and those that a person uses, to find a word with one wrong letter.
-- `words_hash` tells whether a task's words changed. What `tasks_to_index` lists was written by an earlier version, or
-- before this migration; housekeeping indexes it.

ALTER TABLE tasks ADD COLUMN words_hash BIGINT;
CREATE INDEX tasks_to_index ON tasks (owner_id, id)
    WHERE words_hash IS NULL OR derived_version IS NULL OR derived_version <> version;

-- A number for each person: rows of `task_words` have integers as keys, made of this one and the number of the task.
CREATE TABLE search_owners (
    code INTEGER NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL UNIQUE
);
-- Without a copy of the text. The words come folded, so the tokenizer only separates them at spaces.
CREATE VIRTUAL TABLE task_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'ascii');
CREATE TRIGGER task_words_of_deleted_tasks AFTER DELETE ON tasks BEGIN
    DELETE FROM task_words WHERE rowid =
        (SELECT code FROM search_owners WHERE owner_id = old.owner_id) * 4294967296 + old.number;
END;

CREATE TABLE vocabulary (
    owner_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    word TEXT NOT NULL,
    reversed TEXT NOT NULL,
    PRIMARY KEY (owner_id, word)
);
CREATE INDEX vocabulary_by_end ON vocabulary (owner_id, reversed);

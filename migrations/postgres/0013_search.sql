-- The words of tasks for full-text search, and those that a person uses, to find a word with one wrong letter.
-- `words_hash` tells whether a task's words changed. What `tasks_to_index` lists was written by an earlier version, or
-- before this migration; housekeeping indexes it.

ALTER TABLE tasks ADD COLUMN words_hash BIGINT;
CREATE INDEX tasks_to_index ON tasks (owner_id, id)
    WHERE words_hash IS NULL OR derived_version IS NULL OR derived_version <> version;

-- Not a column of `tasks`: each change of a row would write all its words into the index again.
CREATE TABLE task_words (
    owner_id UUID NOT NULL,
    number BIGINT NOT NULL,
    words TSVECTOR NOT NULL,
    PRIMARY KEY (owner_id, number),
    FOREIGN KEY (owner_id, number) REFERENCES tasks (owner_id, number) ON DELETE CASCADE
);
CREATE INDEX task_words_by_word ON task_words USING GIN (words);

CREATE TABLE vocabulary (
    owner_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    word TEXT COLLATE "C" NOT NULL,
    reversed TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (owner_id, word)
);
CREATE INDEX vocabulary_by_end ON vocabulary (owner_id, reversed);

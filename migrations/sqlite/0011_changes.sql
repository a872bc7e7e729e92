-- Each write as one row, with what it found, so that it can be undone; the change that a stored response is about; and a
-- number that grows with each change of a tag.

CREATE TABLE changes (
    seq INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    owner_id BLOB NOT NULL REFERENCES users (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    chat_turn TEXT,
    can_undo BOOLEAN NOT NULL,
    undoes BLOB,
    undone_by BLOB,
    packed BLOB NOT NULL
);
CREATE INDEX changes_by_owner ON changes (owner_id, seq);
CREATE INDEX changes_by_turn ON changes (owner_id, chat_turn, seq) WHERE chat_turn IS NOT NULL;

ALTER TABLE idempotency ADD COLUMN change_id BLOB;
ALTER TABLE tags ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- Events and audit lines are kept compressed; old rows are deleted by age. The `packed` columns hold what the text
-- columns beside them held before: `payload` is null and `actor` empty where a row has one, and an earlier version that
-- still runs stops at such a row instead of mistaking it. SQLite cannot let a column be null but by copying its table.

CREATE TABLE events_with_packed (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    owner_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    partition_key BLOB NOT NULL,
    payload TEXT,
    packed BLOB
);
INSERT INTO events_with_packed (seq, id, owner_id, kind, partition_key, payload)
    SELECT seq, id, owner_id, kind, partition_key, payload FROM events;
DROP TABLE events;
ALTER TABLE events_with_packed RENAME TO events;
CREATE INDEX events_by_owner ON events (owner_id, seq);

ALTER TABLE audit_log ADD COLUMN packed BLOB;

CREATE INDEX deliveries_by_age ON deliveries (delivered_at);

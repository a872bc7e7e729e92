-- Events and audit lines are kept compressed; old rows are deleted by age. The `packed` columns hold what the text
-- columns beside them held before: `payload` is null and `actor` empty where a row has one, and an earlier version that
-- still runs stops at such a row instead of mistaking it.

ALTER TABLE events ALTER COLUMN payload DROP NOT NULL;
ALTER TABLE events ADD COLUMN packed BYTEA;

ALTER TABLE audit_log ADD COLUMN packed BYTEA;

CREATE INDEX deliveries_by_age ON deliveries (delivered_at);

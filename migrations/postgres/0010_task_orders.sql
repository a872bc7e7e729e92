-- Each order of a list of tasks is read from an index; who changed a task last. `changed_by` is right where
-- `derived_version` is the version of the row: an earlier version that still runs writes neither.

ALTER TABLE tasks ADD COLUMN changed_by TEXT COLLATE "C";
ALTER TABLE tasks ADD COLUMN derived_version BIGINT;
CREATE INDEX tasks_by_due_and_priority ON tasks (owner_id, status, due_order, (-priority), id);
DROP INDEX tasks_by_due;
CREATE INDEX tasks_by_number ON tasks (owner_id, status, number);
CREATE INDEX tasks_by_update ON tasks (owner_id, status, updated_at, id);
CREATE INDEX tasks_by_priority ON tasks (owner_id, status, priority, id);
CREATE INDEX tasks_by_title ON tasks (owner_id, status, substr(search, 1, 200), id);
CREATE INDEX tasks_by_completion ON tasks (owner_id, completed_at, id) WHERE completed_at IS NOT NULL;

-- Finds the series of a person, and the occurrences of one in order.

-- The status comes first, although it is the same in all that are looked for: SQLite would choose an index that has it.
CREATE INDEX tasks_in_series ON tasks (owner_id, status, number) WHERE series_id IS NOT NULL;
CREATE INDEX tasks_of_series ON tasks (owner_id, series_id, number) WHERE series_id IS NOT NULL;

-- How many minutes a task takes. A version that does not know the column leaves it out when it creates the next
-- occurrence of a series, which then takes as long as the one before.

ALTER TABLE tasks ADD COLUMN duration_minutes BIGINT;
CREATE TRIGGER tasks_duration_of_series AFTER INSERT ON tasks
    WHEN new.follows_id IS NOT NULL AND new.duration_minutes IS NULL
BEGIN
    UPDATE tasks SET duration_minutes =
        (SELECT ended.duration_minutes FROM tasks AS ended
            WHERE ended.owner_id = new.owner_id AND ended.id = new.follows_id)
    WHERE owner_id = new.owner_id AND id = new.id;
END;

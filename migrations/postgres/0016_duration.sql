-- How many minutes a task takes. A version that does not know the column leaves it out when it creates the next
-- occurrence of a series, which then takes as long as the one before.

ALTER TABLE tasks ADD COLUMN duration_minutes BIGINT;
CREATE FUNCTION tasks_duration_of_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    new.duration_minutes := (SELECT ended.duration_minutes FROM tasks AS ended
        WHERE ended.owner_id = new.owner_id AND ended.id = new.follows_id);
    RETURN new;
END;
$$;
CREATE TRIGGER tasks_duration_of_series BEFORE INSERT ON tasks FOR EACH ROW
    WHEN (new.follows_id IS NOT NULL AND new.duration_minutes IS NULL)
    EXECUTE FUNCTION tasks_duration_of_series();

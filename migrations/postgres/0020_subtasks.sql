-- The task that a task is a part of, by its number, and how many parts each has. Triggers count them, so that the counts
-- are right whichever version writes a part.

ALTER TABLE tasks ADD COLUMN parent BIGINT;
ALTER TABLE tasks ADD COLUMN subtasks_open BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN subtasks_done BIGINT NOT NULL DEFAULT 0;
CREATE INDEX tasks_of_parent ON tasks (owner_id, parent, number) WHERE parent IS NOT NULL;
CREATE FUNCTION tasks_count_subtasks(of_owner UUID, of_parent BIGINT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tasks SET (subtasks_open, subtasks_done) =
        (SELECT COUNT(CASE WHEN part.status = 'open' THEN 1 END), COUNT(CASE WHEN part.status = 'completed' THEN 1 END)
            FROM tasks AS part WHERE part.owner_id = of_owner AND part.parent = of_parent AND NOT part.withdrawn)
    WHERE owner_id = of_owner AND number = of_parent;
END;
$$;
CREATE FUNCTION tasks_count_of_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tasks_count_subtasks(new.owner_id, new.parent);
    RETURN NULL;
END;
$$;
CREATE FUNCTION tasks_count_of_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tasks_count_subtasks(old.owner_id, old.parent);
    RETURN NULL;
END;
$$;
CREATE TRIGGER tasks_count_inserted AFTER INSERT ON tasks FOR EACH ROW
    WHEN (new.parent IS NOT NULL) EXECUTE FUNCTION tasks_count_of_new();
CREATE TRIGGER tasks_count_updated AFTER UPDATE OF status, parent, withdrawn ON tasks FOR EACH ROW
    WHEN (new.parent IS NOT NULL) EXECUTE FUNCTION tasks_count_of_new();
CREATE TRIGGER tasks_count_moved AFTER UPDATE OF parent ON tasks FOR EACH ROW
    WHEN (old.parent IS NOT NULL AND old.parent IS DISTINCT FROM new.parent) EXECUTE FUNCTION tasks_count_of_old();
CREATE TRIGGER tasks_count_deleted AFTER DELETE ON tasks FOR EACH ROW
    WHEN (old.parent IS NOT NULL) EXECUTE FUNCTION tasks_count_of_old();

-- The task that a task is a part of, by its number, and how many parts each has. Triggers count them, so that the counts
-- are right whichever version writes a part.

ALTER TABLE tasks ADD COLUMN parent BIGINT;
ALTER TABLE tasks ADD COLUMN subtasks_open BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN subtasks_done BIGINT NOT NULL DEFAULT 0;
CREATE INDEX tasks_of_parent ON tasks (owner_id, parent, number) WHERE parent IS NOT NULL;
CREATE TRIGGER tasks_count_inserted AFTER INSERT ON tasks WHEN new.parent IS NOT NULL
BEGIN
    UPDATE tasks SET (subtasks_open, subtasks_done) =
        (SELECT COUNT(CASE WHEN part.status = 'open' THEN 1 END), COUNT(CASE WHEN part.status = 'completed' THEN 1 END)
            FROM tasks AS part WHERE part.owner_id = new.owner_id AND part.parent = new.parent AND NOT part.withdrawn)
    WHERE owner_id = new.owner_id AND number = new.parent;
END;
CREATE TRIGGER tasks_count_updated AFTER UPDATE OF status, parent, withdrawn ON tasks WHEN new.parent IS NOT NULL
BEGIN
    UPDATE tasks SET (subtasks_open, subtasks_done) =
        (SELECT COUNT(CASE WHEN part.status = 'open' THEN 1 END), COUNT(CASE WHEN part.status = 'completed' THEN 1 END)
            FROM tasks AS part WHERE part.owner_id = new.owner_id AND part.parent = new.parent AND NOT part.withdrawn)
    WHERE owner_id = new.owner_id AND number = new.parent;
END;
CREATE TRIGGER tasks_count_moved AFTER UPDATE OF parent ON tasks
    WHEN old.parent IS NOT NULL AND old.parent IS NOT new.parent
BEGIN
    UPDATE tasks SET (subtasks_open, subtasks_done) =
        (SELECT COUNT(CASE WHEN part.status = 'open' THEN 1 END), COUNT(CASE WHEN part.status = 'completed' THEN 1 END)
            FROM tasks AS part WHERE part.owner_id = old.owner_id AND part.parent = old.parent AND NOT part.withdrawn)
    WHERE owner_id = old.owner_id AND number = old.parent;
END;
CREATE TRIGGER tasks_count_deleted AFTER DELETE ON tasks WHEN old.parent IS NOT NULL
BEGIN
    UPDATE tasks SET (subtasks_open, subtasks_done) =
        (SELECT COUNT(CASE WHEN part.status = 'open' THEN 1 END), COUNT(CASE WHEN part.status = 'completed' THEN 1 END)
            FROM tasks AS part WHERE part.owner_id = old.owner_id AND part.parent = old.parent AND NOT part.withdrawn)
    WHERE owner_id = old.owner_id AND number = old.parent;
END;

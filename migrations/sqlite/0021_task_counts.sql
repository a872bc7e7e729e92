-- How many tasks each person has: the open ones by priority and by due value, and all by tag. Triggers count them, so that
-- the counts are right whichever version writes a task.

--   kind 'priority': open tasks; number is the priority
--   kind 'due': open tasks; number is the quarter of an hour since 1970-01-01 UTC of due_order, rounded down
--   kind 'tag': tasks with the tag of this name; number is 0 for open ones, 1 for others, 2 for those in the trash
-- The writer is always 0: Postgres spreads a number over several rows.
CREATE TABLE task_counts (
    owner_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    number BIGINT NOT NULL,
    writer BIGINT NOT NULL,
    tasks BIGINT NOT NULL,
    PRIMARY KEY (owner_id, kind, name, number, writer)
) WITHOUT ROWID;
CREATE INDEX task_counts_to_add_up ON task_counts (owner_id) WHERE writer <> 0;

CREATE TRIGGER task_counts_inserted AFTER INSERT ON tasks WHEN new.status = 'open'
BEGIN
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    VALUES (new.owner_id, 'priority', '', new.priority, 0, 1),
        (new.owner_id, 'due', '', CASE WHEN new.due_order < 0 THEN (new.due_order + 1) / 900000000 - 1 ELSE new.due_order / 900000000 END, 0, 1)
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = tasks + excluded.tasks;
END;
CREATE TRIGGER task_counts_left AFTER UPDATE OF status, priority, due_order ON tasks
    WHEN old.status = 'open'
        AND (new.status <> 'open' OR old.priority <> new.priority OR old.due_order <> new.due_order)
BEGIN
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    VALUES (old.owner_id, 'priority', '', old.priority, 0, -1),
        (old.owner_id, 'due', '', CASE WHEN old.due_order < 0 THEN (old.due_order + 1) / 900000000 - 1 ELSE old.due_order / 900000000 END, 0, -1)
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = tasks + excluded.tasks;
    DELETE FROM task_counts WHERE owner_id = old.owner_id AND kind = 'due' AND name = ''
        AND number = CASE WHEN old.due_order < 0 THEN (old.due_order + 1) / 900000000 - 1 ELSE old.due_order / 900000000 END
        AND writer = 0 AND tasks = 0;
END;
CREATE TRIGGER task_counts_joined AFTER UPDATE OF status, priority, due_order ON tasks
    WHEN new.status = 'open'
        AND (old.status <> 'open' OR old.priority <> new.priority OR old.due_order <> new.due_order)
BEGIN
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    VALUES (new.owner_id, 'priority', '', new.priority, 0, 1),
        (new.owner_id, 'due', '', CASE WHEN new.due_order < 0 THEN (new.due_order + 1) / 900000000 - 1 ELSE new.due_order / 900000000 END, 0, 1)
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = tasks + excluded.tasks;
END;
CREATE TRIGGER task_counts_deleted AFTER DELETE ON tasks WHEN old.status = 'open'
BEGIN
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    VALUES (old.owner_id, 'priority', '', old.priority, 0, -1),
        (old.owner_id, 'due', '', CASE WHEN old.due_order < 0 THEN (old.due_order + 1) / 900000000 - 1 ELSE old.due_order / 900000000 END, 0, -1)
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = tasks + excluded.tasks;
    DELETE FROM task_counts WHERE owner_id = old.owner_id AND kind = 'due' AND name = ''
        AND number = CASE WHEN old.due_order < 0 THEN (old.due_order + 1) / 900000000 - 1 ELSE old.due_order / 900000000 END
        AND writer = 0 AND tasks = 0;
END;
CREATE TRIGGER task_counts_tags_moved AFTER UPDATE OF status ON tasks WHEN old.status <> new.status
BEGIN
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT owner_id, 'tag', name_key, CASE old.status WHEN 'open' THEN 0 WHEN 'deleted' THEN 2 ELSE 1 END, 0, -1
        FROM task_tags WHERE task_id = new.id
    UNION ALL
    SELECT owner_id, 'tag', name_key, CASE new.status WHEN 'open' THEN 0 WHEN 'deleted' THEN 2 ELSE 1 END, 0, 1
        FROM task_tags WHERE task_id = new.id
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = tasks + excluded.tasks;
END;
CREATE TRIGGER task_counts_tags_inserted AFTER INSERT ON task_tags
BEGIN
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT new.owner_id, 'tag', new.name_key, CASE status WHEN 'open' THEN 0 WHEN 'deleted' THEN 2 ELSE 1 END, 0, 1
        FROM tasks WHERE id = new.task_id
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = tasks + excluded.tasks;
END;
CREATE TRIGGER task_counts_tags_deleted AFTER DELETE ON task_tags
BEGIN
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT old.owner_id, 'tag', old.name_key, CASE status WHEN 'open' THEN 0 WHEN 'deleted' THEN 2 ELSE 1 END, 0, -1
        FROM tasks WHERE id = old.task_id
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = tasks + excluded.tasks;
    DELETE FROM task_counts WHERE owner_id = old.owner_id AND kind = 'tag' AND name = old.name_key AND tasks = 0;
END;

INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT owner_id, 'priority', '', priority, 0, COUNT(*) FROM tasks WHERE status = 'open' GROUP BY owner_id, priority;
INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT owner_id, 'due', '', CASE WHEN due_order < 0 THEN (due_order + 1) / 900000000 - 1 ELSE due_order / 900000000 END, 0, COUNT(*)
        FROM tasks WHERE status = 'open' GROUP BY 1, 4;
INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT task_tags.owner_id, 'tag', name_key, CASE status WHEN 'open' THEN 0 WHEN 'deleted' THEN 2 ELSE 1 END, 0, COUNT(*)
        FROM task_tags JOIN tasks ON tasks.id = task_tags.task_id GROUP BY 1, 3, 4;

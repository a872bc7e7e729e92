-- How many tasks each person has: the open ones by priority and by due value, and all by tag. Triggers count them, so that
-- the counts are right whichever version writes a task.

-- A number is spread over as many rows as connections have written it, and is their sum: two transactions never change
-- the same row, so they never wait for each other here. Housekeeping adds the rows up into the one of writer 0.
--   kind 'priority': open tasks; number is the priority
--   kind 'due': open tasks; number is the quarter of an hour since 1970-01-01 UTC of due_order
--   kind 'tag': tasks with the tag of this name; number is 0 for open ones, 1 for others, 2 for those in the trash
CREATE TABLE task_counts (
    owner_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    writer BIGINT NOT NULL,
    tasks BIGINT NOT NULL,
    PRIMARY KEY (owner_id, kind, name, number, writer)
) WITH (fillfactor = 50);
CREATE INDEX task_counts_to_add_up ON task_counts (owner_id) WHERE writer <> 0;

-- Rounds down, also before 1970.
CREATE FUNCTION task_counts_quarter(due_order BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN due_order < 0 THEN (due_order + 1) / 900000000 - 1 ELSE due_order / 900000000 END
$$;
CREATE FUNCTION task_counts_status(status TEXT) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE status WHEN 'open' THEN 0 WHEN 'deleted' THEN 2 ELSE 1 END
$$;
CREATE FUNCTION task_counts_of_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND old.status = 'open' THEN
        INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
        VALUES (old.owner_id, 'priority', '', old.priority, pg_backend_pid(), -1),
            (old.owner_id, 'due', '', task_counts_quarter(old.due_order), pg_backend_pid(), -1)
        ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks;
    END IF;
    IF TG_OP <> 'DELETE' AND new.status = 'open' THEN
        INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
        VALUES (new.owner_id, 'priority', '', new.priority, pg_backend_pid(), 1),
            (new.owner_id, 'due', '', task_counts_quarter(new.due_order), pg_backend_pid(), 1)
        ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks;
    END IF;
    IF TG_OP = 'UPDATE' AND old.status <> new.status THEN
        INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
        SELECT owner_id, 'tag', name_key, counted.number, pg_backend_pid(), SUM(more)
        FROM task_tags CROSS JOIN
            (VALUES (task_counts_status(old.status), -1), (task_counts_status(new.status), 1)) AS counted (number, more)
        WHERE task_id = new.id GROUP BY 1, 3, 4
        ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks;
    END IF;
    RETURN NULL;
END;
$$;
CREATE FUNCTION task_counts_of_new_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT new.owner_id, 'tag', new.name_key, task_counts_status(status), pg_backend_pid(), 1
    FROM tasks WHERE id = new.task_id
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks;
    RETURN NULL;
END;
$$;
CREATE FUNCTION task_counts_of_old_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT old.owner_id, 'tag', old.name_key, task_counts_status(status), pg_backend_pid(), -1
    FROM tasks WHERE id = old.task_id
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks;
    RETURN NULL;
END;
$$;
-- Creating them waits for all who are writing, and nobody writes again before the tasks below are counted.
CREATE TRIGGER task_counts_inserted AFTER INSERT ON tasks FOR EACH ROW
    WHEN (new.status = 'open') EXECUTE FUNCTION task_counts_of_tasks();
CREATE TRIGGER task_counts_updated AFTER UPDATE OF status, priority, due_order ON tasks FOR EACH ROW
    WHEN (old.status <> new.status
        OR new.status = 'open' AND (old.priority <> new.priority OR old.due_order <> new.due_order))
    EXECUTE FUNCTION task_counts_of_tasks();
CREATE TRIGGER task_counts_deleted AFTER DELETE ON tasks FOR EACH ROW
    WHEN (old.status = 'open') EXECUTE FUNCTION task_counts_of_tasks();
CREATE TRIGGER task_counts_tags_inserted AFTER INSERT ON task_tags FOR EACH ROW
    EXECUTE FUNCTION task_counts_of_new_tags();
CREATE TRIGGER task_counts_tags_deleted AFTER DELETE ON task_tags FOR EACH ROW
    EXECUTE FUNCTION task_counts_of_old_tags();

INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT owner_id, 'priority', '', priority, 0, COUNT(*) FROM tasks WHERE status = 'open' GROUP BY owner_id, priority
    UNION ALL
    SELECT owner_id, 'due', '', task_counts_quarter(due_order), 0, COUNT(*) FROM tasks WHERE status = 'open'
        GROUP BY owner_id, task_counts_quarter(due_order)
    UNION ALL
    SELECT task_tags.owner_id, 'tag', name_key, task_counts_status(status), 0, COUNT(*)
        FROM task_tags JOIN tasks ON tasks.id = task_id GROUP BY 1, 3, 4;

-- The open tasks of each tag in the orders of a list: without them, a list of a tag reads the tasks of all tags in its
-- order until the page is full. Triggers keep them, so that they are right whichever version writes a task.

-- One row for each open task and tag, with the values of `tasks` that it is sorted by.
CREATE TABLE tagged_tasks (
    owner_id UUID NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    by_due BIGINT NOT NULL,
    by_urgency BIGINT NOT NULL,
    task_id UUID NOT NULL,
    by_priority BIGINT NOT NULL,
    by_title TEXT COLLATE "C" NOT NULL
);

-- Nobody writes links before the tasks below are read; the trigger on `tasks` waits for those who write tasks.
LOCK TABLE task_tags IN SHARE ROW EXCLUSIVE MODE;
CREATE FUNCTION tagged_tasks_of_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The links are still those of the tags before the change.
    IF old.status = 'open' THEN
        DELETE FROM tagged_tasks USING task_tags AS link
        WHERE link.task_id = old.id AND tagged_tasks.owner_id = old.owner_id AND tagged_tasks.name_key = link.name_key
            AND by_due = old.due_order AND by_urgency = -old.priority AND tagged_tasks.task_id = old.id;
    END IF;
    IF new.status = 'open' THEN
        INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
        SELECT owner_id, name_key, new.due_order, -new.priority, task_id, new.priority, substr(new.search, 1, 200)
        FROM task_tags WHERE task_id = new.id;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER tagged_tasks_changed AFTER UPDATE OF status, priority, due_order, search ON tasks FOR EACH ROW
    WHEN (old.tags <> '[]' AND (old.status = 'open' OR new.status = 'open')
        AND (old.status <> new.status OR old.priority <> new.priority OR old.due_order <> new.due_order
            OR substr(old.search, 1, 200) <> substr(new.search, 1, 200)))
    EXECUTE FUNCTION tagged_tasks_of_tasks();

-- A transaction that changes one count many times leaves as many versions of its row, all of which the next change of
-- it reads. So it takes another row after two hundred changes: a number of its own stands above that of the connection.
CREATE FUNCTION task_counts_writer() RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    changes BIGINT := CAST(COALESCE(NULLIF(current_setting('taskwire.counted', true), ''), '0') AS BIGINT) + 1;
BEGIN
    PERFORM set_config('taskwire.counted', CAST(changes AS TEXT), true);
    RETURN pg_backend_pid() + changes / 200 * 4294967296;
END;
$$;
CREATE OR REPLACE FUNCTION task_counts_of_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own BIGINT := task_counts_writer();
BEGIN
    IF TG_OP <> 'INSERT' AND old.status = 'open' THEN
        INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
        VALUES (old.owner_id, 'priority', '', old.priority, own, -1),
            (old.owner_id, 'due', '', task_counts_quarter(old.due_order), own, -1)
        ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks;
    END IF;
    IF TG_OP <> 'DELETE' AND new.status = 'open' THEN
        INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
        VALUES (new.owner_id, 'priority', '', new.priority, own, 1),
            (new.owner_id, 'due', '', task_counts_quarter(new.due_order), own, 1)
        ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks;
    END IF;
    IF TG_OP = 'UPDATE' AND old.status <> new.status AND old.tags <> '[]' THEN
        INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
        SELECT owner_id, 'tag', name_key, counted.number, own, SUM(more)
        FROM task_tags CROSS JOIN
            (VALUES (task_counts_status(old.status), -1), (task_counts_status(new.status), 1)) AS counted (number, more)
        WHERE task_id = new.id GROUP BY 1, 3, 4
        ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks;
    END IF;
    RETURN NULL;
END;
$$;
-- The same triggers keep the counts and the orders of a tag: both need the task.
CREATE OR REPLACE FUNCTION task_counts_of_new_tags() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    task RECORD;
BEGIN
    SELECT status, due_order, priority, substr(search, 1, 200) AS title INTO task FROM tasks WHERE id = new.task_id;
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    VALUES (new.owner_id, 'tag', new.name_key, task_counts_status(task.status), task_counts_writer(), 1)
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks;
    IF task.status = 'open' THEN
        INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
        VALUES (new.owner_id, new.name_key, task.due_order, -task.priority, new.task_id, task.priority, task.title);
    END IF;
    RETURN NULL;
END;
$$;
CREATE OR REPLACE FUNCTION task_counts_of_old_tags() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    task RECORD;
BEGIN
    SELECT status, due_order, priority INTO task FROM tasks WHERE id = old.task_id;
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    VALUES (old.owner_id, 'tag', old.name_key, task_counts_status(task.status), task_counts_writer(), -1)
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks;
    IF task.status = 'open' THEN
        DELETE FROM tagged_tasks WHERE owner_id = old.owner_id AND name_key = old.name_key
            AND by_due = task.due_order AND by_urgency = -task.priority AND task_id = old.task_id;
    END IF;
    RETURN NULL;
END;
$$;

INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
    SELECT link.owner_id, name_key, due_order, -priority, id, priority, substr(search, 1, 200)
        FROM task_tags AS link JOIN tasks ON tasks.id = link.task_id WHERE status = 'open';
ALTER TABLE tagged_tasks ADD PRIMARY KEY (owner_id, name_key, by_due, by_urgency, task_id);
CREATE INDEX tagged_tasks_by_title ON tagged_tasks (owner_id, name_key, by_title, task_id);
CREATE INDEX tagged_tasks_by_priority ON tagged_tasks (owner_id, name_key, by_priority, task_id);
ANALYZE tagged_tasks;

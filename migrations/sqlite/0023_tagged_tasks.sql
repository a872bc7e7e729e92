-- The open tasks of each tag in the orders of a list: without them, a list of a tag reads the tasks of all tags in its
-- order until the page is full. Triggers keep them, so that they are right whichever version writes a task.

-- One row for each open task and tag, with the values of `tasks` that it is sorted by.
CREATE TABLE tagged_tasks (
    owner_id BLOB NOT NULL,
    name_key TEXT NOT NULL,
    by_due BIGINT NOT NULL,
    by_urgency BIGINT NOT NULL,
    task_id BLOB NOT NULL,
    by_priority BIGINT NOT NULL,
    by_title TEXT NOT NULL,
    PRIMARY KEY (owner_id, name_key, by_due, by_urgency, task_id)
) WITHOUT ROWID;

CREATE TRIGGER tagged_tasks_link_inserted AFTER INSERT ON task_tags
BEGIN
    INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
    SELECT new.owner_id, new.name_key, due_order, -priority, id, priority, substr(search, 1, 200)
        FROM tasks WHERE id = new.task_id AND status = 'open';
END;
CREATE TRIGGER tagged_tasks_link_deleted AFTER DELETE ON task_tags
BEGIN
    DELETE FROM tagged_tasks WHERE owner_id = old.owner_id AND name_key = old.name_key
        AND by_due = (SELECT due_order FROM tasks WHERE id = old.task_id)
        AND by_urgency = (SELECT -priority FROM tasks WHERE id = old.task_id) AND task_id = old.task_id;
END;
-- The links are still those of the tags before the change.
CREATE TRIGGER tagged_tasks_changed AFTER UPDATE OF status, priority, due_order, search ON tasks
    WHEN old.tags <> '[]' AND (old.status = 'open' OR new.status = 'open')
        AND (old.status <> new.status OR old.priority <> new.priority OR old.due_order <> new.due_order
            OR substr(old.search, 1, 200) <> substr(new.search, 1, 200))
BEGIN
    DELETE FROM tagged_tasks WHERE old.status = 'open' AND owner_id = old.owner_id
        AND name_key IN (SELECT name_key FROM task_tags WHERE task_tags.task_id = old.id)
        AND by_due = old.due_order AND by_urgency = -old.priority AND task_id = old.id;
    INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
    SELECT owner_id, name_key, new.due_order, -new.priority, task_id, new.priority, substr(new.search, 1, 200)
        FROM task_tags WHERE task_id = new.id AND new.status = 'open';
END;

INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
    SELECT link.owner_id, name_key, due_order, -priority, id, priority, substr(search, 1, 200)
        FROM task_tags AS link JOIN tasks ON tasks.id = link.task_id WHERE status = 'open' ORDER BY 1, 2, 3, 4, 5;
CREATE INDEX tagged_tasks_by_title ON tagged_tasks (owner_id, name_key, by_title, task_id);
CREATE INDEX tagged_tasks_by_priority ON tagged_tasks (owner_id, name_key, by_priority, task_id);

-- Each two tags of a task are linked and counted like one tag, so that a list of tasks with both is read like that of one
-- tag. Triggers keep the pairs, so that they are right whichever version writes a task. (On SQLite the words of the search
-- index can be listed, too.)

-- Nobody writes tasks or links before the rows below are read.
LOCK TABLE tasks, task_tags IN SHARE ROW EXCLUSIVE MODE;
-- A pair has the two names in order, each after a character that no name has. Names are greater than a space.
CREATE FUNCTION task_tags_pair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO task_tags (owner_id, task_id, name_key)
    SELECT new.owner_id, new.task_id,
        chr(1) || LEAST(new.name_key, name_key) || chr(1) || GREATEST(new.name_key, name_key)
    FROM task_tags WHERE task_id = new.task_id AND name_key > ' ' AND name_key <> new.name_key
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END;
$$;
CREATE FUNCTION task_tags_unpair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM task_tags WHERE task_id = old.task_id AND name_key < ' '
        AND position(chr(1) || old.name_key || chr(1) IN name_key || chr(1)) > 0;
    RETURN NULL;
END;
$$;

-- For the rows below, without them: all at once takes a fraction of the time.
ALTER TABLE task_tags DISABLE TRIGGER task_counts_tags_inserted;
INSERT INTO task_tags (owner_id, task_id, name_key)
    SELECT one.owner_id, one.task_id, chr(1) || one.name_key || chr(1) || other.name_key
    FROM task_tags AS one JOIN task_tags AS other ON other.task_id = one.task_id AND other.name_key > one.name_key
    WHERE one.task_id IN (SELECT id FROM tasks WHERE tags LIKE '%,%');
INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT link.owner_id, 'tag', name_key, task_counts_status(status), 0, COUNT(*)
    FROM task_tags AS link JOIN tasks ON tasks.id = link.task_id WHERE name_key < ' ' GROUP BY 1, 3, 4;
INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
    SELECT link.owner_id, name_key, due_order, -priority, id, priority, substr(search, 1, 200)
    FROM task_tags AS link JOIN tasks ON tasks.id = link.task_id WHERE name_key < ' ' AND status = 'open';
ALTER TABLE task_tags ENABLE TRIGGER task_counts_tags_inserted;

CREATE TRIGGER task_tags_paired AFTER INSERT ON task_tags FOR EACH ROW
    WHEN (new.name_key > ' ') EXECUTE FUNCTION task_tags_pair();
CREATE TRIGGER task_tags_unpaired AFTER DELETE ON task_tags FOR EACH ROW
    WHEN (old.name_key > ' ') EXECUTE FUNCTION task_tags_unpair();

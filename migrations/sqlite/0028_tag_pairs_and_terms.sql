-- Each two tags of a task are linked and counted like one tag, so that a list of tasks with both is read like that of one
-- tag; and the words of the search index can be listed, so that a beginning is searched for as the few words that begin
-- so. Triggers keep the pairs, so that they are right whichever version writes a task.

-- Reads the index; stores nothing.
CREATE VIRTUAL TABLE task_words_terms USING fts5vocab(task_words, 'instance');

-- A pair has the two names in order, each after a character that no name has. Names are greater than a space.
CREATE TRIGGER task_tags_paired AFTER INSERT ON task_tags WHEN new.name_key > ' '
BEGIN
    INSERT INTO task_tags (owner_id, task_id, name_key)
    SELECT new.owner_id, new.task_id, char(1) || min(new.name_key, name_key) || char(1) || max(new.name_key, name_key)
        FROM task_tags WHERE task_id = new.task_id AND name_key > ' ' AND name_key <> new.name_key
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER task_tags_unpaired AFTER DELETE ON task_tags WHEN old.name_key > ' '
BEGIN
    DELETE FROM task_tags WHERE task_id = old.task_id AND name_key < ' '
        AND instr(name_key || char(1), char(1) || old.name_key || char(1)) > 0;
END;

-- For the rows below, without them: all at once takes a fraction of the time.
DROP TRIGGER task_counts_tags_inserted;
DROP TRIGGER tagged_tasks_link_inserted;
INSERT INTO task_tags (owner_id, task_id, name_key)
    SELECT one.owner_id, one.task_id, char(1) || one.name_key || char(1) || other.name_key
        FROM task_tags AS one JOIN task_tags AS other ON other.task_id = one.task_id AND other.name_key > one.name_key
        WHERE one.task_id IN (SELECT id FROM tasks WHERE tags LIKE '%,%');
INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT link.owner_id, 'tag', name_key, CASE status WHEN 'open' THEN 0 WHEN 'deleted' THEN 2 ELSE 1 END, 0, COUNT(*)
        FROM task_tags AS link JOIN tasks ON tasks.id = link.task_id WHERE name_key < ' ' GROUP BY 1, 3, 4;
INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
    SELECT link.owner_id, name_key, due_order, -priority, id, priority, substr(search, 1, 200)
        FROM task_tags AS link JOIN tasks ON tasks.id = link.task_id WHERE name_key < ' ' AND status = 'open'
        ORDER BY 1, 2, 3, 4, 5;
CREATE TRIGGER task_counts_tags_inserted AFTER INSERT ON task_tags
BEGIN
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
    SELECT new.owner_id, 'tag', new.name_key, CASE status WHEN 'open' THEN 0 WHEN 'deleted' THEN 2 ELSE 1 END, 0, 1
        FROM tasks WHERE id = new.task_id
    ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = tasks + excluded.tasks;
END;
CREATE TRIGGER tagged_tasks_link_inserted AFTER INSERT ON task_tags
BEGIN
    INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
    SELECT new.owner_id, new.name_key, due_order, -priority, id, priority, substr(search, 1, 200)
        FROM tasks WHERE id = new.task_id AND status = 'open';
END;

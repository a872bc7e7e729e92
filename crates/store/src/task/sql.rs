//! Statements on `tasks` and `task_tags`.

use crate::statements::statements;

/// The beginning of the list statement; what it is sorted by, the owner and the filter are appended.
pub(super) const LIST: &str = concat!("SELECT ", task_columns!(read));

statements! {
    INSERT = concat!("INSERT INTO tasks (", task_columns!(all), ") VALUES (", task_columns!(values), ")
        ON CONFLICT DO NOTHING");
    /// $1 to $4 are the owner, the id, the number and the new version.
    UPDATE = concat!("UPDATE tasks SET ", task_columns!(set), "
        WHERE owner_id = $1 AND id = $2 AND number = $3 AND version = $4 - 1");
    REORDER = "UPDATE tasks SET due_order = $3 WHERE owner_id = $1 AND id = $2";
    FIND_BY_NUMBER = concat!("SELECT ", task_columns!(read), " FROM tasks WHERE owner_id = $1 AND number = $2 AND NOT withdrawn");
    FIND_BY_ID = concat!("SELECT ", task_columns!(read), " FROM tasks WHERE owner_id = $1 AND id = $2");
    FIND_BY_KEY = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND occurrence = $3 AND NOT withdrawn");
    FIND_OPEN_OF_SERIES = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND status = 'open'");
    /// Whether any occurrence has the key, even one that was withdrawn.
    KEY_TAKEN = "SELECT COUNT(*) FROM tasks WHERE owner_id = $1 AND series_id = $2 AND occurrence = $3";
    /// The successor of an occurrence, unless it was withdrawn.
    FIND_SUCCESSOR = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND follows_id = $3 AND NOT withdrawn");
    /// Tasks that may move with their owner's zone: with due values, or reminders at a wall-clock time.
    OPEN_TIMED = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND status = 'open' AND (due IS NOT NULL OR reminders <> '[]') ORDER BY number");
    /// SQLite has no row locks.
    LOCK_POSTGRES = "SELECT 1 FROM tasks WHERE owner_id = $1 AND id = $2 FOR UPDATE";
    LINK_TAG = "INSERT INTO task_tags (owner_id, task_id, name_key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    /// How many tasks have a tag, up to $3.
    COUNT_TAGGED = "SELECT COUNT(*) FROM (SELECT 1 FROM task_tags WHERE owner_id = $1 AND name_key = $2 LIMIT $3) AS tagged";
    COUNT_DUE = "SELECT COUNT(*) FROM tasks
        WHERE owner_id = $1 AND status = 'open' AND due_order >= $2 AND due_order < $3";
    COUNT_UNDATED = "SELECT COUNT(*) FROM tasks WHERE owner_id = $1 AND status = 'open' AND due_order = $2";
    COUNT_BY_PRIORITY = "SELECT priority, COUNT(*) FROM tasks WHERE owner_id = $1 AND status = 'open'
        GROUP BY priority";
    COUNT_BY_TAG = "SELECT name_key, COUNT(*) FROM task_tags JOIN tasks ON tasks.id = task_tags.task_id
        WHERE task_tags.owner_id = $1 AND tasks.owner_id = $1 AND tasks.status = 'open' GROUP BY name_key";
    UNLINK_TAGS = "DELETE FROM task_tags WHERE owner_id = $1 AND task_id = $2";
}

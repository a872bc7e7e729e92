//! Statements on `tasks` and `task_tags`.

use crate::statements::statements;

/// What makes a [`super::TaskRow`].
macro_rules! columns {
    () => {
        "id, owner_id, number, title, notes, status, priority, tags, due, series_id, rrule, anchor, catch_up, overflow, series_start, occurrence, withdrawn, reminders, version, created_at, updated_at, completed_at, deleted_at, change_id, skipped_at, follows_id, ends_series, missed"
    };
}

/// The beginning of a list; the filter is appended.
pub(super) const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM tasks WHERE owner_id = $1 AND NOT withdrawn"
);

statements! {
    INSERT = "INSERT INTO tasks (id, owner_id, number, title, notes, search, status, priority, tags, due, due_order,
            series_id, rrule, anchor, catch_up, overflow, series_start, occurrence, withdrawn, reminders, version,
            created_at, updated_at, change_id, follows_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, FALSE, $19, $20, $21,
            $22, $23, $24)
        ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE tasks
        SET title = $4, notes = $5, search = $6, status = $7, priority = $8, tags = $9, due = $10, due_order = $11,
            series_id = $12, rrule = $13, anchor = $14, catch_up = $15, overflow = $16, series_start = $17,
            occurrence = $18, withdrawn = $19, reminders = $20, version = $21, updated_at = $22, completed_at = $23,
            deleted_at = $24, change_id = $25, created_at = $26, skipped_at = $27, follows_id = $28, ends_series = $29,
            missed = $30
        WHERE owner_id = $1 AND id = $2 AND version = $3";
    REORDER = "UPDATE tasks SET due_order = $3 WHERE owner_id = $1 AND id = $2";
    FIND_BY_NUMBER = concat!("SELECT ", columns!(), " FROM tasks WHERE owner_id = $1 AND number = $2 AND NOT withdrawn");
    FIND_BY_ID = concat!("SELECT ", columns!(), " FROM tasks WHERE owner_id = $1 AND id = $2");
    FIND_BY_KEY = concat!("SELECT ", columns!(), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND occurrence = $3 AND NOT withdrawn");
    FIND_OPEN_OF_SERIES = concat!("SELECT ", columns!(), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND status = 'open'");
    /// Whether any occurrence has the key, even one that was taken back.
    KEY_TAKEN = "SELECT COUNT(*) FROM tasks WHERE owner_id = $1 AND series_id = $2 AND occurrence = $3";
    /// Its successor, unless that was taken back.
    FIND_FOLLOWER = concat!("SELECT ", columns!(), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND follows_id = $3 AND NOT withdrawn");
    /// What moves when its owner's zone does: due values, and reminders that have a wall-clock time of their own.
    OPEN_TIMED = concat!("SELECT ", columns!(), " FROM tasks
        WHERE owner_id = $1 AND status = 'open' AND (due IS NOT NULL OR reminders <> '[]') ORDER BY number");
    /// Row locks do not exist on SQLite.
    LOCK_POSTGRES = "SELECT 1 FROM tasks WHERE owner_id = $1 AND id = $2 FOR UPDATE";
    LINK_TAG = "INSERT INTO task_tags (owner_id, task_id, name_key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    UNLINK_TAGS = "DELETE FROM task_tags WHERE owner_id = $1 AND task_id = $2";
}

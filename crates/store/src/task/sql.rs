//! Statements on `tasks` and `task_tags`.

use crate::statements::statements;

/// The beginning of the list statement; what it is sorted by, the owner and the filter are appended.
pub(super) const LIST: &str = concat!("SELECT ", task_columns!(read));

/// The numbers of tasks of the owner $1, from a row of FTS5; more conditions are appended.
macro_rules! found_words {
    () => {
        "rowid & 4294967295 FROM task_words
            WHERE rowid >= (SELECT code FROM search_owners WHERE owner_id = $1) * 4294967296
                AND rowid < (SELECT code + 1 FROM search_owners WHERE owner_id = $1) * 4294967296"
    };
}
pub(super) const FOUND_WORDS_SQLITE: &str = found_words!();

/// The ids of the tasks of the owner $1 that belong to a series.
pub(super) const OF_SERIES: &str =
    "SELECT id FROM tasks WHERE owner_id = $1 AND series_id IS NOT NULL";

statements! {
    INSERT_SQLITE = concat!("INSERT INTO tasks (", task_columns!(all), ", words_hash) VALUES (", task_columns!(values), ", $35)
        ON CONFLICT DO NOTHING");
    INSERT_POSTGRES = concat!("WITH inserted AS (INSERT INTO tasks (", task_columns!(all), ", words_hash)
            VALUES (", task_columns!(values), ", $35) ON CONFLICT DO NOTHING RETURNING owner_id, number)
        INSERT INTO task_words (owner_id, number, words)
            SELECT owner_id, number, CAST(CAST($36 AS TEXT) AS TSVECTOR) FROM inserted");
    /// $1 to $4 are the owner, the id, the number and the new version.
    UPDATE = concat!("UPDATE tasks SET ", task_columns!(set), "
        WHERE owner_id = $1 AND id = $2 AND number = $3 AND version = $4 - 1 RETURNING words_hash");
    SET_WORDS_HASH = "UPDATE tasks SET words_hash = $3 WHERE owner_id = $1 AND id = $2";
    WRITE_WORDS_SQLITE = "INSERT OR REPLACE INTO task_words (rowid, words)
        SELECT code * 4294967296 + $2, $3 FROM search_owners WHERE owner_id = $1";
    WRITE_WORDS_POSTGRES = "INSERT INTO task_words (owner_id, number, words)
        VALUES ($1, $2, CAST(CAST($3 AS TEXT) AS TSVECTOR)) ON CONFLICT (owner_id, number) DO UPDATE SET words = excluded.words";
    /// The keys of SQLite's index are numbers; Postgres needs none.
    ADD_OWNER_SQLITE = "INSERT INTO search_owners (owner_id) VALUES ($1) ON CONFLICT DO NOTHING";
    FIND_NUMBERS_SQLITE = concat!("SELECT ", found_words!(), " AND task_words MATCH $2 ORDER BY rowid DESC LIMIT $3");
    /// The same, before the number $4.
    FIND_OLDER_NUMBERS_SQLITE = "SELECT rowid & 4294967295 FROM task_words
        WHERE rowid >= (SELECT code FROM search_owners WHERE owner_id = $1) * 4294967296
            AND rowid < (SELECT code FROM search_owners WHERE owner_id = $1) * 4294967296 + $4
            AND task_words MATCH $2 ORDER BY rowid DESC LIMIT $3";
    /// System: the words begin with their owner. The first $3 words of SQLite's index from $1 to before $2. Each step
    /// looks for the first that comes after the one before.
    TERMS_SQLITE = "WITH RECURSIVE terms (term) AS (
            SELECT (SELECT term FROM task_words_terms WHERE term >= $1 ORDER BY term LIMIT 1)
            UNION ALL
            SELECT (SELECT term FROM task_words_terms WHERE term >= terms.term || char(1) ORDER BY term LIMIT 1)
                FROM terms WHERE terms.term < $2 LIMIT $3)
        SELECT term FROM terms WHERE term < $2";
    /// The texts of the newest $2 tasks, whose words SQLite does not store.
    NEWEST_TEXTS_SQLITE = "SELECT number, title, notes, tags FROM tasks
        WHERE owner_id = $1 AND NOT withdrawn ORDER BY number DESC LIMIT $2";
    /// How many of the newest $3 tasks have the words, and the newest number. SQLite reads the newest from its index.
    PROBE_WORDS_POSTGRES = "SELECT COUNT(*) FILTER (WHERE words @@ CAST(CAST($2 AS TEXT) AS TSQUERY)), COALESCE(MAX(number), 0)
        FROM (SELECT number, words FROM task_words WHERE owner_id = $1 ORDER BY number DESC LIMIT $3) AS newest";
    /// The words begin with the owner, so others' rows are not read; without OFFSET the owner's rows would be.
    FIND_NUMBERS_POSTGRES = "SELECT number FROM (SELECT owner_id, number FROM task_words
            WHERE words @@ CAST(CAST($2 AS TEXT) AS TSQUERY) OFFSET 0) AS found
        WHERE owner_id = $1 LIMIT $3";
    FIND_OLDER_NUMBERS_POSTGRES = "SELECT number FROM (SELECT owner_id, number FROM task_words
            WHERE words @@ CAST(CAST($2 AS TEXT) AS TSQUERY) OFFSET 0) AS found
        WHERE owner_id = $1 AND number < $4 LIMIT $3";
    SAME_BEGINNING = "SELECT word FROM vocabulary WHERE owner_id = $1 AND word >= $2 AND word < $3 ORDER BY word LIMIT $4";
    SAME_END = "SELECT word FROM vocabulary WHERE owner_id = $1 AND reversed >= $2 AND reversed < $3
        ORDER BY reversed LIMIT $4";
    /// System: rows of all owners are indexed. The condition is that of the index, word for word.
    TO_INDEX = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE words_hash IS NULL OR derived_version IS NULL OR derived_version <> version ORDER BY owner_id, id LIMIT $1");
    /// Who made a change is unknown if the row was written without it.
    MARK_INDEXED = "UPDATE tasks SET words_hash = $4, derived_version = version,
            changed_by = CASE WHEN derived_version = version THEN changed_by END
        WHERE owner_id = $1 AND id = $2 AND version = $3";
    REORDER = "UPDATE tasks SET due_order = $3 WHERE owner_id = $1 AND id = $2";
    FIND_BY_NUMBER = concat!("SELECT ", task_columns!(read), " FROM tasks WHERE owner_id = $1 AND number = $2 AND NOT withdrawn");
    LIST_BY_NUMBER = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND number > $2 AND NOT withdrawn ORDER BY number LIMIT $3");
    FIND_BY_ID = concat!("SELECT ", task_columns!(read), " FROM tasks WHERE owner_id = $1 AND id = $2");
    FIND_BY_KEY = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND occurrence = $3 AND NOT withdrawn");
    FIND_OPEN_OF_SERIES = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND status = 'open'");
    OPEN_SERIES = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND number > $2 AND status = 'open' AND series_id IS NOT NULL AND NOT withdrawn
        ORDER BY number LIMIT $3");
    ENDED_OF_SERIES = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND number < $3 AND status IN ('completed', 'skipped') AND NOT withdrawn
        ORDER BY number DESC LIMIT $4");
    LAST_OF_SERIES = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND NOT withdrawn ORDER BY number DESC LIMIT 1");
    /// Whether any occurrence has the key, even one that was withdrawn.
    KEY_TAKEN = "SELECT COUNT(*) FROM tasks WHERE owner_id = $1 AND series_id = $2 AND occurrence = $3";
    /// The successor of an occurrence, unless it was withdrawn.
    FIND_SUCCESSOR = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND series_id = $2 AND follows_id = $3 AND NOT withdrawn");
    /// Tasks that may move with their owner's zone: with due values, or reminders at a wall-clock time.
    OPEN_TIMED = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND status = 'open' AND (due IS NOT NULL OR reminders <> '[]') ORDER BY number");
    OPEN_NUMBERS_OF_SERIES = "SELECT number FROM tasks WHERE owner_id = $1 AND series_id = $2 AND status = 'open' ORDER BY number";
    WITH_TAG = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND NOT withdrawn
            AND id IN (SELECT task_id FROM task_tags WHERE owner_id = $1 AND name_key = $2) ORDER BY id");
    /// The parts of a task, in the trash too.
    SUBTASKS = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND parent = $2 AND NOT withdrawn ORDER BY number");
    /// SQLite has no row locks.
    LOCK_POSTGRES = "SELECT 1 FROM tasks WHERE owner_id = $1 AND id = $2 FOR UPDATE";
    IN_TRASH = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE owner_id = $1 AND status = 'deleted' AND NOT withdrawn ORDER BY number LIMIT $2");
    /// System: tasks of all owners are deleted for good alike.
    OLD_TRASH = concat!("SELECT ", task_columns!(read), " FROM tasks
        WHERE deleted_at < $1 AND status = 'deleted' AND (NOT withdrawn OR follows_id IS NULL)
        ORDER BY deleted_at LIMIT $2");
    /// Which of some numbers, a JSON list, belong to tasks, hidden ones too.
    KNOWN_NUMBERS_SQLITE = "SELECT number FROM tasks
        WHERE owner_id = $1 AND number IN (SELECT value FROM json_each($2))";
    KNOWN_NUMBERS_POSTGRES = "SELECT number FROM tasks WHERE owner_id = $1
        AND number = ANY(ARRAY(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(CAST($2 AS TEXT) AS JSON))))";
    PURGE_REMINDERS = "DELETE FROM reminders WHERE owner_id = $1 AND task_id = $2";
    PURGE_NOTIFICATIONS = "DELETE FROM notifications WHERE owner_id = $1 AND task_id = $2";
    PURGE = "DELETE FROM tasks WHERE owner_id = $1 AND id = $2 AND status = 'deleted'";
    LINK_TAG = "INSERT INTO task_tags (owner_id, task_id, name_key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    /// How many tasks have a tag or a pair of tags, up to $2.
    COUNT_TAGGED = "SELECT COUNT(*) FROM (SELECT 1 FROM task_tags WHERE owner_id = $1 AND name_key = $3 LIMIT $2) AS tagged";
    /// How many open tasks have a tag or a pair of tags.
    COUNT_OPEN_TAGGED = "SELECT CAST(COALESCE(SUM(tasks), 0) AS BIGINT) FROM task_counts
        WHERE owner_id = $1 AND kind = 'tag' AND name = $2 AND number = 0";
    COUNT_OF_SERIES = "SELECT COUNT(*) FROM (SELECT 1 FROM tasks WHERE owner_id = $1 AND series_id IS NOT NULL LIMIT $2) AS few";
    /// Open tasks due in the quarters of an hour from $2 to before $3, and from one instant to before another in $4 to $7.
    COUNT_DUE = "SELECT CAST(COALESCE((SELECT SUM(tasks) FROM task_counts
            WHERE owner_id = $1 AND kind = 'due' AND name = '' AND number >= $2 AND number < $3), 0) AS BIGINT)
        + (SELECT COUNT(*) FROM tasks WHERE owner_id = $1 AND status = 'open' AND due_order >= $4 AND due_order < $5)
        + (SELECT COUNT(*) FROM tasks WHERE owner_id = $1 AND status = 'open' AND due_order >= $6 AND due_order < $7)";
    COUNT_BY_PRIORITY = "SELECT number, CAST(SUM(tasks) AS BIGINT) FROM task_counts
        WHERE owner_id = $1 AND kind = 'priority' AND name = '' GROUP BY number HAVING SUM(tasks) > 0";
    /// Without pairs of tags, whose names are less than a space.
    COUNT_BY_TAG = "SELECT name, CAST(SUM(tasks) AS BIGINT) FROM task_counts
        WHERE owner_id = $1 AND kind = 'tag' AND name > ' ' AND number = 0 GROUP BY name HAVING SUM(tasks) > 0";
    /// How many open tasks have each pair of tags.
    COUNT_BY_PAIR = "SELECT name, CAST(SUM(tasks) AS BIGINT) FROM task_counts
        WHERE owner_id = $1 AND kind = 'tag' AND name < ' ' AND number = 0 GROUP BY name HAVING SUM(tasks) > 0";
    /// System: of each owner, those after $1.
    NEXT_SPREAD_COUNTS = "SELECT owner_id FROM task_counts WHERE writer <> 0 AND owner_id > $1 ORDER BY owner_id LIMIT 1";
    /// Rows of transactions in progress are left to the next time. SQLite has one row for each number.
    ADD_UP_COUNTS_POSTGRES = "WITH spread AS (DELETE FROM task_counts WHERE owner_id = $1 AND (kind, name, number, writer) IN (
                SELECT kind, name, number, writer FROM task_counts
                WHERE owner_id = $1 AND writer <> 0 LIMIT $2 FOR UPDATE SKIP LOCKED)
            RETURNING kind, name, number, tasks),
        added AS (INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
            SELECT $1, kind, name, number, 0, SUM(tasks) FROM spread GROUP BY kind, name, number ORDER BY kind, name, number
            ON CONFLICT (owner_id, kind, name, number, writer) DO UPDATE SET tasks = task_counts.tasks + excluded.tasks)
        SELECT COUNT(*) FROM spread";
    DROP_EMPTY_COUNTS = "DELETE FROM task_counts WHERE owner_id = $1 AND writer = 0 AND tasks = 0";
    UNLINK_TAGS = "DELETE FROM task_tags WHERE owner_id = $1 AND task_id = $2";
}

-- How a person counts weeks and writes dates; occurrences that are skipped, follow one another, or end their series.

ALTER TABLE users ADD COLUMN week_start TEXT NOT NULL DEFAULT 'monday';
ALTER TABLE users ADD COLUMN date_order TEXT NOT NULL DEFAULT 'day_first';
ALTER TABLE tasks ADD COLUMN skipped_at BIGINT;
ALTER TABLE tasks ADD COLUMN follows_id BLOB;
ALTER TABLE tasks ADD COLUMN ends_series BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE audit_log ADD COLUMN reason TEXT;

-- What a series passed over when an occurrence of it ended late: {"count", "dates"} as JSON.

ALTER TABLE tasks ADD COLUMN missed TEXT COLLATE "C";

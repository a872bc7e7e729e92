-- Where a dead letter was on the broker: its topic, and its partition and offset where the broker has them.

ALTER TABLE dead_letters ADD COLUMN topic TEXT COLLATE "C";
ALTER TABLE dead_letters ADD COLUMN topic_partition BIGINT;
ALTER TABLE dead_letters ADD COLUMN topic_offset BIGINT;

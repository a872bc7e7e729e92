-- Whether a consumer reads the event log itself; otherwise it gets its events from a broker, to which the relay publishes.
-- What a reader of the log has not read is kept.

ALTER TABLE consumer_positions ADD COLUMN follows BOOLEAN NOT NULL DEFAULT TRUE;

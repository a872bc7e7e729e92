-- Events over a broker: which process publishes, deliveries that failed there, and dead letters that are to be tried again.

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT,
    token BIGINT NOT NULL,
    beat BIGINT NOT NULL
);

CREATE TABLE failed_deliveries (
    consumer TEXT NOT NULL,
    event_id BLOB NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT NOT NULL,
    failed_at BIGINT NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

ALTER TABLE dead_letters ADD COLUMN replay_at BIGINT;
CREATE INDEX dead_letters_to_replay ON dead_letters (consumer, replay_at) WHERE replay_at IS NOT NULL;

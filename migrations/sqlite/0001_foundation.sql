-- The whole path: users and their credentials, tasks, events, consumers, conversations.
-- Instants are BIGINT microseconds since 1970-01-01 UTC on both databases; civil values are text.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    zone TEXT NOT NULL,
    last_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE tokens (
    id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL REFERENCES users (id),
    hash TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX tokens_by_owner ON tokens (owner_id, created_at);

CREATE TABLE sign_in_codes (
    hash TEXT NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL REFERENCES users (id),
    expires_at BIGINT NOT NULL
);

CREATE TABLE tags (
    id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    color TEXT NOT NULL,
    UNIQUE (owner_id, name_key)
);

CREATE TABLE tasks (
    id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL REFERENCES users (id),
    number BIGINT NOT NULL,
    title TEXT NOT NULL,
    notes TEXT NOT NULL,
    search TEXT NOT NULL,
    status TEXT NOT NULL,
    priority BIGINT NOT NULL,
    tags TEXT NOT NULL,
    due TEXT,
    due_order BIGINT NOT NULL,
    series_id BLOB,
    rrule TEXT,
    anchor TEXT,
    catch_up TEXT,
    overflow TEXT,
    series_start TEXT,
    occurrence TEXT,
    withdrawn BOOLEAN NOT NULL,
    reminders TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    completed_at BIGINT,
    deleted_at BIGINT,
    change_id BLOB NOT NULL,
    UNIQUE (owner_id, number),
    UNIQUE (series_id, occurrence)
);
CREATE INDEX tasks_by_due ON tasks (owner_id, status, due_order, id);

CREATE TABLE task_tags (
    owner_id BLOB NOT NULL,
    task_id BLOB NOT NULL REFERENCES tasks (id),
    name_key TEXT NOT NULL,
    PRIMARY KEY (owner_id, name_key, task_id)
);
CREATE INDEX task_tags_by_task ON task_tags (task_id);

CREATE TABLE reminders (
    id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL REFERENCES users (id),
    task_id BLOB NOT NULL REFERENCES tasks (id),
    fire_at BIGINT NOT NULL,
    fired_at BIGINT
);
CREATE INDEX reminders_by_task ON reminders (task_id);
CREATE INDEX reminders_pending ON reminders (fire_at) WHERE fired_at IS NULL;

-- The outbox and the log in one: consumers and the event stream read it by `seq`.
CREATE TABLE events (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    owner_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    partition_key BLOB NOT NULL,
    payload TEXT NOT NULL
);
CREATE INDEX events_by_owner ON events (owner_id, seq);

CREATE TABLE idempotency (
    owner_id BLOB NOT NULL REFERENCES users (id),
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, key, request)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE consumer_positions (
    consumer TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL
);

CREATE TABLE inbox (
    consumer TEXT NOT NULL,
    event_id BLOB NOT NULL,
    handled_at BIGINT NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

CREATE TABLE dead_letters (
    consumer TEXT NOT NULL,
    event_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    seq BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT NOT NULL,
    payload TEXT NOT NULL,
    buried_at BIGINT NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

CREATE TABLE audit_log (
    event_id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    task_id BLOB,
    number BIGINT,
    actor TEXT NOT NULL,
    change_id BLOB NOT NULL,
    before_state TEXT,
    after_state TEXT
);
CREATE INDEX audit_by_owner ON audit_log (owner_id, seq);
CREATE INDEX audit_by_task ON audit_log (owner_id, task_id, seq);

CREATE TABLE deliveries (
    owner_id BLOB NOT NULL,
    reminder_id BLOB NOT NULL,
    fire_at BIGINT NOT NULL,
    channel TEXT NOT NULL,
    task_id BLOB NOT NULL,
    delivered_at BIGINT NOT NULL,
    PRIMARY KEY (reminder_id, fire_at, channel)
);

CREATE TABLE conversations (
    owner_id BLOB NOT NULL REFERENCES users (id),
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, id)
);

CREATE TABLE messages (
    owner_id BLOB NOT NULL,
    conversation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    position BIGINT NOT NULL,
    role TEXT NOT NULL,
    parts TEXT NOT NULL,
    model TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, conversation_id, id),
    FOREIGN KEY (owner_id, conversation_id) REFERENCES conversations (owner_id, id)
);

CREATE TABLE approvals (
    owner_id BLOB NOT NULL,
    conversation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    tool_call TEXT NOT NULL,
    tool TEXT NOT NULL,
    arguments TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    approved BOOLEAN,
    PRIMARY KEY (owner_id, conversation_id, id),
    FOREIGN KEY (owner_id, conversation_id) REFERENCES conversations (owner_id, id)
);

-- How people are reached when the page is closed: their channels, what is sent over them, and when they want quiet.

CREATE TABLE channels (
    id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    address TEXT NOT NULL,
    -- What the channel needs besides its address, as JSON: it is never shown.
    secrets TEXT NOT NULL,
    priority_min BIGINT NOT NULL,
    wait_minutes BIGINT NOT NULL,
    verified_at BIGINT,
    disabled_at BIGINT,
    sent_at BIGINT,
    failed_at BIGINT,
    failure TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX channels_by_owner ON channels (owner_id, created_at, id);

CREATE TABLE channel_deliveries (
    id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    channel_id BLOB NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    -- reminder, digest, notice, verification or test
    kind TEXT NOT NULL,
    -- What it is about; once for each channel.
    occasion TEXT NOT NULL,
    notification_id BLOB REFERENCES notifications (id) ON DELETE CASCADE,
    due_at BIGINT NOT NULL,
    -- When it is tried next: a claimed row is not tried again before its lease ends.
    not_before BIGINT NOT NULL,
    -- Held back until then, the end of the quiet hours, and sent together with the others.
    quiet_until BIGINT,
    attempts BIGINT NOT NULL,
    -- pending, sent, failed or cancelled
    status TEXT NOT NULL,
    error TEXT,
    ended_at BIGINT,
    UNIQUE (channel_id, occasion)
);
CREATE INDEX channel_deliveries_pending ON channel_deliveries (not_before, id) WHERE status = 'pending';
CREATE INDEX channel_deliveries_by_channel ON channel_deliveries (channel_id, not_before) WHERE status = 'pending';
CREATE INDEX channel_deliveries_by_owner ON channel_deliveries (owner_id, id);
CREATE INDEX channel_deliveries_by_notification ON channel_deliveries (notification_id);
CREATE INDEX channel_deliveries_ended ON channel_deliveries (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE notification_settings (
    owner_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    quiet_from TEXT,
    quiet_until TEXT,
    digest_at TEXT,
    -- The next digest.
    digest_next BIGINT,
    nag_minutes BIGINT,
    nag_times BIGINT NOT NULL,
    -- Default reminders of tags, as JSON.
    tag_reminders TEXT NOT NULL,
    -- Which changes by others are told, as JSON.
    notices TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX notification_settings_digest ON notification_settings (digest_next) WHERE digest_next IS NOT NULL;

-- Its task was completed, moved or put off, so that there is no more to tell.
ALTER TABLE notifications ADD COLUMN ended_at BIGINT;
-- When it is told once more, and how often it was.
ALTER TABLE notifications ADD COLUMN nag_at BIGINT;
ALTER TABLE notifications ADD COLUMN nags BIGINT NOT NULL DEFAULT 0;
CREATE INDEX notifications_nagging ON notifications (nag_at) WHERE nag_at IS NOT NULL;

-- How people join and leave, what their clients look like, and when a token was last used.

ALTER TABLE users ADD COLUMN day_start TEXT NOT NULL DEFAULT '00:00';
ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE users ADD COLUMN default_reminder BIGINT;
ALTER TABLE users ADD COLUMN theme TEXT NOT NULL DEFAULT 'system';
ALTER TABLE users ADD COLUMN density TEXT NOT NULL DEFAULT 'comfortable';
-- Set while the rows of the account are being deleted.
ALTER TABLE users ADD COLUMN deleted_at BIGINT;
CREATE INDEX users_deleted ON users (deleted_at) WHERE deleted_at IS NOT NULL;

ALTER TABLE tokens ADD COLUMN last_used_at BIGINT;
ALTER TABLE tokens ADD COLUMN client TEXT;

CREATE TABLE invitations (
    id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL REFERENCES users (id),
    hash TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX invitations_by_owner ON invitations (owner_id, created_at);

-- For deleting an account.
CREATE INDEX deliveries_by_owner ON deliveries (owner_id);

-- Filters that people have saved under a name.

CREATE TABLE filters (
    id BLOB NOT NULL PRIMARY KEY,
    -- An earlier version that deletes an account does not know this table.
    owner_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    expression TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (owner_id, name_key)
);

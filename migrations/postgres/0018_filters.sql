-- Filters that people have saved under a name.

CREATE TABLE filters (
    id UUID NOT NULL PRIMARY KEY,
    -- An earlier version that deletes an account does not know this table.
    owner_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    expression TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (owner_id, name_key)
);

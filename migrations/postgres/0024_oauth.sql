-- What OAuth needs: clients that registered themselves, what users granted to clients, codes, and refresh tokens.

CREATE TABLE oauth_clients (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    redirect_uris TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX oauth_clients_by_age ON oauth_clients (created_at);

CREATE TABLE oauth_grants (
    id UUID NOT NULL PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES users (id),
    client_id TEXT COLLATE "C" NOT NULL,
    client_name TEXT COLLATE "C" NOT NULL,
    redirect_uri TEXT COLLATE "C" NOT NULL,
    resource TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX oauth_grants_by_owner ON oauth_grants (owner_id, created_at);
CREATE INDEX oauth_grants_by_client ON oauth_grants (client_id);

-- The grant does not exist before the code is used. A used code is kept, so that its second use is noticed.
CREATE TABLE oauth_codes (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES users (id),
    grant_id UUID NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    client_name TEXT COLLATE "C" NOT NULL,
    redirect_uri TEXT COLLATE "C" NOT NULL,
    challenge TEXT COLLATE "C" NOT NULL,
    resource TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX oauth_codes_by_owner ON oauth_codes (owner_id, expires_at);

-- A used token is kept until it expires, so that its second use is noticed.
CREATE TABLE oauth_refresh_tokens (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES users (id),
    grant_id UUID NOT NULL REFERENCES oauth_grants (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX oauth_refresh_tokens_by_grant ON oauth_refresh_tokens (grant_id);
CREATE INDEX oauth_refresh_tokens_by_owner ON oauth_refresh_tokens (owner_id);

-- Of access tokens of OAuth: the grant that they come from, and the only server that may accept them.
ALTER TABLE tokens ADD COLUMN grant_id UUID;
ALTER TABLE tokens ADD COLUMN audience TEXT COLLATE "C";
CREATE INDEX tokens_by_grant ON tokens (grant_id) WHERE grant_id IS NOT NULL;

-- One-time codes of owners. What was asked for somebody whom nobody knows makes a row too, about
-- an owner who does not exist, so that neither answer nor time tells the two apart.
-- What was asked with another chip than the owner's is kept for the owner to see; it opens
-- nothing.

CREATE TABLE access_code (
    handle_hash BYTEA PRIMARY KEY,
    owner_id UUID NOT NULL,
    fits BOOLEAN NOT NULL,
    code_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX access_code_owner ON access_code (owner_id, created_at);
CREATE INDEX access_code_age ON access_code (created_at);

-- The few accounts that lists of follows leave out, and the few follows that only their follower sees.
CREATE INDEX accounts_inactive ON accounts (id) WHERE NOT is_active;
CREATE INDEX follows_hidden ON follows (follower_id) WHERE is_hidden;

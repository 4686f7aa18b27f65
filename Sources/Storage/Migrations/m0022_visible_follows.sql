-- Lists of follows are read from indexes alone: the follows themselves, the few accounts that such lists leave out, and
-- the few follows that only their follower sees.
DROP INDEX follows_of_follower;
CREATE INDEX follows_of_follower ON follows (follower_id, id DESC) INCLUDE (following_id, created_at, is_hidden);
CREATE INDEX accounts_inactive ON accounts (id) WHERE NOT is_active;
CREATE INDEX follows_hidden ON follows (follower_id) WHERE is_hidden;

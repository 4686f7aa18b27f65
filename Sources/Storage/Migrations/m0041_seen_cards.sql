-- What lists show of users is in one row, also when a user was last seen and whether others may see that: lists of
-- friends, requests and conversations read one row a user instead of two wide ones (decision 51). `accounts` has the
-- earlier column for processes of the version before, whose writes a trigger passes on; a later version drops it.
--
-- Writers of both tables wait first: one in progress would have written its card before, and would lose its time or wait
-- in a circle.
LOCK TABLE accounts, profiles IN SHARE ROW EXCLUSIVE MODE;

ALTER TABLE user_cards
    ADD COLUMN last_seen_at timestamptz,
    ADD COLUMN show_online_status boolean NOT NULL DEFAULT true;
-- Room for the next version of a row on its page: a user is seen more often than anything else changes.
ALTER TABLE user_cards SET (fillfactor = 80);

-- What a cached list of posts shows of an author; when the author was seen is not in it.
DROP TRIGGER user_cards_public_author ON user_cards;

UPDATE user_cards
SET last_seen_at = accounts.last_seen_at, show_online_status = profiles.show_online_status
FROM accounts, profiles
WHERE accounts.id = user_cards.user_id AND profiles.user_id = user_cards.user_id
  AND (accounts.last_seen_at IS NOT NULL OR NOT profiles.show_online_status);

CREATE TRIGGER user_cards_public_author AFTER UPDATE ON user_cards FOR EACH ROW
    WHEN ((old.username, old.first_name, old.last_name, old.avatar_media_id, old.avatar_url, old.is_active,
           old.is_private)
          IS DISTINCT FROM (new.username, new.first_name, new.last_name, new.avatar_media_id, new.avatar_url,
                            new.is_active, new.is_private))
    EXECUTE FUNCTION public_author_changed();

CREATE OR REPLACE FUNCTION profile_card_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_cards (
        user_id, username, first_name, last_name, avatar_media_id, avatar_url, is_active, is_private,
        show_online_status)
    SELECT new.user_id, username, new.first_name, new.last_name, new.avatar_media_id, new.avatar_url, is_active,
           new.is_private, new.show_online_status
    FROM accounts WHERE id = new.user_id
    ON CONFLICT (user_id) DO UPDATE
    SET first_name = excluded.first_name, last_name = excluded.last_name, avatar_media_id = excluded.avatar_media_id,
        avatar_url = excluded.avatar_url, is_private = excluded.is_private,
        show_online_status = excluded.show_online_status;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER profiles_card
    AFTER INSERT OR UPDATE OF first_name, last_name, avatar_media_id, avatar_url, is_private, show_online_status
    ON profiles FOR EACH ROW EXECUTE FUNCTION profile_card_changed();

CREATE OR REPLACE FUNCTION account_card_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_cards
    SET username = new.username, is_active = new.is_active, last_seen_at = greatest(last_seen_at, new.last_seen_at)
    WHERE user_id = new.id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER accounts_card AFTER UPDATE OF username, is_active, last_seen_at ON accounts
    FOR EACH ROW EXECUTE FUNCTION account_card_changed();

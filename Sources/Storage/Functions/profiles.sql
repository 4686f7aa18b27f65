-- Profiles as others see them.

-- A profile with all that its surfaces show: the columns of the reader `Profile`. A new column comes last.
CREATE OR REPLACE VIEW profile_entries AS
    SELECT accounts.id, username,
           coalesce(display_name, nullif(concat_ws(' ', first_name, last_name), '')) AS display_name,
           bio, avatar_media_id, avatar_url, cover_media_id, cover_image, location, to_jsonb(genres) AS genres,
           to_jsonb(instruments) AS instruments, social_links,
           tracks_count, followers_count, following_count, total_plays, coalesce(wants_email, true) AS wants_email,
           show_online_status, is_private, role, persona, accounts.created_at,
           greatest(accounts.updated_at, profiles.updated_at) AS updated_at
    FROM accounts
        JOIN profiles ON profiles.user_id = accounts.id
        LEFT JOIN notification_preferences AS chosen ON chosen.user_id = accounts.id
    WHERE is_active;

-- Whether a viewer (null: without a login) sees the details of a profile, its tracks, files and activities: its owner,
-- its followers and administrators do, of a private profile no other user. Hidden users see nothing at all
-- (hidden_users).
CREATE OR REPLACE FUNCTION sees_details(viewer uuid, owner uuid, is_private boolean) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT is_private OR viewer = owner THEN RETURN true; END IF;
    RETURN EXISTS (SELECT FROM follows WHERE follower_id = viewer AND following_id = owner AND NOT is_hidden)
        OR has_role(viewer, 'ADMIN');
END
$$;

-- The ids of the users whom a user follows, the newest ten thousand, sixteen bytes each, without closed accounts and
-- those whom the viewer (null: without a login) sees nothing of. Hidden follows are shown to their follower.
-- Reads only indexes, in their order, which the aggregate keeps [a third of the time].
CREATE OR REPLACE FUNCTION visible_following(viewer uuid, owner uuid) RETURNS bytea LANGUAGE plpgsql STABLE AS $$
DECLARE
    hidden uuid[] := '{}';
BEGIN
    IF viewer IS NOT NULL THEN hidden := ARRAY(SELECT hidden_id FROM hidden_users WHERE viewer_id = viewer); END IF;
    RETURN (
        SELECT string_agg(uuid_send(following_id), '')
        FROM (
            SELECT following_id FROM follows
            WHERE follower_id = owner
              AND (NOT is_hidden AND following_id <> ALL (hidden) OR is_hidden AND owner = viewer)
              AND NOT EXISTS (SELECT FROM accounts WHERE accounts.id = following_id AND NOT is_active)
            ORDER BY id DESC LIMIT 10000
        ) AS newest);
END
$$;

-- How many follows of a user are hidden, which only that user's own profile counts: who is blocked cannot tell it from
-- a stranger's follow.
CREATE OR REPLACE FUNCTION hidden_following_count(viewer uuid, owner uuid) RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF viewer IS DISTINCT FROM owner THEN RETURN 0; END IF;
    RETURN (SELECT count(*) FROM follows WHERE follower_id = owner AND is_hidden);
END
$$;

-- Writes the given members and keeps every other value. Followers are told, at most once an hour (S1-49): `jobs` name
-- the activity by a provisional id, and the id is returned if they were enqueued. Not updated if there is no such
-- account, or it is closed.
CREATE OR REPLACE FUNCTION update_profile(account uuid, changes jsonb, event jsonb, provisional uuid, jobs jsonb)
RETURNS TABLE (is_updated boolean, activity_id uuid) LANGUAGE plpgsql AS $$
BEGIN
    is_updated := false;
    PERFORM FROM accounts WHERE id = account AND is_active FOR KEY SHARE;
    IF NOT FOUND THEN RETURN NEXT; RETURN; END IF;
    is_updated := true;
    UPDATE profiles
    SET display_name = CASE WHEN changes ? 'display_name' THEN changes ->> 'display_name' ELSE display_name END,
        bio = CASE WHEN changes ? 'bio' THEN changes ->> 'bio' ELSE bio END,
        location = CASE WHEN changes ? 'location' THEN changes ->> 'location' ELSE location END,
        genres = CASE WHEN changes ? 'genres' THEN ARRAY(SELECT jsonb_array_elements_text(changes -> 'genres'))
                      ELSE genres END,
        instruments = CASE WHEN changes ? 'instruments'
                           THEN ARRAY(SELECT jsonb_array_elements_text(changes -> 'instruments')) ELSE instruments END,
        social_links = coalesce(changes -> 'social_links', social_links),
        show_online_status = coalesce((changes ->> 'show_online_status')::boolean, show_online_status),
        is_private = coalesce((changes ->> 'is_private')::boolean, is_private),
        updated_at = now()
    WHERE user_id = account;
    IF changes ? 'wants_email' THEN
        INSERT INTO notification_preferences (user_id, wants_email)
        VALUES (account, (changes ->> 'wants_email')::boolean)
        ON CONFLICT (user_id) DO UPDATE SET wants_email = excluded.wants_email, updated_at = now();
    END IF;
    -- The row of the profile is locked, so that of two updates at the same time one is told.
    IF NOT EXISTS (
        SELECT FROM activities
        WHERE actor_id = account AND id > first_id_at(now() - interval '1 hour') AND action = 'profile_updated'
          AND created_at > now() - interval '1 hour')
    THEN
        activity_id := add_activity(account, 'profile_updated', NULL, provisional, jobs);
    END IF;
    PERFORM add_domain_event(event);
    RETURN NEXT;
END
$$;

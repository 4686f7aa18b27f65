-- Notifications: the inbox, and the jobs that push and mail them.

-- Marks the notification of a friend request as read when the request is answered or withdrawn: the trigger of
-- friend_requests.
CREATE OR REPLACE FUNCTION forget_friend_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE notifications SET read_at = now()
    WHERE user_id = old.receiver_id AND entity_id = old.id AND read_at IS NULL;
    RETURN NULL;
END
$$;

-- The milliseconds until a user's quiet hours end; 0 outside of them.
CREATE OR REPLACE FUNCTION quiet_hours_delay(receiver uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT CASE
            WHEN quiet_from IS NULL OR quiet_from = quiet_until THEN 0
            WHEN (minute - quiet_from + 1440) % 1440 < (quiet_until - quiet_from + 1440) % 1440
                THEN ((quiet_until - minute + 1440) % 1440) * 60000 - (second * 1000)
            ELSE 0
        END
        FROM notification_preferences, LATERAL (
            SELECT now() AT TIME ZONE time_zone AS wall
        ) AS clock, LATERAL (
            SELECT extract(hour FROM wall)::integer * 60 + extract(minute FROM wall)::integer AS minute,
                   floor(extract(second FROM wall))::integer AS second
        ) AS hand
        WHERE user_id = receiver), 0)
$$;

-- Serialises the statements that write to a user's inbox and those that mail it.
CREATE OR REPLACE FUNCTION lock_inbox(person uuid) RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT pg_advisory_xact_lock(hashtextextended(person::text, 7))
$$;

-- Whether a notification is still to be created, by the rule of its kind. Locks the row that the rule looks at, so that
-- a user who reads the message or answers the request at the same time is waited for, or waits and then finds the
-- notification.
CREATE OR REPLACE FUNCTION is_notification_current(obsolescence text, entity uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    CASE obsolescence
        WHEN 'never' THEN RETURN true;
        WHEN 'message_read' THEN PERFORM FROM messages WHERE id = entity AND read_at IS NULL FOR SHARE;
        WHEN 'friend_request_answered' THEN PERFORM FROM friend_requests WHERE id = entity FOR KEY SHARE;
    END CASE;
    RETURN FOUND;
END
$$;

-- Finishes the job, and unless its event was notified before or it is obsolete, creates a notification in a user's
-- inbox together with the jobs that push it and send the next digest. Returns the ids of the jobs that were enqueued;
-- null if nothing was created, or another run of the job was first.
CREATE OR REPLACE FUNCTION create_notification(
    job uuid, notification uuid, receiver uuid, kind text, actor uuid, entity uuid, obsolescence text, title text,
    event text, push jsonb, digest jsonb)
RETURNS uuid[] LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    enqueued uuid[];
BEGIN
    IF finish_job(job) IS NULL THEN RETURN NULL; END IF;
    PERFORM lock_inbox(receiver);
    IF NOT is_notification_current(obsolescence, entity) THEN RETURN NULL; END IF;
    INSERT INTO notifications (id, user_id, kind, actor_id, entity_id, title, event, wants_email)
    VALUES (notification, receiver, kind, actor, entity, title, event, digest IS NOT NULL)
    ON CONFLICT ON CONSTRAINT notifications_once DO NOTHING;
    IF NOT FOUND THEN RETURN NULL; END IF;
    WITH written AS (
        INSERT INTO outbox
        SELECT made.* FROM unique_outbox_rows(
            (SELECT coalesce(jsonb_agg(wanted), '[]')
             FROM unnest(ARRAY[push, digest]) AS wanted WHERE wanted IS NOT NULL)) AS made
        ON CONFLICT DO NOTHING
        RETURNING outbox.id
    )
    SELECT array_agg(written.id) INTO enqueued FROM written;
    RETURN enqueued;
END
$$;

-- Finishes the job, and puts an announcement into the inboxes of these users, once. Returns how many did not have it
-- yet.
CREATE OR REPLACE FUNCTION deliver_announcement(job uuid, announcement uuid, announcement_kind text, users uuid[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    delivered bigint;
BEGIN
    IF finish_job(job) IS NULL THEN RETURN 0; END IF;
    INSERT INTO notifications (id, user_id, kind, actor_id, entity_id, title, body, event)
    SELECT gen_random_uuid(), accounts.id, announcement_kind, announcements.author_id, announcements.id,
           announcements.title, announcements.body, 'announcement:' || announcements.id
    FROM announcements, accounts
    WHERE announcements.id = announcement AND accounts.id = ANY (users) AND is_active
    ON CONFLICT ON CONSTRAINT notifications_once DO NOTHING;
    GET DIAGNOSTICS delivered = ROW_COUNT;
    RETURN delivered;
END
$$;

-- Finishes the job of a digest: marks the mailed notifications, and enqueues the next digest if others were created
-- meanwhile. Returns the id of that job.
CREATE OR REPLACE FUNCTION finish_user_digest(job uuid, receiver uuid, mailed uuid[], next_job jsonb)
RETURNS SETOF uuid LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lock_inbox(receiver);
    UPDATE notifications SET emailed_at = now() WHERE id = ANY (mailed) AND emailed_at IS NULL;
    IF finish_job(job) IS NULL THEN RETURN; END IF;
    IF EXISTS (
        SELECT FROM notifications WHERE user_id = receiver AND wants_email AND emailed_at IS NULL AND read_at IS NULL)
    THEN
        RETURN QUERY
            INSERT INTO outbox SELECT * FROM unique_outbox_rows(jsonb_build_array(next_job))
            ON CONFLICT DO NOTHING
            RETURNING outbox.id;
    END IF;
END
$$;

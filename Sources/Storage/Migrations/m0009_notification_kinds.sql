-- A notification with the name of the user who caused it.
CREATE VIEW notification_entries AS
    SELECT notifications.id, user_id, kind, actor_id, actor.username AS actor_name, entity_id, title, body, read_at,
           notifications.created_at, wants_email, emailed_at
    FROM notifications LEFT JOIN accounts AS actor ON actor.id = actor_id;

-- Whether a notification is still to be created, by the rule of its kind. Locks the row that the rule looks at, so that
-- a user who reads the message or answers the request at the same time is waited for, or waits and then finds the
-- notification.
CREATE FUNCTION is_notification_current(obsolescence text, entity uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
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
CREATE FUNCTION create_notification(
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
        SELECT made.* FROM promised_unique_jobs(
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
CREATE FUNCTION deliver_announcement(job uuid, announcement uuid, announcement_kind text, users uuid[])
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

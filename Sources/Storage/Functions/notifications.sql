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

-- The first instant from a given one at which a clock of the time zone shows no time of the quiet hours (minutes after
-- midnight). Clocks that go forward or back on the way change its distance, and may skip or repeat the end: at such a
-- change, which a bisection finds to the second, the search starts again.
CREATE OR REPLACE FUNCTION quiet_hours_end(
    given timestamptz, quiet_from integer, quiet_until integer, zone text)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    instant timestamptz := given;
    wall timestamp;
    seconds numeric;
    rest interval;
    before_change timestamptz;
    after_change timestamptz;
    middle timestamptz;
BEGIN
    LOOP
        wall := instant AT TIME ZONE zone;
        seconds := extract(epoch FROM wall::time);
        IF (seconds - quiet_from * 60 + 86400) % 86400 >= (quiet_until - quiet_from + 1440) % 1440 * 60 THEN
            RETURN instant;
        END IF;
        rest := make_interval(secs => ((quiet_until * 60 - seconds + 86400) % 86400)::double precision);
        IF (instant + rest) AT TIME ZONE zone = wall + rest THEN RETURN instant + rest; END IF;
        before_change := instant;
        after_change := instant + rest;
        WHILE after_change - before_change > interval '1 second' LOOP
            middle := before_change + (after_change - before_change) / 2;
            IF (middle AT TIME ZONE zone) - wall = middle - instant THEN
                before_change := middle;
            ELSE
                after_change := middle;
            END IF;
        END LOOP;
        instant := date_trunc('second', after_change);
    END LOOP;
END
$$;

-- The milliseconds until a user's quiet hours end; 0 outside of them. A time zone that PostgreSQL no longer knows, as
-- after an update of its data, has none: the user's notifications must not fail for it.
CREATE OR REPLACE FUNCTION quiet_hours_delay(receiver uuid) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    chosen record;
BEGIN
    SELECT quiet_from, quiet_until, time_zone INTO chosen
    FROM notification_preferences WHERE user_id = receiver AND quiet_from <> quiet_until;
    IF NOT FOUND THEN RETURN 0; END IF;
    RETURN ceil(extract(epoch FROM
        quiet_hours_end(now(), chosen.quiet_from, chosen.quiet_until, chosen.time_zone) - now()) * 1000);
EXCEPTION
    WHEN invalid_parameter_value THEN RETURN 0;
END
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

-- The time of a user's next notification, which the inbox is ordered by: PostgreSQL's clock, never before the last one,
-- so that the order is that of the commits while the inbox is locked.
CREATE OR REPLACE FUNCTION next_notification_time(receiver uuid) RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    last timestamptz;
BEGIN
    SELECT max(created_at) INTO last FROM notifications WHERE user_id = receiver;
    RETURN greatest(clock_timestamp(), last + interval '1 microsecond');
END
$$;

-- Whether as many notifications of a kind as may be mailed to a user within an hour were created to be mailed.
CREATE OR REPLACE FUNCTION is_hourly_mail_limit_reached(receiver uuid, mailed_kind text, mail_limit integer)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN mail_limit <= (
        SELECT count(*)
        FROM (
            SELECT FROM notifications
            WHERE user_id = receiver AND created_at > now() - interval '1 hour' AND kind = mailed_kind AND wants_email
            LIMIT mail_limit
        ) AS mailed);
END
$$;

-- Finishes the job, and unless its event was notified before or it is obsolete, creates a notification in a user's
-- inbox together with the jobs that push it and send the next digest. Returns the ids of the jobs that were enqueued;
-- null if there are none, nothing was created, or another run of the job was first. At most `mail_limit` of a kind are
-- mailed to a user within an hour; null: all.
-- Without a push the commit does not wait for the disk: if PostgreSQL's machine fails before it is on disk, the job is
-- not finished either and runs again. A push could be delivered before, and once more after that.
CREATE OR REPLACE FUNCTION add_notification(
    job uuid, notification uuid, receiver uuid, kind text, actor uuid, entity uuid, obsolescence text, title text,
    event text, push jsonb, digest jsonb, mail_limit integer)
RETURNS uuid[] LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    active_count bigint;
    enqueued uuid[];
    added uuid;
BEGIN
    IF push IS NOT NULL AND (SELECT is_set FROM push_service) IS FALSE
        AND NOT EXISTS (SELECT FROM push_subscriptions WHERE user_id = receiver)
    THEN
        push := NULL;
    END IF;
    IF push IS NULL THEN PERFORM set_config('synchronous_commit', 'off', true); END IF;
    IF finish_job(job) IS NULL THEN RETURN NULL; END IF;
    -- A deletion of one of the accounts waits, or has closed it.
    PERFORM FROM accounts WHERE id IN (receiver, actor) AND is_active ORDER BY id FOR KEY SHARE;
    GET DIAGNOSTICS active_count = ROW_COUNT;
    IF active_count < (CASE WHEN actor IS NULL OR actor = receiver THEN 1 ELSE 2 END) THEN RETURN NULL; END IF;
    PERFORM lock_inbox(receiver);
    IF NOT is_notification_current(obsolescence, entity) THEN RETURN NULL; END IF;
    -- The inbox is locked, so that of notifications at the same moment each counts those before it.
    IF digest IS NOT NULL AND mail_limit IS NOT NULL AND is_hourly_mail_limit_reached(receiver, kind, mail_limit) THEN
        digest := NULL;
    END IF;
    INSERT INTO notifications (id, user_id, kind, actor_id, entity_id, title, event, wants_email, created_at)
    VALUES (notification, receiver, kind, actor, entity, title, event, digest IS NOT NULL,
            next_notification_time(receiver))
    ON CONFLICT ON CONSTRAINT notifications_once DO NOTHING;
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF push IS NOT NULL THEN
        INSERT INTO outbox SELECT * FROM outbox_rows(jsonb_build_array(push)) RETURNING outbox.id INTO added;
        enqueued := ARRAY[added];
    END IF;
    -- Most notifications find the user's next digest enqueued; the end of that digest waits for the inbox's lock.
    IF digest IS NOT NULL AND NOT EXISTS (
        SELECT FROM outbox WHERE unique_key = digest ->> 'unique_key' AND (unique_until > now()) IS NOT FALSE)
    THEN
        INSERT INTO outbox SELECT * FROM unique_outbox_rows(jsonb_build_array(digest))
        ON CONFLICT DO NOTHING
        RETURNING outbox.id INTO added;
        IF FOUND THEN enqueued := enqueued || added; END IF;
    END IF;
    RETURN enqueued;
END
$$;

-- The same without a limit: processes of an earlier version call it.
CREATE OR REPLACE FUNCTION create_notification(
    job uuid, notification uuid, receiver uuid, kind text, actor uuid, entity uuid, obsolescence text, title text,
    event text, push jsonb, digest jsonb)
RETURNS uuid[] LANGUAGE sql AS $$
    SELECT add_notification(
        job, notification, receiver, kind, actor, entity, obsolescence, title, event, push, digest, NULL)
$$;

-- Finishes the job, and puts an announcement into the inboxes of these users, once. It is the product's: it reaches
-- users who block its author, and names no author. Returns how many did not have it yet.
CREATE OR REPLACE FUNCTION deliver_announcement(job uuid, announcement uuid, announcement_kind text, users uuid[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    delivered bigint;
BEGIN
    IF finish_job(job) IS NULL THEN RETURN 0; END IF;
    INSERT INTO notifications (id, user_id, kind, actor_id, entity_id, title, body, event, created_at)
    SELECT gen_random_uuid(), accounts.id, announcement_kind, NULL::uuid, announcements.id, announcements.title,
           announcements.body, 'announcement:' || announcements.id, next_notification_time(accounts.id)
    FROM announcements, (
        SELECT id FROM accounts WHERE id = ANY (users) AND is_active ORDER BY id FOR KEY SHARE
    ) AS accounts
    WHERE announcements.id = announcement
    ON CONFLICT ON CONSTRAINT notifications_once DO NOTHING;
    GET DIAGNOSTICS delivered = ROW_COUNT;
    RETURN delivered;
END
$$;

-- Finishes the job of a digest: marks the mailed notifications, and enqueues the next digest if others were created
-- meanwhile. Returns the id of that job. What the receiver does not see now is not mailed later either, as a push that
-- is skipped is not sent when a block ends.
CREATE OR REPLACE FUNCTION finish_user_digest(job uuid, receiver uuid, mailed uuid[], next_job jsonb)
RETURNS SETOF uuid LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lock_inbox(receiver);
    UPDATE notifications SET emailed_at = now() WHERE id = ANY (mailed) AND emailed_at IS NULL;
    UPDATE notifications SET wants_email = false
    WHERE user_id = receiver AND wants_email AND emailed_at IS NULL AND read_at IS NULL
      AND EXISTS (SELECT FROM hidden_users WHERE viewer_id = receiver AND hidden_id = actor_id);
    IF finish_job(job) IS NULL THEN RETURN; END IF;
    IF EXISTS (
        SELECT FROM notification_entries
        WHERE user_id = receiver AND wants_email AND emailed_at IS NULL AND read_at IS NULL)
    THEN
        RETURN QUERY
            INSERT INTO outbox SELECT * FROM unique_outbox_rows(jsonb_build_array(next_job))
            ON CONFLICT DO NOTHING
            RETURNING outbox.id;
    END IF;
END
$$;

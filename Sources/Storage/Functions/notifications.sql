-- Notifications: the inbox, and the jobs that push and mail them.

-- Whether the receiver of a notification sees its cause: a comment, or the mention in a text. In PL/pgSQL, so that the
-- view's plan does not contain the rule of visibility twice.
CREATE OR REPLACE FUNCTION sees_cause(obsolescence text, receiver uuid, entity uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM visible_posts(receiver) AS post
        WHERE post.id = CASE obsolescence
            WHEN 'comment_hidden' THEN (SELECT post_id FROM comments WHERE comments.id = entity)
            WHEN 'mention_ended' THEN (
                SELECT post_id FROM mentions WHERE text_id = entity AND user_id = receiver) END);
END
$$;

-- One row if the cause of a notification exists, by the rule of its kind. Selected from, it becomes part of the
-- statement. Scalar subqueries: of an EXISTS the planner may make a hash table of all likes. A message is shown until
-- it is deleted.
CREATE OR REPLACE FUNCTION existing_cause(obsolescence text, receiver uuid, actor uuid, entity uuid)
RETURNS TABLE (is_existing boolean) LANGUAGE sql STABLE AS $$
    SELECT true
    WHERE CASE
              WHEN obsolescence IS NULL THEN true
              WHEN obsolescence = 'message_read' THEN (
                  SELECT NOT is_hidden_from_receiver FROM messages WHERE messages.id = entity)
              WHEN actor IS NULL OR (SELECT true FROM accounts WHERE accounts.id = actor AND NOT is_active) THEN false
              WHEN obsolescence = 'like_ended' THEN (
                  SELECT true FROM likes WHERE likes.user_id = actor AND post_id = entity)
              WHEN obsolescence = 'follow_ended' THEN (
                  SELECT NOT is_hidden FROM follows WHERE follower_id = actor AND following_id = receiver)
              WHEN obsolescence = 'mention_ended' THEN (
                  SELECT true FROM mentions WHERE text_id = entity AND mentions.user_id = receiver)
              ELSE (SELECT true FROM comments WHERE comments.id = entity) END
$$;

-- One row if a notification is shown: its cause exists, and its receiver sees it. An author sees the comments on the
-- own posts.
CREATE OR REPLACE FUNCTION current_cause(obsolescence text, receiver uuid, actor uuid, entity uuid)
RETURNS TABLE (is_current boolean) LANGUAGE sql STABLE AS $$
    SELECT true FROM existing_cause(obsolescence, receiver, actor, entity)
    WHERE CASE WHEN obsolescence IN ('comment_hidden', 'mention_ended') THEN sees_cause(obsolescence, receiver, entity)
               ELSE true END
$$;

-- The notifications that a user sees, with the name of the user who caused them: what is listed, counted, marked,
-- pushed, mailed and exported. An entity may be a user too. A notification of a like, comment, follow, mention or
-- message is hidden while its cause does not exist or the receiver does not see it, so that no statement that ends a
-- cause writes here, and none can be missed.
CREATE OR REPLACE VIEW notification_entries AS
    SELECT notifications.id, user_id, kind, actor_id, actor.username AS actor_name,
           CASE WHEN NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = user_id AND hidden_id = entity_id)
                THEN entity_id END AS entity_id,
           title, body, read_at, notifications.created_at, wants_email, emailed_at, group_id
    FROM notifications
        LEFT JOIN accounts AS actor ON actor.id = actor_id
        CROSS JOIN LATERAL current_cause(obsolescence, user_id, actor_id, notifications.entity_id)
    WHERE NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = user_id AND hidden_id = actor_id);

-- Whether the cause of a notification will not be there again: its post or comment was deleted, or it ended, and the
-- notification is a month old.
CREATE OR REPLACE FUNCTION is_cause_gone(
    obsolescence text, receiver uuid, actor uuid, entity uuid, created timestamptz)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    is_old boolean := created < now() - interval '30 days';
BEGIN
    RETURN CASE obsolescence
        WHEN 'like_ended' THEN NOT EXISTS (SELECT FROM posts WHERE id = entity)
            OR is_old AND NOT EXISTS (SELECT FROM likes WHERE user_id = actor AND post_id = entity)
        WHEN 'follow_ended' THEN
            is_old AND NOT EXISTS (SELECT FROM follows WHERE follower_id = actor AND following_id = receiver)
        WHEN 'message_read' THEN NOT EXISTS (
            SELECT FROM messages WHERE id = entity AND NOT is_hidden_from_receiver)
        WHEN 'comment_deleted' THEN NOT EXISTS (SELECT FROM comments WHERE id = entity)
        WHEN 'comment_hidden' THEN NOT EXISTS (SELECT FROM comments WHERE id = entity)
        WHEN 'mention_ended' THEN
            NOT EXISTS (SELECT FROM posts WHERE id = entity) AND NOT EXISTS (SELECT FROM comments WHERE id = entity)
            OR is_old AND NOT EXISTS (SELECT FROM mentions WHERE text_id = entity AND user_id = receiver)
        ELSE false END;
END
$$;

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

-- Whether an unread notification of a group is shown, however old.
CREATE OR REPLACE FUNCTION has_older_unread(reader uuid, its_group uuid, its_kind text, hidden uuid[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM notifications CROSS JOIN LATERAL existing_cause(obsolescence, user_id, actor_id, entity_id)
        WHERE user_id = reader AND group_id = its_group AND kind = its_kind AND read_at IS NULL
          AND (actor_id = ANY (hidden)) IS NOT TRUE
        LIMIT 1);
END
$$;

-- Whether a notification is still to be created, by the rule of its kind. Locks the row that the rule looks at, so that
-- a user who reads the message or answers the request at the same time is waited for, or waits and then finds the
-- notification. What the view hides needs no lock: it is created, and hidden.
CREATE OR REPLACE FUNCTION is_notification_current(obsolescence text, entity uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    CASE obsolescence
        WHEN 'message_read' THEN
            PERFORM FROM messages WHERE id = entity AND read_at IS NULL AND NOT is_hidden_from_receiver FOR SHARE;
        WHEN 'friend_request_answered' THEN PERFORM FROM friend_requests WHERE id = entity FOR KEY SHARE;
        ELSE RETURN true;
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

-- What notifications of one kind have in common that are one entry of a list: `entity` itself, the `post` of a comment,
-- or the `receiver`. Of a group that is unread one is pushed. Null: none has anything in common with another, and each
-- is pushed. Groups by `actor`, who is known without a look-up, are pushed each: messages.
CREATE OR REPLACE FUNCTION notification_group(group_rule text, receiver uuid, entity uuid) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE group_rule
        WHEN 'entity' THEN entity
        WHEN 'receiver' THEN receiver
        WHEN 'post' THEN (SELECT post_id FROM comments WHERE id = entity) END;
END
$$;

-- Whether the receiver sees an unread notification of a group. Among the newest twenty: older ones are hidden if many
-- users like a post and end that at once.
CREATE OR REPLACE FUNCTION is_group_unread(receiver uuid, grouped_kind text, given_group uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM (
            SELECT id FROM notifications
            WHERE user_id = receiver AND group_id = given_group AND kind = grouped_kind AND read_at IS NULL
            ORDER BY created_at DESC LIMIT 20
        ) AS newest CROSS JOIN LATERAL (
            SELECT FROM notification_entries AS entry WHERE entry.id = newest.id LIMIT 1
        ) AS seen);
END
$$;

-- Finishes the job, and unless its event was notified before or it is obsolete, creates a notification in a user's
-- inbox together with the jobs that push it and send the next digest. Returns the ids of the jobs that were enqueued;
-- null if there are none, nothing was created, or another run of the job was first. At most `mail_limit` of a kind are
-- mailed to a user within an hour; null: all. While one of its group is unread, it is not pushed; null: it is.
-- Without a push the commit does not wait for the disk: if PostgreSQL's machine fails before it is on disk, the job is
-- not finished either and runs again. A push could be delivered before, and once more after that.
CREATE OR REPLACE FUNCTION add_notification(
    job uuid, notification uuid, receiver uuid, kind text, actor uuid, entity uuid, obsolescence text, title text,
    event text, push jsonb, digest jsonb, mail_limit integer, group_rule text)
RETURNS uuid[] LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    active_count bigint;
    enqueued uuid[];
    added uuid;
    given_group uuid := notification_group(group_rule, receiver, entity);
    listed_group uuid := CASE group_rule WHEN 'actor' THEN coalesce(actor, notification)
                         ELSE coalesce(given_group, notification) END;
    created timestamptz;
    -- Only the rules of the view: an answer to a friend request marks the notification as read.
    hides_by text := CASE WHEN obsolescence NOT IN ('never', 'friend_request_answered') THEN obsolescence END;
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
    -- An account that is deactivated meanwhile waits, or its notification is not created.
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(actor::text, 8));
    PERFORM lock_inbox(receiver);
    IF NOT is_notification_current(obsolescence, entity) THEN RETURN NULL; END IF;
    -- The inbox is locked, so that of notifications at the same moment each counts those before it.
    IF digest IS NOT NULL AND mail_limit IS NOT NULL AND is_hourly_mail_limit_reached(receiver, kind, mail_limit) THEN
        digest := NULL;
    END IF;
    IF push IS NOT NULL AND given_group IS NOT NULL AND is_group_unread(receiver, kind, given_group) THEN
        push := NULL;
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    INSERT INTO notifications (
        id, user_id, kind, actor_id, entity_id, title, event, wants_email, created_at, obsolescence, group_id)
    VALUES (notification, receiver, kind, actor, entity, title, event, digest IS NOT NULL,
            next_notification_time(receiver), hides_by, listed_group)
    ON CONFLICT ON CONSTRAINT notifications_once DO NOTHING
    RETURNING notifications.created_at INTO created;
    IF NOT FOUND THEN
        -- What ended and began again is shown again.
        UPDATE notification_groups AS listed SET unread = NULL
        WHERE listed.user_id = receiver AND listed.group_id = listed_group AND listed.kind = kind;
        RETURN NULL;
    END IF;
    -- What ended before is not notified. What ends from now on is hidden.
    IF hides_by IS NOT NULL AND NOT EXISTS (SELECT FROM notification_entries AS entry WHERE entry.id = notification)
    THEN
        DELETE FROM notifications WHERE id = notification;
        RETURN NULL;
    END IF;
    INSERT INTO notification_groups AS listed (user_id, group_id, kind, newest_at)
    VALUES (receiver, listed_group, kind, created)
    ON CONFLICT ON CONSTRAINT notification_groups_pkey
    DO UPDATE SET newest_at = excluded.newest_at, unread = NULL;
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
    PERFORM append_user_events(ARRAY[receiver], '{4}', ARRAY[notification], ARRAY[actor]);
    RETURN enqueued;
END
$$;

-- The same without limits: processes of an earlier version call it.
CREATE OR REPLACE FUNCTION create_notification(
    job uuid, notification uuid, receiver uuid, kind text, actor uuid, entity uuid, obsolescence text, title text,
    event text, push jsonb, digest jsonb)
RETURNS uuid[] LANGUAGE sql AS $$
    SELECT add_notification(
        job, notification, receiver, kind, actor, entity, obsolescence, title, event, push, digest, NULL, NULL)
$$;

-- Enqueues the job that notifies a user, with the ids that only the statement knows in its payload. A plain row: the
-- job has no delay, limits or unique key.
CREATE OR REPLACE FUNCTION enqueue_notice(receiver uuid, entity uuid, job jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (id, queue, kind, payload, trace)
    VALUES ((job ->> 'id')::uuid, job ->> 'queue', job ->> 'kind',
            (job -> 'payload') || jsonb_build_object('user', receiver, 'entity', entity), job ->> 'trace');
END
$$;

-- Finishes the job, and adds these users to the mentioned ones of a post or comment, if its text still is the one that
-- was read: after an edit the job of that edit does it. Of the others only `kept` stay, whom the text mentions and who
-- may not see the post now. `jobs` notify the users, one each in their order. Returns those who were not mentioned
-- before, whose jobs were enqueued.
CREATE OR REPLACE FUNCTION set_mentions(
    job uuid, given_text uuid, read_content text, users uuid[], jobs jsonb, kept uuid[])
RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
    post uuid := coalesce((SELECT post_id FROM comments WHERE id = given_text), given_text);
    added uuid[];
    wanted jsonb;
BEGIN
    PERFORM FROM posts WHERE id = post FOR NO KEY UPDATE;
    IF finish_job(job) IS NULL THEN RETURN; END IF;
    IF read_content IS DISTINCT FROM coalesce(
        (SELECT content FROM comments WHERE id = given_text), (SELECT content FROM posts WHERE id = given_text))
    THEN
        RETURN;
    END IF;
    DELETE FROM mentions WHERE text_id = given_text AND user_id <> ALL (users || kept);
    WITH written AS (
        INSERT INTO mentions (text_id, user_id, post_id)
        SELECT given_text, id, post FROM unnest(users) AS id ORDER BY id
        ON CONFLICT DO NOTHING
        RETURNING user_id
    )
    SELECT array_agg(user_id) INTO added FROM written;
    wanted := (
        SELECT jsonb_agg(jobs -> (given.number - 1)::integer)
        FROM unnest(users) WITH ORDINALITY AS given(id, number) WHERE given.id = ANY (added));
    INSERT INTO outbox SELECT * FROM outbox_rows(wanted);
    RETURN QUERY SELECT unnest(added);
END
$$;

-- Finishes the job (null: it has further steps), and puts an announcement into the inboxes of these users, once. It is
-- the product's: it reaches users who block its author, and names no author. Returns how many did not have it yet. At
-- most a hundred users at a time: what else is an event of theirs waits for the commit.
CREATE OR REPLACE FUNCTION deliver_announcement(job uuid, announcement uuid, announcement_kind text, users uuid[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    receivers uuid[];
    notices uuid[];
BEGIN
    IF job IS NOT NULL AND finish_job(job) IS NULL THEN RETURN 0; END IF;
    WITH added AS (
        INSERT INTO notifications (id, user_id, kind, actor_id, entity_id, title, body, event, created_at, group_id)
        SELECT gen_random_uuid(), accounts.id, announcement_kind, NULL::uuid, announcements.id, announcements.title,
               announcements.body, 'announcement:' || announcements.id, next_notification_time(accounts.id),
               announcements.id
        FROM announcements, (
            SELECT id FROM accounts WHERE id = ANY (users) AND is_active ORDER BY id FOR KEY SHARE
        ) AS accounts
        WHERE announcements.id = announcement
        ON CONFLICT ON CONSTRAINT notifications_once DO NOTHING
        RETURNING id, user_id, group_id, kind, created_at
    ), listed AS (
        INSERT INTO notification_groups (user_id, group_id, kind, newest_at)
        SELECT user_id, group_id, kind, created_at FROM added
        ON CONFLICT DO NOTHING
    )
    SELECT coalesce(array_agg(user_id), '{}'), coalesce(array_agg(id), '{}') INTO receivers, notices FROM added;
    PERFORM append_user_events(receivers, array_fill(4::smallint, ARRAY[cardinality(receivers)]), notices, NULL);
    RETURN cardinality(receivers);
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
      AND (SELECT true FROM notification_entries AS entry WHERE entry.id = notifications.id) IS NOT TRUE;
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

-- Marks the notifications of a group as read that a user sees, up to the given one: what came since stays unread.
-- Returns when the given one was read; null if the user has no such notification. Under the lock of the inbox, as all
-- that locks several of its rows.
CREATE OR REPLACE FUNCTION read_notification_group(given uuid, reader uuid) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    entry record;
    marked timestamptz;
    is_first boolean;
BEGIN
    PERFORM lock_inbox(reader);
    SELECT group_id, kind, created_at INTO entry FROM notification_entries WHERE id = given AND user_id = reader;
    IF NOT FOUND THEN RETURN NULL; END IF;
    UPDATE notifications SET read_at = now()
    WHERE user_id = reader AND group_id = entry.group_id AND kind = entry.kind AND created_at <= entry.created_at
      AND read_at IS NULL
      AND (SELECT true FROM notification_entries AS shown WHERE shown.id = notifications.id);
    is_first := FOUND;
    SELECT read_at INTO marked FROM notifications WHERE id = given;
    IF is_first THEN PERFORM append_user_events(ARRAY[reader], '{6}', ARRAY[given], NULL); END IF;
    RETURN marked;
END
$$;

-- Marks a notification that a user sees as read; the first time is an event. False if the user sees no such one.
CREATE OR REPLACE FUNCTION read_user_notification(given uuid, reader uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM notification_entries AS entry WHERE entry.id = given AND entry.user_id = reader) THEN
        RETURN false;
    END IF;
    UPDATE notifications SET read_at = now() WHERE id = given AND user_id = reader AND read_at IS NULL;
    IF FOUND THEN PERFORM append_user_events(ARRAY[reader], '{5}', ARRAY[given], NULL); END IF;
    RETURN true;
END
$$;

-- Marks the notifications that a user sees as read. Under the lock of the inbox: a digest that is recorded at the same
-- moment locks the same rows in another order. A scalar subquery: of an EXISTS the planner may compute the whole view.
CREATE OR REPLACE FUNCTION read_all_user_notifications(reader uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lock_inbox(reader);
    UPDATE notifications SET read_at = now()
    WHERE user_id = reader AND read_at IS NULL
      AND (SELECT true FROM notification_entries AS entry WHERE entry.id = notifications.id);
    IF FOUND THEN PERFORM append_user_events(ARRAY[reader], '{5}', NULL, NULL); END IF;
END
$$;

-- Deletes the notifications of a user's group up to the given one, hidden ones too. Returns whether the user had it.
CREATE OR REPLACE FUNCTION delete_notification_group(given uuid, owner uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    entry record;
BEGIN
    PERFORM lock_inbox(owner);
    SELECT group_id, kind, created_at INTO entry FROM notification_entries WHERE id = given AND user_id = owner;
    IF NOT FOUND THEN RETURN false; END IF;
    DELETE FROM notifications
    WHERE user_id = owner AND group_id = entry.group_id AND kind = entry.kind AND created_at <= entry.created_at;
    DELETE FROM notification_groups
    WHERE user_id = owner AND group_id = entry.group_id AND kind = entry.kind
      AND NOT EXISTS (
          SELECT FROM notifications
          WHERE user_id = owner AND group_id = entry.group_id AND kind = entry.kind);
    RETURN true;
END
$$;

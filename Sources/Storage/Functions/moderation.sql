-- Reports and their cases, and the rules that moderation sets for writes. Locks are taken in one order: accounts by id,
-- the case, then what the action changes (posts, profiles, …), the outbox last. Outcomes that refuse are the codes of
-- DomainError.

-- A case as moderators see it: the columns of the reader `ModerationCase`. A new column comes last.
CREATE OR REPLACE VIEW case_entries AS
    SELECT moderation_cases.id, target_type, target_id, owner_id, owner.username AS owner_name, reports_count,
           assignee_id, assignee.username AS assignee_name, opened_at, last_reported_at, outcome, closed_at, is_open
    FROM moderation_cases
        LEFT JOIN LATERAL (
            SELECT username FROM accounts WHERE accounts.id = owner_id AND deleted_at IS NULL LIMIT 1
        ) AS owner ON true
        LEFT JOIN LATERAL (
            SELECT username FROM accounts WHERE accounts.id = assignee_id AND deleted_at IS NULL LIMIT 1
        ) AS assignee ON true;

-- What a moderator did: the columns of the reader `ModerationAction`. A new column comes last.
CREATE OR REPLACE VIEW action_entries AS
    SELECT moderation_actions.id, case_id, target_type, moderation_actions.owner_id, moderator_id, kind, reason,
           created_at, ends_at, appeal, appealed_at, decision, decision_reason, decided_at
    FROM moderation_actions CROSS JOIN LATERAL (
        SELECT target_type FROM moderation_cases WHERE moderation_cases.id = case_id LIMIT 1) AS its_case;

-- Adds an entry to the audit log, behind those that are in it, also within a millisecond.
CREATE OR REPLACE FUNCTION record_audit(
    actor uuid, its_action text, its_case uuid, subject uuid, its_reason text, its_details jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_log (id, actor_id, action, case_id, subject_id, reason, details, created_at)
    VALUES (next_message_id((SELECT id FROM audit_log ORDER BY id DESC LIMIT 1)), actor, its_action, its_case,
            subject, its_reason, its_details, clock_timestamp());
END
$$;

-- Keeps the audit log as it was written.
CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of audit_log are only added';
END
$$;

-- The one rule of limited accounts: these limits are in force.
CREATE OR REPLACE VIEW limits_in_force AS
    SELECT owner_id AS user_id, ends_at FROM moderation_actions
    WHERE kind = 'limit' AND decision IS DISTINCT FROM 'reversed' AND ends_at > now();

-- Raises the exception that DomainError translates if a user is limited: its message is the time at which the limit
-- ends.
CREATE OR REPLACE FUNCTION refuse_limited(writer uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ends timestamptz := (SELECT max(ends_at) FROM limits_in_force WHERE user_id = writer);
BEGIN
    IF ends IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'account_limited',
            MESSAGE = to_char(ends AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
    END IF;
END
$$;

-- The rule inside each statement that writes something for others to see, whichever surface, worker or version of the
-- program runs it. The argument is the column of the user who writes. One probe of an index that is nearly always empty
-- [5 to 10 µs; 18 with the look-up of `refuse_limited`].
CREATE OR REPLACE FUNCTION refuse_limited_writer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    writer uuid;
BEGIN
    IF tg_argv[0] = 'user_id' THEN
        writer := new.user_id;
    ELSIF tg_argv[0] = 'author_id' THEN
        writer := new.author_id;
    ELSIF tg_argv[0] = 'follower_id' THEN
        writer := new.follower_id;
    ELSIF tg_argv[0] = 'sender_id' THEN
        writer := new.sender_id;
    ELSE
        writer := new.id;
    END IF;
    IF EXISTS (SELECT FROM limits_in_force WHERE user_id = writer) THEN PERFORM refuse_limited(writer); END IF;
    RETURN new;
END
$$;

-- The same of likes, of which one statement writes many: once for all of them [1 µs a like of an array].
CREATE OR REPLACE FUNCTION refuse_limited_likes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written CROSS JOIN LATERAL (
            SELECT FROM limits_in_force WHERE limits_in_force.user_id = written.user_id LIMIT 1) AS found)
    THEN
        PERFORM refuse_limited(user_id) FROM written;
    END IF;
    RETURN NULL;
END
$$;

-- Refuses the bytes of a picture that a moderator removed, on every way into the table.
CREATE OR REPLACE FUNCTION refuse_removed_picture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM refused_pictures WHERE sha256 = new.sha256) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'picture_refused',
            MESSAGE = 'the picture was removed by a moderator';
    END IF;
    RETURN new;
END
$$;

-- The owner and the content of what a user reports, as the user sees it; no row if there is none that the user sees. A
-- message is seen by its two users, also when one blocks the other: a block is what the receiver does first.
CREATE OR REPLACE FUNCTION reported_target(kind text, target uuid, viewer uuid)
RETURNS TABLE (owner uuid, content jsonb) LANGUAGE plpgsql STABLE AS $$
BEGIN
    CASE kind
        WHEN 'POST' THEN RETURN QUERY
            SELECT author_id, jsonb_build_object(
                'content', post.content, 'mediaUrls', media_urls, 'mediaType', media_type, 'visibility', visibility)
            FROM visible_posts(viewer) AS post WHERE post.id = target;
        WHEN 'COMMENT' THEN RETURN QUERY
            SELECT author_id, jsonb_build_object('content', seen.content, 'postId', post_id)
            FROM visible_comments(viewer) AS seen
            WHERE seen.id = target
              AND (SELECT EXISTS (SELECT FROM visible_posts(viewer) AS post WHERE post.id = seen.post_id));
        WHEN 'MESSAGE' THEN RETURN QUERY
            SELECT sender_id, jsonb_build_object(
                'content', messages.content, 'mediaUrl', media_url, 'receiverId', receiver_id)
            FROM messages
            WHERE messages.id = target
              AND (sender_id = viewer AND NOT is_hidden_from_sender
                   OR receiver_id = viewer AND NOT is_hidden_from_receiver);
        WHEN 'PROFILE' THEN RETURN QUERY
            SELECT accounts.id, jsonb_build_object(
                'username', username, 'displayName', display_name, 'firstName', first_name, 'lastName', last_name,
                'bio', bio, 'location', location, 'socialLinks', social_links, 'avatarId', avatar_media_id,
                'avatarUrl', avatar_url, 'coverId', cover_media_id, 'coverImage', cover_image)
            FROM accounts JOIN profiles ON user_id = accounts.id
            WHERE accounts.id = target AND is_active
              AND (SELECT NOT EXISTS (
                  SELECT FROM hidden_users WHERE viewer_id = viewer AND hidden_id = accounts.id));
        WHEN 'PICTURE' THEN RETURN QUERY
            SELECT media.user_id, jsonb_build_object(
                'purpose', purpose, 'fileName', original_name, 'mimeType', mime_type, 'sha256', encode(sha256, 'hex'))
            FROM media JOIN accounts ON accounts.id = media.user_id JOIN profiles ON profiles.user_id = media.user_id
            WHERE media.id = target AND mime_type LIKE 'image/%' AND state <> 'failed' AND is_active
              AND (purpose = 'avatar' OR sees_details(viewer, media.user_id, is_private))
              AND (SELECT NOT EXISTS (
                  SELECT FROM hidden_users WHERE viewer_id = viewer AND hidden_id = media.user_id));
    END CASE;
END
$$;

-- Reports a target: adds the report to the open case of the target, or opens one. A second report of the same user is
-- answered with the first. The outcome is created, repeated, or a refusal.
CREATE OR REPLACE FUNCTION report_target(
    reporter uuid, kind text, target uuid, given_reason text, given_details text)
RETURNS TABLE (outcome text, report_id uuid, its_reason text, its_details text, reported_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    found_target record;
    open_id uuid;
    known reports;
    locked uuid[];
BEGIN
    SELECT * INTO found_target FROM reported_target(kind, target, reporter);
    -- A deletion of one of the accounts waits, and then finds the case, or has closed the account.
    locked := ARRAY(
        SELECT id FROM accounts
        WHERE id IN (reporter, found_target.owner) AND (is_active OR id <> reporter) AND deleted_at IS NULL
        ORDER BY id FOR KEY SHARE);
    IF reporter <> ALL (locked) THEN outcome := 'token_invalid'; RETURN NEXT; RETURN; END IF;
    IF (found_target.owner = ANY (locked)) IS NOT TRUE THEN
        outcome := CASE kind WHEN 'POST' THEN 'post_not_found' WHEN 'COMMENT' THEN 'comment_not_found'
                             WHEN 'MESSAGE' THEN 'message_not_found' WHEN 'PROFILE' THEN 'user_not_found'
                             ELSE 'file_not_found' END;
        RETURN NEXT;
        RETURN;
    END IF;
    IF found_target.owner = reporter THEN outcome := 'cannot_report_yourself'; RETURN NEXT; RETURN; END IF;
    -- Locks the open case: of reports at the same moment one opens it, and no moderator closes it meanwhile.
    INSERT INTO moderation_cases AS open_case (id, target_type, target_id, owner_id, opened_at, last_reported_at)
    VALUES (next_message_id((SELECT moderation_cases.id FROM moderation_cases ORDER BY 1 DESC LIMIT 1)), kind, target,
            found_target.owner, clock_timestamp(), clock_timestamp())
    ON CONFLICT (target_id, target_type) WHERE is_open DO UPDATE SET last_reported_at = open_case.last_reported_at
    RETURNING open_case.id INTO open_id;
    SELECT * INTO known FROM reports WHERE case_id = open_id AND reporter_id = reporter;
    outcome := 'repeated';
    IF NOT FOUND THEN
        outcome := 'created';
        INSERT INTO reports (case_id, id, reporter_id, reason, details, created_at)
        VALUES (open_id, next_message_id((
                    SELECT reports.id FROM reports WHERE reporter_id = reporter ORDER BY 1 DESC LIMIT 1)),
                reporter, given_reason, given_details, clock_timestamp())
        RETURNING * INTO known;
        UPDATE moderation_cases SET reports_count = reports_count + 1, last_reported_at = known.created_at
        WHERE id = open_id;
        INSERT INTO reported_contents (case_id, digest, content, created_at)
        SELECT open_id, sha256(convert_to(found_target.content::text, 'UTF8')), found_target.content, known.created_at
        WHERE (SELECT count(*) FROM reported_contents WHERE case_id = open_id) < 20
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN QUERY SELECT outcome, known.id, known.reason, known.details, known.created_at;
END
$$;

-- Whether the target of a case exists.
CREATE OR REPLACE FUNCTION is_target_there(kind text, target uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE kind
        WHEN 'POST' THEN EXISTS (SELECT FROM posts WHERE id = target)
        WHEN 'COMMENT' THEN EXISTS (SELECT FROM comments WHERE id = target)
        WHEN 'MESSAGE' THEN EXISTS (SELECT FROM messages WHERE id = target)
        WHEN 'PROFILE' THEN EXISTS (SELECT FROM accounts WHERE id = target AND deleted_at IS NULL)
        ELSE EXISTS (SELECT FROM media WHERE id = target) END;
END
$$;

-- Whether a user is a moderator or administrator, and may act as one.
CREATE OR REPLACE FUNCTION moderates(account uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN has_role(account, 'MODERATOR', 'ADMIN');
END
$$;

-- Locks an open case for a moderator, who may work on it. Returns the refusal, or null. The accounts are locked
-- already.
CREATE OR REPLACE FUNCTION lock_case(its_id uuid, moderator uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    locked moderation_cases;
BEGIN
    IF NOT moderates(moderator) THEN RETURN role_refusal(moderator, 'MODERATOR', 'ADMIN'); END IF;
    SELECT * INTO locked FROM moderation_cases WHERE id = its_id FOR UPDATE;
    RETURN CASE WHEN locked.id IS NULL THEN 'case_not_found'
                WHEN locked.owner_id = moderator THEN 'cannot_moderate_yourself'
                WHEN NOT locked.is_open THEN 'case_closed'
                WHEN locked.assignee_id <> moderator THEN 'case_assigned' END;
END
$$;

-- Assigns a case to a moderator, or with null releases it. What is assigned to another moderator only an administrator
-- assigns again. Null, or the refusal.
CREATE OR REPLACE FUNCTION assign_case(its_id uuid, assignee uuid, actor uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    refusal text;
    its_owner uuid;
BEGIN
    PERFORM FROM accounts WHERE id IN (assignee, actor) ORDER BY id FOR KEY SHARE;
    refusal := lock_case(its_id, actor);
    IF refusal = 'case_assigned' AND EXISTS (SELECT FROM accounts WHERE id = actor AND role = 'ADMIN') THEN
        refusal := NULL;
    END IF;
    IF refusal IS NOT NULL THEN RETURN refusal; END IF;
    SELECT owner_id INTO its_owner FROM moderation_cases WHERE id = its_id;
    IF assignee = its_owner OR NOT moderates(coalesce(assignee, actor)) THEN RETURN 'assignee_not_moderator'; END IF;
    UPDATE moderation_cases SET assignee_id = assignee WHERE id = its_id AND assignee_id IS DISTINCT FROM assignee;
    IF FOUND THEN
        PERFORM record_audit(
            actor, CASE WHEN assignee IS NULL THEN 'release' ELSE 'assign' END, its_id, its_owner, NULL,
            CASE WHEN assignee IS NOT NULL THEN jsonb_build_object('assigneeId', assignee) END);
    END IF;
    RETURN NULL;
END
$$;

-- Takes a deleted account out of moderation: its texts and the name behind its reports; cases about it are closed. What
-- was done, and the log of it, keeps the ids.
CREATE OR REPLACE FUNCTION forget_moderation(account uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM moderation_cases WHERE owner_id = account ORDER BY id FOR UPDATE;
    DELETE FROM reported_contents USING moderation_cases AS its_case
    WHERE case_id = its_case.id AND its_case.owner_id = account;
    UPDATE moderation_cases SET outcome = 'owner_deleted', closed_at = now() WHERE owner_id = account AND is_open;
    UPDATE moderation_actions SET appeal = NULL WHERE owner_id = account AND appeal IS NOT NULL;
    UPDATE reports SET reporter_id = NULL, details = NULL WHERE reporter_id = account;
END
$$;

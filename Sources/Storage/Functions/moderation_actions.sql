-- What moderators do about a case, and the appeals of those whom it concerns. The order of locks is that of
-- moderation.sql.

-- Deletes a message for both of its users, as its sender would, whatever the two see of each other.
CREATE OR REPLACE FUNCTION remove_reported_message(message uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    removed messages;
BEGIN
    PERFORM lock_pair(sender_id, receiver_id) FROM messages WHERE id = message;
    DELETE FROM messages WHERE id = message RETURNING * INTO removed;
    IF NOT FOUND THEN RETURN; END IF;
    IF NOT removed.is_hidden_from_sender THEN PERFORM leave_message(removed, removed.sender_id); END IF;
    IF NOT removed.is_hidden_from_receiver THEN PERFORM leave_message(removed, removed.receiver_id); END IF;
END
$$;

-- Locks a profile. Whether it shows no other uploaded pictures than these, which the process has read.
CREATE OR REPLACE FUNCTION lock_shown_pictures(account uuid, files uuid[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    shown profiles;
BEGIN
    SELECT * INTO shown FROM profiles WHERE user_id = account FOR NO KEY UPDATE;
    RETURN (shown.avatar_media_id <> ALL (files) OR shown.cover_media_id <> ALL (files)) IS NOT TRUE;
END
$$;

-- Deletes the file of another user for an administrator, as `delete_media` does, and logs it.
CREATE OR REPLACE FUNCTION delete_media_of_other(
    file uuid, owner uuid, belonging uuid[], removal jsonb, event jsonb, administrator uuid) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    outcome text := delete_media(file, owner, belonging, removal, event);
BEGIN
    IF outcome IS NULL THEN
        PERFORM record_audit(
            administrator, 'delete_file', NULL, owner, NULL, jsonb_build_object('fileId', file));
    END IF;
    RETURN outcome;
END
$$;

-- Clears the texts and pictures of a locked profile.
CREATE OR REPLACE FUNCTION reset_profile(account uuid, files uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE profiles
    SET display_name = NULL, first_name = NULL, last_name = NULL, bio = NULL, location = NULL, genres = '{}',
        instruments = '{}', social_links = '{}', avatar_url = NULL, cover_image = NULL, updated_at = now()
    WHERE user_id = account;
    PERFORM remove_media_rows(account, files);
END
$$;

-- Removes the target of a case, as its owner would; a target that is gone already is no error. Pictures are refused
-- from now on. False if the files of a profile changed.
CREATE OR REPLACE FUNCTION remove_target(its_case moderation_cases, action uuid, files uuid[], removal jsonb)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    post uuid;
BEGIN
    IF its_case.target_type = 'PROFILE' AND NOT lock_shown_pictures(its_case.owner_id, files) THEN RETURN false; END IF;
    -- Before the rows are gone.
    IF its_case.target_type IN ('PROFILE', 'PICTURE') THEN
        INSERT INTO refused_pictures (sha256, action_id, created_at)
        SELECT DISTINCT sha256, action, now() FROM media WHERE user_id = its_case.owner_id AND id = ANY (files);
    END IF;
    CASE its_case.target_type
        WHEN 'POST' THEN PERFORM delete_post(its_case.target_id, its_case.owner_id, NULL);
        WHEN 'COMMENT' THEN
            PERFORM FROM posts WHERE id = (SELECT post_id FROM comments WHERE id = its_case.target_id)
            FOR NO KEY UPDATE;
            post := (SELECT post_id FROM comments WHERE id = its_case.target_id);
            IF post IS NOT NULL THEN PERFORM remove_comments(post, ARRAY[its_case.target_id]); END IF;
        WHEN 'MESSAGE' THEN PERFORM remove_reported_message(its_case.target_id);
        WHEN 'PROFILE' THEN
            PERFORM reset_profile(its_case.owner_id, files);
            IF cardinality(files) > 0 THEN INSERT INTO outbox SELECT * FROM outbox_rows(removal); END IF;
        ELSE
            PERFORM delete_media(its_case.target_id, its_case.owner_id, files, removal, NULL);
    END CASE;
    RETURN true;
END
$$;

-- Suspends an account, or extends its suspension: it is not active until then. Null, or the refusal.
CREATE OR REPLACE FUNCTION suspend_account(account uuid, ends timestamptz) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts
    SET is_active = false, suspended_until = greatest(suspended_until, ends), updated_at = now()
    WHERE id = account AND (is_active OR suspended_until IS NOT NULL) AND deleted_at IS NULL;
    IF NOT FOUND THEN RETURN 'account_deactivated'; END IF;
    DELETE FROM account_links WHERE user_id = account AND kind = 'reset';
    RETURN NULL;
END
$$;

-- Closes a case: with `kind` dismiss nothing was wrong; remove, warn, limit and suspend are done to the owner or the
-- owner's content, and the owner is told. Reporters are told in both cases. Of two moderators at once one closes it,
-- the other gets case_closed. The outcome is null, changed (`files` are not those of the target any more), or a
-- refusal; with the owner, if the owner is told, and the ids of the sessions that ended.
-- `jobs`: `notice` and `letter` for the owner, `reporters` and `removal`.
CREATE OR REPLACE FUNCTION act_on_case(
    its_id uuid, moderator uuid, kind text, given_reason text, lasting_seconds integer, action uuid, files uuid[],
    jobs jsonb)
RETURNS TABLE (outcome text, told uuid, ended uuid[]) LANGUAGE plpgsql AS $$
DECLARE
    its_owner uuid := (SELECT owner_id FROM moderation_cases WHERE id = its_id);
    its_case moderation_cases;
    owner_role text;
    message messages;
    ends timestamptz := CASE WHEN kind IN ('limit', 'suspend')
                             THEN clock_timestamp() + lasting_seconds * interval '1 second' END;
BEGIN
    PERFORM FROM accounts WHERE id IN (moderator, its_owner) ORDER BY id FOR NO KEY UPDATE;
    outcome := lock_case(its_id, moderator);
    IF outcome IS NOT NULL THEN RETURN NEXT; RETURN; END IF;
    SELECT role INTO owner_role FROM accounts WHERE id = its_owner AND deleted_at IS NULL;
    IF kind <> 'dismiss' THEN
        IF owner_role = 'ADMIN' THEN
            outcome := 'administrator_protected';
        ELSIF owner_role IS NULL AND kind <> 'remove' THEN
            outcome := 'account_not_found';
        ELSIF kind = 'suspend' THEN
            outcome := suspend_account(its_owner, ends);
        END IF;
        IF outcome IS NOT NULL THEN RETURN NEXT; RETURN; END IF;
    END IF;
    SELECT * INTO its_case FROM moderation_cases WHERE id = its_id;
    IF kind = 'remove' AND its_case.target_type = 'MESSAGE' THEN
        SELECT * INTO message FROM messages WHERE id = its_case.target_id;
    END IF;
    IF kind = 'remove' AND NOT remove_target(its_case, action, files, jobs -> 'removal') THEN
        outcome := 'changed';
        RETURN NEXT;
        RETURN;
    END IF;
    UPDATE moderation_cases
    SET outcome = CASE kind WHEN 'dismiss' THEN 'dismissed' WHEN 'remove' THEN 'removed' WHEN 'warn' THEN 'warned'
                            WHEN 'limit' THEN 'limited' ELSE 'suspended' END,
        closed_at = clock_timestamp(), assignee_id = moderator
    WHERE id = its_id;
    IF kind <> 'dismiss' THEN
        INSERT INTO moderation_actions (id, case_id, owner_id, moderator_id, kind, reason, created_at, ends_at)
        VALUES (action, its_id, its_owner, moderator, kind, given_reason, clock_timestamp(), ends);
        IF owner_role IS NOT NULL THEN
            told := its_owner;
            PERFORM enqueue_notice(its_owner, action, jobs -> 'notice');
            INSERT INTO outbox SELECT * FROM outbox_rows(jobs -> 'letter');
        END IF;
    END IF;
    IF kind = 'suspend' THEN
        WITH closed AS (
            UPDATE sessions SET ended_at = now(), end_reason = 'deactivated'
            WHERE user_id = its_owner AND ended_at IS NULL
            RETURNING id
        )
        SELECT array_agg(id) INTO ended FROM closed;
    END IF;
    INSERT INTO outbox SELECT * FROM outbox_rows(jobs -> 'reporters');
    PERFORM record_audit(
        moderator, kind, its_id, its_owner, given_reason,
        jsonb_strip_nulls(jsonb_build_object(
            'targetType', its_case.target_type, 'targetId', its_case.target_id, 'endsAt', ends,
            'actionId', CASE WHEN kind <> 'dismiss' THEN action END)));
    IF message.id IS NOT NULL THEN
        PERFORM append_user_events(
            ARRAY[CASE WHEN NOT message.is_hidden_from_sender THEN message.sender_id END,
                  CASE WHEN NOT message.is_hidden_from_receiver THEN message.receiver_id END],
            '{3,3}', ARRAY[message.id, message.id], NULL);
    END IF;
    RETURN NEXT;
END
$$;

-- Enqueues a notification for each of the next reporters of a case, by the order of their reports. Returns the last
-- report, null behind the end. A notification that was created already is not created again. `notice`: a job without an
-- id.
CREATE OR REPLACE FUNCTION notify_reporters(its_case uuid, last uuid, maximum integer, notice jsonb) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    chosen uuid[] := ARRAY(
        SELECT id FROM reports WHERE case_id = its_case AND id > last ORDER BY id LIMIT maximum);
BEGIN
    INSERT INTO outbox (id, queue, kind, payload, trace)
    SELECT gen_random_uuid(), notice ->> 'queue', notice ->> 'kind',
           (notice -> 'payload') || jsonb_build_object('user', reporter_id, 'entity', id), notice ->> 'trace'
    FROM reports WHERE case_id = its_case AND id = ANY (chosen) AND reporter_id IS NOT NULL;
    RETURN chosen[cardinality(chosen)];
END
$$;

-- Ends the suspension of an account, or shortens it to those that are in force. Returns whether it is active now.
CREATE OR REPLACE FUNCTION shorten_suspension(account uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    ends timestamptz := (
        SELECT max(ends_at) FROM moderation_actions
        WHERE owner_id = account AND kind = 'suspend' AND decision IS DISTINCT FROM 'reversed'
          AND ends_at > clock_timestamp());
BEGIN
    UPDATE accounts
    SET is_active = ends IS NULL, suspended_until = ends, updated_at = now()
    WHERE id = account AND suspended_until IS NOT NULL AND deleted_at IS NULL;
    RETURN FOUND AND ends IS NULL;
END
$$;

-- Activates accounts whose suspension has ended. Returns how many.
CREATE OR REPLACE FUNCTION end_suspensions(maximum integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    chosen uuid[] := ARRAY(
        SELECT id FROM accounts WHERE suspended_until <= now() AND deleted_at IS NULL
        ORDER BY suspended_until LIMIT maximum FOR NO KEY UPDATE SKIP LOCKED);
BEGIN
    UPDATE accounts SET is_active = true, suspended_until = NULL, updated_at = now() WHERE id = ANY (chosen);
    PERFORM record_audit(NULL, 'suspension_ended', NULL, id, NULL, NULL) FROM unnest(chosen) AS id;
    RETURN cardinality(chosen);
END
$$;

-- Records the appeal of the user whom an action concerns, once. Null, or the refusal.
CREATE OR REPLACE FUNCTION appeal_action(action uuid, appellant uuid, given_text text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    target moderation_actions;
BEGIN
    SELECT * INTO target FROM moderation_actions WHERE id = action AND owner_id = appellant FOR UPDATE;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM accounts WHERE id = appellant AND deleted_at IS NULL) THEN
        RETURN 'action_not_found';
    END IF;
    IF target.appealed_at IS NOT NULL THEN RETURN 'already_appealed'; END IF;
    UPDATE moderation_actions SET appeal = given_text, appealed_at = clock_timestamp() WHERE id = action;
    PERFORM record_audit(appellant, 'appeal', target.case_id, appellant, NULL, jsonb_build_object('actionId', action));
    RETURN NULL;
END
$$;

-- Decides an appeal, by another moderator than the one who acted: a reversed limit or suspension ends at once, and the
-- hashes of reversed pictures are forgotten. Removed content does not come back. The outcome is null, or a refusal;
-- with the user who is told, and whether the account is active again. `jobs`: `notice` and `letter`.
CREATE OR REPLACE FUNCTION decide_appeal(
    action uuid, moderator uuid, given_decision text, given_reason text, jobs jsonb)
RETURNS TABLE (outcome text, told uuid, is_activated boolean) LANGUAGE plpgsql AS $$
DECLARE
    its_owner uuid := (SELECT owner_id FROM moderation_actions WHERE id = action);
    target moderation_actions;
BEGIN
    is_activated := false;
    PERFORM FROM accounts WHERE id IN (moderator, its_owner) ORDER BY id FOR NO KEY UPDATE;
    SELECT * INTO target FROM moderation_actions WHERE id = action FOR UPDATE;
    outcome := CASE WHEN NOT moderates(moderator) THEN role_refusal(moderator, 'MODERATOR', 'ADMIN')
                    WHEN target.id IS NULL THEN 'action_not_found'
                    WHEN target.owner_id = moderator THEN 'cannot_moderate_yourself'
                    WHEN target.moderator_id = moderator THEN 'own_action'
                    WHEN target.appealed_at IS NULL THEN 'not_appealed'
                    WHEN target.decision IS NOT NULL THEN 'appeal_decided' END;
    IF outcome IS NOT NULL THEN RETURN NEXT; RETURN; END IF;
    UPDATE moderation_actions
    SET decision = given_decision, decision_reason = given_reason, decided_by = moderator,
        decided_at = clock_timestamp()
    WHERE id = action;
    IF given_decision = 'reversed' THEN
        IF target.kind = 'suspend' THEN is_activated := shorten_suspension(its_owner); END IF;
        DELETE FROM refused_pictures WHERE action_id = action;
    END IF;
    IF EXISTS (SELECT FROM accounts WHERE id = its_owner AND deleted_at IS NULL) THEN
        told := its_owner;
        PERFORM enqueue_notice(its_owner, action, jobs -> 'notice');
        INSERT INTO outbox SELECT * FROM outbox_rows(jobs -> 'letter');
    END IF;
    PERFORM record_audit(
        moderator, given_decision, target.case_id, its_owner, given_reason,
        jsonb_build_object('actionId', action));
    RETURN NEXT;
END
$$;

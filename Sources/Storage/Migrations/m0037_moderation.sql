-- Reports, the cases they gather into, what moderators do, and the log of it.

-- All reports of one target until a moderator closes them; later reports open another case. The key is the id alone:
-- moderators name a case by it. Owner and target have no foreign key, because a case outlives both.
CREATE TABLE moderation_cases (
    id               uuid PRIMARY KEY,
    target_type      text NOT NULL CONSTRAINT moderation_cases_target_known
                     CHECK (target_type IN ('POST', 'COMMENT', 'MESSAGE', 'PROFILE', 'PICTURE')),
    target_id        uuid NOT NULL,
    owner_id         uuid NOT NULL,
    reports_count    integer NOT NULL DEFAULT 0 CONSTRAINT moderation_cases_reports_positive CHECK (reports_count >= 0),
    assignee_id      uuid REFERENCES accounts ON DELETE SET NULL,
    opened_at        timestamptz NOT NULL,
    last_reported_at timestamptz NOT NULL,
    -- Null: open.
    outcome          text CONSTRAINT moderation_cases_outcome_known
                     CHECK (outcome IN ('dismissed', 'removed', 'warned', 'limited', 'suspended', 'owner_deleted')),
    closed_at        timestamptz,
    is_open          boolean GENERATED ALWAYS AS (outcome IS NULL) STORED,
    CONSTRAINT moderation_cases_closed CHECK ((outcome IS NULL) = (closed_at IS NULL))
);
CREATE UNIQUE INDEX moderation_cases_open ON moderation_cases (target_id, target_type) WHERE is_open;
CREATE INDEX moderation_cases_newest ON moderation_cases (is_open, id DESC);
CREATE INDEX moderation_cases_most_reported ON moderation_cases (is_open, reports_count DESC, id DESC);
CREATE INDEX moderation_cases_assigned ON moderation_cases (assignee_id, is_open, id DESC)
    WHERE assignee_id IS NOT NULL;
CREATE INDEX moderation_cases_assigned_reports ON moderation_cases (assignee_id, is_open, reports_count DESC, id DESC)
    WHERE assignee_id IS NOT NULL;
CREATE INDEX moderation_cases_of_owner ON moderation_cases (owner_id);

-- A report outlives the account of its reporter, whose id and text go with it: the case still counts it.
CREATE TABLE reports (
    case_id     uuid NOT NULL REFERENCES moderation_cases ON DELETE CASCADE,
    id          uuid NOT NULL,
    reporter_id uuid REFERENCES accounts ON DELETE SET NULL,
    reason      text NOT NULL,
    details     text,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (case_id, id)
);
-- Not by the case first: the newest reports of a case are read from the key.
CREATE UNIQUE INDEX reports_once ON reports (reporter_id, case_id);
CREATE INDEX reports_of_reporter ON reports (reporter_id, id DESC) WHERE reporter_id IS NOT NULL;

-- What a target was when it was reported: each content once, since its owner may change it.
CREATE TABLE reported_contents (
    case_id    uuid NOT NULL REFERENCES moderation_cases ON DELETE CASCADE,
    digest     bytea NOT NULL,
    content    jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, digest)
);

-- What a moderator did to a user or the user's content, with the appeal. The key is the id alone: the user's appeal
-- names it. Users have no foreign key, because the record outlives them.
CREATE TABLE moderation_actions (
    id              uuid PRIMARY KEY,
    case_id         uuid NOT NULL REFERENCES moderation_cases ON DELETE CASCADE,
    owner_id        uuid NOT NULL,
    moderator_id    uuid NOT NULL,
    kind            text NOT NULL CONSTRAINT moderation_actions_kind_known
                    CHECK (kind IN ('remove', 'warn', 'limit', 'suspend')),
    reason          text NOT NULL,
    created_at      timestamptz NOT NULL,
    -- Of a limit or suspension.
    ends_at         timestamptz,
    appeal          text,
    appealed_at     timestamptz,
    decision        text CONSTRAINT moderation_actions_decision_known CHECK (decision IN ('upheld', 'reversed')),
    decision_reason text,
    decided_by      uuid,
    decided_at      timestamptz,
    CONSTRAINT moderation_actions_end CHECK ((ends_at IS NOT NULL) = (kind IN ('limit', 'suspend')))
);
CREATE INDEX moderation_actions_of_owner ON moderation_actions (owner_id, id DESC);
CREATE INDEX moderation_actions_of_case ON moderation_actions (case_id);
-- What every write of a user asks: few rows, or none.
CREATE INDEX moderation_actions_limits ON moderation_actions (owner_id, ends_at)
    WHERE kind = 'limit' AND decision IS DISTINCT FROM 'reversed';
CREATE INDEX moderation_actions_suspensions ON moderation_actions (owner_id, ends_at)
    WHERE kind = 'suspend' AND decision IS DISTINCT FROM 'reversed';
CREATE INDEX moderation_actions_appealed ON moderation_actions (id DESC)
    WHERE appealed_at IS NOT NULL AND decision IS NULL;

-- The SHA-256 of the bytes of pictures that moderators removed: no user uploads them again.
CREATE TABLE refused_pictures (
    sha256     bytea NOT NULL,
    action_id  uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (sha256, action_id)
);
CREATE INDEX refused_pictures_of_action ON refused_pictures (action_id);

-- Every action of moderators and administrators, and what ended by time: rows are only added. It has ids and no foreign
-- key, so that it outlives accounts; it is one log for the whole product and is read as a whole, by its id.
CREATE TABLE audit_log (
    id         uuid PRIMARY KEY,
    -- Null: the product, or the command line.
    actor_id   uuid,
    action     text NOT NULL,
    case_id    uuid,
    -- The user whom it concerns.
    subject_id uuid,
    reason     text,
    details    jsonb,
    created_at timestamptz NOT NULL
);

-- An account that is not active because it is suspended until then, and active again after it.
ALTER TABLE accounts ADD COLUMN suspended_until timestamptz;
CREATE INDEX accounts_suspended ON accounts (suspended_until) WHERE suspended_until IS NOT NULL;

-- The rules of moderation inside the statements that write: the functions are replaced by Functions/moderation.sql.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION refuse_limited_writer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE FUNCTION refuse_limited_likes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION refuse_removed_picture() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER audit_log_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER media_refused BEFORE INSERT ON media
    FOR EACH ROW EXECUTE FUNCTION refuse_removed_picture();
CREATE TRIGGER posts_of_limited BEFORE INSERT OR UPDATE OF content ON posts
    FOR EACH ROW EXECUTE FUNCTION refuse_limited_writer('author_id');
CREATE TRIGGER comments_of_limited BEFORE INSERT OR UPDATE OF content ON comments
    FOR EACH ROW EXECUTE FUNCTION refuse_limited_writer('author_id');
CREATE TRIGGER likes_of_limited AFTER INSERT ON likes REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_limited_likes();
CREATE TRIGGER shares_of_limited BEFORE INSERT ON shares
    FOR EACH ROW EXECUTE FUNCTION refuse_limited_writer('user_id');
CREATE TRIGGER follows_of_limited BEFORE INSERT ON follows
    FOR EACH ROW EXECUTE FUNCTION refuse_limited_writer('follower_id');
CREATE TRIGGER friend_requests_of_limited BEFORE INSERT ON friend_requests
    FOR EACH ROW EXECUTE FUNCTION refuse_limited_writer('sender_id');
CREATE TRIGGER messages_of_limited BEFORE INSERT OR UPDATE OF content ON messages
    FOR EACH ROW EXECUTE FUNCTION refuse_limited_writer('sender_id');
-- Texts and addresses that are written; a limited user may remove them, and so may a moderator.
CREATE TRIGGER profiles_of_limited
    BEFORE UPDATE OF display_name, first_name, last_name, bio, location, avatar_url, cover_image, social_links
    ON profiles FOR EACH ROW
    WHEN (coalesce(new.display_name, '') NOT IN ('', coalesce(old.display_name, ''))
          OR coalesce(new.first_name, '') NOT IN ('', coalesce(old.first_name, ''))
          OR coalesce(new.last_name, '') NOT IN ('', coalesce(old.last_name, ''))
          OR coalesce(new.bio, '') NOT IN ('', coalesce(old.bio, ''))
          OR coalesce(new.location, '') NOT IN ('', coalesce(old.location, ''))
          OR coalesce(new.avatar_url, '') NOT IN ('', coalesce(old.avatar_url, ''))
          OR coalesce(new.cover_image, '') NOT IN ('', coalesce(old.cover_image, ''))
          OR new.social_links NOT IN ('{}', old.social_links))
    EXECUTE FUNCTION refuse_limited_writer('user_id');
CREATE TRIGGER accounts_of_limited BEFORE UPDATE OF username ON accounts FOR EACH ROW
    WHEN (new.username <> old.username AND new.deleted_at IS NULL)
    EXECUTE FUNCTION refuse_limited_writer('id');

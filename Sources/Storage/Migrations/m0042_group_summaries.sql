-- Summaries of groups of notifications, so that a page does not ask for the cause of each notification.
ALTER TABLE notification_groups
    -- How many of the newest are shown and unread; null: the columns below are to be computed again.
    ADD COLUMN unread     smallint,
    -- The users who caused those that are shown.
    ADD COLUMN actors     smallint NOT NULL DEFAULT 0,
    -- Of the newest that is shown; null: none is.
    ADD COLUMN newest_id  uuid,
    ADD COLUMN actor_id   uuid,
    ADD COLUMN entity_id  uuid,
    ADD COLUMN title      text,
    ADD COLUMN body       text,
    ADD COLUMN created_at timestamptz,
    ADD COLUMN read_at    timestamptz,
    -- Whether the group is shown only while its user sees the post of this id.
    ADD COLUMN needs_post boolean NOT NULL DEFAULT false;
CREATE INDEX notification_groups_unread ON notification_groups (user_id, unread NULLS FIRST)
    WHERE unread IS NULL OR unread > 0;

-- What has changed since the summaries of a user's groups were computed: the notifications of a group, those that a
-- user caused, or those about an entity. Statements that end causes insert rows here and lock nothing; the user's next
-- page deletes them. No foreign key: it would lock the accounts of receivers while posts are locked.
CREATE TABLE inbox_changes (
    user_id   uuid NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    group_id  uuid,
    actor_id  uuid,
    entity_id uuid,
    PRIMARY KEY (user_id, id),
    CONSTRAINT inbox_changes_of_one CHECK (num_nonnulls(group_id, actor_id, entity_id) = 1)
);

CREATE INDEX notifications_of_actor ON notifications (actor_id, user_id) WHERE actor_id IS NOT NULL;
DROP INDEX notifications_by_actor;

-- Functions/inbox_changes.sql has what they do.
CREATE FUNCTION invalidate_ended_likes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_renewed_likes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_deleted_comments() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_deleted_posts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_mentions() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_deleted_messages() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_message() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_block() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_account() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_notifications() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION invalidate_deleted_notifications() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;

CREATE TRIGGER likes_ended_in_inbox AFTER DELETE ON likes REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION invalidate_ended_likes();
CREATE TRIGGER likes_renewed_in_inbox AFTER INSERT ON likes REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION invalidate_renewed_likes();
CREATE TRIGGER comments_deleted_in_inbox AFTER DELETE ON comments REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION invalidate_deleted_comments();
CREATE TRIGGER posts_deleted_in_inbox AFTER DELETE ON posts REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION invalidate_deleted_posts();
CREATE TRIGGER mentions_added_in_inbox AFTER INSERT ON mentions REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION invalidate_mentions();
CREATE TRIGGER mentions_ended_in_inbox AFTER DELETE ON mentions REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION invalidate_mentions();
CREATE TRIGGER follows_changed_in_inbox AFTER INSERT OR DELETE OR UPDATE OF is_hidden ON follows
    FOR EACH ROW EXECUTE FUNCTION invalidate_follow();
CREATE TRIGGER messages_deleted_in_inbox AFTER DELETE ON messages REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION invalidate_deleted_messages();
CREATE TRIGGER messages_hidden_in_inbox AFTER UPDATE OF is_hidden_from_receiver ON messages
    FOR EACH ROW WHEN (old.is_hidden_from_receiver <> new.is_hidden_from_receiver)
    EXECUTE FUNCTION invalidate_message();
CREATE TRIGGER blocks_changed_in_inbox AFTER INSERT OR DELETE ON blocks
    FOR EACH ROW EXECUTE FUNCTION invalidate_block();
CREATE TRIGGER accounts_changed_in_inbox AFTER UPDATE OF is_active ON accounts
    FOR EACH ROW WHEN (old.is_active <> new.is_active) EXECUTE FUNCTION invalidate_account();
CREATE TRIGGER notifications_read_in_inbox AFTER UPDATE ON notifications REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION invalidate_notifications();
CREATE TRIGGER notifications_deleted_in_inbox AFTER DELETE ON notifications REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION invalidate_deleted_notifications();

-- Posts of authors with very many followers are read beside the timelines of these, instead of pushed to each.

-- Whether new posts are added to the timelines of followers, and whether followers read them beside their timelines:
-- both while one way changes into the other.
ALTER TABLE profiles
    ADD COLUMN is_pushed boolean NOT NULL DEFAULT true,
    ADD COLUMN is_pulled boolean NOT NULL DEFAULT false;

-- Copied to every follow, so that a feed finds them without a look at each followed user.
ALTER TABLE follows ADD COLUMN is_pulled boolean NOT NULL DEFAULT false;
CREATE INDEX follows_pulled ON follows (follower_id) INCLUDE (following_id) WHERE is_pulled;

-- As in Functions/pulled.sql at that time.
CREATE FUNCTION enqueue_post_delivery(author uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox SELECT * FROM outbox_rows(jsonb_build_array(jsonb_build_object(
        'id', gen_random_uuid(), 'queue', 'notifications', 'kind', 'choose-post-delivery',
        'payload', jsonb_build_object('author', author),
        'limits', json_build_array(json_build_object('key', 'running post-delivery ' || author, 'running', 1))::text)));
END
$$;

CREATE FUNCTION followers_crossed_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enqueue_post_delivery(NEW.user_id);
    RETURN NULL;
END
$$;

CREATE TRIGGER profiles_post_delivery AFTER UPDATE OF followers_count ON profiles FOR EACH ROW
    WHEN (OLD.followers_count < 10000 AND NEW.followers_count >= 10000
          OR OLD.followers_count >= 8000 AND NEW.followers_count < 8000)
    EXECUTE FUNCTION followers_crossed_limit();

SELECT enqueue_post_delivery(user_id) FROM profiles WHERE followers_count >= 10000;

-- The text by which users are found.

CREATE OR REPLACE FUNCTION refresh_search_text(account uuid) RETURNS void LANGUAGE sql VOLATILE AS $$
    UPDATE profiles
    SET search_text = CASE WHEN deleted_at IS NULL
        THEN ' ' || lower(regexp_replace(concat_ws(' ', username, first_name, last_name), '\s+', ' ', 'g')) ELSE '' END
    FROM accounts
    WHERE profiles.user_id = account AND accounts.id = account
$$;

-- The trigger of accounts and profiles.
CREATE OR REPLACE FUNCTION search_text_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'accounts' THEN
        PERFORM refresh_search_text(NEW.id);
    ELSE
        PERFORM refresh_search_text(NEW.user_id);
    END IF;
    RETURN NULL;
END
$$;

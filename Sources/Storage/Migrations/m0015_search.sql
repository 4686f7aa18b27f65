-- Search by the beginnings of names: an ordered index answers it by reading what it returns, however many users match.

-- A deactivated account is not found. No account is registered or renamed before all that exist are found anew.
LOCK TABLE accounts, profiles IN SHARE ROW EXCLUSIVE MODE;
DROP TRIGGER accounts_search ON accounts;
CREATE TRIGGER accounts_search AFTER UPDATE OF username, deleted_at, is_active ON accounts
    FOR EACH ROW EXECUTE FUNCTION search_text_changed();

-- What a user is found by: the user name, and the names from each of their words to the end, as `search_fold` writes
-- them. In the order of bytes, a name that is the query comes before those that continue it.
CREATE TABLE name_phrases (
    phrase  text COLLATE "C" NOT NULL,
    user_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    PRIMARY KEY (phrase, user_id)
);
CREATE INDEX name_phrases_of_user ON name_phrases (user_id);

-- As in Functions/search.sql at that time.
CREATE FUNCTION search_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(lower(upper(normalize(regexp_replace(value, '\s+', ' ', 'g'), NFKC)
        COLLATE "und-x-icu") COLLATE "und-x-icu"), 'ς', 'σ')
$$;

CREATE OR REPLACE FUNCTION refresh_search_text(account uuid) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    words text[];
BEGIN
    SELECT string_to_array(search_fold(concat_ws(' ', username, first_name, last_name)), ' ') INTO words
    FROM accounts JOIN profiles ON profiles.user_id = accounts.id
    WHERE accounts.id = account AND is_active AND deleted_at IS NULL
    FOR NO KEY UPDATE OF profiles;
    UPDATE profiles SET search_text = coalesce(' ' || array_to_string(words, ' '), '') WHERE user_id = account;
    DELETE FROM name_phrases WHERE user_id = account;
    INSERT INTO name_phrases (phrase, user_id)
    SELECT DISTINCT left(CASE place WHEN 1 THEN words[1] ELSE array_to_string(words[place:], ' ') END, 400), account
    FROM generate_subscripts(words, 1) AS place WHERE place <= 9;
END
$$;

SELECT refresh_search_text(id) FROM accounts;

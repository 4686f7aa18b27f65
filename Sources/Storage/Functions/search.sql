-- Finding users by name.

-- Folds a name or a query for comparison: canonical and compatibility forms are one (NFKC), case is folded as Unicode
-- does (upper, then lower: "ß" is "ss"; a final sigma is a sigma), white space is one space. Names and queries pass
-- through this function alone, so that they cannot differ.
CREATE OR REPLACE FUNCTION search_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(lower(upper(normalize(regexp_replace(value, '\s+', ' ', 'g'), NFKC)
        COLLATE "und-x-icu") COLLATE "und-x-icu"), 'ς', 'σ')
$$;

-- Writes what a user is found by; nothing for a deactivated or deleted account.
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
    -- The first word is the user name. A query is not longer than 400 characters, and names have few words.
    INSERT INTO name_phrases (phrase, user_id)
    SELECT DISTINCT left(CASE place WHEN 1 THEN words[1] ELSE array_to_string(words[place:], ' ') END, 400), account
    FROM generate_subscripts(words, 1) AS place WHERE place <= 9;
END
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

-- Returns the users whose names match a query, the best match first: first those with a name that begins with it, then,
-- from three characters on, those whose names contain it; without the viewer and users with a block between them. A
-- query of eight characters or more that is a user's whole user name asks for that user: names that contain it are not
-- looked for [half the time of a search].
-- Each step reads a bounded number of rows: beginnings come in the order of their index; names that contain a common
-- text are met within the first rows of the table, and only those that are not are left to the trigram index. The
-- connection's plans must be generic (decision 34): a plan for one text may read the whole table for another.
CREATE OR REPLACE FUNCTION find_users(query text, viewer uuid, maximum integer)
RETURNS TABLE (user_id uuid, place bigint) LANGUAGE plpgsql STABLE ROWS 20 AS $$
#variable_conflict use_column
DECLARE
    folded text := btrim(search_fold(query));
    prefix text := replace(replace(replace(folded, '\', '\\'), '%', '\%'), '_', '\_') || '%';
    found uuid[];
BEGIN
    -- A user may be found by several names.
    found := ARRAY(
        SELECT name_phrases.user_id
        FROM name_phrases
        WHERE phrase >= folded AND phrase < folded || chr(1114111)
          AND name_phrases.user_id <> viewer
          AND NOT (SELECT EXISTS (
              SELECT FROM hidden_users WHERE viewer_id = viewer AND hidden_id = name_phrases.user_id))
        ORDER BY phrase, name_phrases.user_id
        LIMIT 2 * maximum);
    IF length(folded) >= 3 AND cardinality(found) < 2 * maximum
        AND NOT (length(folded) >= 8 AND EXISTS (
            SELECT FROM accounts WHERE lower(username) = folded AND id = ANY (found)))
    THEN
        found := found || ARRAY(
            SELECT first.user_id
            FROM (SELECT profiles.user_id, search_text FROM profiles LIMIT 400) AS first
            WHERE search_text LIKE '%' || prefix AND first.user_id <> viewer
              AND NOT (SELECT EXISTS (
                  SELECT FROM hidden_users WHERE viewer_id = viewer AND hidden_id = first.user_id))
            LIMIT maximum);
        IF cardinality(found) < maximum THEN
            found := found || ARRAY(
                SELECT profiles.user_id
                FROM profiles
                WHERE search_text LIKE '%' || prefix AND profiles.user_id <> viewer
                  AND NOT (SELECT EXISTS (
                      SELECT FROM hidden_users WHERE viewer_id = viewer AND hidden_id = profiles.user_id))
                LIMIT maximum);
        END IF;
    END IF;
    RETURN QUERY
        SELECT profiles.user_id, row_number() OVER best
        FROM profiles
        WHERE profiles.user_id = ANY (found)
        WINDOW best AS (
            ORDER BY search_text || ' ' LIKE ' ' || left(prefix, -1) || ' %' DESC, search_text LIKE ' ' || prefix DESC,
                     search_text LIKE '% ' || prefix DESC, similarity(search_text, folded) DESC, search_text)
        ORDER BY 2
        LIMIT maximum;
END
$$;

-- Search of one's own messages.

-- What a message is found by: the words of its text, and a word for each user who may find it, so that the index has
-- the matches of one user alone. The statement that writes a message writes its words too: with the pending list of the
-- index that costs as much as the row of a job would. The key is the message's, which begins with the time.
CREATE TABLE message_search (
    message_id uuid PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
    words      tsvector NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.02);
-- A search reads all that is pending, so little may be.
CREATE INDEX message_search_words ON message_search USING gin (words) WITH (gin_pending_list_limit = 256);

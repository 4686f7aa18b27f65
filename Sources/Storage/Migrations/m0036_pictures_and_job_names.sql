-- Pictures for posts and messages.
ALTER TABLE media DROP CONSTRAINT media_purpose_known;
ALTER TABLE media ADD CONSTRAINT media_purpose_known
    CHECK (purpose IN ('avatar', 'track', 'cover', 'other', 'picture'));

-- The job of SocialPlay's document has the name of the document again (S2-155), which m0007_job_names took from it. Rows
-- in every state are renamed, with their unique keys; a worker that claims a copy in Redis compares it with the row.
UPDATE outbox
SET kind = 'send-reset-password',
    unique_key = regexp_replace(unique_key, '^send-password-reset:', 'send-reset-password:')
WHERE kind = 'send-password-reset';

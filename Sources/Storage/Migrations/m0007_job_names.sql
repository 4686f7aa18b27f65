-- Renames job kinds, and moves the jobs of account deletion, account export and pruning to the queue `maintenance`. Rows
-- in every state are renamed: a dead or cancelled job can be retried, and a job that is done may still hold its unique
-- key, which begins with its kind. A copy in Redis keeps the old kind and queue; the worker that claims it compares it
-- with the row and replaces it.
UPDATE outbox
SET kind = CASE kind
               WHEN 'announce' THEN 'send-announcement'
               WHEN 'announce-to' THEN 'deliver-announcement'
               WHEN 'send-reset-password' THEN 'send-password-reset'
               ELSE kind
           END,
    queue = CASE
                WHEN kind IN ('announce', 'announce-to', 'send-reset-password') THEN queue
                ELSE 'maintenance'
            END,
    unique_key = CASE kind
                     WHEN 'announce' THEN regexp_replace(unique_key, '^announce:', 'send-announcement:')
                     WHEN 'announce-to' THEN regexp_replace(unique_key, '^announce-to:', 'deliver-announcement:')
                     WHEN 'send-reset-password'
                     THEN regexp_replace(unique_key, '^send-reset-password:', 'send-password-reset:')
                     ELSE unique_key
                 END
WHERE kind IN (
    'announce', 'announce-to', 'send-reset-password',
    'delete-account', 'export-account', 'prune-exports', 'prune-sessions', 'prune-jobs', 'remove-orphaned-uploads');

-- An operator who paused `counters` paused these jobs with it.
INSERT INTO paused_queues (queue, paused_at)
SELECT 'maintenance', paused_at FROM paused_queues WHERE queue = 'counters'
ON CONFLICT DO NOTHING;

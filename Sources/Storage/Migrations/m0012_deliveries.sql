-- Moves the deliveries to other services from the queue `notifications` to a queue of their own. Rows in every state are
-- moved: a dead or cancelled job can be retried. A copy in Redis keeps the old queue; the worker that claims it compares
-- it with the row and replaces it.
UPDATE outbox SET queue = 'deliveries'
WHERE queue = 'notifications' AND kind IN ('send-push', 'send-web-push', 'report-first-friend');

-- An operator who paused `notifications` paused these jobs with it.
INSERT INTO paused_queues (queue, paused_at)
SELECT 'deliveries', paused_at FROM paused_queues WHERE queue = 'notifications'
ON CONFLICT DO NOTHING;

-- How many deliveries in a row the push service of a browser has refused: the subscription ends at a limit.
ALTER TABLE push_subscriptions ADD COLUMN IF NOT EXISTS refusals integer NOT NULL DEFAULT 0;

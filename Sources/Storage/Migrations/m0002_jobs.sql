-- The whole life of a job, and the timetable's memory.

ALTER TABLE outbox
    DROP CONSTRAINT outbox_state_known,
    -- queued: to be run now or later. waiting: runs when its batch has ended. done, dead, cancelled: kept to be looked at.
    ADD CONSTRAINT outbox_state_known CHECK (state IN ('queued', 'waiting', 'done', 'dead', 'cancelled')),
    ADD COLUMN priority smallint NOT NULL DEFAULT 0
        CONSTRAINT outbox_priority_known CHECK (priority IN (-1, 0, 1)),
    -- What claim.lua checks before the job may run; JSON as the worker wrote it.
    ADD COLUMN limits text,
    -- The job that waits until every row with its id here has ended.
    ADD COLUMN batch_id uuid,
    -- How far a job came that works in steps: written with each step.
    ADD COLUMN checkpoint text,
    -- Until when the unique key stays taken although the job is done; null: it is free when the job ends.
    ADD COLUMN unique_until timestamptz,
    -- How long a job that is done is kept; null: not at all.
    ADD COLUMN retain_seconds integer,
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN keep_until timestamptz,
    -- What went wrong so far: [{"at", "attempt", "event", "error"}], the last twenty.
    ADD COLUMN history jsonb NOT NULL DEFAULT '[]';

-- In pages: many rows have the same time.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (run_at, id) WHERE state = 'queued';
CREATE INDEX outbox_batch ON outbox (batch_id, state) WHERE batch_id IS NOT NULL;
CREATE INDEX outbox_waiting ON outbox (id) WHERE state = 'waiting';
CREATE INDEX outbox_ended ON outbox (state, queue, ended_at) WHERE state IN ('done', 'dead', 'cancelled');
CREATE INDEX outbox_prunable ON outbox (keep_until) WHERE keep_until IS NOT NULL;

-- The rows of promised jobs, given as a JSON array: INSERT INTO outbox SELECT * FROM promised_jobs($1).
CREATE FUNCTION promised_jobs(jobs jsonb) RETURNS SETOF outbox LANGUAGE sql STABLE AS $$
    SELECT job.id, job.queue, job.kind, job.payload,
           now() + coalesce(job.delay, 0) * interval '1 millisecond', 0, coalesce(job.state, 'queued'), NULL::text,
           job.unique_key, job.trace, now(), coalesce(job.priority, 0), job.limits, job.batch_id, NULL::text,
           now() + job.unique_seconds * interval '1 second', job.retain_seconds, NULL::timestamptz,
           NULL::timestamptz, '[]'::jsonb
    FROM jsonb_to_recordset(jobs) AS job(
        id uuid, queue text, kind text, payload jsonb, delay bigint, state text, unique_key text, trace text,
        priority smallint, limits text, batch_id uuid, unique_seconds integer, retain_seconds integer)
$$;

-- The same for jobs with unique keys: keys whose time is over are free first. What is left in conflict is queued
-- already: INSERT INTO outbox SELECT * FROM promised_unique_jobs($1) ON CONFLICT DO NOTHING RETURNING id.
CREATE FUNCTION promised_unique_jobs(jobs jsonb) RETURNS SETOF outbox LANGUAGE plpgsql AS $$
BEGIN
    UPDATE outbox SET unique_key = NULL
    WHERE unique_key IN (SELECT job ->> 'unique_key' FROM jsonb_array_elements(jobs) AS job)
      AND unique_until <= now();
    RETURN QUERY SELECT * FROM promised_jobs(jobs);
END
$$;

-- Ends jobs, each once: those that another run ended before are not among the result. Kept are those whose kind says so,
-- and those whose unique key is still taken. `coalesce` hides the state from the partial indexes: a plan that was made
-- while the table was empty takes any index, and would read all that is queued when it is long. In PL/pgSQL, which plans once a session; SQL functions plan at every call
-- [500 µs against 20].
CREATE FUNCTION finish_jobs(jobs uuid[]) RETURNS TABLE (id uuid, batch_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        DELETE FROM outbox
        WHERE id = ANY (jobs) AND coalesce(state) = 'queued' AND retain_seconds IS NULL AND (unique_until > now()) IS NOT TRUE
        RETURNING outbox.id, outbox.batch_id;
    -- What is left is to be kept.
    RETURN QUERY
        UPDATE outbox
        SET state = 'done', ended_at = now(), error = NULL,
            unique_key = CASE WHEN unique_until > now() THEN unique_key END,
            keep_until = greatest(now() + coalesce(retain_seconds, 0) * interval '1 second', unique_until)
        WHERE id = ANY (jobs) AND coalesce(state) = 'queued'
        RETURNING outbox.id, outbox.batch_id;
END
$$;

-- Ends one job: its id, or nothing when another run ended it before. For statements that have the job's effect:
-- WITH ended AS (SELECT finish_job($1) AS id) UPDATE … WHERE (SELECT id FROM ended) IS NOT NULL.
CREATE FUNCTION finish_job(job uuid) RETURNS uuid LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM outbox
    WHERE id = job AND coalesce(state) = 'queued' AND retain_seconds IS NULL AND (unique_until > now()) IS NOT TRUE;
    IF FOUND THEN RETURN job; END IF;
    RETURN (SELECT id FROM finish_jobs(ARRAY[job]));
END
$$;

-- What Redis needs of a row: SELECT job.* FROM outbox, waiting_job(outbox) AS job
CREATE TYPE waiting_job AS (
    id uuid, queue text, kind text, payload jsonb, trace text, attempt integer, priority smallint, limits text,
    batch_id uuid, delay bigint, run_at bigint);
CREATE FUNCTION waiting_job(job outbox) RETURNS SETOF waiting_job LANGUAGE sql STABLE AS $$
    SELECT job.id, job.queue, job.kind, job.payload, job.trace, job.attempt, job.priority, job.limits, job.batch_id,
           greatest(0, ceil(extract(epoch FROM job.run_at - now()) * 1000))::bigint,
           (extract(epoch FROM job.run_at) * 1000)::bigint
$$;

-- Adds a line to a job's history.
CREATE FUNCTION with_event(history jsonb, event text, attempt integer, error text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN jsonb_array_length(history) >= 20 THEN history - 0 ELSE history END
        || jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
            'at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'event', event, 'attempt', attempt, 'error', error)))
$$;

-- A queue that somebody has paused: Redis knows it too, but may forget.
CREATE TABLE paused_queues (
    queue     text PRIMARY KEY,
    paused_at timestamptz NOT NULL DEFAULT now()
);

-- One row is one tick of the timetable that has fired.
CREATE TABLE ticks (
    name     text NOT NULL,
    due_at   timestamptz NOT NULL,
    fired_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, due_at)
);

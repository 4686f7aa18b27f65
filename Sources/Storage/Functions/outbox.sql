-- Jobs in the outbox.

-- The rows of jobs, given as a JSON array of their records: INSERT INTO outbox SELECT * FROM outbox_rows($1).
CREATE OR REPLACE FUNCTION outbox_rows(jobs jsonb) RETURNS SETOF outbox LANGUAGE sql STABLE AS $$
    SELECT job.id, job.queue, job.kind, job.payload,
           now() + coalesce(job.delay, 0) * interval '1 millisecond', 0, coalesce(job.state, 'queued'), NULL::text,
           job.unique_key, job.trace, now(), coalesce(job.priority, 0), job.limits, job.batch_id, NULL::text,
           now() + job.unique_seconds * interval '1 second', job.retain_seconds, NULL::timestamptz,
           NULL::timestamptz, '[]'::jsonb
    FROM jsonb_to_recordset(jobs) AS job(
        id uuid, queue text, kind text, payload jsonb, delay bigint, state text, unique_key text, trace text,
        priority smallint, limits text, batch_id uuid, unique_seconds integer, retain_seconds integer)
$$;

-- Jobs that name a row by the provisional id of the process that enqueues them, with the id that the row was given. The
-- process builds the payload; an id is all that SQL puts into it. `OutboxJob.naming` does the same to the copy for
-- Redis.
CREATE OR REPLACE FUNCTION jobs_naming(actual uuid, provisional uuid, jobs jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT replace(jobs::text, provisional::text, actual::text)::jsonb
$$;

-- The same for jobs with unique keys: expired keys are released first. A row that still conflicts is enqueued already:
-- INSERT INTO outbox SELECT * FROM unique_outbox_rows($1) ON CONFLICT DO NOTHING RETURNING id.
-- By the index of the keys: a semi join reads all waiting jobs [0.6 ms against 0.07].
CREATE OR REPLACE FUNCTION unique_outbox_rows(jobs jsonb) RETURNS SETOF outbox LANGUAGE plpgsql AS $$
BEGIN
    UPDATE outbox SET unique_key = NULL
    WHERE unique_key = ANY (ARRAY(SELECT job ->> 'unique_key' FROM jsonb_array_elements(jobs) AS job))
      AND unique_until <= now();
    RETURN QUERY SELECT * FROM outbox_rows(jobs);
END
$$;

-- Finishes jobs, each once: a job that another run finished is not in the result. Rows are kept if their kind retains
-- them, or while their unique key is still held. `coalesce` hides the state from the partial indexes: a plan that was
-- made while the table was empty takes any index, and would read the whole queue when it is long. In PL/pgSQL, which
-- plans once a session; SQL functions plan at every call [500 µs against 20].
CREATE OR REPLACE FUNCTION finish_jobs(jobs uuid[]) RETURNS TABLE (id uuid, batch_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        DELETE FROM outbox
        WHERE id = ANY (jobs) AND coalesce(state) = 'queued' AND retain_seconds IS NULL
          AND (unique_until > now()) IS NOT TRUE
        RETURNING outbox.id, outbox.batch_id;
    RETURN QUERY
        UPDATE outbox
        SET state = 'done', ended_at = now(), error = NULL,
            unique_key = CASE WHEN unique_until > now() THEN unique_key END,
            keep_until = greatest(now() + coalesce(retain_seconds, 0) * interval '1 second', unique_until)
        WHERE id = ANY (jobs) AND coalesce(state) = 'queued'
        RETURNING outbox.id, outbox.batch_id;
END
$$;

-- Finishes one job: its id, or null if another run finished it. For statements that have the job's effect:
-- WITH finished AS (SELECT finish_job($1) AS id) UPDATE … WHERE (SELECT id FROM finished) IS NOT NULL.
CREATE OR REPLACE FUNCTION finish_job(job uuid) RETURNS uuid LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM outbox
    WHERE id = job AND coalesce(state) = 'queued' AND retain_seconds IS NULL AND (unique_until > now()) IS NOT TRUE;
    IF FOUND THEN RETURN job; END IF;
    RETURN (SELECT id FROM finish_jobs(ARRAY[job]));
END
$$;

-- The columns of a row that Redis needs: SELECT job.* FROM outbox, waiting_job(outbox) AS job
CREATE OR REPLACE FUNCTION waiting_job(job outbox) RETURNS SETOF waiting_job LANGUAGE sql STABLE AS $$
    SELECT job.id, job.queue, job.kind, job.payload, job.trace, job.attempt, job.priority, job.limits, job.batch_id,
           greatest(0, ceil(extract(epoch FROM job.run_at - now()) * 1000))::bigint,
           (extract(epoch FROM job.run_at) * 1000)::bigint
$$;

-- The cause of a failure without what differs from job to job: ids, e-mail addresses, the bytes of a job that cannot be
-- decoded, and numbers of four digits and more. Status codes stay.
CREATE OR REPLACE FUNCTION job_cause(error text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT left(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        coalesce(error, 'no error was recorded'), '^(cannot decode the job): .*$', '\1'),
                    '[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}', '…', 'g'),
                '[^[:space:]<>"'',;]+@[^[:space:]<>"'',;]+', '…', 'g'),
            '[0-9]{4,}', '…', 'g'),
        200)
$$;

-- The name of the group of jobs of one queue, kind and cause.
CREATE OR REPLACE FUNCTION job_group(queue text, kind text, error text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT left(md5(queue || ' ' || kind || ' ' || job_cause(error)), 12)
$$;

-- Appends an event to a job's history of at most twenty.
CREATE OR REPLACE FUNCTION with_event(history jsonb, event text, attempt integer, error text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN jsonb_array_length(history) >= 20 THEN history - 0 ELSE history END
        || jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
            'at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'event', event, 'attempt', attempt, 'error', error)))
$$;

-- Removes what Redis keeps of jobs that have no queued row in this queue.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1… ids
-- Returns 1
-- Called  by the sweep.
forget(ARGV, now())
return 1

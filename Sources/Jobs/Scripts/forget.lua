-- Takes away what is kept of jobs that are over.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1… ids whose rows are gone
-- Returns 1
-- Called  by the sweep.
forget(ARGV, now())
return 1

-- Returns which of these jobs Redis does not know, and which it delays although their rows are due.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 how many milliseconds a job must still be delayed to be returned  2… ids
-- Returns {the positions of unknown ones among the ids, counted from 0}, {position, due time, envelope; …}.
-- Called  by the sweep.
local unknown, delayed, latest = {}, {}, now() + ARGV[1]
for i = 2, #ARGV do
  local envelope = call('HGET', queue .. 'jobs', ARGV[i])
  if not envelope then
    unknown[#unknown + 1] = i - 2
  else
    local due = call('ZSCORE', queue .. 'delayed', ARGV[i])
    if due and tonumber(due) > latest then
      delayed[#delayed + 1] = i - 2
      delayed[#delayed + 1] = due
      delayed[#delayed + 1] = envelope
    end
  end
end
return {unknown, delayed}

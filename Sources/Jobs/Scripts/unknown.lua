-- Returns which of these jobs Redis does not know.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1… ids
-- Returns their positions in ARGV, counted from 0.
-- Called  by the sweep.
local unknown = {}
for i, id in ipairs(ARGV) do
  if call('HEXISTS', queue .. 'jobs', id) == 0 then unknown[#unknown + 1] = i - 1 end
end
return unknown

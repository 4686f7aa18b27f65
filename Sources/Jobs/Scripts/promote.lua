-- Readies delayed jobs now.
-- KEYS    1 prefix of the queue's keys
-- ARGV    id, the due time that unknown.lua returned; repeated. A job that was rescheduled since then is left as it is.
-- Returns how many were readied.
-- Called  by the sweep.
local promoted = 0
for i = 1, #ARGV, 2 do
  local due = call('ZSCORE', queue .. 'delayed', ARGV[i])
  if due == ARGV[i + 1] then
    call('ZREM', queue .. 'delayed', ARGV[i])
    call('LPUSH', lists[letter(tonumber(due) % 1)], ARGV[i])
    promoted = promoted + 1
  end
end
if promoted > 0 then wake() end
return promoted

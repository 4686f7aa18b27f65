-- Queues jobs that Redis does not know yet; known ones are left as they are, so an id is queued once.
-- KEYS    1 prefix of the queue's keys
-- ARGV    id, envelope, milliseconds until it may run, priority (h, n or l), limits as JSON or ''; repeated, as
--         PushArguments writes them
-- Returns how many were new.
-- Called  by the producer after commit and by the sweep.
local time = now()
local ready, new = {h = {}, n = {}, l = {}}, 0
for i = 1, #ARGV, 5 do
  local id = ARGV[i]
  if call('HSETNX', queue .. 'jobs', id, ARGV[i + 1]) == 1 then
    new = new + 1
    if ARGV[i + 4] ~= '' then call('HSET', queue .. 'limits', id, ARGV[i + 4]) end
    if ARGV[i + 2] == '0' then
      local list = ready[ARGV[i + 3]]
      list[#list + 1] = id
    else
      delay(id, ARGV[i + 3], time + ARGV[i + 2])
    end
  end
end
for priority, ids in pairs(ready) do
  if #ids > 0 then
    call('LPUSH', lists[priority], unpack(ids))
    if priority ~= 'n' then wake() end
  end
end
return new

-- Requeues orphans: jobs that have a body but are in no list and no set and are held by no worker. That takes several
-- faults at once, such as a flush and the death of a worker that was handed a job before it had registered again.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1… ids that have been due for long
-- Returns how many were orphans. Does nothing while a list is long: searching it would block all other clients.
-- Called  by the scheduler, each minute.
for _, list in pairs(lists) do
  if call('LLEN', list) > 10000 then return 0 end
end
local workers = call('ZRANGE', queue .. 'workers', 0, -1)
local function isSomewhere(id)
  if call('ZSCORE', queue .. 'delayed', id) then return true end
  for _, list in pairs(lists) do
    if call('LPOS', list, id) then return true end
  end
  for _, worker in ipairs(workers) do
    if call('HEXISTS', queue .. 'running:' .. worker, id) == 1 then return true end
    if call('LPOS', queue .. 'handoff:' .. worker, id) then return true end
  end
  local rules = rulesOf(id)
  if rules then
    for _, rule in ipairs(cjson.decode(rules)) do
      for priority in pairs(lists) do
        if call('LPOS', queue .. 'parked:' .. rule.key, priority .. id) then return true end
      end
    end
  end
  return false
end
local found, time = 0, now()
for _, id in ipairs(ARGV) do
  if call('HEXISTS', queue .. 'jobs', id) == 1 and not isSomewhere(id) then
    releaseLimits(id, false, time)
    requeue(id)
    found = found + 1
  end
end
if found > 0 then wake() end
return found

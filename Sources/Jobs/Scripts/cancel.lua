-- Removes cancelled jobs.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 1: their rows are cancelled already, 0: they have no rows  2… ids
-- Returns for each id: 0 unknown, 1 removed, 2 running: its worker is told by the next heartbeat, 3 in a list that is
--         too long to search: skipped when it is claimed
-- Called  by the inspector.
local time = now()
local hasRows = ARGV[1] == '1'
local workers = call('ZRANGE', queue .. 'workers', 0, -1)
local result, places = {}, {}

local function interrupt(id)
  local isRunning = false
  for _, worker in ipairs(workers) do
    local running = queue .. 'running:' .. worker
    local value = call('HGET', running, id)
    if value then
      isRunning = true
      call('SADD', queue .. 'cancelled:' .. worker, id)
      -- Should the worker die first: a row decides; a job without a row is skipped, because it has no envelope.
      if not hasRows then
        call('HDEL', queue .. 'jobs', id)
        if #value > 1 then call('HSET', running, id, '') end
      end
    end
  end
  return isRunning
end

for i = 2, #ARGV do
  local id = ARGV[i]
  if call('ZREM', queue .. 'delayed', id) == 1 then
    result[i - 1] = 1
  elseif interrupt(id) then
    result[i - 1] = 2
  else
    result[i - 1] = 0
    places[id] = i - 1
  end
end

-- The lists, each in one pass; searching long ones would block all other clients.
local longest = 20000
for _, list in pairs(next(places) and lists or {}) do
  local isFound = false
  for i, element in ipairs(call('LLEN', list) <= longest and call('LRANGE', list, 0, -1) or {}) do
    local place = places[#element == 36 and element or string.sub(element, 14, 49)]
    if place then
      call('LSET', list, i - 1, '!')
      result[place], isFound = 1, true
    end
  end
  if isFound then
    call('LREM', list, 0, '!')
    wake()
  end
end
for id, place in pairs(places) do
  for _, rule in ipairs(cjson.decode(rulesOf(id) or '[]')) do
    local parked = queue .. 'parked:' .. rule.key
    for priority in pairs(call('LLEN', parked) <= longest and lists or {}) do
      if call('LREM', parked, 1, priority .. id) == 1 then
        call('HINCRBY', queue .. 'stats', 'parked', -1)
        result[place] = 1
      end
    end
  end
end

for i = 2, #ARGV do
  if result[i - 1] == 0 and call('HEXISTS', queue .. 'jobs', ARGV[i]) == 1 then
    result[i - 1] = 3
    if not hasRows then forget({ARGV[i]}, time) end
  elseif result[i - 1] == 1 then
    forget({ARGV[i]}, time)
  end
end
return result

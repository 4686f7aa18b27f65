-- Finds one job.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 id
-- Returns {place, worker or '', envelope or '', progress or '', crashes, millisecond from which it may run or 0,
--         dead letter or ''}. Places: running, handed over, delayed, ready, parked, dead; known: in a list that is too
--         long to search; '': nowhere.
-- Called  by the inspector.
local id, place, worker = ARGV[1], '', ''
local envelope = call('HGET', queue .. 'jobs', id) or ''
local deadLetter = call('HGET', queue .. 'graves', id) or ''
local due = call('ZSCORE', queue .. 'delayed', id)
if deadLetter ~= '' then place = 'dead' end
if due then place = 'delayed' end
for _, name in ipairs(call('ZRANGE', queue .. 'workers', 0, -1)) do
  local value = call('HGET', queue .. 'running:' .. name, id)
  if value then
    place, worker = 'running', name
    if #value > 1 then envelope = value end
  elseif call('LPOS', queue .. 'handoff:' .. name, id) then
    place, worker = 'handed over', name
  end
end

local longest = 20000
for _, list in pairs(place == '' and lists or {}) do
  for _, element in ipairs(call('LLEN', list) <= longest and call('LRANGE', list, 0, -1) or {}) do
    if element == id then
      place = 'ready'
    elseif string.sub(element, 14, 49) == id then
      place, envelope = 'ready', element
    end
  end
end
for _, rule in ipairs(place == '' and cjson.decode(rulesOf(id) or '[]') or {}) do
  local parked = queue .. 'parked:' .. rule.key
  for priority in pairs(call('LLEN', parked) <= longest and lists or {}) do
    if call('LPOS', parked, priority .. id) then place = 'parked' end
  end
end
if place == '' and envelope ~= '' then place = 'known' end
return {
  place, worker, envelope, call('HGET', queue .. 'progress', id) or '',
  tonumber(call('HGET', queue .. 'crashes', id) or 0), math.floor(due or 0), deadLetter
}

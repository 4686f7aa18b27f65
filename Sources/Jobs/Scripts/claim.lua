-- Acknowledges ended jobs, renews the lease, promotes due jobs and claims new ones, in one round trip.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 worker  2 how many jobs at most  3 lease in milliseconds  4 how many crashes make a job suspect
--         5 how many jobs the worker knows to hold, without the acknowledged ones  6 the id of the job that it started
--         straight from its hand-off list, or ''  7 1 if its lease may have been lost since it claimed some of the
--         acknowledged ones  8… ids of ended jobs
-- Returns nothing if the worker is fenced, else {milliseconds until the next delayed job, -1: none, -2: paused,
--         -3: nothing is claimed, because Redis holds more for the worker than it knows; id, envelope, crashes; …}.
-- Called  by the consumer.
local worker = ARGV[1]
if not call('ZSCORE', queue .. 'workers', worker) then return {} end
local time = now()
local running, handoff, delayed = queue .. 'running:' .. worker, queue .. 'handoff:' .. worker, queue .. 'delayed'
call('ZADD', queue .. 'workers', time + ARGV[3], worker)

local ended, isEnded = {}, {}
for i = 8, #ARGV do
  isEnded[ARGV[i]] = true
  -- A job that was requeued meanwhile may be held by another worker.
  if ARGV[7] ~= '1' or call('HEXISTS', running, ARGV[i]) == 1 then ended[#ended + 1] = ARGV[i] end
end
if #ended > 0 then
  call('HDEL', running, unpack(ended))
  forget(ended, time)
end
-- A reply with jobs, or the request to reschedule one, was lost.
if call('HLEN', running) > tonumber(ARGV[5]) then return {-3} end

-- A bounded number at a time, so that other clients are served in between.
local due = call('ZRANGE', delayed, '-inf', time, 'BYSCORE', 'LIMIT', 0, 200, 'WITHSCORES')
if #due > 0 then
  local promoted = {h = {}, n = {}, l = {}}
  for i = 1, #due, 2 do
    call('ZREM', delayed, due[i])
    if string.sub(due[i], 1, 1) == '!' then
      call('HINCRBY', queue .. 'stats', 'signs', -1)
      unpark(string.sub(due[i], 2), time)
    else
      local list = promoted[letter(due[i + 1] % 1)]
      list[#list + 1] = due[i]
    end
  end
  for priority, ids in pairs(promoted) do
    if #ids > 0 then
      call('LPUSH', lists[priority], unpack(ids))
      if priority ~= 'n' then wake() end
    end
  end
end

local wait = -1
local first = call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
if first[2] then wait = math.max(1, math.ceil(first[2] - time)) end

-- The hand-off list comes first: its element was popped already.
local elements = {}
local handed = call('LRANGE', handoff, 0, -1)
if #handed > 0 then call('DEL', handoff) end
for _, element in ipairs(handed) do
  local id = string.sub(element, 14, 49)
  if ARGV[6] ~= '' and id == ARGV[6] then
    if not isEnded[id] then call('HSET', running, id, element) end
  -- A wake-up is not a job.
  elseif element ~= '!' then
    elements[#elements + 1] = element
  end
end
local isPaused = call('EXISTS', queue .. 'paused') == 1
local limit = tonumber(ARGV[2])
if isPaused or limit == 0 then
  -- Back to the normal list, where other workers wait.
  for _, element in ipairs(elements) do call('RPUSH', lists.n, element) end
  return {isPaused and -2 or wait}
end

-- The share of one worker, so that the others get jobs too.
local function share(waiting)
  return math.min(limit, math.max(1, math.ceil(waiting / call('ZCARD', queue .. 'workers'))))
end

local priorities = {}
local function pop(priority, count)
  if count <= 0 then return end
  for _, element in ipairs(call('RPOP', lists[priority], count) or {}) do
    elements[#elements + 1] = element
    priorities[#elements] = priority
  end
end

-- Six parts high, three normal, one low; the others get what one list does not need. No priority starves.
local order = {'h', 'n', 'h', 'h', 'n', 'h', 'l', 'h', 'n', 'h'}
local function take()
  if call('EXISTS', lists.h, lists.l) == 0 then
    return pop('n', share(call('LLEN', lists.n)) - #elements)
  end
  local left = {h = call('LLEN', lists.h), n = call('LLEN', lists.n), l = call('LLEN', lists.l)}
  local counts = {h = 0, n = 0, l = 0}
  local count = share(left.h + left.n + left.l) - #elements
  if count <= 0 then return end
  local turn = call('HINCRBY', queue .. 'stats', 'turn', count) - count
  for i = 1, count do
    local choice = order[(turn + i) % 10 + 1]
    if left[choice] == 0 then
      choice = left.h > 0 and 'h' or left.n > 0 and 'n' or left.l > 0 and 'l' or nil
      if not choice then break end
    end
    counts[choice], left[choice] = counts[choice] + 1, left[choice] - 1
  end
  pop('h', counts.h)
  pop('n', counts.n)
  pop('l', counts.l)
  if left.h + left.l > 0 then wake() end
end

local hasLimits = call('EXISTS', queue .. 'limits') == 1

-- Sorts list elements: envelope, id, wake-up, or garbage that another program pushed.
local ids, wanted, envelopes, isInline = {}, {}, {}, {}
local function sort()
  for i, element in ipairs(elements) do
    if #element == 36 then
      local rules, isAdmitted
      if hasLimits then rules, isAdmitted = rulesOf(element) end
      if not rules or isAdmitted or admit(element, priorities[i] or 'n', cjson.decode(rules), time) then
        ids[#ids + 1] = element
        wanted[#wanted + 1] = element
      end
    elseif string.sub(element, 1, 13) == '{"v":1,"id":"' and string.byte(element, 50) == 34 then
      local id = string.sub(element, 14, 49)
      ids[#ids + 1] = id
      envelopes[id], isInline[id] = element, true
    elseif element ~= '!' then
      deadLetter('garbage:' .. redis.sha1hex(element), 'not a job', element, time)
    end
  end
end
take()
sort()
-- All of them are parked: continue, but not without end.
for _ = 1, hasLimits and 8 or 0 do
  if #ids > 0 or #elements == 0 then break end
  elements, priorities = {}, {}
  take()
  sort()
end
if #ids == 0 then return {wait} end

if #wanted > 0 then
  local bodies = call('HMGET', queue .. 'jobs', unpack(wanted))
  for i, id in ipairs(wanted) do envelopes[id] = bodies[i] end
end
local crashes = call('EXISTS', queue .. 'crashes') == 1 and call('HMGET', queue .. 'crashes', unpack(ids)) or {}
local result, held = {wait}, {}
for i, id in ipairs(ids) do
  local envelope = envelopes[id]
  -- A job without a body was cancelled, has ended, or was renamed.
  if envelope then
    local count = tonumber(crashes[i] or 0)
    local value = isInline[id] and envelope or ''
    if count >= tonumber(ARGV[4]) then
      -- The worker starts suspects one by one, and begin.lua records each.
      if isInline[id] then call('HSET', queue .. 'jobs', id, envelope) end
      value = '?'
    end
    held[#held + 1], held[#held + 2] = id, value
    result[#result + 1] = id
    result[#result + 1] = envelope
    result[#result + 1] = count
  else
    forget({id}, time)
  end
end
if #held > 0 then call('HSET', running, unpack(held)) end
return result

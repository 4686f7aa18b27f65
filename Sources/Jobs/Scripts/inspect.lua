-- Returns the state of a queue.
-- KEYS    1 prefix of the queue's keys
-- Returns {high, normal, low, delayed, running, parked by limits, dead, workers, is paused, jobs ended in the last
--         whole minute, age of the oldest runnable job in milliseconds, stats: name, value, …}
-- Called  by the inspector and the metrics. The cost grows with the workers, not with the jobs.
local time = now()
local running = 0
for _, worker in ipairs(call('ZRANGE', queue .. 'workers', 0, -1)) do
  running = running + call('HLEN', queue .. 'running:' .. worker) + call('LLEN', queue .. 'handoff:' .. worker)
end

local oldest, lengths = 0, {}
for priority, list in pairs(lists) do
  lengths[priority] = call('LLEN', list)
  -- The last ones, because wake-ups and cancelled jobs may be among them.
  for _, element in ipairs(call('LRANGE', list, -4, -1)) do
    if element == '!' then
      lengths[priority] = lengths[priority] - 1
    else
      local envelope = #element == 36 and call('HGET', queue .. 'jobs', element) or element
      local since = tonumber(string.match(string.sub(envelope or '', 1, 1024), '"enqueuedAt":(%d+)') or 0)
      if since > 0 then oldest = math.max(oldest, time - since) end
    end
  end
end
local first = call('ZRANGE', queue .. 'delayed', 0, 0, 'WITHSCORES')
if first[2] then oldest = math.max(oldest, math.floor(time - first[2])) end

local stats = call('HGETALL', queue .. 'stats')
local counted = {parked = 0, signs = 0}
for i = 1, #stats, 2 do
  if counted[stats[i]] then counted[stats[i]] = tonumber(stats[i + 1]) end
end
local minute = math.floor(time / 60000) - 1
return {
  lengths.h, lengths.n, lengths.l, call('ZCARD', queue .. 'delayed') - counted.signs, running, counted.parked,
  call('ZCARD', queue .. 'dead'), call('ZCARD', queue .. 'workers'), call('EXISTS', queue .. 'paused'),
  tonumber(call('GET', queue .. 'done:' .. minute) or 0), oldest, unpack(stats)
}

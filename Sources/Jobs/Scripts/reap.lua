-- Requeues the jobs of workers whose lease has expired, and counts a crash for each that had started.
-- KEYS    1 prefix of the queue's keys
-- ARGV    1 lease in milliseconds  2… workers known to be dead, whatever their lease
-- Returns how many jobs were requeued: ten thousand or a little more per call, so that other clients are served in
--         between.
-- Called  by every consumer and scheduler, each second; by a starting worker for the dead workers of its own host.
local time = now()
local workers = queue .. 'workers'
local looked = tonumber(call('GET', queue .. 'looked') or time)
call('SET', queue .. 'looked', time)
-- No process has looked for most of a lease: Redis was away, or its clock was set. No worker died of that.
if time - looked > .6 * ARGV[1] or looked > time then
  for _, worker in ipairs(call('ZRANGE', workers, '-inf', '(' .. (time + ARGV[1]), 'BYSCORE')) do
    call('ZADD', workers, time + ARGV[1], worker)
  end
end
-- A lease that expires so late was granted before the server's clock was set back.
for _, worker in ipairs(call('ZRANGE', workers, '(' .. (time + 2 * ARGV[1]), '+inf', 'BYSCORE', 'LIMIT', 0, 100)) do
  call('ZADD', workers, time + ARGV[1], worker)
end
local dead = call('ZRANGE', workers, '-inf', time, 'BYSCORE', 'LIMIT', 0, 16)
for i = 2, #ARGV do
  if call('ZSCORE', workers, ARGV[i]) then dead[#dead + 1] = ARGV[i] end
end
local moved = 0
for _, worker in ipairs(dead) do
  if moved >= 10000 then break end
  local running, handoff = queue .. 'running:' .. worker, queue .. 'handoff:' .. worker
  local held = call('HGETALL', running)
  for i = 1, #held, 2 do
    local id, value = held[i], held[i + 1]
    releaseLimits(id, false, time)
    if value ~= '?' then call('HINCRBY', queue .. 'crashes', id, 1) end
    requeue(#value > 1 and value or id)
    moved = moved + 1
  end
  for _, element in ipairs(call('LRANGE', handoff, 0, -1)) do
    if element ~= '!' then
      requeue(element)
      moved = moved + 1
    end
  end
  call('DEL', running, handoff, queue .. 'cancelled:' .. worker)
  call('ZREM', workers, worker)
end
-- A dead worker may have been the only one with a timer for the next delayed job.
if #dead > 0 then wake() end
return moved

-- Records the outcome of an attempt.
-- KEYS    as in delivery_common.lua
-- ARGV    1 answered: the host answered, as it does when it works
--           throttled: it answered that this target gets too many requests
--           unavailable: it answered that it cannot work for a time
--           failed: it did not answer, or with an error of its own
--         2 how many milliseconds it asked to wait, or -1  3 the longest time that is believed
--         4 how many failures in a row open the circuit  5 for how long at first  6 and at most
-- Returns after how many milliseconds the target may be tried again; 0 if nothing keeps it from that.
-- Called  by the workers of the queue deliveries, after each attempt.
local outcome, asked, longest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local limit, first, most = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local time = now()

-- A wait that is in force was asked for after this attempt began.
local function reset(key)
  if number(key, 'until') <= time then call('DEL', key) end
end

if outcome == 'answered' then
  reset(circuit)
  reset(pause)
  return 0
end

if outcome == 'throttled' then
  -- Repeated: the pause grows, also if the target says that it wants none.
  local row = call('HINCRBY', pause, 'row', 1)
  local wait = math.min(longest, math.max(asked, math.min(most, 1000 * 2 ^ math.min(row - 1, 20))))
  reset(circuit)
  call('HSET', pause, 'until', string.format('%.0f', time + wait))
  keep(pause, wait)
  return wait
end

local due = number(circuit, 'until')
-- One of those that were under way when the circuit opened.
if due > time then return due - time end
local failures = call('HINCRBY', circuit, 'failures', 1)
if outcome == 'failed' and due == 0 and failures < limit then
  keep(circuit, 0)
  return 0
end
local opened = call('HINCRBY', circuit, 'opened', 1)
local wait = math.min(most, first * 2 ^ math.min(opened - 1, 20))
if outcome == 'unavailable' then wait = math.min(longest, math.max(asked, 1000 * 2 ^ math.min(opened - 1, 9))) end
call('HDEL', circuit, 'probe')
call('HSET', circuit, 'until', string.format('%.0f', time + wait))
keep(circuit, wait)
return wait

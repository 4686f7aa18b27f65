-- Asks whether a delivery may be tried now. When an open circuit is due, one delivery is let through: the probe.
-- KEYS    as in delivery_common.lua
-- ARGV    1 how many milliseconds a probe may take
-- Returns 0, or after how many milliseconds to ask again.
-- Called  by the workers of the queue deliveries, before each attempt.
local time = now()
local wait = number(pause, 'until') - time
if wait > 0 then return wait end
local due = number(circuit, 'until')
if due == 0 then return 0 end
if due > time then return due - time end
local probe = number(circuit, 'probe')
if probe > time then return probe - time end
call('HSET', circuit, 'probe', time + ARGV[1])
return 0

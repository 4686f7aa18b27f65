-- Returns sessions whose deadline has passed, without changing them.
-- KEYS    as in presence_common.lua
-- ARGV    1 how many at most
-- Returns {session, deadline, time of the last event or nil, session, …}
-- Called  by the presence workers.
local due = redis.call('ZRANGE', KEYS[1], '-inf', clock(), 'BYSCORE', 'LIMIT', 0, ARGV[1], 'WITHSCORES')
local result = {}
for i = 1, #due, 2 do
  result[#result + 1] = due[i]
  result[#result + 1] = tonumber(due[i + 1])
  result[#result + 1] = redis.call('HGET', KEYS[2], due[i])
end
return result

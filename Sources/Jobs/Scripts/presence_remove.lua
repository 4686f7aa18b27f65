-- Ends sessions, each unless its deadline has moved since it was found.
-- KEYS    1 deadlines  2 signs
-- ARGV    session, deadline; repeated
-- Returns 1 for each that ended, 0 for the others, in order.
-- Called  by the presence workers, when PostgreSQL has what must be kept.
local result = {}
for i = 1, #ARGV, 2 do
  local deadline = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if deadline and tonumber(deadline) == tonumber(ARGV[i + 1]) then
    redis.call('ZREM', KEYS[1], ARGV[i])
    redis.call('HDEL', KEYS[2], ARGV[i])
    result[#result + 1] = 1
  else
    result[#result + 1] = 0
  end
end
return result

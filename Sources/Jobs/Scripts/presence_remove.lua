-- Ends sessions, each unless its deadline has moved since it was found.
-- KEYS    as in presence_common.lua
-- ARGV    1 channel of changes  2 session, deadline; repeated
-- Returns 1 for each that ended, 0 for the others, in order.
-- Called  by the presence workers, when PostgreSQL has what must be kept.
local result = {}
local people, seen = {}, {}
for i = 2, #ARGV, 2 do
  local deadline = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if deadline and tonumber(deadline) == tonumber(ARGV[i + 1]) then
    forget(ARGV[i])
    result[#result + 1] = 1
    local user = user_of(ARGV[i])
    if user and not seen[user] then
      seen[user] = true
      people[#people + 1] = user
    end
  else
    result[#result + 1] = 0
  end
end
-- Once for each of them: one change is told, not one for each device.
for _, user in ipairs(people) do merge(user, nil, ARGV[1]) end
return result

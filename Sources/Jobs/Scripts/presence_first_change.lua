-- Returns the number of the last published change for a new subscriber. If it was lost, a new count begins, with a
-- number that was not used before: the microsecond of the clock of Redis.
-- KEYS    as in presence_common.lua
-- ARGV    none
-- Returns the number, as text.
-- Called  by the API.
local last = redis.call('GET', KEYS[6])
if not last then
  local time = redis.call('TIME')
  last = string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2]))
  redis.call('SET', KEYS[6], last)
end
return last

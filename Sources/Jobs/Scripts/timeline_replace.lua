-- Ends a build: the timeline gets the ids that were read, and keeps those that were pushed meanwhile.
-- KEYS    1 the timeline
-- ARGV    1 the state that timeline_begin returned  2 e if there are no older entries than these, else m
--         3 how many ids at most  4 the seconds until it expires  5… the ids, the newest first
-- Returns 1, or 0 if the build was given up or the timeline was dropped meanwhile.
-- Called  by the API.
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then return 0 end
local pushed = redis.call('LRANGE', KEYS[1], 1, -1)
local state, limit, ids, i, j = ARGV[2], tonumber(ARGV[3]), {}, 1, 5
while pushed[i] or ARGV[j] do
  local one, other = pushed[i], ARGV[j]
  -- Beyond the end of a cut list other entries are missing.
  if not other and state == 'm' then break end
  if #ids == limit then
    state = 'm'
    break
  end
  if one == other then
    i, j = i + 1, j + 1
  elseif one and (not other or is_before(other, one)) then
    i = i + 1
  else
    one, j = other, j + 1
  end
  ids[#ids + 1] = one
end
redis.call('DEL', KEYS[1])
redis.call('RPUSH', KEYS[1], state, unpack(ids))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1

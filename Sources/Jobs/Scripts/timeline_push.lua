-- Adds an entry to timelines, each in its place. Lists that do not exist stay so; a repetition changes nothing.
-- KEYS    the timelines, of any readers
-- ARGV    1 the id  2 how many ids a timeline has at most
-- Returns how many timelines have changed.
-- Called  by the workers of the pool notifications.
local id, limit, changed = ARGV[1], tonumber(ARGV[2]), 0

-- Inserts an id that is not the newest. Returns the length, or nil.
local function insert(key, state)
  local ids = redis.call('LRANGE', key, 2, -1)
  for _, other in ipairs(ids) do
    if other == id then return nil end
    if is_before(other, id) then return redis.call('LINSERT', key, 'BEFORE', other, id) end
  end
  -- Beyond the end of a cut list other entries are missing.
  if state == 'm' then return nil end
  return redis.call('RPUSH', key, id)
end

for _, key in ipairs(KEYS) do
  local head = redis.call('LRANGE', key, 0, 1)
  local state, newest, length = head[1], head[2], nil
  if state and newest ~= id then
    if not newest or is_before(newest, id) then
      length = redis.call('LINSERT', key, 'AFTER', state, id)
    else
      length = insert(key, state)
    end
  end
  if length then
    changed = changed + 1
    if length > limit + 1 then
      redis.call('LTRIM', key, 0, limit)
      if state == 'e' then redis.call('LSET', key, 0, 'm') end
    end
  end
end
return changed

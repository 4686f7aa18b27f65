-- Precedes every presence script. A session is a user on one device, "user:device".
-- KEYS    1 deadlines (sorted set session → ms)  2 signs (hash session → ms of the last event)
--         3 states (hash session → "state|activity|kind|game")  4 idle (sorted set session → when it becomes away)
--         5 people (hash user → "status|device,device|game", of users who are not offline)
--         6 changes (the number of the last published change)
--         7 ended (sorted set of sessions whose login has ended → until when they are not recorded)
-- state: o online, a away because idle, x away because the user set it; activity: ms of the last activity;
-- kind: b extended by heartbeats, l opened by a single request. A game may hold bars, so it comes last; a device holds
-- none.

local function clock()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function state_of(session)
  local text = redis.call('HGET', KEYS[3], session)
  if not text then return nil end
  local state, activity, kind, game = string.match(text, '^(%a)|(%d+)|(%a)|(.*)$')
  return {state = state, activity = tonumber(activity), kind = kind, game = game}
end

local function forget(session)
  redis.call('ZREM', KEYS[1], session)
  redis.call('HDEL', KEYS[2], session)
  redis.call('HDEL', KEYS[3], session)
  redis.call('ZREM', KEYS[4], session)
end

-- Publishes changes, each the rest of a JSON object behind its number. They are numbered, so that a subscriber notices
-- a missed one; after a flush the count begins with a number that was not used before, the microsecond.
local function publish(channel, changes)
  if #changes == 0 then return end
  local last = redis.call('INCRBY', KEYS[6], #changes)
  if last == #changes then
    local time = redis.call('TIME')
    last = tonumber(time[1]) * 1000000 + tonumber(time[2])
    redis.call('SET', KEYS[6], string.format('%.0f', last))
  end
  for i, change in ipairs(changes) do
    redis.call('PUBLISH', channel, string.format('{"number":%.0f,%s', last - #changes + i, change))
  end
end

-- Merges the sessions of a user, the best one wins, and appends to `changes` if the result differs.
-- Returns {status, game}
local function merge(user, joined, changes)
  local old = redis.call('HGET', KEYS[5], user)
  local was, list, played = string.match(old or '', '^(%a+)|([^|]*)|(.*)$')
  if not was then was, list, played = 'offline', '', '' end
  local known, all = false, {}
  for device in string.gmatch(list, '[^,]+') do
    all[#all + 1] = device
    known = known or device == joined
  end
  if joined and not known then all[#all + 1] = joined end
  -- More than that are not devices but repeated logins.
  while #all > 50 do forget(user .. ':' .. table.remove(all, 1)) end
  local devices, status, game, latest = {}, 'offline', '', -1
  for _, device in ipairs(all) do
    local session = state_of(user .. ':' .. device)
    if session then
      devices[#devices + 1] = device
      if session.state == 'o' then status = 'online' elseif status == 'offline' then status = 'away' end
      if session.state == 'o' and session.game ~= '' and session.activity >= latest then
        game, latest = session.game, session.activity
      end
    end
  end
  if #devices == 0 then
    redis.call('HDEL', KEYS[5], user)
  else
    local new = status .. '|' .. table.concat(devices, ',') .. '|' .. game
    if new ~= old then redis.call('HSET', KEYS[5], user, new) end
  end
  if status ~= was or game ~= played then
    changes[#changes + 1] = string.format('"userId":"%s","status":"%s","currentGame":%s,"at":%.0f}', user, status,
      game ~= '' and cjson.encode(game) or 'null', clock())
  end
  return {status, game}
end

local function user_of(session)
  return string.match(session, '^(%x+%-%x+%-%x+%-%x+%-%x+):')
end


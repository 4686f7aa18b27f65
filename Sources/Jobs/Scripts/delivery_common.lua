-- Precedes the scripts of deliveries to other services. All keys of a host share a hash tag.
-- KEYS    1 circuit  hash  of a host: `failures` in a row; while it is open, `until` which millisecond no delivery is
--                          tried, how often it was `opened` in a row, and until when another worker has the `probe`
--         2 pause    hash  of a target, a webhook or a browser: `until` which millisecond it asked to be left alone,
--                          and how often it did so in a `row`
-- Time is the server's: the clocks of workers are never compared.
local call = redis.call
local circuit, pause = KEYS[1], KEYS[2]

local function now()
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function number(key, field)
  return tonumber(call('HGET', key, field) or 0)
end

-- Keeps a key for a day behind the time that it holds.
local function keep(key, milliseconds)
  call('PEXPIRE', key, milliseconds + 86400000)
end

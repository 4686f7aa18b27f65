-- Precedes every script of a queue. All keys of a queue share a hash tag, so a queue is one slot of a Redis Cluster.
--   jobs              hash    id → envelope, of every job that is known by its id
--   ready:high ready ready:low   lists of ids, pushed on the left and popped on the right. An ephemeral job that is due
--                             at once is in the list as its envelope, which saves the hash. '!' only wakes a worker.
--   delayed           zset    id, or '!' and a limit's key → the millisecond from which it may run; a fraction of .5
--                             means high, .25 low
--   running:<worker>  hash    id → '' once it has started, '?' before, or the envelope of an ephemeral job
--   handoff:<worker>  list    the element that a waiting worker was handed
--   workers           zset    worker → the millisecond at which its lease expires
--   crashes           hash    id → how many workers died while running it
--   limits            hash    id → its limits as JSON, of jobs that have some: [{"key", "running"} or
--                             {"key", "rate", "per"}]
--   holding:<key>     set     ids that count against a concurrency limit
--   started:<key>     zset    id and number → the millisecond at which it counted against a rate limit
--   parked:<key>      list    ids that a limit keeps from running, each after a letter for its priority
--   cancelled:<worker> set    ids of cancelled jobs that this worker runs
--   dead graves       zset, hash   dead letters without a row: id → when; id → {"error", "envelope"}
--   progress          hash    id → the progress that a running job reported
--   stats             hash    counters, see count.lua; `turn` for the weights; how many ids are `parked`, and how many
--                             `signs` of limits are among the delayed
--   paused            string  while it exists, nothing is claimed
--   epoch             string  written by the first sweep; gone when Redis has lost its data
--   looked            string  when expired leases were last looked for
-- Time is the server's: the clocks of workers are never compared.
local queue = KEYS[1]
local call = redis.call

local function now()
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local lists = {h = queue .. 'ready:high', n = queue .. 'ready', l = queue .. 'ready:low'}
local fractions = {h = .5, n = 0, l = .25}

local function letter(fraction)
  if fraction == .5 then return 'h' elseif fraction == .25 then return 'l' end
  return 'n'
end

-- Workers wait at one list only: an element in another list needs a wake-up there.
local function wake()
  if call('EXISTS', lists.n) == 0 then call('LPUSH', lists.n, '!') end
end

local function delay(id, priority, time)
  call('ZADD', queue .. 'delayed', time + fractions[priority], id)
  -- A waiting worker would not look before its time.
  if call('ZRANK', queue .. 'delayed', id) == 0 then wake() end
end

-- Returns an element to the head of the queue: it has waited once.
local function requeue(element)
  call('RPUSH', lists.h, element)
end

-- Limits. Only jobs with rules pay for them.

local function capacity(rule, time)
  if rule.running then
    return call('SCARD', queue .. 'holding:' .. rule.key) < rule.running, nil
  end
  local started = queue .. 'started:' .. rule.key
  call('ZREMRANGEBYSCORE', started, '-inf', time - rule.per)
  -- Entries from before the clock was set back.
  call('ZREMRANGEBYSCORE', started, '(' .. time, '+inf')
  if call('ZCARD', started) < rule.rate then return true, nil end
  return false, call('ZRANGE', started, 0, 0, 'WITHSCORES')[2] + rule.per
end

-- Counts a job against each of its limits, or parks it under the first limit that is reached.
-- `from`: the key whose parked list it comes from; it goes back to the head of that one.
local function admit(id, priority, rules, time, from)
  for _, rule in ipairs(rules) do
    local parked = queue .. 'parked:' .. rule.key
    local isFree, when = capacity(rule, time)
    if isFree and rule.key ~= from and call('EXISTS', parked) == 1 then isFree = false end
    if not isFree then
      if rule.key == from then call('RPUSH', parked, priority .. id) else call('LPUSH', parked, priority .. id) end
      call('HINCRBY', queue .. 'stats', 'parked', 1)
      if when and call('ZADD', queue .. 'delayed', 'NX', when, '!' .. rule.key) == 1 then
        call('HINCRBY', queue .. 'stats', 'signs', 1)
      end
      return false
    end
  end
  for _, rule in ipairs(rules) do
    if rule.running then
      call('SADD', queue .. 'holding:' .. rule.key, id)
    else
      local started = queue .. 'started:' .. rule.key
      call('ZADD', started, time, id .. call('HINCRBY', queue .. 'stats', 'turn', 1))
      call('PEXPIRE', started, rule.per + 1000)
    end
  end
  return true
end

-- Readies the jobs that are parked under a key while its limit is not reached.
local function unpark(key, time)
  local parked = queue .. 'parked:' .. key
  for _ = 1, 100 do
    local element = call('RPOP', parked)
    if not element then return end
    call('HINCRBY', queue .. 'stats', 'parked', -1)
    local priority, id = string.sub(element, 1, 1), string.sub(element, 2)
    local rules = call('HGET', queue .. 'limits', id)
    if rules and not admit(id, priority, cjson.decode(rules), time, key) then
      -- Back at the head here: the limit is reached. Parked under another key: the next may be readied.
      if call('LINDEX', parked, -1) == element then return end
    else
      -- Admitted already: claim.lua does not count it again.
      if rules then call('HSET', queue .. 'limits', id, '!' .. rules) end
      call('RPUSH', lists[priority], id)
      if priority ~= 'n' then wake() end
    end
  end
end

local function rulesOf(id)
  local rules = call('HGET', queue .. 'limits', id)
  if not rules then return nil, false end
  if string.sub(rules, 1, 1) == '!' then return string.sub(rules, 2), true end
  return rules, false
end

-- Releases what a job counts against limits. `isEnded`: it will not run again.
local function releaseLimits(id, isEnded, time)
  local text, _ = rulesOf(id)
  if not text then return end
  if isEnded then call('HDEL', queue .. 'limits', id) else call('HSET', queue .. 'limits', id, text) end
  for _, rule in ipairs(cjson.decode(text)) do
    if rule.running then call('SREM', queue .. 'holding:' .. rule.key, id) end
    unpark(rule.key, time)
  end
end

-- Removes everything that Redis knows of jobs that have ended.
local function forget(ids, time)
  call('HDEL', queue .. 'jobs', unpack(ids))
  if call('EXISTS', queue .. 'crashes', queue .. 'progress', queue .. 'limits') == 0 then return end
  call('HDEL', queue .. 'crashes', unpack(ids))
  call('HDEL', queue .. 'progress', unpack(ids))
  if call('EXISTS', queue .. 'limits') == 1 then
    for _, id in ipairs(ids) do releaseLimits(id, true, time) end
  end
end

-- Keeps a dead letter that has no row; the newest ten thousand are kept.
local function deadLetter(id, error, envelope, time)
  call('ZADD', queue .. 'dead', time, id)
  call('HSET', queue .. 'graves', id, cjson.encode({error = error, envelope = envelope}))
  for _ = 1, call('ZCARD', queue .. 'dead') - 10000 do
    call('HDEL', queue .. 'graves', call('ZPOPMIN', queue .. 'dead')[1])
  end
end

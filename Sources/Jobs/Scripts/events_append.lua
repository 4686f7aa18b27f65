-- Appends events to the stream, all or none, unless events are missing that it had: then Redis has lost data.
-- KEYS    1 the stream
-- ARGV    1 the number of the last event that the stream has, as PostgreSQL knows it  2 about how many entries are kept
--         3… for each event: number, id, type, subject, the event as JSON
-- Returns -1, or, if events are missing, the number of the last one that is there, 0 without any. Nothing is appended
--         then.
-- Called  by the publishers of domain events.
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local number = 0
if last then
  for i = 1, #last[2], 2 do
    if last[2][i] == 'sequence' then number = tonumber(last[2][i + 1]) or 0 end
  end
end
if number < tonumber(ARGV[1]) then return number end
for i = 3, #ARGV, 5 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'id', ARGV[i + 1], 'type', ARGV[i + 2],
    'subject', ARGV[i + 3], 'sequence', ARGV[i], 'event', ARGV[i + 4])
end
return -1

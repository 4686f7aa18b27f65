-- Makes jobs known that Redis does not know yet; known ones are left as they are, so an id is queued once.
-- KEYS    1 jobs  2 ready  3 delayed
-- ARGV    id, envelope, millisecond from which it may run (0: now); repeated
-- Returns how many were new.
-- Called  by the producer after commit and by the sweep.
local ready, new = {}, 0
for i = 1, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) == 1 then
    new = new + 1
    if ARGV[i + 2] == '0' then
      ready[#ready + 1] = ARGV[i]
    else
      redis.call('ZADD', KEYS[3], ARGV[i + 2], ARGV[i])
    end
  end
end
if #ready > 0 then redis.call('LPUSH', KEYS[2], unpack(ready)) end
return new

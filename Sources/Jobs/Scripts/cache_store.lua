-- Stores an entry of a cache under the generation that it was built in, unless that is not the current one any more,
-- and gives the builder's lock back.
-- KEYS    1 the generation of the space  2 the entry  3 the entry's lock
-- ARGV    1 the generation  2 the builder's name, as cache_claim had it  3 the value, or nothing if there is none
--         4 the milliseconds until it expires
-- Returns 1 if it was stored, else 0.
-- Called  by the API.
if redis.call('GET', KEYS[3]) == ARGV[1] .. ARGV[2] then redis.call('DEL', KEYS[3]) end
if ARGV[3] == '' or redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[1] .. ARGV[3], 'PX', ARGV[4])
return 1

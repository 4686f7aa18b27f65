-- Returns an entry of a cache that another builder has stored, or chooses the one that builds it. A space without a
-- generation gets one, so that what is read from PostgreSQL afterwards can be stored under it.
-- KEYS    1 the generation of the space  2 the entry  3 the entry's lock
-- ARGV    1 sixteen bytes that no other call has: the caller's name, and the generation if there is none
--         2 the seconds until that expires  3 the milliseconds until the lock does
-- Returns the generation, and the entry's value, or 1: the caller builds it, or 0: another one does.
-- Called  by the API.
local generation = redis.call('GET', KEYS[1])
if not generation then
  generation = ARGV[1]
  redis.call('SET', KEYS[1], generation, 'EX', ARGV[2])
end
local value = redis.call('GET', KEYS[2])
if value and string.sub(value, 1, #generation) == generation then
  return {generation, string.sub(value, #generation + 1)}
end
local lock = redis.call('GET', KEYS[3])
-- A builder of an earlier generation builds what will not be used.
if lock and string.sub(lock, 1, #generation) == generation then return {generation, 0} end
redis.call('SET', KEYS[3], generation .. ARGV[1], 'PX', ARGV[3])
return {generation, 1}

-- Precedes every timeline script. A timeline is a list: its state, then ids of sixteen bytes, the newest first.
-- state: e     whole: there is no entry beyond the list
--        m     cut: PostgreSQL has older entries, or had some
--        bS:N  being built since the second S by the builder N; the ids are those that were pushed meanwhile

-- Whether an id is smaller. Lua's < would compare by the locale of the server.
local function is_before(one, other)
  for i = 1, 16 do
    local a, b = string.byte(one, i), string.byte(other, i)
    if a ~= b then return a < b end
  end
  return false
end

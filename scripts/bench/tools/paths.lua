-- Asks for many paths in turn, without a login: -- FILE with one path a line
dofile("scripts/bench/tools/report.lua")

local requests = {}
local count = 0

function init(arguments)
    for path in io.lines(arguments[1]) do requests[#requests + 1] = wrk.format("GET", path) end
end

function request()
    count = count % #requests + 1
    return requests[count]
end

-- Asks for one path as many people in turn: -- METHOD PATH FILE, as tools/tokens.py prints it
dofile("scripts/bench/tools/report.lua")

local requests = {}
local count = 0

function init(arguments)
    for line in io.lines(arguments[3]) do
        local token = line:match("%S+$")
        requests[#requests + 1] = wrk.format(arguments[1], arguments[2], {Authorization = "Bearer " .. token})
    end
end

function request()
    count = count % #requests + 1
    return requests[count]
end

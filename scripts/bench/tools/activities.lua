-- Asks for the feeds of many users in turn: -- FILE, a user on each line: id, further parameters or "-", token
dofile("scripts/bench/tools/report.lua")

local requests = {}
local count = 0

function init(arguments)
    for line in io.lines(arguments[1]) do
        local user, more, token = line:match("(%S+) (%S+) (%S+)")
        local path = "/social/feed?userId=" .. user .. (more == "-" and "" or more)
        requests[#requests + 1] = wrk.format("GET", path, {Authorization = "Bearer " .. token})
    end
end

function request()
    count = count % #requests + 1
    return requests[count]
end

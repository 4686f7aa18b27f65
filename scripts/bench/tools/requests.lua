-- Sends the requests of a file in turn, each on a line: METHOD PATH TOKEN [BODY]; "-" is no token. -- FILE [FIRST]
dofile("scripts/bench/tools/report.lua")

local requests = {}
local count = 0

function init(arguments)
    for line in io.lines(arguments[1]) do
        local method, path, token, body = line:match("(%S+) (%S+) (%S+) ?(.*)")
        local headers = {}
        if token ~= "-" then headers["Authorization"] = "Bearer " .. token end
        if body ~= "" then headers["Content-Type"] = "application/json" else body = nil end
        requests[#requests + 1] = wrk.format(method, path, headers, body)
    end
    count = tonumber(arguments[2] or "0")
end

function request()
    count = count % #requests + 1
    return requests[count]
end

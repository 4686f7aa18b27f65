-- Registers a new account with each request: -- PREFIX (its own for each run)
dofile("scripts/bench/tools/report.lua")

local prefix
local count = 0

function init(arguments)
    prefix = arguments[1]
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    count = count + 1
    local name = string.format("%s%d", prefix, count)
    return wrk.format("POST", "/auth/register", nil,
        string.format('{"email":"%s@example.com","username":"%s","password":"a long enough password"}', name, name))
end

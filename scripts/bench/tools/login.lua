-- Logs one account in again and again: -- EMAIL PASSWORD
dofile("scripts/bench/tools/report.lua")

function init(arguments)
    wrk.method = "POST"
    wrk.path = "/auth/login"
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = string.format('{"email":"%s","password":"%s"}', arguments[1], arguments[2])
end

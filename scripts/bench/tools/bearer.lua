-- Requests one path as a logged-in user: -- METHOD PATH TOKEN
dofile("scripts/bench/tools/report.lua")

function init(arguments)
    wrk.method = arguments[1]
    wrk.path = arguments[2]
    wrk.headers["Authorization"] = "Bearer " .. arguments[3]
end

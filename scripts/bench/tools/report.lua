-- What scripts/bench reads of a run of wrk: answers, microseconds, p50 and p99 latency in microseconds, answers with a
-- status above 399, failed connections.
function done(summary, latency)
    local errors = summary.errors
    print(string.format("report %d %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end

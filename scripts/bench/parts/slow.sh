# Whether clients that trickle are felt by the others.

slow_clients=1000

measure_slow() {
    local round
    start_product 1
    drive "$api_process" "$url/v1/health" 1
    for round in 1 2 3; do
        measure_load without
        hold_tool slow "$temporary/slow.ready" \
            "$python" "$tools/slow.py" "$host" "$port" "$slow_clients" "$temporary/slow.ready"
        # A head may take 10 seconds: half of the clients are cut off and come back while wrk runs.
        sleep 4
        measure_load with
        release_tool
    done
    stop_product
    row slow 'GET /v1/health alone' req/s slow.without_rate
    row slow "beside $slow_clients slow clients" req/s slow.with_rate
    row slow 'GET /v1/health alone, 99th percentile' ms slow.without_p99
    row slow "beside $slow_clients slow clients, 99th percentile" ms slow.with_p99
}

measure_load() { # with | without
    drive "$api_process" "$url/v1/health" 8
    ((refusals == 0)) || die "$refusals requests were refused."
    note "slow.$1_rate" "$rate"
    note "slow.$1_p99" "$p99"
}

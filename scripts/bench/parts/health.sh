# The smallest request, against the least that any server could do with it.

measure_health() {
    local round floor_cpu floor_url
    start_product 1
    start_floor
    for round in 1 2 3 4 5; do
        # Turn about, so that neither always has the warmer machine.
        if ((round % 2)); then measure_floor && measure_api; else measure_api && measure_floor; fi
        note health.ratio "$(calculate "$api_cpu / $floor_cpu")"
    done
    end_process TERM "$floor_process"
    floor_process=''
    stop_product
    row health 'GET /v1/health, server CPU a request' µs health.cpu '<' 10
    row health 'the floor: epoll, read, write' µs health.floor
    row health 'ratio to the floor' '' health.ratio '<' 1.3
    row health 'GET /v1/health, one loop' req/s health.rate
    row health 'the floor' req/s health.floor_rate
}

# It answers with the very bytes that the API answers with.
start_floor() {
    local floor_port compiler
    compiler="$(command -v cc || command -v clang)" || die "There is no C compiler."
    "$compiler" -O2 -o "$temporary/floor" "$tools/floor.c"
    "$python" "$tools/capture.py" "$host" "$port" /v1/health >"$temporary/health.answer"
    floor_port="$(free_port)" floor_url="http://$host:$floor_port"
    launch TERM "$temporary/floor" "$floor_port" "$temporary/health.answer" >"$temporary/floor.log" 2>&1
    floor_process="$launched"
    wait_until floor "$floor_process" port_is_taken "$floor_port"
}

measure_floor() {
    drive "$floor_process" "$floor_url/v1/health" 3
    floor_cpu="$cpu"
    note health.floor "$cpu"
    note health.floor_rate "$rate"
}

measure_api() {
    drive "$api_process" "$url/v1/health" 3
    ((refusals == 0)) || die "$refusals requests were refused."
    api_cpu="$cpu"
    note health.cpu "$cpu"
    note health.rate "$rate"
}

# The real processes of the product, on a free port.

api_process='' images_process='' other_processes=() product_settings=()

# Starts every process without rate limits, the API with LOOPS event loops, and waits until the API answers. Sets host,
# port and url.
start_product() { # LOOPS NAME=VALUE...
    local loops="$1"
    shift
    host=127.0.0.1 port="$(free_port)"
    url="http://$host:$port"
    product_settings=("LISTEN=$host:$port" "PUBLIC_BASE_URL=$url" RATE_LIMITS=off "DATA_DIR=$temporary/data" "$@")
    launch TERM env "${product_settings[@]}" "EVENT_LOOPS=$loops" "$binaries/API" >>"$temporary/api.log" 2>&1
    api_process="$launched"
    launch TERM env "${product_settings[@]}" "$binaries/Workers" images >>"$temporary/images.log" 2>&1
    images_process="$launched"
    start_pool email
    launch TERM env "${product_settings[@]}" "$binaries/Scheduler" >>"$temporary/scheduler.log" 2>&1
    other_processes+=("$launched")
    find_listener "$host:$port"
    wait_until api "$api_process" is_healthy
}

# Workers of one more kind, until the product stops.
start_pool() { # POOL
    launch TERM env "${product_settings[@]}" "$binaries/Workers" "$1" >>"$temporary/$1.log" 2>&1
    other_processes+=("$launched")
}

stop_product() {
    local process
    for process in "$api_process" "$images_process" "${other_processes[@]}"; do end_process TERM "$process"; done
    api_process='' images_process='' other_processes=()
}

# Prints "id accessToken" for each of COUNT new accounts.
register_people() { # COUNT PREFIX
    use_tool "$python" "$tools/people.py" "$host" "$port" "$1" "$2" "$password"
    cat "$answer"
}

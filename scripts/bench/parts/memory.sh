# What the API weighs, and what a connection adds that is kept but says nothing.

idle_connections=10000

measure_memory() {
    local round before
    for round in 1 2 3; do
        start_product 2
        # Connections to PostgreSQL and Redis are up, and the sweeps of the start are over.
        sleep 2
        note memory.rest "$(calculate "$(resident_of "$api_process") / 1000000")"
        note memory.anonymous "$(calculate "$(memory_of "$api_process" RssAnon) / 1000000")"
        drive "$api_process" "$url/v1/health" 2
        sleep 1
        before="$(resident_of "$api_process")"
        hold_tool idle "$temporary/idle.ready" \
            "$python" "$tools/idle.py" "$host" "$port" "$idle_connections" "$temporary/idle.ready"
        sleep 1
        note memory.idle "$(calculate "($(resident_of "$api_process") - $before) / $idle_connections")"
        release_tool
        stop_product
    done
    row memory 'API resident at rest' MB memory.rest '<' 40
    row memory 'of it private (the rest are mapped files)' MB memory.anonymous
    row memory "each of $idle_connections idle connections" bytes memory.idle '<' 1024
}

# One row by its key: the avatar of a user without one is a 404 after one look into profiles.

measure_query() {
    local loops
    for loops in 1 2; do
        start_product "$loops"
        query_with "$loops"
        stop_product
    done
    row query 'one row by key, server CPU a request' µs query.cpu1 '<' 15
    row query 'one row by key, one loop' req/s query.rate1
    row query 'the same, two loops, server CPU a request' µs query.cpu2
    row query 'the same, two loops' req/s query.rate2
    row query "the same, two loops, PostgreSQL's CPU a request" µs query.postgres2
}

query_with() { # LOOPS
    local user round before
    user="$(register_people 1 "query$1")"
    user="${user%% *}"
    # Statements are prepared, connections open.
    drive "$api_process" "$url/media/avatar/$user" 1
    for round in 1 2 3 4 5; do
        before="$(postgres_ticks)"
        drive "$api_process" "$url/media/avatar/$user" 3
        ((refusals == requests)) || die "Only $refusals of $requests requests were answered 404."
        note "query.cpu$1" "$cpu"
        note "query.rate$1" "$rate"
        note "query.postgres$1" \
            "$(calculate "($(postgres_ticks) - $before) * 1000000 / $ticks_a_second / $requests")"
    done
}

postgres_ticks() { ticks_with_children_of "$postgres_process"; }

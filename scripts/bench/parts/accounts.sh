# What it costs to know who asks and how often, and whether hashing passwords is felt by others.

measure_accounts() {
    local round user token bare
    start_product 1 RATE_LIMITS=count
    user="$(register_people 1 account)"
    token="${user##* }"
    # Nothing is read of either: the id is refused before that.
    drive "$api_process" "$url/media/avatar/x" 1
    for round in 1 2 3 4 5; do
        drive "$api_process" "$url/media/avatar/x" 3
        bare="$cpu"
        note accounts.bare "$cpu"
        drive_with "$api_process" 3 64 bearer.lua "$url" -- GET /media/file/x/status "$token"
        note accounts.token "$(calculate "$cpu - $bare")"
        drive_with "$api_process" 3 64 bearer.lua "$url" -- DELETE /api/v1/auth/sessions/x "$token"
        ((refusals == requests)) || die "Only $refusals of $requests requests were answered 400."
        note accounts.known "$cpu"
        note accounts.overhead "$(calculate "$cpu - $bare")"
    done
    for round in 1 2 3; do
        drive_with "$api_process" 4 2 report.lua "$url/v1/health"
        note accounts.quiet99 "$p99"
        hold_logins
        drive_with "$api_process" 4 2 report.lua "$url/v1/health"
        note accounts.busy99 "$p99"
        note accounts.logins "$(release_logins)"
    done
    stop_product
    row accounts 'a request without a login, server CPU' µs accounts.bare
    row accounts 'the same with token, session and limit' µs accounts.known
    row accounts 'what token and session cost' µs accounts.token
    row accounts 'what token, session and limit cost' µs accounts.overhead '<' 15
    row accounts 'GET /v1/health, two connections, 99th percentile' ms accounts.quiet99
    row accounts 'the same while two threads hash passwords' ms accounts.busy99 '<' 5
    row accounts 'logins meanwhile' req/s accounts.logins
}

# Eight clients that log in again and again.
hold_logins() {
    launch TERM wrk --threads 1 --connections 8 --duration 5s --timeout 30s --latency --script "$tools/login.lua" \
        "$url/auth/login" -- account0@example.com "$password" >"$temporary/logins"
    held_process="$launched"
    sleep 0.5
}

# Prints how many logins a second there were.
release_logins() {
    local word count duration rest
    while is_running "$held_process"; do sleep 0.1; done
    held_process=''
    read -r word count duration rest < <(grep '^report ' "$temporary/logins")
    calculate "$count * 1000000 / $duration"
}

# What it costs to be there and to go.

expiring=100000

measure_presence() {
    local round
    provide_population
    make_tokens 0 "$crowd_size" >"$temporary/crowd.people"
    start_product 1 "ACCESS_TOKEN_SECRET=$population_secret"
    redis_does FLUSHALL
    for round in 0 1 2 3 4 5; do measure_heartbeats "$round"; done
    start_pool presence
    for round in 1 2 3; do measure_expiry; done
    stop_product
    show_presence
}

# Without limits, which are a round trip of their own.
measure_heartbeats() { # ROUND
    local redis calls
    redis="$(redis_ticks)"
    redis_does CONFIG RESETSTAT
    drive_with "$api_process" 2 64 everyone.lua "$url" -- POST /v1/status/heartbeat "$temporary/crowd.people"
    calls="$(redis_says INFO commandstats | sed -n 's/^cmdstat_evalsha:calls=\([0-9]*\),.*/\1/p')"
    ((refusals == 0)) || die "$refusals of $requests heartbeats were refused."
    (($1)) || return 0
    note presence.beat "$cpu"
    note presence.beat_redis "$(microseconds_each $(($(redis_ticks) - redis)))"
    note presence.beat_calls "$(calculate "$calls / $requests")"
    note presence.beat_rate "$rate"
}

# Puts expired sessions into Redis, all at once, and measures the time from the first removal until none is left.
# The worker gets a job for that every five seconds.
measure_expiry() {
    local began='' ended left keys=() kind events="$temporary/events" postgres redis
    redis_does FLUSHALL
    "$python" "$tools/sessions.py" "bench:$presence_keys" 0 "$expiring" 1 60 | redis_takes
    for kind in deadlines signs states idle people; do keys+=("bench:$presence_keys$kind" "$presence_keys$kind"); done
    launch TERM redis-cli -p "$redis_port" SUBSCRIBE presence-changes >"$events"
    held_process="$launched"
    until grep -q subscribe "$events"; do sleep 0.02; done
    postgres="$(postgres_ticks)" redis="$(redis_ticks)" requests="$expiring"
    redis_does EVAL 'for i = 1, #KEYS, 2 do redis.call("RENAME", KEYS[i], KEYS[i + 1]) end' "${#keys[@]}" "${keys[@]}"
    while left="$(redis_says ZCARD "${presence_keys}deadlines")" && ((left)); do
        ((!stop_requested)) || exit 130
        if [[ -z $began ]] && ((left < expiring)); then began="$(date +%s.%N)"; fi
        sleep 0.02
    done
    ended="$(date +%s.%N)"
    note presence.expiry_postgres "$(microseconds_each $(($(postgres_ticks) - postgres)))"
    note presence.expiry_redis "$(microseconds_each $(($(redis_ticks) - redis)))"
    sleep 0.5
    release_tool
    note presence.expiry "$(calculate "$ended - ${began:-$ended}")"
    grep -q '^{' "$events" || die "No change of presence was published for $expiring expired sessions."
    note presence.events "$(grep -c '^{' "$events")"
    [[ $(postgres_says "SELECT count(*) FROM accounts JOIN user_cards AS card ON card.user_id = id
        WHERE card.last_seen_at IS NULL AND $population") == 0 ]] || die "Some users have no last_seen_at."
    postgres_does 'UPDATE user_cards SET last_seen_at = NULL'
    postgres_does 'VACUUM user_cards'
}

show_presence() {
    row presence 'a heartbeat, CPU of the API' µs presence.beat
    row presence "a heartbeat, Redis' CPU" µs presence.beat_redis
    row presence 'round trips to Redis a heartbeat' '' presence.beat_calls '<' 1.01
    row presence 'heartbeats, one loop' req/s presence.beat_rate
    row presence '100,000 people go at once, until the last is gone' s presence.expiry '<' 5
    row presence "the same, Redis' CPU a person" µs presence.expiry_redis
    row presence "the same, PostgreSQL's CPU a person" µs presence.expiry_postgres
    row presence 'the same, changes told' '' presence.events '<' 100001
}

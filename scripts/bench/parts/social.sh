# Friends, messages and presence: a thousand people who do what people do, lists of people with few and many friends, and
# what it costs to be there and to go.

social_secret='a secret that signs the tokens of the benchmark'
presence_keys='presence:{sessions}:'
crowd_size=1000

measure_social() {
    build_crowd
    use_tool psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --file "$tools/social.sql" "$DATABASE_URL"
    make_tokens 0 "$crowd_size" >"$temporary/crowd.people"
    measure_crowd
    measure_lists
    measure_presence
    show_crowd
    show_lists
    show_presence
}

build_crowd() {
    local compiler
    compiler="$(command -v cc || command -v clang)" || die "There is no C compiler."
    "$compiler" -O2 -o "$temporary/crowd" "$tools/crowd.c"
}

make_tokens() { # FIRST COUNT
    "$python" "$tools/tokens.py" "$social_secret" "$1" "$2"
}

# MARK: A thousand people

measure_crowd() {
    local round
    start_product 2 RATE_LIMITS=count "ACCESS_TOKEN_SECRET=$social_secret"
    start_pool notifications
    start_pool presence
    for round in 1 2 3; do
        # All steps of the flows take ten seconds; until then some people have not begun.
        crowd_with 1000 12 10
        note social.p50 "$p50"
        note social.p99 "$p99"
        note social.slowest "$slowest"
        note social.cpu "$cpu"
        note social.postgres "$postgres_cpu"
        note social.redis "$redis_cpu"
        note social.idle "$idle"
        cp "$answer" "$temporary/crowd.steady"
    done
    for round in 1 2 3; do
        crowd_with 0 2 5
        note social.rate "$rate"
        note social.busy99 "$p99"
    done
    stop_product
}

# Sets rate, p50, p99 and slowest (milliseconds), what a request costs the API, PostgreSQL and Redis (microseconds), and
# idle, how much of the machine nobody wanted (percent): without any, latency tells of whoever else is there.
crowd_with() { # RATE WARM SECONDS
    local word all measured duration failures before postgres redis unused
    unused="$(unused_ticks)"
    before="$(ticks_of "$api_process")" postgres="$(postgres_ticks)" redis="$(redis_ticks)"
    use_tool "$temporary/crowd" "$port" "$temporary/crowd.people" "$@"
    read -r word all measured duration p50 p99 slowest failures < <(grep '^report ' "$answer")
    [[ $word == report ]] || die "The crowd reported nothing: $(cat "$answer")"
    note social.failures "$failures"
    idle="$(awk -v before="$unused" -v after="$(unused_ticks)" 'BEGIN {
        split(before, first); split(after, last); printf "%.6g", 100 * (last[1] - first[1]) / (last[2] - first[2])
    }')"
    rate="$(calculate "$measured * 1000000 / $duration")"
    cpu="$(calculate "($(ticks_of "$api_process") - $before) * 1000000 / $ticks_a_second / $all")"
    postgres_cpu="$(calculate "($(postgres_ticks) - $postgres) * 1000000 / $ticks_a_second / $all")"
    redis_cpu="$(calculate "($(redis_ticks) - $redis) * 1000000 / $ticks_a_second / $all")"
    p50="$(calculate "$p50 / 1000")" p99="$(calculate "$p99 / 1000")" slowest="$(calculate "$slowest / 1000")"
}

# Prints the ticks of all cores in which nothing was done, and all there were.
unused_ticks() {
    awk '$1 == "cpu" { for (field = 2; field <= 9; field++) all += $field; print $5 + $6, all }' /proc/stat
}

redis_ticks() { ticks_with_children_of "$redis_process"; }

show_crowd() {
    local word median late count name
    row social '1,000 people, 1,000 requests/s, failures' '' social.failures '<' 1
    row social 'the same, median' ms social.p50
    row social 'the same, 99th percentile' ms social.p99 '<' 50
    row social 'the same, the slowest' ms social.slowest
    row social 'the same, CPU of the API a request' µs social.cpu
    row social "the same, PostgreSQL's CPU a request" µs social.postgres
    row social "the same, Redis' CPU a request" µs social.redis
    row social 'the same, processor time that nobody wanted' % social.idle
    row social '1,000 people without a pause' req/s social.rate
    row social 'the same, 99th percentile' ms social.busy99
    while read -r word median late count name; do
        say "  $name: $count, median $(calculate "$median / 1000") ms, 99th percentile $(calculate "$late / 1000") ms"
    done < <(grep '^step ' "$temporary/crowd.steady")
}

# MARK: Lists

# What is asked for, under which name. `status` shows all friends; the others are one page, however many friends there
# are.
list_paths=(
    'friends /v1/friends?limit=20'
    'online /v1/friends?limit=20&status=online'
    'conversations /v1/messages/conversations?limit=20'
    'requests /v1/friends/requests?limit=20'
    'search /v1/friends/search?q=friend'
    'status /v1/status/friends'
)
list_sizes=(10 1000 5000)

# Half of the friends are there.
measure_lists() {
    local round entry index tokens fewer
    start_product 1 "ACCESS_TOKEN_SECRET=$social_secret"
    mapfile -t tokens < <(make_tokens 1000 "${#list_sizes[@]}")
    "$python" "$tools/sessions.py" "$presence_keys" 50000 2500 2 0 | redis_takes
    expect_online 2500 "${tokens[2]##* }"
    for round in 0 1 2 3; do
        for entry in "${list_paths[@]}"; do
            for index in "${!list_sizes[@]}"; do
                list_with "$round" "${entry%% *}" "${list_sizes[index]}" "${entry#* }" "${tokens[index]##* }"
            done
        done
    done
    stop_product
}

# A list without anybody in it would be cheap.
expect_online() { # COUNT TOKEN
    local list
    list="$(curl --silent --header "Authorization: Bearer $2" "$url/v1/friends?limit=20&status=online")"
    [[ $list == *"\"total\":$1,"* ]] || die "Not $1 friends are online: ${list: -200}"
}

# The first round only warms up: statements are prepared and planned. What is counted is the CPU of everybody who serves.
list_with() { # ROUND NAME SIZE PATH TOKEN
    local postgres redis all
    postgres="$(postgres_ticks)" redis="$(redis_ticks)"
    drive_with "$api_process" 1 8 bearer.lua "$url" -- GET "$4" "$5"
    ((refusals == 0)) || die "$refusals of $requests requests for $4 were refused."
    (($1)) || return 0
    postgres="$(microseconds_each $(($(postgres_ticks) - postgres)))"
    redis="$(microseconds_each $(($(redis_ticks) - redis)))"
    all="$(calculate "$cpu + $postgres + $redis")"
    note "social.$2.$3" "$all"
    note "social.$2.api.$3" "$cpu"
    note "social.$2.postgres.$3" "$postgres"
    case "$3" in
        1000) fewer="$all" ;;
        5000) note "social.$2.ratio" "$(calculate "$all / $fewer / $(growth_of "$2")")" ;;
    esac
}

# Of one of the requests that wrk has counted.
microseconds_each() { # TICKS
    calculate "$1 * 1000000 / $ticks_a_second / $requests"
}

# By how much the answer itself is longer with 5,000 friends than with 1,000.
growth_of() { # NAME
    if [[ $1 == status ]]; then echo 5; else echo 1; fi
}

show_lists() {
    local entry name size each
    for entry in "${list_paths[@]}"; do
        name="${entry%% *}"
        for size in "${list_sizes[@]}"; do
            row social "GET ${entry#*/v1/}, $size friends" µs "social.$name.$size"
        done
        row social 'the same, of it the API' µs "social.$name.api.5000"
        row social 'the same, of it PostgreSQL' µs "social.$name.postgres.5000"
        each="$([[ $(growth_of "$name") == 1 ]] && echo page || echo friend)"
        row social "ratio of 5,000 to 1,000 friends, per $each" '' "social.$name.ratio" '<' 1.3
    done
}

# MARK: Presence

expiring=100000

measure_presence() {
    local round
    start_product 1 "ACCESS_TOKEN_SECRET=$social_secret"
    redis_does FLUSHALL
    for round in 0 1 2 3 4 5; do measure_heartbeats "$round"; done
    start_pool presence
    for round in 1 2 3; do measure_expiry; done
    stop_product
}

# Without limits, which are a round trip of their own.
measure_heartbeats() { # ROUND
    local redis calls
    redis="$(redis_ticks)"
    redis_does CONFIG RESETSTAT
    drive_with "$api_process" 2 64 everybody.lua "$url" -- POST /v1/status/heartbeat "$temporary/crowd.people"
    calls="$(redis_says INFO commandstats | sed -n 's/^cmdstat_evalsha:calls=\([0-9]*\),.*/\1/p')"
    ((refusals == 0)) || die "$refusals of $requests heartbeats were refused."
    (($1)) || return 0
    note social.beat "$cpu"
    note social.beat_redis "$(microseconds_each $(($(redis_ticks) - redis)))"
    note social.beat_calls "$(calculate "$calls / $requests")"
    note social.beat_rate "$rate"
}

# Puts sessions that are over in Redis, all at once, and takes the time from the first that goes until none is left. The
# worker is told every five seconds to look for some.
measure_expiry() {
    local began='' ended left keys=() kind events="$temporary/events" postgres redis
    redis_does FLUSHALL
    "$python" "$tools/sessions.py" "bench:$presence_keys" 0 "$expiring" 1 60 | redis_takes
    for kind in deadlines signs states idle people; do keys+=("bench:$presence_keys$kind" "$presence_keys$kind"); done
    launch TERM redis-cli -u "$REDIS_URL" SUBSCRIBE presence-changes >"$events"
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
    note social.expiry_postgres "$(microseconds_each $(($(postgres_ticks) - postgres)))"
    note social.expiry_redis "$(microseconds_each $(($(redis_ticks) - redis)))"
    sleep 0.5
    release_tool
    note social.expiry "$(calculate "$ended - ${began:-$ended}")"
    grep -q '^{' "$events" || die "Nobody was told that $expiring people went."
    note social.events "$(grep -c '^{' "$events")"
    [[ $(postgres_says "SELECT count(*) FROM accounts WHERE last_seen_at IS NULL") == 0 ]] ||
        die "Nobody knows of some people when they were there."
    postgres_does 'UPDATE accounts SET last_seen_at = NULL'
    postgres_does 'VACUUM accounts'
}

show_presence() {
    row social 'a heartbeat, CPU of the API' µs social.beat
    row social "a heartbeat, Redis' CPU" µs social.beat_redis
    row social 'round trips to Redis a heartbeat' '' social.beat_calls '<' 1.01
    row social 'heartbeats, one loop' req/s social.beat_rate
    row social '100,000 people go at once, until the last is gone' s social.expiry '<' 5
    row social "the same, Redis' CPU a person" µs social.expiry_redis
    row social "the same, PostgreSQL's CPU a person" µs social.expiry_postgres
    row social 'the same, changes told' '' social.events '<' 100001
}

redis_says() { # COMMAND...
    redis-cli -u "$REDIS_URL" "$@" | tr -d '\r'
}

# Commands, as Redis reads them.
redis_takes() {
    redis-cli -u "$REDIS_URL" --pipe >"$temporary/pipe.log" 2>&1 || die "Redis refused: $(tail -n 2 "$temporary/pipe.log")"
}

# A thousand people who do what people do, all at once.

measure_crowd() {
    local round disk
    provide_population
    build_crowd
    make_tokens 0 "$crowd_size" >"$temporary/crowd.people"
    start_product 2 RATE_LIMITS=count "ACCESS_TOKEN_SECRET=$population_secret"
    start_pool notifications
    start_pool deliveries
    start_pool presence
    for round in 1 2 3; do
        launch TERM "$python" "$tools/disk.py" "$temporary/disk" >"$temporary/disk.times"
        disk_process="$launched"
        # All steps of the flows take ten seconds; until then some people have not begun.
        crowd_with 1000 12 10
        end_process TERM "$disk_process"
        read -r _ disk <"$temporary/disk.times"
        note crowd.disk "$disk"
        say "  99th percentile $p99 ms, the slowest $slowest ms; the disk: $disk ms"
        note crowd.p50 "$p50"
        note crowd.p99 "$p99"
        note crowd.slowest "$slowest"
        note crowd.cpu "$cpu"
        note crowd.postgres "$postgres_cpu"
        note crowd.redis "$redis_cpu"
        note crowd.idle "$idle"
        cp "$answer" "$temporary/crowd.steady"
    done
    count_statements
    for round in 1 2 3; do
        crowd_with 0 2 5
        note crowd.rate "$rate"
        note crowd.busy99 "$p99"
    done
    stop_product
    show_crowd
}

# Writes the statements of ten seconds into crowd.statements, the dearest first. Counting them costs PostgreSQL CPU, so
# these seconds are not measured. Statements inside functions are indented; their time is part of the function's too.
count_statements() {
    postgres_says 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements' >/dev/null
    postgres_says "ALTER SYSTEM SET pg_stat_statements.track = 'all'" >/dev/null
    postgres_says 'SELECT pg_reload_conf(), pg_stat_statements_reset()' >/dev/null
    crowd_with 1000 6 10
    postgres_says "ALTER SYSTEM SET pg_stat_statements.track = 'none'" >/dev/null
    postgres_says 'SELECT pg_reload_conf()' >/dev/null
    postgres_says "
        SELECT format('%7s %9s %7s  %s', calls, round(total_exec_time::numeric, 1),
                      round((total_exec_time * 1000 / calls)::numeric), CASE WHEN toplevel THEN '' ELSE '    ' END
                      || left(regexp_replace(query, '\\s+', ' ', 'g'), CASE WHEN toplevel THEN 90 ELSE 86 END))
        FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 40" >"$temporary/crowd.statements"
}

build_crowd() {
    local compiler
    compiler="$(command -v cc || command -v clang)" || die "There is no C compiler."
    "$compiler" -O2 -o "$temporary/crowd" "$tools/crowd.c"
}

# Sets rate, p50, p99 and slowest (milliseconds), what a request costs the API, PostgreSQL and Redis (microseconds), and
# idle, the idle share of the machine (percent): at zero, latency measures what else runs on the machine.
crowd_with() { # RATE WARM SECONDS
    local word all measured duration failures before postgres redis unused
    unused="$(unused_ticks)"
    before="$(ticks_of "$api_process")" postgres="$(postgres_ticks)" redis="$(redis_ticks)"
    use_tool "$temporary/crowd" "$port" "$temporary/crowd.people" "$@"
    read -r word all measured duration p50 p99 slowest failures < <(grep '^report ' "$answer")
    [[ $word == report ]] || die "The crowd reported nothing: $(cat "$answer")"
    note crowd.failures "$failures"
    idle="$(awk -v before="$unused" -v after="$(unused_ticks)" 'BEGIN {
        split(before, first); split(after, last); printf "%.6g", 100 * (last[1] - first[1]) / (last[2] - first[2])
    }')"
    rate="$(calculate "$measured * 1000000 / $duration")"
    cpu="$(calculate "($(ticks_of "$api_process") - $before) * 1000000 / $ticks_a_second / $all")"
    postgres_cpu="$(calculate "($(postgres_ticks) - $postgres) * 1000000 / $ticks_a_second / $all")"
    redis_cpu="$(calculate "($(redis_ticks) - $redis) * 1000000 / $ticks_a_second / $all")"
    p50="$(calculate "$p50 / 1000")" p99="$(calculate "$p99 / 1000")" slowest="$(calculate "$slowest / 1000")"
}

# Prints the idle ticks of all cores, and all ticks.
unused_ticks() {
    awk '$1 == "cpu" { for (field = 2; field <= 9; field++) all += $field; print $5 + $6, all }' /proc/stat
}

show_crowd() {
    local word median late count name
    row crowd '1,000 people, 1,000 requests/s, failures' '' crowd.failures '<' 1
    row crowd 'the same, median' ms crowd.p50
    row crowd 'the same, 99th percentile' ms crowd.p99 '<' 50
    row crowd 'the same, the slowest' ms crowd.slowest
    row crowd 'the longest time meanwhile in which the disk kept 8 KB' ms crowd.disk
    row crowd 'the same, CPU of the API a request' µs crowd.cpu
    row crowd "the same, PostgreSQL's CPU a request" µs crowd.postgres
    row crowd "the same, Redis' CPU a request" µs crowd.redis
    row crowd 'the same, idle processor time' % crowd.idle
    row crowd '1,000 people without a pause' req/s crowd.rate
    row crowd 'the same, 99th percentile' ms crowd.busy99
    while read -r word median late count name; do
        say "  $name: $count, median $(calculate "$median / 1000") ms, 99th percentile $(calculate "$late / 1000") ms"
    done < <(grep '^step ' "$temporary/crowd.steady")
    say '  calls, milliseconds in all, microseconds each, statement:'
    while IFS= read -r count; do say "  $count"; done <"$temporary/crowd.statements"
}

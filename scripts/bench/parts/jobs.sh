# The job engine with jobs that do nothing: what it can carry, what it costs, how soon a job is picked up, and how soon
# the jobs of a killed worker run elsewhere.

worker_processes=()

measure_jobs() {
    local round
    export REDIS_PREFIX=bench: JOB_BENCH_CONNECTIONS=2
    postgres_does 'CREATE TABLE bench_effects (number integer)'
    for round in 1 2 3; do
        queue_many
        drain_them 500000
        pick_up 300
        run_durable 30000
        recover_ten_thousand
    done
    unset REDIS_PREFIX JOB_BENCH_CONNECTIONS
    row jobs 'ephemeral, a thousand a command' jobs/s jobs.bulk '>' 1000000
    row jobs 'ephemeral, one after the other' jobs/s jobs.each
    row jobs 'durable, a thousand a statement' jobs/s jobs.add '>' 50000
    row jobs 'two workers drain ephemeral jobs' jobs/s jobs.drain '>' 100000
    row jobs 'the same, CPU of Redis a job' µs jobs.redis '<' 5
    row jobs 'the same, CPU of the workers a job' µs jobs.worker
    row jobs 'the same, memory of a worker' MB jobs.memory '<' 30
    row jobs 'picked up from an idle queue, median' ms jobs.pickup50 '<' 0.4
    row jobs 'picked up from an idle queue, 99th percentile' ms jobs.pickup99 '<' 2
    row jobs 'durable: insert, push, claim, effect, end' jobs/s jobs.durable '>' 6000
    row jobs 'pgbench: the same two transactions alone' jobs/s jobs.floor
    row jobs 'killed -9 with 10,000 in hand, until all are done' s jobs.recovery '<' 6
}

# Prints what the tool measured.
ask_bench() { # COMMAND...
    use_tool "$binaries/JobBench" "$@"
    cat "$answer"
}

start_workers() { # COUNT SLOTS [NAME=VALUE...]
    local count="$1" slots="$2" number
    shift 2
    worker_processes=()
    for ((number = 0; number < count; number++)); do
        launch TERM env "$@" "$binaries/JobBench" work "$slots" >>"$temporary/workers.log" 2>&1
        worker_processes+=("$launched")
    done
}

stop_workers() {
    local process
    for process in "${worker_processes[@]}"; do end_process TERM "$process"; done
    worker_processes=()
}

queue_many() {
    redis_does FLUSHALL
    note jobs.bulk "$(ask_bench enqueue 500000)"
    redis_does FLUSHALL
    note jobs.each "$(ask_bench enqueue-each 20000)"
    note jobs.add "$(ask_bench add 50000)"
    postgres_does 'TRUNCATE outbox'
    redis_does FLUSHALL
}

drain_them() { # COUNT
    local redis_before seconds process ticks=0
    ask_bench enqueue "$1" >/dev/null
    redis_before="$(ticks_with_children_of "$redis_process")"
    hold_answer drain
    start_workers 2 128
    seconds="$(held_answer)"
    for process in "${worker_processes[@]}"; do ticks=$((ticks + $(ticks_of "$process"))); done
    note jobs.drain "$(calculate "$1 / $seconds")"
    note jobs.redis "$(calculate \
        "($(ticks_with_children_of "$redis_process") - $redis_before) * 1000000 / $ticks_a_second / $1")"
    note jobs.worker "$(calculate "$ticks * 1000000 / $ticks_a_second / $1")"
    note jobs.memory "$(calculate "$(memory_of "${worker_processes[0]}" VmRSS) / 1e6")"
    stop_workers
}

pick_up() { # COUNT
    local times="$temporary/pickups"
    start_workers 1 8 "JOB_BENCH_PICKUPS=$times"
    ask_bench pickup "$1" >/dev/null
    stop_workers
    sort -n "$times" >"$times.sorted"
    (($(wc -l <"$times.sorted") == $1)) || die "Only $(wc -l <"$times.sorted") of $1 jobs were picked up."
    note jobs.pickup50 "$(calculate "$(sed -n "$(($1 / 2))p" "$times.sorted") / 1e6")"
    note jobs.pickup99 "$(calculate "$(sed -n "$(($1 * 99 / 100))p" "$times.sorted") / 1e6")"
}

# As many as PostgreSQL carries: each is a transaction that writes the row and one that has the effect and removes it.
run_durable() { # COUNT
    local began ended
    postgres_does 'TRUNCATE outbox, bench_effects'
    start_workers 1 128
    began="$(date +%s.%N)"
    ask_bench commit "$1" 128 >/dev/null
    ask_bench empty >/dev/null
    ended="$(date +%s.%N)"
    stop_workers
    [[ $(postgres_says 'SELECT count(*), count(DISTINCT number) FROM bench_effects') == "$1|$1" ]] ||
        die "The effects of $1 jobs are $(postgres_says 'SELECT count(*), count(DISTINCT number) FROM bench_effects')."
    note jobs.durable "$(calculate "$1 / ($ended - $began)")"
    postgres_does 'TRUNCATE outbox, bench_effects'
    # A client of pgbench waits for each answer, as a request of the product does.
    use_tool pgbench --no-vacuum --protocol=prepared --client=16 --jobs=1 --time=3 --file="$tools/durable.sql" \
        "$DATABASE_URL"
    note jobs.floor "$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$answer")"
}

recover_ten_thousand() {
    local victim seconds
    redis_does FLUSHALL
    start_workers 1 10000 JOB_BENCH_HOLD=60000
    victim="${worker_processes[0]}"
    ask_bench enqueue 10000 >/dev/null
    until (($(ask_bench in-hand | cut -d. -f1) == 10000)); do sleep 0.05; done
    start_workers 1 128
    sleep 1
    hold_answer empty
    kill -KILL "$victim"
    seconds="$(held_answer)"
    note jobs.recovery "$seconds"
    stop_workers
}

hold_answer() { # COMMAND...
    launch TERM "$binaries/JobBench" "$@" >"$temporary/held"
    held_process="$launched"
    sleep 0.3
}

held_answer() {
    while is_running "$held_process"; do sleep 0.02; done
    held_process=''
    cat "$temporary/held"
}

postgres_says() { # SQL
    psql --quiet --no-psqlrc --tuples-only --no-align --command "$1" "$DATABASE_URL"
}

postgres_does() { # SQL
    postgres_says "$1" >/dev/null || die "PostgreSQL refused: $1"
}

redis_does() { # COMMAND...
    redis-cli -p "$redis_port" "$@" >/dev/null || die "Redis refused: $*"
}

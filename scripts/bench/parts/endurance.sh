# Whether a worker that has done ten million jobs is as large as one that has done half a million.

endurance_jobs=10000000

measure_endurance() {
    local done_so_far=0 first
    export REDIS_PREFIX=bench: JOB_BENCH_CONNECTIONS=2
    redis_does FLUSHALL
    start_workers 2 128
    while ((done_so_far < endurance_jobs)); do
        ask_bench enqueue 500000 >/dev/null
        ask_bench empty >/dev/null
        done_so_far=$((done_so_far + 500000))
        if ((done_so_far == 500000)); then
            note endurance.first "$(calculate "$(resident_of "${worker_processes[0]}") / 1e6")"
            note endurance.redis_first "$(calculate "$(resident_of "$redis_process") / 1e6")"
        fi
    done
    note endurance.last "$(calculate "$(resident_of "${worker_processes[0]}") / 1e6")"
    note endurance.redis_last "$(calculate "$(resident_of "$redis_process") / 1e6")"
    stop_workers
    unset REDIS_PREFIX JOB_BENCH_CONNECTIONS
    first="$(sort -n "$temporary/figures/endurance.first" | head -1)"
    row endurance 'a worker after 500,000 jobs' MB endurance.first
    row endurance 'the same after 10,000,000' MB endurance.last '<' "$(calculate "$first + 5")"
    row endurance 'Redis after 500,000 jobs' MB endurance.redis_first
    row endurance 'the same after 10,000,000' MB endurance.redis_last
}

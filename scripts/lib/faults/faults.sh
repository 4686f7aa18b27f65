# What the fault test does to the processes.

choose_fault() {
    local chance=$((RANDOM % 100)) worker="${workers[RANDOM % ${#workers[@]}]}" victim
    if ((chance < 19)); then fault "worker killed" kill_process "$worker"
    elif ((chance < 22)); then fault "events worker killed" kill_process events
    elif ((chance < 23)); then fault "images worker killed" kill_process images
    elif ((chance < 24)); then fault "audio worker killed" kill_process audio
    elif ((chance < 27)); then fault "maintenance worker killed" kill_process maintenance
    elif ((chance < 30 && has_media_disk)); then fault "disk of uploads full" fill_media_disk "$((2 + RANDOM % 6))"
    elif ((chance < 35)); then fault "all workers killed" kill_processes "${workers[@]}"
    elif ((chance < 42)); then fault "worker asked to end" signal_process TERM "$worker"
    elif ((chance < 48)); then fault "worker stopped for two leases" hold "$worker" 10000
    elif ((chance < 53)); then fault "worker stopped for a moment" hold "$worker" 1500
    elif ((chance < 60)); then fault "writer killed" kill_process writer
    elif ((chance < 67)); then
        victim="scheduler-$((1 + RANDOM % 2))"
        fault "scheduler killed" kill_process "$victim"
    elif ((chance < 72)); then fault "API killed" kill_process api
    elif ((chance < 75)); then fault "mail worker killed" kill_process email
    elif ((chance < 77)); then fault "notifications worker killed" kill_process notifications
    elif ((chance < 80)); then fault "Redis killed" restart_redis
    elif ((chance < 83)); then fault "Redis killed, the end of its file cut off" restart_redis cut
    elif ((chance < 85)); then fault "Redis killed, its file lost" restart_redis lost
    elif ((chance < 87)); then fault "Redis stopped for a lease" hold redis 6000
    elif ((chance < 90)); then fault "Redis flushed" redis_command FLUSHALL
    elif ((chance < 92)); then fault "connections to Redis closed" redis_command CLIENT KILL TYPE normal
    elif ((chance < 93)); then fault "scripts forgotten" redis_command SCRIPT FLUSH
    elif ((chance < 97)); then fault "connections to PostgreSQL closed" close_database_connections
    elif ((chance < 98)); then fault "PostgreSQL's process killed" kill_database_process
    else fault "PostgreSQL crashed" crash_postgres
    fi
}

fault() { # NAME COMMAND...
    counts[$1]=$((${counts[$1]:-0} + 1))
    printf '%s %s\n' "$SECONDS" "$1" >>"$directory/faults"
    shift
    "$@" || true
}

kill_process() { signal_process KILL "$1"; }

# A worker that was killed says nothing any more.
signal_process() { # SIGNAL NAME
    kill -s "$1" "${process_of[$2]}" 2>/dev/null || return 0
    [[ $1 != KILL ]] || wait "${process_of[$2]}" 2>/dev/null || true
}

kill_processes() {
    local name
    for name in "$@"; do kill -9 "${process_of[$name]}" 2>/dev/null || true; done
    for name in "$@"; do wait "${process_of[$name]}" 2>/dev/null || true; done
}

# Does not wait: more may happen meanwhile.
hold() { # NAME MILLISECONDS
    local process="${process_of[$1]}"
    kill -STOP "$process" 2>/dev/null || return 0
    { trap - EXIT; sleep "$(($2 / 1000)).$(printf '%03d' $(($2 % 1000)))"; kill -CONT "$process" 2>/dev/null; } &
}

restart_redis() { # [cut|lost]
    local file
    kill_process redis
    case "${1:-}" in
        lost) rm -rf "$redis_directory/appendonlydir" ;;
        cut)
            for file in "$redis_directory"/appendonlydir/*.incr.aof; do
                truncate -s "-$(($(stat -c %s "$file") < 20000 ? 0 : 20000))" "$file"
            done
            ;;
    esac
    pause_milliseconds "$((RANDOM % 3000))"
    start_redis
}

redis_command() { redis-cli -h 127.0.0.1 -p "$redis_port" "$@" >/dev/null 2>&1; }

# Does not wait: more may happen meanwhile.
fill_media_disk() { # SECONDS
    [[ ! -e $media_disk/filler ]] || return 0
    head -c 64M /dev/zero >"$media_disk/filler" 2>/dev/null || true
    { trap - EXIT; sleep "$1"; rm -f "$media_disk/filler"; } &
}

close_database_connections() {
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'
         AND pid <> pg_backend_pid()" >/dev/null
}

# The server ends every other one and recovers, as after any crash.
kill_database_process() {
    local process
    process="$(sql "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' LIMIT 1")"
    [[ -z $process ]] || kill -9 "$process"
}

crash_postgres() {
    kill -QUIT "${process_of[postgres]}" 2>/dev/null || true
    wait "${process_of[postgres]}" 2>/dev/null || true
    pause_milliseconds "$((RANDOM % 3000))"
    start_postgres
}

pause_milliseconds() { sleep "$(($1 / 1000)).$(printf '%03d' $(($1 % 1000)))"; }

show_progress() { # SECONDS
    local done_count last
    done_count="$(sql "SELECT count(*) FROM effects")" || done_count='?'
    last="$(tail -n 1 "$directory/faults" | cut -d' ' -f2-)"
    say "$1 s: ${done_count:-?} effects, $(wc -l <"$directory/faults") faults, the last: $last"
}

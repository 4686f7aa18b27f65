# The processes of the fault test: two servers, and the product with workers and a writer that do as they are told.

# Bash tells of children that a signal ended, in lines of its own code, unless it has a handler for that signal.
# shellcheck disable=SC2173 # Nothing handles KILL; being named here is what counts.
trap : KILL

declare -A process_of=()
generation=0

# In the order of their start.
workers=(worker-1 worker-2 worker-3)
product=("${workers[@]}" writer scheduler-1 scheduler-2 api email)

prepare_postgres() {
    local password
    choose_servers_account "$directory/postgres"
    provide_server_directory "$directory/postgres"
    postgres_directory="$server_directory"
    find_postgres_programs "$postgres_directory"
    password="$(random_password)"
    create_postgres_cluster "$postgres_directory" --auth-host=password --no-sync \
        <<<"ALTER ROLE postgres PASSWORD '$password'"
    postgres_port="$(free_port)"
    export DATABASE_URL="postgresql://postgres:$password@127.0.0.1:$postgres_port/postgres"
    start_postgres
}

# What is committed is in the files when its process is killed; only a failure of the machine would need fsync.
start_postgres() {
    set_postgres_command "$postgres_directory" "$postgres_port" fsync=off shared_buffers=128MB max_connections=100
    launch_server INT "${postgres_command[@]}" >>"$directory/log/postgres" 2>&1
    process_of[postgres]="$launched"
    wait_until_ready postgres postgres_is_ready "$postgres_port"
}

prepare_redis() {
    provide_server_directory "$directory/redis"
    redis_directory="$server_directory"
    redis_port="$(free_port)"
    export REDIS_URL="redis://127.0.0.1:$redis_port"
    start_redis
}

start_redis() {
    set_redis_command "$redis_directory" "$redis_port" --appendonly yes --appendfsync everysec --save ''
    launch_server TERM "${redis_command[@]}" >>"$directory/log/redis" 2>&1
    process_of[redis]="$launched"
    wait_until_ready redis redis_is_ready "$redis_port"
}

wait_until_ready() { # NAME READY_COMMAND PORT
    local deadline=$((SECONDS + 60))
    until "$2" "$3"; do
        ((!stop_requested)) || exit 130
        if ! is_running "${process_of[$1]}" || ((SECONDS >= deadline)); then
            is_kept=1
            die "$1 does not start."
        fi
        sleep 0.05
    done
}

prepare_product() {
    api_port="$(free_port)"
    export DATA_DIR="$directory/data" LISTEN="127.0.0.1:$api_port" RATE_LIMITS=off LOG_LEVEL=info LOG_FORMAT=json
    export PROBE_LINES="$directory/lines" PROBE_JOURNAL="$directory/journal" PROBE_SLOTS=16 PROBE_RATE=300
    mkdir "$DATA_DIR"
    touch "$PROBE_LINES" "$PROBE_JOURNAL" "$directory/accounts"
    "$bin/API" migrate >"$directory/log/migrate" 2>&1 || {
        is_kept=1
        die "The migrations failed: $(tail -n 3 "$directory/log/migrate")"
    }
    sql "CREATE TABLE effects (job uuid, number bigint, at timestamptz DEFAULT clock_timestamp())" >/dev/null
}

sql() { psql -X -q -t -A -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "$1" 2>>"$directory/log/psql"; }

start_everything() {
    start_missing
    register_people &
    process_of[visitor]=$!
}

# Whatever does not run is started, servers first.
start_missing() {
    local name
    is_running "${process_of[postgres]}" || start_postgres
    is_running "${process_of[redis]}" || start_redis
    for name in "${product[@]}"; do
        [[ -n ${process_of[$name]:-} ]] && is_running "${process_of[$name]}" || start_process "$name"
    done
}

start_process() { # NAME
    local command
    case "$1" in
        worker-*) command=("$bin/JobProbe" worker) ;;
        # Numbers that no earlier one has used.
        writer) command=(env PROBE_FIRST="$((++generation * 1000000000))" "$bin/JobProbe" writer) ;;
        scheduler-*) command=("$bin/Scheduler") ;;
        api) command=("$bin/API") ;;
        email) command=("$bin/Workers" email) ;;
    esac
    launch KILL "${command[@]}" >>"$directory/log/$1" 2>&1
    process_of[$1]="$launched"
}

# Opens accounts, each of which is a promise of two mails: `want address` before the request, `have address` after an
# answer of success.
register_people() {
    local number=0 name body status socket
    trap - EXIT INT TERM
    while kill -0 "$$" 2>/dev/null; do
        name="visitor$((number += 1))" status=''
        body="{\"email\":\"$name@example.com\",\"username\":\"$name\",\"password\":\"correct horse battery staple\"}"
        echo "want $name@example.com" >>"$directory/accounts"
        if { exec {socket}<>"/dev/tcp/127.0.0.1/$api_port"; } 2>/dev/null; then
            printf 'POST /auth/register HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n%s\r\n\r\n%s' \
                "Content-Type: application/json" "Content-Length: ${#body}" "$body" >&"$socket" 2>/dev/null || true
            read -r -t 10 _ status _ <&"$socket" || true
            exec {socket}>&-
        fi
        if [[ $status == 200 || $status == 201 ]]; then echo "have $name@example.com" >>"$directory/accounts"; fi
        sleep 0.2
    done
}

end_everything() {
    local name
    for name in visitor "${product[@]}" redis postgres; do
        [[ -z ${process_of[$name]:-} ]] || kill -9 "${process_of[$name]}" 2>/dev/null || true
    done
    if [[ -n ${process_of[postgres]:-} ]]; then kill_group KILL "${process_of[postgres]}"; fi
    wait 2>/dev/null || true
}

# The processes of the fault test: two servers, and the product with workers and a writer that do as they are told.

# Bash tells of children that a signal ended, in lines of its own code, unless it has a handler for that signal.
# shellcheck disable=SC2173 # Nothing handles KILL; being named here is what counts.
trap : KILL

declare -A process_of=()
generation=0

# In the order of their start. Jobs that the schedule enqueues while the test runs are for maintenance; the probes have
# the queue of the nightly reconciliation.
workers=(worker-1 worker-2 worker-3)
product=("${workers[@]}" writer scheduler-1 scheduler-2 api images audio notifications deliveries email events
    maintenance people musicians)

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
    export NOTIFICATION_DIGEST_SECONDS=1
    export PROBE_LINES="$directory/lines" PROBE_JOURNAL="$directory/journal" PROBE_SLOTS=16 PROBE_RATE=300
    export PROBE_QUEUE=counters
    mkdir "$DATA_DIR"
    provide_media_disk
    touch "$PROBE_LINES" "$PROBE_JOURNAL" "$directory/visits" "$directory/people" \
        "$directory/musicians"
    "$bin/API" migrate >"$directory/log/migrate" 2>&1 || {
        is_kept=1
        die "The migrations failed: $(tail -n 3 "$directory/log/migrate")"
    }
    sql "CREATE TABLE effects (job uuid, number bigint, at timestamptz DEFAULT clock_timestamp())" >/dev/null
}

# A small disk for uploads, which can be full without harm to anything else. Only root can make one.
provide_media_disk() {
    media_disk="$DATA_DIR/media"
    mkdir "$media_disk"
    if mount -t tmpfs -o size=48m socialplay-fault "$media_disk" 2>/dev/null; then
        has_media_disk=1
    else
        say "The disk of uploads is never full: only root can mount one"
    fi
}

sql() { psql -X -q -t -A -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "$1" 2>>"$directory/log/psql"; }

start_everything() {
    start_missing
    visit_each_other &
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
        people | musicians) command=(python3 "scripts/lib/faults/$1.py" "$api_port" "$directory/$1") ;;
        images | audio | notifications | deliveries | email | events | maintenance) command=("$bin/Workers" "$1") ;;
    esac
    launch KILL "${command[@]}" >>"$directory/log/$1" 2>&1
    process_of[$1]="$launched"
}

# Registers accounts, each of which enqueues two mails, and sends a friend request from each to the one before it, which
# makes a request, a notification and a mail. Records what was answered with success: `account ADDRESS`, and
# `asked REQUEST PERSON ADDRESS`.
visit_each_other() {
    local number=0 name token person last_person='' last_address=''
    trap - EXIT INT TERM
    while kill -0 "$$" 2>/dev/null; do
        name="visitor$((number += 1))"
        ask_api /auth/register \
            "{\"email\":\"$name@example.com\",\"username\":\"$name\",\"password\":\"correct horse battery staple\"}"
        if [[ $status == 20[01] ]]; then
            echo "account $name@example.com" >>"$directory/visits"
            token="$(member accessToken)" person="$(member id)"
            if [[ -n $last_person ]]; then
                ask_api /v1/friends/request "{\"toUserId\":\"$last_person\"}" "$token"
                [[ $status != 201 ]] || echo "asked $(member id) $last_person $last_address" >>"$directory/visits"
            fi
            last_person="$person" last_address="$name@example.com"
        fi
        sleep 0.2
    done
}

# Sets status and answer; both are empty when none came.
ask_api() { # PATH BODY [TOKEN]
    local socket authorization="${3:+Authorization: Bearer $3}"
    status='' answer=''
    { exec {socket}<>"/dev/tcp/127.0.0.1/$api_port"; } 2>/dev/null || return 0
    printf 'POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n%s\r\n\r\n%s' "$1" \
        "Content-Type: application/json${authorization:+$'\r\n'$authorization}" "Content-Length: ${#2}" "$2" \
        >&"$socket" 2>/dev/null || true
    answer="$(timeout 10 cat <&"$socket" 2>/dev/null)" || true
    exec {socket}>&-
    # The rest of an answer may be missing, and with it what the next step needs.
    if [[ $answer =~ ^HTTP/1\.1\ ([0-9]+)\  && $answer == *'}' ]]; then status="${BASH_REMATCH[1]}"; fi
}

# The first member of that name in the answer.
member() { # NAME
    if [[ $answer =~ \"$1\":\"([^\"]*)\" ]]; then echo "${BASH_REMATCH[1]}"; fi
}

end_everything() {
    local name
    for name in visitor "${product[@]}" redis postgres; do
        [[ -z ${process_of[$name]:-} ]] || kill -9 "${process_of[$name]}" 2>/dev/null || true
    done
    if [[ -n ${process_of[postgres]:-} ]]; then kill_group KILL "${process_of[postgres]}"; fi
    wait 2>/dev/null || true
    ((!has_media_disk)) || umount -l "$media_disk"
}

# The embedded PostgreSQL and Redis of `make run`: supervised like every process, kept below DATA_DIR.

provide_postgres() {
    local directory password_file="$DATA_DIR/postgres.password" password
    choose_servers_account "$DATA_DIR/postgres"
    provide_server_directory "$DATA_DIR/postgres"
    directory="$server_directory" postgres_directory="$server_directory"
    find_postgres_programs "$directory"
    forget_stale_postmaster "$directory/cluster"

    if [[ ! -e $directory/cluster/PG_VERSION ]]; then
        say "Creating the database in $directory"
        password="$(random_password)"
        (umask 077 && printf '%s\n' "$password" >"$password_file")
        create_postgres_cluster "$directory" --auth-host=scram-sha-256 <<SQL
CREATE ROLE socialplay LOGIN PASSWORD '$password'
CREATE DATABASE socialplay OWNER socialplay
SQL
    fi
    [[ -r $password_file ]] || die "$password_file is missing or not yours: the database in $directory needs it."
    password="$(cat "$password_file")"
    let_passwords_use_socket "$directory"

    supervise postgres launch_postgres
    wait_until_ready postgres postgres_is_ready
    DATABASE_URL="$(postgres_url "$directory" "$postgres_port" socialplay "$password" socialplay)"
    export DATABASE_URL
    # For operators: it also works where the servers' directory is closed to them.
    postgres_address="127.0.0.1:$postgres_port/socialplay"
    (umask 077 && echo "postgresql://socialplay:$password@$postgres_address" >"$run_directory/database.url")
}

launch_postgres() {
    choose_port postgres
    set_postgres_command "$postgres_directory" "$postgres_port" fsync=on synchronous_commit=on \
        "shared_buffers=$(postgres_buffers)" max_connections=100
    launch_server INT "${postgres_command[@]}" >>"$log_directory/postgres.log" 2>&1
}

# A killed postmaster leaves its process id, which may be another program's by now.
forget_stale_postmaster() { # CLUSTER
    local process
    { read -r process <"$1/postmaster.pid"; } 2>/dev/null || return 0
    if [[ "$(readlink "/proc/$process/cwd")" == "$1" ]]; then
        say "Ending PostgreSQL ($process), left over from an earlier run"
        kill -s INT "$process" 2>/dev/null || true
        ends_within 30 "$process" || die "PostgreSQL ($process) still works on $1."
    fi
    rm -f "$1/postmaster.pid"
}

provide_redis() {
    local password_file="$DATA_DIR/redis.password" password=''
    choose_servers_account "$DATA_DIR/redis"
    provide_server_directory "$DATA_DIR/redis"
    redis_directory="$server_directory"
    if [[ -s $password_file ]]; then password="$(cat "$password_file")"; fi
    if [[ -z $password ]]; then
        password="$(random_password)"
        (umask 077 && printf '%s\n' "$password" >"$password_file")
    fi
    set_redis_password "$redis_directory" "$password"
    supervise redis launch_redis
    wait_until_ready redis redis_is_ready
    REDIS_URL="$(redis_url "$redis_directory" "$redis_port")"
    export REDIS_URL
    redis_address="127.0.0.1:$redis_port"
    # With the name of Redis' user: redis-cli would send an empty one.
    (umask 077 && echo "redis://default:$password@$redis_address" >"$run_directory/redis.url")
}

launch_redis() {
    choose_port redis
    set_redis_command "$redis_directory" "$redis_port" --appendonly yes --appendfsync everysec
    launch_server TERM "${redis_command[@]}" >>"$log_directory/redis.log" 2>&1
}

# The port of the last run, or another one if that was taken. Once the product runs the port stays: its processes know
# no other.
choose_port() { # NAME
    local -n port="$1_port"
    if ((!product_started)); then port="$(remembered_port "$run_directory/$1.port")"; fi
}

wait_until_ready() { # NAME READY_COMMAND
    local name="$1" ready="$2" deadline=$((SECONDS + 120))
    local -n port="$1_port"
    # A server that answers on our port while ours is dead belongs to another program.
    until is_supervised_running "$name" && "$ready" "$port" && is_supervised_running "$name"; do
        ((!stop_requested)) || exit "$exit_code"
        if ((SECONDS >= deadline || deaths_of["$name"] > 4)); then
            tail -n 15 "$log_directory/$name.log" >&2
            die "$name does not start; its log is $log_directory/$name.log"
        fi
        check_all
        pause 0.05
    done
}

# One earlier log is kept. Earlier versions left logs that other users could read.
turn_over_logs() {
    local name
    chmod -R go-rwx "$run_directory" "$log_directory"
    for name in postgres redis; do
        if [[ -s $log_directory/$name.log ]]; then mv -f "$log_directory/$name.log" "$log_directory/$name.log.1"; fi
    done
}

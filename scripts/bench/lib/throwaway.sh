# A PostgreSQL and a Redis that live as long as the benchmarks, set as `make run` sets its embedded ones.

postgres_process='' redis_process='' redis_port=''

start_postgres() {
    local directory="$temporary/postgres" password port
    choose_servers_account "$directory"
    provide_server_directory "$directory"
    find_postgres_programs "$directory"
    password="$(random_password)"
    create_postgres_cluster "$directory" --auth-host=scram-sha-256 <<SQL
CREATE ROLE socialplay LOGIN SUPERUSER PASSWORD '$password'
CREATE DATABASE socialplay OWNER socialplay
SQL
    let_passwords_use_socket "$directory"
    port="$(free_port)"
    # Statements are counted when a part asks for it.
    set_postgres_command "$directory" "$port" fsync=on synchronous_commit=on \
        "shared_buffers=$(postgres_buffers)" max_connections=100 shared_preload_libraries=pg_stat_statements
    launch_server INT "${postgres_command[@]}" >"$temporary/postgres.log" 2>&1
    postgres_process="$launched"
    wait_until postgres "$postgres_process" postgres_is_ready "$port"
    DATABASE_URL="$(postgres_url "$directory" "$port" socialplay "$password" socialplay)"
    export DATABASE_URL
    psql --quiet --no-psqlrc --command "ALTER SYSTEM SET pg_stat_statements.track = 'none'" "$DATABASE_URL"
    psql --quiet --no-psqlrc --command 'SELECT pg_reload_conf()' --output /dev/null "$DATABASE_URL"
}

start_redis() {
    local directory="$temporary/redis"
    provide_server_directory "$directory"
    redis_port="$(free_port)"
    set_redis_command "$directory" "$redis_port" --appendonly yes --appendfsync everysec
    launch_server TERM "${redis_command[@]}" >"$temporary/redis.log" 2>&1
    redis_process="$launched"
    wait_until redis "$redis_process" redis_is_ready "$redis_port"
    REDIS_URL="$(redis_url "$directory" "$redis_port")"
    export REDIS_URL
}

# Returns when CONDITION holds; PROCESS, whose log is NAME.log, must live until then.
wait_until() { # NAME PROCESS CONDITION...
    local name="$1" process="$2" deadline=$((SECONDS + 60))
    shift 2
    until is_running "$process" && "$@" && is_running "$process"; do
        ((!stop_requested)) || exit 130
        if ! is_running "$process" || ((SECONDS >= deadline)); then
            tail -n 15 "$temporary/$name.log" >&2
            die "$name is not ready."
        fi
        sleep 0.05
    done
}

end_process() { # SIGNAL PROCESS
    [[ -n $2 ]] || return 0
    kill -s "$1" "$2" 2>/dev/null || true
    ends_within 10 "$2" || kill_group KILL "$2"
}

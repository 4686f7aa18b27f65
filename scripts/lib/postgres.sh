# A PostgreSQL of our own: making its data directory, its command line, and how to tell that it is ready.

# Sets postgres_programs, the directory of PostgreSQL's programs: of the version that made what is in DIRECTORY, else
# of version 15, else of the newest.
find_postgres_programs() { # DIRECTORY
    local version=''
    if [[ -e $1/cluster/PG_VERSION ]]; then
        version="$(cat "$1/cluster/PG_VERSION")"
        [[ -x /usr/lib/postgresql/$version/bin/postgres ]] ||
            die "$1 was made by PostgreSQL $version, which is not installed (postgresql-$version)."
    elif [[ -x /usr/lib/postgresql/15/bin/postgres ]]; then
        version=15
    else
        version="$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | cut -d/ -f5 | sort -n | tail -1)"
    fi
    postgres_programs="/usr/lib/postgresql/$version/bin"
}

# Makes a data directory at DIRECTORY (the superuser is postgres) and runs the SQL of standard input in it, one
# statement a line. A directory that an interruption left half made is made again.
create_postgres_cluster() { # DIRECTORY INITDB_OPTIONS...
    local directory="$1" unfinished="$1/unfinished" output
    shift
    as_servers_account rm -rf "$unfinished"
    output="$(as_servers_account "$postgres_programs/initdb" -D "$unfinished" --username=postgres --encoding=UTF8 \
        --locale=C.UTF-8 --auth-local=peer "$@" 2>&1 </dev/null)" || die "initdb failed: $output"
    run_offline_sql "$unfinished"
    as_servers_account mv "$unfinished" "$directory/cluster"
}

# Single-user mode: no other user can connect meanwhile, and no password is needed.
run_offline_sql() { # CLUSTER
    local output
    output="$(as_servers_account "$postgres_programs/postgres" --single -D "$1" -c log_min_messages=error postgres \
        2>&1)" && [[ $output != *ERROR:* ]] || die "PostgreSQL could not prepare $1: $output"
}

# No values of rows or of statements in the log: terse leaves out DETAIL, which repeats the key of a violated
# constraint. The API logs SQLSTATE and constraint of each error.
postgres_log_settings=(
    -c log_error_verbosity=terse -c log_min_error_statement=panic -c log_statement=none
    -c log_min_duration_statement=-1 -c log_parameter_max_length=0 -c log_parameter_max_length_on_error=0
)

# Prints the URL that leads to the server in DIRECTORY: through its socket if it has one, which costs a tenth less CPU
# on both sides than TCP (docs/benchmarks.md).
postgres_url() { # DIRECTORY PORT USER PASSWORD DATABASE
    local host=127.0.0.1
    if can_hold_sockets "$1"; then host="${1//\//%2F}"; fi
    printf 'postgresql://%s:%s@%s:%s/%s' "$3" "$4" "$host" "$2" "$5"
}

# Lets roles with a password use the socket, as they use TCP; the superuser needs the server's account there. Clusters
# of earlier versions wanted the account of every role's own name.
let_passwords_use_socket() { # DIRECTORY
    as_servers_account sed -i -E \
        's/^local +all +all +peer$/local all postgres peer\nlocal all all scram-sha-256/' "$1/cluster/pg_hba.conf"
}

# Sets postgres_command. SETTINGS: name=value.
set_postgres_command() { # DIRECTORY PORT SETTINGS...
    local cluster="$1/cluster" socket='' port="$2" setting
    if can_hold_sockets "$1"; then socket="\"$1\""; fi
    shift 2
    postgres_command=(
        "$postgres_programs/postgres" -D "$cluster" -p "$port"
        -c listen_addresses=127.0.0.1 -c "unix_socket_directories=$socket" -c jit=off
        -c timezone=UTC -c log_timezone=UTC -c 'log_line_prefix=%m [%p] ' "${postgres_log_settings[@]}"
    )
    for setting in "$@"; do postgres_command+=(-c "$setting"); done
}

# A quarter of the machine's memory, at most 1 GB: what PostgreSQL recommends, and enough for a million posts.
postgres_buffers() {
    awk '$1 == "MemTotal:" { size = int($2 / 4096); print (size > 1024 ? 1024 : size) "MB" }' /proc/meminfo
}

postgres_is_ready() { # PORT
    "$postgres_programs/pg_isready" -q -h 127.0.0.1 -p "$1" -t 1
}

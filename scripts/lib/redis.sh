# A Redis of our own: its password, its command line, and how to tell that it is ready.

# Empty: the server asks for none.
redis_password=''
redis_password_file=password.conf
redis_socket_file=redis.sock

# Makes the server in DIRECTORY ask for PASSWORD. In a file that only its account can read: a command line is visible to
# every user of the machine.
set_redis_password() { # DIRECTORY PASSWORD
    redis_password="$2"
    # shellcheck disable=SC2016 # The inner shell expands it.
    as_servers_account bash -c 'umask 077 && cat >"$1"' _ "$1/$redis_password_file" <<<"requirepass $2"
}

# Sets redis_command. Redis reads "--dir" with the rules of its configuration file, spaces included: it is started in
# its directory instead.
set_redis_command() { # DIRECTORY PORT OPTIONS...
    local directory="$1" port="$2" configuration=()
    shift 2
    if [[ -n $redis_password ]]; then configuration=("$redis_password_file"); fi
    redis_command=(
        env --chdir="$directory" redis-server "${configuration[@]}" --bind 127.0.0.1 --port "$port"
        --protected-mode yes --databases 16 --save '' --daemonize no --loglevel notice "$@"
    )
    if can_hold_sockets "$directory"; then
        redis_command+=(--unixsocket "$directory/$redis_socket_file" --unixsocketperm 700)
    fi
}

# Prints the URL that leads to the server in DIRECTORY: through its socket if it has one, as of PostgreSQL.
redis_url() { # DIRECTORY PORT
    local credentials=''
    if [[ -n $redis_password ]]; then credentials=":$redis_password@"; fi
    if can_hold_sockets "$1"; then
        printf 'unix://%s%s' "$credentials" "$1/$redis_socket_file"
    else
        printf 'redis://%s127.0.0.1:%s' "$credentials" "$2"
    fi
}

redis_is_ready() { # PORT
    [[ "$(ask_redis -h 127.0.0.1 -p "$1" ping 2>/dev/null)" == PONG ]]
}

ask_redis() { # ARGUMENTS OF redis-cli...
    if [[ -z $redis_password ]]; then redis-cli "$@"; else REDISCLI_AUTH="$redis_password" redis-cli "$@"; fi
}

# A Redis of our own: its command line, and how to tell that it is ready.

# Sets redis_command. Redis reads "--dir" with the rules of its configuration file, spaces included: it is started in
# its directory instead.
set_redis_command() { # DIRECTORY PORT OPTIONS...
    local directory="$1" port="$2"
    shift 2
    redis_command=(
        env --chdir="$directory" redis-server --bind 127.0.0.1 --port "$port" --protected-mode yes --databases 16
        --save '' --daemonize no --loglevel notice "$@"
    )
}

redis_is_ready() { # PORT
    [[ "$(redis-cli -h 127.0.0.1 -p "$1" ping 2>/dev/null)" == PONG ]]
}

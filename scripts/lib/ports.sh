# Free and taken TCP ports on this machine.

port_is_taken() { # PORT [HOST]
    (: <>"/dev/tcp/${2:-127.0.0.1}/$1") 2>/dev/null
}

# Prints a free port below the range that the system gives to outgoing connections.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)) && port_is_taken "$port"; do :; done
    printf '%s' "$port"
}

# Prints the port that FILE remembers if it is free, else another one, which FILE then remembers.
remembered_port() { # FILE
    local port=''
    if [[ -e $1 ]]; then read -r port <"$1" || true; fi
    if [[ ! $port =~ ^[0-9]{4,5}$ ]] || port_is_taken "$port"; then
        port="$(free_port)"
        printf '%s\n' "$port" >"$1"
    fi
    printf '%s' "$port"
}

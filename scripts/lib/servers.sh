# The account and the directories of the embedded PostgreSQL and Redis. PostgreSQL refuses to run as root, and Redis
# had better not; any other user runs them as themselves.

# Options of setpriv, separated by spaces; nothing when the servers run as ourselves.
servers_identity=''
servers_owner="$EUID"

# Keeps the owner of an existing directory, so that data made by a normal user stay usable for them.
choose_servers_account() { # DIRECTORY
    ((EUID == 0)) || return 0
    servers_owner=0
    if [[ -d $1 ]]; then servers_owner="$(stat -L -c %u "$1")"; fi
    if ((servers_owner == 0)); then servers_owner="$(id -u postgres 2>/dev/null || id -u nobody)"; fi
    servers_identity="--reuid=$servers_owner --regid=$(id -g "$servers_owner") --clear-groups"
}

as_servers_account() {
    local identity
    read -ra identity <<<"$servers_identity"
    (cd / && exec setpriv "${identity[@]}" --pdeathsig KILL -- "$@")
}

launch_server() { # LAST_SIGNAL COMMAND...
    launch_as "$servers_identity" "$@"
}

# Makes sure that the servers' account can work in DIRECTORY. Where it cannot reach it, as below /root, a private
# directory below /var/lib takes its place and a link leads there. Sets server_directory to the real one.
provide_server_directory() { # DIRECTORY
    local elsewhere
    if [[ -L $1 && ! -e $1 ]]; then
        die "$1 leads to $(readlink "$1"), which is gone. Put it back, or remove the link to start empty."
    fi
    if [[ ! -e $1 ]]; then
        mkdir -m 700 "$1"
        if ! give_to_servers "$1"; then
            rmdir "$1"
            elsewhere="$(mktemp -d /var/lib/socialplay-XXXXXXXX)"
            give_to_servers "$elsewhere" || die "The account $(servers_name) can write neither $1 nor $elsewhere."
            ln -s "$elsewhere" "$1"
            say "The account $(servers_name) cannot reach $1: its data are in $elsewhere, a link leads there"
        fi
    fi
    server_directory="$(readlink -f "$1")"
    is_usable_by_servers "$server_directory" || die "The account $(servers_name), which runs PostgreSQL and Redis," \
        "cannot reach $server_directory. Let it pass the directories above (chmod a+x) or choose another DATA_DIR."
}

give_to_servers() {
    ((EUID != 0)) || chown "$servers_owner:$(id -g "$servers_owner")" "$1" 2>/dev/null || return 1
    is_usable_by_servers "$1"
}

# Whether sockets in DIRECTORY have names that fit an address (107 bytes with the file's name) and a URL.
can_hold_sockets() { # DIRECTORY
    ((${#1} <= 85)) && [[ $1 =~ ^[A-Za-z0-9/._-]+$ ]]
}

is_usable_by_servers() { as_servers_account test -w "$1" -a -x "$1"; }

servers_name() { id -nu "$servers_owner"; }

random_password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

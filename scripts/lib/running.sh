# How to reach a product that `make run` runs, or the one that DATABASE_URL and REDIS_URL lead to.

# Sets executable to one of the product's programs.
find_executable() { # NAME
    executable="${SOCIALPLAY_BIN_DIR:-.build/release}/$1"
    [[ -x $executable ]] || die "$executable is missing: run make build first."
}

# Exports an address: the one that is set, or what `make run` wrote when it started its own server.
find_server() { # NAME FILE
    local address run_directory="${DATA_DIR:-.data}/run"
    [[ -z ${!1:-} ]] || return 0
    { read -r address <"$run_directory/$2"; } 2>/dev/null ||
        die "$run_directory/$2 cannot be read: start make run first, or set $1."
    export "$1=$address"
}

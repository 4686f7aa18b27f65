# Starting, recognising and ending processes so that none is left behind.

# Descriptors of the script that no child may keep: a lock would outlive it.
private_descriptors=()

# Starts a command in a session of its own (a Ctrl-C in the terminal goes to the script alone) that gets
# LAST_SIGNAL when the script dies, however it dies. Sets launched to the process id.
launch() { # LAST_SIGNAL COMMAND...
    launch_as '' "$@"
}

# IDENTITY: options of setpriv, separated by spaces.
launch_as() { # IDENTITY LAST_SIGNAL COMMAND...
    local identity last_signal="$2" descriptor
    read -ra identity <<<"$1"
    shift 2
    (
        for descriptor in "${private_descriptors[@]}"; do exec {descriptor}>&-; done
        exec setsid env --default-signal setpriv "${identity[@]}" --pdeathsig "$last_signal" -- "$@"
    ) &
    launched=$!
}

# Only for children of this shell, which takes notice of their end by itself.
is_running() { kill -0 "$1" 2>/dev/null; }

# Everything in the session that launch made for PROCESS, helpers that it left behind included.
kill_group() { # SIGNAL PROCESS
    kill -s "$1" -- "-$2" 2>/dev/null || true
}

# Waits SECONDS at most for the end of a process that need not be a child.
ends_within() { # SECONDS PROCESS
    local deadline=$((SECONDS + $1))
    while is_alive "$2"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

is_alive() { [[ -n "$(start_time "$1")" ]]; }

# When a process started, in clock ticks since boot; nothing when it is gone or only waits to be reaped.
# Together with the id it tells a process from a later one with the same id.
start_time() {
    local stat fields
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    read -ra fields <<<"${stat##*) }"
    [[ ${fields[0]} == Z ]] || printf '%s' "${fields[19]}"
}

remember_process() { # FILE PROCESS
    printf '%s %s %s\n' "$2" "$(start_time "$2")" "$(boot_identity)" >"$1"
}

# Ends the process that an earlier run remembered in FILE, if it still is that process, and what it left behind.
end_remembered_process() { # FILE SIGNAL
    local process='' started='' boot=''
    { read -r process started boot <"$1"; } 2>/dev/null || return 0
    if [[ -n $started && $boot == "$(boot_identity)" ]]; then
        if [[ "$(start_time "$process")" == "$started" ]]; then
            say "Ending $(basename "$1" .pid) ($process), left over from an earlier run"
            kill -s "$2" "$process" 2>/dev/null || true
            ends_within 30 "$process" || kill_group KILL "$process"
            ends_within 5 "$process" || die "Process $process does not end."
        fi
        # Its session can outlive it; while it does, no other process gets its id.
        is_alive "$process" || kill_group KILL "$process"
    fi
    rm -f "$1"
}

boot_identity() { cat /proc/sys/kernel/random/boot_id; }

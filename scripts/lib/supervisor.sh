# Keeps named processes running: restarts those that end, and stops all in order.

# Names in the order of their start; per name: the function that launches it, its process, when it started or is to
# start next (ms), and how often it died in a row.
supervised=()
declare -A launcher_of process_of started_at due_at deaths_of

# What exit code 78 (EX_CONFIG) means: no restart can help.
wrong_settings=78
# Once these are set the script ends; a second Ctrl-C sets hurry.
exit_code=0 stop_requested_at=0 hurry=0

# Bash reports children that a signal ended, with lines of its own code, unless it has a handler for that signal.
trap : ABRT BUS FPE ILL SEGV SYS TRAP
# shellcheck disable=SC2173 # Nothing handles KILL; being named here is what counts.
trap : KILL

# Wakes up when time has passed, without a process of its own.
exec {never}<> <(:)
private_descriptors+=("$never")
pause() { read -rt "$1" -u "$never" || true; }

now_ms() { REPLY="${EPOCHREALTIME//[.,]/}"; REPLY="${REPLY:0:-3}"; }

request_stop() { # SIGNAL
    now_ms
    if ((!stop_requested)); then
        stop_requested=1 stop_requested_at="$REPLY"
        say "Stopping (once more: without waiting)"
    # One Ctrl-C or one kill of the whole group may arrive more than once.
    elif [[ $1 == INT ]] && ((REPLY - stop_requested_at > 1000)); then
        hurry=1
    fi
}

supervise() { # NAME LAUNCHER
    supervised+=("$1")
    launcher_of[$1]="$2" deaths_of[$1]=0
    start "$1"
}

start() { # NAME
    due_at[$1]=''
    now_ms
    started_at[$1]="$REPLY"
    "${launcher_of[$1]}" "$1"
    process_of[$1]="$launched"
    remember_process "$run_directory/$1.pid" "$launched"
}

# Checks every process once: records deaths and starts what is due.
check_all() {
    local name
    for name in "${supervised[@]}"; do
        if [[ -n ${due_at[$name]} ]]; then
            now_ms
            if ((REPLY >= due_at[$name])); then start "$name"; fi
        elif ! is_running "${process_of[$name]}"; then
            note_death "$name"
        fi
    done
}

note_death() { # NAME
    local name="$1" process="${process_of[$1]}" code=0 how delay=0 deaths
    wait "$process" || code=$?
    kill_group KILL "$process"
    now_ms
    if ((REPLY - started_at[$name] > 30000)); then deaths_of[$name]=0; fi
    deaths=$((deaths_of[$name] += 1))

    how="exited with code $code"
    if ((code > 128)); then how="was ended by SIG$(kill -l $((code - 128)) 2>/dev/null || echo " $code")"; fi
    if ((code == wrong_settings)); then
        complain "$name $how: its settings are wrong, see its last lines"
        exit_code=$wrong_settings
        request_stop "$name"
        return
    fi
    # At once the first time, then after 0.5, 1, 2, 4, 8 and always 10 s.
    if ((deaths > 1)); then delay=$((deaths > 6 ? 10000 : 500 << (deaths - 2))); fi
    complain "$name $how: starting it again$(
        ((delay == 0)) || printf ' in %d.%d s' $((delay / 1000)) $((delay % 1000 / 100)))"
    due_at[$name]=$((REPLY + delay))
    if ((delay == 0)); then start "$name"; fi
}

is_supervised_running() { [[ -z ${due_at[$1]:-} ]] && is_running "${process_of[$1]:-none}"; }

# Ends the named processes together: SIGNAL now, KILL after SECONDS (or at once in a hurry, if IMPATIENT is 1).
end_processes() { # SIGNAL SECONDS IMPATIENT NAMES...
    local signal="$1" deadline=$((SECONDS + $2)) impatient="$3" name left
    shift 3
    for name in "$@"; do
        if is_supervised_running "$name"; then kill -s "$signal" "${process_of[$name]}" 2>/dev/null || true; fi
    done
    while :; do
        left=()
        for name in "$@"; do if is_supervised_running "$name"; then left+=("$name"); fi; done
        ((${#left[@]})) || break
        if ((SECONDS >= deadline || (impatient && hurry))); then
            complain "Not ended by then, killing: ${left[*]}"
            for name in "${left[@]}"; do kill_group KILL "${process_of[$name]}"; done
            deadline=$((SECONDS + 5)) impatient=0
        fi
        pause 0.1
    done
    # Helpers that a process left behind.
    for name in "$@"; do
        if [[ -n ${process_of[$name]:-} ]]; then kill_group KILL "${process_of[$name]}"; fi
        rm -f "$run_directory/$name.pid"
    done
}

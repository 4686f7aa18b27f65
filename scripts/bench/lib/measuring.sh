# Taking figures: processor time and memory of a process, runs of wrk.

ticks_a_second="$(getconf CLK_TCK)"

# Runs a tool that a signal to this script ends at once. What it prints is in the file $answer.
use_tool() { # COMMAND...
    local code=0
    step "$@" >"$answer" || code=$?
    ((!stop_requested)) || exit 130
    ((code == 0)) || die "$(basename "$1") ${*:2} failed with code $code: $(tail -n 3 "$answer")"
}

# Starts a tool that goes on until it is ended, and waits until it has created the file READY. Sets launched.
hold_tool() { # NAME READY COMMAND...
    local name="$1" ready="$2"
    shift 2
    rm -f "$ready"
    launch TERM "$@" >"$temporary/$name.log" 2>&1
    held_process="$launched"
    wait_until "$name" "$held_process" test -e "$ready"
}

release_tool() {
    end_process TERM "$held_process"
    held_process=''
}

# Prints the clock ticks that a process has used; 0 when it is gone.
ticks_of() { # PROCESS
    local stat fields
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || stat=') 0 0 0 0 0 0 0 0 0 0 0 0 0'
    read -ra fields <<<"${stat##*) }"
    printf '%s' $((fields[11] + fields[12]))
}

# The same with every child it has or had.
ticks_with_children_of() { # PROCESS
    local stat fields child total
    read -r stat <"/proc/$1/stat"
    read -ra fields <<<"${stat##*) }"
    total=$((fields[11] + fields[12] + fields[13] + fields[14]))
    for child in $(cat /proc/"$1"/task/*/children); do total=$((total + $(ticks_of "$child"))); done
    printf '%s' "$total"
}

# Prints a line of /proc/PROCESS/status in bytes: VmRSS, VmHWM, RssAnon.
memory_of() { # PROCESS LINE
    awk -v line="$2:" '$1 == line { print $2 * 1024 }' "/proc/$1/status"
}

# Resident bytes, counted page by page: status lags behind by some pages for each thread.
resident_of() { # PROCESS
    awk '$1 == "Rss:" { print $2 * 1024 }' "/proc/$1/smaps_rollup"
}

# Makes VmHWM start again from what is resident now.
forget_peak_of() { # PROCESS
    echo 5 >"/proc/$1/clear_refs"
}

# Loads ADDRESS for SECONDS over 64 kept connections, then sets requests, rate, cpu (microseconds of PROCESS for each
# request), p50 and p99 (milliseconds) and refusals (answers above 399).
drive() { # PROCESS ADDRESS SECONDS
    drive_with "$1" "$3" 64 report.lua "$2"
}

drive_with() { # PROCESS SECONDS CONNECTIONS SCRIPT ADDRESS [ARGUMENTS...]
    local process="$1" seconds="$2" connections="$3" script="$4" before after word duration failed
    shift 4
    before="$(ticks_of "$process")"
    use_tool wrk --threads 1 --connections "$connections" --duration "${seconds}s" --timeout 30s --latency \
        --script "$tools/$script" "$@"
    after="$(ticks_of "$process")"
    read -r word requests duration p50 p99 refusals failed < <(grep '^report ' "$answer") || true
    [[ ${word:-} == report && $requests -gt 0 ]] || die "wrk reported nothing: $(cat "$answer")"
    ((failed == 0)) || complain "$failed connections failed while $1 was loaded"
    rate="$(calculate "$requests * 1000000 / $duration")"
    cpu="$(calculate "($after - $before) * 1000000 / $ticks_a_second / $requests")"
    p50="$(calculate "$p50 / 1000")" p99="$(calculate "$p99 / 1000")"
}

calculate() { # EXPRESSION
    awk "BEGIN { printf \"%.6g\", $1 }"
}

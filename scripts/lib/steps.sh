# Long commands that a signal to the script ends at once, together with everything they started.

# Set by the signal handlers of the script.
stop_requested=0

# Runs a command to its end and returns its exit code.
step() {
    local process code=0
    launch TERM "$@"
    process="$launched"
    wait "$process" || code=$?
    # A signal that the script handles ends the wait, not the command.
    while is_running "$process"; do
        if ((stop_requested)); then kill_group TERM "$process"; fi
        code=0
        wait "$process" || code=$?
    done
    return "$code"
}

# The processes of the product, one line of the Procfile each: "name: command".

# Sets procfile_names and command_of.
declare -A command_of output_of
procfile_names=()
read_procfile() { # FILE
    local line
    while IFS= read -r line || [[ -n $line ]]; do
        [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
        [[ $line =~ ^([a-z][a-z0-9_-]*):[[:space:]]*(.+)$ ]] || die "$1: expected \"name: command\", found: $line"
        procfile_names+=("${BASH_REMATCH[1]}")
        command_of[${BASH_REMATCH[1]}]="${BASH_REMATCH[2]}"
    done <"$1"
}

# Gives each process of the Procfile a metrics listener: the first METRICS_LISTEN itself, each further one the next free
# port. Assigned once, so that a process that is started again keeps its port.
declare -A metrics_of
assign_metrics_listeners() {
    [[ -n ${METRICS_LISTEN:-} ]] || return 0
    local name prefix="${METRICS_LISTEN%:*}" next="${METRICS_LISTEN##*:}" listener_host listener_port
    [[ $next =~ ^[0-9]+$ ]] || die "METRICS_LISTEN must be HOST:PORT."
    for name in "${procfile_names[@]}"; do
        while ((next <= 65535)); do
            find_listener "$prefix:$next"
            port_is_taken "$listener_port" "$listener_host" || break
            ((next += 1))
        done
        metrics_of[$name]="$prefix:$next"
        ((next += 1))
    done
}

launch_procfile_line() { # NAME
    local metrics=()
    if [[ -n ${metrics_of[$1]:-} ]]; then metrics=("METRICS_LISTEN=${metrics_of[$1]}"); fi
    launch TERM env "${metrics[@]}" bash -c "exec ${command_of[$1]}" 1>&"${output_of[$1]:-1}" 2>&"${output_of[$1]:-2}"
}

# On a terminal every line begins with the name of its process. Elsewhere lines stay as they are, for programs to read.
prefix_outputs() {
    local name colour=31 output
    for name in "${procfile_names[@]}"; do
        exec {output}> >(prefix_lines "$(printf '\e[%dm%-9s|\e[0m ' $((31 + (colour += 1) % 6)) "$name")")
        prefixers+=($!)
        output_of[$name]="$output"
        private_descriptors+=("$output")
    done
}

prefixers=()
prefix_lines() { # PREFIX
    local descriptor
    # It ends with the last writer, so that the last words are seen.
    trap '' INT TERM HUP
    for descriptor in "${private_descriptors[@]}"; do exec {descriptor}>&-; done
    exec sed -u "s/^/$1/"
}

finish_outputs() {
    local name descriptor prefixer deadline=$((SECONDS + 2))
    for name in "${!output_of[@]}"; do
        descriptor="${output_of[$name]}"
        exec {descriptor}>&-
    done
    for prefixer in "${prefixers[@]}"; do
        while is_running "$prefixer" && ((SECONDS < deadline)); do pause 0.05; done
    done
}

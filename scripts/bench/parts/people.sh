# Profiles of ten thousand musicians: one by one, and all of them as a stream.

musicians=10000
list_readers=8

measure_people() {
    local loops
    use_tool psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --file "$tools/musicians.sql" "$DATABASE_URL"
    sync
    postgres_says "
        SELECT '/users/' || id || '/profile' FROM accounts WHERE username LIKE 'musician%' ORDER BY md5(id::text)" \
        >"$temporary/people.paths"
    (($(wc -l <"$temporary/people.paths") == musicians)) || die "Not $musicians musicians are there."
    for loops in 1 2; do
        start_product "$loops"
        profiles_with "$loops"
        stop_product
    done
    for loops in 1 2 3; do
        start_product 1
        all_profiles
        stop_product
    done
    row people 'a profile with twenty follows, server CPU a request' µs people.cpu1 '<' 35
    row people 'the same, one loop' req/s people.rate1
    row people 'the same, two loops, server CPU a request' µs people.cpu2
    row people 'the same, two loops' req/s people.rate2 '>' 20000
    row people "the same, two loops, PostgreSQL's CPU a request" µs people.postgres2
    row people "\`GET /users\` of $musicians people" ms people.list
    row people 'the same, its size' MB people.size
    row people 'the same, server CPU' ms people.list_cpu
    row people "the same, $list_readers at once, growth of the peak" MB people.growth '<' 8
}

profiles_with() { # LOOPS
    local round before
    drive_with "$api_process" 1 64 paths.lua "$url" -- "$temporary/people.paths"
    for round in 1 2 3; do
        before="$(postgres_ticks)"
        drive_with "$api_process" 3 64 paths.lua "$url" -- "$temporary/people.paths"
        ((refusals == 0)) || die "$refusals of $requests profiles were refused."
        note "people.cpu$1" "$cpu"
        note "people.rate$1" "$rate"
        note "people.postgres$1" "$(microseconds_each $(($(postgres_ticks) - before)))"
    done
}

# The peak is that of a new process: what it keeps from one list serves the next.
all_profiles() {
    local ticks peak size seconds
    # Statements are prepared, connections open.
    curl --silent --fail --output /dev/null "$url/users?limit=1"
    forget_peak_of "$api_process"
    peak="$(memory_of "$api_process" VmHWM)"
    read_at_once
    note people.growth "$(calculate "($(memory_of "$api_process" VmHWM) - $peak) / 1000000")"
    ticks="$(ticks_of "$api_process")"
    read -r size seconds < <(read_all)
    ((size > musicians * 500)) || die "The list of all users has only $size bytes."
    note people.list_cpu "$(calculate "($(ticks_of "$api_process") - $ticks) * 1000 / $ticks_a_second")"
    note people.list "$(calculate "$seconds * 1000")"
    note people.size "$(calculate "$size / 1000000")"
}

read_all() {
    curl --silent --fail --output /dev/null --write-out '%{size_download} %{time_total}\n' "$url/users"
}

read_at_once() {
    local reader readers=()
    for ((reader = 0; reader < list_readers; reader++)); do
        read_all >/dev/null &
        readers+=("$!")
    done
    wait "${readers[@]}" || die "A reader of the list of all users failed."
}

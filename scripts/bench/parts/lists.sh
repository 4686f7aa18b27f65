# Lists of people with few and with many friends.

# What is asked for, under which name. `status` shows all friends; the others are one page, however many friends there
# are.
list_paths=(
    'friends /v1/friends?limit=20'
    'online /v1/friends?limit=20&status=online'
    'conversations /v1/messages/conversations?limit=20'
    'requests /v1/friends/requests?limit=20'
    'search /v1/friends/search?q=friend'
    'status /v1/status/friends'
)
list_sizes=(10 1000 5000)

# Half of the friends are there.
measure_lists() {
    local round entry index tokens fewer
    provide_population
    redis_does FLUSHALL
    start_product 1 "ACCESS_TOKEN_SECRET=$population_secret"
    mapfile -t tokens < <(make_tokens 1000 "${#list_sizes[@]}")
    "$python" "$tools/sessions.py" "$presence_keys" 50000 2500 2 0 | redis_takes
    expect_online 2500 "${tokens[2]##* }"
    for round in 0 1 2 3; do
        for entry in "${list_paths[@]}"; do
            for index in "${!list_sizes[@]}"; do
                list_with "$round" "${entry%% *}" "${list_sizes[index]}" "${entry#* }" "${tokens[index]##* }"
            done
        done
    done
    for index in "${!list_sizes[@]}"; do first_with "${list_sizes[index]}" "${tokens[index]##* }"; done
    stop_product
    show_lists
}

# An empty list would be cheap.
expect_online() { # COUNT TOKEN
    local list
    list="$(curl --silent --header "Authorization: Bearer $2" "$url/v1/friends?limit=20&status=online")"
    [[ $list == *"\"total\":$1,"* ]] || die "Not $1 friends are online: ${list: -200}"
}

# The first round only warms up: statements are prepared and planned. Counted is
# the CPU of all servers.
list_with() { # ROUND NAME SIZE PATH TOKEN
    local postgres redis all
    postgres="$(postgres_ticks)" redis="$(redis_ticks)"
    drive_with "$api_process" 1 8 bearer.lua "$url" -- GET "$4" "$5"
    ((refusals == 0)) || die "$refusals of $requests requests for $4 were refused."
    (($1)) || return 0
    postgres="$(microseconds_each $(($(postgres_ticks) - postgres)))"
    redis="$(microseconds_each $(($(redis_ticks) - redis)))"
    all="$(calculate "$cpu + $postgres + $redis")"
    note "lists.$2.$3" "$all"
    note "lists.$2.api.$3" "$cpu"
    note "lists.$2.postgres.$3" "$postgres"
    case "$3" in
        1000) fewer="$all" ;;
        5000) note "lists.$2.ratio" "$(calculate "$all / $fewer / $(growth_of "$2")")" ;;
    esac
}

# The online friends of a user with many friends are cached until a friendship begins or ends. Measures the first answer
# after that.
first_with() { # SIZE TOKEN
    local round seconds
    for round in 1 2 3 4 5 6 7 8 9 10; do
        postgres_does "UPDATE profiles SET friends_version = friends_version + 1 WHERE friends_count = $1"
        seconds="$(curl --silent --fail --output /dev/null --write-out '%{time_total}' \
            --header "Authorization: Bearer $2" "$url/v1/friends?limit=20&status=online")"
        note "lists.first.$1" "$(calculate "$seconds * 1000")"
    done
}

# By how much the answer itself is longer with 5,000 friends than with 1,000.
growth_of() { # NAME
    if [[ $1 == status ]]; then echo 5; else echo 1; fi
}

show_lists() {
    local entry name size each
    for entry in "${list_paths[@]}"; do
        name="${entry%% *}"
        for size in "${list_sizes[@]}"; do
            row lists "GET ${entry#*/v1/}, $size friends" µs "lists.$name.$size"
        done
        row lists 'the same, of it the API' µs "lists.$name.api.5000"
        row lists 'the same, of it PostgreSQL' µs "lists.$name.postgres.5000"
        each="$([[ $(growth_of "$name") == 1 ]] && echo page || echo friend)"
        row lists "ratio of 5,000 to 1,000 friends, per $each" '' "lists.$name.ratio" '<' 1.3
    done
    for size in "${list_sizes[@]}"; do
        row lists "the first \`status=online\` after a friendship ended, $size friends, as the client waits" ms \
            "lists.first.$size"
    done
}

# The activity feed of users who follow few and many, among few and many users.

activity_readers=('20 60000 500' '1000 60500 100' '5000 60600 20')
activity_sizes=(10000 100000)

measure_activities() {
    local size already=0 class follows first count
    provide_population
    for class in "${activity_readers[@]}"; do
        read -r follows first count <<<"$class"
        make_tokens "$first" "$count" | awk '{ print $1, "-", $3 }' >"$temporary/activities.$follows"
    done
    for size in "${activity_sizes[@]}"; do
        use_tool psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set people="$size" --set already="$already" \
            --file "$tools/activities.sql" "$DATABASE_URL"
        already="$size"
        sync
        redis_does FLUSHALL
        start_product 1 "ACCESS_TOKEN_SECRET=$population_secret"
        start_pool notifications
        for class in "${activity_readers[@]}"; do
            read -r follows first count <<<"$class"
            activities_of "$size" "$follows" "$count"
        done
        stop_product
    done
    show_activities
}

# The first round warms up.
activities_of() { # SIZE FOLLOWS COUNT
    local round
    for round in 0 1 2 3; do first_activities "$round" "$@"; done
    for round in 0 1 2 3; do
        activities_with "$round" "$1" "$2" newest "$temporary/activities.$2"
        activities_with "$round" "$1" "$2" older "$temporary/activities.$2.older"
    done
}

# After FLUSHALL each reader's timeline is missing: PostgreSQL answers, and the timeline is built.
first_activities() { # ROUND SIZE FOLLOWS COUNT
    local api postgres redis began
    redis_does FLUSHALL
    requests="$4" began="$(date +%s%N)"
    api="$(ticks_of "$api_process")" postgres="$(postgres_ticks)" redis="$(redis_ticks)"
    use_tool "$python" "$tools/activities.py" "$host" "$port" 50 "$temporary/activities.$3"
    note_activities "$1" "first.$2.$3" "$(microseconds_each $(($(ticks_of "$api_process") - api)))" "$postgres" "$redis"
    (($1)) || cp "$answer" "$temporary/activities.$3.cursors"
    until [[ $(redis_says --scan --pattern 'tl:*' | wc -l) -ge $4 ]]; do
        ((!stop_requested)) || exit 130
        (($(date +%s%N) - began < 60000000000)) || die "Not all timelines were built."
        use_tool "$python" "$tools/activities.py" "$host" "$port" 50 "$temporary/activities.$3"
    done
    (($1)) || older_activities "$3"
}

# Pages behind the 120 entries that a timeline has: the third of fifty each.
older_activities() { # FOLLOWS
    local person cursor token page
    while read -r person cursor token; do
        for page in 2 3; do
            cursor="&cursor=$(curl --silent --output /dev/null --dump-header - \
                --header "Authorization: Bearer $token" "$url/social/feed?userId=$person$cursor" |
                sed -n 's/^Link: .*cursor=\([0-9a-f-]*\)>.*/\1/p')"
            [[ $cursor != '&cursor=' ]] || die "Page $page of $person has no next one."
        done
        echo "$person $cursor $token"
    done <"$temporary/activities.$1.cursors" >"$temporary/activities.$1.older"
}

activities_with() { # ROUND SIZE FOLLOWS NAME FILE
    local postgres redis
    postgres="$(postgres_ticks)" redis="$(redis_ticks)"
    drive_with "$api_process" 1 8 activities.lua "$url" -- "$5"
    ((refusals == 0)) || die "$refusals of $requests requests for feeds were refused."
    note_activities "$1" "$4.$2.$3" "$cpu" "$postgres" "$redis"
}

note_activities() { # ROUND NAME API POSTGRES_TICKS REDIS_TICKS
    (($1)) || return 0
    note "activities.api.$2" "$3"
    note "activities.postgres.$2" "$(microseconds_each $(($(postgres_ticks) - $4)))"
    note "activities.redis.$2" "$(microseconds_each $(($(redis_ticks) - $5)))"
}

show_activities() {
    local size class follows name server goal=()
    for size in "${activity_sizes[@]}"; do
        for class in "${activity_readers[@]}"; do
            follows="${class%% *}"
            for name in newest older first; do
                for server in api postgres redis; do
                    goal=()
                    if [[ $server$name == postgresnewest ]]; then goal=('<' 400); fi
                    row activities "$name, $size users, follows $follows: $server" µs \
                        "activities.$server.$name.$size.$follows" "${goal[@]}"
                done
            done
        done
    done
}

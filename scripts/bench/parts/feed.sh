# Posts, likes, follows and the feed, among few and many users. The same users read at both sizes.

feed_sizes=('10000 100000 500000 0' '200000 1000000 3000000 5')
feed_rounds=3
# More than there are writes of a kind in a round: each user likes and follows each once.
feed_writes=20000

measure_feed() {
    local size people posts likes famous before=(0 0 0)
    for size in "${feed_sizes[@]}"; do
        read -r people posts likes famous <<<"$size"
        use_tool psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set people="$people" --set posts="$posts" \
            --set likes="$likes" --set famous="$famous" --set already_people="${before[0]}" \
            --set already_posts="${before[1]}" --set already_likes="${before[2]}" --file "$tools/posts.sql" \
            "$DATABASE_URL"
        before=("$people" "$posts" "$likes")
        sync
        redis_does FLUSHALL
        start_product 1 "ACCESS_TOKEN_SECRET=$population_secret"
        start_pool notifications
        write_feed_requests "$people"
        read_posts "$posts"
        compare_feeds "$posts"
        write_posts "$posts"
        if ((famous)); then like_hot_post; fi
        stop_product
    done
    show_feed
}

# The requests of each kind, a file each.
write_feed_requests() { # PEOPLE
    make_tokens 0 1000 7002 | awk '{ print $1, $3 }' >"$temporary/feed.tokens"
    feed_requests 0 499 '/api/v1/posts/feed' >"$temporary/feed.follows-20"
    feed_requests 500 599 '/api/v1/posts/feed' >"$temporary/feed.follows-1000"
    feed_requests 600 699 '/api/v1/posts/feed' >"$temporary/feed.follows-famous"
    feed_requests 0 499 '/api/v1/posts' >"$temporary/feed.all"
    # Without a login.
    echo 'GET /api/v1/posts -' >"$temporary/feed.public"
    postgres_says "SELECT id, author_id FROM posts WHERE visibility = 'PUBLIC' ORDER BY md5(id::text) LIMIT 90000" |
        tr '|' ' ' >"$temporary/feed.posts"
    feed_targets GET '/api/v1/posts/%s' 1 >"$temporary/feed.post"
    feed_targets GET '/api/v1/posts/%s/comments' 1 >"$temporary/feed.comments"
    feed_targets GET '/api/v1/users/%s/posts' 2 >"$temporary/feed.author"
    feed_targets GET '/api/v1/users/%s' 2 >"$temporary/feed.user"
    feed_targets GET '/api/v1/users/%s/followers' 2 >"$temporary/feed.followers"
    feed_targets POST '/api/v1/posts/%s/like' 1 >"$temporary/feed.like"
    feed_targets POST '/api/v1/users/%s/follow' 2 | sort --unique --key=2,3 |
        shuf --random-source=<(yes) >"$temporary/feed.follow"
    awk '{ print "POST /api/v1/posts", $2, "{\"content\":\"We rehearse on Friday and play on Sunday\"}" }' \
        "$temporary/feed.tokens" >"$temporary/feed.publish"
}

feed_requests() { # FIRST LAST PATH
    awk -v first="$1" -v last="$2" -v path="$3" 'NR > first && NR <= last + 1 { print "GET", path, $2 }' \
        "$temporary/feed.tokens"
}

# Two requests, of two of the users, for each of the posts, which are in no order: of the post (1) or its author (2).
feed_targets() { # METHOD PATH FIELD
    awk -v method="$1" -v path="$2" -v field="$3" '
        FNR == 1 { file++ }
        file == 1 { users[NR - 1] = $1; tokens[NR - 1] = $2; next }
        { user = 700 + (FNR + file * 150) % 300 }
        users[user] != $2 { printf "%s " path " %s\n", method, $field, tokens[user] }' "$temporary/feed.tokens" \
        "$temporary/feed.posts" "$temporary/feed.posts"
}

read_posts() { # SIZE
    local kind round
    for kind in follows-20 follows-1000 follows-famous; do
        # The first read of each builds the timeline.
        for round in 1 2; do use_tool "$python" "$tools/once.py" "$host" "$port" "$temporary/feed.$kind"; done
    done
    for kind in follows-20 follows-1000 follows-famous post all public author user followers comments; do
        for ((round = 0; round <= feed_rounds; round++)); do
            feed_with "$round" "$kind.$1" 1 64 "$temporary/feed.$kind"
        done
    done
    for ((round = 0; round <= feed_rounds; round++)); do first_feeds "$round" "first.$1"; done
}

# The product and the ceiling in turn, on the same timelines.
compare_feeds() { # SIZE
    local round kind=follows-20 ceiling_port ours ceiling
    start_ceiling
    for ((round = 0; round <= feed_rounds; round++)); do
        drive_with "$api_process" 1 64 requests.lua "$url" -- "$temporary/feed.$kind"
        ours="$cpu"
        drive_with "$ceiling_process" 1 64 requests.lua "http://$host:$ceiling_port" -- "$temporary/feed.$kind"
        ceiling="$cpu"
        if ((round)); then
            note "feed.ceiling.$1" "$ceiling"
            note "feed.ratio.$1" "$(calculate "$ours / $ceiling")"
        fi
    done
    end_process TERM "$ceiling_process"
    ceiling_process=''
}

# Sets ceiling_process, and ceiling_port of its caller.
start_ceiling() {
    local compiler key
    compiler="$(command -v cc || command -v clang)" || die "There is no C compiler."
    "$compiler" -O2 -I "$(pg_config --includedir)" -o "$temporary/ceiling" "$tools/ceiling.c" \
        "$tools/ceiling_answer.c" -lhiredis -lpq
    # The statement as the product has it: the lines between its name and the end of its text.
    awk '/"feed_among",/ { found = 1; next } found && /"""\)/ { exit } found && !/"""/' \
        Sources/Storage/Posts/FeedStore.swift >"$temporary/feed.sql"
    key="$(redis_does --scan --pattern '*tl:*:posts:*' | head -n 1)"
    [[ -n $key ]] || die "There is no timeline."
    ceiling_port="$(free_port)"
    launch TERM "$temporary/ceiling" "$ceiling_port" "$redis_port" "${key%%\{*}{" "$DATABASE_URL" \
        "$temporary/feed.sql" >"$temporary/ceiling.log" 2>&1
    ceiling_process="$launched"
    wait_until ceiling "$ceiling_process" port_is_taken "$ceiling_port"
}

# After FLUSHALL each reader's timeline is missing: PostgreSQL answers, and the timeline is built.
first_feeds() { # ROUND NAME
    local api postgres redis
    redis_does FLUSHALL
    requests="$(wc -l <"$temporary/feed.follows-20")"
    api="$(ticks_of "$api_process")" postgres="$(postgres_ticks)" redis="$(redis_ticks)"
    use_tool "$python" "$tools/once.py" "$host" "$port" "$temporary/feed.follows-20"
    note_feed "$1" "$2" "$(microseconds_each $(($(ticks_of "$api_process") - api)))" "$postgres" "$redis"
}

write_posts() { # SIZE
    local kind round connections
    for kind in publish like follow; do
        for connections in 1 64; do
            for ((round = 0; round <= feed_rounds; round++)); do
                feed_with "$round" "$kind-$connections.$1" 1 "$connections" "$temporary/feed.$kind" \
                    "$(((round + (connections > 1 ? 1 + feed_rounds : 0)) * feed_writes))"
            done
        done
    done
}

# One post that all want to like.
like_hot_post() {
    local post round
    post="$(head -n 1 "$temporary/feed.posts" | cut -d ' ' -f 1)"
    make_tokens 1000 80000 7002 | awk -v path="/api/v1/posts/$post/like" '{ print "POST", path, $3 }' \
        >"$temporary/feed.hot"
    for ((round = 0; round <= feed_rounds; round++)); do
        feed_with "$round" hot 1 256 "$temporary/feed.hot" "$((round * 20000))"
        ((round == 0)) || note feed.rate.hot "$rate"
    done
}

# The first round warms up.
feed_with() { # ROUND NAME SECONDS CONNECTIONS FILE [FIRST]
    local postgres redis
    postgres="$(postgres_ticks)" redis="$(redis_ticks)"
    drive_with "$api_process" "$3" "$4" requests.lua "$url" -- "$5" "${6:-0}"
    ((refusals == 0)) || die "$refusals of $requests requests of the kind $2 were refused."
    note_feed "$1" "$2" "$cpu" "$postgres" "$redis"
    (($1 == 0)) || note "feed.rate.$2" "$rate"
}

note_feed() { # ROUND NAME API POSTGRES_TICKS REDIS_TICKS
    (($1)) || return 0
    note "feed.api.$2" "$3"
    note "feed.postgres.$2" "$(microseconds_each $(($(postgres_ticks) - $4)))"
    note "feed.redis.$2" "$(microseconds_each $(($(redis_ticks) - $5)))"
}

show_feed() {
    local size posts index=0 goals name kind
    for size in "${feed_sizes[@]}"; do
        read -r _ posts _ <<<"$size"
        while read -r kind name goals; do
            name="${name//_/ }"
            # shellcheck disable=SC2086  # a goal is two words
            show_feed_figures "$kind.$posts" "$name, $((posts / 1000))k" "$(cut -d , -f 1 <<<"$goals")" \
                "$(cut -d , -f $((2 + index)) <<<"$goals")"
        done <<'KINDS'
follows-20 feed,_follows_20 < 70,< 180,< 250
follows-1000 feed,_follows_1,000 < 70,< 180,< 250
follows-famous feed,_a_famous_author < 70,< 250,< 300
first first_after_FLUSHALL ,< 500,< 500
post one_post < 60,< 80,< 80
user profile < 35,,
all newest_of_all_posts ,< 200,< 200
public the_same_without_a_login < 60,,
author posts_of_an_author ,< 200,< 200
followers 20_followers ,< 300,< 400
comments comments_of_a_post ,< 450,< 450
publish-1 new_post,_one_by_one < 60,< 400,< 400
publish-64 new_post,_64_at_once < 60,< 220,< 220
like-1 like,_one_by_one < 60,,
like-64 like,_64_at_once < 60,< 180,< 180
follow-1 follow,_one_by_one ,,
follow-64 follow,_64_at_once ,,
KINDS
        row feed "the ceiling of a feed, $((posts / 1000))k" µs "feed.ceiling.$posts"
        row feed "feed, follows 20, $((posts / 1000))k: API to the ceiling" times "feed.ratio.$posts" '<' 1.1
        index=1
    done
    row feed 'likes of one post, 256 connections' req/s feed.rate.hot '>' 5000
    show_feed_figures hot 'the same'
}

show_feed_figures() { # FIGURE DESCRIPTION [API_GOAL] [POSTGRES_GOAL]
    local goal
    read -ra goal <<<"${3:-}"
    row feed "$2: API" µs "feed.api.$1" "${goal[@]}"
    read -ra goal <<<"${4:-}"
    row feed "$2: PostgreSQL" µs "feed.postgres.$1" "${goal[@]}"
    row feed "$2: Redis" µs "feed.redis.$1"
}

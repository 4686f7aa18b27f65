# Messages and inboxes among few and many. The same users read and write at both sizes, in ten conversations of twenty
# messages each, and return to inboxes of 18 groups with 330 notifications. No workers run: the cost of a notification
# is the same whatever it is about.

message_sizes=('1000 100000' '10000 1000000')
message_rounds=3
message_kinds=(send-1 send-64 history conversations search notifications read visit)

measure_messages() {
    local size people before=0
    declare -A smaller=()
    for size in "${message_sizes[@]}"; do
        people="${size% *}"
        use_tool psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set people="$people" --set already_people="$before" \
            --file "$tools/messages.sql" --file "$tools/inboxes.sql" "$DATABASE_URL"
        before="$people"
        sync
        write_message_requests
        start_product 1 "ACCESS_TOKEN_SECRET=$population_secret"
        drive_messages "${size#* }"
        stop_product
    done
    postgres_does 'SET client_min_messages = warning;
        TRUNCATE conversations, posts, follows, notifications, notification_groups, inbox_changes CASCADE;
        DROP FUNCTION bench_mark_unread, bench_id, bench_writer; DROP TABLE bench_unread'
    show_messages
}

# The requests of each kind, a file each, of 500 users in no order.
write_message_requests() {
    make_tokens 0 500 7003 | awk '{ print $1, $3 }' >"$temporary/messages.tokens"
    message_requests 'GET /api/v1/messages %s' >"$temporary/messages.conversations"
    message_requests 'GET /api/v1/messages/%s %s' >"$temporary/messages.history"
    message_requests 'GET /api/v1/messages/search?q=guitars %s' >"$temporary/messages.search"
    message_requests 'POST /api/v1/messages/%s %s {"content":"We rehearse on Friday and play on Sunday"}' \
        >"$temporary/messages.send"
    message_requests 'GET /api/v1/notifications %s' >"$temporary/messages.notifications"
    write_inbox_requests
}

# Each unread group of the 500 users is read once; or its user looks at the list, reads it, and looks again.
write_inbox_requests() {
    use_tool psql --quiet --no-psqlrc --tuples-only --no-align --field-separator ' ' "$DATABASE_URL" --command '
        SELECT user_id, newest_id FROM notification_groups
        WHERE unread > 0 AND user_id < bench_writer(500) ORDER BY md5(newest_id::text)'
    awk -v read="$temporary/messages.read" -v visit="$temporary/messages.visit" '
        NR == FNR { token[$1] = $2; next }
        {
            put = "PUT /api/v1/notifications/" $2 "/read " token[$1]
            print put >read
            page = "GET /api/v1/notifications " token[$1]
            print page "\n" put "\n" page >visit
        }' "$temporary/messages.tokens" "$answer"
}

# A request of each user to each of the next five.
message_requests() { # FORMAT
    awk -v format="$1\n" '
        { id[NR] = $1; token[NR] = $2 }
        END {
            for (step = 1; step <= 5; step++) for (number = 1; number + step <= NR; number++)
                if (split(format, parts, "%s") == 2) printf format, token[number]
                else printf format, id[number + step], token[number]
        }' "$temporary/messages.tokens" | shuf --random-source=<(yes)
}

drive_messages() { # SIZE
    local kind round postgres redis connections
    for kind in "${message_kinds[@]}"; do
        connections=64
        if [[ $kind == send-1 ]]; then connections=1; fi
        # The first round warms up.
        for ((round = 0; round <= message_rounds; round++)); do
            if [[ $kind == read || $kind == visit ]]; then postgres_does 'SELECT bench_mark_unread()'; fi
            postgres="$(postgres_ticks)" redis="$(redis_ticks)"
            drive_with "$api_process" 1 "$connections" requests.lua "$url" -- "$temporary/messages.${kind%-*}" 0
            ((refusals == 0)) || die "$refusals of $requests requests of the kind $kind were refused."
            ((round)) || continue
            postgres="$(microseconds_each $(($(postgres_ticks) - postgres)))"
            redis="$(microseconds_each $(($(redis_ticks) - redis)))"
            note "messages.api.$kind.$1" "$cpu"
            note "messages.postgres.$kind.$1" "$postgres"
            note "messages.redis.$kind.$1" "$redis"
            note "messages.rate.$kind.$1" "$rate"
            if [[ -v smaller[$kind.$round] ]]; then
                note "messages.growth.$kind" "$(calculate "($cpu + $postgres) / ${smaller[$kind.$round]}")"
            else
                smaller[$kind.$round]="$(calculate "$cpu + $postgres")"
            fi
        done
    done
}

show_messages() {
    local size kind name api postgres goal
    for size in "${message_sizes[@]}"; do
        size="${size#* }"
        while IFS=, read -r kind name api postgres; do
            read -ra goal <<<"$api"
            row messages "$name, $((size / 1000))k: API" µs "messages.api.$kind.$size" "${goal[@]}"
            read -ra goal <<<"$postgres"
            row messages "$name, $((size / 1000))k: PostgreSQL" µs "messages.postgres.$kind.$size" "${goal[@]}"
            row messages "$name, $((size / 1000))k: Redis" µs "messages.redis.$kind.$size"
        done <<'KINDS'
send-1,send one by one,< 60,< 300
send-64,send 64 at once,< 60,< 300
history,20 messages of a conversation,< 60,< 150
conversations,ten conversations,< 60,< 150
search,search in one's own messages,,
notifications,ten groups of notifications,< 50,< 100
read,a group is marked as read,,
visit,ten groups before and after one is read,,
KINDS
    done
    for kind in "${message_kinds[@]}"; do
        row messages "growth of $kind to 1,000k" times "messages.growth.$kind" '<' 1.3
    done
}

# Search among a million posts.

searched_posts=1000000

measure_search() {
    local round before token
    provide_population
    use_tool psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set posts="$searched_posts" --file "$tools/search.sql" \
        "$DATABASE_URL"
    psql --quiet --no-psqlrc --tuples-only --no-align --file "$tools/searches.sql" "$DATABASE_URL" \
        >"$temporary/searches"
    requests="$(wc -l <"$temporary/searches")"
    ((requests == 400)) || die "There are $requests searches instead of 400."
    sync
    start_product 1 "ACCESS_TOKEN_SECRET=$population_secret"
    token="$(make_tokens 1000 1)"
    # The first round warms up.
    for round in 0 1 2 3; do
        before="$(postgres_ticks)"
        use_tool "$python" "$tools/searches.py" "$host" "$port" "$temporary/searches" "${token##* }"
        ((round)) || continue
        note_search "$(($(postgres_ticks) - before))"
    done
    stop_product
    # The rows of other parts that refer to posts are theirs to make again.
    postgres_does 'SET client_min_messages = warning; TRUNCATE posts, hashtags CASCADE'
    postgres_does "CREATE INDEX idx_posts_content_fts ON posts USING gin (to_tsvector('english', content))"
    postgres_does 'DROP FUNCTION bench_word(integer, boolean)'
    row search "$searched_posts posts, 400 mixed searches: median" ms search.p50
    row search 'the same, 99th percentile' ms search.p99 '<' 50
    row search 'the same, the longest' ms search.longest
    row search "PostgreSQL's CPU a search" µs search.postgres
    row search 'posts that one search found' posts search.found
}

note_search() { # POSTGRES_TICKS
    local median percentile longest found
    read -r median percentile longest found <"$answer"
    ((found > 0)) || die "The searches found nothing."
    note search.p50 "$median"
    note search.p99 "$percentile"
    note search.longest "$longest"
    note search.found "$(calculate "$found / $requests")"
    note search.postgres "$(microseconds_each "$1")"
}

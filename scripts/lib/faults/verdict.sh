# The end of the fault test: waits until every queue is empty, and checks that each job took effect exactly once.

drain_limit=120

settle() {
    local begun="$SECONDS" left
    say "No more faults: waiting until nothing is left to do"
    # The writer may be in the middle of an insert: the journal says what it wanted and what was committed.
    kill_processes writer visitor people musicians
    product=("${product[@]/writer/}")
    product=("${product[@]/people/}")
    product=("${product[@]/musicians/}")
    rm -f "$media_disk/filler"
    mapfile -t product < <(printf '%s\n' "${product[@]}" | sed '/^$/d')
    while :; do
        ((!stop_requested)) || exit 130
        rm -f "$media_disk/filler"
        kill -CONT "${process_of[redis]}" 2>/dev/null || true
        start_missing
        left="$(sql "SELECT count(*) FROM outbox WHERE state IN ('queued', 'waiting')")" || left='?'
        [[ $left != 0 ]] || break
        if ((SECONDS - begun > drain_limit)); then
            complain "$left jobs are left after $drain_limit s:"
            sql "SELECT queue, kind, state, attempt, run_at - now(), error, id FROM outbox
                 WHERE state IN ('queued', 'waiting') LIMIT 20" >&2 || true
            break
        fi
        sleep 0.5
    done
    drained=$((SECONDS - begun))
}

judge() {
    local faults
    wait_until_redis_is_empty
    load_journal
    read_people
    read_musicians
    faults="$(wc -l <"$directory/faults")"
    say "$faults faults:"
    print_counts
    expect 0 "committed jobs without effect" "$lost"
    expect 0 "jobs with two effects" "$twice"
    expect 0 "effects without a job" "$strange"
    expect 0 "batches whose last job came too early" "$early"
    expect 0 "dead jobs" "$(sql "SELECT count(*) FROM outbox WHERE state = 'dead'")"
    expect 0 "jobs left in PostgreSQL" "$(sql "SELECT count(*) FROM outbox WHERE state IN ('queued', 'waiting')")"
    expect 0 "keys of jobs left in Redis" "$(remaining_keys | wc -l)"
    expect 0 "friend requests lost" "$lost_requests"
    expect 0 "friend requests without exactly one notification for their receiver" "$untold"
    expect 0 "mails missing" "$without_mail"
    expect 0 "mails sent twice" "$with_two"
    expect 0 "friend requests that were accepted and refused" "$both"
    expect 0 "answers that a command cannot have" "$unexpected"
    expect 0 "users with counters that differ from their rows" "$miscounted"
    expect 0 "counters that reconciliation had to correct" "$corrected"
    expect 0 "users with counters that differ from their rows after reconciliation" "$miscounted_after"
    expect 0 "plays that are not counted" "$uncounted"
    # A play that PostgreSQL refuses is lost if the API dies before it is back: those of requests that were waiting.
    ((unplayed <= 12 * $(grep -c PostgreSQL "$directory/faults" || true))) ||
        expect 0 "tracks that arrived and were not played" "$unplayed"
    expect 0 "tracks without exactly one activity, and activities without a track" "$inactive"
    expect 0 "deleted accounts with rows" "$undeleted"
    expect 0 "files that are not ready" "$unready"
    expect 0 "deleted files with a row" "$unremoved"
    expect 0 "stored bytes without a row" "$orphaned"
    expect 0 "domain events that were not published" "$(unpublished_events)"
    say "$kept committed jobs took effect, and $unanswered more whose commit was not confirmed; $accounts" \
        "accounts and $requests friend requests, each with its notification and each mail once"
    say "Of accounts that acted on each other $deleted were deleted, and $files files uploaded"
    say "Musicians raced with $raced commands; $follows follows, $tracks tracks and $plays plays are left, and $gone" \
        "accounts closed; $unplayed plays were lost with PostgreSQL and the API"
    say "$repeated effects outside of PostgreSQL were repeated, each with its job's id"
    say "From enqueueing to effect of plain jobs: median $median ms, longest $longest ms; drained in $drained s"
    if ((is_kept)); then
        sql "SELECT id, kind, error FROM outbox WHERE state = 'dead' LIMIT 10" >&2 || true
        remaining_keys | head -n 10 >&2
        complain "FAILED, SEED=$seed"
        exit 1
    fi
    say "Nothing lost, nothing done twice (SEED=$seed)"
}

expect() { # WANTED WHAT FOUND
    if [[ $3 != "$1" ]]; then
        complain "$2: ${3:-unknown}"
        is_kept=1
    fi
}

print_counts() {
    local name
    for name in "${!counts[@]}"; do printf '      %3d  %s\n' "${counts[$name]}" "$name"; done | sort -rn
}

wait_until_redis_is_empty() {
    # The sweep looks at a page of what Redis keeps every five seconds.
    local deadline=$((SECONDS + 30))
    while (($(remaining_keys | wc -l) > 0 && SECONDS < deadline)); do sleep 0.3; done
}

# Publishers that failed try again within ten seconds.
unpublished_events() {
    local deadline=$((SECONDS + 30)) left
    while left="$(sql "SELECT pending FROM event_backlogs(ARRAY['redis'])")" && [[ $left != 0 ]] &&
        ((SECONDS < deadline)); do sleep 0.3; done
    echo "$left"
}

# An empty queue still has its workers, its statistics, and wake-up elements for waiting workers. In the probes' queue
# jobs of the schedule wait for a worker of the product, which does not run here.
remaining_keys() {
    local key
    for queue in counters images audio notifications deliveries email events; do
        redis-cli -h 127.0.0.1 -p "$redis_port" --scan --pattern "jq:{$queue}:*" | while read -r key; do
            case "${key#*\}:}" in
                workers | stats | epoch | looked | paused | done:* | started:*) ;;
                ready)
                    redis-cli -h 127.0.0.1 -p "$redis_port" LRANGE "$key" 0 -1 | grep -v '^!$' |
                        sed "s/^/$queue ready /"
                    ;;
                jobs | delayed) [[ $queue == counters ]] && ! has_probes || echo "$key" ;;
                *) echo "$key" ;;
            esac
        done
    done
}

has_probes() {
    redis-cli -h 127.0.0.1 -p "$redis_port" HVALS 'jq:{counters}:jobs' |
        grep -vE '"kind":"(count-days|count-plays|reconcile-counters)"' | grep -q .
}

load_journal() {
    local words="$directory/words"
    # A last line may be cut off.
    awk 'NF == 3 && $2 ~ /^[0-9]+$/ && $3 ~ /^[0-9]+$/ { print $1 "\t" $2 "\t" $3 }' "$directory/journal" \
        >"$words.journal"
    awk 'NF == 3 && $1 == "effect" { print $2 }' "$directory/lines" >"$words.lines"
    sql "CREATE TABLE journal (word text, first bigint, last bigint)"
    sql "CREATE TABLE lines (number bigint)"
    psql -X -q "$DATABASE_URL" -c "\\copy journal FROM '$words.journal'" -c "\\copy lines FROM '$words.lines'"
    sql "CREATE TABLE wanted AS SELECT generate_series(first, last) AS number FROM journal WHERE word = 'want'"
    sql "CREATE TABLE had AS SELECT generate_series(first, last) AS number FROM journal WHERE word = 'have'"
    sql "CREATE TABLE happened AS SELECT number FROM effects UNION SELECT number FROM lines"
    sql "ANALYZE"
    kept="$(sql "SELECT count(*) FROM had JOIN happened USING (number)")"
    lost="$(sql "SELECT count(*) FROM had WHERE number NOT IN (SELECT number FROM happened)")"
    unanswered="$(sql "SELECT count(*) FROM happened WHERE number NOT IN (SELECT number FROM had)")"
    strange="$(sql "SELECT count(*) FROM happened WHERE number NOT IN (SELECT number FROM wanted)")"
    twice="$(sql "SELECT count(*) FROM (SELECT FROM effects GROUP BY number HAVING count(*) > 1) AS more")"
    repeated="$(sql "SELECT count(*) - count(DISTINCT number) FROM lines")"
    # The numbers of batches: the first is the one that comes after the others.
    early="$(sql "SELECT count(*) FROM journal JOIN effects AS last ON last.number = first
        WHERE word = 'want' AND first % 1000000000 >= 500000000 AND EXISTS (
            SELECT FROM effects AS other
            WHERE other.number BETWEEN first + 1 AND journal.last AND other.at > last.at)")"
    read_times
    read_requests
    read_mail
}

# A job's id begins with the millisecond in which it was made.
read_times() {
    local times
    times="$(sql "WITH times AS (
            SELECT extract(epoch FROM at) * 1000
                - ('x' || left(replace(job::text, '-', ''), 12))::bit(48)::bigint AS time
            FROM effects WHERE number % 10 >= 5 AND number % 1000000000 < 500000000)
        SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY time)), round(max(time)) FROM times")"
    median="${times%|*}" longest="${times#*|}"
}

read_requests() {
    awk '$1 == "asked" && NF == 4 { print $2 "\t" $3 }' "$directory/visits" >"$directory/asked"
    sql "CREATE TABLE asked (request uuid, person uuid)"
    psql -X -q "$DATABASE_URL" -c "\\copy asked FROM '$directory/asked'"
    requests="$(sql "SELECT count(*) FROM asked")"
    lost_requests="$(sql "SELECT count(*) FROM asked WHERE NOT EXISTS (
        SELECT FROM friend_requests WHERE id = request AND receiver_id = person)")"
    untold="$(sql "SELECT count(*) FROM asked WHERE 1 <> (
        SELECT count(*) FROM notifications WHERE entity_id = request AND user_id = person)")"
}

# What the accounts of people.py were answered, and what is left of them.
read_people() {
    local people="$directory/people" file
    both="$(grep -c '^both ' "$people")" || true
    unexpected="$(grep -c '^unexpected ' "$people")" || true
    grep '^unexpected ' "$people" | sort | uniq -c >&2 || true
    deleted="$(grep -c '^deleted ' "$people")" || true
    files="$(grep -c '^file ' "$people")" || true
    miscounted="$(count_miscounted)"
    awk '$1 == "deleted" && NF == 2 { print $2 }' "$people" >"$people.deleted"
    awk '$1 == "file" && NF == 3 { print $2 }' "$people" >"$people.files"
    awk '$1 == "removed" && NF == 2 { print $2 }' "$people" >"$people.removed"
    sql "CREATE TABLE deleted_accounts (account uuid)"
    sql "CREATE TABLE files (id uuid)"
    sql "CREATE TABLE removed_files (id uuid)"
    psql -X -q "$DATABASE_URL" -c "\\copy deleted_accounts FROM '$people.deleted'" \
        -c "\\copy files FROM '$people.files'" -c "\\copy removed_files FROM '$people.removed'"
    undeleted="$(sql "SELECT count(*) FROM accounts WHERE id IN (SELECT account FROM deleted_accounts)")"
    unready="$(sql "SELECT count(*) FROM media WHERE state <> 'ready'")"
    unremoved="$(sql "SELECT count(*) FROM media
        WHERE id IN (SELECT id FROM removed_files) OR track_id IN (SELECT id FROM removed_files)")"
    # Of a file that was not confirmed the bytes may be left when the API was killed before it wrote the row.
    orphaned=0
    while read -r file; do
        [[ -z "$(find "$media_disk/blobs" -path "*/${file: -2}/$file/*" -type f)" ]] || orphaned=$((orphaned + 1))
    done < <(sql "SELECT id FROM files WHERE id NOT IN (SELECT id FROM media)")
}

# Users whose counters differ from the rows that they count.
count_miscounted() {
    sql "SELECT (SELECT count(*) FROM profile_counters
            WHERE (media_count, media_bytes, friends_count, tracks_count, followers_count, following_count, total_plays)
                <> (actual_media_count, actual_media_bytes, actual_friends_count, actual_tracks_count,
                    actual_followers_count, actual_following_count, actual_total_plays))
        + (SELECT count(*) FROM conversation_counters WHERE unread_count <> actual_unread_count)"
}

# What the accounts of musicians.py were answered, and what is left of them. Plays are counted by a job every ten
# seconds; what it has not counted is counted here, as by its next run.
read_musicians() {
    local musicians="$directory/musicians"
    unexpected=$((unexpected + $(grep -c '^unexpected ' "$musicians" || true)))
    grep '^unexpected ' "$musicians" | sort | uniq -c >&2 || true
    raced="$(awk '$1 == "raced" && NF == 2 { count = $2 } END { print count + 0 }' "$musicians")"
    gone="$(grep -c '^gone ' "$musicians")" || true
    awk '$1 == "heard" && NF == 3 { print $2 "\t" $3 }' "$musicians" >"$musicians.heard"
    sql "CREATE TABLE heard (track uuid, listener text)"
    psql -X -q "$DATABASE_URL" -c "\\copy heard FROM '$musicians.heard'"
    while (($(sql "SELECT count_plays(500)") > 0)); do :; done
    uncounted="$(sql "SELECT count(*) FROM plays WHERE NOT is_counted")"
    # Plays of a closed account's tracks are deleted with it; a deleted track's stay.
    unplayed="$(sql "SELECT count(*) FROM heard JOIN media ON media.id = track
        WHERE NOT EXISTS (SELECT FROM plays WHERE track_id = track AND plays.listener = heard.listener)")"
    miscounted=$((miscounted + $(count_miscounted)))
    corrected="$(sql "SELECT count(*) FROM reconcile_counters(ARRAY(SELECT user_id FROM profiles))")"
    miscounted_after="$(count_miscounted)"
    inactive="$(sql "SELECT (SELECT count(*) FROM media WHERE purpose = 'track' AND state <> 'failed' AND 1 <> (
            SELECT count(*) FROM activities WHERE media_id = media.id AND actor_id = user_id))
        + (SELECT count(*) FROM activities WHERE action = 'track_published' AND NOT EXISTS (
            SELECT FROM media WHERE id = media_id AND state <> 'failed'))")"
    follows="$(sql "SELECT count(*) FROM follows")"
    tracks="$(sql "SELECT count(*) FROM media WHERE purpose = 'track'")"
    plays="$(sql "SELECT count(*) FROM plays")"
}

read_mail() {
    local mail="$directory/mail"
    # An account makes a welcome and a confirmation, a friend request a digest; subjects differ in their first word.
    find "$DATA_DIR/mail" -name '*.eml' -exec awk '
        FNR == 1 { address = "" }
        tolower($1) == "to:" && address == "" { address = $NF; gsub(/[<>\r]/, "", address) }
        tolower($1) == "subject:" { if (address ~ /@example\.com$/) print address, $2; nextfile }' {} + | sort >"$mail"
    awk '$1 == "account" { print $2, "Confirm"; print $2, "Welcome" } $1 == "asked" { print $4, "You" }' \
        "$directory/visits" | sort -u >"$mail.expected"
    accounts="$(grep -c '^account ' "$directory/visits")"
    without_mail="$(comm -13 <(uniq "$mail") "$mail.expected" | wc -l)"
    with_two="$(uniq -d "$mail" | wc -l)"
}

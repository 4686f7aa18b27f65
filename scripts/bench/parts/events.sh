# Domain events: how many a second reach each destination, and how long after they were recorded.

backlog=50000
rabbit_process='' rabbit_descriptor='' kafka_process=''
events_rabbit='' events_kafka=''

measure_events() {
    local round
    start_brokers
    for round in 1 2 3; do
        drain_backlog redis
        drain_backlog rabbitmq "AMQP_URL=$events_rabbit"
        drain_backlog kafka "KAFKA_BROKERS=$events_kafka"
        measure_delay "AMQP_URL=$events_rabbit" "KAFKA_BROKERS=$events_kafka"
    done
    stop_brokers
    show_events
}

# A RabbitMQ as the tests start it, and librdkafka's mock of a Kafka cluster.
start_brokers() {
    local compiler rabbit_input
    compiler="$(command -v cc || command -v clang)" || die "There is no C compiler."
    "$compiler" -O2 -o "$temporary/kafka" "$tools/kafka.c" -lrdkafka
    hold_tool kafka "$temporary/kafka.brokers" "$temporary/kafka" "$temporary/kafka.brokers"
    kafka_process="$launched" held_process=''
    events_kafka="$(<"$temporary/kafka.brokers")"
    # It ends with its input, which opens at once because it has a writer here.
    mkfifo "$temporary/rabbit.input"
    exec {rabbit_input}<>"$temporary/rabbit.input"
    private_descriptors+=("$rabbit_input")
    rabbit_descriptor="$rabbit_input"
    launch TERM bash -c 'exec "$@" <"$0"' "$temporary/rabbit.input" "$python" -B \
        Tests/TestSupport/rabbitmq_server.py "$temporary/rabbit" >"$temporary/rabbit.ports" 2>"$temporary/rabbit.log"
    rabbit_process="$launched"
    wait_until rabbit "$rabbit_process" test -s "$temporary/rabbit.ports"
    events_rabbit="amqp://127.0.0.1:$(cut -d' ' -f1 "$temporary/rabbit.ports")"
}

stop_brokers() {
    [[ -n $rabbit_process ]] || return 0
    exec {rabbit_descriptor}>&-
    ends_within 10 "$rabbit_process" || end_process TERM "$rabbit_process"
    end_process TERM "$kafka_process"
    rabbit_process='' kafka_process=''
}

# Records events while no pool runs, and measures the time from its start of publishing until a destination has all.
drain_backlog() { # DESTINATION [NAME=VALUE...]
    local name="$1" first='' last='' reached process ticks
    shift
    redis_does FLUSHALL
    postgres_does 'TRUNCATE domain_events, event_destinations'
    postgres_does 'UPDATE event_numbering SET last = 0'
    postgres_does "
        INSERT INTO domain_events (id, subject, kind, data)
        SELECT gen_random_uuid(), md5((number % 1000)::text)::uuid, 'user.followed',
               jsonb_build_object('followerId', gen_random_uuid(), 'followingId', gen_random_uuid())
        FROM generate_series(1, $backlog) AS number"
    postgres_does 'VACUUM ANALYZE domain_events'
    launch TERM env "$@" "$binaries/Workers" events >>"$temporary/events.log" 2>&1
    process="$launched"
    while :; do
        ((!stop_requested)) || exit 130
        reached="$(postgres_says "SELECT sequence FROM event_destinations WHERE name = '$name'")"
        if [[ -z $first && ${reached:-0} -gt 0 ]]; then first="$(date +%s.%N) $reached"; fi
        if ((${reached:-0} >= backlog)); then break; fi
        is_running "$process" || die "The pool ended: $(tail -n 3 "$temporary/events.log")"
        sleep 0.02
    done
    last="$(date +%s.%N)"
    ticks="$(ticks_of "$process")"
    end_process TERM "$process"
    note "events.$name" "$(calculate "($backlog - ${first#* }) / ($last - ${first% *})")"
    note "events.${name}_cpu" "$(calculate "$ticks * 1000000 / $ticks_a_second / $backlog")"
}

# Sends updates of a profile to the API, each after the answer to the one before, and reads the delays from the metrics.
# The first ones, for which connections are made, do not count.
measure_delay() { # NAME=VALUE...
    local scraped pool user name before after
    postgres_does 'TRUNCATE domain_events, event_destinations'
    scraped="$(free_port)"
    start_product 1
    launch TERM env "${product_settings[@]}" "METRICS_LISTEN=127.0.0.1:$scraped" "$@" "$binaries/Workers" events \
        >>"$temporary/events.log" 2>&1
    pool="$launched"
    other_processes+=("$pool")
    wait_until events "$pool" port_is_taken "$scraped"
    read -ra user < <(register_people 1 "writer$RANDOM")
    use_tool "$python" "$tools/updates.py" "$host" "${url##*:}" 100 5 "${user[@]}"
    wait_until events "$pool" have_published 101 "$scraped"
    cp "$answer" "$temporary/before"
    use_tool "$python" "$tools/updates.py" "$host" "${url##*:}" 500 5 "${user[@]}"
    wait_until events "$pool" have_published 601 "$scraped"
    for name in redis rabbitmq kafka; do
        before="$(delay_of sum "$name" "$temporary/before")" after="$(delay_of sum "$name" "$answer")"
        note "events.${name}_delay" "$(calculate "($after - $before) * 1000 / 500")"
    done
    stop_product
}

# Whether every destination has so many events. The metrics are in the file $answer.
have_published() { # COUNT PORT
    local name
    curl --silent "http://127.0.0.1:$2/metrics" >"$answer" || return 1
    for name in redis rabbitmq kafka; do (($(delay_of count "$name" "$answer") >= $1)) || return 1; done
}

delay_of() { # sum|count DESTINATION FILE
    sed -n "s/^events_delay_seconds_$1{destination=\"$2\"} //p" "$3"
}

show_events() {
    local name title
    for name in redis rabbitmq kafka; do
        case "$name" in
            redis) title='the Redis stream' ;;
            rabbitmq) title='RabbitMQ, confirmed' ;;
            kafka) title='Kafka (mock), confirmed' ;;
        esac
        row events "$title: a backlog of $backlog" events/s "events.$name"
        row events "the same, CPU of the pool an event" µs "events.${name}_cpu"
        row events "$title: mean delay of an update" ms "events.${name}_delay"
    done
}

# A hundred thousand people for the parts that are about them, and the Redis that they are in.

population_secret='a secret that signs the tokens of the benchmark'
presence_keys='presence:{sessions}:'
crowd_size=1000
# Which accounts are theirs.
population="id < '00000000-0000-7001-0000-000000000000'"

# Once for all parts of a run.
provide_population() {
    [[ $(postgres_says "SELECT count(*) FROM accounts WHERE $population") == 0 ]] || return 0
    use_tool psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --file "$tools/population.sql" "$DATABASE_URL"
    # What is still to be written would be written while others are measured.
    sync
}

# Prints a token and an id for each.
make_tokens() { # FIRST COUNT [GROUP]
    "$python" "$tools/tokens.py" "$population_secret" "$@"
}

redis_ticks() { ticks_with_children_of "$redis_process"; }

# Of one of the requests that wrk has counted.
microseconds_each() { # TICKS
    calculate "$1 * 1000000 / $ticks_a_second / $requests"
}

redis_says() { # COMMAND...
    redis-cli -p "$redis_port" "$@" | tr -d '\r'
}

# Commands, as Redis reads them.
redis_takes() {
    redis-cli -p "$redis_port" --pipe >"$temporary/pipe.log" 2>&1 ||
        die "Redis refused: $(tail -n 2 "$temporary/pipe.log")"
}

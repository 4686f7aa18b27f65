# Where the product listens, and what `make run` says once it answers.

# Sets listener_host and listener_port to where a listener of LISTEN is reached from this machine.
find_listener() { # HOST:PORT
    listener_port="${1##*:}" listener_host="${1%:*}"
    listener_host="${listener_host#[}" listener_host="${listener_host%]}"
    case "$listener_host" in
        0.0.0.0 | '' | '*') listener_host=127.0.0.1 ;;
        ::) listener_host=::1 ;;
    esac
}

# Whether GET /v1/health answers 200. In a shell of its own, because a connection that breaks would end this one.
is_healthy() {
    (
        exec {connection}<>"/dev/tcp/$listener_host/$listener_port"
        printf 'GET /v1/health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$listener_host:$listener_port" \
            >&"$connection"
        read -rt 2 -u "$connection" status
        [[ $status == 'HTTP/1.1 200'* ]]
    ) 2>/dev/null
}

print_welcome() {
    local listener host="$listener_host" listeners=''
    [[ $host == *:* ]] && host="[$host]"
    local metrics
    for listener in ${LISTEN//,/ }; do listeners+="http://$listener  "; done
    # The full stop keeps the last line break, which $( ) drops.
    metrics="$(list_metrics_listeners)"
    cat <<TEXT

${bold}SocialPlay is up.${plain}
  Listening   $listeners
  PostgreSQL  ${postgres_address:-$(where_is "$DATABASE_URL")}
  Redis       ${redis_address:-$(where_is "$REDIS_URL")}
  Media       $(where_media_is)
  Mail        $(if [[ -n ${SMTP_URL:-} ]]; then where_is "$SMTP_URL"; else echo "$DATA_DIR/mail/*.eml"; fi)
  Data        $DATA_DIR
${metrics%.}  API docs    http://$host:$listener_port/api/docs
  Try         curl -i http://$host:$listener_port/v1/health
$([[ -z $postgres_port ]] || echo "              psql \"\$(cat '$run_directory/database.url')\"")
$([[ -z $redis_port ]] || echo "              redis-cli -u \"\$(cat '$run_directory/redis.url')\"")
  Stop        Ctrl-C

TEXT
}

where_media_is() {
    local bucket="${S3_BUCKET:-${STORAGE_BUCKET:-}}"
    if [[ ${STORAGE_URL:-} == s3://* ]]; then
        echo "bucket $(where_is "$STORAGE_URL")"
    elif [[ -n ${STORAGE_URL:-} ]]; then
        where_is "$STORAGE_URL"
    else
        if [[ -n $bucket ]]; then echo "bucket $bucket"; else echo "$DATA_DIR/media"; fi
    fi
}

# A line for each process, if METRICS_LISTEN is set.
list_metrics_listeners() {
    local name title=Metrics
    for name in "${procfile_names[@]}"; do
        [[ -n ${metrics_of[$name]:-} ]] || continue
        printf '  %-11s http://%s/metrics (%s)\n' "$title" "${metrics_of[$name]}" "$name"
        title=''
    done
    echo .
}

# An address without user, password and parameters. Behind an unescaped "/", "?" or "#" in a password nothing is known
# to be no secret.
where_is() {
    local place="${1#*://}" authority tail
    authority="${place%%[/?#]*}" tail=''
    if [[ $place != "$authority" ]]; then tail="${place:${#authority}}"; fi
    if [[ $tail == *@* ]]; then
        printf '%s://…' "${1%%://*}"
    else
        printf '%s%s' "${authority##*@}" "${tail%%[?#]*}"
    fi
}

# What `make run` says once the product answers.

# Sets first_host and first_port to where the API listens, as seen from this machine.
find_first_listener() {
    local first="${LISTEN%%,*}"
    first_port="${first##*:}" first_host="${first%:*}"
    first_host="${first_host#[}" first_host="${first_host%]}"
    case "$first_host" in
        0.0.0.0 | '' | '*') first_host=127.0.0.1 ;;
        ::) first_host=::1 ;;
    esac
}

# Whether GET /v1/health answers 200. In a shell of its own, because a connection that breaks would end this one.
is_healthy() {
    (
        exec {connection}<>"/dev/tcp/$first_host/$first_port"
        printf 'GET /v1/health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$first_host:$first_port" \
            >&"$connection"
        read -rt 2 -u "$connection" status
        [[ $status == 'HTTP/1.1 200'* ]]
    ) 2>/dev/null
}

print_welcome() {
    local listener host="$first_host" listeners=''
    [[ $host == *:* ]] && host="[$host]"
    for listener in ${LISTEN//,/ }; do listeners+="http://$listener  "; done
    cat <<TEXT

${bold}SocialPlay is up.${plain}
  Listening   $listeners
  PostgreSQL  $(where_is "$DATABASE_URL")
  Redis       $(where_is "$REDIS_URL")
  Mail        $(if [[ -n ${SMTP_URL:-} ]]; then where_is "$SMTP_URL"; else echo "$DATA_DIR/mail/*.eml"; fi)
  Data        $DATA_DIR
  Try         curl -i http://$host:$first_port/v1/health
$([[ -z $postgres_port ]] || echo "              psql \"\$(cat '$run_directory/database.url')\"")
  Stop        Ctrl-C

TEXT
}

# An address without the password in it.
where_is() {
    local place="${1#*://}"
    place="${place##*@}"
    printf '%s' "${place%%\?*}"
}

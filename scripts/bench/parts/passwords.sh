# Registrations and logins: argon2id is the price, on purpose.

measure_passwords() {
    local round
    start_product 1
    register_people 1 returning >/dev/null
    for round in 1 2 3; do
        drive_with "$api_process" 4 8 register.lua "$url/auth/register" -- "round${round}n"
        note_passwords register
        drive_with "$api_process" 4 8 login.lua "$url/auth/login" -- returning0@example.com "$password"
        note_passwords login
    done
    stop_product
    row passwords 'POST /auth/register' req/s passwords.register_rate
    row passwords 'POST /auth/register, server CPU a request' ms passwords.register_cpu
    row passwords 'POST /auth/login' req/s passwords.login_rate
    row passwords 'POST /auth/login, server CPU a request' ms passwords.login_cpu
}

note_passwords() { # register | login
    ((refusals == 0)) || die "$refusals requests were refused."
    note "passwords.$1_rate" "$rate"
    note "passwords.$1_cpu" "$(calculate "$cpu / 1000")"
}

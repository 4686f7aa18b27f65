# Debian packages: which are missing, and how to install them without any service being started.

# Headers and libraries that the build needs, and the two servers.
product_packages=(
    libpq-dev libhiredis-dev libvips-dev libavformat-dev libebur128-dev librabbitmq-dev librdkafka-dev libsodium-dev
    libcurl4-openssl-dev libssl-dev libcrypt-dev node-llhttp pkg-config redis-server python3-pip
)
test_packages=(
    python3-aiohttp python3-aiosmtpd python3-boto3 python3-cryptography python3-flask python3-flask-cors
    python3-jsonschema python3-requests python3-responses python3-xmltodict curl faketime chromium nodejs
    node-typescript openssl rabbitmq-server
)
bench_packages=(
    wrk libvips-tools python3-pil ffmpeg python3-mutagen nginx-light libjpeg-turbo-progs webp openssl rabbitmq-server
)

# Sets missing_packages to those of the named ones that are not installed.
find_missing_packages() {
    local installed package
    installed=" $(dpkg-query --show --showformat='${db:Status-Abbrev}:${Package} ' "$@" 2>/dev/null || true)"
    missing_packages=()
    for package in "$@"; do
        [[ $installed == *"ii :$package "* ]] || missing_packages+=("$package")
    done
}

# Sets as_root to what a command that needs the administrator's rights begins with.
find_administrator_rights() {
    as_root=()
    ((EUID == 0)) && return
    if command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
        as_root=(sudo)
    else
        die "These Debian packages are missing and only root or sudo can install them: ${missing_packages[*]}" \
            "(as root: apt-get install --no-install-recommends ${missing_packages[*]})"
    fi
}

install_packages() {
    find_administrator_rights
    say "Installing Debian packages: $*"
    trap allow_services EXIT
    trap 'exit 130' INT TERM
    forbid_services
    # The lists of a fresh machine or container are empty; those of an old one may be too old to fetch from.
    if ! apt_knows "$@"; then "${as_root[@]}" apt-get update -q || true; fi
    apt_install "$@" || { "${as_root[@]}" apt-get update -q && apt_install "$@"; } ||
        die "apt-get could not install: $*"
    allow_services
    trap - EXIT INT TERM
}

# Whether the package lists have every one of the named packages.
apt_knows() {
    local known
    known="$(LC_ALL=C apt-cache policy "$@" 2>/dev/null | grep -c '^  Candidate: [^(]')" || true
    ((known == $#))
}

apt_install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
        apt-get install -q -y --no-install-recommends "$@" </dev/null
}

policy_file=/usr/sbin/policy-rc.d
cluster_file=/etc/postgresql-common/createcluster.d/socialplay.conf
created_files=() new_services=()

# Debian starts a service as soon as its package is there. The product runs servers of its own instead.
forbid_services() {
    create_for_now "$policy_file" $'#!/bin/sh\nexit 101'
    create_for_now "$cluster_file" 'create_main_cluster = false'
    new_services=()
    [[ -e /usr/bin/redis-server ]] || new_services+=(redis-server)
    [[ -e /usr/sbin/rabbitmq-server ]] || new_services+=(rabbitmq-server)
    # Erlang's, which RabbitMQ brings.
    [[ -e /usr/bin/epmd ]] || new_services+=(epmd.socket epmd.service)
}

create_for_now() {
    [[ -e $1 ]] && return
    created_files+=("$1")
    "${as_root[@]}" mkdir -p "${1%/*}"
    printf '%s\n' "$2" | "${as_root[@]}" tee "$1" >/dev/null
    "${as_root[@]}" chmod 755 "$1"
}

allow_services() {
    ((${#created_files[@]})) && "${as_root[@]}" rm -f "${created_files[@]}"
    created_files=()
    # Not started now, but enabled for the next boot.
    local service
    for service in "${new_services[@]}"; do
        [[ ! -d /run/systemd/system ]] || "${as_root[@]}" systemctl disable --quiet "$service" 2>/dev/null || true
    done
}

# tuspy, the client of tus in Python, with which the tests upload files: Debian has no package of it. Its own
# dependencies are Debian packages.

tuspy_package=tuspy==1.1.0
tuspy_hash=sha256:7fc5ac8fb25de37c96c90213f83a1ffdede7f48a471cb5a15a2f57846828a79a
tuspy_directory=.build/tuspy

# Fetches it if it is not there.
provide_tuspy() {
    [[ "$(cat "$tuspy_directory/package" 2>/dev/null)" == "$tuspy_package" ]] && return
    local directory
    say "Fetching tuspy"
    directory="$(mktemp -d)"
    if fetch_tuspy "$directory"; then
        mkdir -p "${tuspy_directory%/*}"
        rm -rf "$tuspy_directory"
        mv "$directory/wheel" "$tuspy_directory"
        echo "$tuspy_package" >"$tuspy_directory/package"
    else
        complain "tuspy could not be fetched; until the next try the tests that upload with it fail."
    fi
    rm -rf "$directory"
}

fetch_tuspy() { # DIRECTORY
    echo "$tuspy_package --hash=$tuspy_hash" >"$1/requirements" &&
        /usr/bin/python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
            --require-hashes --dest "$1" --requirement "$1/requirements" &&
        /usr/bin/python3 -m zipfile -e "$1"/*.whl "$1/wheel"
}

# moto, whose S3 service the tests of storage start: Debian has no package of it. Everything that it needs is Debian's.

moto_package=moto==5.2.5
moto_hash=sha256:eef62cdcf3bfe73e0863743511ba042dfaba04ba3d5ecdcb896a196c693ad528
moto_directory=.build/moto

# Fetches it if it is not there.
provide_moto() {
    [[ "$(cat "$moto_directory/package" 2>/dev/null)" == "$moto_package" ]] && return
    local directory
    say "Fetching moto"
    directory="$(mktemp -d)"
    if fetch_moto "$directory"; then
        mkdir -p "${moto_directory%/*}"
        rm -rf "$moto_directory"
        mv "$directory/files" "$moto_directory"
        echo "$moto_package" >"$moto_directory/package"
        rm -rf "$directory"
    else
        rm -rf "$directory"
        die "$moto_package could not be fetched from PyPI: the tests of storage need it."
    fi
}

fetch_moto() { # DIRECTORY
    echo "$moto_package --hash=$moto_hash" >"$1/requirements" &&
        /usr/bin/python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
            --require-hashes --dest "$1" --requirement "$1/requirements" &&
        /usr/bin/python3 -m zipfile -e "$1"/*.whl "$1/files" &&
        chmod -R u=rwX,go=rX "$1/files"
}

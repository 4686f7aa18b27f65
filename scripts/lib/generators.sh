# openapi-python-client and datamodel-code-generator, with which the tests make clients from the API's description:
# Debian has no package of them, and older versions of what they need.

generators_list=scripts/lib/generators.txt
generators_directory=.build/generators

# Installs them if they are not there.
provide_generators() {
    cmp --silent "$generators_list" "$generators_directory/packages" && return
    local directory
    say "Fetching generators of clients"
    directory="$(mktemp -d)"
    if /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps \
        --only-binary=:all: --require-hashes --target "$directory/files" --requirement "$generators_list"; then
        mkdir -p "${generators_directory%/*}"
        rm -rf "$generators_directory"
        mv "$directory/files" "$generators_directory"
        cp "$generators_list" "$generators_directory/packages"
        chmod -R u=rwX,go=rX "$generators_directory"
    else
        complain "The generators could not be fetched; until the next try the tests that use them fail."
    fi
    rm -rf "$directory"
}

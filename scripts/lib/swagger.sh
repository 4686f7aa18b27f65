# Swagger UI's files, for the page at /api/docs: no Debian package has a version that reads OpenAPI 3.1, so they come
# from a Python package that does nothing but carry them.

swagger_package=drf-spectacular-sidecar==2026.10.1
swagger_hash=sha256:fe1d005d8ac9b5d0472f2fe5deeb2e7d6dcffaa24118044f22578b4b8c4b31f2
swagger_directory=.build/swagger-ui

# Fetches them if they are not there. Without them the page is a link to the document, so nothing stops when it fails.
provide_swagger_ui() {
    [[ "$(cat "$swagger_directory/package" 2>/dev/null)" == "$swagger_package" ]] && return
    local directory
    say "Fetching Swagger UI"
    directory="$(mktemp -d)"
    if fetch_swagger_ui "$directory"; then
        mkdir -p "${swagger_directory%/*}"
        rm -rf "$swagger_directory"
        mv "$directory/files" "$swagger_directory"
        echo "$swagger_package" >"$swagger_directory/package"
    else
        complain "Swagger UI could not be fetched; until the next try /api/docs only links to the document."
    fi
    rm -rf "$directory"
}

fetch_swagger_ui() { # DIRECTORY
    local dist='drf_spectacular_sidecar/static/drf_spectacular_sidecar/swagger-ui-dist'
    echo "$swagger_package --hash=$swagger_hash" >"$1/requirements" &&
        /usr/bin/python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
            --require-hashes --dest "$1" --requirement "$1/requirements" &&
        /usr/bin/python3 -m zipfile -e "$1"/*.whl "$1/wheel" &&
        mkdir "$1/files" &&
        cp "$1/wheel/$dist"/{swagger-ui-bundle.js,swagger-ui.css,favicon-32x32.png,LICENSE} "$1/files" &&
        chmod 755 "$1/files" && chmod 644 "$1"/files/*
}

# The settings file of an installation.

# Exports the KEY=VALUE lines of FILE that the environment does not have already. An empty value means unset.
load_environment() { # FILE
    local line key value number=0
    [[ -e $1 ]] || return 0
    while IFS= read -r line || [[ -n $line ]]; do
        number=$((number + 1))
        line="${line%$'\r'}"
        [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
        [[ $line =~ ^([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || die "$1, line $number: expected KEY=VALUE"
        key="${BASH_REMATCH[1]}" value="${BASH_REMATCH[2]}"
        [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]] && value="${BASH_REMATCH[1]}"
        [[ -v $key || -z $value ]] || export "$key=$value"
    done <"$1"
}

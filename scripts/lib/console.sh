# Messages of the scripts.

if [[ -t 1 ]]; then bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'; else bold='' red='' plain=''; fi

# A closed terminal must not end the caller while it cleans up.
say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*" || true; }

complain() { printf '%s==> %s%s\n' "$red" "$*" "$plain" >&2 || true; }

die() {
    complain "$@"
    exit 1
}

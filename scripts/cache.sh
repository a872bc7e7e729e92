# shellcheck shell=bash disable=SC2034 # "absent" is for the scripts that read this file.
# What scripts that install tools share: where these are kept, and how long. Each is in a folder NAME-KEY, where the key
# stands for its recipe, so checkouts with different recipes can share a machine. And how they say what is wrong.

say() {
    echo "${0##*/}: $*" >&2
}

die() {
    say "$*"
    exit 1
}

# Says that something cannot be installed here; the others still are. `absent` is 1 then.
absent=0
missing() {
    say "$*"
    absent=1
}

base=${XDG_CACHE_HOME:-$HOME/.cache}/taskwire

# Notes that folders are in use.
used() {
    touch -c "$@" 2>/dev/null || true
}

# NAME…: deletes the folders of these names that nobody has used for two weeks. Called when a new one is installed.
delete_unused() {
    local name
    for name in "$@"; do
        find "$base" -mindepth 1 -maxdepth 1 -type d -name "$name-*" -mtime +14 -exec rm -rf {} +
    done
}

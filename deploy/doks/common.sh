# shellcheck shell=bash disable=SC2034 # Some variables are for the scripts that read this file.
# What the scripts of this folder share: settings, asking, running commands or printing them.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
script=$(basename "$0")
dry_run=
yes=

say() {
    echo "$*" >&2
}

die() {
    say "$script: $*"
    exit 1
}

usage() {
    sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0" >&2
    exit 2
}

read_options() {
    local option
    for option in "$@"; do
        case $option in
        --dry-run) dry_run=1 ;;
        --yes) yes=1 ;;
        *) usage ;;
        esac
    done
}

# What may be set; settings.example explains it.
known_settings=(REGION CLUSTER REGISTRY SIZE IMAGE HOST BROKERS REDIS PARTITIONS REPLICATION)

# Reads KEY=VALUE lines, without running them. The environment comes first.
read_settings() {
    local file=$1 line key value given=" "
    [ -e "$file" ] || return 0
    # The last line need not end, and an editor of Windows ends lines with a carriage return too.
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
        [[ $line =~ ^([A-Z_]+)=(.*)$ ]] || die "$file: $line is not KEY=VALUE"
        key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
        [[ " ${known_settings[*]} " == *" $key "* ]] || die "$file: $key is not a setting; these are: ${known_settings[*]}"
        [[ $given != *" $key "* ]] || die "$file: $key is there twice; leave one of them"
        given+="$key "
        [[ $value =~ ^[][A-Za-z0-9._:/@,-]*$ ]] ||
            die "$file: $key is $value; write the value alone, without quotes, spaces and comments, such as REGION=fra1"
        [ -n "${!key+set}" ] || printf -v "$key" '%s' "$value"
    done <"$file"
}

# A command as it could be typed.
show() {
    local word line=+
    for word in "$@"; do
        [[ $word =~ ^[A-Za-z0-9_./:=,@%+…-]+$ ]] || printf -v word '%q' "$word"
        line+=" $word"
    done
    echo "$line"
}

# Runs a command that changes something; in a dry run it is only printed.
run() {
    show "$@" >&2
    [ -n "$dry_run" ] || "$@"
}

# FROM… -- TO…: the same for a pipe of two commands.
run_piped() {
    local from=()
    while [ "$1" != -- ]; do
        from+=("$1")
        shift
    done
    shift
    say "$(show "${from[@]}") |$(show "$@" | tail -c +2)"
    [ -n "$dry_run" ] || "${from[@]}" | "$@"
}

# Asks a command whether something is there. Another failure than "not found" must not lead to a second one. A dry run
# asks nobody, and takes it that nothing is.
is_there() {
    local output
    [ -z "$dry_run" ] || return 1
    ! output=$("$@" 2>&1) || return 0
    # What doctl says of a registry and of a cluster, and docker of an image
    [[ $output =~ 404|no\ cluster\ goes\ by|not\ found|no\ such\ manifest|manifest\ unknown ]] || die "$(show "$@") failed: $output"
    return 1
}

need() {
    [ -n "$dry_run" ] || command -v "$1" >/dev/null || die "$1 is missing: $2"
}

confirm() {
    local reply
    [ -z "$dry_run" ] && [ -z "$yes" ] || return 0
    [ -t 0 ] || [ -n "${TASKWIRE_ASK_STDIN:-}" ] || die "nobody is there to ask; to go on without asking, add --yes"
    read -r -p "$1 " reply
    [ "$reply" = "$2" ] || die "stopped; nothing was changed since"
}

explain() {
    say "$script: the step \"${step//_/ }\" failed. Fix the cause and run the same command again: what is done is kept."
}

# Runs the steps in order. Each looks for itself what is done already, so that a second run goes on where one failed.
run_steps() {
    for step in "$@"; do
        say "== ${step//_/ }"
        trap explain EXIT
        "$step"
        trap - EXIT
    done
}

#!/usr/bin/env bash
# Prepares a Redpanda (Cloud or your own) for Taskwire: the topics, a user, and what that user may do.
#
#   deploy/doks/setup-redpanda.sh [--dry-run]
#
#   --dry-run   print each command and call no rpk
#
# rpk must have a profile of the cluster as an administrator: `rpk cloud login`, then `rpk cloud cluster select`. BROKERS
# (host:port, with commas), PARTITIONS and REPLICATION are settings, see settings.example; the variable TASKWIRE_BINARY is
# the program that knows the topics. The name and the password of the user are left in deploy/doks/secrets, where deploy.sh
# looks for them.
set -euo pipefail
# shellcheck source=deploy/doks/common.sh
source "$(dirname "$0")/common.sh"

read_options "$@"
read_settings "${TASKWIRE_DOKS_SETTINGS:-$here/settings}"
secrets=${TASKWIRE_DOKS_SECRETS:-$here/secrets}
brokers=${BROKERS:-}
partitions=${PARTITIONS:-12}
replication=${REPLICATION:-3}
taskwire=${TASKWIRE_BINARY:-taskwire}
user=taskwire
[ -n "$brokers" ] || die "set BROKERS to the addresses of the brokers, as host:port with commas"

programs() {
    command -v "$taskwire" >/dev/null || die "$taskwire is missing: set TASKWIRE_BINARY to the program"
    need rpk "see docs.redpanda.com"
    need openssl "it makes the password"
}

# The number of partitions cannot be lowered later, and raising it breaks the order of events; see docs/operations.md.
topics() {
    local commands words
    # An assignment by itself keeps the exit status of the command in it.
    commands=$("$taskwire" topics --format rpk --brokers "$brokers" --partitions "$partitions" --replication "$replication")
    while read -ra words <&3; do
        run "${words[@]}"
    done 3<<<"$commands"
}

# Whether a list of users has ours. The list is a table in which the name comes first.
has_user() {
    local name
    while read -r name _; do
        [ "$name" != "$user" ] || return 0
    done <<<"$1"
    return 1
}

account() {
    local users
    if [ -z "$dry_run" ]; then
        users=$(rpk security user list)
        mkdir -p "$secrets"
        chmod 700 "$secrets"
        (umask 077 && printf '%s' "$user" >"$secrets/broker-username")
        if has_user "$users"; then
            [ -s "$secrets/broker-password" ] ||
                die "the user $user is there, but its password is not in $secrets/broker-password; write it there, or delete the user: rpk security user delete $user"
            say "The user $user is there."
            return
        fi
        [ -s "$secrets/broker-password" ] || (umask 077 && openssl rand -hex 24 | tr -d '\n' >"$secrets/broker-password")
    fi
    show rpk security user create "$user" --mechanism SCRAM-SHA-256 --new-password '…' >&2
    # rpk takes it as an argument alone; for that moment others on this machine could see it.
    [ -n "$dry_run" ] || rpk security user create "$user" --mechanism SCRAM-SHA-256 --new-password "$(cat "$secrets/broker-password")" >/dev/null
}

# Reading and writing its own topics, and the groups named like the apps. It need not create topics.
rights() {
    local name
    for name in task- reminders; do
        run rpk security acl create --allow-principal "User:$user" --operation read,write,describe \
            --topic "$name" --resource-pattern-type prefixed
    done
    run rpk security acl create --allow-principal "User:$user" --operation read,describe \
        --group task- --resource-pattern-type prefixed
}

run_steps programs topics account rights
say "Redpanda is ready. The user and its password are in $secrets."

#!/usr/bin/env bash
# Prepares a Redpanda (Cloud or your own) for Taskwire: the topics, a user, and what that user may do.
#
#   deploy/doks/setup-redpanda.sh [--dry-run]
#
#   --dry-run   print each command and call no rpk
#
# rpk must have a profile of the cluster as an administrator: `rpk cloud login`, then `rpk cloud cluster select`. BROKERS
# (host:port, with commas) is a setting as for deploy.sh; TASKWIRE_BINARY is the program that knows the topics. The name
# and the password of the user are left in deploy/doks/secrets, where deploy.sh looks for them.
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
    local words
    while read -ra words; do
        run "${words[@]}"
    done < <("$taskwire" topics --format rpk --brokers "$brokers" --partitions "$partitions" --replication "$replication")
}

account() {
    if [ -z "$dry_run" ]; then
        mkdir -p "$secrets"
        chmod 700 "$secrets"
        (umask 077 && printf '%s' "$user" >"$secrets/broker-username")
        [ -s "$secrets/broker-password" ] || (umask 077 && openssl rand -hex 24 | tr -d '\n' >"$secrets/broker-password")
        if rpk security user list | grep -qw "$user"; then
            say "The user $user is there."
            return
        fi
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

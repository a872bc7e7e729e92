#!/usr/bin/env bash
# Tries a running Taskwire from outside: probes, the page, a task that repeats from its creation to its next occurrence,
# the audit log, MCP and the chat. What it makes it deletes again, its token too if asked, also when it fails.
#
#   TASKWIRE_TOKEN=… deploy/smoke.sh [--revoke] URL
#
# Create the token for a user of its own: taskwire token create --user smoke --label "smoke test"
set -euo pipefail

revoke=
if [ "${1:-}" = --revoke ]; then
    revoke=1
    shift
fi
if [ $# -ne 1 ] || [ -z "${TASKWIRE_TOKEN:-}" ]; then
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
base=${1%/}
# Seconds that the consumers may take.
limit=${TASKWIRE_SMOKE_LIMIT:-60}
mark=$(date +%s)-$$
title="Smoke test $mark"
answer=$(mktemp)
# What there is to delete: whether tasks may be there, and the ids that are known.
created=
task=
token=

die() {
    echo "FAILED  $*" >&2
    [ ! -s "$answer" ] || head -c 600 "$answer" >&2
    exit 1
}

# METHOD PATH [BODY]: leaves the body in $answer and prints the status. The token is given as a file, since others can see
# the arguments of a command.
call() {
    local data=()
    [ $# -lt 3 ] || data=(--header 'Content-Type: application/json' --data "$3")
    : >"$answer"
    curl --silent --show-error --max-time 20 --output "$answer" --write-out '%{http_code}' --request "$1" \
        --header @<(printf 'Authorization: Bearer %s\n' "$TASKWIRE_TOKEN") \
        --header 'Accept: application/json, text/event-stream' "${data[@]}" "$base$2" || true
}

# STATUS METHOD PATH [BODY]
expect() {
    local status
    status=$(call "${@:2}")
    [ "$status" = "$1" ] || die "$2 $3 answered $status, not $1"
}

# The first value of a field in the last answer.
field() {
    grep -o "\"$1\":\"[^\"]*\"" "$answer" | head -n 1 | cut -d '"' -f 4
}

# WHAT COMMAND…: repeats the command until it succeeds.
wait_for() {
    local what=$1 end=$((SECONDS + limit))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || die "no $what after $limit seconds; do the consumers run?"
        sleep 0.5
    done
}

passed() {
    echo "ok      $*"
}

# PATH
delete() {
    [[ $(call DELETE "$1") == 20[04] ]]
}

open_tasks() {
    [ "$(call GET "/api/v1/tasks?status=open&q=$mark")" = 200 ]
}

delete_tasks() {
    local id open
    [ -n "$created" ] || return 0
    # Those whose ids are not known yet too.
    open_tasks || return 1
    open=$(grep -o '"id":"[^"]*","number"' "$answer" | cut -d '"' -f 4)
    for id in $(printf '%s\n' "$open" "$task" | sort -u); do
        delete "/api/v1/tasks/$id" || return 1
    done
    created=
}

read_token_id() {
    [ "$(call GET /api/v1/session)" = 200 ] || return 1
    token=$(sed 's/.*"token"://' "$answer" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
    [ -n "$token" ]
}

revoke_token() {
    [ -n "$token" ] || read_token_id || return 1
    delete "/api/v1/tokens/$token" || return 1
    revoke=
}

# Whatever ends the script.
clean_up() {
    trap '' INT TERM
    delete_tasks || echo "LEFT    the task \"$title\": delete it" >&2
    if [ -n "$revoke" ]; then
        revoke_token || echo "LEFT    the token: find its id with taskwire token list, and end it with taskwire token revoke" >&2
    fi
    rm -f "$answer"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

expect 200 GET /healthz
passed "the server is alive"
expect 200 GET /
grep -q '<title>Taskwire' "$answer" || die "/ is not the page"
! grep -q 'built without its page' "$answer" || die "the binary was built without the page"
passed "the page"
expect 200 GET /api/v1/session
read_token_id || die "/api/v1/session names no token"
passed "the token"

created=1
expect 201 POST /api/v1/tasks "{\"title\":\"$title\",\"due\":\"2027-01-04T09:00[Europe/Rome]\",\"recurrence\":{\"rrule\":\"FREQ=DAILY\"}}"
task=$(field id)
expect 200 POST "/api/v1/tasks/$task/complete" '{}'
has_next_occurrence() {
    open_tasks && grep -q "\"title\":\"$title\"" "$answer"
}
wait_for "next occurrence" has_next_occurrence
passed "a completed task has its next occurrence"
is_in_audit_log() {
    [ "$(call GET "/api/v1/audit?task=$task")" = 200 ] && grep -q task.completed.v1 "$answer"
}
wait_for "line in the audit log" is_in_audit_log
passed "the audit log has it"
delete_tasks || die "the tasks cannot be deleted"

expect 200 POST /mcp '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"smoke","version":"1"}}}'
grep -q '"serverInfo"' "$answer" || die "/mcp does not speak MCP"
passed "MCP"
# Without a message it refuses; an address with nobody behind it answers 502.
status=$(call POST /api/v1/chat '{}')
[[ $status == 4* && $status != 404 ]] || die "POST /api/v1/chat answered $status"
passed "the chat"

if [ -n "$revoke" ]; then
    revoke_token || die "the token cannot be revoked"
    passed "the token is revoked"
fi

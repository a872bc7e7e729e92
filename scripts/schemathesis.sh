#!/usr/bin/env bash
# Sends requests made from the contract to a server, valid and invalid ones, and follows the contract's links. Fails on a
# 5xx, on a response that the contract does not declare, on invalid data that is accepted, and if 1 % or more of the valid
# data is refused. On SQLite, and on Postgres if TASKWIRE_TEST_POSTGRES names a server.
#
#   scripts/schemathesis.sh short     about a minute for each database, the same requests each time
#   scripts/schemathesis.sh long      at least 20,000 requests for each
#
# TASKWIRE_BINARY names the program, by default that of `cargo build`. TASKWIRE_SCHEMATHESIS_SEED chooses or repeats a run;
# TASKWIRE_PYTHON names the Python to use, 3.10 or newer. What was sent is in target/schemathesis.
set -euo pipefail

# shellcheck source=scripts/cache.sh
source "$(dirname "$0")/cache.sh"
# shellcheck source=scripts/python.sh
source "$(dirname "$0")/python.sh"

here=$(cd "$(dirname "$0")/.." && pwd)
case "${1:-}" in
# The short run is always the same one.
short) examples=${TASKWIRE_SCHEMATHESIS_EXAMPLES:-8} least=1000 workers=1 seed=5 ;;
long) examples=${TASKWIRE_SCHEMATHESIS_EXAMPLES:-300} least=20000 workers=2 seed=$RANDOM ;;
*)
    sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

source=$here/tests/schemathesis
find_python
key=$(cksum <"$source/requirements.txt" | cut -d ' ' -f 1)
tools=$base/schemathesis-py$version-$key
mkdir -p "$base"
(
    # One at a time: several test runs may begin at once.
    exec 9>"$base/schemathesis.lock"
    flock 9
    used "$tools"
    if [ ! -f "$tools/ready" ]; then
        delete_unused schemathesis
        rm -rf "$tools"
        make_venv "$tools" "$source/requirements.txt"
        touch "$tools/ready"
    fi
)

target=${CARGO_TARGET_DIR:-$here/target}
program=${TASKWIRE_BINARY:-$target/debug/taskwire}
[ -x "$program" ] || die "no program $program: run cargo build, or name one with TASKWIRE_BINARY"
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
seed=${TASKWIRE_SCHEMATHESIS_SEED:-$seed}
results=$target/schemathesis
mkdir -p "$results"

server=
folder=
name=
drop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    server=
    [ -z "$name" ] || psql --quiet "$TASKWIRE_TEST_POSTGRES" -c "DROP DATABASE IF EXISTS $name WITH (FORCE)" || true
    name=
    [ -z "$folder" ] || rm -rf "$folder"
    folder=
}
trap drop EXIT

free_port() {
    "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# KIND: runs against a new server.
run() {
    local kind=$1 port url options=()
    folder=$(mktemp -d)
    if [ "$kind" = postgres ]; then
        name=schemathesis_$$_$RANDOM
        psql --quiet "$TASKWIRE_TEST_POSTGRES" -c "CREATE DATABASE $name"
        options=(--database-url "${TASKWIRE_TEST_POSTGRES%/*}/$name")
    fi
    port=$(free_port)
    url=http://127.0.0.1:$port
    # On loopback there is no limit of requests; that of failed sign-ins stays, and 429 is an answer that is declared.
    "$program" serve --listen "127.0.0.1:$port" --data-dir "$folder" --sign-up open --rate-limit 0 --address-rate-limit 0 \
        "${options[@]}" >"$results/$kind.log" 2>&1 &
    server=$!
    for _ in $(seq 300); do
        curl --silent --fail --output /dev/null "$url/readyz" && break
        kill -0 "$server" 2>/dev/null || die "the server did not start, see $results/$kind.log"
        sleep 0.1
    done
    token() {
        "$program" token create --user "$1" --scopes read,write,admin --data-dir "$folder" "${options[@]}" | tail -n 1
    }
    export TASKWIRE_URL=$url TASKWIRE_REPORT=$results/$kind.json TASKWIRE_TOKEN TASKWIRE_OTHER_TOKEN
    TASKWIRE_TOKEN=$(token Ada)
    TASKWIRE_OTHER_TOKEN=$(token Zoe)
    rm -f "$TASKWIRE_REPORT"
    say "$kind, seed $seed"
    local failed=0
    # The stream of events never ends, so it has no response to check. Valid data is counted by the hooks.
    (cd "$folder" && PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$source SCHEMATHESIS_HOOKS=hooks "$tools/bin/schemathesis" \
        --config-file "$source/schemathesis.toml" run "$url/api/v1/openapi.json" \
        --url "$url" --exclude-operation-id follow_events --checks all --exclude-checks positive_data_acceptance \
        --max-examples "$examples" --seed "$seed" --workers "$workers" --continue-on-failure --generation-database none \
        --request-timeout 30 --warnings off --no-color \
        --suppress-health-check all) >"$results/$kind.txt" 2>&1 || failed=1
    [ "$failed" = 0 ] || cat "$results/$kind.txt" >&2
    kill -0 "$server" || die "the server has ended, see $results/$kind.log"
    "$python" - "$TASKWIRE_REPORT" "$kind" "$least" <<'PYTHON' || failed=1
import json, sys
path, kind, least = sys.argv[1], sys.argv[2], int(sys.argv[3])
report = json.load(open(path, encoding="utf-8"))
judged = report["accepted"] + report["refused"]
rate = 100 * report["refused"] / max(judged, 1)
total = report["valid"] + report["invalid"]
print(f"{kind}: {total} requests, {report['valid']} of them valid; {report['refused']} of {judged} valid ones refused ({rate:.2f} %)")
if report["refusals"]:
    print(json.dumps({"refused": report["refusals"]}, indent=1))
if total < least:
    sys.exit(f"{kind}: fewer than {least} requests")
if rate >= 1:
    sys.exit(f"{kind}: {rate:.2f} % of the valid data was refused, see {path}")
PYTHON
    drop
    return "$failed"
}

failed=0
run sqlite || failed=1
if [ -n "${TASKWIRE_TEST_POSTGRES:-}" ]; then
    run postgres || failed=1
else
    say "TASKWIRE_TEST_POSTGRES is not set, so Postgres is left out"
fi
exit "$failed"

#!/usr/bin/env bash
# Puts the load of scenario.js on an installation of your own, and prints a table.
#
#   deploy/load/run.sh URL
#
# It makes a token for each of the USERS people (default 1000), with `taskwire token create`, so it needs the environment of
# the installation (TASKWIRE_DATA_DIR or TASKWIRE_DATABASE_URL), and keeps them in TOKENS (default: deploy/load/tokens.txt).
# It waits for the server first, and makes tokens anew that the server does not know. Other settings: EVENTS_A_MINUTE, TURNS_A_MINUTE, DURATION (10m), PAUSE (seconds between two looks, 10), TASKWIRE_BINARY.
set -euo pipefail

if [ $# -ne 1 ]; then
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
export BASE=${1%/} USERS=${USERS:-1000} TOKENS=${TOKENS:-$here/tokens.txt}
command -v "${K6:-k6}" >/dev/null || {
    echo "run.sh: k6 is missing: see grafana.com/docs/k6, or name it with K6" >&2
    exit 1
}

# A server that is starting has no tables yet.
end=$((SECONDS + ${TASKWIRE_LOAD_LIMIT:-60}))
until curl --silent --fail --output /dev/null --max-time 5 "$BASE/healthz"; do
    [ "$SECONDS" -lt "$end" ] || {
        echo "run.sh: $BASE does not answer" >&2
        exit 1
    }
    sleep 0.2
done

touch "$TOKENS"
chmod 600 "$TOKENS"
# Tokens of another installation. The token is given as a file, since others can see the arguments of a command.
if [ -s "$TOKENS" ]; then
    status=$(curl --silent --output /dev/null --max-time 20 --write-out '%{http_code}' \
        --header @<(printf 'Authorization: Bearer %s\n' "$(head -n 1 "$TOKENS")") "$BASE/api/v1/session") || true
    case $status in
    200) ;;
    401) : >"$TOKENS" ;;
    *)
        echo "run.sh: $BASE/api/v1/session answered $status" >&2
        exit 1
        ;;
    esac
fi
for number in $(seq "$(($(wc -l <"$TOKENS") + 1))" "$USERS"); do
    "${TASKWIRE_BINARY:-taskwire}" token create --user "load-$number" --label load >>"$TOKENS"
done
exec "${K6:-k6}" run --quiet "$here/scenario.js"

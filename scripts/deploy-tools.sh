#!/usr/bin/env bash
# Prepares the tools that check the files of a deployment: linters and pytest from Python packages, actionlint, crane and k6
# built by Go, sqlite3 from the distribution. Everything else is kept in a cache folder named after the pinned versions; a
# second run finds it there.
#
#   scripts/deploy-tools.sh     prepares them unless they are there, and prints where they are
#
#   set -a; source <(scripts/deploy-tools.sh); set +a
#
# TASKWIRE_DEPLOY_TOOLS is the folder with their programs. A machine without Go gets a line that says so and does without
# these three; with CI set that is an error. TASKWIRE_PYTHON names the Python to use, 3.10 or newer.
set -euo pipefail

# shellcheck source=scripts/cache.sh
source "$(dirname "$0")/cache.sh"
# shellcheck source=scripts/python.sh
source "$(dirname "$0")/python.sh"

actionlint=v1.7.12
crane=v0.22.1
k6=v1.8.1

if [ $# -gt 0 ]; then
    sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi

pins=$(cd "$(dirname "$0")/../tests/deploy" && pwd)/requirements.txt
find_python

key=$({ cat "$pins"; echo "$actionlint $crane $k6"; uname -sm; } | cksum)
root=$base/deploy-py$version-${key%% *}
mkdir -p "$base"

# One at a time: several runs may begin at once.
exec 9>"$base/deploy.lock"
flock 9

used "$root"
if [ ! -f "$root/ready" ]; then
    delete_unused deploy
    rm -rf "$root"
    make_venv "$root" "$pins"
    touch "$root/ready"
fi

if command -v go >/dev/null; then
    # One package at a time, so that a build beside it is not starved.
    install() {
        [ ! -x "$root/bin/$1" ] || return 0
        (cd / && GOWORK=off CGO_ENABLED=0 GOBIN=$root/bin GOFLAGS=-p=1 nice -n 19 \
            go install -trimpath -ldflags "-s -w" "$2" >&2) || die "cannot build $1"
    }
    install actionlint "github.com/rhysd/actionlint/cmd/actionlint@$actionlint"
    install crane "github.com/google/go-containerregistry/cmd/crane@$crane"
    install k6 "go.k6.io/k6@$k6"
elif [ -x "$root/bin/k6" ]; then
    : # All three were built when there was Go.
elif [ -n "${CI:-}" ]; then
    die "Go is needed for actionlint, crane and k6: install it from go.dev/dl or your distribution"
else
    echo "deploy-tools.sh: no Go, so workflows are checked without actionlint, no image is assembled and no load is tried" >&2
fi

if ! command -v sqlite3 >/dev/null; then
    command -v apt-get >/dev/null || die "sqlite3 is missing: install it from your distribution"
    sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    "${sudo[@]}" apt-get update -q >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends sqlite3 >&2
fi

printf 'TASKWIRE_DEPLOY_TOOLS=%q\n' "$root/bin"

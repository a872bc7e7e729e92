#!/usr/bin/env bash
# A Postgres server for tests: one per machine and version, on 127.0.0.1 only, without durability.
#
#   scripts/postgres.sh start     starts it unless it runs, and prints its address
#   scripts/postgres.sh url       prints the address of the running server
#   scripts/postgres.sh stop      stops it and deletes its data
#   scripts/postgres.sh install   installs the server with apt-get if it is missing
#
#   export TASKWIRE_TEST_POSTGRES="$(scripts/postgres.sh start)"
set -euo pipefail

die() {
    echo "postgres.sh: $*" >&2
    exit 1
}

# The folder with initdb and pg_ctl: from PATH, or else the newest version that the distribution has installed.
bin_dir() {
    local found
    if found=$(command -v initdb) && command -v pg_ctl >/dev/null; then
        dirname "$(readlink -f "$found")"
        return
    fi
    found=$(find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
    [ -n "$found" ] && dirname "$found"
}

install_server() {
    if bin_dir >/dev/null; then
        return
    fi
    command -v apt-get >/dev/null || die "no Postgres server found, and no apt-get to install one: install PostgreSQL 14 or newer"
    local sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    "${sudo[@]}" apt-get update -q >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y postgresql >&2
}

# Postgres refuses to run as root.
user() {
    if [ "$(id -u)" -ne 0 ]; then
        id -un
    elif id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

as_user() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif command -v runuser >/dev/null; then
        runuser -u "$(user)" -- "$@"
    else
        setpriv --reuid="$(user)" --regid="$(id -g "$(user)")" --clear-groups "$@"
    fi
}

can_enter() {
    as_user test -x "$1" 2>/dev/null
}

setup() {
    bin=$(bin_dir) || die "no Postgres server found: run 'scripts/postgres.sh install'"
    version=$("$bin/initdb" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    base=${XDG_CACHE_HOME:-$HOME/.cache}/taskwire
    mkdir -p "$base"
    # The user of the server cannot read root's home.
    if ! can_enter "$base"; then
        base=${TMPDIR:-/tmp}/taskwire-$(id -u)
        mkdir -p "$base"
        [ -O "$base" ] && [ ! -L "$base" ] || die "$base belongs to somebody else"
        chmod 711 "$base"
    fi
    root=$base/postgres-$version
    data=$root/data
    log=$root/server.log
}

in_server() {
    (cd / && as_user "$bin/$1" "${@:2}")
}

is_running() {
    [ -f "$data/PG_VERSION" ] && in_server pg_ctl -D "$data" status >/dev/null 2>&1
}

url() {
    # Fourth line of the lock file of a running server: its port.
    echo "postgres://postgres@127.0.0.1:$(sed -n 4p "$data/postmaster.pid")/postgres"
}

free_port() {
    local port
    for _ in $(seq 100); do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    die "no free port found"
}

create() {
    rm -rf "$root"
    mkdir -p "$root"
    chown "$(user)" "$root"
    in_server initdb -D "$data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$base/initdb.log" 2>&1 ||
        die "initdb failed: $(tail -n 5 "$base/initdb.log")"
    as_user tee -a "$data/postgresql.conf" >/dev/null <<'CONF'
# Tests only: nothing here survives a crash, and nothing has to.
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
CONF
}

start() {
    if is_running; then
        url
        return
    fi
    [ -f "$data/PG_VERSION" ] || create
    local attempt
    for attempt in 1 2 3; do
        # Another program may take the port between the check and the start.
        if in_server pg_ctl -D "$data" -l "$log" -o "-p $(free_port)" -w -t 60 start >/dev/null 2>&1; then
            url
            return
        fi
        # The data of a crashed server is not worth repairing.
        [ "$attempt" -eq 1 ] || create
    done
    die "the server did not start: $(tail -n 5 "$log" 2>/dev/null)"
}

stop() {
    if is_running; then
        in_server pg_ctl -D "$data" -m immediate -w stop >/dev/null
    fi
    rm -rf "$root"
}

case "${1:-}" in
install)
    install_server
    ;;
start | stop | url)
    setup
    # One at a time: several test runs may begin at once. The server must not inherit the lock.
    exec 9>"$base/postgres.lock"
    flock 9
    case $1 in
    start) start 9>&- ;;
    stop) stop ;;
    url)
        is_running || die "not running: run 'scripts/postgres.sh start'"
        url
        ;;
    esac
    ;;
*)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

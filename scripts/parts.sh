#!/usr/bin/env bash
# The servers of the event tests: daprd and the Dapr scheduler, Kafka and Redis. This installs them, but does not start them.
# Each is stored in a cache folder named after its recipe in scripts/parts; a second run finds it there.
#
#   scripts/parts.sh install   installs those that are missing
#   scripts/parts.sh env       prints their paths
#
#   set -a; source <(scripts/parts.sh env); set +a
#
# On a machine without Go, or without Java and Maven, a line says so and the servers are skipped; with CI set that is an
# error. Nothing is installed in place of a program that TASKWIRE_DAPRD, TASKWIRE_DAPR_SCHEDULER, TASKWIRE_KAFKA_LIB,
# TASKWIRE_JAVA or TASKWIRE_REDIS_SERVER names.
set -euo pipefail

recipes=$(cd "$(dirname "$0")/parts" && pwd)
# shellcheck source=scripts/cache.sh
source "$recipes/../cache.sh"

dapr_version=1.14.0
# The tag selects Dapr's stable components; without a tag daprd does not start.
dapr_build=(-trimpath -tags stablecomponents -ldflags "-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=$dapr_version")

# The cache folder of a part: from its name, its recipe, what else decides its content, and the kind of machine.
folder() {
    local name=$1 key
    shift
    key=$({ cat "$recipes/$name"/*; echo "$*"; uname -sm; } | cksum)
    echo "$base/parts-$name-${key%% *}"
}
dapr=$(folder dapr "${dapr_build[*]}")
kafka=$(folder kafka)
redis=$base/parts-redis

# Succeeds if the first word is version number "second.third" or newer.
at_least() {
    local major minor
    IFS=. read -r major minor _ <<<"$1"
    minor=${minor%%[^0-9]*}
    [ "$major" -gt "$2" ] || { [ "$major" -eq "$2" ] && [ "${minor:-0}" -ge "$3" ]; }
}

has_go() {
    local version
    version=$(cd / && go env GOVERSION 2>/dev/null) && [[ $version == go[0-9]* ]] && at_least "${version#go}" 1 26
}

java_command() {
    if [ -n "${TASKWIRE_JAVA:-}" ]; then
        echo "$TASKWIRE_JAVA"
    elif [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
        echo "$JAVA_HOME/bin/java"
    else
        command -v java
    fi
}

has_java() {
    local java version
    java=$(java_command) || return 1
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9.]*\).*/\1/p') && [ -n "$version" ] && at_least "$version" 17 0
}

has_maven() {
    command -v mvn >/dev/null
}

has_apt() {
    command -v apt-get >/dev/null
}

redis_command() {
    if [ -n "${TASKWIRE_REDIS_SERVER:-}" ]; then
        echo "$TASKWIRE_REDIS_SERVER"
    elif command -v redis-server; then
        return
    elif [ -x "$redis/redis-server" ]; then
        echo "$redis/redis-server"
    else
        return 1
    fi
}

# Fills a new folder by calling the command with it, and gives it its final name when it is complete.
build() {
    local target=$1
    shift
    rm -rf "$target".new.*
    local new
    new=$(mktemp -d "$target.new.XXXXXX")
    "$@" "$new" >&2 || {
        rm -rf "$new"
        return 1
    }
    chmod 755 "$new"
    mv -T "$new" "$target"
}

# Leaves about 1.9 GB of modules in Go's own cache; `go clean -modcache` removes them.
build_dapr() {
    (cd "$recipes/dapr" && GOWORK=off CGO_ENABLED=0 GOBIN=$1 go install "${dapr_build[@]}" tool)
}

build_kafka() {
    mvn -q -B --strict-checksums -f "$recipes/kafka/pom.xml" dependency:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$1/lib"
}

# Debian and its derivatives start a system service with the package redis-server. The program itself is in redis-tools
# under another name, and acts as the server when called by the name of this link.
install_redis() {
    local program=/usr/bin/redis-check-rdb sudo=()
    if [ ! -x "$program" ]; then
        has_apt || return 1
        [ "$(id -u)" -eq 0 ] || sudo=(sudo)
        "${sudo[@]}" apt-get update -q >&2 || return 1
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends redis-tools >&2 || return 1
    fi
    mkdir -p "$redis"
    ln -sf "$program" "$redis/redis-server"
    "$redis/redis-server" --version >/dev/null
}

wants_dapr() {
    [ -z "${TASKWIRE_DAPRD:-}" ] || [ -z "${TASKWIRE_DAPR_SCHEDULER:-}" ]
}

no_go="Go 1.26 or newer is needed for daprd: install it from go.dev/dl or your distribution, or set TASKWIRE_DAPRD and \
TASKWIRE_DAPR_SCHEDULER to those of Dapr 1.14 or newer"
no_java="Java 17 or newer is needed for Kafka: install it from adoptium.net or your distribution, or set TASKWIRE_JAVA"
no_maven="Maven is needed for Kafka: install it from maven.apache.org or your distribution, or set TASKWIRE_KAFKA_LIB to \
the folder libs of a Kafka 4"
no_redis="Redis 6 or newer is needed: install it from your distribution, or set TASKWIRE_REDIS_SERVER"

install() {
    if wants_dapr && [ ! -d "$dapr" ]; then
        if has_go; then
            say "building daprd and the scheduler of Dapr $dapr_version, which takes about five minutes, once"
            delete_unused parts-dapr
            build "$dapr" build_dapr || die "cannot build Dapr"
        else
            missing "$no_go"
        fi
    fi
    if [ -z "${TASKWIRE_KAFKA_LIB:-}" ] && [ ! -d "$kafka" ]; then
        if ! has_java; then
            missing "$no_java"
        elif ! has_maven; then
            missing "$no_maven"
        else
            delete_unused parts-kafka
            build "$kafka" build_kafka || die "cannot install Kafka"
        fi
    elif ! java_command >/dev/null; then
        missing "$no_java"
    fi
    redis_command >/dev/null || install_redis || missing "$no_redis"
}

# Prints an assignment of the absolute path, if the program or folder exists.
assign() {
    local name=$1 path=$2
    [ -x "$path" ] || die "$name names $path, which is not there or not executable"
    printf '%s=%q\n' "$name" "$(realpath -s "$path")"
}

# Reports a missing part: NAME, the check whether it can be installed, and the message if it cannot.
not_installed() {
    if "$2"; then
        missing "no $1: run 'scripts/parts.sh install'"
    else
        missing "$3"
    fi
}

print_env() {
    local found
    used "$dapr" "$kafka"
    if ! wants_dapr || [ -d "$dapr" ]; then
        assign TASKWIRE_DAPRD "${TASKWIRE_DAPRD:-$dapr/daprd}"
        assign TASKWIRE_DAPR_SCHEDULER "${TASKWIRE_DAPR_SCHEDULER:-$dapr/scheduler}"
    else
        not_installed daprd has_go "$no_go"
    fi
    if ! found=$(java_command); then
        missing "$no_java"
    elif [ -n "${TASKWIRE_KAFKA_LIB:-}" ] || [ -d "$kafka" ]; then
        assign TASKWIRE_KAFKA_LIB "${TASKWIRE_KAFKA_LIB:-$kafka/lib}"
        assign TASKWIRE_JAVA "$found"
    else
        not_installed Kafka has_maven "$no_maven"
    fi
    if found=$(redis_command); then
        assign TASKWIRE_REDIS_SERVER "$found"
    else
        not_installed Redis has_apt "$no_redis"
    fi
}

case "${1:-}" in
install)
    mkdir -p "$base"
    # One at a time: several test runs may begin at once. Background processes must not keep the lock.
    exec 9>"$base/parts.lock"
    flock 9
    install 9>&-
    ;;
env)
    print_env
    ;;
*)
    sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

if [ "$absent" -ne 0 ] && [ -n "${CI:-}" ]; then
    exit 1
fi

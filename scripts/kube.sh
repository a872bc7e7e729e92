#!/usr/bin/env bash
# What the tests of the Helm chart need: helm, an API server with etcd, kubeconform and kube-score, schemas and CRDs,
# Prometheus with promtool, and Python packages. It installs them and starts none. Each is kept in a cache folder named
# after its recipe in scripts/kube; a second run finds it there.
#
#   scripts/kube.sh install   installs those that are missing
#   scripts/kube.sh env       prints where they are
#
#   set -a; source <(scripts/kube.sh env); set +a
#
# A machine without Go, or without Debian's packages of etcd and Prometheus, gets a line that says so and does without; with
# CI set that is an error. TASKWIRE_ETCD names another etcd, TASKWIRE_PROMETHEUS another Prometheus, which has promtool
# beside it, TASKWIRE_PYTHON another Python, 3.10 or newer.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
recipe=$here/kube
requirements=$here/../helm/tests/requirements.txt
# shellcheck source=scripts/cache.sh
source "$here/cache.sh"
# shellcheck source=scripts/python.sh
source "$here/python.sh"

# go.mod has the same versions; programs do not find their own by themselves.
helm_version=4.2.4
kube_version=1.37.2
# Of the schemas, the newest that the package kubernetes-validate has of this minor version.
schema_version=1.37.0
score=github.com/zegl/kube-score/cmd/kube-score@v1.20.0
# Modules in whose archives the CRDs are, and where.
crd_modules=(
    "github.com/dapr/dapr@v1.18.3 charts/dapr/crds"
    "github.com/kedacore/keda/v2@v2.21.0 config/crd/bases"
    "sigs.k8s.io/gateway-api@v1.6.3 config/crd/standard"
    "github.com/external-secrets/external-secrets@v0.16.2 config/crds/bases"
)
crds=(
    components.yaml configuration.yaml resiliency.yaml
    keda.sh_scaledobjects.yaml keda.sh_triggerauthentications.yaml
    gateway.networking.k8s.io_httproutes.yaml
    external-secrets.io_externalsecrets.yaml
)
# No archive has the CRDs of the Prometheus operator; they are generated from its types, as its own releases do.
monitoring=github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring@v0.95.2
monitoring_crds=(podmonitors prometheusrules)

key() {
    cksum | cut -d ' ' -f 1
}
tools=$base/kube-tools-$({ cat "$recipe"/go.{mod,sum}; echo "$helm_version $kube_version $score"; uname -sm; } | key)
schemas=$base/kube-schemas-$({ cat "$recipe"/{go.mod,schemas.py}; echo "$schema_version ${crd_modules[*]} ${crds[*]} $monitoring ${monitoring_crds[*]}"; } | key)
etcd=$base/kube-etcd
prometheus=$base/kube-prometheus

has_go() {
    local version major minor
    version=$(cd / && go env GOVERSION 2>/dev/null) || return 1
    IFS=. read -r major minor _ <<<"${version#go}"
    [[ $major =~ ^[0-9]+$ ]] && { [ "$major" -gt 1 ] || [ "${minor%%[^0-9]*}" -ge 26 ]; }
}

python_folder() {
    local version
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2]); sys.exit(sys.version_info < (3, 10))') || return 1
    echo "$base/kube-py$version-$(key <"$requirements")"
}

etcd_command() {
    if [ -n "${TASKWIRE_ETCD:-}" ]; then
        echo "$TASKWIRE_ETCD"
    elif [ -x "$etcd/usr/bin/etcd" ]; then
        echo "$etcd/usr/bin/etcd"
    else
        command -v etcd
    fi
}

prometheus_command() {
    if [ -n "${TASKWIRE_PROMETHEUS:-}" ]; then
        echo "$TASKWIRE_PROMETHEUS"
    elif [ -x "$prometheus/usr/bin/prometheus" ]; then
        echo "$prometheus/usr/bin/prometheus"
    else
        command -v prometheus
    fi
}

# Fills a new folder by calling the command with it, and gives it its final name when it is complete.
build() {
    local target=$1 new
    shift
    rm -rf "$target".new.*
    new=$(mktemp -d "$target.new.XXXXXX")
    "$@" "$new" >&2 || {
        rm -rf "$new"
        return 1
    }
    chmod 755 "$new"
    mv -T "$new" "$target"
}

go_install() {
    GOWORK=off CGO_ENABLED=0 go install -trimpath "$@"
}

build_tools() {
    local version=k8s.io/component-base/version flags
    flags="-s -w -X helm.sh/helm/v4/internal/version.version=v$helm_version -X $version.gitVersion=v$kube_version"
    flags+=" -X $version.gitMajor=1 -X $version.gitMinor=$(cut -d . -f 2 <<<"$kube_version")"
    (cd "$recipe" && GOBIN=$1 go_install -ldflags "$flags" tool) || return 1
    # Older packages of Kubernetes than the others' are built into this one.
    (cd / && GOBIN=$1 go_install -ldflags "-s -w" "$score")
}

# The folder of a module's archive.
archive() {
    (cd / && GOWORK=off GOFLAGS=-mod=mod go mod download -json "$1") | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p'
}

build_schemas() {
    local out=$1 entry module folder crd
    mkdir "$out/crds"
    for entry in "${crd_modules[@]}"; do
        read -r module folder <<<"$entry"
        folder=$(archive "$module")/$folder || return 1
        for crd in "${crds[@]}"; do
            [ ! -f "$folder/$crd" ] || install -m 644 "$folder/$crd" "$out/crds/"
        done
    done
    for crd in "${crds[@]}"; do
        [ -f "$out/crds/$crd" ] || { say "$crd is in none of the modules"; return 1; }
    done
    folder=$(archive "$monitoring") || return 1
    (cd "$folder/v1" && GOWORK=off GOFLAGS=-mod=mod "$tools/controller-gen" crd paths=. "output:crd:dir=$out/generated") || return 1
    for crd in "${monitoring_crds[@]}"; do
        mv "$out"/generated/*"_$crd.yaml" "$out/crds/" || return 1
    done
    rm -r "$out/generated"
    "$(python_folder)/bin/python" "$recipe/schemas.py" "$schema_version" "$out/schemas" "$out"/crds/*.yaml
}

# PACKAGE FOLDER. Debian and its derivatives start a system service with these packages; only the programs are wanted.
unpack() {
    # As root, apt would complain that its own user may not write to this folder.
    get() {
        apt-get download -q -o APT::Sandbox::User=root "$1"
    }
    (cd "$2" && { get "$1" || { apt-get update -q && get "$1"; }; } &&
        dpkg-deb -x "$1"_*.deb . && rm "$1"_*.deb)
}

no_go="Go 1.26 or newer is needed for the tests of the Helm chart: install it from go.dev/dl or your distribution"
no_python="Python 3.10 or newer with the module venv is needed for the tests of the Helm chart, or name one with TASKWIRE_PYTHON"
no_etcd="etcd is needed for the tests of the Helm chart: install it from your distribution, or set TASKWIRE_ETCD"
no_prometheus="Prometheus is needed for the tests of the Helm chart: install it from your distribution, or set TASKWIRE_PROMETHEUS"

install_all() {
    local packages
    if ! has_go; then
        missing "$no_go"
        return
    fi
    packages=$(python_folder) || {
        missing "$no_python"
        return
    }
    if ! etcd_command >/dev/null; then
        { command -v apt-get >/dev/null && build "$etcd" unpack etcd-server; } || missing "$no_etcd"
    fi
    if ! prometheus_command >/dev/null; then
        { command -v apt-get >/dev/null && build "$prometheus" unpack prometheus; } || missing "$no_prometheus"
    fi
    # A virtual environment names its own folder, so it is made in place.
    if [ ! -f "$packages/ready" ]; then
        delete_unused kube-py
        rm -rf "$packages"
        make_venv "$packages" "$requirements"
        touch "$packages/ready"
    fi
    if [ ! -d "$tools" ]; then
        say "building helm and kube-apiserver, which takes some minutes, once"
        delete_unused kube-tools
        build "$tools" build_tools || die "cannot build the tools of scripts/kube"
    fi
    if [ ! -d "$schemas" ]; then
        delete_unused kube-schemas
        build "$schemas" build_schemas || die "cannot make the schemas"
    fi
}

assign() {
    printf '%s=%q\n' "$1" "$2"
}

print_env() {
    local packages found monitor
    if ! has_go; then
        missing "$no_go"
    elif ! packages=$(python_folder) || ! found=$(etcd_command) || ! monitor=$(prometheus_command) || [ ! -f "$packages/ready" ] || [ ! -d "$tools" ] || [ ! -d "$schemas" ]; then
        missing "the tools for the Helm chart are not there: run 'scripts/kube.sh install'"
    else
        used "$tools" "$schemas" "$packages"
        assign TASKWIRE_HELM "$tools/helm"
        assign TASKWIRE_KUBE_APISERVER "$tools/kube-apiserver"
        assign TASKWIRE_KUBECONFORM "$tools/kubeconform"
        assign TASKWIRE_KUBE_SCORE "$tools/kube-score"
        assign TASKWIRE_ETCD "$(realpath -s "$found")"
        assign TASKWIRE_PROMETHEUS "$(realpath -s "$monitor")"
        assign TASKWIRE_KUBE_SCHEMAS "$schemas/schemas"
        assign TASKWIRE_KUBE_CRDS "$schemas/crds"
        assign TASKWIRE_CHART_PYTHON "$packages/bin/python"
    fi
}

case "${1:-}" in
install)
    mkdir -p "$base"
    # One at a time: several test runs may begin at once.
    exec 9>"$base/kube.lock"
    flock 9
    install_all 9>&-
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

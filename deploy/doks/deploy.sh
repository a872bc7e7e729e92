#!/usr/bin/env bash
# Runs Taskwire in DigitalOcean's Kubernetes: creates what is missing, installs or upgrades the chart, and tries it.
#
#   deploy/doks/deploy.sh [--dry-run] [--yes]
#
#   --dry-run   print each command and call nothing
#   --yes       do not ask before something is created that costs money
#
# Settings are in deploy/doks/settings (see settings.example), secrets in files of deploy/doks/secrets (see
# docs/deploy/doks.md), and values of the chart, if you have any, in deploy/doks/my-values.yaml. It may be run again at any time: after a failed step it goes on there, and later it upgrades.
set -euo pipefail
# shellcheck source=deploy/doks/common.sh
source "$(dirname "$0")/common.sh"

read_options "$@"
read_settings "${TASKWIRE_DOKS_SETTINGS:-$here/settings}"
region=${REGION:-fra1}
cluster=${CLUSTER:-taskwire}
registry=${REGISTRY:-}
size=${SIZE:-small}
image=${IMAGE:-}
host=${HOST:-}
brokers=${BROKERS:-}
redis=${REDIS:-}
secrets=${TASKWIRE_DOKS_SECRETS:-$here/secrets}
own_values=${TASKWIRE_DOKS_VALUES:-$here/my-values.yaml}
namespace=taskwire
dapr_version=1.18.3
tag=$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || echo latest)

case $size in
small)
    values=values-doks-small.yaml entry=taskwire node=s-2vcpu-4gb nodes=1
    price="1 node $node and a volume, about 24.50 US dollars a month"
    ;;
standard)
    values=values-doks.yaml entry=taskwire-api node=s-2vcpu-4gb nodes=3
    price="3 nodes $node, about 72 US dollars a month; the load balancer of docs/deploy/doks.md is 12 more"
    ;;
*) die "SIZE is $size; it must be small or standard" ;;
esac
if [ -z "$image" ] && [ -z "$registry" ]; then
    die "set REGISTRY to a name for a container registry, or IMAGE to an image that is in one already"
fi

if [ "$size" = standard ] && { [ -z "$brokers" ] || [ -z "$redis" ] || [ -z "$host" ]; }; then
    die "set HOST to the name under which people open it, and BROKERS and REDIS to your Kafka or Redpanda and your Redis (host:port)"
fi

# Fails with the names of the files that are missing.
secret_files() {
    local file missing=()
    for file in database-url database-direct-url broker-username broker-password state-password; do
        [ -s "$secrets/$file" ] || missing+=("$secrets/$file")
    done
    [ "${#missing[@]}" -eq 0 ] || die "these files of secrets are missing or empty: ${missing[*]} (see docs/deploy/doks.md)"
}

programs() {
    need doctl "see docs.digitalocean.com/reference/doctl"
    need kubectl "see kubernetes.io/docs/tasks/tools"
    need helm "version 4 is needed, see helm.sh"
    [ -n "$image" ] || need docker "it builds the image; or set IMAGE to one that is in a registry"
    need curl "it tries the installation"
    need openssl "it makes tokens"
    [ -n "$dry_run" ] || [ "$size" = small ] || secret_files
}

account() {
    run doctl account get --format Email,Status
}

has_registry() {
    is_there doctl registry get "$registry"
}

has_cluster() {
    is_there doctl kubernetes cluster get "$cluster"
}

costs() {
    local creates=()
    has_cluster || creates+=("the cluster $cluster in $region: $price")
    [ -n "$image" ] || has_registry || creates+=("the registry $registry: about 5 US dollars a month")
    if [ "${#creates[@]}" -eq 0 ]; then
        say "Nothing is created that costs money."
        return
    fi
    say "This creates, in your account:"
    printf '  %s\n' "${creates[@]}" >&2
    confirm "Go on? Answer yes:" yes
}

container_registry() {
    [ -z "$image" ] || return 0
    has_registry || run doctl registry create "$registry" --region "$region" --subscription-tier basic
    run doctl registry login --registry "$registry" --expiry-seconds 3600
}

container_image() {
    [ -z "$image" ] || return 0
    image=registry.digitalocean.com/$registry/taskwire:$tag
    if is_there docker manifest inspect "$image"; then
        say "$image is there."
        return
    fi
    run docker build --platform linux/amd64 --build-arg "COMMIT=$tag" --tag "$image" "$root"
    run docker push "$image"
}

kubernetes_cluster() {
    local status end=$((SECONDS + ${TASKWIRE_DOKS_LIMIT:-900}))
    if ! has_cluster; then
        run doctl kubernetes cluster create "$cluster" --region "$region" --count "$nodes" --size "$node" --auto-upgrade --wait
    fi
    # One that an earlier run left behind may still be on its way.
    until [ -n "$dry_run" ]; do
        status=$(doctl kubernetes cluster get "$cluster" --no-header --format Status)
        [ "$status" != running ] || break
        [ "$SECONDS" -lt "$end" ] || die "the cluster is still $status"
        sleep "${TASKWIRE_DOKS_PAUSE:-10}"
    done
    run doctl kubernetes cluster kubeconfig save "$cluster"
}

kube_namespace() {
    run_piped kubectl create namespace "$namespace" --dry-run=client --output yaml -- kubectl apply --filename -
    run kubectl label namespace "$namespace" --overwrite \
        pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/warn=restricted
    if [ -n "$registry" ]; then
        run_piped doctl registry kubernetes-manifest "$registry" --namespace "$namespace" --name registry -- kubectl apply --filename -
    fi
}

dapr() {
    [ "$size" != small ] || return 0
    # Pods that are admitted under "restricted" need sidecars that give up all capabilities. Without "Fail", a pod that
    # is created while Dapr is away would start without its sidecar.
    run helm upgrade --install dapr dapr --repo https://dapr.github.io/helm-charts/ --version "$dapr_version" \
        --namespace dapr-system --create-namespace \
        --set dapr_sidecar_injector.sidecarDropALLCapabilities=true \
        --set dapr_sidecar_injector.webhookFailurePolicy=Fail \
        --rollback-on-failure --timeout 10m
}

# NAME KEY=FILE…: a secret with the content of files; what kubectl prints in between is not shown.
secret() {
    local name=$1 options=() one
    shift
    for one in "$@"; do
        options+=("--from-file=$one")
    done
    run_piped kubectl create secret generic "$name" --namespace "$namespace" "${options[@]}" --dry-run=client --output yaml -- \
        kubectl apply --filename -
}

kube_secrets() {
    local token
    if [ -z "$dry_run" ]; then
        mkdir -p "$secrets"
        chmod 700 "$secrets"
        for token in service-token dapr-api-token dapr-app-token; do
            [ -s "$secrets/$token" ] || (umask 077 && openssl rand -hex 32 | tr -d '\n' >"$secrets/$token")
        done
    fi
    if [ -s "$secrets/model-api-key" ]; then
        secret taskwire-model "api-key=$secrets/model-api-key"
    fi
    [ "$size" != small ] || return 0
    secret taskwire-database "url=$secrets/database-url" "direct-url=$secrets/database-direct-url"
    secret taskwire-service "token=$secrets/service-token"
    secret taskwire-dapr-api "token=$secrets/dapr-api-token"
    secret taskwire-dapr-app "token=$secrets/dapr-app-token"
    secret taskwire-broker "username=$secrets/broker-username" "password=$secrets/broker-password"
    secret taskwire-state "password=$secrets/state-password"
}

# A value in which commas are meant as such.
set_value() {
    options+=(--set-string "$1=${2//,/\\,}")
}

chart() {
    local options=() files=(--values "$root/helm/taskwire/$values") one
    case $image in
    *@sha256:*)
        set_value image.repository "${image%@*}"
        set_value image.digest "${image#*@}"
        ;;
    *)
        set_value image.repository "${image%:*}"
        set_value image.tag "${image##*:}"
        ;;
    esac
    [ -z "$registry" ] || set_value 'image.pullSecrets[0]' registry
    [ -z "$host" ] || set_value 'hosts[0]' "$host"
    # Without a key the chat understands only simple commands.
    if [ -s "$secrets/model-api-key" ]; then
        set_value secrets.model.existingSecret taskwire-model
    else
        set_value secrets.model.existingSecret ''
    fi
    if [ "$size" != small ]; then
        for one in database:database service:service daprApi:dapr-api daprApp:dapr-app broker:broker state:state; do
            set_value "secrets.${one%:*}.existingSecret" "taskwire-${one#*:}"
        done
        set_value broker.kafka.brokers "$brokers"
        set_value state.redis.host "$redis"
    fi
    [ ! -e "$own_values" ] || files+=(--values "$own_values")
    run helm upgrade --install taskwire "$root/helm/taskwire" --namespace "$namespace" "${files[@]}" "${options[@]}" \
        --rollback-on-failure --timeout 10m
}

rollout() {
    run kubectl rollout status deployment --namespace "$namespace" --selector app.kubernetes.io/instance=taskwire --timeout 5m
}

in_pod=(kubectl exec --namespace "$namespace" "deployment/$entry" --container taskwire --)

# What a failed test left behind: it revokes its token itself, but only where it reaches the server.
revoke_smoke_tokens() {
    local tokens id
    tokens=$("${in_pod[@]}" taskwire token list --user smoke) || return 0
    while read -r id _; do
        [ -z "$id" ] || "${in_pod[@]}" taskwire token revoke --user smoke "$id" >&2 || say "The token $id of the user smoke is left; revoke it."
    done <<<"$tokens"
}

smoke_test() {
    local port=${TASKWIRE_DOKS_PORT:-18484} token
    local create=("${in_pod[@]}" taskwire token create --user smoke --label "smoke test")
    local open=(kubectl port-forward --namespace "$namespace" service/taskwire "$port:8484")
    local try=("$root/deploy/smoke.sh" --revoke "http://127.0.0.1:$port")
    show "${open[@]}" >&2
    show "${create[@]}" >&2
    show "${try[@]}" >&2
    [ -z "$dry_run" ] || return 0
    "${open[@]}" >/dev/null 2>&1 &
    forward=$!
    # Also if the test fails, which ends the script.
    trap 'kill "$forward" 2>/dev/null || true; explain' EXIT
    until curl --silent --fail --max-time 2 "http://127.0.0.1:$port/healthz" >/dev/null; do
        kill -0 "$forward" 2>/dev/null || die "kubectl port-forward ended"
        sleep 0.5
    done
    # The token never expires, so it is made last.
    trap 'revoke_smoke_tokens; kill "$forward" 2>/dev/null || true; explain' EXIT
    token=$("${create[@]}")
    TASKWIRE_TOKEN=$token "${try[@]}"
    kill "$forward" 2>/dev/null || true
}

run_steps programs account costs container_registry container_image kubernetes_cluster kube_namespace dapr kube_secrets chart rollout smoke_test
cat >&2 <<END
Taskwire runs. To open it on this machine, print a sign-in link and forward its port:

  kubectl exec --namespace $namespace deployment/$entry --container taskwire -- taskwire token link --listen 127.0.0.1
  kubectl port-forward --namespace $namespace service/taskwire 8484:8484

docs/deploy/doks.md says how others reach it by name, with a certificate.
END

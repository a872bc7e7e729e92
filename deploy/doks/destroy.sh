#!/usr/bin/env bash
# Takes down what deploy.sh created: the release, the cluster with its volumes and load balancers, and the registry.
#
#   deploy/doks/destroy.sh [--dry-run] [--yes]
#
#   --dry-run   print each command and call nothing
#   --yes       do not ask; without it you type the name of the cluster
#
# The database, the broker and the Redis are not touched, nor are the files in deploy/doks/secrets. With SIZE=small the
# tasks are on a volume of the cluster and are gone with it: back them up first (docs/runbooks/backup-and-restore.md).
set -euo pipefail
# shellcheck source=deploy/doks/common.sh
source "$(dirname "$0")/common.sh"

read_options "$@"
read_settings "${TASKWIRE_DOKS_SETTINGS:-$here/settings}"
cluster=${CLUSTER:-taskwire}
registry=${REGISTRY:-}

programs() {
    need doctl "see docs.digitalocean.com/reference/doctl"
    need kubectl "see kubernetes.io/docs/tasks/tools"
    need helm "version 4 is needed, see helm.sh"
}

has_cluster() {
    [ -n "$dry_run" ] || is_there doctl kubernetes cluster get "$cluster"
}

question() {
    say "This deletes the cluster $cluster with all that is stored in it${registry:+, and the registry $registry with all images}."
    confirm "Type the name of the cluster to go on:" "$cluster"
}

# Before the cluster, so that what the release made outside of it goes too.
release() {
    has_cluster || return 0
    run doctl kubernetes cluster kubeconfig save "$cluster"
    run helm uninstall taskwire --namespace taskwire --ignore-not-found --wait
    run helm uninstall dapr --namespace dapr-system --ignore-not-found --wait
}

kubernetes_cluster() {
    if ! has_cluster; then
        say "There is no cluster $cluster."
        return
    fi
    run doctl kubernetes cluster delete "$cluster" --dangerous --force
}

container_registry() {
    [ -n "$registry" ] || return 0
    if [ -z "$dry_run" ] && ! is_there doctl registry get "$registry"; then
        say "There is no registry $registry."
        return
    fi
    run doctl registry delete "$registry" --force
}

run_steps programs question release kubernetes_cluster container_registry
say "Done. https://cloud.digitalocean.com/billing shows what still costs money."

#!/usr/bin/env bash
# Copies what the chart renders from the project's folder dapr/ into the chart: a chart cannot read files outside of it.
#
#   scripts/chart-files.sh           copies
#   scripts/chart-files.sh --check   fails if a copy differs
set -euo pipefail
cd "$(dirname "$0")/.."

files=(
    components/cloud/pubsub.yaml components/cloud/state.yaml components/cloud/wake.yaml
    components/local-kafka/pubsub.yaml components/local-redis/pubsub.yaml components/local-redis/state.yaml
    kubernetes/config.yaml resiliency.yaml
)
chart=helm/taskwire/files/dapr
for file in "${files[@]}"; do
    copy=$chart/${file#components/}
    if [ "${1:-}" = --check ]; then
        cmp "dapr/$file" "$copy" || { echo "chart-files.sh: run scripts/chart-files.sh" >&2; exit 1; }
    else
        install -D -m 644 "dapr/$file" "$copy"
    fi
done

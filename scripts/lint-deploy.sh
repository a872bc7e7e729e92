#!/usr/bin/env bash
# Checks the files of a deployment without running anything: scripts, Dockerfile, Compose files, workflows. And every
# file of the repository for what an unfinished merge leaves.
#
#   scripts/lint-deploy.sh
set -euo pipefail
cd "$(dirname "$0")/.."

# An assignment by itself keeps the exit status of the command in it.
found=$(scripts/deploy-tools.sh)
eval "$found"
tools=$TASKWIRE_DEPLOY_TOOLS
# What is on the machine must not take part: actionlint calls the shellcheck that it finds.
export PATH=$tools:$PATH

schema() {
    check-jsonschema --builtin-schema "vendor.$1" "${@:2}"
}

if git grep -I -n -E '^(<<<<<<<|>>>>>>>|[|]{7})( |$)|^=======$'; then
    echo "lint-deploy.sh: a merge conflict is left" >&2
    exit 1
fi
mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
shellcheck "${scripts[@]}"
hadolint Dockerfile
schema compose-spec compose.yaml compose.small.yaml
schema github-workflows .github/workflows/*.yml
schema dependabot .github/dependabot.yml
schema github-issue-forms .github/ISSUE_TEMPLATE/task.yml .github/ISSUE_TEMPLATE/bug.yml
schema github-issue-config .github/ISSUE_TEMPLATE/config.yml
zizmor --offline --no-progress --persona pedantic .github
if [ -x "$tools/actionlint" ]; then
    actionlint
fi

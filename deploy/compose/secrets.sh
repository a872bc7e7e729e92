#!/usr/bin/env bash
# Makes the passwords and tokens of compose.yaml, each in a file of the folder "secrets" beside this script, or of the
# folder that is given. Files that are there are left as they are, so a second run changes nothing.
#
#   deploy/compose/secrets.sh [FOLDER]
set -euo pipefail

folder=${1:-$(cd "$(dirname "$0")" && pwd)/secrets}
# The folder keeps others out. The files have to be readable by all, because a container sees them with the owner that
# they have here, and runs as another user.
mkdir -p "$folder"
chmod 700 "$folder"

write() {
    [ -e "$folder/$1" ] || (umask 022 && printf '%s\n' "${@:2}" >"$folder/$1")
}
random() {
    openssl rand -hex 32
}

write postgres_password "$(random)"
write service_token "$(random)"
write database_url "postgres://taskwire:$(cat "$folder/postgres_password")@postgres:5432/taskwire"
write dapr.env "DAPR_API_TOKEN=$(random)" "APP_API_TOKEN=$(random)"
echo "Secrets are in $folder."

#!/usr/bin/env bash
# Copies the SQLite file of a running Taskwire with `taskwire backup`, and deletes the oldest copies.
#
#   deploy/backup-sqlite.sh DATABASE FOLDER [KEEP]
#
# KEEP is how many copies stay, by default 14. Copy the folder to another machine as well.
set -euo pipefail

if [ $# -lt 2 ] || [ ! -f "$1" ]; then
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
database=$1
folder=$2
keep=${3:-14}
umask 077
mkdir -p "$folder"

# A copy of the file alone would miss what is in the write-ahead log, or be torn.
taskwire backup --data-dir "$(dirname "$database")" --database-url "$(realpath "$database")" \
    "$folder/taskwire-$(date -u +%Y%m%dT%H%M%SZ).db"

# Their names sort by time.
find "$folder" -maxdepth 1 -name 'taskwire-*Z.db' | sort -r | tail -n "+$((keep + 1))" | xargs -r rm --

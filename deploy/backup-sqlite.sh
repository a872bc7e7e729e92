#!/usr/bin/env bash
# Copies the SQLite file of a running Taskwire with `taskwire backup`, and deletes the oldest copies.
#
#   deploy/backup-sqlite.sh DATABASE FOLDER [KEEP]
#
# KEEP is how many copies stay, the new one among them, by default 14. Copy the folder to another machine as well.
set -euo pipefail

if [ $# -lt 2 ] || [ $# -gt 3 ] || [ ! -f "$1" ]; then
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
database=$(realpath -- "$1")
keep=${3-14}
if [[ ! $keep =~ ^[1-9][0-9]{0,5}$ ]]; then
    echo "backup-sqlite.sh: KEEP is \"$keep\"; it must be a number of copies from 1 to 999999, such as 14" >&2
    exit 2
fi
umask 077
mkdir -p -- "$2"
folder=$(realpath -- "$2")
copy=taskwire-$(date -u +%Y%m%dT%H%M%SZ).db

# A copy of the file alone would miss what is in the write-ahead log, or be torn.
taskwire backup --data-dir "$(dirname -- "$1")" --database-url "$database" "$folder/$copy"

# Their names sort by time. The new one stays even if the clock was ahead when others were made.
find "$folder" -maxdepth 1 -type f -regextype posix-extended -regex '.*/taskwire-[0-9]{8}T[0-9]{6}Z\.db' ! -name "$copy" -print0 |
    LC_ALL=C sort -rz | tail -zn "+$keep" | xargs -0r rm --

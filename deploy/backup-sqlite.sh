#!/usr/bin/env bash
# Copies the SQLite file of a running Taskwire, checks the copy, and deletes the oldest ones.
#
#   deploy/backup-sqlite.sh DATABASE FOLDER [KEEP]
#
# KEEP is how many copies stay, by default 14. It needs sqlite3. Copy the folder to another machine as well.
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
copy=$folder/taskwire-$(date -u +%Y%m%dT%H%M%SZ).db
trap 'rm -f "$copy".new*' EXIT

# A copy of the file alone would miss what is in the write-ahead log, or be torn.
sqlite3 -cmd '.timeout 60000' "$database" ".backup '$copy.new'"
checked=$(sqlite3 "$copy.new" 'PRAGMA integrity_check; SELECT count(*) FROM tasks')
[[ $checked == ok$'\n'* ]] || {
    echo "the copy is damaged: $checked" >&2
    exit 1
}
mv "$copy.new" "$copy"
echo "$copy has ${checked#ok?} tasks."

# Their names sort by time.
find "$folder" -maxdepth 1 -name 'taskwire-*Z.db' | sort -r | tail -n "+$((keep + 1))" | xargs -r rm --

#!/bin/sh
# Puts a copy that `taskwire backup` made in the place of the SQLite file in a data folder. Taskwire must be stopped. What
# was there is moved to a folder before-TIME within it. Nothing is changed if the copy is not whole, or does not fit.
#
#   deploy/restore-sqlite.sh COPY FOLDER
#
# COPY may be "-" for standard input. Any sh with the usual programs runs it, such as that of BusyBox.
set -eu

die() {
    echo "restore-sqlite.sh: $*" >&2
    exit 1
}

if [ $# -ne 2 ] || [ ! -d "$2" ]; then
    die "use: restore-sqlite.sh COPY FOLDER"
fi
copy=$1
folder=$2
database=$folder/taskwire.db
new=$folder/taskwire.db.new
umask 077

# A server holds this lock as long as it runs.
if [ -e "$folder/lock" ] && command -v flock >/dev/null && ! flock -n "$folder/lock" true; then
    die "a server uses $folder; stop it first"
fi

trap 'rm -f "$new"' EXIT
cat "$copy" >"$new"

# The number that some bytes of the file's header are.
number() {
    value=0
    for byte in $(od -An -tu1 -j "$1" -N "$2" "$new"); do
        value=$((value * 256 + byte))
    done
    echo "$value"
}
[ "$(head -c 15 "$new")" = "SQLite format 3" ] || die "the copy is not an SQLite file; nothing was changed"
page=$(number 16 2)
[ "$page" -ne 1 ] || page=65536
[ "$(wc -c <"$new")" -eq $((page * $(number 28 4))) ] || die "the copy is not whole; nothing was changed"

before=$folder/before-$(date -u +%Y%m%dT%H%M%SZ)
mkdir "$before"
# Root leaves the files to whom they belonged.
if [ "$(id -u)" -eq 0 ]; then
    owner=$(stat -c %u:%g "$folder")
    [ ! -e "$database" ] || owner=$(stat -c %u:%g "$database")
    chown "$owner" "$new" "$before"
fi
# The write-ahead log belongs to its file: beside another one it would damage it.
for file in "$database" "$database-wal" "$database-shm"; do
    [ ! -e "$file" ] || mv "$file" "$before/"
done
mv "$new" "$database"
sync
echo "The copy is in place. What was there is in $before."

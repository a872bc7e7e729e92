#!/usr/bin/env bash
# Assembles the image without a container engine, and checks it: with crane, from a binary that is built already.
#
#   scripts/image.sh BINARY FOLDER     leaves the image in FOLDER as an OCI layout
#
# What runs, as whom and with which environment and labels is read from the last stage of the Dockerfile. Its base cannot
# be had without a registry; glibc, CA roots, time zones and the user come from this machine instead. Running it needs
# root, for a root folder and a network of its own.
#
# TASKWIRE_IMAGE_LIMIT is the largest size of all files in MB, by default 60.
set -euo pipefail

die() {
    echo "image.sh: $*" >&2
    exit 1
}

if [ $# -ne 2 ] || [ ! -x "$1" ]; then
    sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
binary=$(realpath "$1")
target=$(realpath -m "$2")
cd "$(dirname "$0")/.."

found=$(scripts/deploy-tools.sh)
eval "$found"
crane=$TASKWIRE_DEPLOY_TOOLS/crane
[ -x "$crane" ] || die "crane is missing: install Go, and run scripts/deploy-tools.sh"

work=$(mktemp -d)
registry=
stop() {
    [ -z "$registry" ] || kill "$registry" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

# The last stage of the Dockerfile, one instruction per line.
stage=$(sed -e ':join' -e '/\\$/{N; s/\\\n *//; b join' -e '}' Dockerfile | awk '/^FROM /{text = ""} {text = text $0 "\n"} END {printf "%s", text}')
instruction() {
    sed -n "s/^$1 //p" <<<"$stage"
}
# ["a", "b"] as a,b
list() {
    instruction "$1" | tr -d '[]" '
}

layer() {
    tar --sort=name --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" -C "$work/$1" -cf "$work/$1.tar" "${@:2}" .
}

# In place of the base image.
base=$work/base
mkdir -p "$base/etc/ssl/certs" "$base/usr/share" "$base/home/nonroot"
mkdir -m 1777 "$base/tmp"
cp /etc/ssl/certs/ca-certificates.crt "$base/etc/ssl/certs/"
cp -r /usr/share/zoneinfo "$base/usr/share/"
# The same zones again, under other names.
rm -rf "$base"/usr/share/zoneinfo/{posix,right}
printf '%s\n' 'root:x:0:0:root:/root:/sbin/nologin' 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >"$base/etc/passwd"
printf '%s\n' 'root:x:0:' 'nonroot:x:65532:' >"$base/etc/group"
ldd "$binary" | awk '$2 == "=>" && $3 ~ "^/" {print $3} $1 ~ "^/" {print $1}' | while read -r library; do
    install -D -m 755 "$(realpath "$library")" "$base$library"
done
layer base --owner=0 --group=0

# What the Dockerfile copies.
app=$work/app
install -D -m 755 "$binary" "$app/usr/local/bin/taskwire"
mkdir -m 700 "$app/data"
chown 65532:65532 "$app/data" 2>/dev/null || die "this needs root, to give /data to the user of the image"
chown -R 0:0 "$app/usr"
layer app

size=$(($(cat "$work/base.tar" "$work/app.tar" | wc -c) / 1000000))
limit=${TASKWIRE_IMAGE_LIMIT:-60}
[ "$size" -lt "$limit" ] || die "the files are $size MB, more than the limit of $limit MB"

# Without name and time in the header.
gzip --no-name "$work/base.tar" "$work/app.tar"

options=(--entrypoint "$(list ENTRYPOINT)" --cmd "$(list CMD)" --user "$(instruction USER)" --workdir "$(instruction WORKDIR)")
options+=(--env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt)
read -ra variables < <(instruction ENV)
for variable in "${variables[@]}"; do
    options+=(--env "$variable")
done
while read -r label; do
    # The option is read as comma-separated values.
    options+=(--label "\"$(tr -d '"' <<<"$label")\"")
done < <(instruction LABEL | grep -o '[a-z.]*="[^"]*"' | grep -v '"\$')

case $(uname -m) in
x86_64) platform=linux/amd64 ;;
aarch64) platform=linux/arm64 ;;
*) die "no image for $(uname -m)" ;;
esac

for _ in $(seq 20); do
    port=$((20000 + RANDOM % 12000))
    "$crane" registry serve --address "127.0.0.1:$port" --disk "$work" >"$work/registry.log" 2>&1 &
    registry=$!
    for _ in $(seq 50); do
        curl -fs -m 1 "http://127.0.0.1:$port/v2/" >/dev/null && break 2
        kill -0 "$registry" 2>/dev/null || break
        sleep 0.1
    done
    kill "$registry" 2>/dev/null || true
done
name=127.0.0.1:$port/taskwire

assemble() {
    "$crane" append --insecure --oci-empty-base --platform "$platform" --new_layer "$work/base.tar.gz" --new_layer "$work/app.tar.gz" \
        --new_tag "$name:$1-layers" >"$work/crane.log" 2>&1 || die "$(cat "$work/crane.log")"
    "$crane" mutate --insecure --set-platform "$platform" "${options[@]}" --tag "$name:$1" "$name:$1-layers" \
        >"$work/crane.log" 2>&1 || die "$(cat "$work/crane.log")"
    "$crane" digest --insecure "$name:$1"
}
digest=$(assemble first)
[ "$digest" = "$(assemble second)" ] || die "assembling the same files twice gives two digests"
"$crane" validate --insecure --remote "$name:first" >/dev/null || die "crane finds the image invalid"
rm -rf "$target"
"$crane" pull --insecure --format oci "$name:first" "$target"

# From here on the image is looked at as it was stored.
config=$("$crane" config --insecure "$name:first")
manifest=$("$crane" manifest --insecure "$name:first")
value() {
    python3 -c 'import json, sys; print(eval(sys.argv[1], {"it": json.load(sys.stdin)}))' "$1"
}
root=$work/root
mkdir "$root"
"$crane" export --insecure "$name:first" - | tar -C "$root" -x --numeric-owner -f -

user=$(value 'it["config"]["User"]' <<<"$config")
[[ $user =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || die "the user is $user, which is not a number other than 0"
entry=$(value 'it["config"]["Entrypoint"][0]' <<<"$config")
[ -x "$root$entry" ] || die "the entry point $entry is not in the image"
shells=$(find "$root" -regextype egrep -regex '.*/(ba|da|a|z|k)?sh|.*/busybox|.*/(apt|apk|dpkg)' -not -type d)
[ -z "$shells" ] || die "there is a shell or a package manager: $shells"
elevated=$(find "$root" -type f -perm /6000)
[ -z "$elevated" ] || die "there are set-user-id files: $elevated"
grep -q 'BEGIN CERTIFICATE' "$root/etc/ssl/certs/ca-certificates.crt" || die "there are no CA roots"
stored=$(value 'sum(one["size"] for one in it["layers"])' <<<"$manifest")

[ "$(id -u)" -eq 0 ] || die "running the image needs root"
read -ra environment < <(value '" ".join(it["config"]["Env"])' <<<"$config")
# Runs the entry point as its user, with nothing to write on but /data, and with no network but its own loopback.
mkdir -p "$root/dev" "$root/proc"
contained() {
    # shellcheck disable=SC2016 # The variables are those of the inner shell.
    unshare --mount --net --pid --fork --kill-child bash -euc '
        root=$1 user=$2 entry=$3 count=$4; shift 4
        ip link set lo up
        mount --bind "$root" "$root"
        mount --bind /dev "$root/dev"
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o "mode=700,uid=${user%:*},gid=${user#*:}" tmpfs "$root/data"
        mount -o remount,bind,ro "$root"
        environment=("${@:1:count}"); shift "$count"
        inside() { env -i "${environment[@]}" chroot --userspec="$user" --groups= "$root" "$entry" "$@"; }
        if [ "$1" != serve ]; then
            inside "$@"
            exit
        fi
        # Not through the function: the signal below must reach the process itself.
        env -i "${environment[@]}" chroot --userspec="$user" --groups= "$root" "$entry" serve & server=$!
        for _ in $(seq 100); do
            if inside healthcheck 2>/dev/null; then
                inside token create --label image >/dev/null
                kill -TERM "$server"
                wait "$server"
                exit
            fi
            kill -0 "$server" 2>/dev/null || exit 1
            sleep 0.2
        done
        echo "the server does not become healthy" >&2
        exit 1
    ' bash "$root" "$user" "$entry" "${#environment[@]}" "${environment[@]}" "$@"
}
version=$(contained --version) || die "the entry point does not start"
contained dates next 'FREQ=DAILY' '2027-03-27T09:00[Europe/Rome]' >"$work/dates" || die "there are no time zones: $(cat "$work/dates")"
contained serve >"$work/serve.log" 2>&1 || die "it does not serve on a read-only root: $(cat "$work/serve.log")"

cat <<REPORT
image       $target
digest      $digest, the same twice
runs        $version as $user, on a read-only root
size        $size MB of files, $((stored / 1000000)) MB compressed
REPORT

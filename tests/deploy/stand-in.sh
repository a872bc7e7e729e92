#!/bin/sh
# Stands in for doctl, kubectl, helm, docker, rpk and curl under their names: it records each call in the folder STAND_IN,
# a line of words separated by tabs, and remembers what was created. With a file "fail-once" there, each call fails once.
set -eu
program=${0##*/}

fail() {
    echo "$1" >&2
    exit 1
}
there() { [ -e "$STAND_IN/there/$(echo "$1" | tr / _)" ]; }
create() {
    ! there "$1" || fail "$program: $1 already exists"
    : >"$STAND_IN/there/$(echo "$1" | tr / _)"
}
delete() {
    there "$1" || fail "$program: $1 is not there"
    rm "$STAND_IN/there/$(echo "$1" | tr / _)"
}

# Read before the call is recorded, so that what is piped comes in order.
piped=
case "$program $*" in "kubectl apply"*) piped=$(cat) ;; esac
line=$program
for word in "$@"; do
    line="$line	$word"
done
echo "$line" >>"$STAND_IN/calls"
if [ -e "$STAND_IN/fail-once" ] && ! grep -qxF "$line$piped" "$STAND_IN/failed" 2>/dev/null; then
    echo "$line$piped" >>"$STAND_IN/failed"
    fail "$program: connection reset"
fi

case "$program $*" in
"doctl registry get "*) there "registry-$3" || fail "Error: GET registry: 404 registry does not exist" ;;
"doctl registry create "*) create "registry-$3" ;;
"doctl registry delete "*) delete "registry-$3" ;;
"doctl registry kubernetes-manifest "*) echo "kind: registry" ;;
"doctl kubernetes cluster get "*)
    there "cluster-$4" || fail "Error: no cluster goes by the name \"$4\""
    if [ $# -gt 4 ]; then
        if there ready; then echo running; else
            create ready
            echo provisioning
        fi
    fi
    ;;
"doctl kubernetes cluster create "*) create "cluster-$4" ;;
"doctl kubernetes cluster delete "*) delete "cluster-$4" ;;
"docker manifest inspect "*) there "image-$3" || fail "no such manifest" ;;
"docker push "*) create "image-$2" ;;
"kubectl create "*)
    for word in "$@"; do
        case $word in --from-file=*) [ -s "${word#*=*=}" ] || fail "kubectl: $word is empty" ;; esac
    done
    echo "kind: $2 $3 $4"
    ;;
"kubectl apply "*) case $piped in kind:*) ;; *) fail "kubectl: no objects passed to apply" ;; esac ;;
"kubectl exec "*" token create "*)
    : >"$STAND_IN/there/token"
    echo tw_token
    ;;
"kubectl exec "*" token list "*) ! there token || echo "01a22c7c  api      read write           smoke test  expires never" ;;
"kubectl exec "*" token revoke --user smoke 01a22c7c") delete token ;;
"kubectl port-forward "*)
    [ ! -e "$STAND_IN/no-answer" ] || fail "error: lost connection to pod"
    exec sleep 30
    ;;
"curl "*) [ ! -e "$STAND_IN/no-answer" ] || exit 7 ;;
"rpk security user list")
    [ ! -e "$STAND_IN/no-list" ] || fail "unable to list users: request timed out"
    printf 'USERNAME\n%s\n' taskwire-staging
    ! there user || echo taskwire
    ;;
"rpk security user create "*) create user ;;
esac

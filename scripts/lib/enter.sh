#!/usr/bin/env bash
# Enters a Debian root in a mount namespace of its own (the caller made it) and runs a command there, in the folder given.
# The project, the cache and /tmp keep their paths, so that file names mean the same inside and outside.
# Usage: enter.sh ROOT CACHE PROJECT FOLDER COMMAND...
set -euo pipefail
root=$1 cache=$2 project=$3 folder=$4
shift 4

mount --bind "$root" "$root"
for path in /proc /sys /dev; do
    mount --rbind "$path" "$root$path"
done
mkdir -p "$cache/home"
for path in /tmp "$cache" "$project"; do
    mkdir -p "$root$path"
    mount --bind "$path" "$root$path"
done

# What the machine knows about its network holds inside too: names, and the certificates that it trusts.
for path in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt "${NODE_EXTRA_CA_CERTS:-}" "${SSL_CERT_FILE:-}"; do
    [ -f "$path" ] && [ ! "$path" -ef "$root$path" ] || continue
    mkdir -p "$root$(dirname "$path")"
    [ -e "$root$path" ] || { rm -f "$root$path" && : >"$root$path"; }
    mount --bind "$path" "$root$path"
done
# A registry or a proxy of the user's choice; his home is not visible inside.
if [ -f "${HOME:-/root}/.npmrc" ]; then
    [ -e "$cache/home/.npmrc" ] || : >"$cache/home/.npmrc"
    mount --bind "${HOME:-/root}/.npmrc" "$root$cache/home/.npmrc"
fi

exec chroot "$root" bash -c 'cd "$1" && shift && exec "$@"' enter "$folder" "$@"

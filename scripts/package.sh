#!/usr/bin/env bash
# Makes what a release consists of: svcwrap-VERSION-x64.msi and .zip, SHA256SUMS, and manifests for winget, Scoop and
# Chocolatey. Builds svcwrap.exe first, unless it is given. The same sources give the same bytes. Packages for ARM64 come
# from a given svcwrap.exe, which MSVC builds; the manifests tell of both where both lie in DIR.
# Usage: scripts/package.sh [--version X.Y.Z] [--out DIR] [--arch x64|arm64] [--exe FILE --actions FILE]
#   --version  the version to build and to package; default: that of CMakeLists.txt
#   --out      where it is put; default: build/package
#   --arch     the processor; default: x64. arm64 needs --exe and --actions
#   --exe, --actions   a built svcwrap.exe and svcwrap_setup.dll, instead of building them
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"

default_version() { sed -nE 's/^ *set\(SVCWRAP_VERSION ([0-9.]+)\)$/\1/p' "$project_dir/CMakeLists.txt"; }

version='' out=$project_dir/build/package arch=x64 exe='' actions=''
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) sed -n '2,9s/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;;
        --version | --out | --arch | --exe | --actions)
            [ $# -ge 2 ] || die "$1 needs a value"
            declare "${1#--}=$2"
            shift
            ;;
        *) die "unknown option $1; see scripts/package.sh --help" ;;
    esac
    shift
done
[ -n "$version" ] || version=$(default_version)
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || die "a version is X.Y.Z, not $version"
case $arch in
    x64) ;;
    arm64)
        if [ -z "$exe" ] || [ -z "$actions" ]; then die "--arch arm64 needs --exe and --actions: it is built on Windows"; fi
        ;;
    *) die "--arch is x64 or arm64, not $arch" ;;
esac
mkdir -p "$out"

"$project_dir/scripts/setup.sh"

# Another version has a build folder of its own: a folder stays what it was told at first.
build_both() {
    local folder=$project_dir/build/mingw-release options=(-USVCWRAP_VERSION)
    if [ "$version" != "$(default_version)" ]; then
        folder=$project_dir/build/release-$version options=(-DSVCWRAP_VERSION="$version")
    fi
    in_env cmake --preset mingw-release -B "$folder" "${options[@]}" >&2
    in_env cmake --build "$folder" --target svcwrap svcwrap_setup >&2
    exe=$folder/src/svcwrap.exe actions=$folder/installer/svcwrap_setup.dll
}

if [ -z "$exe" ] || [ -z "$actions" ]; then build_both; fi
# Everything in the packages bears the time of the last commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$project_dir" log -1 --format=%ct 2>/dev/null || echo 1700000000)}
export SOURCE_DATE_EPOCH
in_env python3 "$project_dir/scripts/lib/package.py" --version "$version" --out "$out" --arch "$arch" --exe "$exe" --actions "$actions"

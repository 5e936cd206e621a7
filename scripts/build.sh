#!/usr/bin/env bash
# Builds svcwrap; the last line is the path of the program: svcwrap.exe, or with --native the Linux development build's.
# Usage: scripts/build.sh [--native] [--preset NAME]      presets: see CMakePresets.json
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"

preset=mingw-release
while [ $# -gt 0 ]; do
    case $1 in
        --native) preset=linux-debug ;;
        --preset) [ $# -ge 2 ] || die "--preset needs a name"; preset=$2; shift ;;
        -h | --help) sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) die "unknown option $1; see scripts/build.sh --help" ;;
    esac
    shift
done

"$project_dir/scripts/setup.sh"
cd "$project_dir"
in_env cmake --preset "$preset" >&2
in_env cmake --build "build/$preset" --target svcwrap >&2

for program in "$project_dir/build/$preset/src/svcwrap.exe" "$project_dir/build/$preset/src/svcwrap"; do
    if [ -e "$program" ]; then
        printf '%s\n' "$program"
        exit 0
    fi
done
die "the build made no program in build/$preset/src"

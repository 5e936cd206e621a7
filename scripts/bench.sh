#!/usr/bin/env bash
# Measures the logs of the native build, beside cat and other programs that rotate logs, in one run: ratios are of this
# machine, now. The tables are Markdown.
#   scripts/bench.sh [speed|memory|flood|idle|follow|retention|query]... [--mb 1000] [--line 100] [--by-line]
#                    [--rounds 3] [--minutes 10]
# Without a name, all of them. The files are made in build/bench, or in the folder that SVCWRAP_BENCH_DIR names.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"

case ${1:-} in -h | --help) sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
program=$("$project_dir/scripts/build.sh" --preset linux-release)
folder=${SVCWRAP_BENCH_DIR:-$project_dir/build/bench}
mkdir -p "$folder"
cd "$project_dir"
say "$(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), $(uname -sr)"
in_env python3 tests/bench/bench.py "$program" "$folder" "$@"

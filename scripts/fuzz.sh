#!/usr/bin/env bash
# Runs every fuzzer of tests/fuzz for so many seconds, with what earlier runs found worth keeping. It ends at the first
# finding, whose input is kept; else the last line is "N fuzzers ran without a finding".
# Usage: scripts/fuzz.sh [SECONDS]     60 without a number
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"
case ${1:-} in -h | --help) sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
"$project_dir/scripts/setup.sh"
cd "$project_dir"
become_in_env python3 scripts/lib/fuzz.py "${1:-60}"

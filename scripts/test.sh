#!/usr/bin/env bash
# Builds and runs every test and check; the last line is "N passed, N failed", the exit code 0 only if nothing failed.
# Usage: scripts/test.sh [--quick] [--filter TEXT]
#   --quick        only the native unit tests that changed since they passed
#   --filter TEXT  only the programs and checks whose name contains TEXT, or if none does, the test cases
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"
case ${1:-} in -h | --help) sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
"$project_dir/scripts/setup.sh"
cd "$project_dir"
become_in_env python3 scripts/lib/run_tests.py "$@"

#!/usr/bin/env bash
# Runs the simulation of the supervisor with a fresh seed again and again.
#   scripts/soak.sh [MINUTES]     60 without a number; it ends at the first violation
# The last line is "N rounds passed, N failed".
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"

readonly k_minutes=${1:-60}
[[ $# -le 1 && $k_minutes =~ ^[1-9][0-9]*$ ]] || die "usage: scripts/soak.sh [MINUTES]"
"$project_dir/scripts/setup.sh"
cd "$project_dir"

readonly k_build=$project_dir/build/linux-asan
readonly k_log=$k_build/soak.log
in_env cmake --preset linux-asan >"$k_log.configure" 2>&1 || die "it cannot be configured; see $k_log.configure"
in_env cmake --build "$k_build" --target simulation >"$k_log.build" 2>&1 || die "it does not build; see $k_log.build"

rounds=0
end=$((SECONDS + k_minutes * 60))
while [ "$SECONDS" -lt "$end" ]; do
    if ! in_env nice "$k_build/tests/simulation" >"$k_log" 2>&1; then
        cat "$k_log"
        echo "$rounds rounds passed, 1 failed"
        exit 1
    fi
    rounds=$((rounds + 1))
    say "round $rounds: $(head -1 "$k_log"), $(tail -1 "$k_log")"
done
echo "$rounds rounds passed, 0 failed"

#!/usr/bin/env bash
# Runs any command inside the build environment, in the project's folder; relative paths are relative to that.
# Standard input and the exit code pass through. `wine` has a prefix of this project's own, in which services go on
# running from one call to the next; `scripts/dev.sh wineserver -k` ends it.
# Usage: scripts/dev.sh COMMAND...
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"
[ $# -gt 0 ] || { sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}"; exit 2; }
"$project_dir/scripts/setup.sh"
cd "$project_dir"
become_in_env "$@"

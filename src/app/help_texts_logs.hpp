#pragma once
// What --help says of the commands about logs. Included by command_tree_logs.cpp alone.

namespace svcwrap::app {

inline constexpr const char* k_logs_footer =
    R"(Reads the current, the rotated and the compressed files in order and hinders neither writing nor rotation. Without a
bound the last 10 lines are shown, with --since, --until or --run all between. Raw logs have no times: of them whole
files are chosen, by the moments of their rotation. On a terminal control characters are shown as \x1B.

Examples:
  svcwrap logs MyApp
  svcwrap logs MyApp -f
  svcwrap logs MyApp -n 100 --grep "(?i)error|timeout"
  svcwrap logs MyApp --since "1 hour ago" --level warn --events
  svcwrap logs MyApp --run -1 --stream err
  svcwrap logs MyApp --since "2026-11-21 10:00" --until "2026-11-21 11:00" --json
  svcwrap logs --dir D:\logs --log output)";

inline constexpr const char* k_pipe_footer =
    R"(Writes what comes from standard input, to its end, with the same engine as a service's logs: no line is cut by a
rotation, and nothing is lost while the disk is full. The current file is NAME.log, rotated ones are
NAME.20261121T100000.123Z.log. Ctrl-C lets the input come to its end; a second one ends it at once.

Examples:
  app | svcwrap pipe --dir logs --max-size 10MiB --keep 7
  app 2>&1 | svcwrap pipe --dir logs --name app --interval daily --keep 30 --compress
  app | svcwrap pipe --dir logs --format json --tee
  app | svcwrap pipe --dir logs --rate-limit "10000 lines/30s" --redact "password=\S+"
  app | svcwrap pipe --dir logs --on-full drop --disk-prune 90 --disk-stop 95 --sync interval)";

}  // namespace svcwrap::app

#pragma once
// What --help says beside the options. Included by command_tree.cpp alone.

namespace svcwrap::app {

inline constexpr const char* k_about =
    "Runs any program as a Windows service: restarts it when it fails, stops it gently, keeps its output.";

inline constexpr const char* k_footer = R"(Examples:
  svcwrap install MyApp --exe C:\apps\app.exe -- --port 8080
  svcwrap start MyApp
  svcwrap status MyApp
  svcwrap why MyApp
  svcwrap reload MyApp
  svcwrap stop MyApp
  svcwrap uninstall MyApp

Exit codes:
  0 ok, 1 it failed (run), it had to be killed (test-stop), 2 usage, 3 not running (status), 4 not found,
  5 bad configuration, 6 exists already, 7 access denied, 8 the program could not be started,
  9 timed out, 10 file trouble, 11 service manager trouble, 70 internal error)";

inline constexpr const char* k_install_footer = R"(What stands behind -- goes to the program, word by word.

Examples:
  svcwrap install MyApp --exe C:\apps\app.exe -- --port 8080 --name "two words"
  svcwrap install Api --exe node.exe --cwd C:\api --env PORT=80 --start delayed-auto --start-now -- server.js
  svcwrap install Db --exe C:\db\db.exe --stop ctrl-c --stop-timeout 90s --start manual
  svcwrap install Old --exe C:\old\old.exe --stop close-window
  svcwrap install MyApp --config C:\apps\MyApp.toml
  svcwrap install MyApp --update                    takes what changed in the file's [service]
  svcwrap install MyApp --update --start manual     changes it in the file as well)";

inline constexpr const char* k_uninstall_footer = R"(Examples:
  svcwrap uninstall MyApp            keeps configuration and logs
  svcwrap uninstall MyApp --purge    removes the service's own folder as well)";

inline constexpr const char* k_start_footer =
    R"(Succeeds only if the program is still running at the end of the settle time. A program that waits in backoff for its
next start is started at once. A paused service is continued with `svcwrap continue`.

Examples:
  svcwrap start MyApp
  svcwrap start MyApp --settle 10s --timeout 2m
  svcwrap start MyApp --json)";

inline constexpr const char* k_stop_footer =
    R"(Waits until the service has stopped. Without --timeout it waits as long as the service shows progress.

Examples:
  svcwrap stop MyApp
  svcwrap stop MyApp --timeout 30s)";

inline constexpr const char* k_restart_footer =
    R"(Stops the service if it runs, then starts it as `svcwrap start` does. With --child-only the service stays up, and only
its program is stopped by the stop steps and started anew: changed settings that wait for that take effect.

Examples:
  svcwrap restart MyApp
  svcwrap restart MyApp --child-only
  svcwrap restart MyApp --settle 5s)";

inline constexpr const char* k_status_footer =
    R"(Exit codes: 0 the program runs, 3 it does not (stopped, or waiting for its next start), 4 no such service.

Examples:
  svcwrap status
  svcwrap status MyApp
  svcwrap status MyApp --json
  svcwrap status MyApp --watch
  svcwrap status --watch --json     an object a line whenever a service changes)";

inline constexpr const char* k_run_footer =
    R"(Ctrl-C asks the program to stop. Exit codes: 0 the service would have ended well, 1 it would have failed.

Examples:
  svcwrap run MyApp
  svcwrap run --config C:\apps\MyApp.toml
  svcwrap run --exe C:\apps\app.exe --env PORT=8080 -- --verbose)";

inline constexpr const char* k_check_footer = R"(Prints every error as FILE:LINE:COLUMN and exits with 5.

Examples:
  svcwrap check MyApp
  svcwrap check C:\apps\MyApp.toml --json)";

inline constexpr const char* k_reload_footer =
    R"(The file is checked whole first: with any mistake in it nothing changes, each is named as FILE:LINE:COLUMN, and the
exit code is 5. Each changed setting is listed with what it needs: nothing more, a restart of the program, or
`svcwrap install NAME --update`. If the service does not run, the file is only checked.

Examples:
  svcwrap reload MyApp
  svcwrap reload MyApp --json)";

inline constexpr const char* k_rotate_footer = R"(Each log begins a new file at the next end of a line.

Examples:
  svcwrap rotate MyApp)";

inline constexpr const char* k_pause_footer =
    R"(What a pause does is the setting service.pause: "suspend" makes the program and all that it started stand still,
"stop" stops it until the service is continued, "refuse" (the default) forbids pausing.

Examples:
  svcwrap pause MyApp
  svcwrap pause MyApp --timeout 30s)";

inline constexpr const char* k_continue_footer = R"(Examples:
  svcwrap continue MyApp)";

inline constexpr const char* k_history_footer =
    R"(One line a run, the newest last: when it was started, how long it lasted, how it ended, why it was started, and what
followed. The newest hundred are kept.

Examples:
  svcwrap history MyApp
  svcwrap history MyApp -n 5 --output     with the last lines that each run wrote
  svcwrap history MyApp -n 0 --json       all of them)";

inline constexpr const char* k_why_footer =
    R"(Says in plain words why the service is as it is, from what, and what to do about it.

Examples:
  svcwrap why MyApp
  svcwrap why MyApp --json)";

inline constexpr const char* k_test_stop_footer =
    R"(Runs the program here, as `svcwrap run` does but without its logs and restarts, asks it to stop by the configured
steps, and reports which step ended it, how long each took, what was left over, and what to change. The service must not
run meanwhile. Exit codes: 0 a step ended it, 1 it had to be killed, 8 it ended before or could not be started.

Examples:
  svcwrap test-stop MyApp
  svcwrap test-stop --config C:\apps\MyApp.toml --after 10s
  svcwrap test-stop MyApp --json)";

}  // namespace svcwrap::app

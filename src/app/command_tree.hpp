#pragma once
// The tree of commands and options for CLI11. Included by cli.cpp alone.
#include <CLI/CLI.hpp>

#include <memory>

#include "app/requests.hpp"

namespace svcwrap::app {

// A request of each command, filled while the arguments are read.
struct Requests {
    InstallRequest install;
    UninstallRequest uninstall;
    StartRequest start;
    StopRequest stop;
    RestartRequest restart;
    StatusRequest status;
    RunRequest run;
    CheckRequest check;
    ReloadRequest reload;
    RotateRequest rotate;
    PauseRequest pause;
    PauseRequest resume;
    HistoryRequest history;
    WhyRequest why;
    LogsRequest logs;
    PipeRequest pipe;
    TestStopRequest test_stop;
    ServiceRequest service;
    SendEventRequest send_event;
};

// Its parts about logs.
void add_logs(CLI::App& app, LogsRequest& request);
void add_pipe(CLI::App& app, PipeRequest& request);

// The tree writes into `requests`, which must outlive it.
[[nodiscard]] std::unique_ptr<CLI::App> make_command_tree(Requests& requests);

}  // namespace svcwrap::app

#pragma once
// One running service: the control loop that joins the supervisor (decisions), the platform (deeds), the output
// threads (logs) and what the world is told (SCM, state file, journal).
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "config/service_config.hpp"
#include "platform/control_channel.hpp"
#include "platform/event_log.hpp"
#include "platform/file_system.hpp"
#include "platform/file_watcher.hpp"
#include "platform/process.hpp"
#include "platform/service_manager.hpp"
#include "platform/service_session.hpp"
#include "platform/system.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::host {

// The real or faked parts; they outlive the host.
struct Parts {
    platform::FileSystem& files;
    platform::ProcessLauncher& launcher;
    platform::ConsoleSignaller& signaller;
    platform::System& system;
    platform::Clock& clock;
    platform::ControlChannel& channel;
    platform::FileWatcher& watcher;
    platform::ServiceManager& services;  // for what a reload changes of the registration: the preshutdown timeout
};

struct HostOptions {
    // Told whenever the SCM must hear something; called on the control loop. Empty in the foreground.
    std::function<void(const platform::SessionReport&)> report;
    // Called on an output thread with what the child wrote, to show it: `run` only. Empty otherwise.
    std::function<void(platform::StandardStream, std::string_view)> echo;
    // Called on the control loop with every line of the journal, to show it: `run` only.
    std::function<void(std::string_view)> announce;
    std::shared_ptr<platform::EventLog> events;  // null: nothing is said there
    std::string state_file;                      // where to publish; empty = nowhere
    std::string journal_file;                    // the wrapper's own log; empty = none
    std::string history_file;                    // the runs; empty = kept nowhere
    bool controlled = true;   // serve the control channel; its address is published in the state file
    bool registered = false;  // the SCM knows the service: its preshutdown timeout follows the stop steps
    // Judges whether a changed configuration may be adopted: an error refuses it, and `now` stays in force. Called on a
    // thread that may outlive the host: touches only what it owns or what lives as long as the process. Null: all may.
    std::function<Status(const config::ServiceConfig& now, const config::ServiceConfig& fresh)> judge;
    // Called on the control loop after every event, with what the supervisor says then: `test-stop` only.
    std::function<void(const supervise::Snapshot&)> observe;
};

class ServiceHost {
public:
    ServiceHost(config::ServiceConfig config, Parts parts, HostOptions options);
    ~ServiceHost();  // after run() it ends the control channel and waits, up to 1 s, until the disk has the history

    // Starts the child and blocks until the service has stopped: output drained (with a bound), files closed; state,
    // history and journal are written for all readers and outlive this process. Whatever goes wrong on the way is
    // journaled and survived. The caller reports STOPPED with supervise::stopped_report(result) before the host goes.
    [[nodiscard]] supervise::FinalResult run();

    // Asks run() to end. From any thread, at any time, also before run(); returns at once.
    void request_stop(supervise::StopReason reason);
    // The handler of the SCM's controls. From any thread; returns at once. False = not handled.
    [[nodiscard]] bool handle_control(platform::ServiceControl control);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace svcwrap::host

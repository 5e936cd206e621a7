#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "app/commands.hpp"
#include "app/host_parts.hpp"
#include "app/run.hpp"
#include "app/service_view.hpp"
#include "app/stop_report.hpp"
#include "app/trial_launcher.hpp"
#include "base/argv.hpp"
#include "host/service_host.hpp"

namespace svcwrap::app {

using platform::StandardStream;

namespace {

constexpr int k_exit_killed = 1;
// Someone sits in front of a trial.
constexpr Duration k_longest_run = std::chrono::hours(24);

// The one run of a trial: nothing is restarted, nobody is alarmed, and the service's logs are left alone.
void make_trial(config::ServiceConfig& config) {
    config.supervise.restart.policy = supervise::RestartPolicy::never;
    config.supervise.restart.rules.clear();
    config.schedule = {};
    config.watch = false;
    config.hooks.on_failure.reset();
    config.hooks.on_give_up.reset();
    config.logs.standard_output = logs::OutputTarget::inherit;
    if (config.logs.standard_error == logs::ErrorTarget::file) config.logs.standard_error = logs::ErrorTarget::merge;
}

// Asks the host to stop when its child has run for a while, on a thread of its own.
class StopTimer {
public:
    void start(Duration after, std::function<void()> stop) {
        thread_ = std::jthread(
            [this, after, stop = std::move(stop)](const std::stop_token& over) { wait(over, after, stop); });
    }
    // When this returns, `stop` is not called any more.
    void finish() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

    // What the supervisor says; on the control loop.
    void see(const supervise::Snapshot& snapshot) {
        const std::scoped_lock lock(mutex_);
        last_ = snapshot;
        if (snapshot.state == supervise::State::running) runs_ = true;
        changed_.notify_all();
    }

    [[nodiscard]] supervise::Snapshot last() const {
        const std::scoped_lock lock(mutex_);
        return last_;
    }

private:
    void wait(const std::stop_token& over, Duration after, const std::function<void()>& stop) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, over, [this] { return runs_; })) return;
        if (changed_.wait_for(lock, over, after, [this] { return last_.state == supervise::State::stopped; })) return;
        lock.unlock();
        if (!over.stop_requested()) stop();
    }

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    supervise::Snapshot last_;
    bool runs_ = false;
    std::jthread thread_;  // the last member: it uses all others
};

host::HostOptions options_for(const AppParts& parts, const TestStopRequest& request, StopTimer& timer) {
    host::HostOptions options;
    options.controlled = false;
    // Always a pipe, as under the service: some programs write otherwise into nothing.
    options.echo = [&parts, quiet = request.json](StandardStream stream, std::string_view text) {
        if (!quiet) parts.write(stream, text);
    };
    options.announce = [&parts, quiet = request.json](std::string_view line) {
        if (!quiet) parts.write(StandardStream::error, "svcwrap: " + std::string(line) + "\n");
    };
    options.observe = [&timer](const supervise::Snapshot& snapshot) { timer.see(snapshot); };
    return options;
}

StopTrial try_it(const AppParts& parts, const TestStopRequest& request, const config::ServiceConfig& config) {
    TrialLauncher launcher(parts.launcher, config.process);
    host::Parts real = host_parts(parts);
    const host::Parts trial_parts{.files = real.files,
                                  .launcher = launcher,
                                  .signaller = real.signaller,
                                  .system = real.system,
                                  .clock = real.clock,
                                  .channel = real.channel,
                                  .watcher = real.watcher,
                                  .services = real.services};
    StopTimer timer;
    host::ServiceHost host(config, trial_parts, options_for(parts, request, timer));
    timer.start(request.after, [&host] { host.request_stop(supervise::StopReason::asked); });
    {
        const auto watch = parts.watch_console(
            [&host](platform::ConsoleRequest) { host.request_stop(supervise::StopReason::console); });
        (void)host.run();
    }
    timer.finish();
    return StopTrial{.service = config.service.name,
                     .program = config.process.executable,
                     .stop = config.supervise.stop,
                     .last = timer.last(),
                     .left = launcher.notes().left(),
                     .living = launcher.notes().living(),
                     .root_id = launcher.notes().root_id()};
}

// The stop could not be tried.
Error no_trial(const StopTrial& trial) {
    const bool started = verdict_on(trial) == StopVerdict::ended_early;
    const auto& end = trial.last.last_end;
    return Error{.kind = ErrorKind::launch_failed,
                 .message = "test-stop " + trial.service + ": the program " +
                            (started ? "ended before it was asked to stop: " : "") +
                            (end ? describe_end(*end) : "could not be started"),
                 .os_code = {},
                 .where = {},
                 .remedy = end && !remedy_for(*end).empty() ? remedy_for(*end)
                                                            : "See it run first: svcwrap run " + typed(trial.service) +
                                                                  "; or shorten the wait with --after."};
}

}  // namespace

Outcome test_stop(const AppParts& parts, const TestStopRequest& request) {
    if (request.name.empty() == request.config_file.empty())
        return std::unexpected(
            Error{.kind = ErrorKind::usage, .message = "test-stop needs a service's name or --config, and not both"});
    if (request.after > k_longest_run)
        return std::unexpected(Error{.kind = ErrorKind::usage,
                                     .message = "test-stop --after " + to_text(request.after) +
                                                ": the program is left running for " + to_human(k_longest_run) +
                                                " at most before it is asked to stop",
                                     .os_code = {},
                                     .where = {},
                                     .remedy = "Write --after 10s, or leave it out."});
    auto config = resolve_run_config(parts, {.name = request.name, .config_file = request.config_file});
    if (!config) return std::unexpected(config.error());
    make_trial(*config);
    const StopTrial trial = try_it(parts, request, *config);
    const StopVerdict verdict = verdict_on(trial);
    if (verdict == StopVerdict::ended_early || verdict == StopVerdict::not_started)
        return std::unexpected(no_trial(trial));
    return Answer{.text = text_of(trial),
                  .warnings = {},
                  .json = to_json(trial),
                  .exit_status = verdict == StopVerdict::ended_by_step ? 0 : k_exit_killed};
}

}  // namespace svcwrap::app

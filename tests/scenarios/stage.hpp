#pragma once
// A whole service host on fakes: a scripted child, files in memory, everything it tells the world kept for the test.
// Time is real, and the settings of these stories are short.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/path.hpp"
#include "config/service_config.hpp"
#include "host/control_protocol.hpp"
#include "host/published_state.hpp"
#include "host/run_history.hpp"
#include "host/service_host.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_control_channel.hpp"
#include "support/fake_event_log.hpp"
#include "support/fake_file_system.hpp"
#include "support/fake_file_watcher.hpp"
#include "support/fake_launcher.hpp"
#include "support/fake_service_manager.hpp"

namespace svcwrap::testing {

// An absolute path of the system at hand, as it is read from a configuration: at("/apps/app").
[[nodiscard]] inline std::string at(const std::string& path) {
    return normalize_path(k_native_path_style == PathStyle::windows ? "C:" + path : path);
}

class RealClock final : public platform::Clock {
public:
    // Sets the clock on the wall: so much ahead of the real one.
    void set_ahead(Duration ahead) { ahead_ = ahead.count(); }
    // As if so much time had passed; timers that wait already know nothing of it.
    void skip(Duration time) { skipped_ += time.count(); }

    TimePoint now() const override;
    WallTime wall_now() const override;
    void sleep(Duration duration) override;
    Duration utc_offset(WallTime) const override { return {}; }

private:
    std::atomic<Duration::rep> ahead_{0};
    std::atomic<Duration::rep> skipped_{0};
};

// What the host works with. A task that the host abandoned may still be inside one of these when a story is over, as
// in a process that ends: so they live until the program ends.
struct Props {
    FakeClock file_clock;
    FakeFileSystem files{file_clock};
    FakeProcessLauncher launcher;
    FakeConsoleSignaller signaller{launcher};
    FakeSystem system;
    RealClock clock;
    FakeControlChannel channel;
    FakeFileWatcher watcher;
    FakeServiceManager services{file_clock};
    std::shared_ptr<FakeEventLog> events = std::make_shared<FakeEventLog>();
};

class Stage {
    Props& props_;

public:
    Stage();
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    // Change these before start().
    config::ServiceConfig config;
    bool shown = false;       // as in `svcwrap run`
    bool registered = false;  // the SCM knows the service
    bool report_throws = false;
    std::function<Status(const config::ServiceConfig& now, const config::ServiceConfig& fresh)> judge;

    FakeFileSystem& files;
    FakeProcessLauncher& launcher;
    FakeConsoleSignaller& signaller;
    FakeControlChannel& channel;
    FakeFileWatcher& watcher;
    FakeServiceManager& services;
    RealClock& clock;
    FakeEventLog& events;

    // Starts the host on a thread of its own.
    void start();
    // The same, and waits until its child runs. Returns what was launched first: the child, or its hook pre_start.
    std::shared_ptr<FakeChild> start_and_wait();
    // The same with a configuration file that is taken over: a reload tells only what the test changes in it.
    void start_from_file();
    [[nodiscard]] host::ServiceHost& host() { return *host_; }
    // Waits for the end of the service; fails the test if it does not come.
    [[nodiscard]] supervise::FinalResult wait_for_end();
    // start, and the stop that an operator asks for.
    [[nodiscard]] supervise::FinalResult stop_and_wait(supervise::StopReason reason = supervise::StopReason::asked);

    // The host goes, after wait_for_end().
    void end() { host_.reset(); }

    [[nodiscard]] std::shared_ptr<FakeChild> child(std::size_t index);
    // The launches of that program, hooks and children alike.
    [[nodiscard]] std::vector<platform::LaunchSpec> launches_of(std::string_view program) const;
    [[nodiscard]] std::string output() const { return files.contents(k_log); }
    // All of a log, rotated files first.
    [[nodiscard]] std::string whole_log(const std::string& name = "stdout") const;
    [[nodiscard]] std::vector<std::string> rotated_logs() const;  // their paths
    [[nodiscard]] std::string journal() const { return files.contents(k_journal); }
    [[nodiscard]] std::optional<host::PublishedState> published();
    // The same, waited for: the first state is written a moment after the start, and the last one may be so after the
    // end.
    [[nodiscard]] host::PublishedState state_file();
    [[nodiscard]] std::vector<platform::SessionReport> reports() const;
    [[nodiscard]] std::string echoed() const;
    // After the end of the service it waits for the end of the last run.
    [[nodiscard]] std::vector<host::RunRecord> history();
    // Puts that text in the place of the configuration file. Its program and its logs are those of the stage.
    void write_config(const std::string& more);
    // Asks over the control channel; fails the test if there is no answer.
    [[nodiscard]] std::expected<Json, std::vector<Error>> ask(host::ControlCommand command);
    [[nodiscard]] bool journal_says(std::string_view text) const { return journal().contains(text); }
    // Until the predicate holds, at most 60 s; fails the test otherwise.
    template <class Predicate>
    void wait_until(Predicate predicate);
    // Until the state file says so. Only the run tells a state of now from the same one of an earlier run.
    void wait_for_state(supervise::State state);
    void wait_for_run(std::uint64_t run);
    // The journal and the state file are written on threads of their own, also after the end of the service.
    void wait_for_journal(std::string_view text);
    void wait_for_trouble(std::string_view text);
    void wait_for_no_trouble();

    inline static const std::string k_log = at("/data/svcwrap/story/logs/stdout.log");
    inline static const std::string k_journal = at("/data/svcwrap/story/logs/svcwrap.log");
    inline static const std::string k_state = at("/data/svcwrap/story/state.json");
    inline static const std::string k_history = at("/data/svcwrap/story/history.json");
    inline static const std::string k_config = at("/data/svcwrap/story/story.toml");

private:
    [[nodiscard]] bool poll(const std::function<bool()>& predicate);

    mutable std::mutex mutex_;
    std::vector<platform::SessionReport> reports_;
    std::string echoed_;
    std::optional<supervise::FinalResult> result_;
    std::unique_ptr<host::ServiceHost> host_;
    std::thread thread_;
    bool ended_ = false;
};

[[nodiscard]] config::Hook hook(const std::string& program, Duration timeout = std::chrono::minutes(10));
// Of a program's environment; "(none)" if it is not there.
[[nodiscard]] std::string variable(const platform::LaunchSpec& spec, std::string_view name);

void fail_waiting();

template <class Predicate>
void Stage::wait_until(Predicate predicate) {
    if (!poll(predicate)) fail_waiting();
}

}  // namespace svcwrap::testing

#pragma once
// A launcher of scripted children, the console that reaches them, and a machine to run them on. Thread-safe.
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/process.hpp"
#include "platform/system.hpp"
#include "support/fake_child.hpp"

namespace svcwrap::testing {

class FakeProcessLauncher final : public platform::ProcessLauncher {
public:
    // The script of the next launch without one; a launch beyond the last script gets the fallback.
    void add(FakeScript script);
    void set_fallback(FakeScript script);
    void release_launches();

    // The child of launch number `index` (from 0, failed launches count). Waits for it up to `patience` of real time;
    // null if it does not come, or if that launch failed.
    [[nodiscard]] std::shared_ptr<FakeChild> wait_for_child(std::size_t index,
                                                            Duration patience = std::chrono::seconds(10));
    [[nodiscard]] std::shared_ptr<FakeChild> find_child(std::uint32_t id) const;
    [[nodiscard]] std::size_t launches() const;                     // that were asked for
    [[nodiscard]] std::vector<platform::LaunchSpec> specs() const;  // of each of them
    [[nodiscard]] std::size_t running() const;                      // children whose tree is not empty

    Result<std::unique_ptr<platform::ChildProcess>> launch(const platform::LaunchSpec& spec,
                                                           boost::asio::io_context& loop) override;

private:
    [[nodiscard]] FakeScript take_script();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<FakeScript> scripts_;
    FakeScript fallback_;
    bool launches_released_ = false;
    std::vector<platform::LaunchSpec> specs_;
    std::vector<std::shared_ptr<FakeChild>> children_;
    std::uint32_t next_id_ = 1000;
};

class FakeConsoleSignaller final : public platform::ConsoleSignaller {
public:
    explicit FakeConsoleSignaller(FakeProcessLauncher& launcher) : launcher_(launcher) {}

    void fail_with(std::optional<Error> error);
    void block();  // calls of send() return only after release()
    void release();
    [[nodiscard]] std::vector<std::pair<std::uint32_t, platform::ConsoleEvent>> sent() const;

    Status send(std::uint32_t id, platform::ConsoleEvent event, Duration patience) override;

private:
    FakeProcessLauncher& launcher_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Error> error_;
    bool blocked_ = false;
    std::vector<std::pair<std::uint32_t, platform::ConsoleEvent>> sent_;
};

// Fill the fields in before the code under test starts.
class FakeSystem final : public platform::System {
public:
    std::string executable = "/opt/svcwrap/svcwrap";
    std::string folder = "/work-folder";
    std::string data = "/data/svcwrap";
    platform::Environment variables{{"PATH", "/usr/bin"}, {"SystemRoot", "C:\\Windows"}};
    bool elevated = true;
    std::vector<std::string> programs;  // absolute paths that find_program knows; empty = every name is found
    std::uint32_t id = 4711;
    std::vector<std::uint32_t> alive;  // beside itself

    Result<std::string> executable_path() const override { return executable; }
    std::string current_folder() const override { return folder; }
    Result<std::string> data_folder() const override { return data; }
    platform::Environment environment() const override { return variables; }
    bool is_elevated() const override { return elevated; }
    Result<std::string> find_program(const std::string& name, const std::string& from) const override;
    std::uint32_t process_id() const override { return id; }
    bool is_process_alive(std::uint32_t other) const override;
};

}  // namespace svcwrap::testing

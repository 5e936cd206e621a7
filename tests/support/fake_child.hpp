#pragma once
// A child that does what its script says, and whatever the test tells it meanwhile.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/process.hpp"
#include "support/fake_pipe.hpp"

namespace svcwrap::testing {

// What a child prints, after a pause (real time) since the step before.
struct FakePrint {
    Duration after{};
    std::string text;
    bool to_error = false;
};

// One launch. Without anything set: a child that runs until it is told to end, and obeys.
struct FakeScript {
    std::optional<Error> launch_error;  // the launch fails
    bool block_launch = false;          // the launch returns only after FakeProcessLauncher::release_launches()
    std::vector<FakePrint> prints;
    std::optional<ExitCode> exit;  // ends by itself with that code, after the prints and...
    Duration exit_after{};         // ...this pause
    // Processes that outlive the root, and keep its output pipe open, until they are terminated or told to go.
    std::size_t left_behind = 0;
    bool obeys_control_c = true;
    bool obeys_control_break = true;
    bool obeys_close_window = false;  // has a window, and ends when it is closed
    bool obeys_end_of_input = false;
    std::optional<std::string> obeys_input;       // ends when its standard input has had this text
    bool survives_termination = false;            // as a process stuck in a driver
    ExitCode exit_when_asked = k_exit_control_c;  // what it ends with when it obeys
    Duration obeys_after{};                       // real time from the request to the end
    std::optional<Error> suspend_error;           // suspend_tree() fails, every time
    std::optional<Error> resume_error;
};

// The test's side of one child; lives as long as anybody holds it. Thread-safe.
class FakeChild : public std::enable_shared_from_this<FakeChild> {
public:
    FakeChild(std::uint32_t id, platform::LaunchSpec spec, FakeScript script, boost::asio::io_context& loop);
    ~FakeChild();

    // ---- what the test does ----
    void print(std::string_view text, bool to_error = false);
    void exit(ExitCode code);  // the root ends; what the script leaves behind stays
    void leave_rest();         // the left-behind processes end too

    // ---- what the test asks ----
    [[nodiscard]] std::uint32_t id() const { return id_; }
    [[nodiscard]] const platform::LaunchSpec& spec() const { return spec_; }
    [[nodiscard]] std::vector<platform::ConsoleEvent> events() const;  // that it was sent
    [[nodiscard]] std::size_t terminations() const;
    [[nodiscard]] std::size_t window_closings() const;
    [[nodiscard]] std::size_t suspensions() const;            // that succeeded
    [[nodiscard]] std::size_t resumptions() const;            // that undid one
    [[nodiscard]] bool is_suspended() const;                  // then it neither prints nor obeys
    [[nodiscard]] std::optional<ExitCode> exit_code() const;  // none while it runs
    [[nodiscard]] std::size_t active_processes() const;
    [[nodiscard]] bool is_released() const;  // the ChildProcess was destroyed
    [[nodiscard]] std::string received_input() const;

    // ---- the product's side, through FakeChildProcess ----
    void start();
    void take_event(platform::ConsoleEvent event);
    void end_of_input();
    void input_came();
    Status suspend();
    Status resume();
    // The root by its executable's name; what it leaves behind is called "left_behind".
    [[nodiscard]] std::vector<platform::ProcessInfo> processes() const;
    void terminate(ExitCode code);
    [[nodiscard]] std::size_t close_windows();
    void wait_for_exit(std::function<void(ExitCode)> done);
    void release();
    [[nodiscard]] std::shared_ptr<FakePipe> output() const { return output_; }
    [[nodiscard]] std::shared_ptr<FakePipe> error_output() const { return error_output_; }
    [[nodiscard]] std::shared_ptr<FakePipe> input() const { return input_; }

private:
    using Lock = std::unique_lock<std::mutex>;
    using WorkGuard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

    void play(const std::stop_token& stop);
    void play_script(const std::stop_token& stop);
    // With the lock held:
    [[nodiscard]] bool is_over() const;
    [[nodiscard]] bool obeys_now() const { return obeying_ && suspended_ == 0; }
    [[nodiscard]] bool pause(const std::stop_token& stop, Duration duration);
    void obey(Lock& lock);
    void end_root(Lock& lock, ExitCode code);
    void end_rest(Lock& lock);
    void close_writers();
    void post_exit(Lock& lock);

    const std::uint32_t id_;
    const platform::LaunchSpec spec_;
    const FakeScript script_;
    boost::asio::io_context& loop_;
    std::shared_ptr<FakePipe> output_;
    std::shared_ptr<FakePipe> error_output_;
    std::shared_ptr<FakePipe> input_;

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<platform::ConsoleEvent> events_;
    std::size_t terminations_ = 0;
    std::size_t window_closings_ = 0;
    std::size_t suspensions_ = 0;
    std::size_t resumptions_ = 0;
    std::size_t suspended_ = 0;
    std::size_t rest_ = 0;
    bool obeying_ = false;
    bool released_ = false;
    std::optional<ExitCode> exit_code_;
    std::function<void(ExitCode)> done_;
    std::optional<WorkGuard> work_;
    std::jthread thread_;
};

// What the product owns.
class FakeChildProcess final : public platform::ChildProcess {
public:
    explicit FakeChildProcess(std::shared_ptr<FakeChild> child) : child_(std::move(child)) {}
    ~FakeChildProcess() override { child_->release(); }
    std::uint32_t id() const override { return child_->id(); }
    std::shared_ptr<void> keep_id() const override { return child_; }
    void async_wait(std::function<void(ExitCode)> done) override { child_->wait_for_exit(std::move(done)); }
    std::size_t active_processes() const override { return child_->active_processes(); }
    Status terminate_tree(ExitCode code) override {
        child_->terminate(code);
        return {};
    }
    Status suspend_tree() override { return child_->suspend(); }
    Status resume_tree() override { return child_->resume(); }
    std::vector<platform::ProcessInfo> processes() const override { return child_->processes(); }
    Result<std::size_t> close_windows() override { return child_->close_windows(); }
    std::unique_ptr<platform::PipeReader> take_output() override {
        return take_reader(child_->output(), output_taken_);
    }
    std::unique_ptr<platform::PipeReader> take_error() override {
        return take_reader(child_->error_output(), error_taken_);
    }
    std::unique_ptr<platform::PipeWriter> take_input() override;

private:
    static std::unique_ptr<platform::PipeReader> take_reader(const std::shared_ptr<FakePipe>& pipe, bool& taken);

    std::shared_ptr<FakeChild> child_;
    bool output_taken_ = false;
    bool error_taken_ = false;
    bool input_taken_ = false;
};

}  // namespace svcwrap::testing

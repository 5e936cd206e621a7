// Asio's fork notification would touch the control loop's io_context from another thread.
#define BOOST_PROCESS_V2_DISABLE_NOTIFY_FORK 1
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <cerrno>
#include <future>

#include "platform/native.hpp"
#include "platform/posix/child_streams.hpp"
#include "platform/posix/posix_error.hpp"
#include "platform/posix/process_session.hpp"

namespace svcwrap::platform {

namespace {

namespace process = boost::process::v2;
using LoopProcess = process::basic_process<boost::asio::io_context::executor_type>;
using posix::ChildStreams;

Error launch_error(LaunchStage stage, const std::string& executable, int code) {
    Error error{.kind = ErrorKind::launch_failed,
                .message = "start " + executable + ": " + system_error_text(static_cast<std::uint32_t>(code)),
                .os_code = static_cast<std::uint32_t>(code),
                .where = std::string(name_of(stage)),
                .remedy = {}};
    return error;
}

int nice_of(Priority priority) {
    constexpr std::array k_nice{19, 10, 0, -5, -10, -20};
    return k_nice[static_cast<std::size_t>(priority)];
}

// What happens between fork and exec, in the child. JobLimits are the job object's business and have no counterpart.
class ChildSetup {
public:
    ChildSetup(const LaunchSpec& spec, const ChildStreams& streams)
        : spec_(spec), streams_(streams), parent_(::getpid()) {
        for (const auto& [name, value] : spec.environment) {
            variables_.push_back(name + "=" + value);
        }
        for (const std::string& variable : variables_) {
            block_.push_back(variable.c_str());
        }
        block_.push_back(nullptr);
    }

    process::error_code on_setup(process::posix::default_launcher& launcher, const process::filesystem::path&,
                                 const char* const*&) {
        launcher.env = block_.data();
        return {};
    }

    process::error_code on_exec_setup(process::posix::default_launcher&, const process::filesystem::path&,
                                      const char* const*&) {
        ::setsid();
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent_) {
            ::_exit(1);  // it died before it could take us along
        }
        reset_signals();
        adjust_scheduling();
        if (!streams_.attach_in_child() || ::chdir(spec_.working_directory.c_str()) != 0) {
            return {errno, boost::system::system_category()};
        }
        return {};
    }

    // The launcher would run the destructors and flush the buffers of the parent in the child.
    void on_exec_error(process::posix::default_launcher&, const process::filesystem::path&, const char* const*&,
                       const process::error_code&) {
        ::_exit(127);
    }

private:
    static void reset_signals() {
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) {
            ::signal(number, SIG_DFL);
        }
    }

    void adjust_scheduling() const {
        if (spec_.priority != Priority::normal) {
            ::setpriority(PRIO_PROCESS, 0, nice_of(spec_.priority));
        }
        cpu_set_t processors;
        CPU_ZERO(&processors);
        for (const std::uint32_t number : spec_.cpu_affinity) {
            CPU_SET(number, &processors);
        }
        if (!spec_.cpu_affinity.empty()) {
            ::sched_setaffinity(0, sizeof processors, &processors);
        }
    }

    const LaunchSpec& spec_;
    const ChildStreams& streams_;
    pid_t parent_;
    std::vector<std::string> variables_;
    std::vector<const char*> block_;
};

// What the completion of the wait needs after the child object may be gone.
struct WaitState {
    std::optional<ExitCode> terminated_with;
    bool abandoned = false;
};

ExitCode exit_code_of(int status, const WaitState& state) {
    if (WIFEXITED(status)) {
        return {static_cast<std::uint32_t>(WEXITSTATUS(status))};
    }
    if (WTERMSIG(status) == SIGKILL && state.terminated_with) {
        return *state.terminated_with;  // as TerminateJobObject gives its code to everything that it ends
    }
    return {static_cast<std::uint32_t>(128 + WTERMSIG(status))};
}

class PosixChildProcess final : public ChildProcess {
public:
    PosixChildProcess(LoopProcess root, ChildStreams streams, bool kill_tree)
        : root_(std::move(root)), session_(root_.id()), streams_(std::move(streams)), kill_tree_(kill_tree) {}

    ~PosixChildProcess() override {
        state_->abandoned = true;
        if (kill_tree_) {
            posix::kill_session(session_);
        } else {
            root_.detach();
        }
    }

    std::uint32_t id() const override { return static_cast<std::uint32_t>(session_); }

    // Nothing to hold: the id is taken while the root runs or waits, as a zombie, for the loop to reap it, and while
    // anything is left of its session; past that, Linux has no way to keep it.
    std::shared_ptr<void> keep_id() const override { return nullptr; }

    void async_wait(std::function<void(ExitCode)> done) override {
        // The completion's own number does not tell an exit code from a signal; the native status does.
        root_.async_wait([this, state = state_, done = std::move(done)](process::error_code error, int /*number*/) {
            if (!state->abandoned && error != boost::asio::error::operation_aborted) {
                done(error ? ExitCode{1} : exit_code_of(root_.native_exit_code(), *state));
            }
        });
    }

    std::size_t active_processes() const override {
        return kill_tree_ ? posix::count_session(session_) : static_cast<std::size_t>(root_is_alive());
    }

    Status terminate_tree(ExitCode code) override {
        state_->terminated_with = code;
        if (kill_tree_) {
            posix::kill_session(session_);
        } else if (root_is_alive()) {
            ::kill(session_, SIGKILL);
        }
        return {};
    }

    Status suspend_tree() override {
        // Stops are not counted by the system.
        if (suspensions_ == 0) {
            if (auto stopped = posix::stop_session(session_); !stopped) {
                return stopped;
            }
        }
        ++suspensions_;
        return {};
    }

    Status resume_tree() override {
        if (suspensions_ > 0 && --suspensions_ == 0) {
            posix::continue_session(session_);
        }
        return {};
    }

    std::vector<ProcessInfo> processes() const override { return posix::describe_session(session_); }

    Result<std::size_t> close_windows() override { return 0; }  // there are none

    std::unique_ptr<PipeReader> take_output() override { return streams_.take_output(); }
    std::unique_ptr<PipeReader> take_error() override { return streams_.take_error(); }
    std::unique_ptr<PipeWriter> take_input() override { return streams_.take_input(); }

private:
    [[nodiscard]] bool root_is_alive() const {
        return std::ranges::contains(posix::describe_session(session_), id(), &ProcessInfo::id);
    }

    LoopProcess root_;
    pid_t session_;
    ChildStreams streams_;
    bool kill_tree_;
    std::size_t suspensions_ = 0;
    std::shared_ptr<WaitState> state_ = std::make_shared<WaitState>();
};

std::optional<Error> check_paths(const LaunchSpec& spec) {
    struct stat info{};
    if (::access(spec.executable.c_str(), X_OK) != 0) {
        return launch_error(LaunchStage::resolve_executable, spec.executable, errno);
    }
    if (::stat(spec.executable.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
        return launch_error(LaunchStage::resolve_executable, spec.executable, EACCES);
    }
    return std::nullopt;
}

Result<std::unique_ptr<ChildProcess>> launch_here(const LaunchSpec& spec, boost::asio::io_context& loop) {
    if (auto error = check_paths(spec)) {
        return std::unexpected(*std::move(error));
    }
    auto streams = ChildStreams::open(spec);
    if (!streams) {
        const auto code = static_cast<int>(streams.error().os_code.value_or(EIO));
        Error error = launch_error(LaunchStage::open_pipes, spec.executable, code);
        error.message += " (" + streams.error().message + ")";
        return std::unexpected(std::move(error));
    }
    process::error_code error;
    LoopProcess root = process::posix::default_launcher()(loop.get_executor(), error, spec.executable, spec.arguments,
                                                          ChildSetup(spec, *streams));
    if (error) {
        return std::unexpected(launch_error(LaunchStage::create_process, spec.executable, error.value()));
    }
    streams->close_ends_of_child();
    return std::make_unique<PosixChildProcess>(std::move(root), *std::move(streams), spec.kill_tree);
}

// PR_SET_PDEATHSIG kills the child when the *thread* that forked it ends (prctl(2)), so all forks happen on one
// thread that lives as long as the launcher.
class PosixProcessLauncher final : public ProcessLauncher {
public:
    PosixProcessLauncher() { ::signal(SIGPIPE, SIG_IGN); }  // a child that closed its input is an error, not our end
    ~PosixProcessLauncher() override { forks_.join(); }

    Result<std::unique_ptr<ChildProcess>> launch(const LaunchSpec& spec, boost::asio::io_context& loop) override {
        std::promise<Result<std::unique_ptr<ChildProcess>>> promise;
        boost::asio::post(forks_, [&] { promise.set_value(launch_guarded(spec, loop)); });
        return promise.get_future().get();
    }

private:
    static Result<std::unique_ptr<ChildProcess>> launch_guarded(const LaunchSpec& spec, boost::asio::io_context& loop) {
        try {
            return launch_here(spec, loop);
        } catch (const std::exception& failure) {
            Error error = launch_error(LaunchStage::create_process, spec.executable, EIO);
            error.message = "start " + spec.executable + ": " + failure.what();
            return std::unexpected(std::move(error));
        }
    }

    boost::asio::thread_pool forks_{1};
};

// A console event becomes a signal for the child's process group: Ctrl-C is SIGINT, Ctrl-Break is SIGTERM (the
// console's default end of a program for the signal's default end).
class PosixConsoleSignaller final : public ConsoleSignaller {
public:
    Status send(std::uint32_t id, ConsoleEvent event, Duration /*patience*/) override {
        return raise_console_event(id, event);
    }
};

}  // namespace

Status raise_console_event(std::uint32_t id, ConsoleEvent event) {
    const int number = event == ConsoleEvent::control_c ? SIGINT : SIGTERM;
    if (::kill(-static_cast<pid_t>(id), number) != 0) {
        return posix::fail_errno("send a console event to process", std::to_string(id), errno);
    }
    return {};
}

std::unique_ptr<ProcessLauncher> make_process_launcher() {
    return std::make_unique<PosixProcessLauncher>();
}
std::unique_ptr<ConsoleSignaller> make_console_signaller() {
    return std::make_unique<PosixConsoleSignaller>();
}

}  // namespace svcwrap::platform

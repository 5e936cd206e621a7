#include "host/side_program.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <exception>
#include <format>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "host/line_reader.hpp"

namespace svcwrap::host {
namespace {

using platform::ChildProcess;

// Reads the output to its end on a thread of its own.
class OutputReader {
public:
    OutputReader(std::unique_ptr<platform::PipeReader> pipe, const std::function<void(std::string)>& line)
        : pipe_(std::move(pipe)), lines_(k_side_program_lines, k_side_program_line_bytes, line) {
        if (pipe_) thread_ = std::thread([this] { read_guarded(); });
    }
    // What is in the pipe is still read; a process that outlived the job and holds the pipe is not waited for.
    ~OutputReader() {
        if (!thread_.joinable()) return;
        pipe_->cancel();
        thread_.join();
    }
    OutputReader(const OutputReader&) = delete;
    OutputReader& operator=(const OutputReader&) = delete;

private:
    void read_guarded() {
        try {
            read();
        } catch (const std::exception&) {
            // No memory for a line: the rest of the output is not told.
        }
    }
    void read() {
        std::array<std::byte, 4096> buffer{};
        for (;;) {
            const auto got = pipe_->read(buffer);
            if (!got || *got == 0) break;
            lines_.push({reinterpret_cast<const char*>(buffer.data()), *got});
        }
        lines_.finish();
    }

    std::unique_ptr<platform::PipeReader> pipe_;
    LineReader lines_;
    std::thread thread_;
};

Result<platform::LaunchSpec> launch_spec(const platform::System& system, const ProgramOrder& order) {
    auto program = system.find_program(order.command.front(), order.search_folder);
    if (!program) return std::unexpected(program.error());
    platform::LaunchSpec spec;
    spec.executable = *std::move(program);
    spec.arguments.assign(order.command.begin() + 1, order.command.end());
    spec.working_directory = order.working_directory;
    spec.environment = order.environment;
    return spec;
}

// Until the root has ended, the time is over or the stop has come.
ProgramEnd wait_for_end(boost::asio::io_context& loop, ChildProcess& child, Duration timeout,
                        const std::stop_token& stop) {
    std::optional<ProgramEnd> end;
    const auto settle = [&loop, &end](ProgramEnd how) {
        if (!end) end = std::move(how);
        loop.stop();
    };
    child.async_wait([&](ExitCode code) { settle({.fate = ProgramFate::exited, .code = code, .error = {}}); });
    boost::asio::steady_timer timer(loop);
    if (timeout != k_forever) {
        timer.expires_after(timeout);
        timer.async_wait([&](const boost::system::error_code& error) {
            if (!error) settle({.fate = ProgramFate::timed_out, .code = {}, .error = {}});
        });
    }
    const std::stop_callback stopped(stop, [&] {
        boost::asio::post(loop, [&] { settle({.fate = ProgramFate::cancelled, .code = {}, .error = {}}); });
    });
    const auto stay = boost::asio::make_work_guard(loop);
    loop.run();
    return end.value_or(ProgramEnd{});
}

ProgramEnd run_launched(boost::asio::io_context& loop, std::unique_ptr<ChildProcess> child, Duration timeout,
                        const std::stop_token& stop, const std::function<void(std::string)>& line) {
    const OutputReader reader(child->take_output(), line);
    ProgramEnd end = wait_for_end(loop, *child, timeout, stop);
    (void)child->terminate_tree(k_exit_terminated);
    child.reset();
    return end;
}

ProgramEnd not_started(Error error) {
    return {.fate = ProgramFate::not_started, .code = {}, .error = std::move(error)};
}

}  // namespace

std::string describe(const ProgramEnd& end, Duration timeout) {
    switch (end.fate) {
        case ProgramFate::exited:
            return describe(end.code);
        case ProgramFate::timed_out:
            return std::format("it took longer than {} and was ended", to_text(timeout));
        case ProgramFate::cancelled:
            return "it was ended, because there was no more time for it";
        case ProgramFate::not_started:
            break;
    }
    return "it could not be started: " + end.error.message;
}

ProgramEnd run_program(platform::ProcessLauncher& launcher, const platform::System& system, const ProgramOrder& order,
                       const std::stop_token& stop, const std::function<void(std::string)>& line) {
    try {
        const auto spec = launch_spec(system, order);
        if (!spec) return not_started(spec.error());
        if (stop.stop_requested()) return {.fate = ProgramFate::cancelled, .code = {}, .error = {}};
        boost::asio::io_context loop;
        auto child = launcher.launch(*spec, loop);
        if (!child) return not_started(child.error());
        return run_launched(loop, *std::move(child), order.timeout, stop, line);
    } catch (const std::exception& error) {
        return not_started({.kind = ErrorKind::launch_failed, .message = error.what()});
    }
}

}  // namespace svcwrap::host

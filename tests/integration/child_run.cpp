#include "integration/child_run.hpp"

#ifdef _WIN32
#include <windows.h>
#else
#include <signal.h>
#endif

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <chrono>
#include <thread>

#include "base/path.hpp"

namespace svcwrap::testing {

namespace {

bool wait_until(const auto& condition) {
    const auto end = std::chrono::steady_clock::now() + k_patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

}  // namespace

bool is_wine() {
#ifdef _WIN32
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
#else
    return false;
#endif
}

std::string fixture_folder() {
    // build/x/tests/integration.exe -> build/x/fixtures
    const std::string exe = platform::make_system()->executable_path().value();
    return join_path(parent_path(parent_path(exe)), "fixtures");
}

std::string fixture_path(const std::string& name) {
#ifdef _WIN32
    return join_path(fixture_folder(), name + ".exe");
#else
    return join_path(fixture_folder(), name);
#endif
}

platform::LaunchSpec spec_of(const std::string& fixture, std::vector<std::string> arguments) {
    platform::LaunchSpec spec;
    spec.executable = fixture_path(fixture);
    spec.arguments = std::move(arguments);
    spec.working_directory = fixture_folder();
    spec.environment = platform::make_system()->environment();
    return spec;
}

LiveChild::LiveChild(const platform::LaunchSpec& spec) {
    auto launched = launcher_->launch(spec, loop_);
    INFO((launched ? std::string() : to_text(launched.error())));
    REQUIRE(launched.has_value());
    process_ = std::move(*launched);
    output_ = process_->take_output();
    process_->async_wait([this](ExitCode code) { code_ = code; });
}

bool LiveChild::read_more() {
    std::vector<std::byte> buffer(64 * 1024);
    const auto count = output_->read(buffer, k_patience);
    if (!count || *count == 0) {
        return false;
    }
    text_.append(reinterpret_cast<const char*>(buffer.data()), *count);
    return true;
}

std::string LiveChild::read_until(const std::string& text) {
    while ((text.empty() || !text_.contains(text)) && read_more()) {
    }
    return text_;
}

std::string LiveChild::read_lines(std::ptrdiff_t count) {
    while (std::ranges::count(text_, '\n') < count && read_more()) {
    }
    return text_;
}

std::optional<ExitCode> LiveChild::wait(Duration patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!code_ && std::chrono::steady_clock::now() < end) {
        loop_.restart();
        loop_.run_one_until(end);
    }
    return code_;
}

bool LiveChild::wait_for_active(std::size_t count) {
    return wait_until([&] { return process_->active_processes() == count; });
}

Run run(const platform::LaunchSpec& spec) {
    LiveChild child(spec);
    Run result;
    result.output = child.read_all();
    result.code = child.wait();
    return result;
}

std::string describe(const std::optional<ExitCode>& code) {
    return code ? svcwrap::describe(*code) : "still running";
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t start = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    if (start < text.size()) {
        lines.push_back(text.substr(start));
    }
    return lines;
}

void end_process(std::uint32_t id) {
#ifdef _WIN32
    const HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, id);
    REQUIRE(process != nullptr);
    TerminateProcess(process, 1);
    CloseHandle(process);
#else
    REQUIRE(::kill(static_cast<pid_t>(id), SIGKILL) == 0);
#endif
}

bool is_gone(std::uint32_t id) {
    const auto system = platform::make_system();
    return wait_until([&] { return !system->is_process_alive(id); });
}

}  // namespace svcwrap::testing

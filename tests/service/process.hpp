#pragma once
// Processes as Windows sees them: those that a test starts and those that svcwrap starts.
#include <windows.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "service/world.hpp"

namespace svcwrap::testing {

struct CloseHandleOf {
    void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using Handle = std::unique_ptr<std::remove_pointer_t<HANDLE>, CloseHandleOf>;

// A process that was there when it was opened. Holds on to it, so that no other can be taken for it.
class Process {
public:
    explicit Process(Handle handle) : handle_(std::move(handle)) {}
    [[nodiscard]] static std::optional<Process> open(DWORD id);

    [[nodiscard]] DWORD id() const { return GetProcessId(handle_.get()); }
    [[nodiscard]] bool is_alive() const { return WaitForSingleObject(handle_.get(), 0) == WAIT_TIMEOUT; }
    [[nodiscard]] bool wait_for_end(Milliseconds limit = k_patience) const;
    [[nodiscard]] DWORD exit_code() const;
    void terminate(DWORD code) const { TerminateProcess(handle_.get(), code); }

private:
    Handle handle_;
};

// The ids of the living processes of that file name ("graceful.exe") whose parent has that id.
[[nodiscard]] std::vector<DWORD> children_of(DWORD parent, const std::string& file_name);
// Waits until there is one and opens it; the test fails if none comes.
[[nodiscard]] Process child_of(DWORD parent, const std::string& file_name);
// The ids of all living processes of that file name.
[[nodiscard]] std::vector<DWORD> processes_named(const std::string& file_name);
// Opens the processes with these ids; the test fails if one is gone.
[[nodiscard]] Process open_process(DWORD id);

// A program that runs beside the test, without a console window, its output collected. Killed at the end.
class Subprocess {
public:
    // The command line is passed on as it is. With a token: as that user.
    Subprocess(const Path& program, const std::string& command_line, HANDLE token = nullptr);
    ~Subprocess();
    Subprocess(const Subprocess&) = delete;
    Subprocess& operator=(const Subprocess&) = delete;

    [[nodiscard]] const Process& process() const { return *process_; }
    // What it has written so far.
    [[nodiscard]] std::string output();
    [[nodiscard]] std::string error_output();
    // Waits for its end and for the end of its output; the test fails if they do not come.
    void finish(Milliseconds limit = k_patience);

private:
    struct Collector;
    std::shared_ptr<Collector> output_;
    std::shared_ptr<Collector> error_;
    std::optional<Process> process_;
};

// What a finished command has said.
struct Answer {
    int exit_code = 0;
    std::string output;
    std::string error;
};
// For the message of a failing assertion.
[[nodiscard]] std::string to_text(const Answer& answer);

[[nodiscard]] Answer run_svcwrap(const std::vector<std::string>& arguments, Milliseconds limit = 2 * k_patience);
// The text after the program's name, as a shell would pass it on.
[[nodiscard]] Answer run_svcwrap_line(const std::string& arguments, Milliseconds limit = 2 * k_patience);

}  // namespace svcwrap::testing

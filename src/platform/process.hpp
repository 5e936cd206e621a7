#pragma once
// Child processes, each with its whole process tree held in a job object of its own.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_size.hpp"
#include "base/error.hpp"
#include "base/exit_code.hpp"
#include "base/time.hpp"

// Named only: whoever runs the loop includes Asio, and everybody else is spared it.
namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): the name is Asio's
}

namespace svcwrap::platform {

using Environment = std::vector<std::pair<std::string, std::string>>;  // name and value; names are unique without case

enum class OutputTo : std::uint8_t {
    pipe,     // a pipe that the wrapper reads
    discard,  // NUL
    merge,    // stderr only: the very pipe of stdout, so that the order of writes is kept
    inherit,  // the wrapper's own handle
};
enum class InputFrom : std::uint8_t { nothing, pipe, file };
enum class Priority : std::uint8_t { idle, below_normal, normal, above_normal, high, realtime };

struct JobLimits {
    ByteSize memory;              // of the whole tree; 0 = none
    std::uint32_t cpu_percent{};  // hard cap, 1-100; 0 = none
    std::uint32_t processes{};    // at once; 0 = none
};

struct LaunchSpec {
    std::string executable;  // absolute path of a file that CreateProcess can start (.exe, .com), or .bat/.cmd
    std::vector<std::string> arguments;  // exactly what the child must see; .bat/.cmd go through cmd.exe's rules
    std::string working_directory;       // absolute
    Environment environment;             // the whole block of the child
    OutputTo standard_output = OutputTo::pipe;
    OutputTo standard_error = OutputTo::merge;
    InputFrom standard_input = InputFrom::nothing;
    std::string input_file;  // absolute; of InputFrom::file
    Priority priority = Priority::normal;
    std::vector<std::uint32_t> cpu_affinity;  // processors of the first group; empty = all
    JobLimits limits;
    // false: descendants may outlive the root; active_processes() and terminate_tree() are then about the root only.
    bool kill_tree = true;
};

// Where a launch failed; stands in Error::where as text ("create process").
enum class LaunchStage : std::uint8_t { resolve_executable, open_pipes, make_job, create_process, assign_job, resume };
[[nodiscard]] std::string_view name_of(LaunchStage stage);

// The reading end of a child's output. One thread reads; cancel() may come from any thread.
class PipeReader {
public:
    virtual ~PipeReader() = default;
    // Blocks until bytes are there and returns how many; 0 at the end (every writer closed it, or cancel()).
    // `patience` bounds the wait: when it ends without a byte the result is ErrorKind::timed_out.
    [[nodiscard]] virtual Result<std::size_t> read(std::span<std::byte> bytes, Duration patience = k_forever) = 0;
    // Ends a read that waits. Bytes already in the pipe are still read; then the end comes, whatever is written later.
    virtual void cancel() = 0;
};

// The writing end of a child's standard input. Closing it (the destructor) is the child's end of file.
class PipeWriter {
public:
    virtual ~PipeWriter() = default;
    // Writes all bytes or fails; a child that does not read makes it fail with timed_out after `patience`.
    [[nodiscard]] virtual Status write(std::span<const std::byte> bytes, Duration patience) = 0;
};

// How a child is asked to end through its console (semantics: Console documentation, GenerateConsoleCtrlEvent).
enum class ConsoleEvent : std::uint8_t { control_c, control_break };

struct ProcessInfo {
    std::uint32_t id = 0;
    std::string name;  // of its program file, without the folder; empty if it can't be known
};

// One child that was started, and its tree. Owned by the control loop's thread; destroying it ends every process
// that is still in the job (unless kill_tree is false).
class ChildProcess {
public:
    virtual ~ChildProcess() = default;
    [[nodiscard]] virtual std::uint32_t id() const = 0;
    // While the result lives, Windows gives the id to no other process: for work that is queued with it. May outlive
    // this object and be released on any thread.
    [[nodiscard]] virtual std::shared_ptr<void> keep_id() const = 0;
    // Calls `done` once on the io_context when the root process has ended. Call at most once.
    virtual void async_wait(std::function<void(ExitCode)> done) = 0;
    // Processes alive in the job now, the root included; 0 = the tree has ended. Cheap, does not block.
    [[nodiscard]] virtual std::size_t active_processes() const = 0;
    // Ends every process of the tree at once. No error if none is left.
    virtual Status terminate_tree(ExitCode code) = 0;
    // Stops every thread of the tree where it stands, and lets them go on. suspend_tree() leaves nothing suspended when
    // it fails. resume_tree() undoes one suspend_tree(); without one it does nothing. Neither blocks for long.
    virtual Status suspend_tree() = 0;
    virtual Status resume_tree() = 0;
    // The processes alive in the job now, for people: who is left over. Empty if none can be named.
    [[nodiscard]] virtual std::vector<ProcessInfo> processes() const = 0;
    // Asks every top-level window of the tree to close (WM_CLOSE). Returns how many were asked.
    virtual Result<std::size_t> close_windows() = 0;
    // Each can be taken once; null if the spec asked for no pipe.
    [[nodiscard]] virtual std::unique_ptr<PipeReader> take_output() = 0;
    [[nodiscard]] virtual std::unique_ptr<PipeReader> take_error() = 0;
    [[nodiscard]] virtual std::unique_ptr<PipeWriter> take_input() = 0;
};

// Thread-safe; launch() may block (virus scanners, network paths) and is called off the control loop.
class ProcessLauncher {
public:
    virtual ~ProcessLauncher() = default;
    // Starts the child born in its job, with only its own handles, on a windowless console of its own.
    // Errors: launch_failed with the stage in `where`, the path in `message` and the Windows code in words.
    [[nodiscard]] virtual Result<std::unique_ptr<ChildProcess>> launch(const LaunchSpec& spec,
                                                                       boost::asio::io_context& loop) = 0;
};

// Sends console events without touching the console of this process. Thread-safe; send() blocks up to `patience`.
class ConsoleSignaller {
public:
    virtual ~ConsoleSignaller() = default;
    // Raises the event for every process on the console of process `id`.
    // Windows: a short-lived helper life of this same exe (`svcwrap send-console-event ID EVENT`) attaches to that
    // console and raises it, so that the wrapper's own console state and handlers stay as they are.
    [[nodiscard]] virtual Status send(std::uint32_t id, ConsoleEvent event, Duration patience) = 0;
};

// The body of that helper life: detach, attach to the console of `id`, raise the event there, and outlive it.
// Errors: not_found (no such process), io_failed (it has no console).
[[nodiscard]] Status raise_console_event(std::uint32_t id, ConsoleEvent event);

}  // namespace svcwrap::platform

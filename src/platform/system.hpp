#pragma once
// This process and this machine.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "platform/code_page.hpp"
#include "platform/process.hpp"

namespace svcwrap::platform {

// The two clocks. Thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual TimePoint now() const = 0;
    [[nodiscard]] virtual WallTime wall_now() const = 0;
    virtual void sleep(Duration duration) = 0;
    // How much local time is ahead of UTC at that moment, by the rules of the machine's time zone.
    [[nodiscard]] virtual Duration utc_offset(WallTime moment) const = 0;
};

class System {
public:
    virtual ~System() = default;
    // Absolute path of this exe.
    [[nodiscard]] virtual Result<std::string> executable_path() const = 0;
    [[nodiscard]] virtual std::string current_folder() const = 0;
    // The folder under which each service has its own: %ProgramData%\svcwrap. POSIX: $SVCWRAP_HOME, else
    // $HOME/.local/state/svcwrap.
    [[nodiscard]] virtual Result<std::string> data_folder() const = 0;
    // The environment of this process, in the system's order.
    [[nodiscard]] virtual Environment environment() const = 0;
    // True if this process may administer services (Windows: elevated member of Administrators, or LocalSystem).
    [[nodiscard]] virtual bool is_elevated() const = 0;
    // The absolute path of a program: as given if absolute, relative to `folder`, or found on PATH if it has no
    // folder part; on Windows ".exe" is added where the name has no extension. Errors: not_found.
    [[nodiscard]] virtual Result<std::string> find_program(const std::string& name,
                                                           const std::string& folder) const = 0;
    [[nodiscard]] virtual std::uint32_t process_id() const = 0;
    // True while a process of that id exists (it may be another one than you think: ids are reused).
    [[nodiscard]] virtual bool is_process_alive(std::uint32_t id) const = 0;
    // from_code_page() of this machine; here: the bytes as they stand. From any thread.
    [[nodiscard]] virtual std::string decode(CodePage /*page*/, std::string_view bytes) const {
        return std::string(bytes);
    }
    // The calling thread gets out of the way of all others, on the processors and on the disk, from now on. Where that
    // can't be had, nothing happens.
    virtual void enter_background() const {}
};

// Standard output and error as UTF-8 text, whether console, pipe or file.
enum class StandardStream : std::uint8_t { output, error };
void write_text(StandardStream stream, std::string_view text);
// Whether the stream is a terminal that a person watches.
[[nodiscard]] bool is_terminal(StandardStream stream);

// What the user did to the console of a foreground run.
enum class ConsoleRequest : std::uint8_t { interrupt, close };

// Watching ends with the object.
class ConsoleWatch {
public:
    virtual ~ConsoleWatch() = default;
};
// Calls `handler` at Ctrl-C and Ctrl-Break (interrupt) and when the window is closed (close); POSIX: SIGINT, SIGTERM
// and SIGHUP. Called on a thread of its own, never inside a signal handler. A close request is held until the watch is
// destroyed, at most 5 s (Console documentation, HandlerRoutine). One watch at a time.
[[nodiscard]] std::unique_ptr<ConsoleWatch> watch_console(std::function<void(ConsoleRequest)> handler);

// To be called first in main(): UTF-8 console, no error boxes in session 0, DLLs from System32 only, Ctrl-C not
// ignored by inheritance. Returns the arguments as UTF-8, the program's name first.
[[nodiscard]] std::vector<std::string> prepare_process(int argc, char** argv);

// The words of the system for one of its error codes, without a final full stop or line end.
[[nodiscard]] std::string system_error_text(std::uint32_t code);

}  // namespace svcwrap::platform

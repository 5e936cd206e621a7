#pragma once
// Pipes between the wrapper and a child. Internal to platform/win32.
#include <chrono>
#include <memory>

#include "base/error.hpp"
#include "base/time.hpp"
#include "platform/process.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

// A named pipe that nobody else can open: our end is overlapped, so that a wait on it can be ended; the child's end is
// synchronous, as programs expect of their standard handles, and inheritable.
struct Pipe {
    KernelHandle ours;
    KernelHandle childs;
};
enum class PipeDirection : std::uint8_t { from_child, to_child };

[[nodiscard]] Result<Pipe> make_pipe(PipeDirection direction);
// Lines that are written one by one, in haste, would be a read and a write of a file each. A pause before the next read
// lets them gather in the pipe, which has room for them: the child is not held up.
struct Gathering {
    int small_reads = 16;                           // it begins after so many that brought little, ...
    Duration haste = std::chrono::milliseconds(1);  // ...each so soon after the one before
    Duration pause = std::chrono::milliseconds(1);  // a tick of the system's clock at most, commonly 15.6 ms (Sleep)
};
[[nodiscard]] std::unique_ptr<PipeReader> make_pipe_reader(KernelHandle ours, const Gathering& gathering = {});
[[nodiscard]] std::unique_ptr<PipeWriter> make_pipe_writer(KernelHandle ours);

// NUL, inheritable, open for reading and writing.
[[nodiscard]] Result<KernelHandle> open_null_device();
// A file to be read, inheritable; others may read, write and remove it meanwhile.
[[nodiscard]] Result<KernelHandle> open_input_file(const std::string& path);
// An inheritable copy of a standard handle of this process; NUL if it has none.
[[nodiscard]] Result<KernelHandle> copy_standard_handle(DWORD which);

}  // namespace svcwrap::platform::win32

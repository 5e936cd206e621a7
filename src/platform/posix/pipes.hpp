#pragma once
// The ends of a child's pipes that the wrapper keeps.
#include <memory>
#include <string>

#include "platform/posix/descriptor.hpp"
#include "platform/process.hpp"

namespace svcwrap::platform::posix {

// Both ends are closed at exec, so that only the child whose standard streams are made of them gets them.
struct PipeEnds {
    Descriptor reading;
    Descriptor writing;
};
[[nodiscard]] Result<PipeEnds> make_pipe();

[[nodiscard]] Result<std::unique_ptr<PipeReader>> make_pipe_reader(Descriptor reading);
[[nodiscard]] Result<std::unique_ptr<PipeWriter>> make_pipe_writer(Descriptor writing);

}  // namespace svcwrap::platform::posix

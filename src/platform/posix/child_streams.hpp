#pragma once
// The three standard streams of a child: what it gets, and what the wrapper keeps.
#include <memory>

#include "platform/posix/descriptor.hpp"
#include "platform/process.hpp"

namespace svcwrap::platform::posix {

class ChildStreams {
public:
    [[nodiscard]] static Result<ChildStreams> open(const LaunchSpec& spec);

    // Between fork and exec: makes descriptors 0, 1 and 2. False with errno set if that fails.
    [[nodiscard]] bool attach_in_child() const;
    // In the parent, after the launch: else the pipes would never end.
    void close_ends_of_child();

    [[nodiscard]] std::unique_ptr<PipeReader> take_output() { return std::move(output_); }
    [[nodiscard]] std::unique_ptr<PipeReader> take_error() { return std::move(error_); }
    [[nodiscard]] std::unique_ptr<PipeWriter> take_input() { return std::move(input_); }

private:
    Status open_input(const LaunchSpec& spec);
    Status open_output(OutputTo target, int inherited, Descriptor& child_end, std::unique_ptr<PipeReader>& our_end);

    Descriptor child_input_;
    Descriptor child_output_;
    Descriptor child_error_;  // closed: the same as the output
    std::unique_ptr<PipeReader> output_;
    std::unique_ptr<PipeReader> error_;
    std::unique_ptr<PipeWriter> input_;
};

}  // namespace svcwrap::platform::posix

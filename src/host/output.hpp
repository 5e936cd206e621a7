#pragma once
// The child's output on its way to the logs: a thread per pipe, blocking work off the control loop. A slow disk slows
// the child through the pipe: nothing that was read is dropped, and memory stays bounded.
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "host/run_tail.hpp"
#include "logs/log_stream.hpp"
#include "platform/process.hpp"
#include "platform/system.hpp"

namespace svcwrap::host {

// One destination of output: a log stream (or none: discarded), shown to `echo` as well. It lives as long as the
// service; the pumps of its runs take turns. Thread-safe.
class OutputSink {
public:
    using Echo = std::function<void(platform::StandardStream, std::string_view)>;

    OutputSink(platform::StandardStream which, std::unique_ptr<logs::LogStream> stream, Echo echo);
    void write(std::span<const std::byte> bytes);
    // Asks for a rotation at the next end of line. From the control loop: does not block.
    void request_rotation();
    // Carries out a rotation that was asked for while nobody writes. May block as write() does: called on a worker.
    void catch_up();
    void configure(const logs::RotateOptions& rotate, const logs::KeepOptions& keep);
    // Ends a write that waits for the disk, and makes later ones fail: at the end of a stop only.
    void cancel();
    [[nodiscard]] platform::StandardStream which() const { return which_; }
    // Null if nothing is kept.
    [[nodiscard]] const logs::LogStream* stream() const { return stream_.get(); }

private:
    const platform::StandardStream which_;
    const std::unique_ptr<logs::LogStream> stream_;
    const Echo echo_;
    std::mutex turn_;
};

// Reads one pipe to its end into a sink and the run's tail, on a thread of its own.
class OutputPump {
public:
    // `ended` is called on the pump's thread as its last deed, with what went wrong, if anything did.
    OutputPump(std::unique_ptr<platform::PipeReader> reader, std::shared_ptr<OutputSink> sink,
               std::shared_ptr<RunTail> tail, std::function<void(std::string)> ended);
    // Waits for the thread if it has ended or is about to; leaves it to itself if abandon() was called.
    ~OutputPump();
    OutputPump(const OutputPump&) = delete;
    OutputPump& operator=(const OutputPump&) = delete;

    // Stops reading although somebody still holds the writing end (a grandchild that outlived the tree).
    void cancel();
    // Gives up on a thread that hangs in the disk: it is left to itself.
    void abandon();

private:
    std::shared_ptr<platform::PipeReader> reader_;
    std::thread thread_;
};

}  // namespace svcwrap::host

#pragma once
// The child's output on its way to the logs: a thread per pipe, blocking work off the control loop. A slow disk slows
// the child through the pipe: nothing that was read is dropped, and memory stays bounded.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
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
    // Told on a writing thread when the stream wants a tick earlier than it said before.
    using Wake = std::function<void(TimePoint)>;

    OutputSink(std::string name, std::unique_ptr<logs::LogStream> stream, Echo echo, Wake wake);

    // A pump comes, which will call leave(). Does not block.
    void attend() { ++pumps_; }
    // It does not come after all.
    void abstain() { --pumps_; }
    // The pump is through with its pipe. When nobody else writes, lines without an end are written.
    void leave();
    // What is written from now on comes from that process. Once per run is enough; more do no harm.
    void begin_run(std::uint64_t run, std::uint32_t process_id);
    void write(platform::StandardStream which, std::span<const std::byte> bytes);
    // Asks for a rotation at the next end of line. From the control loop: does not block.
    void request_rotation();
    // Does what time demands of the stream, or what was asked for while nobody writes, and says when it wants to be
    // called again. May block as write() does: called on a worker.
    std::optional<TimePoint> tick();
    void configure(const logs::Options& options);
    // Ends a write that waits for the disk, and makes later ones fail: at the end of a stop only.
    void cancel();
    [[nodiscard]] const std::string& name() const { return name_; }  // of the log: "stdout"
    // Null if nothing is kept.
    [[nodiscard]] const logs::LogStream* stream() const { return stream_.get(); }

private:
    void look_at_deadline();

    const std::string name_;
    const std::unique_ptr<logs::LogStream> stream_;
    const Echo echo_;
    const Wake wake_;
    std::atomic<std::size_t> pumps_{0};
    std::mutex turn_;  // of all below, and of the stream
    std::uint64_t run_ = 0;
    std::optional<TimePoint> wanted_;  // the next tick, as far as was told
};

// Whose output a pump reads.
struct PumpedPipe {
    platform::StandardStream which = platform::StandardStream::output;
    std::uint64_t run = 0;
    std::uint32_t process_id = 0;
};

// Reads one pipe to its end into a sink and the run's tail, on a thread of its own.
class OutputPump {
public:
    // `ended` is called on the pump's thread as its last deed, with what went wrong, if anything did.
    OutputPump(std::unique_ptr<platform::PipeReader> reader, PumpedPipe pipe, std::shared_ptr<OutputSink> sink,
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

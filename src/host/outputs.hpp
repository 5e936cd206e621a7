#pragma once
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/service_config.hpp"
#include "host/output.hpp"
#include "host/published_state.hpp"
#include "platform/file_system.hpp"
#include "platform/process.hpp"

namespace svcwrap::host {

// Both live as long as the service.
struct OutputSinks {
    std::shared_ptr<OutputSink> output;
    std::shared_ptr<OutputSink> error;
};

// All output of one service: its sinks, and the pumps of the run at hand. Lives on the control loop.
class Outputs {
public:
    // `complain` is called on output threads; `emptied` on the loop whenever the last pump has ended.
    Outputs(std::shared_ptr<boost::asio::io_context> loop, OutputSink::Echo echo,
            std::function<void(std::string)> complain, std::function<void()> emptied);
    ~Outputs();
    Outputs(const Outputs&) = delete;
    Outputs& operator=(const Outputs&) = delete;

    // Opens the streams that the options ask for. Blocks on the disk: called on a worker, whose result the loop takes.
    [[nodiscard]] OutputSinks open(const logs::Options& options, platform::FileSystem& files,
                                   platform::Clock& clock) const;
    // Those that were taken; null before.
    [[nodiscard]] const OutputSinks& sinks() const { return sinks_; }
    void take(OutputSinks sinks) { sinks_ = std::move(sinks); }
    // Gives the sinks away, before others are opened in their place; closing them may block. Pumps of earlier runs that
    // still read (a process that outlived its tree writes) are told to end: a file has room for one writer.
    [[nodiscard]] OutputSinks retire();
    // Begins to read what the child writes. The sinks must have been taken. `ended` is called on the loop when all of
    // it was read.
    void start(platform::ChildProcess& child, const std::shared_ptr<RunTail>& tail, std::function<void()> ended);
    // Asks the streams for a rotation at the next end of line, and returns their names.
    std::vector<std::string> request_rotation();
    // Settings that take effect at once.
    void configure(const logs::Options& options);
    [[nodiscard]] bool idle() const { return pumps_.empty(); }
    // The three grades of patience at the end: stop reading, stop writing, leave the threads to themselves.
    void cancel_readers();
    void cancel_writers();
    void abandon();
    [[nodiscard]] std::vector<PublishedLog> published() const;

private:
    // The pumps of one run.
    struct Run {
        std::size_t pumps = 0;
        std::shared_ptr<RunTail> tail;
        std::function<void()> ended;
    };
    void start_pump(std::unique_ptr<platform::PipeReader> reader, const std::shared_ptr<OutputSink>& sink,
                    const std::shared_ptr<Run>& run);
    void reap(std::uint64_t id, const std::string& trouble);

    struct Running {
        std::uint64_t id = 0;
        std::unique_ptr<OutputPump> pump;
        std::shared_ptr<Run> run;
    };

    std::shared_ptr<boost::asio::io_context> loop_;
    OutputSink::Echo echo_;
    std::function<void(std::string)> complain_;
    std::function<void()> emptied_;
    OutputSinks sinks_;
    std::vector<Running> pumps_;
    std::uint64_t next_id_ = 0;
};

}  // namespace svcwrap::host

#pragma once
#include <boost/asio/io_context.hpp>
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
    // Begins to read what the child writes. The sinks must have been taken.
    void start(platform::ChildProcess& child);
    [[nodiscard]] bool idle() const { return pumps_.empty(); }
    // The three grades of patience at the end: stop reading, stop writing, leave the threads to themselves.
    void cancel_readers();
    void cancel_writers();
    void abandon();
    [[nodiscard]] std::vector<PublishedLog> published() const;

private:
    void start_pump(std::unique_ptr<platform::PipeReader> reader, const std::shared_ptr<OutputSink>& sink);
    void reap(std::uint64_t id, const std::string& trouble);

    struct Running {
        std::uint64_t id = 0;
        std::unique_ptr<OutputPump> pump;
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

#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/service_config.hpp"
#include "host/log_keeper.hpp"
#include "host/log_ticks.hpp"
#include "host/loop_context.hpp"
#include "host/output.hpp"
#include "host/published_state.hpp"
#include "platform/file_system.hpp"
#include "platform/process.hpp"

namespace svcwrap::host {

// Both live as long as the service. The same one twice where the lines of both pipes go to one log.
struct OutputSinks {
    std::shared_ptr<OutputSink> output;
    std::shared_ptr<OutputSink> error;

    // Each once.
    [[nodiscard]] std::vector<std::shared_ptr<OutputSink>> all() const;
};

// Who hears of the output.
struct OutputListeners {
    OutputSink::Echo echo;
    // A log has something to tell; "" = what concerns all logs. From any thread.
    std::function<void(const std::string& log, const logs::Report& report)> report;
    std::function<void(const std::string& path)> rotated;  // on the loop, with the path of the rotated file
    std::function<void()> emptied;                         // on the loop, whenever the last pump has ended
};

// All output of one service: its sinks, and the pumps of the run at hand. Lives on the control loop.
class Outputs {
public:
    Outputs(LoopContext context, OutputListeners listeners);
    ~Outputs();
    Outputs(const Outputs&) = delete;
    Outputs& operator=(const Outputs&) = delete;

    // Opens the streams that the configuration asks for. Blocks on the disk: called on a worker, whose result the loop
    // takes.
    [[nodiscard]] OutputSinks open(const config::ServiceConfig& config) const;
    // Those that were taken; null before.
    [[nodiscard]] const OutputSinks& sinks() const { return sinks_; }
    void take(OutputSinks sinks);
    // Lets go of the sinks, before others are opened in their place: whoever gets them destroys them, which may block.
    // Pumps of earlier runs that still read (a process that outlived its tree writes) are told to end: a file has room
    // for one writer.
    [[nodiscard]] OutputSinks retire();
    // Begins to read what the child of that run writes. The sinks must have been taken. `ended` is called on the loop
    // when all of it was read.
    void start(platform::ChildProcess& child, std::uint64_t run, const std::shared_ptr<RunTail>& tail,
               std::function<void()> ended);
    // Has the streams rotated at the next end of line, also while they are silent, and returns their names.
    std::vector<std::string> rotate();
    // Settings that take effect at once.
    void configure(const logs::Options& options);
    [[nodiscard]] bool idle() const { return pumps_.empty(); }
    // The three grades of patience at the end: stop reading, stop writing, leave the threads to themselves.
    void cancel_readers();
    void cancel_writers();
    void abandon();
    // Ends the work on rotated files; waits for that, at most so long.
    void close(Duration patience) { keeper_.close(patience); }
    [[nodiscard]] std::vector<PublishedLog> published() const;
    [[nodiscard]] logs::HousekeeperCounters housekeeping() const { return keeper_.housekeeper()->counters(); }

private:
    // The pumps of one run.
    struct Run {
        std::size_t pumps = 0;
        std::shared_ptr<RunTail> tail;
        std::function<void()> ended;
    };
    void start_pump(std::unique_ptr<platform::PipeReader> reader, PumpedPipe pipe,
                    const std::shared_ptr<OutputSink>& sink, const std::shared_ptr<Run>& run);
    void reap(std::uint64_t id, const std::string& trouble);
    [[nodiscard]] std::shared_ptr<OutputSink> make_sink(const std::string& name, const config::ServiceConfig& config,
                                                        bool is_kept,
                                                        const std::shared_ptr<logs::DiskWatch>& disk) const;

    struct Running {
        std::uint64_t id = 0;
        std::unique_ptr<OutputPump> pump;
        std::shared_ptr<Run> run;
    };

    LoopContext context_;
    OutputListeners listeners_;
    OutputSinks sinks_;
    std::vector<std::weak_ptr<OutputSink>> retired_;  // a pump that waits for the disk may hold one still
    std::vector<Running> pumps_;
    std::uint64_t next_id_ = 0;
    LogKeeper keeper_;
    mutable LogTicks ticks_;
};

}  // namespace svcwrap::host

#include "host/outputs.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace svcwrap::host {

using platform::StandardStream;

namespace {

std::string stream_name(StandardStream which) {
    return which == StandardStream::output ? "stdout" : "stderr";
}

}  // namespace

Outputs::Outputs(std::shared_ptr<boost::asio::io_context> loop, OutputSink::Echo echo,
                 std::function<void(std::string)> complain, std::function<void()> emptied)
    : loop_(std::move(loop)), echo_(std::move(echo)), complain_(std::move(complain)), emptied_(std::move(emptied)) {}

Outputs::~Outputs() = default;

OutputSinks Outputs::open(const logs::Options& options, platform::FileSystem& files, platform::Clock& clock) const {
    const auto stream = [&](bool wanted, const std::string& name) {
        return wanted ? logs::open_log_stream(name, options, {.files = files, .clock = clock, .complain = complain_})
                      : nullptr;
    };
    const bool keeps_output = options.standard_output == logs::OutputTarget::file;
    const bool keeps_error = options.standard_error == logs::ErrorTarget::file;
    return {.output = std::make_shared<OutputSink>(StandardStream::output, stream(keeps_output, "stdout"), echo_),
            .error = std::make_shared<OutputSink>(StandardStream::error, stream(keeps_error, "stderr"), echo_)};
}

OutputSinks Outputs::retire() {
    cancel_readers();
    return std::exchange(sinks_, {});
}

void Outputs::start(platform::ChildProcess& child, const std::shared_ptr<RunTail>& tail, std::function<void()> ended) {
    const auto run = std::make_shared<Run>(Run{.pumps = 0, .tail = tail, .ended = std::move(ended)});
    start_pump(child.take_output(), sinks_.output, run);
    start_pump(child.take_error(), sinks_.error, run);
}

void Outputs::start_pump(std::unique_ptr<platform::PipeReader> reader, const std::shared_ptr<OutputSink>& sink,
                         const std::shared_ptr<Run>& run) {
    if (!reader) return;
    const std::uint64_t id = ++next_id_;
    auto ended = [this, loop = loop_, id](std::string trouble) {
        boost::asio::post(*loop, [this, id, trouble = std::move(trouble)] { reap(id, trouble); });
    };
    auto pump = std::make_unique<OutputPump>(std::move(reader), sink, run->tail, std::move(ended));
    ++run->pumps;
    pumps_.push_back({.id = id, .pump = std::move(pump), .run = run});
}

void Outputs::reap(std::uint64_t id, const std::string& trouble) {
    const auto found = std::ranges::find(pumps_, id, &Running::id);
    if (found == pumps_.end()) return;
    if (!trouble.empty()) complain_("reading the child's output ended: " + trouble);
    const std::shared_ptr<Run> run = found->run;
    pumps_.erase(found);
    if (--run->pumps == 0) run->ended();
    if (pumps_.empty()) emptied_();
}

std::vector<std::string> Outputs::request_rotation() {
    std::vector<std::string> names;
    for (const auto& sink : {sinks_.output, sinks_.error}) {
        if (!sink || sink->stream() == nullptr) continue;
        sink->request_rotation();
        names.push_back(stream_name(sink->which()));
    }
    return names;
}

void Outputs::configure(const logs::Options& options) {
    for (const auto& sink : {sinks_.output, sinks_.error}) {
        if (sink) sink->configure(options.rotate, options.keep);
    }
}

void Outputs::cancel_readers() {
    for (const Running& running : pumps_) running.pump->cancel();
}

void Outputs::cancel_writers() {
    if (sinks_.output) sinks_.output->cancel();
    if (sinks_.error) sinks_.error->cancel();
}

void Outputs::abandon() {
    for (const Running& running : pumps_) running.pump->abandon();
    pumps_.clear();
}

std::vector<PublishedLog> Outputs::published() const {
    std::vector<PublishedLog> logs;
    for (const auto& sink : {sinks_.output, sinks_.error}) {
        if (!sink || sink->stream() == nullptr) continue;
        const logs::StreamCounters counters = sink->stream()->counters();
        logs.push_back({.stream = stream_name(sink->which()),
                        .path = sink->stream()->current_path(),
                        .bytes = counters.bytes,
                        .lines = counters.lines,
                        .rotations = counters.rotations,
                        .lost_bytes = counters.lost_bytes});
    }
    return logs;
}

}  // namespace svcwrap::host

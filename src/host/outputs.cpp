#include "host/outputs.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "host/output_filter.hpp"

namespace svcwrap::host {

using platform::StandardStream;

std::vector<std::shared_ptr<OutputSink>> OutputSinks::all() const {
    std::vector<std::shared_ptr<OutputSink>> sinks;
    if (output) sinks.push_back(output);
    if (error && error != output) sinks.push_back(error);
    return sinks;
}

Outputs::Outputs(LoopContext context, OutputListeners listeners)
    : context_(std::move(context)),
      listeners_(std::move(listeners)),
      keeper_(context_, [report = listeners_.report](const logs::Report& what) { report("", what); }),
      ticks_(context_, [this] { return sinks_.all(); }) {}

Outputs::~Outputs() = default;

OutputSinks Outputs::open(const config::ServiceConfig& config) const {
    const logs::Options& options = config.logs;
    const bool keeps_output = options.standard_output == logs::OutputTarget::file;
    const bool keeps_error = options.standard_error == logs::ErrorTarget::file;
    const auto disk =
        std::make_shared<logs::DiskWatch>(context_.parts.files, context_.parts.clock, options.directory,
                                          [report = listeners_.report](const logs::Report& what) { report("", what); });
    OutputSinks sinks;
    sinks.output = make_sink("stdout", config, keeps_output, disk);
    const bool is_shared = keeps_output && options.standard_error == logs::ErrorTarget::merge;
    sinks.error = is_shared ? sinks.output : make_sink("stderr", config, keeps_error, disk);
    return sinks;
}

std::shared_ptr<OutputSink> Outputs::make_sink(const std::string& name, const config::ServiceConfig& config,
                                               bool is_kept, const std::shared_ptr<logs::DiskWatch>& disk) const {
    const Parts& parts = context_.parts;
    const auto rotated = [this, context = context_](const std::string& path) {
        context.post([this, path] { listeners_.rotated(path); });
    };
    const auto wake = [this, context = context_](TimePoint when) { context.post([this, when] { ticks_.at(when); }); };
    const auto complain = [report = listeners_.report, name](const logs::Report& what) { report(name, what); };
    std::unique_ptr<logs::LogStream> stream;
    if (is_kept) {
        stream = logs::open_log_stream(name, config.logs,
                                       {.files = parts.files,
                                        .clock = parts.clock,
                                        .complain = complain,
                                        .identity = {.service = config.service.name},
                                        .to_utf8 = line_decoder(config.logs.encoding, parts.system),
                                        .rotated = rotated,
                                        .housekeeper = keeper_.housekeeper(),
                                        .disk_watch = disk});
    }
    return std::make_shared<OutputSink>(name, std::move(stream), listeners_.echo, wake);
}

void Outputs::take(OutputSinks sinks) {
    sinks_ = std::move(sinks);
    ticks_.now();  // when they want to be called again is asked there
}

OutputSinks Outputs::retire() {
    cancel_readers();
    std::erase_if(retired_, [](const std::weak_ptr<OutputSink>& sink) { return sink.expired(); });
    std::ranges::copy(sinks_.all(), std::back_inserter(retired_));
    return std::exchange(sinks_, {});
}

void Outputs::start(platform::ChildProcess& child, std::uint64_t run, const std::shared_ptr<RunTail>& tail,
                    std::function<void()> ended) {
    const auto pumped = std::make_shared<Run>(Run{.pumps = 0, .tail = tail, .ended = std::move(ended)});
    const auto pipe = [&](StandardStream which) {
        return PumpedPipe{.which = which, .run = run, .process_id = child.id()};
    };
    start_pump(child.take_output(), pipe(StandardStream::output), sinks_.output, pumped);
    start_pump(child.take_error(), pipe(StandardStream::error), sinks_.error, pumped);
}

void Outputs::start_pump(std::unique_ptr<platform::PipeReader> reader, PumpedPipe pipe,
                         const std::shared_ptr<OutputSink>& sink, const std::shared_ptr<Run>& run) {
    if (!reader) return;
    const std::uint64_t id = ++next_id_;
    auto ended = [this, context = context_, id](std::string trouble) {
        context.post([this, id, trouble = std::move(trouble)] { reap(id, trouble); });
    };
    auto pump = std::make_unique<OutputPump>(std::move(reader), pipe, sink, run->tail, std::move(ended));
    ++run->pumps;
    pumps_.push_back({.id = id, .pump = std::move(pump), .run = run});
}

void Outputs::reap(std::uint64_t id, const std::string& trouble) {
    const auto found = std::ranges::find(pumps_, id, &Running::id);
    if (found == pumps_.end()) return;
    if (!trouble.empty()) context_.say(Severity::warning, "reading the child's output ended: " + trouble);
    const std::shared_ptr<Run> run = found->run;
    pumps_.erase(found);
    if (--run->pumps == 0) run->ended();
    if (pumps_.empty()) listeners_.emptied();
}

// A stream rotates when it is next written to; for one that is silent a tick sees to it.
std::vector<std::string> Outputs::rotate() {
    std::vector<std::string> names;
    for (const auto& sink : sinks_.all()) {
        if (sink->stream() == nullptr) continue;
        sink->request_rotation();
        names.push_back(sink->name());
    }
    ticks_.now();
    return names;
}

void Outputs::configure(const logs::Options& options) {
    for (const auto& sink : sinks_.all()) sink->configure(options);
    ticks_.now();
}

void Outputs::cancel_readers() {
    for (const Running& running : pumps_) running.pump->cancel();
}

void Outputs::cancel_writers() {
    for (const auto& sink : sinks_.all()) sink->cancel();
    for (const auto& retired : retired_) {
        if (const auto sink = retired.lock()) sink->cancel();
    }
}

void Outputs::abandon() {
    for (const Running& running : pumps_) running.pump->abandon();
    pumps_.clear();
}

std::vector<PublishedLog> Outputs::published() const {
    std::vector<PublishedLog> logs;
    for (const auto& sink : sinks_.all()) {
        if (const logs::LogStream* stream = sink->stream()) {
            logs.push_back(published_log(sink->name(), stream->current_path(), stream->counters()));
        }
    }
    return logs;
}

}  // namespace svcwrap::host

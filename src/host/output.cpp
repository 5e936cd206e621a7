#include "host/output.hpp"

#include <array>
#include <exception>
#include <utility>

namespace svcwrap::host {

using platform::StandardStream;

namespace {

// As large as the pipe: one read takes all that a busy child has ready.
constexpr std::size_t k_read_size = std::size_t{256} * 1024;

Status pump(platform::PipeReader& reader, StandardStream which, OutputSink& sink, RunTail& tail) {
    const auto buffer = std::make_unique<std::array<std::byte, k_read_size>>();
    for (;;) {
        const auto got = reader.read(*buffer);
        if (!got) return std::unexpected(got.error());
        if (*got == 0) return {};
        tail.push(which, {reinterpret_cast<const char*>(buffer->data()), *got});
        sink.write(which, std::span(*buffer).first(*got));
    }
}

// What went wrong, or nothing. Nothing that is thrown here may end the wrapper.
std::string guarded(const std::function<Status()>& work) {
    try {
        const Status done = work();
        return done ? std::string() : to_text(done.error());
    } catch (const std::exception& error) {
        return error.what();
    }
}

std::string pump_whole_run(platform::PipeReader& reader, const PumpedPipe& pipe, OutputSink& sink, RunTail& tail) {
    std::string trouble = guarded([&] {
        sink.begin_run(pipe.run, pipe.process_id);
        return pump(reader, pipe.which, sink, tail);
    });
    const std::string at_end = guarded([&] {
        sink.leave();
        return Status();
    });
    return trouble.empty() ? at_end : trouble;
}

void tell_guarded(const std::function<void(std::string)>& ended, std::string trouble) {
    try {
        ended(std::move(trouble));
    } catch (
        const std::exception&) {  // NOLINT(bugprone-empty-catch): no memory; the end of the service bounds the wait
    }
}

}  // namespace

OutputSink::OutputSink(std::string name, std::unique_ptr<logs::LogStream> stream, Echo echo, Wake wake)
    : name_(std::move(name)), stream_(std::move(stream)), echo_(std::move(echo)), wake_(std::move(wake)) {}

// What cannot be written, here and below, is so only after cancel(), and counted by the stream.
void OutputSink::leave() {
    const std::lock_guard lock(turn_);
    if (--pumps_ > 0 || !stream_) return;
    (void)stream_->finish();
    look_at_deadline();
}

void OutputSink::begin_run(std::uint64_t run, std::uint32_t process_id) {
    const std::lock_guard lock(turn_);
    if (std::exchange(run_, run) == run || !stream_) return;
    stream_->begin_run(run, process_id);
}

void OutputSink::write(StandardStream which, std::span<const std::byte> bytes) {
    const std::lock_guard lock(turn_);
    if (echo_) echo_(which, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (!stream_) return;
    (void)stream_->write(bytes, which == StandardStream::output ? logs::Source::output : logs::Source::error);
    look_at_deadline();
}

// A later deadline is not told: the tick at the earlier one finds nothing to do and asks again.
void OutputSink::look_at_deadline() {
    const auto next = stream_->next_deadline();
    if (!next || (wanted_ && *wanted_ <= *next)) return;
    wanted_ = next;
    wake_(*next);
}

void OutputSink::request_rotation() {
    if (stream_) stream_->request_rotation();
}

std::optional<TimePoint> OutputSink::tick() {
    const std::lock_guard lock(turn_);
    if (!stream_) return {};
    stream_->tick();
    return wanted_ = stream_->next_deadline();
}

void OutputSink::configure(const logs::Options& options) {
    if (stream_) stream_->configure(options);
}

void OutputSink::cancel() {
    if (stream_) stream_->cancel();
}

OutputPump::OutputPump(std::unique_ptr<platform::PipeReader> reader, PumpedPipe pipe, std::shared_ptr<OutputSink> sink,
                       std::shared_ptr<RunTail> tail, std::function<void(std::string)> ended)
    : reader_(std::move(reader)) {
    sink->attend();
    try {
        thread_ =
            std::thread([reader = reader_, pipe, sink, tail = std::move(tail), ended = std::move(ended)]() mutable {
                std::string trouble = pump_whole_run(*reader, pipe, *sink, *tail);
                sink.reset();  // here: closing its file may block, and who hears of the end waits for this thread
                tell_guarded(ended, std::move(trouble));
            });
    } catch (...) {
        sink->abstain();
        throw;
    }
}

OutputPump::~OutputPump() {
    if (thread_.joinable()) thread_.join();
}

void OutputPump::cancel() {
    reader_->cancel();
}

void OutputPump::abandon() {
    thread_.detach();
}

}  // namespace svcwrap::host

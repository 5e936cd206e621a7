#include "host/output.hpp"

#include <array>
#include <cstddef>
#include <exception>
#include <utility>

namespace svcwrap::host {
namespace {

// As large as the pipe: one read takes all that a busy child has ready.
constexpr std::size_t k_read_size = std::size_t{64} * 1024;

Status pump(platform::PipeReader& reader, OutputSink& sink, RunTail& tail) {
    const auto buffer = std::make_unique<std::array<std::byte, k_read_size>>();
    for (;;) {
        const auto got = reader.read(*buffer);
        if (!got) return std::unexpected(got.error());
        if (*got == 0) return {};
        tail.push(sink.which(), {reinterpret_cast<const char*>(buffer->data()), *got});
        sink.write(std::span(*buffer).first(*got));
    }
}

// What went wrong, or nothing. Nothing that is thrown here may end the wrapper.
std::string pump_guarded(platform::PipeReader& reader, OutputSink& sink, RunTail& tail) {
    try {
        const Status pumped = pump(reader, sink, tail);
        return pumped ? std::string() : to_text(pumped.error());
    } catch (const std::exception& error) {
        return error.what();
    }
}

void tell_guarded(const std::function<void(std::string)>& ended, std::string trouble) {
    try {
        ended(std::move(trouble));
    } catch (
        const std::exception&) {  // NOLINT(bugprone-empty-catch): no memory; the end of the service bounds the wait
    }
}

}  // namespace

OutputSink::OutputSink(platform::StandardStream which, std::unique_ptr<logs::LogStream> stream, Echo echo)
    : which_(which), stream_(std::move(stream)), echo_(std::move(echo)) {}

void OutputSink::write(std::span<const std::byte> bytes) {
    const std::lock_guard lock(turn_);
    if (echo_) echo_(which_, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    // Fails only after cancel(); what is lost then is counted by the stream.
    if (stream_) (void)stream_->write(bytes);
}

void OutputSink::request_rotation() {
    if (stream_) stream_->request_rotation();
}

void OutputSink::catch_up() {
    const std::lock_guard lock(turn_);
    if (stream_) (void)stream_->write({});
}

void OutputSink::configure(const logs::RotateOptions& rotate, const logs::KeepOptions& keep) {
    if (stream_) stream_->configure(rotate, keep);
}

void OutputSink::cancel() {
    if (stream_) stream_->cancel();
}

OutputPump::OutputPump(std::unique_ptr<platform::PipeReader> reader, std::shared_ptr<OutputSink> sink,
                       std::shared_ptr<RunTail> tail, std::function<void(std::string)> ended)
    : reader_(std::move(reader)),
      thread_([reader = reader_, sink = std::move(sink), tail = std::move(tail), ended = std::move(ended)]() mutable {
          std::string trouble = pump_guarded(*reader, *sink, *tail);
          sink.reset();  // here: closing its file may block, and who hears of the end waits for this thread
          tell_guarded(ended, std::move(trouble));
      }) {}

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

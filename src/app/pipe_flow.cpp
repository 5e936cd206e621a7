#include "app/pipe_flow.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace svcwrap::app {

namespace {

constexpr ByteSize k_pipe_size = 1_MiB;
constexpr Duration k_look_interval{100};  // once somebody wants it to end
constexpr Duration k_longest_pause = std::chrono::hours(1);

}  // namespace

// Outlives the flow with a reader that still waits.
struct PipeFlow::Shared {
    Shared(const AppParts& all, std::shared_ptr<logs::LogStream> log, bool to_output)
        : parts(all), stream(std::move(log)), tee(to_output) {}

    const AppParts parts;
    std::shared_ptr<logs::LogStream> stream;  // changed under both mutexes: null when it is closed
    bool tee;                                 // of the reading thread, as the next one
    std::size_t next_read = logs::k_most_at_once.bytes;

    std::mutex stream_mutex;  // held while the stream is used; taken before the other one

    std::mutex mutex;  // of all below; held for moments only
    std::condition_variable changed;
    bool is_over = false;  // the reader has come to the end
    PipeEnd end;
    int interrupts = 0;
    TimePoint interrupted_at{};
    TimePoint last_read{};
    std::optional<TimePoint> deadline;  // of the stream
};

PipeFlow::PipeFlow(const AppParts& parts, std::shared_ptr<logs::LogStream> stream, bool tee)
    : shared_(std::make_shared<Shared>(parts, std::move(stream), tee)) {}

PipeFlow::~PipeFlow() = default;

void PipeFlow::interrupt() {
    {
        const std::scoped_lock lock(shared_->mutex);
        if (shared_->interrupts++ == 0) shared_->interrupted_at = shared_->parts.clock.now();
        if (shared_->stream && (shared_->interrupts > 1 || shared_->is_over)) shared_->stream->cancel();
    }
    shared_->changed.notify_all();
}

// ---- the reading thread ----

// One write for each read.
void PipeFlow::take(Shared& shared, std::span<const std::byte> bytes) {
    std::optional<TimePoint> deadline;
    {
        const std::scoped_lock lock(shared.stream_mutex);
        if (!shared.stream) return;
        // Fails only when somebody has ended it; what is lost then is counted.
        (void)shared.stream->write(bytes);
        deadline = shared.stream->next_deadline();
        shared.next_read = shared.stream->best_write_size();
    }
    const bool tee_broke = shared.tee && !shared.parts.write_bytes(bytes);
    if (tee_broke) shared.tee = false;
    const std::scoped_lock lock(shared.mutex);
    shared.end.tee_broke |= tee_broke;
    shared.last_read = shared.parts.clock.now();
    const bool is_earlier = deadline && (!shared.deadline || *deadline < *shared.deadline);
    shared.deadline = deadline;
    if (is_earlier) shared.changed.notify_all();
}

void PipeFlow::read_all(const std::shared_ptr<Shared>& shared) {
    std::vector<std::byte> block(logs::k_most_at_once.bytes);
    std::optional<Error> error;
    while (true) {
        const auto count = shared->parts.read_input(std::span(block).first(shared->next_read));
        if (!count) error = count.error();
        if (!count || *count == 0) break;
        take(*shared, std::span(block).first(*count));
    }
    const std::scoped_lock lock(shared->mutex);
    shared->end.read_error = std::move(error);
    shared->is_over = true;
    shared->changed.notify_all();
}

// ---- the thread of the command ----

// Under the mutex, as the next one.
bool PipeFlow::is_time_to_end() const {
    if (shared_->is_over || shared_->interrupts > 1) return true;
    if (shared_->interrupts == 0) return false;
    const TimePoint now = shared_->parts.clock.now();
    return now - std::max(shared_->last_read, shared_->interrupted_at) >= k_pipe_quiet ||
           now - shared_->interrupted_at >= k_pipe_grace;
}

Duration PipeFlow::next_pause() const {
    if (shared_->interrupts > 0) return k_look_interval;
    if (!shared_->deadline) return k_longest_pause;
    return std::clamp(Duration(*shared_->deadline - shared_->parts.clock.now()), Duration{}, k_longest_pause);
}

void PipeFlow::do_what_is_due() {
    std::optional<TimePoint> deadline;
    {
        // A reader that is at work now looks after time itself; one that waits for the disk must not hold up Ctrl-C.
        const std::unique_lock lock(shared_->stream_mutex, std::try_to_lock);
        if (!lock) {
            const std::scoped_lock state(shared_->mutex);
            shared_->deadline.reset();
            return;
        }
        shared_->stream->tick();
        deadline = shared_->stream->next_deadline();
    }
    const std::scoped_lock lock(shared_->mutex);
    shared_->deadline = deadline;
}

void PipeFlow::wait_for_end() {
    std::unique_lock lock(shared_->mutex);
    while (!is_time_to_end()) {
        shared_->changed.wait_for(lock, next_pause());
        const bool is_due = shared_->deadline && *shared_->deadline <= shared_->parts.clock.now();
        if (!is_due || is_time_to_end()) continue;
        lock.unlock();
        do_what_is_due();
        lock.lock();
    }
    shared_->end.is_whole = shared_->is_over;
}

PipeEnd PipeFlow::run() {
    if (shared_->parts.widen_input) shared_->parts.widen_input(k_pipe_size);
    shared_->deadline = shared_->stream->next_deadline();
    shared_->last_read = shared_->parts.clock.now();
    std::thread([shared = shared_] { read_all(shared); }).detach();
    wait_for_end();
    if (!shared_->end.is_whole) shared_->stream->cancel();  // a write that waits for the disk ends
    const std::scoped_lock stream_lock(shared_->stream_mutex);
    (void)shared_->stream->finish();  // as write()
    const std::scoped_lock lock(shared_->mutex);
    shared_->stream.reset();
    return shared_->end;
}

}  // namespace svcwrap::app

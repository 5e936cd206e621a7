#include "host/event_reporter.hpp"

#include <atomic>
#include <format>
#include <utility>
#include <vector>

namespace svcwrap::host {

namespace {

// More than a service has to say at once, so that only a hanging log fills it.
constexpr std::size_t k_most_waiting = 256;

}  // namespace

struct EventReporter::Shared {
    std::shared_ptr<platform::EventLog> log;
    std::function<void(const Error&)> on_failure;
    std::atomic<std::uint64_t> reported = 0;
    std::atomic<std::uint64_t> left_out = 0;
    std::atomic<std::uint64_t> failed = 0;
    bool is_failing = false;  // of the worker's thread

    void write(const platform::EventRecord& record) {
        const Status done = log->report(record);
        ++(done ? reported : failed);
        if (!done && !is_failing && on_failure) on_failure(done.error());
        is_failing = !done;
    }
};

EventReporter::EventReporter(std::shared_ptr<platform::EventLog> log, const platform::Clock& clock, std::string service,
                             std::function<void(const Error&)> on_failure, EventRate rate)
    : clock_(clock),
      service_(std::move(service)),
      budget_(rate),
      shared_(std::make_shared<Shared>()),
      worker_(k_most_waiting) {
    shared_->log = std::move(log);
    shared_->on_failure = std::move(on_failure);
}

EventReporter::~EventReporter() = default;

void EventReporter::report(EventId id, std::initializer_list<std::string_view> values) {
    const auto left_out = budget_.admit(id, clock_.now());
    if (!left_out) {
        ++shared_->left_out;
        return;
    }
    std::vector<std::string_view> all{service_};
    all.insert(all.end(), values);
    std::string text = format_event(id, all);
    if (*left_out > 0) {
        const std::string more = std::format("\n({} more of this kind were left out before.)", *left_out);
        text = cut_event_text(std::move(text), k_longest_event - more.size()) + more;
    }
    send(id, std::move(text));
}

void EventReporter::send(EventId id, std::string text) {
    platform::EventRecord record{.id = std::to_underlying(id), .level = kind_of(id).level, .text = std::move(text)};
    if (!worker_.post([shared = shared_, record = std::move(record)] { shared->write(record); })) ++shared_->failed;
}

EventReporter::Counts EventReporter::counts() const {
    return {.reported = shared_->reported, .left_out = shared_->left_out, .failed = shared_->failed};
}

void EventReporter::close(Duration patience) {
    if (const std::uint64_t untold = budget_.take_untold(); untold > 0) {
        const std::string count = std::to_string(untold);
        const std::array<std::string_view, 2> values{service_, count};
        send(EventId::events_left_out, format_event(EventId::events_left_out, values));
    }
    static_cast<void>(worker_.stop(patience));
}

}  // namespace svcwrap::host

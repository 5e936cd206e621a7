#include "host/event_reporter.hpp"

#include <catch_amalgamated.hpp>
#include <chrono>
#include <latch>
#include <string>
#include <vector>

#include "support/fake_clock.hpp"
#include "support/fake_event_log.hpp"

namespace svcwrap::host {

namespace {

using namespace std::chrono_literals;
using testing::FakeEventLog;

constexpr Duration k_patience = 60s;

const Error k_fault{.kind = ErrorKind::io_failed, .message = "the log is full", .os_code = 1502};

}  // namespace

TEST_CASE("a budget lets a burst through, and then as many as come back with time") {
    EventBudget budget({.burst = 3, .refill = 60s});
    const TimePoint start{1h};
    for (int i = 0; i < 3; ++i) CHECK(budget.admit(EventId::child_failed, start) == 0);
    CHECK_FALSE(budget.admit(EventId::child_failed, start));
    CHECK_FALSE(budget.admit(EventId::child_failed, start + 19s));
    CHECK(budget.admit(EventId::child_failed, start + 20s) == 2);
    CHECK_FALSE(budget.admit(EventId::child_failed, start + 39s));
    CHECK(budget.admit(EventId::child_failed, start + 40s) == 1);
    // A long quiet time gives no more than the burst.
    for (int i = 0; i < 3; ++i) CHECK(budget.admit(EventId::child_failed, start + 10h) == 0);
    CHECK_FALSE(budget.admit(EventId::child_failed, start + 10h));
}

TEST_CASE("kinds of events have budgets of their own, and what was left out is told once") {
    EventBudget budget({.burst = 1, .refill = 60s});
    const TimePoint start{1h};
    CHECK(budget.admit(EventId::child_failed, start) == 0);
    CHECK(budget.admit(EventId::gave_up, start) == 0);
    CHECK_FALSE(budget.admit(EventId::child_failed, start));
    CHECK_FALSE(budget.admit(EventId::gave_up, start));
    CHECK_FALSE(budget.admit(EventId::gave_up, start));
    CHECK(budget.take_untold() == 3);
    CHECK(budget.take_untold() == 0);
    CHECK(budget.admit(EventId::gave_up, start + 60s) == 0);
}

TEST_CASE("a report has the service's name, the id and the level of its kind") {
    const auto log = std::make_shared<FakeEventLog>();
    testing::FakeClock clock;
    EventReporter reporter(log, clock, "MyApp", {});
    reporter.report(EventId::child_crashed, {"code 0xC0000005", "3 s"});
    reporter.report(EventId::service_paused, {});
    reporter.close(k_patience);
    const auto records = log->records();
    REQUIRE(records.size() == 2);
    CHECK(records[0].id == 102);
    CHECK(records[0].level == platform::EventLevel::error);
    CHECK(records[0].text == "Service MyApp: the program crashed: code 0xC0000005, after 3 s.");
    CHECK(records[1].id == 4);
    CHECK(reporter.counts().reported == 2);
}

TEST_CASE("over the budget events are counted, and the next one of the kind tells how many") {
    const auto log = std::make_shared<FakeEventLog>();
    testing::FakeClock clock;
    EventReporter reporter(log, clock, "MyApp", {}, {.burst = 2, .refill = 60s});
    for (int i = 0; i < 5; ++i) reporter.report(EventId::child_failed, {"exit code 1", "1 s"});
    clock.advance(60s);
    reporter.report(EventId::child_failed, {"exit code 2", "1 s"});
    reporter.close(k_patience);
    const auto records = log->records();
    REQUIRE(records.size() == 3);
    CHECK(records[2].text ==
          "Service MyApp: the program failed: exit code 2, after 1 s.\n(3 more of this kind were left out before.)");
    CHECK(reporter.counts().left_out == 3);
}

TEST_CASE("what a viewer would fill in is parted, and the count of those left out has its place in the longest text") {
    const auto log = std::make_shared<FakeEventLog>();
    testing::FakeClock clock;
    EventReporter reporter(log, clock, "My%1App", {}, {.burst = 1, .refill = 60s});
    for (int i = 0; i < 3; ++i) reporter.report(EventId::hook_failed, {"%2"});
    clock.advance(60s);
    reporter.report(EventId::hook_failed, {std::string(50'000, 'x')});
    reporter.close(k_patience);
    const auto records = log->records();
    REQUIRE(records.size() == 2);
    CHECK(records[0].text == "Service My% 1App: a hook failed: % 2.");
    CHECK(records[1].text.size() == k_longest_event);
    CHECK(records[1].text.size() < 31'839);  // of ReportEvent, for each string
    CHECK(records[1].text.ends_with("...\n(2 more of this kind were left out before.)"));
}

TEST_CASE("what was left out and not told is told at the end") {
    const auto log = std::make_shared<FakeEventLog>();
    testing::FakeClock clock;
    EventReporter reporter(log, clock, "MyApp", {}, {.burst = 1, .refill = 60s});
    for (int i = 0; i < 4; ++i) reporter.report(EventId::child_failed, {"exit code 1", "1 s"});
    reporter.close(k_patience);
    const auto records = log->records();
    REQUIRE(records.size() == 2);
    CHECK(records[1].id == 901);
    CHECK(records[1].text.contains("3 events were left out"));
}

TEST_CASE("a log that fails is told of once, until it has worked again") {
    const auto log = std::make_shared<FakeEventLog>();
    testing::FakeClock clock;
    std::vector<std::string> told;  // read again only when the reporter is closed
    EventReporter reporter(log, clock, "MyApp", [&](const Error& error) { told.push_back(error.message); });
    log->set_fault(k_fault);
    for (int i = 0; i < 3; ++i) reporter.report(EventId::service_paused, {});
    reporter.close(k_patience);
    CHECK(told == std::vector<std::string>{"the log is full"});
    CHECK(reporter.counts().failed == 3);
    CHECK(reporter.counts().reported == 0);
}

TEST_CASE("a log that hangs holds nobody up: what finds no room is counted") {
    struct HangingLog final : platform::EventLog {
        std::latch released{1};
        Status report(const platform::EventRecord&) override {
            released.wait();
            return {};
        }
        Status register_source() override { return {}; }
        Status remove_source() override { return {}; }
    };
    const auto log = std::make_shared<HangingLog>();
    testing::FakeClock clock;
    EventReporter reporter(log, clock, "MyApp", {}, {.burst = 100'000, .refill = 24h});
    for (int i = 0; i < 1000; ++i) reporter.report(EventId::service_paused, {});
    CHECK(reporter.counts().failed > 0);
    log->released.count_down();
    reporter.close(k_patience);
    CHECK(reporter.counts().reported + reporter.counts().failed == 1000);
}

}  // namespace svcwrap::host

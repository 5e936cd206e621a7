#include "host/events.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <map>
#include <set>
#include <vector>

#include "base/utf8.hpp"
#include "support/event_senders.hpp"

namespace svcwrap::host {

namespace {

std::string formatted(EventId id, std::initializer_list<std::string_view> values) {
    return format_event(id, std::vector<std::string_view>(values));
}

}  // namespace

TEST_CASE("an event keeps its id for ever") {
    // People's filters and alarms are built on these numbers. Add to this list; never change or remove a line of it.
    const std::map<std::string_view, int> published{
        {"service-started", 1},
        {"service-stopped", 2},
        {"service-start-failed", 3},
        {"service-paused", 4},
        {"service-resumed", 5},
        {"stop-forced", 6},
        {"service-installed", 50},
        {"service-updated", 51},
        {"service-removed", 52},
        {"service-insecure", 53},
        {"child-exited", 100},
        {"child-failed", 101},
        {"child-crashed", 102},
        {"child-launch-failed", 103},
        {"child-start-timed-out", 104},
        {"restart-scheduled", 200},
        {"restart-by-schedule", 201},
        {"gave-up", 202},
        {"left-to-recovery", 203},
        {"configuration-invalid", 400},
        {"configuration-reloaded", 401},
        {"reload-refused", 402},
        {"configuration-insecure", 403},
        {"hook-failed", 404},
        {"log-write-failed", 600},
        {"log-recovered", 601},
        {"disk-low", 602},
        {"disk-recovered", 603},
        {"output-lost", 604},
        {"internal-error", 900},
        {"events-left-out", 901},
    };
    CHECK(event_table().size() == published.size());
    for (const EventKind& kind : event_table()) {
        INFO(kind.name);
        REQUIRE(published.contains(kind.name));
        CHECK(static_cast<int>(kind.id) == published.at(kind.name));
        CHECK(&kind_of(kind.id) == &kind);
    }
}

TEST_CASE("each row of the table is sent by somebody, and nothing else is") {
    std::set<int> senders = testing::k_events_of_host;
    senders.insert(testing::k_events_of_commands.begin(), testing::k_events_of_commands.end());
    std::set<int> table;
    for (const EventKind& kind : event_table()) table.insert(static_cast<int>(kind.id));
    CHECK(senders == table);
}

TEST_CASE("ids are within what EventCreate.exe has texts for, rise, and keep out of the reserved blocks") {
    int before = 0;
    for (const EventKind& kind : event_table()) {
        const int id = static_cast<int>(kind.id);
        INFO(kind.name);
        CHECK(id > before);
        CHECK(id <= 1000);
        CHECK(id / 100 != 3);
        CHECK(id / 100 != 5);
        before = id;
    }
}

TEST_CASE("every text names the service first and has whole words in braces") {
    for (const EventKind& kind : event_table()) {
        INFO(kind.name);
        CHECK(kind.text.substr(kind.text.find('{')).starts_with("{service}"));
        CHECK(std::ranges::count(kind.text, '{') == std::ranges::count(kind.text, '}'));
        CHECK_FALSE(kind.text.contains('%'));
    }
}

TEST_CASE("the values stand in the order of the words") {
    CHECK(formatted(EventId::service_started, {"MyApp", "C:\\app.exe", "42"}) ==
          "Service MyApp has started: C:\\app.exe runs as process 42.");
    CHECK(formatted(EventId::service_paused, {"MyApp", "too many"}) == "Service MyApp is paused.");
    CHECK(formatted(EventId::service_stopped, {"MyApp"}) == "Service MyApp has stopped: {reason}.");
    // A value is no template.
    CHECK(formatted(EventId::service_stopped, {"{reason}", "x"}) == "Service {reason} has stopped: x.");
}

TEST_CASE("what a viewer would take for a place to fill in is parted by a blank") {
    CHECK(escape_event_text("100%1 fe80::1%12") == "100% 1 fe80::1% 12");
    CHECK(escape_event_text("%%5 %n %PATH% 5%") == "%% 5 %n %PATH% 5%");
    CHECK(formatted(EventId::service_stopped, {"%1", "%2"}) == "Service % 1 has stopped: % 2.");
}

TEST_CASE("nothing ends a text early or is no text") {
    using namespace std::string_view_literals;
    CHECK(escape_event_text("a\0b\x1B[31m\x7F"sv) == "a\uFFFDb\uFFFD[31m\uFFFD");
    CHECK(escape_event_text("a\tb\r\nc") == "a\tb\r\nc");
    CHECK(escape_event_text("\xFFx") == "\uFFFDx");
}

TEST_CASE("a long text is cut between two code points and within the limit of ReportEvent") {
    CHECK(cut_event_text("12345", 5) == "12345");
    CHECK(cut_event_text("123456", 5) == "12...");
    CHECK(cut_event_text("a\U0001F600\U0001F600", 5) == "a\U0001F600\U0001F600");
    CHECK(cut_event_text("a\U0001F600\U0001F600b", 5) == "a...");
    CHECK(cut_event_text("äöüäöü", 5) == "äö...");
    std::string faces;
    for (int i = 0; i < 40'000; ++i) faces += "\U0001F600";
    const std::string text = formatted(EventId::internal_error, {"MyApp", faces});
    CHECK(is_valid_utf8(text));
    CHECK(to_utf16(text).size() <= k_longest_event);
    CHECK(to_utf16(text).size() > k_longest_event - 3);
    CHECK(text.ends_with("..."));
}

}  // namespace svcwrap::host

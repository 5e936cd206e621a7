// What the Event Log is told, from end to end: each kind of event by what it is about.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <chrono>
#include <set>

#include "host/events.hpp"
#include "logs/disk_watch.hpp"
#include "scenarios/stage.hpp"
#include "support/event_senders.hpp"

using namespace svcwrap;
using namespace svcwrap::testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using host::ControlCommand;
using supervise::Outcome;
using supervise::State;

namespace {

const std::string k_logs = "[logs]\ndirectory = '" + at("/data/svcwrap/story/logs") + "'\n";

std::set<int> ids(Stage& stage) {
    std::set<int> ids;
    for (const auto& record : stage.events.records()) ids.insert(record.id);
    return ids;
}

std::string text_of(Stage& stage, host::EventId id) {
    for (const auto& record : stage.events.records()) {
        if (record.id == static_cast<int>(id)) return record.text;
    }
    return {};
}

void wait_for_event(Stage& stage, host::EventId id) {
    INFO("event " << static_cast<int>(id));
    stage.wait_until([&] { return ids(stage).contains(static_cast<int>(id)); });
}

// Events are written on a thread of their own: what was sent is there a moment later.
std::set<int> told(Stage& stage, const std::set<int>& wanted) {
    for (const int id : wanted) wait_for_event(stage, static_cast<host::EventId>(id));
    return wanted;
}

// ---- stories: each returns the ids of what it is about ----

std::set<int> life_with_a_pause_and_a_deaf_program() {
    Stage stage;
    stage.config.supervise.pause = supervise::PausePolicy::suspend;
    stage.config.supervise.stop.steps = {{.timeout = 20ms}};
    stage.launcher.add({.obeys_control_break = false});
    stage.start_and_wait();
    stage.wait_until([&] { return stage.host().handle_control(platform::ServiceControl::pause); });
    stage.wait_for_state(State::paused);
    CHECK(stage.host().handle_control(platform::ServiceControl::resume));
    stage.wait_for_state(State::running);
    (void)stage.stop_and_wait();
    return told(stage, {1, 2, 4, 5, 6});
}

std::set<int> every_end_of_a_run_and_giving_up() {
    Stage stage;
    stage.config.supervise.restart.policy = supervise::RestartPolicy::always;
    stage.config.supervise.restart.limit = 4;
    stage.launcher.add({.exit = ExitCode{0}});
    stage.launcher.add({.exit = ExitCode{3}});
    stage.launcher.add({.exit = ExitCode{0xC0000005}});
    stage.launcher.add({.launch_error = Error{.kind = ErrorKind::launch_failed, .message = "start /apps/app: no"}});
    stage.launcher.set_fallback({.exit = ExitCode{3}});
    stage.start();
    CHECK(stage.wait_for_end().outcome == Outcome::failure);
    return told(stage, {100, 101, 102, 103, 200, 202, 2});
}

std::set<int> launch_that_takes_too_long() {
    Stage stage;
    stage.config.supervise.restart.policy = supervise::RestartPolicy::never;
    stage.config.supervise.start.timeout = 20ms;
    stage.launcher.add({.launch_error = Error{.kind = ErrorKind::launch_failed, .message = "start /apps/app: no"},
                        .block_launch = true});
    stage.start();
    stage.wait_for_journal("the launch has not returned");
    stage.launcher.release_launches();
    (void)stage.wait_for_end();
    return told(stage, {104});
}

std::set<int> start_that_fails() {
    Stage stage;
    stage.config.supervise.restart.policy = supervise::RestartPolicy::never;
    stage.launcher.add({.launch_error = Error{.kind = ErrorKind::launch_failed, .message = "no such program"}});
    stage.start();
    (void)stage.wait_for_end();
    return told(stage, {3});
}

std::set<int> end_that_is_left_to_windows() {
    Stage stage;
    stage.config.supervise.restart.limit = 1;
    stage.config.supervise.restart.on_give_up = supervise::GiveUp::recover;
    stage.launcher.set_fallback({.exit = ExitCode{1}});
    stage.start();
    CHECK(stage.wait_for_end().outcome == Outcome::recover);
    return told(stage, {203});
}

std::set<int> restart_by_the_clock() {
    Stage stage;
    stage.config.schedule.every = 50ms;
    stage.start();
    (void)stage.child(1);
    (void)stage.stop_and_wait();
    return told(stage, {201});
}

std::set<int> reloads_and_a_hook() {
    Stage stage;
    stage.write_config(k_logs);
    stage.judge = [](const config::ServiceConfig&, const config::ServiceConfig& fresh) -> Status {
        if (!fresh.hooks.pre_stop) return {};
        return fail(ErrorKind::access_denied, "BUILTIN\\Users can write: /hooks/open to all",
                    "icacls \"/hooks/open to all\" /remove:g *S-1-5-32-545");
    };
    stage.start_and_wait();
    CHECK(stage.ask(ControlCommand::reload));
    stage.write_config("no TOML");
    CHECK_FALSE(stage.ask(ControlCommand::reload));
    stage.write_config("[hooks.pre_stop]\ncommand = ['" + at("/hooks/open to all") + "']\n");
    CHECK_FALSE(stage.ask(ControlCommand::reload));
    stage.write_config("[hooks.post_stop]\ncommand = ['" + at("/hooks/100%1") + "']\n");
    CHECK(stage.ask(ControlCommand::reload));
    stage.launcher.add({.exit = ExitCode{7}});
    (void)stage.stop_and_wait();
    const std::set<int> all = told(stage, {401, 402, 403, 404});
    CHECK_THAT(text_of(stage, host::EventId::hook_failed), ContainsSubstring(at("/hooks/100% 1")));
    CHECK_THAT(text_of(stage, host::EventId::configuration_insecure), ContainsSubstring("icacls"));
    return all;
}

std::set<int> disk_that_fills_up_and_is_emptied() {
    Stage stage;
    stage.config.logs.on_full = logs::FullPolicy::drop;
    stage.files.set_disk_room(10ULL << 30U);  // of 100 GiB
    stage.start();
    const auto child = stage.child(0);
    child->print("first\n");
    wait_for_event(stage, host::EventId::disk_low);
    stage.wait_until([&] { return stage.output() == "first\n"; });
    stage.files.fail_every(Operation::append_write, disk_full_error(Stage::k_log));
    child->print("dropped\n");
    wait_for_event(stage, host::EventId::log_write_failed);
    stage.files.heal();
    stage.files.set_disk_room(60ULL << 30U);
    wait_for_event(stage, host::EventId::output_lost);
    wait_for_event(stage, host::EventId::log_recovered);
    stage.clock.skip(logs::k_disk_check_interval);
    child->print("last\n");
    wait_for_event(stage, host::EventId::disk_recovered);
    (void)stage.stop_and_wait();
    CHECK_THAT(text_of(stage, host::EventId::output_lost), ContainsSubstring("8 bytes"));
    return told(stage, {600, 601, 602, 603, 604});
}

std::set<int> defect_of_our_own() {
    Stage stage;
    stage.report_throws = true;
    stage.start();
    wait_for_event(stage, host::EventId::internal_error);
    (void)stage.stop_and_wait();
    return told(stage, {900});
}

std::set<int> program_that_fails_all_the_time() {
    Stage stage;
    stage.config.supervise.restart.delay = Duration::zero();
    stage.config.supervise.restart.max_delay = Duration::zero();
    stage.launcher.set_fallback({.exit = ExitCode{3}});
    stage.start();
    const auto failures = [&] {
        return std::ranges::count(stage.events.records(), static_cast<std::uint16_t>(host::EventId::child_failed),
                                  &platform::EventRecord::id);
    };
    stage.wait_until([&] { return stage.launcher.launches() > 40; });
    // One more has just been sent, the next one could be in 3 s: what comes now is left out, and told at the end alone.
    const auto before = failures();
    stage.wait_until([&] { return failures() > before; });
    const std::size_t launches = stage.launcher.launches();
    stage.wait_until([&] { return stage.launcher.launches() > launches + 2; });
    (void)stage.stop_and_wait();
    const std::set<int> all = told(stage, {901});
    CHECK_THAT(text_of(stage, host::EventId::events_left_out), ContainsSubstring("events were left out"));
    // Twenty at once and a few that time gave back: far fewer than the runs.
    CHECK(failures() >= 20);
    CHECK(static_cast<std::size_t>(failures()) < stage.launcher.launches());
    return all;
}

}  // namespace

TEST_CASE("Each event of a running service has an occasion at which it is sent") {
    std::set<int> all;
    for (std::set<int> (*story)() :
         {life_with_a_pause_and_a_deaf_program, every_end_of_a_run_and_giving_up, launch_that_takes_too_long,
          start_that_fails, end_that_is_left_to_windows, restart_by_the_clock, reloads_and_a_hook,
          disk_that_fills_up_and_is_emptied, defect_of_our_own, program_that_fails_all_the_time}) {
        all.merge(story());
    }
    for (const int id : k_events_of_host) {
        INFO("event " << id);
        CHECK(all.contains(id));
    }
}

TEST_CASE("An Event Log that takes nothing changes nothing but a line of the journal") {
    Stage stage;
    stage.events.set_fault(Error{.kind = ErrorKind::io_failed, .message = "the log is full", .os_code = 1502});
    stage.launcher.add({.exit = ExitCode{3}});
    stage.start();
    const auto second = stage.child(1);
    second->print("it goes on\n");
    stage.wait_until([&] { return stage.output() == "it goes on\n"; });
    stage.wait_for_journal("does not take the service's events");
    stage.wait_for_run(2);
    CHECK(stage.state_file().trouble.empty());
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(stage.events.records().empty());
    const std::string journal = stage.journal();
    CHECK(journal.find("does not take") == journal.rfind("does not take"));
    CHECK(stage.history().size() == 2);
}

TEST_CASE("Output that a stop must give up is an event that says how much it was") {
    Stage stage;
    const auto child = stage.start_and_wait();
    stage.files.fail_every(Operation::append_write, disk_full_error(Stage::k_log));
    child->print("no room for this\n");
    stage.wait_until([&] { return stage.files.count(Operation::append_write) > 1; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    wait_for_event(stage, host::EventId::output_lost);
    CHECK_THAT(text_of(stage, host::EventId::output_lost), ContainsSubstring("17 bytes"));
}

#pragma once
// What a diagnosis is made of, and what is expected of it, in few words.
#include <catch_amalgamated.hpp>
#include <string>
#include <utility>

#include "app/diagnosis.hpp"
#include "app_world.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using platform::ServiceState;
using supervise::EndKind;
using supervise::State;
using testing::k_wrapper;
using testing::status_of;

inline const WallTime k_now = testing::FakeClock::k_start;

inline Facts facts_of(ServiceState state, std::uint32_t win32 = 0) {
    Facts facts{.now = k_now};
    facts.view.name = "App";
    facts.view.journal = "C:\\logs\\svcwrap.log";
    facts.view.registration.configuration.account = "NT AUTHORITY\\LocalService";
    facts.view.registration.configuration.start = platform::StartMode::automatic;
    facts.view.registration.image.config_file = "C:\\App.toml";
    facts.view.status = status_of(state, state == ServiceState::stopped ? 0 : k_wrapper);
    facts.view.status.win32_exit_code = win32;
    return facts;
}

// A service with a published state.
inline Facts published(ServiceState scm, State state, std::uint32_t win32 = 0) {
    Facts facts = facts_of(scm, win32);
    host::PublishedState published;
    published.service = "App";
    published.wrapper_process_id = k_wrapper;
    published.state = state;
    published.since = k_now - 60s;
    published.run = 3;
    published.restarts = 2;
    published.program = "C:\\apps\\app.exe";
    facts.view.published = published;
    facts.view.current = scm != ServiceState::stopped;
    return facts;
}

inline supervise::RunEnd exited(std::uint32_t code) {
    return {.kind = is_crash({code}) ? EndKind::crashed : EndKind::exited,
            .code = {code},
            .detail = {},
            .when = k_now - 1min};
}

struct Case {
    std::string name;
    Facts facts;
    std::string code;
    std::string cause_code;
    bool is_problem = true;
    std::string cause;   // some of its words
    std::string remedy;  // likewise
};

// A service that stopped, or waits, because of how its program ended.
inline Case ended(std::string name, supervise::RunEnd end, std::string cause_code, std::string cause,
                  std::string remedy) {
    Case row{.name = std::move(name),
             .facts = published(ServiceState::stopped, State::stopped, 1066),
             .code = "program-ended",
             .cause_code = std::move(cause_code),
             .cause = std::move(cause),
             .remedy = std::move(remedy)};
    row.facts.view.published->last_end = std::move(end);
    return row;
}

inline void check_case(const Case& row) {
    CAPTURE(row.name);
    const Diagnosis diagnosis = diagnose(row.facts);
    CAPTURE(diagnosis.summary, diagnosis.cause, diagnosis.evidence, diagnosis.remedy);
    CHECK(diagnosis.code == row.code);
    CHECK(diagnosis.cause_code == row.cause_code);
    CHECK(diagnosis.is_problem == row.is_problem);
    CHECK(diagnosis.summary.starts_with(row.code == "refused" && row.cause_code != "marked-for-deletion" ? "Windows"
                                        : row.code == "wrapper-died"                                     ? "The wrapper"
                                                                                                         : "App "));
    CHECK(diagnosis.cause.contains(row.cause));
    CHECK(diagnosis.remedy.contains(row.remedy));
}

}  // namespace svcwrap::app

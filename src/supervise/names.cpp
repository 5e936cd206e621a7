#include <array>

#include "supervise/run_end.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::supervise {
namespace {

using std::string_view;

template <std::size_t count, class Enum>
string_view pick(const std::array<string_view, count>& names, Enum value) {
    return names.at(static_cast<std::size_t>(value));
}

}  // namespace

string_view name_of(State state) {
    constexpr std::array<string_view, k_state_count> k_names{"idle",     "starting", "running", "clearing", "backoff",
                                                             "stopping", "killing",  "stopped", "paused"};
    return pick(k_names, state);
}

string_view name_of(StopReason reason) {
    constexpr std::array<string_view, 4> k_names{"asked", "console", "system_shutdown", "system_preshutdown"};
    return pick(k_names, reason);
}

string_view name_of(RestartReason reason) {
    constexpr std::array<string_view, 2> k_names{"asked", "scheduled"};
    return pick(k_names, reason);
}

string_view name_of(StartReason reason) {
    constexpr std::array<string_view, 5> k_names{"requested", "policy", "asked", "scheduled", "continued"};
    return pick(k_names, reason);
}

string_view name_of(Aftermath aftermath) {
    constexpr std::array<string_view, 5> k_names{"restart", "stopped", "failed", "gave_up", "paused"};
    return pick(k_names, aftermath);
}

string_view name_of(const Event& event) {
    constexpr std::array<string_view, k_event_count> k_names{
        "start_requested",    "child_started",  "launch_failed", "child_exited",      "tree_emptied",
        "deadline",           "stop_requested", "step_ended",    "restart_requested", "pause_requested",
        "continue_requested", "suspend_failed", "reconfigured",  "launch_begun",
    };
    return pick(k_names, event.index());
}

string_view name_of(EndKind kind) {
    constexpr std::array<string_view, k_end_kind_count> k_names{"exited", "crashed", "launch_failed", "start_timed_out",
                                                                "left_over"};
    return pick(k_names, kind);
}

string_view name_of(Outcome outcome) {
    constexpr std::array<string_view, 3> k_names{"success", "failure", "recover"};
    return pick(k_names, outcome);
}

std::string describe(const RunEnd& end) {
    const std::string first_line = end.detail.substr(0, end.detail.find('\n'));
    switch (end.kind) {
        case EndKind::exited:
            return describe(end.code);
        case EndKind::crashed:
            return "crash: " + describe(end.code);
        case EndKind::launch_failed:
            return "launch failed: " + first_line;
        case EndKind::start_timed_out:
            return "launch failed after its time was over: " + first_line;
        case EndKind::left_over:
            return "could not be ended: " + first_line;
    }
    return {};
}

}  // namespace svcwrap::supervise

#pragma once
// A supervisor on a clock that the test moves, and short words for what happens to it.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "supervise/supervisor.hpp"

namespace svcwrap::supervise {

using namespace std::chrono_literals;

inline constexpr std::uint32_t k_process_id = 4711;

inline Error launch_error() {
    return {.kind = ErrorKind::launch_failed,
            .message = "start app.exe: access is denied",
            .os_code = 5,
            .where = "create process",
            .remedy = "look at its rights"};
}

class Story {
public:
    explicit Story(Options options = {}) : supervisor_(std::move(options)) {}

    // The actions of one event. A launch begins at once, unless hooks come before it.
    Actions send(const Event& event) {
        last_ = supervisor_.handle(event, now_, chance);
        const bool launches =
            std::ranges::any_of(last_, [](const Action& action) { return std::holds_alternative<Launch>(action); });
        if (launches && !has_hooks) (void)supervisor_.handle(LaunchBegun{}, now_, chance);
        return last_;
    }
    Actions pass(Duration time) {
        now_ += time;
        return send(Deadline{});
    }
    // To the deadline, and over it.
    Actions pass_deadline() {
        now_ = std::max(now_, supervisor_.deadline().value());
        return send(Deadline{});
    }

    Story& start() { return then(StartRequested{}); }
    Story& run() { return start().then(ChildStarted{k_process_id}); }
    Story& exit(std::uint32_t code, std::size_t left = 0) { return then(ChildExited{ExitCode{code}, left}); }
    Story& stop(StopReason reason = StopReason::asked) { return then(StopRequested{reason}); }
    Story& wait(Duration time) {
        pass(time);
        return *this;
    }
    Story& wait_for_deadline() {
        pass_deadline();
        return *this;
    }
    Story& then(const Event& event) {
        send(event);
        return *this;
    }

    [[nodiscard]] State state() const { return supervisor_.state(); }
    [[nodiscard]] Snapshot snapshot() const { return supervisor_.snapshot(); }
    [[nodiscard]] FinalResult result() const { return supervisor_.snapshot().result.value(); }
    [[nodiscard]] TimePoint now() const { return now_; }
    // Time passes, and nobody tells the supervisor.
    void skip(Duration time) { now_ += time; }
    // Until the next deadline; a deadline must be set.
    [[nodiscard]] Duration ahead() const { return supervisor_.deadline().value() - now_; }
    [[nodiscard]] bool has_deadline() const { return supervisor_.deadline().has_value(); }
    [[nodiscard]] const Actions& last() const { return last_; }

    double chance = 0.5;     // the middle: no jitter
    bool has_hooks = false;  // launches wait for hooks: the test says when they begin

private:
    Supervisor supervisor_;
    TimePoint now_{1h};
    Actions last_;
};

template <class Kind>
std::vector<Kind> all_of(const Actions& actions) {
    std::vector<Kind> found;
    for (const Action& action : actions)
        if (const auto* one = std::get_if<Kind>(&action)) found.push_back(*one);
    return found;
}

template <class Kind>
bool has(const Actions& actions) {
    return !all_of<Kind>(actions).empty();
}

inline bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

inline Options with(RestartOptions restart) {
    return {.start = {}, .restart = std::move(restart), .stop = {}};
}

inline Options with_policy(RestartPolicy policy) {
    return with({.policy = policy});
}

inline Options with_steps(std::vector<StopStep> steps) {
    return {.start = {}, .restart = {}, .stop = {.steps = std::move(steps)}};
}
inline Options three_steps() {
    using enum StopMethod;
    return with_steps({{ctrl_c, 10s}, {ctrl_break, 20s}, {terminate, 5s}});
}

// Of the last transition; empty if there is none.
inline std::string reason_of(const Actions& actions) {
    const auto transitions = all_of<Transition>(actions);
    return transitions.empty() ? "" : transitions.back().reason;
}

// The end of a run that is under way, then the wait that follows it.
inline Duration wait_after_exit(Story& story, std::uint32_t code) {
    story.exit(code);
    return story.ahead();
}

}  // namespace svcwrap::supervise

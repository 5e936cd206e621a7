#pragma once
// What must always hold, counted by name, and what was visited.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "supervise/state_table.hpp"

namespace svcwrap::simulation {

enum class Rule : std::uint8_t {
    one_child,
    no_launch_after_stop,
    stop_in_time,
    pending_shrinks,
    backoff_bounds,
    launch_gap,
    limit,
    complaints,
    chain,
    snapshot,
    step_order,
    step_times,
    shutdown_budget,
    pause,
    history,
    scm_transitions,
    scm_accepted,
    scm_checkpoints,
    scm_hints,
    end,
    count
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Rule::count)> k_rules{
    "never two children, and never a launch beside one",
    "no launch after a stop request",
    "a stop ends within what it said it takes at most",
    "what a stop takes at most never grows",
    "the wait before a restart stays in its bounds",
    "launches that nobody asked for keep their distance",
    "restarts stay within the limit",
    "complaints come for what cannot be, and for nothing else",
    "transitions form a chain that ends in the state",
    "the snapshot agrees with the world",
    "stop steps come in order, and the tree is ended after the last",
    "stop steps keep their time in order, within the time for all of them",
    "at a shutdown the steps fit the budget",
    "a pause holds until it is asked to end, and no child that stands still is asked to stop",
    "each launch has one record, before what follows, and it says what happened",
    "the SCM sees legal transitions only",
    "a control is accepted where it can be obeyed, and only there",
    "checkpoints rise while pending and are 0 otherwise",
    "wait hints grow and cover the time to the next report",
    "every episode ends in stopped",
};

class Checks {
public:
    // `describe` is called for a violation only.
    template <class Describe>
    void that(Rule rule, bool holds, Describe describe) {
        Count& count = counts_[static_cast<std::size_t>(rule)];
        ++count.checked;
        if (holds) return;
        if (++count.violated <= 3)
            violations_ +=
                "VIOLATED: " + std::string(k_rules[static_cast<std::size_t>(rule)]) + ": " + describe() + "\n";
    }

    void visit(std::size_t row, supervise::State state) { ++visits_[row][static_cast<std::size_t>(state)]; }

    // Adds what another one counted.
    void add(const Checks& other);

    // Prints one line per rule; the last line is "N passed, N failed". True = nothing failed.
    [[nodiscard]] bool report() const;

private:
    struct Count {
        std::uint64_t checked = 0;
        std::uint64_t violated = 0;
    };
    std::array<Count, static_cast<std::size_t>(Rule::count)> counts_{};
    std::array<std::array<std::uint64_t, supervise::k_state_count>, supervise::k_event_count> visits_{};
    std::string violations_;
};

}  // namespace svcwrap::simulation

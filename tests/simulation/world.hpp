#pragma once
// One life of one service: a supervisor, the processes and the SCM around it, on a clock that jumps from event to
// event.
#include <array>
#include <optional>

#include "auditor.hpp"
#include "random.hpp"
#include "supervise/scm_report.hpp"
#include "virtual_scm.hpp"

namespace svcwrap::simulation {

class World {
public:
    World(std::uint64_t seed, Checks& checks, bool verbose);
    // Lives to the end, and a little after it. The number of events.
    std::uint64_t live();

private:
    // What may happen next; each at its time or not at all.
    enum Slot : std::uint8_t {
        begun,
        launched,
        exited,
        emptied,
        old_emptied,
        step_over,
        suspend_failed,
        asked,
        due,
        report,
        chaos,
        slot_count
    };

    // What this episode is about.
    struct Mood {
        bool launches_hang = false;
        bool launches_fail = false;
        bool child_is_unkillable = false;
        bool tree_is_stuck = false;
        bool leaves_processes = false;
        bool deadlines_are_late = false;
        bool is_impatient = false;  // operators ask all the time
        bool is_rewritten = false;  // the configuration changes all the time
    };

    void send(const supervise::Event& event);
    void come_true(const supervise::Event& event);
    void happen(Slot slot);
    void launch_returns();
    void root_ends();
    void operator_asks();
    void chaos_strikes();
    void end_of_story();
    void after_the_end();
    void tell_scm();
    void follow_deadline();
    void count_lateness();
    void check_end(const supervise::Snapshot& snapshot);

    void perform(const supervise::Launch& launch);
    void perform(const supervise::BeginStopStep& step);
    void perform(const supervise::TerminateTree& terminate);
    void perform(const supervise::SuspendTree& suspend);
    void perform(const supervise::ResumeTree& resume);
    void perform(const supervise::RunOver&) {}
    void perform(const supervise::Transition&) {}
    void perform(const supervise::Complaint&) {}

    [[nodiscard]] std::optional<Slot> next() const;
    void at(Slot slot, Duration time);
    void at_latest(Slot slot, Duration time);

    Random random_;
    supervise::Options options_;
    Checks& checks_;
    bool verbose_;
    Mood mood_;
    Truth truth_;
    TimePoint now_{std::chrono::hours(1)};
    supervise::Supervisor supervisor_;
    supervise::Snapshot snapshot_;
    supervise::ScmReporter reporter_;
    VirtualScm scm_;
    Auditor auditor_;
    std::array<std::optional<TimePoint>, slot_count> times_{};
    std::optional<TimePoint> deadline_;  // the one that the slot was set for
    TimePoint counted_{};
    supervise::StepEnded step_end_;
    std::optional<Duration> life_left_;  // of a child that stands still
    std::size_t left_ = 0;
    std::uint64_t events_ = 0;
};

}  // namespace svcwrap::simulation

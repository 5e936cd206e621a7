#pragma once
// Watches what a supervisor does against a model of its own: it knows the world's truth, and none of the supervisor's
// arithmetic.
#include <deque>
#include <optional>
#include <vector>

#include "checks.hpp"

namespace svcwrap::simulation {

// The truth, as only the world knows it.
struct Truth {
    bool launch_outstanding = false;
    bool root_alive = false;
    bool stands_still = false;  // the tree is suspended
    TimePoint root_started{};
};

class Auditor {
public:
    Auditor(Checks& checks, const supervise::Options& options, const Truth& truth, std::uint64_t seed)
        : checks_(checks), options_(options), truth_(truth), seed_(seed) {}

    // Before handle(): what the event should lead to.
    void expect(const supervise::Event& event, supervise::State state, TimePoint now);
    // The root ended; the truth still says when it started.
    void root_ended(ExitCode code, TimePoint now);
    void launch_failed() { has_launch_failed_ = true; }
    // A deadline was told so much too late.
    void late(Duration time) { lateness_ += time; }
    // Each action, in order, before the world performs it.
    void watch(const supervise::Action& action);
    // After handle() and the deeds.
    void settle(const supervise::Snapshot& snapshot, std::optional<TimePoint> deadline);

    // After the last event: whether each launch has its record.
    void close();

    [[nodiscard]] bool stop_asked() const { return stop_asked_; }

private:
    void note_stop(supervise::StopReason reason);
    void note_pause(const supervise::Event& event);
    void note_reload();
    void bound_stop();
    void watch_launch(const supervise::Launch& launch);
    void watch_record(const supervise::RunOver& record);
    void watch_suspension(bool stands_still);
    void watch_settling(const supervise::Event& event);
    [[nodiscard]] Duration lived(TimePoint now) const;
    void watch_step(const supervise::BeginStopStep& step);
    void watch_terminate();
    void watch_transition(const supervise::Transition& transition);
    void entered_backoff(const supervise::Snapshot& snapshot);
    void check_wait(Duration wait);
    void check_pause(const supervise::Snapshot& snapshot);
    void check_stop(const supervise::Snapshot& snapshot, std::optional<TimePoint> deadline);
    void check_snapshot(const supervise::Snapshot& snapshot, std::optional<TimePoint> deadline);
    [[nodiscard]] bool must_complain(const supervise::Event& event) const;
    void check(Rule rule, bool holds, std::string_view what);

    Checks& checks_;
    const supervise::Options& options_;
    const Truth& truth_;
    std::uint64_t seed_;

    const supervise::Event* event_ = nullptr;
    supervise::State before_ = supervise::State::idle;
    supervise::State state_ = supervise::State::idle;
    TimePoint now_{};
    bool must_complain_ = false;
    int complaints_ = 0;
    std::size_t actions_ = 0;
    bool terminated_ = false;

    std::uint64_t launches_ = 0;
    TimePoint launched_{};
    Duration launch_time_{};        // start.timeout when the launch began
    std::optional<ExitCode> code_;  // of the last run, once it ended
    bool has_launch_failed_ = false;
    bool ended_in_stop_ = false;  // the root ended after it was asked to
    std::uint64_t records_ = 0;
    bool is_open_ = false;                           // a launch without a record
    std::optional<supervise::Aftermath> aftermath_;  // a record was seen, and not yet what follows
    bool pause_wanted_ = false;
    bool was_restarting_ = false;
    bool is_recovering_ = false;  // the service has ended for the recovery actions
    bool was_suspended_ = false;
    std::optional<TimePoint> still_since_;
    Duration still_{};  // of the run at hand
    std::uint32_t in_a_row_ = 0;
    std::deque<TimePoint> restarts_;
    std::optional<std::size_t> step_;
    std::vector<Duration> plan_;  // of the stop under way: what each step has at most
    bool stop_asked_ = false;
    TimePoint stop_asked_at_{};                // less lateness_
    std::optional<TimePoint> stop_bound_;      // less lateness_; nothing = no bound, or no stop
    std::optional<TimePoint> shutdown_bound_;  // for the steps; less lateness_
    std::optional<TimePoint> said_;            // when the stop is over at the latest, less lateness_
    Duration lateness_{};
};

}  // namespace svcwrap::simulation

#include "world.hpp"

#include <algorithm>
#include <iostream>

#include "options.hpp"

namespace svcwrap::simulation {

using namespace std::chrono_literals;
using namespace supervise;

namespace {

constexpr std::uint64_t k_longest_story = 300;
constexpr std::uint64_t k_longest_end = 2000;
// Windows is not a real-time system, but no hint may be missed by less than this.
constexpr Duration k_late = 2s;

const Error& launch_error() {
    static const Error error{
        .kind = ErrorKind::launch_failed, .message = "no such file", .os_code = 2, .where = "create process"};
    return error;
}

Event draw_event(Random& random) {
    constexpr std::array k_reasons{StopReason::asked, StopReason::console, StopReason::system_shutdown,
                                   StopReason::system_preshutdown};
    switch (random.below(k_event_count)) {
        case 0:
            return StartRequested{};
        case 1:
            return ChildStarted{4711};
        case 2:
            return LaunchFailed{launch_error()};
        case 3:
            return ChildExited{ExitCode{3}, random.below(2)};
        case 4:
            return TreeEmptied{};
        case 5:
            return Deadline{};
        case 6:
            return random.one_in(8) ? Event{StopRequested{random.pick(k_reasons)}} : Event{Deadline{}};
        case 7:
            return StepEnded{random.below(3), random.one_in(2), {}};
        case 8:
            return RestartRequested{random.one_in(3) ? RestartReason::scheduled : RestartReason::asked};
        case 9:
            return PauseRequested{};
        case 10:
            return ContinueRequested{};
        case 11:
            return SuspendFailed{launch_error()};
        case 12:
            return LaunchBegun{};
        default:
            return Reconfigured{draw_options(random)};
    }
}

}  // namespace

World::World(std::uint64_t seed, Checks& checks, bool verbose)
    : random_(seed),
      options_(draw_options(random_)),
      checks_(checks),
      verbose_(verbose),
      supervisor_(options_),
      snapshot_(supervisor_.snapshot()),
      scm_(checks),
      auditor_(checks, options_, truth_, seed) {
    mood_.launches_hang = random_.one_in(6);
    mood_.launches_fail = random_.one_in(4);
    mood_.child_is_unkillable = random_.one_in(6);
    mood_.tree_is_stuck = random_.one_in(4);
    mood_.leaves_processes = random_.one_in(3);
    mood_.deadlines_are_late = random_.one_in(4);
    mood_.is_impatient = random_.one_in(3);
    mood_.is_rewritten = random_.one_in(3);
    at(asked, 10ms);
    at(chaos, random_.one_in(8) ? 5ms : 1min);
}

void World::at(Slot slot, Duration time) {
    times_[slot] = now_ + time;
}

void World::at_latest(Slot slot, Duration time) {
    if (!times_[slot] || *times_[slot] > now_ + time) at(slot, time);
}

std::optional<World::Slot> World::next() const {
    std::optional<Slot> first;
    for (std::uint8_t slot = 0; slot < slot_count; ++slot)
        if (times_[slot] && (!first || *times_[slot] < *times_[*first])) first = static_cast<Slot>(slot);
    return first;
}

std::uint64_t World::live() {
    tell_scm();
    const std::uint64_t length = 20 + random_.below(k_longest_story);
    while (supervisor_.state() != State::stopped && events_ < length) {
        const auto slot = next();
        now_ = std::max(now_, times_[*slot].value());
        happen(*slot);
    }
    end_of_story();
    after_the_end();
    return events_;
}

// Somebody asks for a stop in the end, and nothing disturbs it any more.
void World::end_of_story() {
    times_[asked].reset();
    times_[chaos].reset();
    if (supervisor_.state() != State::stopped && !auditor_.stop_asked())
        send(StopRequested{random_.one_in(3) ? StopReason::system_shutdown : StopReason::asked});
    const bool is_endless = supervisor_.state() != State::stopped && !snapshot_.pending_until;
    if (is_endless) send(StopRequested{StopReason::system_shutdown});
    const std::uint64_t limit = events_ + k_longest_end;
    while (supervisor_.state() != State::stopped && events_ < limit) {
        const auto slot = next();
        if (!slot) break;
        now_ = std::max(now_, times_[*slot].value());
        happen(*slot);
    }
    check_end(snapshot_);
    auditor_.close();
}

void World::check_end(const Snapshot& snapshot) {
    const bool is_over = snapshot.state == State::stopped && snapshot.result.has_value();
    const auto words = [&] { return "still " + std::string(name_of(snapshot.state)); };
    checks_.that(Rule::end, is_over, words);
    if (is_over) checks_.that(Rule::end, scm_.is_stopped() == (snapshot.result->outcome != Outcome::recover), words);
}

// What comes too late must not wake the dead.
void World::after_the_end() {
    if (supervisor_.state() != State::stopped) return;
    for (int strike = 0; strike < 6; ++strike) chaos_strikes();
    if (truth_.launch_outstanding) launch_returns();
}

void World::happen(Slot slot) {
    times_[slot].reset();
    switch (slot) {
        case begun:
            return send(LaunchBegun{});
        case launched:
            return launch_returns();
        case exited:
            return root_ends();
        case emptied:
            left_ = 0;
            return send(TreeEmptied{});
        case old_emptied:
            return send(TreeEmptied{});
        case step_over:
            return send(Event{step_end_});
        case suspend_failed:
            return send(SuspendFailed{launch_error()});
        case asked:
            return operator_asks();
        case chaos:
            at(chaos, random_.between(1ms, 1min));
            return chaos_strikes();
        case report:
            ++events_;
            return tell_scm();
        case due:
        case slot_count:
            break;
    }
    send(Deadline{});
}

void World::send(const Event& event) {
    ++events_;
    if (verbose_)
        std::cout << now_.time_since_epoch().count() << " ms: " << name_of(event) << " in "
                  << name_of(supervisor_.state()) << '\n';
    count_lateness();
    const auto* reload = std::get_if<Reconfigured>(&event);
    if (reload && supervisor_.state() != State::stopped) options_ = reload->options;
    auditor_.expect(event, supervisor_.state(), now_);
    come_true(event);
    const Actions actions = supervisor_.handle(event, now_, random_.chance());
    for (const Action& action : actions) {
        if (const auto* transition = std::get_if<Transition>(&action); verbose_ && transition)
            std::cout << "    -> " << name_of(transition->to) << ": " << transition->reason << '\n';
        auditor_.watch(action);
        std::visit([this](const auto& deed) { perform(deed); }, action);
    }
    // Half of all events have nothing to say, and a snapshot is the dearest part of an event.
    const bool is_nothing = actions.empty() && cell_of(event.index(), snapshot_.state).name == k_nothing;
    if (!is_nothing || supervisor_.state() != snapshot_.state) snapshot_ = supervisor_.snapshot();
    auditor_.settle(snapshot_, supervisor_.deadline());
    follow_deadline();
    tell_scm();
}

// What an event says has happened, as far as it can have.
void World::come_true(const Event& event) {
    if (std::holds_alternative<ChildStarted>(event) && truth_.launch_outstanding) {
        truth_ = {.launch_outstanding = false, .root_alive = true, .stands_still = false, .root_started = now_};
    } else if (std::holds_alternative<LaunchFailed>(event) && truth_.launch_outstanding) {
        truth_.launch_outstanding = false;
        auditor_.launch_failed();
    } else if (const auto* exit = std::get_if<ChildExited>(&event); exit && truth_.root_alive) {
        auditor_.root_ended(exit->code, now_);
        truth_.root_alive = false;
        truth_.stands_still = false;
        life_left_.reset();
    }
}

// The time during which a deadline was over and nobody told the supervisor.
void World::count_lateness() {
    if (deadline_ && *deadline_ < now_) auditor_.late(now_ - std::max(*deadline_, counted_));
    counted_ = now_;
}

void World::follow_deadline() {
    if (supervisor_.deadline() == deadline_ && (times_[due] || !deadline_)) return;
    deadline_ = supervisor_.deadline();
    times_[due] = deadline_;
    if (deadline_ && mood_.deadlines_are_late) *times_[due] += random_.between(0ms, k_late);
}

void World::tell_scm() {
    if (const auto told = reporter_.update(snapshot_, now_)) scm_.take(*told, now_);
    scm_.watch(now_);
    times_[report] = reporter_.due();
    if (times_[report] && mood_.deadlines_are_late) *times_[report] += random_.between(0ms, k_late);
}

// ---- the world's own events ----

void World::launch_returns() {
    times_[launched].reset();
    if (mood_.launches_fail && !random_.one_in(3)) return send(LaunchFailed{launch_error()});
    constexpr std::array<Duration, 5> k_lives{0ms, 1s, 20s, 5min, 2h};
    if (!random_.one_in(8)) at(exited, random_.between(0ms, random_.pick(k_lives)));
    send(ChildStarted{4711});
}

void World::root_ends() {
    constexpr std::array<std::uint32_t, 8> k_codes{0, 0, 1, 3, 7, 0xC0000005, 0xC000013A, 0xFFFFFFFF};
    left_ = mood_.leaves_processes ? random_.below(4) : 0;
    if (left_ > 0 && !mood_.tree_is_stuck && random_.one_in(2)) at(emptied, random_.between(0ms, 10s));
    send(ChildExited{ExitCode{random_.pick(k_codes)}, left_});
}

void World::operator_asks() {
    if (snapshot_.state == State::idle) {
        at(asked, random_.between(0ms, 1min));
        return send(random_.one_in(20) ? Event{StopRequested{}} : Event{StartRequested{}});
    }
    at(asked, random_.between(0ms, mood_.is_impatient ? Duration(2s) : Duration(30min)));
    const std::size_t whim = random_.below(60);
    if (whim == 0) return send(StopRequested{StopReason::system_shutdown});
    if (whim == 1) return send(StopRequested{StopReason::asked});
    if (whim < 14) return send(RestartRequested{});
    if (whim < 18) return send(RestartRequested{RestartReason::scheduled});
    if (whim < 30) return send(PauseRequested{});
    if (whim < 44) return send(ContinueRequested{});
    if (whim < (mood_.is_rewritten ? 54U : 45U)) return send(Reconfigured{draw_options(random_)});
    send(StartRequested{});
}

// Something comes that cannot come, or that comes too early.
void World::chaos_strikes() {
    const Event event = draw_event(random_);
    const bool is_true_launch = truth_.launch_outstanding && (event.index() == 1 || event.index() == 2);
    const bool is_true_exit = truth_.root_alive && std::holds_alternative<ChildExited>(event);
    if (!is_true_launch && !is_true_exit) send(event);
}

// ---- the deeds ----

void World::perform(const Launch&) {
    constexpr std::array<Duration, 3> k_times{50ms, 50ms, 1min};
    truth_.launch_outstanding = true;
    times_[old_emptied] = times_[emptied];
    times_[emptied].reset();
    times_[exited].reset();
    times_[suspend_failed].reset();
    if (!random_.one_in(8)) at(begun, random_.one_in(4) ? random_.between(0ms, 1min) : 0ms);
    if (!mood_.launches_hang || !random_.one_in(3)) at(launched, random_.between(0ms, random_.pick(k_times)));
}

void World::perform(const BeginStopStep& step) {
    // The hook before a stop ends or hangs; any other step can only fail.
    const bool is_hook = step.step.method == StopMethod::pre_stop;
    if (random_.one_in(is_hook ? 2 : 10)) {
        step_end_ = {.index = step.index, .failed = !is_hook || random_.one_in(2), .detail = {}};
        at(step_over, random_.between(0ms, is_hook ? Duration(10s) : Duration(100ms)));
        if (!is_hook) return;
    }
    if (random_.one_in(2)) return;
    const Duration time = random_.between(0ms, std::min(step.step.timeout, Duration(1min)) + 10ms);
    if (truth_.root_alive && !mood_.child_is_unkillable) at_latest(exited, time);
    if (!truth_.root_alive && left_ > 0 && !mood_.tree_is_stuck) at_latest(emptied, time);
}

// It stands still as a whole or not at all; somebody may end it all the same.
void World::perform(const SuspendTree&) {
    if (random_.one_in(6)) return at(suspend_failed, random_.between(0ms, 100ms));
    truth_.stands_still = truth_.root_alive;
    if (!times_[exited] || random_.one_in(4)) return;
    life_left_ = *times_[exited] - now_;
    times_[exited].reset();
}

void World::perform(const ResumeTree&) {
    truth_.stands_still = false;
    if (life_left_) at_latest(exited, std::max(*life_left_, 0ms));
    life_left_.reset();
}

void World::perform(const TerminateTree&) {
    if (truth_.root_alive && !mood_.child_is_unkillable) at_latest(exited, random_.between(0ms, 50ms));
    if (!truth_.root_alive && left_ > 0 && !mood_.tree_is_stuck) at_latest(emptied, random_.between(0ms, 6s));
}

}  // namespace svcwrap::simulation

#include "host/ending.hpp"

#include <utility>

#include "supervise/scm_report.hpp"

namespace svcwrap::host {
namespace {

// After the tree has ended its output is in the pipes: time to read it, to write it, and for threads to end.
constexpr Duration k_drain_step = std::chrono::seconds(2);
// The end of the output is most often over by then, and a report takes its time; what the SCM was told before holds
// for longer (supervise::k_hint_margin).
constexpr Duration k_silence = std::chrono::milliseconds(100);

}  // namespace

Ending::Ending(LoopContext context, Outputs& outputs, AfterRun& hooks, std::function<void()> report,
               std::function<void()> over)
    : context_(std::move(context)),
      outputs_(outputs),
      hooks_(hooks),
      report_(std::move(report)),
      over_(std::move(over)),
      drain_timer_(*context_.loop),
      tick_timer_(*context_.loop) {}

void Ending::begin() {
    if (std::exchange(begun_, true)) return;
    if (!outputs_.idle()) drain(0);
    if (!hooks_.idle()) {
        tick();
    } else if (!outputs_.idle()) {
        tick_after(k_silence);
    }
    look();
}

void Ending::look() {
    if (!begun_ || over_told_ || !outputs_.idle() || !hooks_.idle()) return;
    over_told_ = true;
    over_();
}

void Ending::tick() {
    report_();
    tick_after(supervise::k_checkpoint_interval);
}

void Ending::tick_after(Duration silence) {
    tick_timer_.expires_after(silence);
    tick_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error && !over_told_) tick();
    });
}

// Patience in three grades: for the pipes to end by themselves, for the disk, and for the threads.
void Ending::drain(int grade) {
    if (grade == 1) {
        context_.say(Severity::warning,
                     "the output is not at its end: a process outside the tree still holds it, or the disk is slow; "
                     "reading ends here");
        outputs_.cancel_readers();
    } else if (grade == 2) {
        context_.say(Severity::error, "the log folder takes no more writes; what is left of the output is lost");
        outputs_.cancel_writers();
    } else if (grade == 3) {
        abandoned_ = true;
        outputs_.abandon();
        return look();
    }
    drain_timer_.expires_after(k_drain_step);
    drain_timer_.async_wait([this, grade](const boost::system::error_code& error) {
        if (!error && !outputs_.idle()) drain(grade + 1);
    });
}

}  // namespace svcwrap::host

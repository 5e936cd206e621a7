#pragma once
// The end of a service after its child's: the output is drained, with a bound, and the last hooks run to their end.
#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "host/after_run.hpp"
#include "host/loop_context.hpp"
#include "host/outputs.hpp"

namespace svcwrap::host {

// How long the end takes at least as far as the SCM is told: three grades of draining, the state file and the journal.
inline constexpr Duration k_ending_hint = std::chrono::seconds(15);

// Lives on the control loop.
class Ending {
public:
    // `report` is called while the end lasts, so that the SCM hears of progress: at once if hooks run, else if it takes
    // longer than a moment. `over` is called once, when there is nothing more to wait for.
    Ending(LoopContext context, Outputs& outputs, AfterRun& hooks, std::function<void()> report,
           std::function<void()> over);

    void begin();
    [[nodiscard]] bool begun() const { return begun_; }
    // Output that was read was left to a thread that hangs in the disk.
    [[nodiscard]] bool abandoned() const { return abandoned_; }
    // Something that was waited for may have ended.
    void look();

private:
    void drain(int grade);
    void tick();
    void tick_after(Duration silence);

    LoopContext context_;
    Outputs& outputs_;
    AfterRun& hooks_;
    std::function<void()> report_;
    std::function<void()> over_;
    boost::asio::steady_timer drain_timer_;
    boost::asio::steady_timer tick_timer_;
    bool begun_ = false;
    bool over_told_ = false;
    bool abandoned_ = false;
};

}  // namespace svcwrap::host

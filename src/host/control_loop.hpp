#pragma once
// The control loop behind ServiceHost: one thread, one io_context; feeds the supervisor and carries out what it
// decides. Nothing in it blocks: launches and console events go to one worker, the state file to another, output to its
// pumps.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "host/journal.hpp"
#include "host/outputs.hpp"
#include "host/service_host.hpp"
#include "host/state_publisher.hpp"
#include "host/worker.hpp"
#include "supervise/scm_report.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::host {

class ControlLoop {
public:
    ControlLoop(config::ServiceConfig config, Parts parts, HostOptions options);
    ~ControlLoop();
    ControlLoop(const ControlLoop&) = delete;
    ControlLoop& operator=(const ControlLoop&) = delete;

    [[nodiscard]] supervise::FinalResult run();
    // From any thread.
    void post(supervise::Event event);

private:
    struct LaunchDesk;
    struct LaunchTask;
    using Launched = Result<std::unique_ptr<platform::ChildProcess>>;

    void run_until_drained();
    void close_desk();
    void feed(const supervise::Event& event);
    void settle_up();
    void arm_timer();

    // Deeds: one per kind of action.
    void perform(const supervise::Launch& launch);
    void perform(const supervise::BeginStopStep& step);
    void perform(const supervise::TerminateTree& terminate);
    void perform(const supervise::Transition& transition);
    void perform(const supervise::Complaint& complaint);

    void take_launched(Launched launched);
    void launch_failed(Error error);
    void send_event(std::size_t step, platform::ConsoleEvent event);
    void child_ended(ExitCode code);
    void watch_tree(int looks);
    void tree_looked_at(int looks);

    void report_to_scm();
    void report_draining();
    void publish();
    void begin_drain();
    void drain_step(int grade);

    const std::shared_ptr<const config::ServiceConfig> config_;
    Parts parts_;
    HostOptions options_;
    std::shared_ptr<boost::asio::io_context> loop_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stay_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer tree_timer_;
    boost::asio::steady_timer drain_timer_;
    std::mt19937_64 chance_{std::random_device{}()};

    supervise::Supervisor supervisor_;
    supervise::ScmReporter reporter_;
    platform::SessionReport last_report_;
    Journal journal_;
    std::shared_ptr<Outputs> outputs_;
    std::shared_ptr<LaunchDesk> desk_;
    Worker deeds_{16};
    std::unique_ptr<StatePublisher> publisher_;  // null: nowhere to publish

    std::unique_ptr<platform::ChildProcess> child_;
    std::optional<ExitCode> root_exit_;  // the root has ended, its tree may not have
    bool exit_told_ = false;
    std::optional<WallTime> child_started_;
    std::optional<WallTime> last_end_at_;
    WallTime since_{};
    bool draining_ = false;
};

}  // namespace svcwrap::host

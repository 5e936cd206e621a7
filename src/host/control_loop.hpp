#pragma once
// The control loop behind ServiceHost: one thread, one io_context; feeds the supervisor and has carried out what it
// decides. Nothing in it blocks: whatever may is done by the pieces on threads of their own. README.md of this room has
// them all.
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "host/after_run.hpp"
#include "host/child_watch.hpp"
#include "host/config_reader.hpp"
#include "host/config_watch.hpp"
#include "host/control_desk.hpp"
#include "host/ending.hpp"
#include "host/history_keeper.hpp"
#include "host/journal.hpp"
#include "host/launches.hpp"
#include "host/live_config.hpp"
#include "host/newest_writer.hpp"
#include "host/outputs.hpp"
#include "host/rotate_hooks.hpp"
#include "host/schedule.hpp"
#include "host/service_events.hpp"
#include "host/service_host.hpp"
#include "host/step_runner.hpp"
#include "host/troubles.hpp"
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
    // The file may have changed: reads it again. From any thread.
    void post_reload();
    // Whether PAUSE and CONTINUE are taken now. From any thread.
    [[nodiscard]] bool takes_pause() const { return takes_pause_; }
    [[nodiscard]] bool takes_continue() const { return takes_continue_; }

private:
    [[nodiscard]] LoopContext make_context();
    [[nodiscard]] std::function<void(Status)> trouble_with(std::string thing, std::string what);
    [[nodiscard]] OutputListeners output_listeners();
    void run_until_stopped();
    void close();

    void feed(const supervise::Event& event);
    void prepare(const supervise::Event& event);
    void carry_out(const supervise::Action& action);
    void make_up_for(const supervise::Action& action, const std::string& what);
    void settle_up();
    void guarded(const std::function<void()>& deed);
    void survived(const std::exception& error);
    void begin_ending();
    void arm_timer();

    // Deeds: one per kind of action.
    void perform(const supervise::Launch& launch);
    void perform(const supervise::RunOver& over);
    void perform(const supervise::BeginStopStep& step);
    void perform(const supervise::TerminateTree& terminate);
    void perform(const supervise::SuspendTree&);
    void perform(const supervise::ResumeTree&);
    void perform(const supervise::Transition& transition);
    void perform(const supervise::Complaint& complaint);

    // The child.
    void take_launched(Launches::Launched launched);
    void launch_failed(Error error);
    void look_after_post_start();
    void begin_post_start();
    void child_ready(std::uint64_t run, const Status& prepared);
    void hook_ran(HookMoment moment, const Status& result);
    void forget_removed_hooks();
    void tree_gone();
    void restart_by_schedule();

    // What others are told.
    void report_to_scm();
    void report_ending();
    void set_trouble(const std::string& thing, std::string text);
    void forget_log_troubles();
    [[nodiscard]] PublishedState describe() const;
    void publish();

    // What others ask for.
    void handle(ControlCommand command, const ControlDesk::Reply& reply);
    [[nodiscard]] Json status_json() const;
    [[nodiscard]] bool refuses(std::string_view what, const ControlDesk::Reply& reply) const;
    void restart_child(const ControlDesk::Reply& reply);
    void rotate(const ControlDesk::Reply& reply);
    void reload(bool only_if_new, const ControlDesk::Reply& reply);
    void take_config(bool only_if_new, ConfigReader::Read read, const ControlDesk::Reply& reply);
    void refuse_config(const ConfigReader::Refusal& refusal, const ControlDesk::Reply& reply);
    void apply(const SharedConfig& before);
    void update_preshutdown();

    Parts parts_;
    HostOptions options_;
    std::shared_ptr<boost::asio::io_context> loop_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stay_;
    boost::asio::steady_timer timer_;
    std::mt19937_64 chance_{std::random_device{}()};

    LiveConfig config_;
    supervise::Supervisor supervisor_;
    supervise::ScmReporter reporter_;
    platform::SessionReport last_report_;
    Journal journal_;
    LoopContext context_;
    ServiceEvents events_;
    std::shared_ptr<Outputs> outputs_;
    HistoryKeeper history_;
    std::unique_ptr<NewestWriter> state_writer_;  // null: nowhere to publish
    Troubles troubles_;

    Worker chores_{8};  // what takes a while and concerns nobody else: settings of the registration
    std::unique_ptr<Worker> post_start_;
    std::stop_source post_start_stop_{std::nostopstate};
    bool post_start_due_ = false;  // for the child at hand, as soon as it runs
    AfterRun after_run_;
    Launches launches_;
    RotateHooks rotate_hooks_;
    StepRunner steps_;
    ChildWatch child_;
    Schedule schedule_;
    ConfigReader config_reader_;
    ConfigWatch config_watch_;
    ControlDesk control_;
    Ending ending_;

    std::atomic<bool> takes_pause_{false};
    std::atomic<bool> takes_continue_{false};
    RunFacts facts_;  // of the run at hand
    std::optional<WallTime> child_started_;
    std::optional<TimePoint> child_began_;
    std::optional<WallTime> last_end_at_;
    Duration preshutdown_budget_{};  // what Windows was told that a stop may take
    WallTime since_{};
    bool is_news_ = false;  // something to publish
};

}  // namespace svcwrap::host

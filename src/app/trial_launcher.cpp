#include "app/trial_launcher.hpp"

#include <exception>
#include <utility>

namespace svcwrap::app {

namespace {

class NotedChild final : public platform::ChildProcess {
public:
    NotedChild(std::unique_ptr<platform::ChildProcess> child, std::shared_ptr<TrialNotes> notes, bool kills_tree)
        : child_(std::move(child)), notes_(std::move(notes)), kills_tree_(kills_tree) {}
    ~NotedChild() override { note_living(); }
    NotedChild(const NotedChild&) = delete;
    NotedChild& operator=(const NotedChild&) = delete;

    std::uint32_t id() const override { return child_->id(); }
    std::shared_ptr<void> keep_id() const override { return child_->keep_id(); }
    void async_wait(std::function<void(ExitCode)> done) override { child_->async_wait(std::move(done)); }
    std::size_t active_processes() const override { return child_->active_processes(); }
    Status terminate_tree(ExitCode code) override {
        auto left = child_->processes();
        if (!kills_tree_) std::erase_if(left, [this](const auto& process) { return process.id != child_->id(); });
        notes_->note_left(std::move(left));
        return child_->terminate_tree(code);
    }
    Status suspend_tree() override { return child_->suspend_tree(); }
    Status resume_tree() override { return child_->resume_tree(); }
    std::vector<platform::ProcessInfo> processes() const override { return child_->processes(); }
    Result<std::size_t> close_windows() override { return child_->close_windows(); }
    std::unique_ptr<platform::PipeReader> take_output() override { return child_->take_output(); }
    std::unique_ptr<platform::PipeReader> take_error() override { return child_->take_error(); }
    std::unique_ptr<platform::PipeWriter> take_input() override { return child_->take_input(); }

private:
    // What a destructor throws would end the trial.
    void note_living() {
        if (kills_tree_) return;
        try {
            auto living = child_->processes();
            std::erase_if(living, [this](const auto& process) { return process.id == child_->id(); });
            notes_->note_living(std::move(living));
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): no memory; they are not named then
        }
    }

    std::unique_ptr<platform::ChildProcess> child_;
    std::shared_ptr<TrialNotes> notes_;
    bool kills_tree_;
};

}  // namespace

void TrialNotes::note_root(std::uint32_t id) {
    const std::scoped_lock lock(mutex_);
    root_id_ = id;
}

void TrialNotes::note_left(std::vector<platform::ProcessInfo> left) {
    const std::scoped_lock lock(mutex_);
    if (left_.empty()) left_ = std::move(left);
}

void TrialNotes::note_living(std::vector<platform::ProcessInfo> living) {
    const std::scoped_lock lock(mutex_);
    living_ = std::move(living);
}

std::vector<platform::ProcessInfo> TrialNotes::living() const {
    const std::scoped_lock lock(mutex_);
    return living_;
}

std::uint32_t TrialNotes::root_id() const {
    const std::scoped_lock lock(mutex_);
    return root_id_;
}

std::vector<platform::ProcessInfo> TrialNotes::left() const {
    const std::scoped_lock lock(mutex_);
    return left_;
}

Result<std::unique_ptr<platform::ChildProcess>> TrialLauncher::launch(const platform::LaunchSpec& spec,
                                                                      boost::asio::io_context& loop) {
    auto child = real_.launch(spec, loop);
    if (!child || spec.executable != executable_ || spec.arguments != arguments_) return child;
    notes_->note_root((*child)->id());
    return std::make_unique<NotedChild>(*std::move(child), notes_, spec.kill_tree);
}

}  // namespace svcwrap::app

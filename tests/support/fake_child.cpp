#include "support/fake_child.hpp"

#include <boost/asio/post.hpp>

#include "support/fake_paths.hpp"

namespace svcwrap::testing {

using platform::ConsoleEvent;
using platform::InputFrom;
using platform::OutputTo;

FakeChild::FakeChild(std::uint32_t id, platform::LaunchSpec spec, FakeScript script, boost::asio::io_context& loop)
    : id_(id), spec_(std::move(spec)), script_(std::move(script)), loop_(loop), rest_(script_.left_behind) {
    if (spec_.standard_output == OutputTo::pipe) {
        output_ = std::make_shared<FakePipe>();
    }
    if (spec_.standard_error == OutputTo::pipe) {
        error_output_ = std::make_shared<FakePipe>();
    }
    if (spec_.standard_input == InputFrom::pipe) {
        input_ = std::make_shared<FakePipe>();
    }
}

FakeChild::~FakeChild() {
    thread_.request_stop();
    if (thread_.get_id() == std::this_thread::get_id()) {
        thread_.detach();  // the script itself held the last reference
    }
}

// The script runs on a thread of its own, which keeps the child alive until the script is through.
void FakeChild::start() {
    thread_ = std::jthread([self = shared_from_this()](const std::stop_token& stop) { self->play(stop); });
}

void FakeChild::play(const std::stop_token& stop) {
    play_script(stop);
    Lock lock(mutex_);
    changed_.wait(lock, stop, [this] { return obeys_now() || is_over(); });
    changed_.wait_for(lock, stop, script_.obeys_after, [this] { return is_over(); });
    changed_.wait(lock, stop, [this] { return suspended_ == 0 || is_over(); });
    if (!is_over()) {
        end_root(lock, script_.exit_when_asked);
    }
}

void FakeChild::play_script(const std::stop_token& stop) {
    for (const FakePrint& step : script_.prints) {
        if (!pause(stop, step.after)) {
            return;
        }
        print(step.text, step.to_error);
    }
    if (script_.exit && pause(stop, script_.exit_after)) {
        exit(*script_.exit);
    }
}

// False if the script must not go on: the child ended, obeys a request to end, or was released meanwhile.
bool FakeChild::pause(const std::stop_token& stop, Duration duration) {
    Lock lock(mutex_);
    const auto must_end = [this] { return obeys_now() || is_over(); };
    if (changed_.wait_for(lock, stop, duration, must_end)) {
        return false;
    }
    changed_.wait(lock, stop, [&] { return suspended_ == 0 || must_end(); });
    return !must_end();
}

bool FakeChild::is_over() const {
    return exit_code_.has_value() || released_;
}

void FakeChild::print(std::string_view text, bool to_error) {
    const bool separate = to_error && spec_.standard_error != OutputTo::merge;
    const std::shared_ptr<FakePipe>& pipe = separate ? error_output_ : output_;
    if (pipe) {
        pipe->write(text);
    }
}

void FakeChild::exit(ExitCode code) {
    Lock lock(mutex_);
    end_root(lock, code);
}

void FakeChild::leave_rest() {
    Lock lock(mutex_);
    end_rest(lock);
}

void FakeChild::end_root(Lock& lock, ExitCode code) {
    if (exit_code_) {
        return;
    }
    exit_code_ = code;
    if (rest_ == 0) {
        close_writers();
    }
    changed_.notify_all();
    post_exit(lock);
}

void FakeChild::end_rest(Lock& /*lock*/) {
    if (rest_ == 0) {
        return;
    }
    rest_ = 0;
    if (exit_code_) {
        close_writers();
    }
}

void FakeChild::close_writers() {
    for (const auto& pipe : {output_, error_output_}) {
        if (pipe) {
            pipe->close_writer();
        }
    }
    if (input_) {
        input_->close_reader();
    }
}

void FakeChild::post_exit(Lock& /*lock*/) {
    if (!exit_code_ || !done_) {
        return;
    }
    boost::asio::post(loop_, [self = shared_from_this(), done = std::move(done_), code = *exit_code_] {
        if (!self->is_released()) {
            done(code);
        }
    });
    done_ = nullptr;
    work_.reset();
}

void FakeChild::wait_for_exit(std::function<void(ExitCode)> done) {
    Lock lock(mutex_);
    done_ = std::move(done);
    work_.emplace(loop_.get_executor());
    post_exit(lock);
}

void FakeChild::obey(Lock& /*lock*/) {
    obeying_ = true;
    changed_.notify_all();
}

void FakeChild::take_event(ConsoleEvent event) {
    Lock lock(mutex_);
    events_.push_back(event);
    if (event == ConsoleEvent::control_c ? script_.obeys_control_c : script_.obeys_control_break) {
        obey(lock);
    }
}

void FakeChild::end_of_input() {
    Lock lock(mutex_);
    if (script_.obeys_end_of_input) {
        obey(lock);
    }
}

void FakeChild::input_came() {
    Lock lock(mutex_);
    if (script_.obeys_input && input_->unread().contains(*script_.obeys_input)) {
        obey(lock);
    }
}

Status FakeChild::suspend() {
    const Lock lock(mutex_);
    if (script_.suspend_error) {
        return std::unexpected(*script_.suspend_error);
    }
    ++suspensions_;
    ++suspended_;
    return {};
}

Status FakeChild::resume() {
    const Lock lock(mutex_);
    if (script_.resume_error) {
        return std::unexpected(*script_.resume_error);
    }
    if (suspended_ > 0) {
        ++resumptions_;
        --suspended_;
        changed_.notify_all();
    }
    return {};
}

std::vector<platform::ProcessInfo> FakeChild::processes() const {
    const Lock lock(mutex_);
    std::vector<platform::ProcessInfo> all;
    if (!exit_code_) {
        all.push_back({.id = id_, .name = name_part(normal(spec_.executable))});
    }
    for (std::size_t i = 1; i <= rest_; ++i) {
        all.push_back({.id = (id_ * 100) + static_cast<std::uint32_t>(i), .name = "left_behind"});
    }
    return all;
}

void FakeChild::terminate(ExitCode code) {
    Lock lock(mutex_);
    ++terminations_;
    if (!script_.survives_termination) {
        if (spec_.kill_tree) {
            end_rest(lock);
        }
        end_root(lock, code);
    }
}

std::size_t FakeChild::close_windows() {
    Lock lock(mutex_);
    ++window_closings_;
    if (!script_.obeys_close_window) {
        return 0;
    }
    obey(lock);
    return 1;
}

// The last handle of the job is closed: everything in it ends, and nobody waits any more.
void FakeChild::release() {
    Lock lock(mutex_);
    released_ = true;
    done_ = nullptr;
    work_.reset();
    if (spec_.kill_tree && !script_.survives_termination) {
        end_rest(lock);
        end_root(lock, k_exit_terminated);
    }
    changed_.notify_all();
}

std::vector<ConsoleEvent> FakeChild::events() const {
    const Lock lock(mutex_);
    return events_;
}

std::size_t FakeChild::terminations() const {
    const Lock lock(mutex_);
    return terminations_;
}

std::size_t FakeChild::window_closings() const {
    const Lock lock(mutex_);
    return window_closings_;
}

std::size_t FakeChild::suspensions() const {
    const Lock lock(mutex_);
    return suspensions_;
}

std::size_t FakeChild::resumptions() const {
    const Lock lock(mutex_);
    return resumptions_;
}

bool FakeChild::is_suspended() const {
    const Lock lock(mutex_);
    return suspended_ > 0;
}

std::optional<ExitCode> FakeChild::exit_code() const {
    const Lock lock(mutex_);
    return exit_code_;
}

std::size_t FakeChild::active_processes() const {
    const Lock lock(mutex_);
    return (spec_.kill_tree ? rest_ : 0) + (exit_code_ ? 0 : 1);
}

bool FakeChild::is_released() const {
    const Lock lock(mutex_);
    return released_;
}

std::string FakeChild::received_input() const {
    return input_ ? input_->unread() : std::string();
}

namespace {

// What is written, and the end of it, can be what a child sees as the request to end.
class FakeInputWriter final : public platform::PipeWriter {
public:
    explicit FakeInputWriter(std::shared_ptr<FakeChild> child) : child_(std::move(child)), writer_(child_->input()) {}
    ~FakeInputWriter() override { child_->end_of_input(); }
    Status write(std::span<const std::byte> bytes, Duration patience) override {
        auto written = writer_.write(bytes, patience);
        child_->input_came();
        return written;
    }

private:
    std::shared_ptr<FakeChild> child_;
    FakePipeWriter writer_;
};

}  // namespace

std::unique_ptr<platform::PipeReader> FakeChildProcess::take_reader(const std::shared_ptr<FakePipe>& pipe,
                                                                    bool& taken) {
    if (!pipe || std::exchange(taken, true)) {
        return nullptr;
    }
    return std::make_unique<FakePipeReader>(pipe);
}

std::unique_ptr<platform::PipeWriter> FakeChildProcess::take_input() {
    if (!child_->input() || std::exchange(input_taken_, true)) {
        return nullptr;
    }
    return std::make_unique<FakeInputWriter>(child_);
}

}  // namespace svcwrap::testing

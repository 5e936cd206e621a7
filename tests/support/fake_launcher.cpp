#include "support/fake_launcher.hpp"

#include <algorithm>

#include "base/path.hpp"

namespace svcwrap::testing {

using platform::ConsoleEvent;

// ---- FakeProcessLauncher ----

void FakeProcessLauncher::add(FakeScript script) {
    const std::lock_guard lock(mutex_);
    scripts_.push_back(std::move(script));
}

void FakeProcessLauncher::set_fallback(FakeScript script) {
    const std::lock_guard lock(mutex_);
    fallback_ = std::move(script);
}

void FakeProcessLauncher::release_launches() {
    const std::lock_guard lock(mutex_);
    launches_released_ = true;
    changed_.notify_all();
}

std::shared_ptr<FakeChild> FakeProcessLauncher::wait_for_child(std::size_t index, Duration patience) {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, patience, [&] { return children_.size() > index; });
    return came ? children_[index] : nullptr;
}

std::shared_ptr<FakeChild> FakeProcessLauncher::find_child(std::uint32_t id) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(children_, [id](const auto& child) { return child && child->id() == id; });
    return found == children_.end() ? nullptr : *found;
}

std::size_t FakeProcessLauncher::launches() const {
    const std::lock_guard lock(mutex_);
    return specs_.size();
}

std::vector<platform::LaunchSpec> FakeProcessLauncher::specs() const {
    const std::lock_guard lock(mutex_);
    return specs_;
}

std::size_t FakeProcessLauncher::running() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::ranges::count_if(children_, [](const auto& child) { return child && child->active_processes() > 0; }));
}

FakeScript FakeProcessLauncher::take_script() {
    if (scripts_.empty()) {
        return fallback_;
    }
    FakeScript script = std::move(scripts_.front());
    scripts_.pop_front();
    return script;
}

Result<std::unique_ptr<platform::ChildProcess>> FakeProcessLauncher::launch(const platform::LaunchSpec& spec,
                                                                            boost::asio::io_context& loop) {
    std::unique_lock lock(mutex_);
    specs_.push_back(spec);
    changed_.notify_all();
    FakeScript script = take_script();
    if (script.block_launch) {
        changed_.wait(lock, [this] { return launches_released_; });
    }
    if (script.launch_error) {
        children_.push_back(nullptr);
        changed_.notify_all();
        return std::unexpected(*script.launch_error);
    }
    auto child = std::make_shared<FakeChild>(next_id_++, spec, std::move(script), loop);
    children_.push_back(child);
    child->start();
    changed_.notify_all();
    return std::make_unique<FakeChildProcess>(child);
}

// ---- FakeConsoleSignaller ----

void FakeConsoleSignaller::fail_with(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
}

void FakeConsoleSignaller::block() {
    const std::lock_guard lock(mutex_);
    blocked_ = true;
}

void FakeConsoleSignaller::release() {
    const std::lock_guard lock(mutex_);
    blocked_ = false;
    changed_.notify_all();
}

std::vector<std::pair<std::uint32_t, ConsoleEvent>> FakeConsoleSignaller::sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
}

Status FakeConsoleSignaller::send(std::uint32_t id, ConsoleEvent event, Duration /*patience*/) {
    std::unique_lock lock(mutex_);
    sent_.emplace_back(id, event);
    changed_.wait(lock, [this] { return !blocked_; });
    if (error_) {
        return std::unexpected(*error_);
    }
    const auto child = launcher_.find_child(id);
    if (!child || child->exit_code()) {
        return fail(ErrorKind::not_found, "send a console event to process " + std::to_string(id) + ": it has ended");
    }
    child->take_event(event);
    return {};
}

// ---- FakeSystem ----

Result<std::string> FakeSystem::find_program(const std::string& name, const std::string& from) const {
    const std::string path = join_path(from, name);
    if (programs.empty() || std::ranges::contains(programs, path)) {
        return path;
    }
    return fail(ErrorKind::not_found, "find the program " + path + ": there is no such executable file");
}

bool FakeSystem::is_process_alive(std::uint32_t other) const {
    return other == id || std::ranges::contains(alive, other);
}

}  // namespace svcwrap::testing

#pragma once
// A launcher that looks at the child that it launches: who it is, who was left when it was ended by force, and who
// lives on where its tree is left alone.
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "config/service_config.hpp"
#include "platform/process.hpp"

namespace svcwrap::app {

// Thread-safe.
class TrialNotes {
public:
    void note_root(std::uint32_t id);
    // Only the first time counts: the second one finds the same processes on their way out.
    void note_left(std::vector<platform::ProcessInfo> left);
    void note_living(std::vector<platform::ProcessInfo> living);
    [[nodiscard]] std::uint32_t root_id() const;
    [[nodiscard]] std::vector<platform::ProcessInfo> left() const;
    [[nodiscard]] std::vector<platform::ProcessInfo> living() const;

private:
    mutable std::mutex mutex_;
    std::uint32_t root_id_ = 0;
    std::vector<platform::ProcessInfo> left_;
    std::vector<platform::ProcessInfo> living_;
};

// Passes every launch on to `real`, which outlives it, and takes notes of the child that `process` describes. Hooks and
// commands of stop steps are launched without notes.
class TrialLauncher final : public platform::ProcessLauncher {
public:
    TrialLauncher(platform::ProcessLauncher& real, const config::ProcessOptions& process)
        : real_(real), executable_(process.executable), arguments_(process.arguments) {}

    [[nodiscard]] Result<std::unique_ptr<platform::ChildProcess>> launch(const platform::LaunchSpec& spec,
                                                                         boost::asio::io_context& loop) override;
    [[nodiscard]] const TrialNotes& notes() const { return *notes_; }

private:
    platform::ProcessLauncher& real_;
    std::string executable_;
    std::vector<std::string> arguments_;
    std::shared_ptr<TrialNotes> notes_ = std::make_shared<TrialNotes>();  // a child may outlive this
};

}  // namespace svcwrap::app

#pragma once
// A watcher whose files change when the test says so. Thread-safe.
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "platform/file_watcher.hpp"

namespace svcwrap::testing {

class FakeFileWatcher final : public platform::FileWatcher {
public:
    // Tells everybody who watches that path, on the calling thread. Returns how many were told.
    std::size_t touch(const std::string& path);
    void fail_with(std::optional<Error> error);  // every call of watch(), until it is unset again
    [[nodiscard]] std::vector<std::string> watched() const;

    Result<std::unique_ptr<platform::FileWatch>> watch(const std::string& path, std::function<void()> changed) override;

private:
    class Watch;
    struct Entry {
        std::string path;
        std::mutex mutex;  // held during a call
        std::function<void()> changed;
    };
    struct State {
        std::mutex mutex;
        std::vector<std::shared_ptr<Entry>> entries;
        std::optional<Error> error;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();  // watches may outlive the watcher
};

}  // namespace svcwrap::testing

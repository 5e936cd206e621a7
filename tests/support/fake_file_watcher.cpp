#include "support/fake_file_watcher.hpp"

#include "support/fake_paths.hpp"

namespace svcwrap::testing {

class FakeFileWatcher::Watch final : public platform::FileWatch {
public:
    Watch(std::shared_ptr<State> state, std::shared_ptr<Entry> entry)
        : state_(std::move(state)), entry_(std::move(entry)) {}
    ~Watch() override {
        {
            const std::lock_guard lock(state_->mutex);
            std::erase(state_->entries, entry_);
        }
        const std::lock_guard lock(entry_->mutex);
        entry_->changed = nullptr;
    }

private:
    std::shared_ptr<State> state_;
    std::shared_ptr<Entry> entry_;
};

std::size_t FakeFileWatcher::touch(const std::string& path) {
    std::vector<std::shared_ptr<Entry>> entries;
    {
        const std::lock_guard lock(state_->mutex);
        entries = state_->entries;
    }
    std::size_t told = 0;
    for (const auto& entry : entries) {
        const std::lock_guard lock(entry->mutex);
        if (entry->changed && entry->path == normal(path)) {
            entry->changed();
            ++told;
        }
    }
    return told;
}

void FakeFileWatcher::fail_with(std::optional<Error> error) {
    const std::lock_guard lock(state_->mutex);
    state_->error = std::move(error);
}

std::vector<std::string> FakeFileWatcher::watched() const {
    const std::lock_guard lock(state_->mutex);
    std::vector<std::string> paths;
    for (const auto& entry : state_->entries) {
        paths.push_back(entry->path);
    }
    return paths;
}

Result<std::unique_ptr<platform::FileWatch>> FakeFileWatcher::watch(const std::string& path,
                                                                    std::function<void()> changed) {
    const std::lock_guard lock(state_->mutex);
    if (state_->error) {
        return std::unexpected(*state_->error);
    }
    auto entry = std::make_shared<Entry>();
    entry->path = normal(path);
    entry->changed = std::move(changed);
    state_->entries.push_back(entry);
    return std::make_unique<Watch>(state_, std::move(entry));
}

}  // namespace svcwrap::testing

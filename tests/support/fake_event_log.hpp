#pragma once
// An Event Log in memory. Thread-safe.
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "platform/event_log.hpp"

namespace svcwrap::testing {

class FakeEventLog final : public platform::EventLog {
public:
    Status report(const platform::EventRecord& record) override {
        const std::scoped_lock lock(mutex_);
        if (fault_) return std::unexpected(*fault_);
        records_.push_back(record);
        return {};
    }
    Status register_source() override { return set_registered(true); }
    Status remove_source() override { return set_registered(false); }

    [[nodiscard]] std::vector<platform::EventRecord> records() const {
        const std::scoped_lock lock(mutex_);
        return records_;
    }
    [[nodiscard]] bool is_registered() const {
        const std::scoped_lock lock(mutex_);
        return is_registered_;
    }
    // Every call fails until it is taken back.
    void set_fault(std::optional<Error> error) {
        const std::scoped_lock lock(mutex_);
        fault_ = std::move(error);
    }

private:
    Status set_registered(bool registered) {
        const std::scoped_lock lock(mutex_);
        if (fault_) return std::unexpected(*fault_);
        is_registered_ = registered;
        return {};
    }

    mutable std::mutex mutex_;
    std::vector<platform::EventRecord> records_;
    std::optional<Error> fault_;
    bool is_registered_ = false;
};

}  // namespace svcwrap::testing

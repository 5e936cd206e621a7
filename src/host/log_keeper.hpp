#pragma once
// The thread that looks after rotated logs, behind all others.
#include <memory>

#include "host/loop_context.hpp"
#include "host/worker.hpp"
#include "logs/housekeeper.hpp"

namespace svcwrap::host {

class LogKeeper {
public:
    // `complain` is called on the thread.
    LogKeeper(const LoopContext& context, logs::Complain complain);

    [[nodiscard]] const std::shared_ptr<logs::Housekeeper>& housekeeper() const { return housekeeper_; }
    // Ends what is under way, which the next start begins anew, and waits for that, at most so long.
    void close(Duration patience);

private:
    std::shared_ptr<logs::Housekeeper> housekeeper_;
    std::shared_ptr<Worker> worker_;
};

}  // namespace svcwrap::host

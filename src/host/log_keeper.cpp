#include "host/log_keeper.hpp"

#include <utility>

namespace svcwrap::host {

// NOLINTNEXTLINE(readability-function-size): callbacks within callbacks, each a line
LogKeeper::LogKeeper(const LoopContext& context, logs::Complain complain)
    : housekeeper_(std::make_shared<logs::Housekeeper>(context.parts.files, context.parts.clock, std::move(complain))),
      worker_(std::make_shared<Worker>(1)) {
    // Streams may outlive this: what they hold keeps the worker, and nothing holds itself.
    housekeeper_->on_work([worker = worker_, weak = std::weak_ptr(housekeeper_), &system = context.parts.system] {
        // If one waits already, it finds this work too.
        (void)worker->post([weak, &system] {
            const auto housekeeper = weak.lock();
            if (!housekeeper) return;
            system.enter_background();
            while (housekeeper->run_once()) {
            }
        });
    });
}

void LogKeeper::close(Duration patience) {
    housekeeper_->cancel();
    (void)worker_->stop(patience);
}

}  // namespace svcwrap::host

#pragma once
// What the pieces behind the control loop share.
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "host/journal.hpp"
#include "host/service_host.hpp"

namespace svcwrap::host {

// Copied into tasks of workers, which may outlive the loop: what is posted then is never run.
struct LoopContext {
    Parts parts;
    std::shared_ptr<boost::asio::io_context> loop;
    // Writes a line of the journal. From any thread.
    std::function<void(Severity, std::string)> say;

    template <class Task>
    void post(Task task) const {
        boost::asio::post(*loop, std::move(task));
    }
};

}  // namespace svcwrap::host

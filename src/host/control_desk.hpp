#pragma once
// The wrapper's end of the control channel: requests come to the control loop, answers go back from it.
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/control_protocol.hpp"
#include "host/loop_context.hpp"
#include "platform/control_channel.hpp"

namespace svcwrap::host {

// Lives on the control loop.
class ControlDesk {
public:
    using Reply = std::function<void(std::expected<Json, std::vector<Error>>)>;
    // Called on the loop; the reply may be called later, or not at all (the client is hung up on).
    using Handler = std::function<void(ControlCommand, Reply)>;

    ControlDesk(LoopContext context, Handler handler);

    // Begins to serve at an address of its own. `service` is its hint.
    [[nodiscard]] Status open(const std::string& service);
    // Empty = not served.
    [[nodiscard]] const std::string& address() const { return address_; }
    // Its address is told to nobody any more; who has it is still served.
    void retire() { address_.clear(); }
    // Ends the serving, which waits for the server's thread.
    void close();

private:
    void take(const std::string& line, platform::ControlAnswer answer);

    LoopContext context_;
    Handler handler_;
    std::string address_;
    std::unique_ptr<platform::ControlServer> server_;
};

}  // namespace svcwrap::host

#pragma once
// Control channels in memory. Thread-safe.
#include <condition_variable>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "platform/control_channel.hpp"

namespace svcwrap::testing {

class FakeControlChannel final : public platform::ControlChannel {
public:
    // The process that serves is FakeSystem's, unless answer_as() says otherwise.
    static constexpr std::uint32_t k_process_id = 4711;

    // ---- what the test does ----
    void fail_serve(std::optional<Error> error);  // every call, until it is unset again
    void fail_ask(std::optional<Error> error);
    void squat(const std::string& address);  // somebody else serves that address already
    void answer_as(std::uint32_t process_id);
    // What ask() does, without its wait: the handler has been called when this returns, and the future gets its answer
    // or the error. For tests that drive the loop themselves.
    [[nodiscard]] std::future<Result<std::string>> begin_ask(const std::string& address,
                                                             std::uint32_t server_process_id, const std::string& line);

    // ---- what the test asks ----
    [[nodiscard]] std::vector<std::string> served() const;  // addresses, in order
    [[nodiscard]] std::vector<std::string> asked() const;   // every line that reached a server

    std::string make_address(const std::string& hint) override;
    Result<std::unique_ptr<platform::ControlServer>> serve(const std::string& address,
                                                           platform::ControlHandler handler) override;
    Result<std::string> ask(const std::string& address, std::uint32_t server_process_id, const std::string& line,
                            Duration patience) override;

private:
    struct Service;
    struct State;
    class Server;
    [[nodiscard]] Result<std::shared_ptr<Service>> enter(const std::string& address, std::uint32_t server_process_id,
                                                         const std::string& line);

    std::shared_ptr<State> state_ = make_state();  // servers may outlive the channel
    static std::shared_ptr<State> make_state();
};

}  // namespace svcwrap::testing

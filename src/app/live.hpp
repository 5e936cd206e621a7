#pragma once
// Asking a running wrapper: the one place that uses the control channel.
#include <chrono>
#include <cstdint>
#include <expected>
#include <string>

#include "app/parts.hpp"
#include "host/control_protocol.hpp"

namespace svcwrap::app {

// Whom to ask: the wrapper process that the SCM names, at the address that it has published.
struct Wrapper {
    std::string service;
    std::uint32_t process_id = 0;
    std::string address;
};

// For a command whose whole purpose is the answer; the wrapper reads and checks files for some of them.
inline constexpr Duration k_ask_patience = std::chrono::seconds(10);
// For a look at a service, one of many: a wrapper that hangs must not hold up the others.
inline constexpr Duration k_look_patience = std::chrono::seconds(2);

using Reply = std::expected<Json, Failure>;

// Sends one command and returns its result, at most after `patience`. Errors: those of the wrapper itself, as it says
// them (bad_config with all places, scm_failed); access_denied, naming the elevated prompt; timed_out and io_failed
// where it does not answer, or does not know the command because it is of another version.
[[nodiscard]] Reply ask(const AppParts& parts, const Wrapper& wrapper, host::ControlCommand command, Duration patience);

}  // namespace svcwrap::app

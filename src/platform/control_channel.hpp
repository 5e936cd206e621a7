#pragma once
// How a command line talks to a running wrapper on the same machine: one request, one answer, each one line of UTF-8
// text of at most k_longest_control_line bytes. What the lines say is the business of host/control_protocol.hpp.
//
// Windows: a named pipe, message framing by '\n'. The name is random and published in the service's own, protected
// folder, so that nobody can take it beforehand; FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_REJECT_REMOTE_CLIENTS, and a DACL
// of SYSTEM and Administrators (and, outside of session 0, the user who runs `svcwrap run`). The asking side opens it
// with SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION and checks that the serving process is the expected one
// (GetNamedPipeServerProcessId), so that a squatter learns nothing and can't answer.
// POSIX: a Unix socket of mode 0600.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"

namespace svcwrap::platform {

inline constexpr std::size_t k_longest_control_line = 256 * 1024;
// A client that is slower than this to send its line or to take its answer is hung up on.
inline constexpr Duration k_control_patience = std::chrono::seconds(5);

// Answers one request. May be called once, from any thread, also after the server is gone (then it does nothing); an
// Answer destroyed without a call hangs up.
using ControlAnswer = std::function<void(std::string line)>;
// Called on a thread of the server, for one request at a time or several at once; must return soon: slow work happens
// elsewhere and calls the answer later. The line comes without its '\n'.
using ControlHandler = std::function<void(std::string line, ControlAnswer answer)>;

// Serves until destroyed; the destructor waits for a handler that runs, never for a client.
class ControlServer {
public:
    virtual ~ControlServer() = default;
};

// Thread-safe.
class ControlChannel {
public:
    virtual ~ControlChannel() = default;
    // An address that nobody can guess, to be served and published. `hint` is a service's name.
    [[nodiscard]] virtual std::string make_address(const std::string& hint) = 0;
    // Errors: already_exists (somebody serves that address), io_failed.
    [[nodiscard]] virtual Result<std::unique_ptr<ControlServer>> serve(const std::string& address,
                                                                       ControlHandler handler) = 0;
    // Sends the line and waits for the answer, together at most `patience`. `server_process_id` = who must be serving.
    // Errors: not_found (nobody serves it), access_denied (not allowed, or served by another process), timed_out,
    // io_failed (hung up without an answer).
    [[nodiscard]] virtual Result<std::string> ask(const std::string& address, std::uint32_t server_process_id,
                                                  const std::string& line, Duration patience) = 0;
};

}  // namespace svcwrap::platform

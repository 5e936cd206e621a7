#include "app/live.hpp"
#include "base/argv.hpp"

#include <utility>
#include <vector>

namespace svcwrap::app {

namespace {

constexpr std::string_view k_elevate = "Open an elevated prompt (\"Run as administrator\") and repeat the command.";

// not_found would read as "no such service": the exit status must not say that.
ErrorKind kind_for(ErrorKind kind) {
    return kind == ErrorKind::access_denied || kind == ErrorKind::timed_out ? kind : ErrorKind::io_failed;
}

std::string remedy_for(const Wrapper& wrapper, ErrorKind kind) {
    if (kind == ErrorKind::access_denied) return std::string(k_elevate);
    return "The wrapper (process " + std::to_string(wrapper.process_id) +
           ") may be busy, hang or end just now: try again, and read its journal; `svcwrap restart " +
           typed(wrapper.service) + "` starts another one.";
}

Failure unreachable(const Wrapper& wrapper, Error error) {
    const ErrorKind kind = kind_for(error.kind);
    std::string message = kind == ErrorKind::access_denied
                              ? "the wrapper of " + wrapper.service + " may be asked by administrators only"
                              : "the wrapper of " + wrapper.service + " does not answer";
    return Error{.kind = kind,
                 .message = message + ": " + error.message,
                 .os_code = error.os_code,
                 .where = {},
                 .remedy = remedy_for(wrapper, kind)};
}

// What the wrapper refuses as usage is a command that it does not know: it runs another version of svcwrap.
Failure refused(const Wrapper& wrapper, std::vector<Error> errors) {
    if (errors.front().kind != ErrorKind::usage) return errors;
    return Error{
        .kind = ErrorKind::io_failed,
        .message = "the wrapper of " + wrapper.service + " does not understand this svcwrap: " + errors.front().message,
        .os_code = {},
        .where = {},
        .remedy = "It runs another version of svcwrap; `svcwrap restart " + typed(wrapper.service) +
                  "` starts it with the one that is installed now."};
}

}  // namespace

Reply ask(const AppParts& parts, const Wrapper& wrapper, host::ControlCommand command, Duration patience) {
    auto line = parts.channel.ask(wrapper.address, wrapper.process_id, host::request_line(command), patience);
    if (!line) return std::unexpected(unreachable(wrapper, std::move(line.error())));
    auto result = host::parse_answer(*line);
    if (!result) return std::unexpected(refused(wrapper, std::move(result.error())));
    return *std::move(result);
}

}  // namespace svcwrap::app

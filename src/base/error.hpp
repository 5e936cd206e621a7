#pragma once
// What can go wrong, as a value. Functions that can fail return Result<T>; exceptions stop at the door of the
// library that throws them.
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace svcwrap {

// The closed set of kinds of failure. Each has one process exit code (see exit_status.hpp).
enum class ErrorKind : std::uint8_t {
    usage,           // the command line is wrong
    bad_config,      // the configuration is wrong; `where` is file:line:column
    not_found,       // the named service, file or program does not exist
    already_exists,  // the named service or file exists and must not
    access_denied,   // the caller lacks the right; the remedy names it
    launch_failed,   // the child could not be started; `where` is the stage
    timed_out,       // a bounded wait ended without the awaited thing
    io_failed,       // a file, pipe or directory operation failed
    scm_failed,      // the Service Control Manager refused or failed
    internal,        // a defect in svcwrap
};

struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string message;                   // what was attempted, on what, and why it failed; no final full stop
    std::optional<std::uint32_t> os_code;  // the system's code: GetLastError() on Windows, errno elsewhere
    std::string where;                     // file:line:column, or the stage of a launch; may be empty
    std::string remedy;                    // what the user can do about it; may be empty
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

// A failed Result, ready to return: `return fail(ErrorKind::usage, "...")`.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string remedy = {}) {
    return std::unexpected(
        Error{.kind = kind, .message = std::move(message), .os_code = {}, .where = {}, .remedy = std::move(remedy)});
}

// The same error with more said in front of its message: "start MyApp: <message>".
[[nodiscard]] Error with_context(Error error, std::string_view context);

// The name of the kind as it stands in JSON and in documentation, for example "bad_config".
[[nodiscard]] std::string_view name_of(ErrorKind kind);

// One or two lines for people: "where: message (error 5: access is denied)\n  remedy".
[[nodiscard]] std::string to_text(const Error& error);

}  // namespace svcwrap

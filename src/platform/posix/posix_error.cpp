#include "platform/posix/posix_error.hpp"

#include <cerrno>
#include <system_error>

#include "platform/system.hpp"

namespace svcwrap::platform {

std::string system_error_text(std::uint32_t code) {
    return std::generic_category().message(static_cast<int>(code));
}

namespace posix {

ErrorKind kind_of_errno(int code) {
    switch (code) {
        case ENOENT:
        case ENOTDIR:
        case ESRCH:
            return ErrorKind::not_found;
        case EEXIST:
            return ErrorKind::already_exists;
        case EACCES:
        case EPERM:
        case EROFS:
        case ELOOP:
        case EISDIR:
            return ErrorKind::access_denied;
        default:
            return ErrorKind::io_failed;
    }
}

std::unexpected<Error> fail_errno(std::string_view attempt, const std::string& path, int code) {
    const auto number = static_cast<std::uint32_t>(code);
    Error error{
        .kind = kind_of_errno(code), .message = std::string(attempt), .os_code = number, .where = {}, .remedy = {}};
    error.message += ' ';
    error.message += path;
    error.message += ": ";
    error.message += system_error_text(number);
    return std::unexpected(std::move(error));
}

}  // namespace posix
}  // namespace svcwrap::platform

#include "platform/tree_removal.hpp"

#include <filesystem>
#include <system_error>

namespace svcwrap::platform {

Status remove_tree(const std::string& folder) {
    std::error_code failed;
    std::filesystem::remove_all(folder, failed);
    if (!failed) {
        return {};
    }
    const bool is_denied = failed == std::errc::permission_denied || failed == std::errc::operation_not_permitted;
    return fail(is_denied ? ErrorKind::access_denied : ErrorKind::io_failed,
                "cannot remove " + folder + ": " + failed.message());
}

}  // namespace svcwrap::platform

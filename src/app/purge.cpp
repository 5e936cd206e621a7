#include "app/purge.hpp"

namespace svcwrap::app {

Status purge_folder(const AppParts& parts, const std::string& folder) {
    const auto entry = parts.files.stat(folder);
    if (!entry) return entry.error().kind == ErrorKind::not_found ? Status() : Status(std::unexpected(entry.error()));
    if (entry->type != platform::FileType::directory) {
        return fail(ErrorKind::access_denied, folder + " is not a folder of its own but a link or a file",
                    "Look at what it is and remove it by hand.");
    }
    return parts.remove_tree(folder);
}

}  // namespace svcwrap::app

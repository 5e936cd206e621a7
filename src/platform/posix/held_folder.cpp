#include "platform/posix/held_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <utility>

#include "base/path.hpp"
#include "platform/posix/posix_error.hpp"

namespace svcwrap::platform::posix {

Result<HeldPointer> open_folder(const std::string& folder) {
    Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open() && errno == EACCES) {
        opened = Descriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));  // not to be listed
    }
    struct stat info{};
    if (!opened.is_open() || ::fstat(opened.get(), &info) != 0) {
        return fail_errno("open the folder", folder, errno);
    }
    std::array<char, PATH_MAX> buffer{};
    const std::string link = "/proc/self/fd/" + std::to_string(opened.get());
    const ssize_t size = ::readlink(link.c_str(), buffer.data(), buffer.size());
    std::string final_path(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return std::make_shared<const PosixHeldFolder>(std::move(opened), std::move(final_path), info.st_dev, info.st_ino);
}

PlaceOfFile::PlaceOfFile(const HeldPointer& held, const std::string& path)
    : folder(held ? held->descriptor() : AT_FDCWD), name(held ? file_name(path, PathStyle::posix) : path) {}

}  // namespace svcwrap::platform::posix

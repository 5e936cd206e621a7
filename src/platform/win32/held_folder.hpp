#pragma once
// A folder by its handle, and by the name that the system gives it.
#include <memory>
#include <string>

#include "platform/file_system.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

// Where the open object is, links resolved, through a drive letter or a share; a volume that has neither can't be
// reached by a path of a service. `path` stands in the error.
[[nodiscard]] Result<std::string> final_path(HANDLE object, const std::string& path);

class WindowsHeldFolder final : public HeldFolder {
public:
    WindowsHeldFolder(KernelHandle folder, std::string final_path)
        : folder_(std::move(folder)), final_path_(std::move(final_path)) {}

    [[nodiscard]] const std::string& final_path() const override { return final_path_; }
    // Two that have one name are told by it alone.
    [[nodiscard]] bool is_same(const WindowsHeldFolder& /*other*/) const { return true; }

    // The file's path without the links on the way to this folder. None of the folders in it can be moved away while
    // this one is held.
    [[nodiscard]] std::string path_of(const std::string& path) const;
    // Whether the folder has not become a link; to be asked before a name is given to something by its path.
    [[nodiscard]] Status check_folder() const;
    // Whether an open file lies right in this folder and is no link. `path` stands in the error.
    [[nodiscard]] Status check_file(HANDLE file, const std::string& path) const;

private:
    KernelHandle folder_;
    std::string final_path_;
};
using HeldPointer = std::shared_ptr<const WindowsHeldFolder>;

// Errors: not_found, access_denied, io_failed.
[[nodiscard]] Result<HeldPointer> open_held_folder(const std::string& folder);

// The path for a Windows call; `held`: the folder that it lies right in, or null.
[[nodiscard]] std::wstring native_path_of(const std::string& path, const HeldPointer& held);

}  // namespace svcwrap::platform::win32

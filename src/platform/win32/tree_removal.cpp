#include "platform/tree_removal.hpp"

#include "platform/win32/folder_tree.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

Status remove_tree(const std::string& folder) {
    const win32::TreeFailure failure = win32::remove_folder_tree(win32::to_native_path(folder));
    if (failure.code == ERROR_SUCCESS) {
        return {};
    }
    auto failed = win32::fail_file("remove", win32::from_native_path(failure.path), failure.code);
    if (failure.code == ERROR_CANT_RESOLVE_FILENAME) {
        failed.error().remedy = "somebody is changing what is in the folder; look who, and remove it by hand";
    }
    return failed;
}

}  // namespace svcwrap::platform

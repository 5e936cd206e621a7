#pragma once
// Which folders are held, by their paths. For the implementations of FileSystem.
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"

namespace svcwrap::platform {

// Held: a HeldFolder that has is_same(const Held&). Thread-safe.
template <class Held>
class HeldFolders {
public:
    // The folder that the file lies right in, or null if it is not held.
    [[nodiscard]] std::shared_ptr<const Held> of_file(const std::string& path) const { return at(parent_path(path)); }

    [[nodiscard]] std::shared_ptr<const Held> at(const std::string& folder) const {
        const std::scoped_lock lock(mutex_);
        if (folders_.empty()) {
            return nullptr;
        }
        const auto found = folders_.find(key_of(folder));
        return found == folders_.end() ? nullptr : found->second.lock();
    }

    // The one that is held already, if `fresh`, just opened by that path, is the same folder.
    [[nodiscard]] Result<std::shared_ptr<const Held>> add(const std::string& folder,
                                                          std::shared_ptr<const Held> fresh) {
        const std::scoped_lock lock(mutex_);
        std::erase_if(folders_, [](const auto& entry) { return entry.second.expired(); });
        auto& place = folders_[key_of(folder)];
        const auto before = place.lock();
        if (before && before->final_path() != fresh->final_path()) {
            return fail(ErrorKind::access_denied, "cannot use the folder " + folder + ": it led to " +
                                                      before->final_path() + ", and leads to " + fresh->final_path() +
                                                      " now");
        }
        if (before && before->is_same(*fresh)) {
            return before;
        }
        place = fresh;
        return fresh;
    }

private:
    [[nodiscard]] static std::string key_of(const std::string& folder) {
        std::string path = normalize_path(folder);
        return k_native_path_style == PathStyle::windows ? to_lower_ascii(path) : path;
    }

    mutable std::mutex mutex_;
    std::map<std::string, std::weak_ptr<const Held>> folders_;
};

}  // namespace svcwrap::platform

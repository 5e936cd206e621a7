#pragma once
// Removing a service's own folder.
#include <string>

#include "app/parts.hpp"

namespace svcwrap::app {

// Removes the folder and what is in it. Links and other reparse points are removed themselves; what they point to is
// never touched. A folder that is not there is success. Errors: access_denied if the folder itself is a link;
// io_failed, naming what could not be removed (what could is gone).
[[nodiscard]] Status purge_folder(platform::FileSystem& files, const std::string& folder);

}  // namespace svcwrap::app

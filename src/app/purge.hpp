#pragma once
// Removing a service's own folder.
#include <string>

#include "app/parts.hpp"

namespace svcwrap::app {

// Removes the folder and what is in it, as platform::remove_tree does. A folder that is not there is success. Errors:
// access_denied if the folder itself is a link; those of remove_tree.
[[nodiscard]] Status purge_folder(const AppParts& parts, const std::string& folder);

}  // namespace svcwrap::app

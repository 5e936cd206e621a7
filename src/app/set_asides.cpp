#include "app/set_asides.hpp"

#include <algorithm>

#include "base/decimal.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"

namespace svcwrap::app {

namespace {

// Nothing but the very names that the installer gives.
bool is_set_aside(const platform::DirectoryEntry& entry, const std::string& exe) {
    const std::string start = exe + ".old-";
    if (entry.type != platform::FileType::file || entry.name.size() <= start.size()) return false;
    const bool begins = equals_ignoring_case(std::string_view(entry.name).substr(0, start.size()), start);
    return begins && std::ranges::all_of(entry.name.substr(start.size()), is_digit);
}

}  // namespace

void remove_set_asides(const AppParts& parts) {
    const auto exe = parts.system.executable_path();
    if (!exe || !parts.system.is_elevated()) return;
    const std::string folder = parent_path(*exe);
    const auto entries = parts.files.list(folder);
    if (!entries) return;
    for (const platform::DirectoryEntry& entry : *entries) {
        // Windows removes no program that runs.
        if (is_set_aside(entry, file_name(*exe))) (void)parts.files.remove_file(join_path(folder, entry.name));
    }
}

}  // namespace svcwrap::app

#include "support/temp_folder.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <random>
#include <system_error>

namespace svcwrap::testing {

namespace {

std::filesystem::path from_text(std::string_view text) {
    return {std::u8string(text.begin(), text.end())};
}

std::string to_text(const std::filesystem::path& path) {
    const std::u8string text = path.u8string();
    return {text.begin(), text.end()};
}

}  // namespace

TempFolder::TempFolder() {
    static std::atomic<unsigned> made{0};
    std::random_device random;
    const std::string name = "svcwrap-test-" + std::to_string(random()) + "-" + std::to_string(++made);
    // By its long name: what the system says of an open file in it has no short ones ("RUNNER~1").
    folder_ = std::filesystem::canonical(std::filesystem::temp_directory_path()) / name;
    std::filesystem::create_directories(folder_);
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string TempFolder::path() const {
    return to_text(folder_);
}

std::string TempFolder::path_of(std::string_view name) const {
    return to_text((folder_ / from_text(name)).make_preferred());
}

std::vector<std::string> TempFolder::names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        names.push_back(to_text(entry.path().filename()));
    }
    std::ranges::sort(names);
    return names;
}

std::string TempFolder::read(std::string_view name) const {
    std::ifstream file(folder_ / from_text(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void TempFolder::write(std::string_view name, std::string_view bytes) const {
    std::ofstream(folder_ / from_text(name), std::ios::binary) << bytes;
}

}  // namespace svcwrap::testing

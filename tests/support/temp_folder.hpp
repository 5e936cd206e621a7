#pragma once
// A fresh folder on the real disk, removed with everything in it at the end of the test.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace svcwrap::testing {

class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    [[nodiscard]] std::string path() const;                          // absolute, native separators, UTF-8
    [[nodiscard]] std::string path_of(std::string_view name) const;  // of something in it
    [[nodiscard]] std::vector<std::string> names() const;            // sorted
    [[nodiscard]] std::string read(std::string_view name) const;     // empty if there is no such file
    void write(std::string_view name, std::string_view bytes) const;

private:
    std::filesystem::path folder_;
};

}  // namespace svcwrap::testing

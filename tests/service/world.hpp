#pragma once
// Where the tests run and what they run: paths, files, text and patience.
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace svcwrap::testing {

using Path = std::filesystem::path;
using Milliseconds = std::chrono::milliseconds;

// How long anything may take before a test gives up. Never part of what is asserted.
inline constexpr Milliseconds k_patience{60'000};

[[nodiscard]] std::wstring to_wide(std::string_view utf8);
[[nodiscard]] std::string to_utf8(std::wstring_view wide);
[[nodiscard]] std::string to_utf8(const Path& path);
[[nodiscard]] Path to_path(std::string_view utf8);
// The text as a TOML basic string, in quotes.
[[nodiscard]] std::string toml_string(std::string_view text);

// SVCWRAP_EXE. The test fails if it is not set or not there.
[[nodiscard]] Path svcwrap_exe();
// A program of tests/fixtures, in the folder SVCWRAP_FIXTURES: fixture("graceful").
[[nodiscard]] Path fixture(std::string_view name);
// SVCWRAP_NODE, or empty.
[[nodiscard]] Path node_exe();
// %ProgramData%\svcwrap.
[[nodiscard]] Path data_folder();
// Wine says so itself. Only to skip what Wine cannot show, never to expect something else.
[[nodiscard]] bool under_wine();

// The path as Windows takes it when it is longer than 260 characters.
[[nodiscard]] std::wstring long_path(const Path& path);
// Makes a folder and the folders above it; the path may be long.
void make_folder(const Path& folder);

// Asks again and again until the answer is yes; the last answer.
[[nodiscard]] bool wait_until(const std::function<bool()>& holds, Milliseconds limit = k_patience);

// The bytes of a file that others may have open for writing or rename meanwhile; empty if it is not there.
[[nodiscard]] std::string read_file(const Path& path);
// Makes the folder too.
void write_file(const Path& path, std::string_view bytes);
// Without their ends (CRLF or LF). What follows the last end is a line if it is not empty.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);
[[nodiscard]] std::size_t count(std::string_view text, std::string_view part);

// A name that no other test and no other run uses.
[[nodiscard]] std::string unique_name();

// Removes a folder with everything in it, deep as it may be; tries again for a while, since a file may be open for a
// moment.
void remove_folder(const Path& folder);

}  // namespace svcwrap::testing

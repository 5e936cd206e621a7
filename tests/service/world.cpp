#include "service/world.hpp"

#include <windows.h>

#include <atomic>
#include <catch_amalgamated.hpp>
#include <format>
#include <memory>
#include <thread>

namespace svcwrap::testing {

namespace {

std::wstring environment_variable(const wchar_t* name) {
    std::wstring value(32'768, L'\0');
    value.resize(GetEnvironmentVariableW(name, value.data(), static_cast<DWORD>(value.size())));
    return value;
}

Path existing(const wchar_t* variable) {
    const Path path = environment_variable(variable);
    INFO(to_utf8(std::wstring_view(variable)) << " must name something that is there: " << to_utf8(path));
    REQUIRE(std::filesystem::exists(path));
    return std::filesystem::absolute(path);
}

}  // namespace

std::wstring to_wide(std::string_view utf8) {
    const auto size = static_cast<int>(utf8.size());
    std::wstring wide(utf8.size(), L'\0');
    wide.resize(static_cast<std::size_t>(MultiByteToWideChar(CP_UTF8, 0, utf8.data(), size, wide.data(), size)));
    return wide;
}

std::string to_utf8(std::wstring_view wide) {
    const auto size = static_cast<int>(wide.size());
    std::string utf8(wide.size() * 3, '\0');
    const int used = WideCharToMultiByte(CP_UTF8, 0, wide.data(), size, utf8.data(), size * 3, nullptr, nullptr);
    utf8.resize(static_cast<std::size_t>(used));
    return utf8;
}

std::string to_utf8(const Path& path) {
    return to_utf8(std::wstring_view(path.native()));
}

Path to_path(std::string_view utf8) {
    return Path(to_wide(utf8));
}

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\t') {
            out += "\\t";
        } else {
            out += c;
        }
    }
    return out + '"';
}

Path svcwrap_exe() {
    return existing(L"SVCWRAP_EXE");
}

Path fixture(std::string_view name) {
    return existing(L"SVCWRAP_FIXTURES") / to_path(std::string(name) + ".exe");
}

Path node_exe() {
    return environment_variable(L"SVCWRAP_NODE");
}

Path data_folder() {
    return existing(L"ProgramData") / L"svcwrap";
}

bool under_wine() {
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

std::wstring long_path(const Path& path) {
    return L"\\\\?\\" + std::filesystem::absolute(path).make_preferred().native();
}

void make_folder(const Path& folder) {
    Path so_far = folder.root_path();
    for (const Path& part : folder.relative_path()) {
        so_far /= part;
        CreateDirectoryW(long_path(so_far).c_str(), nullptr);
    }
    INFO("folder " << to_utf8(folder));
    REQUIRE(GetFileAttributesW(long_path(folder).c_str()) != INVALID_FILE_ATTRIBUTES);
}

bool wait_until(const std::function<bool()>& holds, Milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= end) return holds();
        std::this_thread::sleep_for(Milliseconds(20));
    }
    return true;
}

std::string read_file(const Path& path) {
    const HANDLE file =
        CreateFileW(long_path(path).c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE) return {};
    const std::unique_ptr<void, decltype(&CloseHandle)> closer(file, &CloseHandle);
    std::string text;
    std::string block(65'536, '\0');
    DWORD got = 0;
    while (ReadFile(file, block.data(), static_cast<DWORD>(block.size()), &got, nullptr) && got > 0) {
        text.append(block, 0, got);
    }
    return text;
}

void write_file(const Path& path, std::string_view bytes) {
    make_folder(path.parent_path());
    const HANDLE file =
        CreateFileW(long_path(path).c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    INFO("file " << to_utf8(path));
    REQUIRE(file != INVALID_HANDLE_VALUE);
    DWORD written = 0;
    const BOOL done = WriteFile(file, bytes.data(), static_cast<DWORD>(bytes.size()), &written, nullptr);
    CloseHandle(file);
    REQUIRE(done);
    REQUIRE(written == bytes.size());
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.emplace_back(line);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
        ++found;
    return found;
}

std::string unique_name() {
    // A run that was killed may have left its services behind, and process ids come again: hence the time.
    static const auto run = std::chrono::system_clock::now().time_since_epoch() / Milliseconds(1);
    static std::atomic<int> next = 1;
    return std::format("svcwrap-test-{:x}-{}-{}", run, GetCurrentProcessId(), next++);
}

namespace {

// One pass; what is in use stays.
void remove_what_can_be(const std::wstring& folder) {
    WIN32_FIND_DATAW entry{};
    const HANDLE search = FindFirstFileW((folder + L"\\*").c_str(), &entry);
    if (search == INVALID_HANDLE_VALUE) return;
    do {
        const std::wstring name = entry.cFileName;
        if (name == L"." || name == L"..") continue;
        const std::wstring path = folder + L"\\" + name;
        const bool is_folder = (entry.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
        const bool is_link = (entry.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
        if (!is_folder) DeleteFileW(path.c_str());
        if (is_folder && !is_link) remove_what_can_be(path);
    } while (FindNextFileW(search, &entry));
    FindClose(search);
    RemoveDirectoryW(folder.c_str());
}

}  // namespace

void remove_folder(const Path& folder) {
    const std::wstring path = long_path(folder);
    const auto gone = [&] {
        remove_what_can_be(path);
        return GetFileAttributesW(path.c_str()) == INVALID_FILE_ATTRIBUTES;
    };
    if (!wait_until(gone, Milliseconds(5'000))) WARN("left behind: " << to_utf8(folder));
}

}  // namespace svcwrap::testing

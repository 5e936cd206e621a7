#include "platform/system.hpp"

#include <windows.h>
// after windows.h
#include <knownfolders.h>
#include <shlobj.h>

#include <chrono>
#include <thread>

#include "base/path.hpp"
#include "platform/native.hpp"
#include "platform/win32/file.hpp"
#include "platform/win32/module_path.hpp"
#include "platform/win32/security.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

class SystemClock final : public Clock {
public:
    TimePoint now() const override { return std::chrono::floor<Duration>(std::chrono::steady_clock::now()); }
    WallTime wall_now() const override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }
    void sleep(Duration duration) override {
        if (duration.count() > 0) {
            Sleep(to_wait(duration));
        }
    }
    Duration utc_offset(WallTime moment) const override;
};

// With the rules of the moment's own year, which may differ from this year's.
Duration SystemClock::utc_offset(WallTime moment) const {
    const FILETIME utc = to_file_time(moment);
    SYSTEMTIME fields{};
    TIME_ZONE_INFORMATION zone{};
    SYSTEMTIME local_fields{};
    FILETIME local{};
    if (FileTimeToSystemTime(&utc, &fields) == 0 || GetTimeZoneInformationForYear(fields.wYear, nullptr, &zone) == 0 ||
        SystemTimeToTzSpecificLocalTime(&zone, &fields, &local_fields) == 0 ||
        SystemTimeToFileTime(&local_fields, &local) == 0) {
        return {};
    }
    return to_wall_time(local) - to_wall_time(utc);
}

struct EnvironmentDeleter {
    void operator()(wchar_t* block) const { FreeEnvironmentStringsW(block); }
};

std::optional<std::wstring> read_variable(const wchar_t* name) {
    std::wstring value(256, L'\0');
    while (true) {
        // An empty variable gives 0 as well, and leaves the code as it was.
        SetLastError(ERROR_SUCCESS);
        const DWORD size = GetEnvironmentVariableW(name, value.data(), static_cast<DWORD>(value.size()));
        if (size == 0 && GetLastError() == ERROR_ENVVAR_NOT_FOUND) {
            return std::nullopt;
        }
        const bool fits = size < value.size();
        value.resize(size);
        if (fits) {
            return value;
        }
    }
}

bool is_file(const std::string& path) {
    const DWORD attributes = GetFileAttributesW(to_native_path(path).c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

// The entries of PATH that are absolute; a relative one would depend on where the caller stands.
std::vector<std::string> search_folders() {
    const std::string path = from_wide(read_variable(L"PATH").value_or(L""));
    std::vector<std::string> folders;
    std::string folder;
    for (const char c : path + ";") {
        if (c == ';') {
            if (is_absolute_path(folder)) {
                folders.push_back(folder);
            }
            folder.clear();
        } else if (c != '"') {
            folder += c;
        }
    }
    return folders;
}

// shell32.dll knows the folder even where a service's environment was emptied; it is loaded for this call only, because
// it brings user32.dll and gdi32.dll along, which no idle wrapper needs.
std::optional<std::string> program_data_folder() {
    const LibraryHandle shell = load_system_library(L"shell32.dll");
    const auto get_folder = find_function<decltype(&SHGetKnownFolderPath)>(shell, "SHGetKnownFolderPath");
    const LibraryHandle ole = load_system_library(L"ole32.dll");
    const auto free_memory = find_function<decltype(&CoTaskMemFree)>(ole, "CoTaskMemFree");
    if (get_folder == nullptr || free_memory == nullptr) {
        return std::nullopt;
    }
    // FOLDERID_ProgramData. The constant itself lies in a library (uuid.lib) that is linked for nothing else.
    constexpr GUID k_program_data{0x62AB5D82, 0xFDC1, 0x4DC3, {0xA9, 0xDD, 0x07, 0x0D, 0x1D, 0x49, 0x5D, 0x97}};
    wchar_t* path = nullptr;
    std::optional<std::string> folder;
    if (SUCCEEDED(get_folder(k_program_data, KF_FLAG_DONT_VERIFY, nullptr, &path))) {
        folder = from_wide(path);
    }
    free_memory(path);
    return folder;
}

class WindowsSystem final : public System {
public:
    Result<std::string> executable_path() const override { return module_path(); }
    std::string current_folder() const override;
    Result<std::string> data_folder() const override;
    Environment environment() const override;
    bool is_elevated() const override { return is_administrator(); }
    Result<std::string> find_program(const std::string& name, const std::string& folder) const override;
    std::uint32_t process_id() const override { return GetCurrentProcessId(); }
    bool is_process_alive(std::uint32_t id) const override;
    std::string decode(CodePage page, std::string_view bytes) const override { return from_code_page(page, bytes); }
    // Lowers the priorities of the thread's processor time, disk and memory (SetThreadPriority).
    void enter_background() const override { SetThreadPriority(GetCurrentThread(), THREAD_MODE_BACKGROUND_BEGIN); }
};

std::string WindowsSystem::current_folder() const {
    std::wstring folder(GetCurrentDirectoryW(0, nullptr), L'\0');
    folder.resize(GetCurrentDirectoryW(static_cast<DWORD>(folder.size()), folder.data()));
    return from_native_path(folder);
}

Result<std::string> WindowsSystem::data_folder() const {
    auto folder = program_data_folder();
    if (!folder) {
        if (const auto variable = read_variable(L"ProgramData")) {
            folder = from_wide(*variable);
        }
    }
    if (!folder || !is_absolute_path(*folder)) {
        return fail(ErrorKind::internal, "Windows does not say where its ProgramData folder is",
                    "set the environment variable ProgramData, usually to C:\\ProgramData");
    }
    return join_path(*folder, "svcwrap");
}

Environment WindowsSystem::environment() const {
    const std::unique_ptr<wchar_t, EnvironmentDeleter> block(GetEnvironmentStringsW());
    Environment variables;
    for (const wchar_t* entry = block.get(); entry != nullptr && *entry != L'\0';) {
        const std::wstring_view text(entry);
        entry += text.size() + 1;
        // "=C:=C:\x" keeps the current folder of a drive for cmd.exe; it is no variable.
        if (const auto equals = text.find(L'='); equals != 0 && equals != std::wstring_view::npos) {
            variables.emplace_back(from_wide(text.substr(0, equals)), from_wide(text.substr(equals + 1)));
        }
    }
    return variables;
}

Result<std::string> WindowsSystem::find_program(const std::string& name, const std::string& folder) const {
    const std::string wanted = file_extension(name).empty() ? name + ".exe" : name;
    const bool bare = name.find_first_of("\\/:") == std::string::npos;
    const auto folders = bare ? search_folders() : std::vector<std::string>{folder};
    for (const std::string& candidate : folders) {
        if (std::string path = normalize_path(join_path(candidate, wanted)); is_file(path)) {
            return path;
        }
    }
    return bare ? fail(ErrorKind::not_found, "cannot find the program " + wanted + " on PATH",
                       "give its whole path, or add its folder to PATH")
                : fail(ErrorKind::not_found, "there is no program " + normalize_path(join_path(folder, wanted)),
                       "check the path");
}

bool WindowsSystem::is_process_alive(std::uint32_t id) const {
    const KernelHandle process(OpenProcess(SYNCHRONIZE, FALSE, id));
    if (!process.is_open()) {
        return GetLastError() == ERROR_ACCESS_DENIED;  // it exists and is not ours to look at
    }
    return WaitForSingleObject(process.get(), 0) == WAIT_TIMEOUT;
}

}  // namespace

Result<std::string> win32::module_path() {
    std::wstring path(512, L'\0');
    while (path.size() < 64 * 1024) {
        const DWORD size = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
        if (size == 0) {
            return fail_with(ErrorKind::internal, "cannot find the path of this exe", GetLastError());
        }
        if (size < path.size()) {
            return from_native_path(std::wstring_view(path).substr(0, size));
        }
        path.resize(path.size() * 2);
    }
    return fail(ErrorKind::internal, "the path of this exe is longer than Windows allows");
}

std::unique_ptr<System> make_system() {
    return std::make_unique<WindowsSystem>();
}
std::unique_ptr<Clock> make_clock() {
    return std::make_unique<SystemClock>();
}

}  // namespace svcwrap::platform

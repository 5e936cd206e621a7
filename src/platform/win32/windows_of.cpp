#include "platform/win32/windows_of.hpp"

#include <algorithm>

namespace svcwrap::platform::win32 {

namespace {

struct User32 {
    LibraryHandle library = load_system_library(L"user32.dll");
    decltype(&EnumWindows) enum_windows = find_function<decltype(&EnumWindows)>(library, "EnumWindows");
    decltype(&GetWindow) get_window = find_function<decltype(&GetWindow)>(library, "GetWindow");
    decltype(&GetWindowThreadProcessId) get_process =
        find_function<decltype(&GetWindowThreadProcessId)>(library, "GetWindowThreadProcessId");
    decltype(&PostMessageW) post = find_function<decltype(&PostMessageW)>(library, "PostMessageW");

    [[nodiscard]] bool is_complete() const {
        return enum_windows != nullptr && get_window != nullptr && get_process != nullptr && post != nullptr;
    }
};

struct Search {
    const User32& user32;
    const std::vector<DWORD>& processes;
    std::size_t asked = 0;
};

BOOL CALLBACK ask_one(HWND window, LPARAM parameter) {
    auto& search = *reinterpret_cast<Search*>(parameter);
    DWORD process = 0;
    search.user32.get_process(window, &process);
    if (std::ranges::contains(search.processes, process) && search.user32.get_window(window, GW_OWNER) == nullptr &&
        search.user32.post(window, WM_CLOSE, 0, 0) != 0) {
        ++search.asked;
    }
    return TRUE;
}

}  // namespace

Result<std::size_t> ask_windows_to_close(const std::vector<DWORD>& processes) {
    const User32 user32;
    if (!user32.is_complete()) {
        return fail(ErrorKind::io_failed, "cannot ask windows to close: user32.dll could not be loaded");
    }
    Search search{user32, processes};
    if (user32.enum_windows(ask_one, reinterpret_cast<LPARAM>(&search)) == 0) {
        return fail_with(ErrorKind::io_failed, "cannot list the windows of this desktop", GetLastError());
    }
    return search.asked;
}

}  // namespace svcwrap::platform::win32

#pragma once
// The door to Windows: UTF-8 becomes UTF-16 here, handles get owners and error codes become errors.
#include <windows.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/time.hpp"

namespace svcwrap::platform::win32 {

[[nodiscard]] std::wstring to_wide(std::string_view text);
[[nodiscard]] std::string from_wide(std::wstring_view text);

// A path for a Windows call. Paths of 248 characters and more get the prefix \\?\ (248 is the limit of CreateDirectory,
// the lowest of all), so that long paths work whatever the machine's LongPathsEnabled says.
[[nodiscard]] std::wstring to_native_path(std::string_view path);
// The inverse: the prefix is removed.
[[nodiscard]] std::string from_native_path(std::wstring_view path);

// Owns a handle of one type. Traits: `type`, `close(type)`, `is_open(type)`.
template <class Traits>
class Handle {
public:
    using type = typename Traits::type;

    Handle() = default;
    explicit Handle(type value) : value_(value) {}
    Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, type{})) {}
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            reset(std::exchange(other.value_, type{}));
        }
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { reset(); }

    void reset(type value = type{}) {
        if (is_open()) {
            Traits::close(value_);
        }
        value_ = value;
    }
    [[nodiscard]] type get() const { return value_; }
    [[nodiscard]] bool is_open() const { return Traits::is_open(value_); }
    [[nodiscard]] type release() { return std::exchange(value_, type{}); }
    // For calls that return a handle through a pointer. The handle must be empty.
    [[nodiscard]] type* receive() { return &value_; }

private:
    type value_{};
};

struct KernelTraits {
    using type = HANDLE;
    static void close(type value) { CloseHandle(value); }
    // Windows has two values for "none", by function.
    static bool is_open(type value) { return value != nullptr && value != INVALID_HANDLE_VALUE; }
};
using KernelHandle = Handle<KernelTraits>;  // files, pipes, events, processes, threads, jobs, tokens

struct FindTraits {
    using type = HANDLE;
    static void close(type value) { FindClose(value); }
    static bool is_open(type value) { return KernelTraits::is_open(value); }
};
using FindHandle = Handle<FindTraits>;

struct ServiceTraits {
    using type = SC_HANDLE;
    static void close(type value) { CloseServiceHandle(value); }
    static bool is_open(type value) { return value != nullptr; }
};
using ServiceHandle = Handle<ServiceTraits>;

struct LibraryTraits {
    using type = HMODULE;
    static void close(type value) { FreeLibrary(value); }
    static bool is_open(type value) { return value != nullptr; }
};
using LibraryHandle = Handle<LibraryTraits>;

struct LocalTraits {
    using type = void*;
    static void close(type value) { LocalFree(value); }
    static bool is_open(type value) { return value != nullptr; }
};
using LocalMemory = Handle<LocalTraits>;

// A DLL of System32, loaded when it is needed, so that the exe does not import it. Empty if it cannot be loaded.
[[nodiscard]] LibraryHandle load_system_library(const wchar_t* name);

template <class Function>
[[nodiscard]] Function find_function(const LibraryHandle& library, const char* name) {
    if (!library.is_open()) {
        return nullptr;
    }
    // Through void*: a direct cast between function types draws a warning on some compilers.
    return reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(library.get(), name)));
}

// An error with Windows' code; its meaning and remedy come from the table of base/windows_error.hpp, and for a code
// that is not in it the message ends with the system's own words.
[[nodiscard]] Error make_error(ErrorKind kind, std::string message, DWORD code);
[[nodiscard]] std::unexpected<Error> fail_with(ErrorKind kind, std::string message, DWORD code);

// A failed file operation: "cannot open C:\x". The kind follows from the code.
[[nodiscard]] ErrorKind file_error_kind(DWORD code);
[[nodiscard]] std::unexpected<Error> fail_file(std::string_view action, std::string_view path, DWORD code);

// Milliseconds for a wait function: k_forever becomes INFINITE, anything else at most INFINITE - 1, negative 0.
[[nodiscard]] DWORD to_wait(Duration duration);

}  // namespace svcwrap::platform::win32

// The Application log, by the interface that every Windows has and every tool reads.
//
// A source names a message file, whose texts viewers put the reported strings into. The Event Log service and viewers
// keep that file open for as long as they like, so svcwrap.exe must not be it: it could not be replaced by an upgrade
// while an event viewer is open. A DLL of our own would be locked the same way and is one file more to
// install. EventCreate.exe comes with every Windows, and for each id from 1 to 1000 its text is "%1": what is reported
// is what is read. Hence the range of our ids. Its price: the texts are not translated, and the level alone tells kinds
// apart in the "Task category" column, which stays empty.
#include "platform/event_log.hpp"

#include <mutex>

#include "platform/win32/event_source.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

constexpr const wchar_t* k_source = L"svcwrap";
constexpr std::wstring_view k_sources = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\";
constexpr std::wstring_view k_message_file = L"%SystemRoot%\\System32\\EventCreate.exe";

struct SourceTraits {
    using type = HANDLE;
    static void close(type value) { DeregisterEventSource(value); }
    static bool is_open(type value) { return value != nullptr; }
};
using SourceHandle = Handle<SourceTraits>;

struct KeyTraits {
    using type = HKEY;
    static void close(type value) { RegCloseKey(value); }
    static bool is_open(type value) { return value != nullptr; }
};
using KeyHandle = Handle<KeyTraits>;

std::unexpected<Error> fail_log(std::string message, DWORD code) {
    const ErrorKind kind = code == ERROR_ACCESS_DENIED ? ErrorKind::access_denied : ErrorKind::io_failed;
    return fail_with(kind, std::move(message), code);
}

std::wstring key_of(const std::wstring& source) {
    return std::wstring(k_sources) + source;
}

WORD type_of(EventLevel level) {
    switch (level) {
        case EventLevel::information:
            return EVENTLOG_INFORMATION_TYPE;
        case EventLevel::warning:
            return EVENTLOG_WARNING_TYPE;
        case EventLevel::error:
            return EVENTLOG_ERROR_TYPE;
    }
    return EVENTLOG_INFORMATION_TYPE;
}

DWORD set_message_file(HKEY key) {
    // With its NUL.
    const auto bytes = static_cast<DWORD>((k_message_file.size() + 1) * sizeof(wchar_t));
    return static_cast<DWORD>(RegSetValueExW(key, L"EventMessageFile", 0, REG_EXPAND_SZ,
                                             reinterpret_cast<const BYTE*>(k_message_file.data()), bytes));
}

DWORD set_types(HKEY key) {
    constexpr DWORD k_types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    return static_cast<DWORD>(
        RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD, reinterpret_cast<const BYTE*>(&k_types), sizeof k_types));
}

class WindowsEventLog final : public EventLog {
public:
    Status report(const EventRecord& record) override {
        const std::scoped_lock lock(mutex_);
        if (!source_.is_open()) {
            source_.reset(RegisterEventSourceW(nullptr, k_source));
        }
        if (!source_.is_open()) {
            return fail_log("cannot open the Event Log", GetLastError());
        }
        const std::wstring text = to_wide(record.text);
        const wchar_t* strings = text.c_str();
        if (ReportEventW(source_.get(), type_of(record.level), 0, record.id, nullptr, 1, 0, &strings, nullptr) == 0) {
            const DWORD code = GetLastError();
            source_.reset();  // the service may have been restarted; the next report opens it anew
            return fail_log("cannot write to the Event Log", code);
        }
        return {};
    }

    Status register_source() override { return register_event_source(k_source); }
    Status remove_source() override { return remove_event_source(k_source); }

private:
    std::mutex mutex_;
    SourceHandle source_;
};

}  // namespace

namespace win32 {

Status register_event_source(const std::wstring& name) {
    KeyHandle key;
    // Created or opened.
    auto code = static_cast<DWORD>(RegCreateKeyExW(HKEY_LOCAL_MACHINE, key_of(name).c_str(), 0, nullptr,
                                                   REG_OPTION_NON_VOLATILE, KEY_SET_VALUE | KEY_WOW64_64KEY, nullptr,
                                                   key.receive(), nullptr));
    if (code == ERROR_SUCCESS) {
        code = set_message_file(key.get());
    }
    if (code == ERROR_SUCCESS) {
        code = set_types(key.get());
    }
    if (code != ERROR_SUCCESS) {
        return fail_log("cannot register " + from_wide(name) + " as a source of the Event Log", code);
    }
    return {};
}

Status remove_event_source(const std::wstring& name) {
    const auto code = static_cast<DWORD>(RegDeleteKeyExW(HKEY_LOCAL_MACHINE, key_of(name).c_str(), KEY_WOW64_64KEY, 0));
    if (code != ERROR_SUCCESS && code != ERROR_FILE_NOT_FOUND) {
        return fail_log("cannot remove " + from_wide(name) + " from the sources of the Event Log", code);
    }
    return {};
}

}  // namespace win32

std::unique_ptr<EventLog> make_event_log() {
    return std::make_unique<WindowsEventLog>();
}

}  // namespace svcwrap::platform

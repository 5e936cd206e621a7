#include "session.hpp"

namespace svcwrap::setup {

namespace {

// Messages of a package's own have numbers from 25000 on.
// https://learn.microsoft.com/windows/win32/msi/windows-installer-error-messages
constexpr int k_own_message = 25001;

}  // namespace

std::wstring Session::property(const wchar_t* name) const {
    wchar_t nothing[1] = {};
    DWORD length = 0;
    if (MsiGetPropertyW(handle_, name, nothing, &length) != ERROR_MORE_DATA || length == 0) return {};
    std::wstring value(++length, L'\0');
    if (MsiGetPropertyW(handle_, name, value.data(), &length) != ERROR_SUCCESS) return {};
    value.resize(length);
    return value;
}

void Session::set_property(const wchar_t* name, const std::wstring& value) const {
    MsiSetPropertyW(handle_, name, value.c_str());
}

void Session::tell(INSTALLMESSAGE kind, const std::wstring& text) const {
    const MSIHANDLE record = MsiCreateRecord(2);
    if (record == 0) return;
    // The text is a field: the brackets in it are nothing to be replaced.
    MsiRecordSetStringW(record, 0, L"[2]");
    MsiRecordSetInteger(record, 1, k_own_message);
    MsiRecordSetStringW(record, 2, text.c_str());
    MsiProcessMessage(handle_, kind, record);
    MsiCloseHandle(record);
}

std::wstring with_reason(const std::wstring& what, DWORD code) {
    wchar_t words[512] = {};
    const DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr, code, 0,
                                        words, static_cast<DWORD>(std::size(words)), nullptr);
    std::wstring reason(words, length);
    while (!reason.empty() && (reason.back() == L'\n' || reason.back() == L'\r' || reason.back() == L' ')) {
        reason.pop_back();
    }
    return what + L": " + (reason.empty() ? L"error" : reason) + L" (" + std::to_wstring(code) + L")";
}

}  // namespace svcwrap::setup

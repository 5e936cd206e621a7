#pragma once
// What a custom action may ask and tell the Windows Installer that runs it.
#include <string>
#include <string_view>

#include "windows_headers.hpp"

namespace svcwrap::setup {

class Session {
public:
    explicit Session(MSIHANDLE handle) : handle_(handle) {}

    // The value of a property; empty if it has none. Deferred actions can only ask for CustomActionData.
    [[nodiscard]] std::wstring property(const wchar_t* name) const;
    void set_property(const wchar_t* name, const std::wstring& value) const;

    // For the log of the installation.
    void log(const std::wstring& text) const { tell(INSTALLMESSAGE_INFO, text); }
    // For the log, and for whoever sits in front of it.
    void show_error(const std::wstring& text) const { tell(INSTALLMESSAGE_ERROR, text); }

private:
    void tell(INSTALLMESSAGE kind, const std::wstring& text) const;

    MSIHANDLE handle_;
};

// "what: Windows' own words for the code (code)".
[[nodiscard]] std::wstring with_reason(const std::wstring& what, DWORD code);

// "a, b, c".
template <class Texts>
[[nodiscard]] std::wstring listed(const Texts& texts) {
    std::wstring all;
    for (const std::wstring& text : texts) all += (all.empty() ? L"" : L", ") + text;
    return all;
}

}  // namespace svcwrap::setup

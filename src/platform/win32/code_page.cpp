#include "platform/code_page.hpp"

#include <array>
#include <cwchar>

#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

namespace {

// The number stands in the registry as text (Microsoft: National Language Support, Code Page Identifiers).
UINT machine_code_page(const wchar_t* name, UINT otherwise) {
    std::array<wchar_t, 16> text{};
    auto size = static_cast<DWORD>(sizeof text);
    const LSTATUS read = RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage", name,
                                      RRF_RT_REG_SZ, nullptr, text.data(), &size);
    if (read != ERROR_SUCCESS) {
        return otherwise;
    }
    const unsigned long number = std::wcstoul(text.data(), nullptr, 10);
    return number != 0 && IsValidCodePage(static_cast<UINT>(number)) != 0 ? static_cast<UINT>(number) : otherwise;
}

UINT number_of(CodePage page) {
    // It changes with a restart of the machine only.
    static const UINT oem = machine_code_page(L"OEMCP", GetOEMCP());
    static const UINT ansi = machine_code_page(L"ACP", GetACP());
    return page == CodePage::oem ? oem : ansi;
}

}  // namespace

std::string from_code_page(CodePage page, std::string_view bytes) {
    const UINT number = number_of(page);
    const int size = static_cast<int>(bytes.size());  // a line, or a part of one
    std::wstring wide(static_cast<std::size_t>(MultiByteToWideChar(number, 0, bytes.data(), size, nullptr, 0)), L'\0');
    MultiByteToWideChar(number, 0, bytes.data(), size, wide.data(), static_cast<int>(wide.size()));
    return win32::from_wide(wide);
}

}  // namespace svcwrap::platform

#include "services.hpp"

#include <algorithm>
#include <cstddef>
#include <cwchar>
#include <iterator>
#include <utility>

namespace svcwrap::setup {

namespace {

[[nodiscard]] std::unexpected<DWORD> last_error() {
    return std::unexpected(GetLastError());
}

[[nodiscard]] ServiceHandle open_manager() {
    return ServiceHandle(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE));
}

[[nodiscard]] std::expected<ServiceHandle, DWORD> open_service(const std::wstring& name, DWORD access) {
    const ServiceHandle manager = open_manager();
    if (!manager) return last_error();
    ServiceHandle service(OpenServiceW(manager.get(), name.c_str(), access));
    if (!service) return last_error();
    return service;
}

// Adds image path and start type; a service that hides them is none of ours.
void add_configuration(SC_HANDLE manager, Service& service) {
    const ServiceHandle handle(OpenServiceW(manager, service.name.c_str(), SERVICE_QUERY_CONFIG));
    if (!handle) return;
    // QUERY_SERVICE_CONFIG is at most 8 KiB: QueryServiceConfigW.
    alignas(QUERY_SERVICE_CONFIGW) std::byte buffer[8192];
    auto* const configuration = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer);
    DWORD needed = 0;
    if (QueryServiceConfigW(handle.get(), configuration, sizeof buffer, &needed) == 0) return;
    service.start_type = configuration->dwStartType;
    if (configuration->lpBinaryPathName != nullptr) service.image_path = configuration->lpBinaryPathName;
}

[[nodiscard]] bool equals_ignoring_case(const std::wstring& left, const std::wstring& right) {
    return CompareStringOrdinal(left.data(), static_cast<int>(left.size()), right.data(),
                                static_cast<int>(right.size()), TRUE) == CSTR_EQUAL;
}

template <class Function>
[[nodiscard]] std::wstring converted(const std::wstring& text, Function function) {
    std::wstring result(32768, L'\0');
    const DWORD length = function(text.c_str(), result.data(), static_cast<DWORD>(result.size()));
    if (length == 0 || length > result.size()) return text;
    result.resize(wcsnlen(result.c_str(), length));
    return result;
}

// Where an unquoted program's name ends: after the first ".exe" that a space or the end follows.
[[nodiscard]] std::size_t unquoted_end(const std::wstring& text) {
    std::size_t end = 0;
    while ((end = text.find(L' ', end + 1)) != std::wstring::npos) {
        if (end >= 4 && equals_ignoring_case(text.substr(end - 4, 4), L".exe")) return end;
    }
    return text.size();
}

}  // namespace

std::wstring program_of(const std::wstring& image_path) {
    const std::wstring text = converted(image_path, ExpandEnvironmentStringsW);
    const std::wstring program =
        text.starts_with(L'"') ? text.substr(1, text.find(L'"', 1) - 1) : text.substr(0, unquoted_end(text));
    return converted(program, GetLongPathNameW);
}

std::expected<std::vector<Service>, DWORD> all_services() {
    const ServiceHandle manager = open_manager();
    if (!manager) return last_error();
    std::vector<Service> services;
    std::vector<std::byte> buffer(262144);  // the most that EnumServicesStatusExW takes is 256 KiB
    DWORD needed = 0, count = 0, resume = 0;
    for (bool more = true; more;) {
        more = EnumServicesStatusExW(manager.get(), SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_STATE_ALL,
                                     reinterpret_cast<BYTE*>(buffer.data()), static_cast<DWORD>(buffer.size()), &needed,
                                     &count, &resume, nullptr) == 0;
        if (more && GetLastError() != ERROR_MORE_DATA) return last_error();
        const auto* entry = reinterpret_cast<const ENUM_SERVICE_STATUS_PROCESSW*>(buffer.data());
        for (; count > 0; --count, ++entry) {
            Service service{.name = entry->lpServiceName, .state = entry->ServiceStatusProcess.dwCurrentState};
            add_configuration(manager.get(), service);
            services.push_back(std::move(service));
        }
    }
    return services;
}

std::expected<std::vector<Service>, DWORD> services_of(const std::wstring& exe) {
    auto services = all_services();
    const std::wstring wanted = converted(exe, GetLongPathNameW);
    if (services) {
        std::erase_if(*services, [&](const Service& service) {
            return service.image_path.empty() || !equals_ignoring_case(program_of(service.image_path), wanted);
        });
    }
    return services;
}

bool is_up(const Service& service) {
    return service.state != SERVICE_STOPPED && service.state != SERVICE_STOP_PENDING;
}

std::vector<std::wstring> names_of(const std::vector<Service>& services) {
    std::vector<std::wstring> names;
    std::ranges::transform(services, std::back_inserter(names), &Service::name);
    return names;
}

std::vector<std::wstring> running_dependents(const std::wstring& name) {
    std::vector<std::wstring> names;
    const auto service = open_service(name, SERVICE_ENUMERATE_DEPENDENTS);
    if (!service) return names;
    std::vector<std::byte> buffer(65536);  // the most that EnumDependentServicesW takes is 64 KiB
    auto* const entries = reinterpret_cast<ENUM_SERVICE_STATUSW*>(buffer.data());
    DWORD needed = 0, count = 0;
    EnumDependentServicesW(service->get(), SERVICE_ACTIVE, entries, static_cast<DWORD>(buffer.size()), &needed, &count);
    for (DWORD index = 0; index < count; ++index) names.emplace_back(entries[index].lpServiceName);
    return names;
}

Done remove_service(const std::wstring& name) {
    const auto service = open_service(name, DELETE);
    if (!service) {
        if (service.error() == ERROR_SERVICE_DOES_NOT_EXIST) return {};
        return std::unexpected(service.error());
    }
    if (DeleteService(service->get()) == 0 && GetLastError() != ERROR_SERVICE_MARKED_FOR_DELETE) return last_error();
    return {};
}

}  // namespace svcwrap::setup

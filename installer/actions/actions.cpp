// The custom actions of the installer, by the names that the package calls them (svcwrap.wxs tells when). `plan` runs
// as the user before anything is changed; the others run as SYSTEM while the script of the installation is executed,
// and know what `plan` has left them in CustomActionData: texts separated by '/', which no path and no service name
// has.
#include <algorithm>
#include <exception>

#include "files.hpp"
#include "platform/win32/folder_tree.hpp"
#include "run_program.hpp"
#include "services.hpp"
#include "session.hpp"

namespace svcwrap::setup {

namespace {

constexpr wchar_t k_separator = L'/';
constexpr const wchar_t* k_program = L"svcwrap.exe";
constexpr DWORD k_tool_patience = 600'000;  // ms
constexpr DWORD k_bad_configuration = 5;    // exit code of `svcwrap check`: base/exit_status.hpp
constexpr DWORD k_file_patience = 5'000;    // ms

[[nodiscard]] std::vector<std::wstring> split(const std::wstring& text) {
    std::vector<std::wstring> parts(1);
    for (const wchar_t character : text) {
        if (character == k_separator) {
            parts.emplace_back();
        } else {
            parts.back() += character;
        }
    }
    return parts;
}

// The texts that `plan` has left for this action; at least one.
[[nodiscard]] std::vector<std::wstring> left_by_plan(const Session& session) {
    return split(session.property(L"CustomActionData"));
}

// What the rollback has to start again: all that run now, and what needs them.
[[nodiscard]] std::wstring running_now(const std::vector<Service>& services) {
    std::vector<std::wstring> names;
    for (const Service& service : services) {
        if (!is_up(service)) continue;
        names.push_back(service.name);
        std::vector<std::wstring> others = running_dependents(service.name);
        names.insert(names.end(), others.rbegin(), others.rend());
    }
    std::wstring text;
    for (const std::wstring& name : names) text += k_separator + name;
    return text;
}

// Whether another version has svcwrap.exe as well, so that this one's removal leaves it where it is: the second half of
// an upgrade.
[[nodiscard]] bool is_superseded() {
    constexpr const wchar_t* k_component = L"{98D4F714-2739-5B7B-88D3-B2294D278429}";  // "exe" in svcwrap.wxs
    wchar_t product[39] = {};
    return MsiEnumClientsW(k_component, 1, product) == ERROR_SUCCESS;
}

// Names the services that keep svcwrap from being removed; false if there are none.
[[nodiscard]] bool refuse(const Session& session, const std::wstring& exe, const std::vector<Service>& services) {
    if (services.empty()) return false;
    session.show_error(
        L"svcwrap cannot be removed: these services run through " + exe + L": " + listed(names_of(services)) +
        L". Remove them first (svcwrap uninstall NAME), or uninstall with STOPSERVICES=1, which stops and "
        L"removes them; their configuration and logs are kept.");
    return true;
}

UINT plan(const Session& session) {
    const bool removes = session.property(L"REMOVE") == L"ALL";
    if (removes && is_superseded()) return ERROR_SUCCESS;
    const std::wstring folder = session.property(L"INSTALLFOLDER");
    const std::wstring exe = folder + k_program;
    const auto services = services_of(exe);
    if (!services) {
        session.show_error(with_reason(L"The services of this machine cannot be listed", services.error()));
        return ERROR_INSTALL_FAILURE;
    }
    session.log(L"services that run through " + exe + L": " + listed(names_of(*services)));
    const bool stops = session.property(L"STOPSERVICES") == L"1";
    if (removes && !stops && refuse(session, exe, *services)) return ERROR_INSTALL_FAILURE;
    for (const wchar_t* action : {L"set_exe_aside_again", L"restart_services", L"stop_services", L"remove_services",
                                  L"remove_last_set_asides", L"refuse_while_used"}) {
        session.set_property(action, exe);
    }
    const bool restarts = session.property(L"RESTARTSERVICES") == L"1";
    session.set_property(L"remove_set_asides", restarts ? exe + k_separator + L"wait" : exe);
    const std::wstring exe_and_aside = exe + k_separator + free_aside(exe);
    session.set_property(L"set_exe_aside", exe_and_aside);
    session.set_property(L"start_stopped", exe_and_aside + running_now(*services));
    session.set_property(L"purge_data", session.property(L"CommonAppDataFolder") + L"svcwrap" + k_separator + exe);
    session.set_property(L"ARPINSTALLLOCATION", folder);
    return ERROR_SUCCESS;
}

// The same question as in `plan`, for SYSTEM sees services that hide from users.
UINT refuse_while_used(const Session& session) {
    const std::wstring exe = left_by_plan(session).front();
    const auto services = services_of(exe);
    return services && !refuse(session, exe, *services) ? ERROR_SUCCESS : ERROR_INSTALL_FAILURE;
}

UINT set_exe_aside(const Session& session) {
    const std::vector<std::wstring> parts = left_by_plan(session);
    const std::wstring& exe = parts.front();
    const auto done = set_aside_if_in_use(exe, parts.size() > 1 ? parts[1] : free_aside(exe));
    if (!done) {
        // The installer has a way of its own for files in use: they are replaced at the next start of Windows.
        session.log(with_reason(exe + L" is in use and cannot be renamed", done.error()));
    } else if (*done) {
        session.log(exe + L" is in use; the running copy has been renamed");
    }
    return ERROR_SUCCESS;
}

// Whether a service that cannot be started again could not be started by any svcwrap.exe: its account, what it depends
// on or its start type has changed since it was started.
[[nodiscard]] bool is_of_the_service(DWORD code) {
    constexpr DWORD k_codes[] = {ERROR_INVALID_SERVICE_ACCOUNT,    ERROR_SERVICE_DISABLED,
                                 ERROR_SERVICE_DEPENDENCY_FAIL,    ERROR_SERVICE_LOGON_FAILED,
                                 ERROR_SERVICE_DEPENDENCY_DELETED, ERROR_SERVICE_DOES_NOT_EXIST,
                                 ERROR_SERVICE_MARKED_FOR_DELETE};
    return std::ranges::find(k_codes, code) != std::end(k_codes);
}

// Says why a service that runs could not be started again once it is stopped; empty if nothing speaks against it.
[[nodiscard]] std::wstring reason_to_leave(const Service& service, const std::wstring& exe) {
    if (service.start_type == SERVICE_DISABLED) return L"it is disabled";
    const bool is_bad = run_program(exe, {L"check", service.name}, k_tool_patience) == k_bad_configuration;
    return is_bad ? L"its configuration has a mistake (svcwrap check " + service.name + L")" : L"";
}

// True if the installation may go on.
[[nodiscard]] bool restart_one(const Session& session, const Service& service, const std::wstring& exe) {
    if (const std::wstring reason = reason_to_leave(service, exe); !reason.empty()) {
        session.show_error(L"The service " + service.name + L" goes on with the version of svcwrap that it runs: " +
                           reason);
        return true;
    }
    const Done done = restart_service(service);
    if (done) {
        session.log(service.name + L" has been restarted");
        return true;
    }
    if (is_of_the_service(done.error())) {
        session.show_error(with_reason(L"The service " + service.name + L" could not be started again", done.error()));
        return true;
    }
    session.show_error(with_reason(L"The service " + service.name +
                                       L" could not be restarted with this version of svcwrap, so the version that was "
                                       L"there before is put back",
                                   done.error()));
    return false;
}

UINT restart_services(const Session& session) {
    const std::wstring exe = left_by_plan(session).front();
    const auto services = services_of(exe);
    if (!services) return ERROR_INSTALL_FAILURE;
    for (const Service& service : *services) {
        if (is_up(service) && !restart_one(session, service, exe)) return ERROR_INSTALL_FAILURE;
    }
    return ERROR_SUCCESS;
}

UINT start_stopped(const Session& session) {
    const std::vector<std::wstring> parts = left_by_plan(session);
    if (parts.size() < 2) return ERROR_SUCCESS;
    // The installer has put the old file back; if for any reason it has not, there is another copy.
    if (fill_empty_place(parts[0], parts[1])) session.log(parts[0] + L" has been put back from " + parts[1]);
    for (auto name = parts.begin() + 2; name != parts.end(); ++name) {
        const Done done = start_service(*name);
        session.log(done ? *name + L" runs" : with_reason(*name + L" could not be started", done.error()));
    }
    return ERROR_SUCCESS;
}

[[nodiscard]] Done stop_with_dependents(const std::wstring& name) {
    for (const std::wstring& other : running_dependents(name)) {
        if (const Done stopped = stop_service(other); !stopped) return stopped;
    }
    return stop_service(name);
}

UINT stop_services(const Session& session) {
    const auto services = services_of(left_by_plan(session).front());
    if (!services) return ERROR_INSTALL_FAILURE;
    for (const Service& service : *services) {
        if (const Done done = stop_with_dependents(service.name); !done) {
            session.show_error(with_reason(L"The service " + service.name + L" could not be stopped", done.error()));
            return ERROR_INSTALL_FAILURE;
        }
        session.log(service.name + L" has stopped");
    }
    return ERROR_SUCCESS;
}

// svcwrap itself knows best what belongs to a service; where it fails, the registration is removed all the same.
UINT remove_services(const Session& session) {
    const std::wstring exe = left_by_plan(session).front();
    const auto services = services_of(exe);
    if (!services) return ERROR_INSTALL_FAILURE;
    for (const Service& service : *services) {
        const bool by_tool = run_program(exe, {L"uninstall", service.name}, k_tool_patience) == ERROR_SUCCESS;
        if (by_tool) {
            session.log(service.name + L" has been removed");
            continue;
        }
        const Done done = remove_service(service.name);
        session.log(done ? service.name + L" has been removed by the installer"
                         : with_reason(L"The service " + service.name + L" could not be removed", done.error()));
    }
    return ERROR_SUCCESS;
}

UINT remove_set_asides(const Session& session) {
    const std::vector<std::wstring> parts = left_by_plan(session);
    // Services that go on with the version they run are not waited for.
    const DWORD patience = parts.size() > 1 ? k_file_patience : 0;
    const int left = remove_set_aside(parts.front(), InUse::keep, patience);
    if (left > 0) session.log(L"earlier versions of svcwrap.exe that still run: " + std::to_wstring(left));
    return ERROR_SUCCESS;
}

UINT remove_last_set_asides(const Session& session) {
    remove_set_aside(left_by_plan(session).front(), InUse::remove_at_next_boot, k_file_patience);
    return ERROR_SUCCESS;
}

// The services of another svcwrap.exe that have their files in the data folder.
[[nodiscard]] std::vector<std::wstring> strangers_in(const std::wstring& folder, const std::wstring& exe) {
    std::vector<std::wstring> names;
    const auto lower = [](std::wstring text) {
        CharLowerBuffW(text.data(), static_cast<DWORD>(text.size()));
        return text;
    };
    for (const Service& service : all_services().value_or(std::vector<Service>{})) {
        const bool uses_it = lower(service.image_path).find(lower(folder + L"\\")) != std::wstring::npos;
        if (uses_it && lower(program_of(service.image_path)) != lower(exe)) names.push_back(service.name);
    }
    return names;
}

UINT purge_data(const Session& session) {
    const std::vector<std::wstring> parts = left_by_plan(session);
    // Nothing but the folder of that name, whatever went wrong before.
    if (parts.size() != 2 || !parts[0].ends_with(L"\\svcwrap")) return ERROR_SUCCESS;
    if (const auto names = strangers_in(parts[0], parts[1]); !names.empty()) {
        session.show_error(parts[0] + L" is kept: other services use it: " + listed(names));
        return ERROR_SUCCESS;
    }
    const auto failure = platform::win32::remove_folder_tree(L"\\\\?\\" + parts[0]);
    session.log(failure.code == ERROR_SUCCESS ? parts[0] + L" has been removed"
                                              : with_reason(failure.path + L" could not be removed", failure.code));
    return ERROR_SUCCESS;
}

// No exception may leave a function that C calls. An action that `plan` has left nothing has nothing to do.
UINT guarded(MSIHANDLE handle, UINT (*action)(const Session&)) {
    try {
        const Session session(handle);
        if (action != plan && session.property(L"CustomActionData").empty()) return ERROR_SUCCESS;
        return action(session);
    } catch (const std::exception&) {
        return ERROR_INSTALL_FAILURE;
    }
}

}  // namespace

}  // namespace svcwrap::setup

using svcwrap::setup::guarded;
namespace setup = svcwrap::setup;

#define SVCWRAP_ACTION(name)                                                 \
    extern "C" __declspec(dllexport) UINT __stdcall name(MSIHANDLE handle) { \
        return guarded(handle, setup::name);                                 \
    }

SVCWRAP_ACTION(plan)
SVCWRAP_ACTION(refuse_while_used)
SVCWRAP_ACTION(set_exe_aside)
SVCWRAP_ACTION(restart_services)
SVCWRAP_ACTION(start_stopped)
SVCWRAP_ACTION(stop_services)
SVCWRAP_ACTION(remove_services)
SVCWRAP_ACTION(remove_set_asides)
SVCWRAP_ACTION(remove_last_set_asides)
SVCWRAP_ACTION(purge_data)

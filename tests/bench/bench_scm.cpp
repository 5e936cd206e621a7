// Asks the Service Control Manager, and says when: one line of its standard input is one request, one line of its
// standard output the answer. Times are in 100 ns since 1601. An error of Windows is answered by "error NUMBER".
//   ready            waits until there is a Service Control Manager: "yes"
//   start NAME...    asks for the start of all of them: the time before
//   stop NAME...     asks all of them to stop and waits for it: the times before and after
//   state NAME       its state, the number that Windows gives it
//   pid NAME         its process id
#include <iostream>
#include <iterator>
#include <sstream>

#include "../fixtures/fixture.hpp"

namespace {

constexpr ULONGLONG k_patience_ms = 120'000;

struct Failure {
    DWORD code;
};

std::uint64_t now() {
    FILETIME time{};
    GetSystemTimePreciseAsFileTime(&time);
    return (static_cast<std::uint64_t>(time.dwHighDateTime) << 32U) | time.dwLowDateTime;
}

// A session that has just begun has no manager yet.
SC_HANDLE wait_for_manager() {
    const ULONGLONG begin = GetTickCount64();
    for (;;) {
        SC_HANDLE handle = OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT);
        if (handle != nullptr) return handle;
        if (GetTickCount64() - begin > k_patience_ms) throw Failure{GetLastError()};
        Sleep(50);
    }
}

SC_HANDLE manager() {
    static SC_HANDLE handle = wait_for_manager();
    return handle;
}

class Service {
public:
    explicit Service(const std::string& name)
        : handle_(OpenServiceA(manager(), name.c_str(), SERVICE_START | SERVICE_STOP | SERVICE_QUERY_STATUS)) {
        if (handle_ == nullptr) throw Failure{GetLastError()};
    }
    Service(Service&& other) noexcept : handle_(other.handle_) { other.handle_ = nullptr; }
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    Service& operator=(Service&&) = delete;
    ~Service() {
        if (handle_ != nullptr) CloseServiceHandle(handle_);
    }

    void start() {
        if (StartServiceW(handle_, 0, nullptr) == 0) throw Failure{GetLastError()};
    }
    void ask_to_stop() {
        SERVICE_STATUS status{};
        if (ControlService(handle_, SERVICE_CONTROL_STOP, &status) == 0) throw Failure{GetLastError()};
    }
    SERVICE_STATUS_PROCESS status() {
        SERVICE_STATUS_PROCESS status{};
        DWORD needed = 0;
        if (QueryServiceStatusEx(handle_, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status,
                                 &needed) == 0) {
            throw Failure{GetLastError()};
        }
        return status;
    }

private:
    SC_HANDLE handle_;
};

void wait_until_stopped(Service& service) {
    const ULONGLONG begin = GetTickCount64();
    while (service.status().dwCurrentState != SERVICE_STOPPED) {
        if (GetTickCount64() - begin > k_patience_ms) throw Failure{WAIT_TIMEOUT};
        Sleep(1);
    }
}

std::string answer(const std::string& what, std::vector<Service>& services) {
    if (what == "ready") return manager() != nullptr ? "yes" : "no";
    const std::uint64_t before = now();
    if (what == "start") {
        for (Service& service : services) service.start();
        return std::to_string(before);
    }
    if (what == "stop") {
        for (Service& service : services) service.ask_to_stop();
        for (Service& service : services) wait_until_stopped(service);
        return std::to_string(before) + " " + std::to_string(now());
    }
    const SERVICE_STATUS_PROCESS status = services.at(0).status();
    return std::to_string(what == "pid" ? status.dwProcessId : status.dwCurrentState);
}

}  // namespace

int main() {
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream words(line);
        std::string what;
        words >> what;
        try {
            std::vector<Service> services;
            for (std::string name; words >> name;) services.emplace_back(name);
            std::cout << answer(what, services) << std::endl;
        } catch (const Failure& failure) {
            std::cout << "error " << failure.code << std::endl;
        }
    }
}

#include "platform/posix/process_session.hpp"

#include <dirent.h>
#include <signal.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "platform/posix/posix_error.hpp"

namespace svcwrap::platform::posix {

namespace {

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

pid_t to_pid(std::string_view text) {
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    return error == std::errc{} && end == text.data() + text.size() ? pid : 0;
}

// proc(5): "pid (comm) state ppid pgrp session ..."; comm may hold anything, also parentheses.
bool lives_in(pid_t pid, pid_t session) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    const std::size_t end_of_name = line.rfind(')');
    if (end_of_name == std::string::npos) {
        return false;
    }
    std::istringstream rest(line.substr(end_of_name + 1));
    char state = 'X';
    pid_t parent = 0;
    pid_t group = 0;
    pid_t its_session = 0;
    rest >> state >> parent >> group >> its_session;
    return its_session == session && state != 'Z' && state != 'X';
}

std::vector<pid_t> members_of(pid_t session) {
    std::vector<pid_t> members;
    const std::unique_ptr<DIR, CloseFolder> processes(::opendir("/proc"));
    while (const dirent* entry = processes ? ::readdir(processes.get()) : nullptr) {
        if (const pid_t pid = to_pid(entry->d_name); pid > 0 && lives_in(pid, session)) {
            members.push_back(pid);
        }
    }
    return members;
}

}  // namespace

std::size_t count_session(pid_t session) {
    return members_of(session).size();
}

void kill_session(pid_t session) {
    // The scan first: the number of an emptied session may belong to somebody else by now. A few passes, because a
    // member may fork between the scan and its end.
    for (int pass = 0; pass < 5; ++pass) {
        const std::vector<pid_t> members = members_of(session);
        if (members.empty()) {
            return;
        }
        for (const pid_t member : members) {
            ::kill(member, SIGKILL);
        }
    }
}

// NOLINTNEXTLINE(readability-function-size): one walk over the processes
Status stop_session(pid_t session) {
    std::set<pid_t> stopped;
    // Until a pass finds nobody new: a member may fork before its own stop.
    for (std::size_t before = 1; before != stopped.size();) {
        before = stopped.size();
        for (const pid_t member : members_of(session)) {
            if (stopped.contains(member)) {
                continue;
            }
            if (::kill(member, SIGSTOP) != 0 && errno != ESRCH) {
                const int code = errno;
                continue_session(session);
                return fail_errno("suspend process", std::to_string(member), code);
            }
            stopped.insert(member);
        }
    }
    return {};
}

void continue_session(pid_t session) {
    for (const pid_t member : members_of(session)) {
        ::kill(member, SIGCONT);
    }
}

std::vector<ProcessInfo> describe_session(pid_t session) {
    std::vector<ProcessInfo> all;
    for (const pid_t member : members_of(session)) {
        std::error_code unknown;
        const auto program = std::filesystem::read_symlink("/proc/" + std::to_string(member) + "/exe", unknown);
        all.push_back({.id = static_cast<std::uint32_t>(member), .name = program.filename().string()});
    }
    return all;
}

}  // namespace svcwrap::platform::posix

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <thread>

#include "base/path.hpp"
#include "platform/native.hpp"
#include "platform/posix/posix_error.hpp"

extern char** environ;  // NOLINT: POSIX declares it nowhere

namespace svcwrap::platform {

namespace {

constexpr int k_background_niceness = 19;

std::string variable(const char* name) {
    const char* value = ::getenv(name);
    return value != nullptr ? value : "";
}

bool is_program(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

std::vector<std::string> search_folders() {
    std::vector<std::string> folders;
    std::string rest = variable("PATH");
    while (!rest.empty()) {
        const std::size_t end = rest.find(':');
        folders.push_back(rest.substr(0, end));
        rest.erase(0, end == std::string::npos ? rest.size() : end + 1);
    }
    return folders;
}

class PosixSystem final : public System {
public:
    Result<std::string> executable_path() const override {
        std::array<char, PATH_MAX> path{};
        const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
        if (size < 0) {
            return posix::fail_errno("find out the path of", "this program", errno);
        }
        return std::string(path.data(), static_cast<std::size_t>(size));
    }

    std::string current_folder() const override {
        std::array<char, PATH_MAX> path{};
        return ::getcwd(path.data(), path.size()) != nullptr ? path.data() : "/";
    }

    Result<std::string> data_folder() const override {
        if (const std::string home = variable("SVCWRAP_HOME"); !home.empty()) {
            return join_path(current_folder(), home, PathStyle::posix);
        }
        const std::string home = variable("HOME");
        if (home.empty()) {
            return fail(ErrorKind::not_found, "find the data folder: neither SVCWRAP_HOME nor HOME is set",
                        "set SVCWRAP_HOME to a folder");
        }
        return join_path(home, ".local/state/svcwrap", PathStyle::posix);
    }

    Environment environment() const override {
        Environment variables;
        for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
            const std::string text = *entry;
            if (const std::size_t equals = text.find('='); equals != std::string::npos) {
                variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
            }
        }
        return variables;
    }

    bool is_elevated() const override { return ::geteuid() == 0; }

    Result<std::string> find_program(const std::string& name, const std::string& folder) const override {
        if (name.contains('/')) {
            const std::string path = normalize_path(join_path(folder, name, PathStyle::posix), PathStyle::posix);
            return is_program(path) ? Result<std::string>(path) : no_program(path);
        }
        for (const std::string& place : search_folders()) {
            if (const std::string path = join_path(place, name, PathStyle::posix); is_program(path)) {
                return path;
            }
        }
        return no_program(name);
    }

    std::uint32_t process_id() const override { return static_cast<std::uint32_t>(::getpid()); }

    bool is_process_alive(std::uint32_t id) const override {
        return ::kill(static_cast<pid_t>(id), 0) == 0 || errno == EPERM;
    }

    std::string decode(CodePage page, std::string_view bytes) const override { return from_code_page(page, bytes); }

    // On Linux this is about the calling thread alone (setpriority(2), "C library/kernel differences").
    void enter_background() const override { (void)::setpriority(PRIO_PROCESS, 0, k_background_niceness); }

private:
    static std::unexpected<Error> no_program(const std::string& name) {
        return fail(ErrorKind::not_found, "find the program " + name + ": there is no such executable file",
                    "give its absolute path");
    }
};

class SystemClock final : public Clock {
public:
    TimePoint now() const override { return std::chrono::floor<Duration>(std::chrono::steady_clock::now()); }
    WallTime wall_now() const override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }
    void sleep(Duration duration) override { std::this_thread::sleep_for(duration); }
    Duration utc_offset(WallTime moment) const override {
        const std::time_t time = std::chrono::system_clock::to_time_t(moment);
        std::tm local{};
        return ::localtime_r(&time, &local) != nullptr ? std::chrono::seconds(local.tm_gmtoff) : Duration{};
    }
};

}  // namespace

std::unique_ptr<System> make_system() {
    return std::make_unique<PosixSystem>();
}
std::unique_ptr<Clock> make_clock() {
    return std::make_unique<SystemClock>();
}

}  // namespace svcwrap::platform

#include "service/process.hpp"

#include <tlhelp32.h>

#include <catch_amalgamated.hpp>
#include <format>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "base/argv.hpp"

namespace svcwrap::testing {

std::optional<Process> Process::open(DWORD id) {
    Handle handle(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_TERMINATE | SYNCHRONIZE, FALSE, id));
    if (!handle) return std::nullopt;
    return Process(std::move(handle));
}

bool Process::wait_for_end(Milliseconds limit) const {
    return WaitForSingleObject(handle_.get(), static_cast<DWORD>(limit.count())) == WAIT_OBJECT_0;
}

DWORD Process::exit_code() const {
    DWORD code = 0;
    GetExitCodeProcess(handle_.get(), &code);
    return code;
}

namespace {

using Wanted = std::function<bool(const PROCESSENTRY32W&)>;

std::vector<DWORD> find_processes(const Wanted& wanted) {
    const Handle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
    std::vector<DWORD> ids;
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = Process32FirstW(snapshot.get(), &entry); more; more = Process32NextW(snapshot.get(), &entry)) {
        if (wanted(entry)) ids.push_back(entry.th32ProcessID);
    }
    return ids;
}

bool is_named(const PROCESSENTRY32W& entry, const std::wstring& name) {
    return CompareStringOrdinal(entry.szExeFile, -1, name.c_str(), -1, TRUE) == CSTR_EQUAL;
}

}  // namespace

std::vector<DWORD> children_of(DWORD parent, const std::string& file_name) {
    return find_processes([parent, name = to_wide(file_name)](const PROCESSENTRY32W& entry) {
        return entry.th32ParentProcessID == parent && is_named(entry, name);
    });
}

std::vector<DWORD> processes_named(const std::string& file_name) {
    return find_processes([name = to_wide(file_name)](const PROCESSENTRY32W& entry) { return is_named(entry, name); });
}

Process child_of(DWORD parent, const std::string& file_name) {
    std::optional<Process> child;
    const auto found = [&] {
        const auto ids = children_of(parent, file_name);
        if (!ids.empty()) child = Process::open(ids.front());
        return child && child->is_alive();
    };
    INFO("waiting for " << file_name << ", child of " << parent);
    REQUIRE(wait_until(found));
    return *std::move(child);
}

Process open_process(DWORD id) {
    auto process = Process::open(id);
    INFO("process " << id);
    REQUIRE(process);
    return *std::move(process);
}

// One pipe, read to its end on a thread that outlives a hanging writer.
struct Subprocess::Collector {
    Handle read_end;
    std::mutex guard;
    std::string text;
    bool ended = false;

    static void collect(const std::shared_ptr<Collector>& self) {
        std::string block(65'536, '\0');
        DWORD got = 0;
        while (ReadFile(self->read_end.get(), block.data(), static_cast<DWORD>(block.size()), &got, nullptr)) {
            const std::lock_guard lock(self->guard);
            self->text.append(block, 0, got);
        }
        const std::lock_guard lock(self->guard);
        self->ended = true;
    }
    bool has_ended() {
        const std::lock_guard lock(guard);
        return ended;
    }
    std::string copy() {
        const std::lock_guard lock(guard);
        return text;
    }
};

namespace {

struct Pipe {
    Handle read_end;
    Handle write_end;  // inheritable
};

Pipe make_pipe() {
    SECURITY_ATTRIBUTES inheritable{
        .nLength = sizeof(SECURITY_ATTRIBUTES), .lpSecurityDescriptor = nullptr, .bInheritHandle = TRUE};
    HANDLE read_end = nullptr;
    HANDLE write_end = nullptr;
    REQUIRE(CreatePipe(&read_end, &write_end, &inheritable, 65'536));
    SetHandleInformation(read_end, HANDLE_FLAG_INHERIT, 0);
    return {.read_end = Handle(read_end), .write_end = Handle(write_end)};
}

Handle open_nothing() {
    SECURITY_ATTRIBUTES inheritable{
        .nLength = sizeof(SECURITY_ATTRIBUTES), .lpSecurityDescriptor = nullptr, .bInheritHandle = TRUE};
    return Handle(
        CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inheritable, OPEN_EXISTING, 0, nullptr));
}

}  // namespace

Subprocess::Subprocess(const Path& program, const std::string& command_line, HANDLE token)
    : output_(std::make_shared<Collector>()), error_(std::make_shared<Collector>()) {
    Pipe output = make_pipe();
    Pipe error = make_pipe();
    const Handle nothing = open_nothing();
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = nothing.get();
    startup.hStdOutput = output.write_end.get();
    startup.hStdError = error.write_end.get();
    PROCESS_INFORMATION made{};
    std::wstring line = to_wide(command_line);
    INFO("starting " << command_line);
    const BOOL started = token == nullptr
                             ? CreateProcessW(program.c_str(), line.data(), nullptr, nullptr, TRUE, CREATE_NO_WINDOW,
                                              nullptr, nullptr, &startup, &made)
                             : CreateProcessAsUserW(token, program.c_str(), line.data(), nullptr, nullptr, TRUE,
                                                    CREATE_NO_WINDOW, nullptr, nullptr, &startup, &made);
    REQUIRE(started);
    CloseHandle(made.hThread);
    process_.emplace(Handle(made.hProcess));
    output_->read_end = std::move(output.read_end);
    error_->read_end = std::move(error.read_end);
    std::thread(&Collector::collect, output_).detach();
    std::thread(&Collector::collect, error_).detach();
}

Subprocess::~Subprocess() {
    if (process_->is_alive()) process_->terminate(1);
    (void)process_->wait_for_end();
}

std::string Subprocess::output() {
    return output_->copy();
}

std::string Subprocess::error_output() {
    return error_->copy();
}

void Subprocess::finish(Milliseconds limit) {
    const bool ended = process_->wait_for_end(limit);
    INFO("output so far: " << output() << "\nerrors so far: " << error_output());
    REQUIRE(ended);
    REQUIRE(wait_until([this] { return output_->has_ended() && error_->has_ended(); }));
}

std::string to_text(const Answer& answer) {
    return std::format("exit code {}\noutput: {}\nerrors: {}", answer.exit_code, answer.output, answer.error);
}

Answer run_svcwrap_line(const std::string& arguments, Milliseconds limit) {
    Subprocess command(svcwrap_exe(), "\"" + to_utf8(svcwrap_exe()) + "\" " + arguments);
    command.finish(limit);
    return {.exit_code = static_cast<int>(command.process().exit_code()),
            .output = command.output(),
            .error = command.error_output()};
}

Answer run_svcwrap(const std::vector<std::string>& arguments, Milliseconds limit) {
    std::string line;
    for (const std::string& argument : arguments) line += (line.empty() ? "" : " ") + quote_argument(argument);
    return run_svcwrap_line(line, limit);
}

}  // namespace svcwrap::testing

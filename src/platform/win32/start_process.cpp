#include "platform/win32/start_process.hpp"

#include <boost/asio/system_executor.hpp>
#include <boost/process/v2/windows/default_launcher.hpp>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <format>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

namespace svcwrap::platform::win32 {

namespace {

namespace process = boost::process::v2;
using boost::system::error_code;

struct LaunchExecutor : boost::asio::system_executor {};

}  // namespace

}  // namespace svcwrap::platform::win32

// What the launcher returns here. Boost's own basic_process ends the process in its destructor, takes exit code 259 for
// "still running" and makes the exe import user32.dll; all that is wanted of it is the id and the handle.
template <>
struct boost::process::v2::basic_process<svcwrap::platform::win32::LaunchExecutor> {
    explicit basic_process(const svcwrap::platform::win32::LaunchExecutor&) {}
    basic_process(const svcwrap::platform::win32::LaunchExecutor&, DWORD process_id, HANDLE process_handle)
        : id(process_id), handle(process_handle) {}
    DWORD id = 0;
    svcwrap::platform::win32::KernelHandle handle;
};

namespace svcwrap::platform::win32 {

namespace {

enum class Entry : std::uint8_t { born_in_job, assigned_suspended };

error_code last_error() {
    return {static_cast<int>(GetLastError()), boost::system::system_category()};
}

// A list of process attributes with room for two: the job, and the handles that the launcher adds.
class AttributeList {
public:
    error_code make() {
        SIZE_T size = 0;
        InitializeProcThreadAttributeList(nullptr, 2, 0, &size);  // fails by design and gives the size
        storage_.resize(size);
        auto* list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(storage_.data());
        if (InitializeProcThreadAttributeList(list, 2, 0, &size) == 0) {
            return last_error();
        }
        list_.reset(list);
        return {};
    }
    error_code add_job(HANDLE* job) {
        const BOOL done = UpdateProcThreadAttribute(list_.get(), 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, job, sizeof *job,
                                                    nullptr, nullptr);
        return done != 0 ? error_code() : last_error();
    }
    [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST get() const { return list_.get(); }

private:
    struct Deleter {
        void operator()(LPPROC_THREAD_ATTRIBUTE_LIST list) const { DeleteProcThreadAttributeList(list); }
    };
    std::vector<std::byte> storage_;
    std::unique_ptr<std::remove_pointer_t<LPPROC_THREAD_ATTRIBUTE_LIST>, Deleter> list_;
};

// The hooks of the launcher. It adds the list of inherited handles itself.
class Setup {
public:
    Setup(const StartRequest& request, Entry entry) : request_(request), entry_(entry), job_(request.job) {}

    error_code on_setup(process::windows::default_launcher& launcher, const std::filesystem::path&, std::wstring&) {
        if (auto failed = attributes_.make()) {
            return failed;
        }
        if (entry_ == Entry::born_in_job) {
            if (auto failed = attributes_.add_job(&job_)) {
                return failed;
            }
        }
        // No CREATE_NEW_PROCESS_GROUP: the console is the child's own, so events for the whole of it reach this tree
        // only, and a new group would make the child deaf to Ctrl-C.
        launcher.creation_flags |= CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT | request_.priority_class;
        launcher.creation_flags |= is_suspended() ? CREATE_SUSPENDED : 0U;
        launcher.startup_info.lpAttributeList = attributes_.get();
        launcher.environment = const_cast<wchar_t*>(request_.environment.c_str());  // CreateProcess only reads it
        launcher.current_directory = request_.folder;
        set_handles(launcher);
        return {};
    }

    void on_success(process::windows::default_launcher& launcher, const std::filesystem::path&, std::wstring&) {
        if (is_suspended()) {
            stage_ = release(launcher.process_information, code_);
        }
    }

    // The step after creation that failed, with its code.
    [[nodiscard]] std::optional<LaunchStage> failed_stage() const { return stage_; }
    [[nodiscard]] DWORD code() const { return code_; }

private:
    [[nodiscard]] bool is_suspended() const { return entry_ == Entry::assigned_suspended || request_.affinity != 0; }

    void set_handles(process::windows::default_launcher& launcher) const {
        auto& info = launcher.startup_info.StartupInfo;
        info.dwFlags |= STARTF_USESTDHANDLES;
        info.hStdInput = request_.input;
        info.hStdOutput = request_.output;
        info.hStdError = request_.error;
        launcher.inherited_handles = {request_.input, request_.output};
        if (request_.error != request_.output) {  // a handle that is listed twice is refused
            launcher.inherited_handles.push_back(request_.error);
        }
    }

    std::optional<LaunchStage> release(const PROCESS_INFORMATION& started, DWORD& code) const {
        if (entry_ == Entry::assigned_suspended && AssignProcessToJobObject(request_.job, started.hProcess) == 0) {
            code = GetLastError();
            return LaunchStage::assign_job;
        }
        if (request_.affinity != 0 && SetProcessAffinityMask(started.hProcess, request_.affinity) == 0) {
            code = GetLastError();
            return LaunchStage::create_process;
        }
        if (ResumeThread(started.hThread) == static_cast<DWORD>(-1)) {
            code = GetLastError();
            return LaunchStage::resume;
        }
        return std::nullopt;
    }

    const StartRequest& request_;
    Entry entry_;
    HANDLE job_;
    AttributeList attributes_;
    std::optional<LaunchStage> stage_;
    DWORD code_ = 0;
};

std::string what_failed(LaunchStage stage, const StartRequest& request, DWORD code) {
    const std::string program = from_native_path(request.application);
    if (stage == LaunchStage::assign_job) {
        return "cannot put " + program + " into its job object";
    }
    if (stage == LaunchStage::resume) {
        return "cannot let " + program + " run";
    }
    if (code == ERROR_DIRECTORY) {
        return std::format("cannot start {}: the working directory {} does not exist", program,
                           from_wide(request.folder));
    }
    return "cannot start " + program;
}

Result<StartedProcess> try_start(const StartRequest& request, Entry entry) {
    process::windows::default_launcher launcher;
    Setup setup(request, entry);
    error_code failed;
    const wchar_t* command_line = request.command_line.c_str();
    auto child = launcher(LaunchExecutor(), failed, std::filesystem::path(request.application), command_line, setup);
    if (failed) {
        const auto code = static_cast<DWORD>(failed.value());
        return std::unexpected(
            launch_error(LaunchStage::create_process, what_failed(LaunchStage::create_process, request, code), code));
    }
    if (const auto stage = setup.failed_stage()) {
        TerminateProcess(child.handle.get(), 1);
        return std::unexpected(launch_error(*stage, what_failed(*stage, request, setup.code()), setup.code()));
    }
    return StartedProcess{.process = std::move(child.handle), .id = child.id};
}

// Codes with which a system that knows no PROC_THREAD_ATTRIBUTE_JOB_LIST, or may not use it here, answers.
bool may_be_the_job_list(const Error& error) {
    return error.os_code == ERROR_INVALID_PARAMETER || error.os_code == ERROR_NOT_SUPPORTED ||
           error.os_code == ERROR_ACCESS_DENIED;
}

}  // namespace

Error launch_error(LaunchStage stage, std::string message, DWORD code) {
    Error error = make_error(ErrorKind::launch_failed, std::move(message), code);
    error.where = name_of(stage);
    return error;
}

Result<StartedProcess> start_process(const StartRequest& request) {
    // A process that ignores Ctrl-C hands that on to its children (SetConsoleCtrlHandler), and theirs; this one may
    // have it from whoever started it. Only a handler may decide what Ctrl-C does here.
    SetConsoleCtrlHandler(nullptr, FALSE);
    try {
        auto started = try_start(request, Entry::born_in_job);
        if (!started && may_be_the_job_list(started.error())) {
            return try_start(request, Entry::assigned_suspended);
        }
        return started;
    } catch (const std::exception& exception) {
        return fail(ErrorKind::internal, std::string("starting a process: ") + exception.what());
    }
}

}  // namespace svcwrap::platform::win32

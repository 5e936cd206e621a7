#include "platform/process.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/windows/object_handle.hpp>
#include <exception>
#include <format>

#include "base/path.hpp"
#include "platform/native.hpp"
#include "platform/win32/command_line.hpp"
#include "platform/win32/job.hpp"
#include "platform/win32/pipe.hpp"
#include "platform/win32/start_process.hpp"
#include "platform/win32/suspension.hpp"
#include "platform/win32/windows_of.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

// The child's three handles, and our ends of its pipes.
struct Streams {
    KernelHandle input;
    KernelHandle output;
    KernelHandle error;  // empty: the same as output
    std::unique_ptr<PipeWriter> input_writer;
    std::unique_ptr<PipeReader> output_reader;
    std::unique_ptr<PipeReader> error_reader;
};

Result<KernelHandle> open_output(OutputTo to, DWORD standard, std::unique_ptr<PipeReader>& reader) {
    if (to == OutputTo::discard) {
        return open_null_device();
    }
    if (to == OutputTo::inherit) {
        return copy_standard_handle(standard);
    }
    auto pipe = make_pipe(PipeDirection::from_child);
    if (!pipe) {
        return std::unexpected(pipe.error());
    }
    reader = make_pipe_reader(std::move(pipe->ours));
    return std::move(pipe->childs);
}

Result<KernelHandle> open_input(const LaunchSpec& spec, std::unique_ptr<PipeWriter>& writer) {
    if (spec.standard_input == InputFrom::nothing) {
        return open_null_device();
    }
    if (spec.standard_input == InputFrom::file) {
        return open_input_file(spec.input_file);
    }
    auto pipe = make_pipe(PipeDirection::to_child);
    if (!pipe) {
        return std::unexpected(pipe.error());
    }
    writer = make_pipe_writer(std::move(pipe->ours));
    return std::move(pipe->childs);
}

Status keep(Result<KernelHandle> opened, KernelHandle& place) {
    if (!opened) {
        return std::unexpected(opened.error());
    }
    place = std::move(*opened);
    return {};
}

Result<Streams> open_streams(const LaunchSpec& spec) {
    Streams streams;
    auto opened = keep(open_input(spec, streams.input_writer), streams.input).and_then([&] {
        return keep(open_output(spec.standard_output, STD_OUTPUT_HANDLE, streams.output_reader), streams.output);
    });
    if (opened && spec.standard_error != OutputTo::merge) {
        opened = keep(open_output(spec.standard_error, STD_ERROR_HANDLE, streams.error_reader), streams.error);
    }
    if (!opened) {
        return std::unexpected(opened.error());
    }
    return streams;
}

DWORD priority_class(Priority priority) {
    switch (priority) {
        case Priority::idle:
            return IDLE_PRIORITY_CLASS;
        case Priority::below_normal:
            return BELOW_NORMAL_PRIORITY_CLASS;
        case Priority::normal:
            return NORMAL_PRIORITY_CLASS;
        case Priority::above_normal:
            return ABOVE_NORMAL_PRIORITY_CLASS;
        case Priority::high:
            return HIGH_PRIORITY_CLASS;
        case Priority::realtime:
            return REALTIME_PRIORITY_CLASS;
    }
    return NORMAL_PRIORITY_CLASS;
}

Result<DWORD_PTR> affinity_mask(const std::vector<std::uint32_t>& processors) {
    DWORD_PTR mask = 0;
    for (const std::uint32_t processor : processors) {
        if (processor >= sizeof(DWORD_PTR) * 8) {
            return fail(ErrorKind::launch_failed, std::format("there is no processor {} in the first group", processor),
                        "cpu_affinity takes numbers from 0 to 63");
        }
        mask |= DWORD_PTR{1} << processor;
    }
    return mask;
}

std::string system_folder() {
    std::array<wchar_t, MAX_PATH + 1> folder{};
    const UINT size = GetSystemDirectoryW(folder.data(), static_cast<UINT>(folder.size()));
    return from_wide({folder.data(), size});
}

Error at_stage(Error error, LaunchStage stage) {
    error.kind = ErrorKind::launch_failed;
    error.where = name_of(stage);
    return error;
}

Status check_executable(const std::string& path) {
    if (GetFileAttributesW(to_native_path(path).c_str()) != INVALID_FILE_ATTRIBUTES) {
        return {};
    }
    return std::unexpected(launch_error(LaunchStage::resolve_executable, "cannot find " + path, GetLastError()));
}

Result<StartRequest> make_request(const LaunchSpec& spec) {
    auto command = make_command(spec, system_folder());
    auto environment = make_environment_block(spec.environment);
    auto affinity = affinity_mask(spec.cpu_affinity);
    for (const Error* error : {command ? nullptr : &command.error(), environment ? nullptr : &environment.error(),
                               affinity ? nullptr : &affinity.error()}) {
        if (error != nullptr) {
            return std::unexpected(at_stage(*error, LaunchStage::create_process));
        }
    }
    StartRequest request;
    request.application = to_native_path(command->application);
    request.command_line = to_wide(command->command_line);
    request.environment = std::move(*environment);
    request.folder = to_wide(spec.working_directory);
    request.priority_class = priority_class(spec.priority);
    request.affinity = *affinity;
    return request;
}

class WindowsChildProcess final : public ChildProcess {
public:
    // `exit` is a second handle of the process, for the loop. Throws what Asio throws.
    WindowsChildProcess(StartedProcess started, KernelHandle exit, Job job, Streams streams, bool kill_tree,
                        boost::asio::io_context& loop)
        : id_(started.id),
          process_(std::make_shared<KernelHandle>(std::move(started.process))),
          job_(std::move(job)),
          kill_tree_(kill_tree),
          output_(std::move(streams.output_reader)),
          error_(std::move(streams.error_reader)),
          input_(std::move(streams.input_writer)),
          exit_(loop, exit.get()) {
        (void)exit.release();
    }

    std::uint32_t id() const override { return id_; }
    std::shared_ptr<void> keep_id() const override { return process_; }  // an open handle keeps the id taken
    void async_wait(std::function<void(ExitCode)> done) override;
    std::size_t active_processes() const override;
    Status terminate_tree(ExitCode code) override;
    Status suspend_tree() override;
    Status resume_tree() override;
    std::vector<ProcessInfo> processes() const override;
    Result<std::size_t> close_windows() override { return ask_windows_to_close(tree()); }
    std::unique_ptr<PipeReader> take_output() override { return std::move(output_); }
    std::unique_ptr<PipeReader> take_error() override { return std::move(error_); }
    std::unique_ptr<PipeWriter> take_input() override { return std::move(input_); }

private:
    [[nodiscard]] bool is_root_alive() const { return WaitForSingleObject(process_->get(), 0) == WAIT_TIMEOUT; }
    [[nodiscard]] std::vector<DWORD> tree() const;

    DWORD id_;
    std::shared_ptr<KernelHandle> process_;
    // Before the job: a tree that ends with it does not run on for a moment first.
    std::vector<Suspension> suspensions_;
    Job job_;
    bool kill_tree_;
    std::unique_ptr<PipeReader> output_;
    std::unique_ptr<PipeReader> error_;
    std::unique_ptr<PipeWriter> input_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    boost::asio::windows::object_handle exit_;
};

void WindowsChildProcess::async_wait(std::function<void(ExitCode)> done) {
    // The handle says when the process has ended, not the exit code 259, which a program may use like any other. The
    // completion may already be queued when this object goes: then nobody is called.
    exit_.async_wait([process = process_, alive = std::weak_ptr(alive_),
                      done = std::move(done)](const boost::system::error_code& cancelled) {
        DWORD code = 0;
        if (!cancelled && !alive.expired() && GetExitCodeProcess(process->get(), &code) != 0) {
            done(ExitCode{code});
        }
    });
}

std::vector<DWORD> WindowsChildProcess::tree() const {
    if (kill_tree_) {
        return job_.process_ids();
    }
    return is_root_alive() ? std::vector<DWORD>{id_} : std::vector<DWORD>();
}

std::size_t WindowsChildProcess::active_processes() const {
    return tree().size();
}

Status WindowsChildProcess::suspend_tree() {
    auto suspension = Suspension::make([this] { return tree(); });
    if (!suspension) {
        return std::unexpected(suspension.error());
    }
    suspensions_.push_back(std::move(*suspension));
    return {};
}

Status WindowsChildProcess::resume_tree() {
    if (!suspensions_.empty()) {
        suspensions_.pop_back();
    }
    return {};
}

std::vector<ProcessInfo> WindowsChildProcess::processes() const {
    std::vector<ProcessInfo> all;
    for (const DWORD id : job_.process_ids()) {  // also those that kill_tree leaves alone
        all.push_back({.id = id, .name = file_name(from_wide(program_of(id)))});
    }
    return all;
}

Status WindowsChildProcess::terminate_tree(ExitCode code) {
    if (kill_tree_) {
        return job_.terminate(code);
    }
    if (!is_root_alive() || TerminateProcess(process_->get(), code.value) != 0) {
        return {};
    }
    return fail_with(ErrorKind::io_failed, std::format("cannot end process {}", id_), GetLastError());
}

bool duplicate(const KernelHandle& process, DWORD access, KernelHandle& copy) {
    return DuplicateHandle(GetCurrentProcess(), process.get(), GetCurrentProcess(), copy.receive(), access, FALSE, 0) !=
           0;
}

Result<std::unique_ptr<ChildProcess>> launch_child(const LaunchSpec& spec, boost::asio::io_context& loop) {
    if (auto found = check_executable(spec.executable); !found) {
        return std::unexpected(found.error());
    }
    auto request = make_request(spec);
    if (!request) {
        return std::unexpected(request.error());
    }
    auto streams = open_streams(spec);
    if (!streams) {
        return std::unexpected(at_stage(streams.error(), LaunchStage::open_pipes));
    }
    auto job = Job::make(spec.limits, spec.kill_tree);
    if (!job) {
        return std::unexpected(at_stage(job.error(), LaunchStage::make_job));
    }
    request->input = streams->input.get();
    request->output = streams->output.get();
    request->error = streams->error.is_open() ? streams->error.get() : streams->output.get();
    request->job = job->get();
    auto started = start_process(*request);
    if (!started) {
        return std::unexpected(started.error());
    }
    KernelHandle exit;
    KernelHandle root;  // lives as long as this call, whoever has the other one by then
    if (!duplicate(started->process, SYNCHRONIZE, exit) || !duplicate(started->process, PROCESS_TERMINATE, root)) {
        const DWORD code = GetLastError();
        TerminateProcess(started->process.get(), k_exit_terminated.value);
        return std::unexpected(launch_error(LaunchStage::create_process, "cannot watch " + spec.executable, code));
    }
    try {
        return std::make_unique<WindowsChildProcess>(std::move(*started), std::move(exit), std::move(*job),
                                                     std::move(*streams), spec.kill_tree, loop);
    } catch (...) {
        TerminateProcess(root.get(), k_exit_terminated.value);  // the job ends it only where the tree is ours
        throw;
    }
}

class WindowsProcessLauncher final : public ProcessLauncher {
public:
    Result<std::unique_ptr<ChildProcess>> launch(const LaunchSpec& spec, boost::asio::io_context& loop) override {
        try {
            return launch_child(spec, loop);
        } catch (const std::exception& exception) {
            return fail(ErrorKind::internal, "starting " + spec.executable + ": " + exception.what());
        }
    }
};

}  // namespace

std::unique_ptr<ProcessLauncher> make_process_launcher() {
    return std::make_unique<WindowsProcessLauncher>();
}

}  // namespace svcwrap::platform

#include "platform/win32/job.hpp"

#include <array>
#include <format>

namespace svcwrap::platform::win32 {

namespace {

Status set_information(HANDLE job, JOBOBJECTINFOCLASS level, void* data, std::size_t size, std::string_view what) {
    if (SetInformationJobObject(job, level, data, static_cast<DWORD>(size)) != 0) {
        return {};
    }
    return fail_with(ErrorKind::launch_failed, std::format("cannot set {} of the job object", what), GetLastError());
}

Status set_limits(HANDLE job, const JobLimits& limits, bool kill_on_close) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
    DWORD flags = kill_on_close ? JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE : 0U;
    if (limits.memory.bytes != 0) {
        flags |= JOB_OBJECT_LIMIT_JOB_MEMORY;
        info.JobMemoryLimit = static_cast<SIZE_T>(limits.memory.bytes);
    }
    if (limits.processes != 0) {
        flags |= JOB_OBJECT_LIMIT_ACTIVE_PROCESS;
        info.BasicLimitInformation.ActiveProcessLimit = limits.processes;
    }
    info.BasicLimitInformation.LimitFlags = flags;
    if (flags == 0) {
        return {};
    }
    return set_information(job, JobObjectExtendedLimitInformation, &info, sizeof info, "the memory and process limits");
}

Status set_cpu_cap(HANDLE job, std::uint32_t percent) {
    if (percent == 0) {
        return {};
    }
    JOBOBJECT_CPU_RATE_CONTROL_INFORMATION info{};
    info.ControlFlags = JOB_OBJECT_CPU_RATE_CONTROL_ENABLE | JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP;
    info.CpuRate = percent * 100;  // in hundredths of a percent of all processors
    return set_information(job, JobObjectCpuRateControlInformation, &info, sizeof info, "the CPU limit");
}

std::vector<DWORD> all_process_ids(HANDLE job) {
    std::size_t room = 64;
    while (true) {
        const std::size_t bytes = sizeof(JOBOBJECT_BASIC_PROCESS_ID_LIST) + room * sizeof(ULONG_PTR);
        std::vector<std::byte> buffer(bytes);
        auto* list = reinterpret_cast<JOBOBJECT_BASIC_PROCESS_ID_LIST*>(buffer.data());
        const BOOL done =
            QueryInformationJobObject(job, JobObjectBasicProcessIdList, list, static_cast<DWORD>(bytes), nullptr);
        if (done != 0 && list->NumberOfProcessIdsInList >= list->NumberOfAssignedProcesses) {
            std::vector<DWORD> ids;
            for (DWORD i = 0; i < list->NumberOfProcessIdsInList; ++i) {
                ids.push_back(static_cast<DWORD>(list->ProcessIdList[i]));
            }
            return ids;
        }
        if (done == 0 && GetLastError() != ERROR_MORE_DATA) {
            return {};
        }
        room *= 4;
    }
}

std::wstring console_host_path() {
    std::array<wchar_t, MAX_PATH + 1> folder{};
    const UINT size = GetSystemDirectoryW(folder.data(), static_cast<UINT>(folder.size()));
    return std::wstring(folder.data(), size) + L"\\conhost.exe";
}

bool is_console_host(DWORD id) {
    static const std::wstring host = console_host_path();
    const std::wstring program = program_of(id);
    return CompareStringOrdinal(program.c_str(), static_cast<int>(program.size()), host.c_str(),
                                static_cast<int>(host.size()), TRUE) == CSTR_EQUAL;
}

}  // namespace

std::wstring program_of(DWORD process_id) {
    const KernelHandle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process_id));
    std::array<wchar_t, 1024> path{};
    auto size = static_cast<DWORD>(path.size());
    if (!process.is_open() || QueryFullProcessImageNameW(process.get(), 0, path.data(), &size) == 0) {
        return {};
    }
    return {path.data(), size};
}

Result<Job> Job::make(const JobLimits& limits, bool kill_on_close) {
    KernelHandle handle(CreateJobObjectW(nullptr, nullptr));
    if (!handle.is_open()) {
        return fail_with(ErrorKind::launch_failed, "cannot create a job object", GetLastError());
    }
    auto set = set_limits(handle.get(), limits, kill_on_close).and_then([&] {
        return set_cpu_cap(handle.get(), limits.cpu_percent);
    });
    if (!set) {
        return std::unexpected(set.error());
    }
    return Job(std::move(handle));
}

std::vector<DWORD> Job::process_ids() const {
    std::vector<DWORD> ids = all_process_ids(get());
    std::erase_if(ids, is_console_host);
    return ids;
}

Status Job::terminate(ExitCode code) const {
    if (TerminateJobObject(get(), code.value) != 0) {
        return {};
    }
    return fail_with(ErrorKind::io_failed, "cannot end the process tree", GetLastError());
}

}  // namespace svcwrap::platform::win32

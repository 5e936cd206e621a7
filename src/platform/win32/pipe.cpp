#include "platform/win32/pipe.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <format>
#include <optional>

#include "platform/win32/bcrypt.hpp"
#include "platform/win32/security.hpp"

namespace svcwrap::platform::win32 {

namespace {

// Room for several large writes: who writes and who reads then seldom wait for each other.
constexpr DWORD k_buffer_bytes = 256 * 1024;
constexpr std::size_t k_largest_write = std::size_t{64} * 1024;

constexpr std::size_t k_small_read = std::size_t{4} * 1024;

// LocalSystem and the owner (S-1-3-4, OWNER RIGHTS) everything. A service with a restricted SID opens the child's end
// with a write-restricted token, for which Windows checks writing a second time, against S-1-5-33 (WRITE RESTRICTED)
// and its like alone; the default descriptor of a pipe lets those read only, and the child would have no output.
// FILE_CREATE_PIPE_INSTANCE comes with GENERIC_WRITE, and is of no use with one instance at most.
constexpr auto k_pipe_sddl = "D:P(A;;GA;;;SY)(A;;GA;;;S-1-3-4)(A;;GRGW;;;S-1-5-33)";

SECURITY_ATTRIBUTES inheritable() {
    return {sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
}

std::unexpected<Error> fail_pipe(std::string message, DWORD code) {
    return fail_with(ErrorKind::io_failed, std::move(message), code);
}

// 128 random bits: a name that nobody can have taken before us.
Result<std::wstring> random_pipe_name() {
    std::array<std::uint64_t, 2> random{};
    if (auto filled = fill_random(std::as_writable_bytes(std::span(random))); !filled) {
        return std::unexpected(filled.error());
    }
    return std::format(L"\\\\.\\pipe\\svcwrap-{}-{:016x}{:016x}", GetCurrentProcessId(), random[0], random[1]);
}

KernelHandle make_event() {
    return KernelHandle(CreateEventW(nullptr, TRUE, FALSE, nullptr));
}

// What remains of a patience that began at construction.
class Deadline {
public:
    explicit Deadline(Duration patience) : patience_(patience), start_(std::chrono::steady_clock::now()) {}
    [[nodiscard]] DWORD remaining() const {
        if (patience_ == k_forever) {
            return INFINITE;
        }
        return to_wait(patience_ - std::chrono::ceil<Duration>(std::chrono::steady_clock::now() - start_));
    }

private:
    Duration patience_;
    std::chrono::steady_clock::time_point start_;
};

// The end of one overlapped operation.
struct Outcome {
    DWORD code = ERROR_SUCCESS;  // ERROR_OPERATION_ABORTED: cancelled before a byte was moved
    std::size_t bytes = 0;
    bool waited = false;  // for the other side
};

Outcome collect(HANDLE file, OVERLAPPED& operation) {
    DWORD bytes = 0;
    if (GetOverlappedResult(file, &operation, &bytes, TRUE) != 0) {
        return {ERROR_SUCCESS, bytes};
    }
    return {GetLastError(), bytes};
}

class WindowsPipeReader final : public PipeReader {
public:
    WindowsPipeReader(KernelHandle pipe, const Gathering& gathering) : pipe_(std::move(pipe)), gathering_(gathering) {}

    Result<std::size_t> read(std::span<std::byte> bytes, Duration patience) override {
        const Deadline deadline(patience);
        while (!cancelled_) {
            gather();
            const Outcome outcome = read_once(bytes, either_, deadline.remaining());
            note_haste(outcome);
            const bool was_cancelled = outcome.code == ERROR_OPERATION_ABORTED && cancelled_;
            if (!was_cancelled && !is_empty_write(outcome)) {
                return judge(outcome);
            }
        }
        return read_rest(bytes);
    }

    void cancel() override {
        cancelled_ = true;
        SetEvent(cancel_.get());
    }

private:
    // A write of zero bytes completes a read with zero bytes: that is not the end.
    static bool is_empty_write(const Outcome& outcome) { return outcome.code == ERROR_SUCCESS && outcome.bytes == 0; }

    [[nodiscard]] bool gathers() const { return hasty_reads_ >= gathering_.small_reads; }

    void gather() {
        if (gathers()) {
            WaitForSingleObject(cancel_.get(), to_wait(gathering_.pause));
        }
    }

    // Haste is over as soon as nothing has come in such a moment, or so much that the pipe might become full.
    void note_haste(const Outcome& outcome) {
        const auto now = std::chrono::steady_clock::now();
        const bool has_gathered = gathers();
        const bool in_haste = has_gathered ? !outcome.waited : last_read_ && now - *last_read_ < gathering_.haste;
        const std::size_t limit = has_gathered ? k_largest_write : k_small_read;
        const bool is_small = outcome.code == ERROR_SUCCESS && outcome.bytes < limit;
        hasty_reads_ = in_haste && is_small ? std::min(hasty_reads_ + 1, gathering_.small_reads) : 0;
        last_read_ = now;
    }

    // After cancel(): what the pipe held at the first read since then. The bytes are there, so nothing waits.
    Result<std::size_t> read_rest(std::span<std::byte> bytes) {
        if (!rest_) {
            DWORD available = 0;
            rest_ = PeekNamedPipe(pipe_.get(), nullptr, 0, nullptr, &available, nullptr) != 0 ? available : 0;
        }
        bytes = bytes.first(std::min(bytes.size(), *rest_));
        if (bytes.empty()) {
            return 0;
        }
        Outcome outcome;
        do {
            outcome = read_once(bytes, std::span(either_).first<1>(), INFINITE);
        } while (is_empty_write(outcome));
        *rest_ -= outcome.bytes;
        return judge(outcome);
    }

    // Reads until the first of the events is set; any other of them, or the end of the wait, aborts the read.
    Outcome read_once(std::span<std::byte> bytes, std::span<const HANDLE> events, DWORD wait) {
        OVERLAPPED operation{};
        operation.hEvent = done_.get();
        if (::ReadFile(pipe_.get(), bytes.data(), static_cast<DWORD>(std::min<std::size_t>(bytes.size(), 1U << 30U)),
                       nullptr, &operation) != 0) {
            return collect(pipe_.get(), operation);  // they were there: there is nothing to wait for
        }
        if (const DWORD code = GetLastError(); code != ERROR_IO_PENDING) {
            return {code, 0};
        }
        if (WaitForMultipleObjects(static_cast<DWORD>(events.size()), events.data(), FALSE, wait) != WAIT_OBJECT_0) {
            // Cancelling races with data: bytes that came meanwhile are handed over and not lost.
            CancelIoEx(pipe_.get(), &operation);
        }
        Outcome outcome = collect(pipe_.get(), operation);
        outcome.waited = true;
        return outcome;
    }

    static Result<std::size_t> judge(const Outcome& outcome) {
        switch (outcome.code) {
            case ERROR_SUCCESS:
                return outcome.bytes;
            case ERROR_BROKEN_PIPE:
            case ERROR_PIPE_NOT_CONNECTED:
                return 0;
            case ERROR_OPERATION_ABORTED:
                return fail(ErrorKind::timed_out, "no output came from the child in the given time");
            default:
                return fail_pipe("cannot read the child's output", outcome.code);
        }
    }

    KernelHandle pipe_;
    const Gathering gathering_;
    KernelHandle done_ = make_event();
    KernelHandle cancel_ = make_event();
    std::array<HANDLE, 2> either_{done_.get(), cancel_.get()};
    std::atomic<bool> cancelled_{false};
    int hasty_reads_ = 0;  // small ones, each right after the one before
    std::optional<std::chrono::steady_clock::time_point> last_read_;
    std::optional<std::size_t> rest_;  // still to be handed over after cancel(); none before its first read
};

class WindowsPipeWriter final : public PipeWriter {
public:
    explicit WindowsPipeWriter(KernelHandle pipe) : pipe_(std::move(pipe)) {}

    Status write(std::span<const std::byte> bytes, Duration patience) override {
        const Deadline deadline(patience);
        while (!bytes.empty()) {
            const Outcome outcome = write_once(bytes, deadline.remaining());
            if (outcome.code == ERROR_OPERATION_ABORTED) {
                return fail(ErrorKind::timed_out, "the child did not read its standard input in the given time");
            }
            if (outcome.code != ERROR_SUCCESS) {
                return fail_pipe("cannot write to the child's standard input", outcome.code);
            }
            bytes = bytes.subspan(outcome.bytes);
        }
        return {};
    }

private:
    Outcome write_once(std::span<const std::byte> bytes, DWORD wait) {
        OVERLAPPED operation{};
        operation.hEvent = done_.get();
        const auto part = static_cast<DWORD>(std::min(bytes.size(), k_largest_write));
        if (WriteFile(pipe_.get(), bytes.data(), part, nullptr, &operation) == 0) {
            if (const DWORD code = GetLastError(); code != ERROR_IO_PENDING) {
                return {code, 0};
            }
        }
        if (WaitForSingleObject(done_.get(), wait) != WAIT_OBJECT_0) {
            CancelIoEx(pipe_.get(), &operation);
        }
        return collect(pipe_.get(), operation);
    }

    KernelHandle pipe_;
    KernelHandle done_ = make_event();
};

}  // namespace

Result<Pipe> make_pipe(PipeDirection direction) {
    auto name = random_pipe_name();
    if (!name) {
        return std::unexpected(name.error());
    }
    const auto descriptor = parse_sddl(k_pipe_sddl);
    if (!descriptor) {
        return std::unexpected(descriptor.error());
    }
    SECURITY_ATTRIBUTES pipe_security{sizeof(SECURITY_ATTRIBUTES), descriptor->get(), FALSE};
    const bool inbound = direction == PipeDirection::from_child;
    const DWORD access = inbound ? PIPE_ACCESS_INBOUND : PIPE_ACCESS_OUTBOUND;
    KernelHandle ours(CreateNamedPipeW(name->c_str(), access | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                       PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1,
                                       k_buffer_bytes, k_buffer_bytes, 0, &pipe_security));
    if (!ours.is_open()) {
        return fail_pipe("cannot create a pipe", GetLastError());
    }
    SECURITY_ATTRIBUTES security = inheritable();
    // FILE_READ_ATTRIBUTES: the C runtime asks for the type of a standard handle.
    KernelHandle childs(CreateFileW(name->c_str(), (inbound ? GENERIC_WRITE : GENERIC_READ) | FILE_READ_ATTRIBUTES, 0,
                                    &security, OPEN_EXISTING,
                                    FILE_ATTRIBUTE_NORMAL | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, nullptr));
    if (!childs.is_open()) {
        return fail_pipe("cannot open the child's end of a pipe", GetLastError());
    }
    return Pipe{.ours = std::move(ours), .childs = std::move(childs)};
}

std::unique_ptr<PipeReader> make_pipe_reader(KernelHandle ours, const Gathering& gathering) {
    return std::make_unique<WindowsPipeReader>(std::move(ours), gathering);
}

std::unique_ptr<PipeWriter> make_pipe_writer(KernelHandle ours) {
    return std::make_unique<WindowsPipeWriter>(std::move(ours));
}

Result<KernelHandle> open_null_device() {
    SECURITY_ATTRIBUTES security = inheritable();
    KernelHandle file(CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &security,
                                  OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!file.is_open()) {
        return fail_pipe("cannot open NUL", GetLastError());
    }
    return file;
}

Result<KernelHandle> open_input_file(const std::string& path) {
    SECURITY_ATTRIBUTES security = inheritable();
    KernelHandle file(CreateFileW(to_native_path(path).c_str(), GENERIC_READ,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, &security, OPEN_EXISTING,
                                  FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!file.is_open()) {
        return fail_pipe("cannot open the standard input " + path, GetLastError());
    }
    return file;
}

Result<KernelHandle> copy_standard_handle(DWORD which) {
    HANDLE handle = GetStdHandle(which);
    if (!KernelTraits::is_open(handle)) {
        return open_null_device();
    }
    KernelHandle copy;
    if (DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), copy.receive(), 0, TRUE,
                        DUPLICATE_SAME_ACCESS) == 0) {
        return fail_pipe("cannot copy a standard handle of this process", GetLastError());
    }
    return copy;
}

}  // namespace svcwrap::platform::win32

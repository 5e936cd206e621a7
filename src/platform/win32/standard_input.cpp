#include "platform/standard_input.hpp"

#include <algorithm>

#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

using namespace win32;

namespace {

constexpr std::size_t k_largest_write = std::size_t{1024} * 1024;

bool is_end(DWORD code) {
    return code == ERROR_BROKEN_PIPE || code == ERROR_HANDLE_EOF;
}

// A socket is of that type too (GetFileType documentation), and its end is a read of nothing.
bool is_open_pipe(HANDLE input) {
    return GetFileType(input) == FILE_TYPE_PIPE && PeekNamedPipe(input, nullptr, 0, nullptr, nullptr, nullptr) != 0;
}

}  // namespace

Result<std::size_t> read_standard_input(std::span<std::byte> bytes) {
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    if (!KernelTraits::is_open(input)) {
        return 0;  // none was given to this process
    }
    while (true) {
        DWORD count = 0;
        SetLastError(ERROR_SUCCESS);
        if (ReadFile(input, bytes.data(), static_cast<DWORD>(bytes.size()), &count, nullptr) == 0) {
            const DWORD code = GetLastError();
            if (is_end(code)) {
                return 0;
            }
            return fail_with(ErrorKind::io_failed, "read standard input", code);
        }
        // A write of no bytes gives such a read of a pipe, and Ctrl-C one of a console (ReadFile, Console
        // documentation); neither is the end.
        const bool is_aborted = count == 0 && GetLastError() == ERROR_OPERATION_ABORTED;
        if (count != 0 || (!is_aborted && !is_open_pipe(input))) {
            return count;
        }
    }
}

void widen_standard_input(ByteSize /*size*/) {}

Status write_standard_output(std::span<const std::byte> bytes) {
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    if (!KernelTraits::is_open(output)) {
        return fail_with(ErrorKind::io_failed, "write to standard output", ERROR_INVALID_HANDLE);
    }
    while (!bytes.empty()) {
        DWORD count = 0;
        const auto part = static_cast<DWORD>(std::min(bytes.size(), k_largest_write));
        if (WriteFile(output, bytes.data(), part, &count, nullptr) == 0) {
            return fail_with(ErrorKind::io_failed, "write to standard output", GetLastError());
        }
        bytes = bytes.subspan(count);
    }
    return {};
}

}  // namespace svcwrap::platform

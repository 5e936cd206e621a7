// The child of the measurements under Wine. It appends to the file REPORT what happens to it, each with its time:
// "started" (taken before anything else is done), "flooding", "flooded", "ending".
//   bench_child REPORT idle                    waits until it is told to stop
//   bench_child REPORT live MILLISECONDS       lives that long, and ends with 1
//   bench_child REPORT flood BYTES PER_WRITE   writes so much to its standard output, then waits until it is told to
//   stop
// Ctrl-C ends it at once, with 0. The flood consists of 16384 numbered lines of 100 bytes, again and again.
#include "../fixtures/fixture.hpp"

namespace {

// In 100 ns since 1601, as a file's time.
std::uint64_t now() {
    FILETIME time{};
    GetSystemTimePreciseAsFileTime(&time);
    return (static_cast<std::uint64_t>(time.dwHighDateTime) << 32U) | time.dwLowDateTime;
}

void report(const std::string& path, const char* what, std::uint64_t time) {
    const std::string line =
        std::string(what) + " " + std::to_string(time) + " " + std::to_string(fixture::process_id()) + "\n";
    const int size = MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, nullptr, 0);
    std::wstring name(static_cast<std::size_t>(size), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, name.data(), size);
    HANDLE file = CreateFileW(name.c_str(), FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_ALWAYS,
                              FILE_ATTRIBUTE_NORMAL, nullptr);
    DWORD written = 0;
    if (file == INVALID_HANDLE_VALUE ||
        WriteFile(file, line.data(), static_cast<DWORD>(line.size()), &written, nullptr) == 0) {
        ExitProcess(91);
    }
    CloseHandle(file);
}

BOOL WINAPI end_at_once(DWORD) {
    ExitProcess(0);
}

std::string numbered_lines() {
    std::string lines;
    for (int i = 0; i < 16384; ++i) {
        char head[16];
        std::snprintf(head, sizeof head, "%09d ", i);
        lines += head + std::string(89, 'x') + '\n';
    }
    return lines;
}

// As fast as the pipe takes it. The writes may not straddle the end of the lines: 65536 and 100 do not.
void flood(std::uint64_t bytes, std::size_t per_write) {
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    const std::string lines = numbered_lines();
    std::size_t at = 0;
    while (bytes > 0) {
        const std::size_t size = bytes < per_write ? static_cast<std::size_t>(bytes) : per_write;
        DWORD written = 0;
        if (WriteFile(output, lines.data() + at, static_cast<DWORD>(size), &written, nullptr) == 0 || written != size) {
            ExitProcess(92);
        }
        bytes -= size;
        at = (at + size) % lines.size();
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t started = now();
    SetConsoleCtrlHandler(end_at_once, TRUE);
    const auto arguments = fixture::arguments(argc, argv);
    const std::string path = arguments.at(0);
    report(path, "started", started);
    if (arguments.at(1) == "flood") {
        const std::uint64_t begun = now();
        flood(std::stoull(arguments.at(2)), static_cast<std::size_t>(std::stoull(arguments.at(3))));
        const std::uint64_t done = now();
        report(path, "flooding", begun);
        report(path, "flooded", done);
    }
    if (arguments.at(1) == "live") {
        Sleep(fixture::number(arguments.at(2)));
        report(path, "ending", now());
        return 1;
    }
    Sleep(INFINITE);
}

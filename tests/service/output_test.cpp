// The child's output on its way to the log files.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <filesystem>
#include <format>
#include <string>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

// The rotated files, oldest first, and the current one last.
std::vector<Path> log_files(const TestService& service) {
    const Path folder = service.logs();
    std::vector<Path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::wstring name = entry.path().filename().native();
        if (name.starts_with(L"stdout") && name != L"stdout.log") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    files.push_back(folder / L"stdout.log");
    return files;
}

// "000000001 xxxx".
bool is_line(const std::string& line, int number) {
    return line.size() == 59 && line.starts_with(std::format("{:09} x", number));
}

std::string everything(const TestService& service) {
    std::string text;
    for (const Path& file : log_files(service)) text += read_file(file);
    return text;
}

}  // namespace

TEST_CASE("Every numbered line of a flood is there once and in order, over all rotated files") {
    constexpr int k_lines = 20'000;
    const TestService service(chatter(k_lines, 60),
                              "[logs.rotate]\nmax_size = \"100 KiB\"\n[logs.keep]\nfiles = 1000\n");
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);

    CHECK(log_files(service).size() > 3);
    for (const Path& file : log_files(service)) {
        CAPTURE(to_utf8(file));
        CHECK(std::filesystem::file_size(file) <= 110 * 1024);
        CHECK(read_file(file).ends_with('\n'));
    }
    const std::vector<std::string> lines = lines_of(everything(service));
    REQUIRE(lines.size() == k_lines);
    std::size_t wrong = 0;
    for (int i = 0; i < k_lines; ++i) wrong += is_line(lines.at(static_cast<std::size_t>(i)), i + 1) ? 0 : 1;
    CHECK(wrong == 0);
}

TEST_CASE("Only so many rotated files are kept as the settings say") {
    const TestService service(chatter(10'000, 60), "[logs.rotate]\nmax_size = \"50 KiB\"\n[logs.keep]\nfiles = 3\n");
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(log_files(service).size() == 4);
    const std::vector<std::string> lines = lines_of(everything(service));
    REQUIRE_FALSE(lines.empty());
    CHECK(is_line(lines.back(), 10'000));
}

TEST_CASE("Output that is not UTF-8 arrives byte for byte") {
    using namespace std::string_literals;
    const std::string expected = "good\n\xff\xfe bad\nnul:\0:end\r\n\n\xe2\x82 cut\nno newline"s;
    const TestService service({.executable = fixture("bad_utf8"), .arguments = {}});
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(service.log() == expected);
}

TEST_CASE("A program that closes its output keeps running") {
    const TestService service(going_mute());
    service.start();
    const Process child = service.child(k_mute);
    service.wait_for_log("last words\n");
    // Long enough for the wrapper to see the end of the pipe, which it must not take for the end of the program.
    CHECK_FALSE(child.wait_for_end(Milliseconds(1'000)));
    CHECK(scm::state_of(service.name()) == SERVICE_RUNNING);
    CHECK(count(service.journal(), "-> running") == 1);
    CHECK(service.command("status").exit_code == 0);
    service.stop();
    CHECK_FALSE(child.is_alive());
}

TEST_CASE("Error output goes where the settings say") {
    SECTION("to the same file") {
        const TestService service(chatter(2, 0, "both"), "[logs]\nstderr = \"merge\"\n");
        service.start();
        scm::wait_for_state(service.name(), SERVICE_STOPPED);
        CHECK(service.log().contains("000000001\n"));
        CHECK(service.log().contains("000000002\n"));
    }
    SECTION("to a file of its own") {
        const TestService service(chatter(2, 0, "both"), "[logs]\nstderr = \"file\"\n");
        service.start();
        scm::wait_for_state(service.name(), SERVICE_STOPPED);
        CHECK(service.log().contains("000000001\n"));
        CHECK_FALSE(service.log().contains("000000002\n"));
        CHECK(service.log("stderr.log") == "000000002\n");
    }
    SECTION("nowhere") {
        const TestService service(chatter(2, 0, "both"), "[logs]\nstderr = \"discard\"\n");
        service.start();
        scm::wait_for_state(service.name(), SERVICE_STOPPED);
        CHECK(service.log().contains("000000001\n"));
        CHECK_FALSE(service.log().contains("000000002\n"));
    }
}

TEST_CASE("A reader that does not share the log for deletion puts rotations off, and nothing is lost") {
    const TestService service(chatter(5'000, 60), "[logs.rotate]\nmax_size = \"50 KiB\"\n[logs.keep]\nfiles = 1000\n");
    write_file(service.logs() / L"stdout.log", "");
    const Handle reader(CreateFileW((service.logs() / L"stdout.log").c_str(), GENERIC_READ,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr));
    REQUIRE(reader.get() != INVALID_HANDLE_VALUE);
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(lines_of(everything(service)).size() == 5'000);
}

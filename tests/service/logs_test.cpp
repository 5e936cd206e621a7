// The logs of a service, end to end: written in every format while everything happens to them, and read back by
// `svcwrap logs`.
#include <catch_amalgamated.hpp>
#include <filesystem>
#include <format>
#include <string>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

constexpr std::string_view k_small_files = "[logs.rotate]\nmax_size = \"50 KiB\"\n[logs.keep]\nfiles = 10000\n";

// All that `svcwrap logs` shows.
std::vector<std::string> all_lines(const TestService& service, std::vector<std::string> more = {}) {
    more.insert(more.end(), {"-n", "all"});
    const Answer answer = service.command("logs", more);
    INFO(to_text(answer));
    REQUIRE(answer.exit_code == 0);
    return lines_of(answer.output);
}

// How many of the lines are not the chatter's next one.
std::size_t wrong_lines(const std::vector<std::string>& lines) {
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) wrong += lines[i].contains(std::format("{:09}", i + 1)) ? 0 : 1;
    return wrong;
}

std::size_t files_ending(const TestService& service, std::wstring_view end) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(service.logs())) {
        count += entry.path().filename().native().ends_with(end) ? 1 : 0;
    }
    return count;
}

// What is left of the text when it was written in that code page, as UTF-8.
std::string as_in_code_page(UINT page, const std::wstring& text) {
    std::string bytes(text.size() * 4, '\0');
    const int size = WideCharToMultiByte(page, 0, text.data(), static_cast<int>(text.size()), bytes.data(),
                                         static_cast<int>(bytes.size()), nullptr, nullptr);
    std::wstring back(text.size() * 4, L'\0');
    back.resize(static_cast<std::size_t>(
        MultiByteToWideChar(page, 0, bytes.data(), size, back.data(), static_cast<int>(back.size()))));
    bytes.resize(back.size() * 4);
    bytes.resize(
        static_cast<std::size_t>(WideCharToMultiByte(CP_UTF8, 0, back.data(), static_cast<int>(back.size()),
                                                     bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr)));
    return bytes;
}

}  // namespace

TEST_CASE("Every line of a flood is there once and in order while its log is rotated by hand and by size") {
    constexpr std::size_t k_lines = 20'000;
    const TestService service(chatter(k_lines, 60), k_small_files);
    service.start();
    while (service.scm().dwCurrentState != SERVICE_STOPPED) (void)service.command("rotate");
    const auto lines = all_lines(service);
    CHECK(lines.size() == k_lines);
    CHECK(wrong_lines(lines) == 0);
}

TEST_CASE("A reader that does not share the log for deletion costs no line, whenever it comes and goes") {
    constexpr std::size_t k_lines = 20'000;
    const TestService service(chatter(k_lines, 60), k_small_files);
    service.start();
    while (service.scm().dwCurrentState != SERVICE_STOPPED) {
        const Handle reader(CreateFileW((service.logs() / L"stdout.log").c_str(), GENERIC_READ,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr));
        Sleep(20);
    }
    const auto lines = all_lines(service);
    CHECK(lines.size() == k_lines);
    CHECK(wrong_lines(lines) == 0);
}

TEST_CASE("A stop in the middle of a flood loses nothing of what was written until then") {
    const TestService service(chatter(100'000'000, 60), k_small_files);
    service.start();
    REQUIRE(wait_until([&] { return files_ending(service, L".log") > 3; }));
    service.stop();
    auto lines = all_lines(service);
    REQUIRE(lines.size() > 1'000);
    lines.pop_back();  // the program was ended in the middle of it
    CHECK(wrong_lines(lines) == 0);
}

TEST_CASE("A program that is killed in the middle of a flood leaves all that it wrote") {
    const TestService service(chatter(100'000'000, 60), std::string(k_small_files) + "[restart]\npolicy = \"never\"\n");
    service.start();
    REQUIRE(wait_until([&] { return files_ending(service, L".log") > 3; }));
    service.child("chatter.exe").terminate(1);
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    auto lines = all_lines(service);
    REQUIRE(lines.size() > 1'000);
    lines.pop_back();
    CHECK(wrong_lines(lines) == 0);
}

TEST_CASE("In the format json each line is an object that says where it comes from") {
    const TestService service(chatter(10, 0, "both"), "[logs]\nformat = \"json\"\n");
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    const auto lines = all_lines(service, {"--json"});
    REQUIRE(lines.size() == 10);
    for (const std::string& line : lines) {
        const auto json = svcwrap::parse_json(line);
        INFO(line);
        REQUIRE(json);
        REQUIRE(json->find("message") != nullptr);
        const bool is_even = (json->find("message")->as_string().back() - '0') % 2 == 0;
        CHECK(json->find("stream")->as_string() == (is_even ? "stderr" : "stdout"));
        CHECK(json->find("service")->as_string() == service.name());
        CHECK(json->find("run")->as_int() == 1);
    }
    CHECK(all_lines(service, {"--stream", "err"}).size() == 5);
}

TEST_CASE("In the format text each line has its time and its stream") {
    const TestService service(chatter(10, 0, "both"), "[logs]\nformat = \"text\"\ntimestamps = \"utc\"\n");
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    const auto lines = all_lines(service);
    CHECK(lines.size() == 10);
    for (const std::string& line : lines) {
        INFO(line);
        CHECK((line.contains("Z out 0") || line.contains("Z err 0")));
    }
    CHECK(all_lines(service, {"--since", "1 hour ago"}).size() == 10);
    CHECK(all_lines(service, {"--until", "1 hour ago"}).empty());
}

TEST_CASE("What a program writes in the OEM or ANSI code page or in UTF-16 is UTF-8 in the log") {
    const std::string encoding = GENERATE("oem", "ansi", "utf-16");
    const TestService service(
        {.executable = fixture("code_page"), .arguments = {encoding}},
        "[restart]\npolicy = \"never\"\n[logs]\nformat = \"text\"\nencoding = \"" + encoding + "\"\n");
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    const auto lines = all_lines(service);
    REQUIRE(lines.size() == 1);
    const UINT page = encoding == "oem" ? GetOEMCP() : GetACP();
    INFO(encoding << ", code page " << page);
    CHECK(lines[0].ends_with(" out " + as_in_code_page(encoding == "utf-16" ? CP_UTF8 : page, L"gr\u00F6\u00DFer")));
}

TEST_CASE("Rotated files are compressed, and read as if they were not") {
    constexpr std::size_t k_lines = 10'000;
    const std::string compressing = std::string(k_small_files) + "compress = \"gzip\"\ndelay_compress = false\n";
    const TestService service(chatter(k_lines, 60), compressing);
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(wrong_lines(all_lines(service)) == 0);
    CHECK(all_lines(service).size() == k_lines);
    // What is left of the work is done in the next life, of a program that says one line more.
    service.rewrite(sleeping(), compressing);
    service.start();
    service.wait_for_log("sleeping\n");
    CHECK(wait_until([&] { return files_ending(service, L".log") == 1; }));
    CHECK(files_ending(service, L".log.gz") > 0);
    CHECK(files_ending(service, L".tmp") == 0);
    CHECK(all_lines(service).size() == k_lines + 1);
}

TEST_CASE("logs --follow shows what a program writes until it is ended") {
    const TestService service(ticking(), k_small_files);
    service.start();
    Subprocess follower(svcwrap_exe(), "\"" + to_utf8(svcwrap_exe()) + "\" logs " + service.name() + " -f -n 1");
    CHECK(wait_until([&] { return lines_of(follower.output()).size() > 5; }));
    CHECK(service.command("rotate").exit_code == 0);
    const std::size_t before = lines_of(follower.output()).size();
    CHECK(wait_until([&] { return lines_of(follower.output()).size() > before + 5; }));
    follower.process().terminate(0);
    service.stop();
}

TEST_CASE("logs names the files, shows the last lines, and the wrapper's own events") {
    const TestService service(chatter(20, 0));
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(service.command("logs", {"--path"}).output == to_utf8(service.logs() / L"stdout.log") + "\n");
    CHECK(lines_of(service.command("logs").output).size() == 10);
    CHECK(lines_of(service.command("logs", {"-n", "3"}).output).back() == "000000020");
    CHECK(service.command("logs", {"--events", "-n", "all"}).output.contains(" info "));
    CHECK(service.command("logs", {"--grep", "5$", "-n", "all"}).output == "000000005\n000000015\n");
    CHECK(service.command("logs", {"--run", "0"}).exit_code == 0);
    CHECK(service.command("logs", {"--level", "warn"}).exit_code == 2);
}

// A folder of logs that others can change: what is done in it stays in it.
#include <catch_amalgamated.hpp>
#include <filesystem>
#include <map>

#include "log_rig.hpp"
#include "logs/rotated_name.hpp"
#include "platform/native.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::logs {

using namespace std::chrono_literals;
using testing::FakeClock;

namespace {

#ifndef _WIN32
std::map<std::string, std::string> files_in(const testing::TempFolder& folder, const std::string& name) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path_of(name))) {
        const std::string file = entry.path().filename().string();
        files[file] = folder.read(name + "/" + file);
    }
    return files;
}
#endif

}  // namespace

#ifndef _WIN32
TEST_CASE("a link in place of the folder leads nothing astray: no rotation, no removal, no compression") {
    const testing::TempFolder folder;
    const auto files = platform::make_file_system();
    testing::FakeClock clock;
    const std::string logs = folder.path_of("logs");
    const std::string victim = folder.path_of("victim");
    Options options{.directory = logs};
    options.rotate.max_size = ByteSize{10};
    options.keep.files = 2;
    options.keep.compress = Compression::gzip;
    const auto housekeeper = std::make_shared<Housekeeper>(*files, clock, Complain());
    auto stream = open_log_stream("app", options, {.files = *files, .clock = clock, .housekeeper = housekeeper});
    const auto write_lines = [&] {
        for (int i = 0; i < 4; ++i) {
            clock.advance(1s);
            REQUIRE(stream->write(bytes_of("12345678\n")));
        }
    };
    write_lines();
    std::filesystem::rename(logs, folder.path_of("aside"));
    std::filesystem::create_directory(victim);
    // Files of the very names that ours have, and older ones, as the attacker can know them.
    for (const auto& [name, bytes] : files_in(folder, "aside")) folder.write("victim/" + name, "precious");
    for (int i = 1; i < 9; ++i) folder.write("victim/" + rotated_name("app", FakeClock::k_start - i * 24h), "precious");
    const auto before = files_in(folder, "victim");
    std::filesystem::create_directory_symlink(victim, logs);

    write_lines();
    while (housekeeper->run_once()) {
    }
    CHECK(files_in(folder, "victim") == before);
    CHECK(stream->counters().removed_files > 0);
    CHECK(stream->counters().lost_bytes == 0);
    CHECK(folder.read("aside/app.log") == "12345678\n");
    stream.reset();
    CHECK(files_in(folder, "victim") == before);
}
#endif

TEST_CASE("a stream holds its folder, and takes no other for it later") {
    LogRig rig;
    rig.options.on_full = FullPolicy::drop;
    rig.open();
    CHECK(rig.files.is_held("/logs"));
    REQUIRE(rig.write("one\n"));
    rig.files.lead_folder("/logs", "/elsewhere");
    rig.files.erase("/logs/app.log");
    rig.clock.advance(k_name_check_interval);
    REQUIRE(rig.write("two\n"));
    CHECK_FALSE(rig.files.has("/logs/app.log"));
    CHECK(std::ranges::any_of(rig.complaints, [](const std::string& text) {
        return text.contains("led to /logs, and leads to /elsewhere now");
    }));
    rig.files.lead_folder("/logs", "/logs");
    rig.clock.advance(1min);
    REQUIRE(rig.write("three\n"));
    CHECK(rig.files.contents("/logs/app.log").ends_with("three\n"));
    rig.stream.reset();
    CHECK_FALSE(rig.files.is_held("/logs"));
}

TEST_CASE("the folder of a file that waits for its compression is held until that is done") {
    LogRig rig;
    rig.options.rotate.max_size = ByteSize{10};
    rig.options.keep.compress = Compression::gzip;
    rig.open();
    REQUIRE(rig.write("12345678\n12345678\n"));
    rig.stream.reset();
    CHECK(rig.files.is_held("/logs"));
    while (rig.housekeeper->run_once()) {
    }
    CHECK_FALSE(rig.files.is_held("/logs"));
}

}  // namespace svcwrap::logs

#include "host/journal.hpp"

#include <catch_amalgamated.hpp>
#include <string>

#include "support/fake_clock.hpp"
#include "support/fake_file_system.hpp"

using namespace svcwrap;
using namespace svcwrap::host;
using namespace svcwrap::testing;
using namespace std::chrono_literals;

// A program that fails in a loop for years must not fill the disk with what is said about it.
TEST_CASE("The journal is rotated by size, and only so many of its files are kept") {
    FakeClock clock;
    FakeFileSystem files(clock);
    REQUIRE(files.make_folders("/data/logs"));
    const std::string line(64 * 1024, 'x');
    constexpr int k_lines = 640;  // 40 MiB, less than the lines that may wait for the disk
    Journal journal(files, clock, "/data/logs/svcwrap.log", {});
    for (int i = 0; i < k_lines; ++i) journal.write(Severity::info, line);
    journal.write(Severity::info, "the last one");
    journal.close(600s);

    const auto names = files.names_in("/data/logs");
    CHECK(names.size() >= 2);
    CHECK(names.size() <= 4);
    std::size_t all = 0;
    for (const std::string& name : names) all += files.contents("/data/logs/" + name).size();
    CHECK(all <= std::size_t{21} * 1024 * 1024);
    CHECK(files.contents("/data/logs/svcwrap.log").ends_with("the last one\n"));
}

#include "logs/retention.hpp"

#include <catch_amalgamated.hpp>

#include "log_rig.hpp"
#include "logs/rotated_name.hpp"

namespace svcwrap::logs {

namespace {

const WallTime k_now = testing::FakeClock::k_start;

// Files of the given sizes, the oldest first, an hour apart, the newest an hour old.
std::vector<RotatedFile> rotated_files(const std::vector<std::uint64_t>& sizes) {
    std::vector<RotatedFile> files;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const WallTime moment = k_now - std::chrono::hours(sizes.size() - i);
        files.push_back({.name = rotated_name("app", moment), .moment = moment, .size = {sizes[i]}});
    }
    return files;
}

}  // namespace

TEST_CASE("rotated files expire by number, by age and by size, the oldest first") {
    struct Row {
        const char* story;
        KeepOptions keep;
        std::size_t expired;  // of five files of 100 bytes
    };
    const Row rows[] = {
        {"all stay", {.files = 5, .age = k_forever, .total_size = {}}, 0},
        {"one too many", {.files = 4, .age = k_forever, .total_size = {}}, 1},
        {"none are kept", {.files = 0, .age = k_forever, .total_size = {}}, 5},
        {"older than three hours and a half",
         {.files = 99, .age = Duration(std::chrono::minutes(210)), .total_size = {}},
         2},
        {"exactly as old as allowed", {.files = 99, .age = Duration(std::chrono::hours(5)), .total_size = {}}, 0},
        {"all too old", {.files = 99, .age = Duration(1), .total_size = {}}, 5},
        {"exactly as large as allowed", {.files = 99, .age = k_forever, .total_size = {500}}, 0},
        {"one byte too large", {.files = 99, .age = k_forever, .total_size = {499}}, 1},
        {"the newest alone is too large", {.files = 99, .age = k_forever, .total_size = {99}}, 5},
        {"the strictest wins", {.files = 3, .age = Duration(std::chrono::hours(4)), .total_size = {450}}, 2},
    };
    const std::vector<RotatedFile> files = rotated_files({100, 100, 100, 100, 100});
    for (const Row& row : rows) {
        INFO(row.story);
        CHECK(count_expired(files, row.keep, k_now) == row.expired);
    }
    CHECK(count_expired({}, {.files = 0, .age = Duration(1), .total_size = {1}}, k_now) == 0);
}

TEST_CASE("a stream keeps as many rotated files as it is told") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.options.keep.files = 3;
    rig.open();
    for (int i = 0; i < 10; ++i) {
        rig.clock.advance(std::chrono::seconds(1));
        REQUIRE(rig.write("ab" + std::to_string(i) + "\n"));
    }
    CHECK(rig.everything() == "ab6\nab7\nab8\nab9\n");
    CHECK(rig.stream->counters().rotations == 9);
    CHECK(rig.stream->counters().removed_files == 6);
}

TEST_CASE("each rotation looks at the folder once, and so does the start") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.open();
    CHECK(rig.files.count(testing::Operation::list) == 1);
    REQUIRE(rig.write("abc\nabc\nabc\nabc\n"));
    CHECK(rig.stream->counters().rotations == 3);
    CHECK(rig.files.count(testing::Operation::list) == 4);
}

TEST_CASE("retention never touches what is not a rotated file of this very stream") {
    LogRig rig;
    rig.options.keep.files = 0;
    const char* others[] = {
        "app.error.20200101T000000.000Z.log", "app.20200101T000000.000Z.log.zip", "notes.txt", "app.20200101.log",
        "app2.20200101T000000.000Z.log",      "APP.20200101T000000.000Z.log"};
    for (const char* name : others) {
        rig.files.put(std::string("/logs/") + name, "x");
    }
    rig.files.put_link("/logs/app.20200101T000000.001Z.log");
    REQUIRE(rig.files.make_folders("/logs/app.20200101T000000.002Z.log"));
    rig.files.put("/logs/app.20200101T000000.003Z.log", "ours");
    rig.open();
    for (const char* name : others) {
        INFO(name);
        CHECK(rig.files.has(std::string("/logs/") + name));
    }
    CHECK(rig.files.has("/logs/app.20200101T000000.001Z.log"));
    CHECK(rig.files.has("/logs/app.20200101T000000.002Z.log"));
    CHECK_FALSE(rig.files.has("/logs/app.20200101T000000.003Z.log"));
    CHECK(rig.stream->counters().removed_files == 1);
}

TEST_CASE("a rotated file that cannot be removed is told once and tried again") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.options.keep.files = 1;
    rig.files.put("/logs/app.20200101T000000.000Z.log", "held");
    rig.files.put("/logs/app.20200101T000000.001Z.log", "new");
    rig.files.hold_file("/logs/app.20200101T000000.000Z.log");
    rig.open();
    CHECK(rig.stream->counters().housekeeping_errors == 1);
    REQUIRE(rig.write("abc\nabc\n"));
    CHECK(rig.stream->counters().housekeeping_errors == 2);
    CHECK(rig.stream->counters().removed_files == 1);  // the other one
    CHECK(rig.complaints.size() == 1);
    rig.files.hold_file("/logs/app.20200101T000000.000Z.log", false);
    REQUIRE(rig.write("abc\n"));
    CHECK_FALSE(rig.files.has("/logs/app.20200101T000000.000Z.log"));
    CHECK(rig.complaints.size() == 2);
}

}  // namespace svcwrap::logs

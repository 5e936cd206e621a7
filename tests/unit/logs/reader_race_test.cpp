// Reading while others write, on a real disk.
#include <algorithm>
#include <atomic>
#include <catch_amalgamated.hpp>
#include <memory>
#include <string>
#include <thread>

#include "log_rig.hpp"
#include "logs/reader.hpp"
#include "platform/native.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::logs {

TEST_CASE("on a real disk: followers and readers beside a writer that rotates, compresses and prunes") {
    const auto files = platform::make_file_system();
    const auto clock = platform::make_clock();
    const testing::TempFolder folder;
    Options options{.directory = folder.path(), .rotate = {.max_size = {2000}}, .keep = {.files = 1000}};
    options.keep.compress = Compression::gzip;
    options.disk = {.warn_above = 0};
    constexpr int k_lines = 3000;
    const auto housekeeper = std::make_shared<Housekeeper>(*files, *clock, nullptr);
    std::atomic<bool> is_done{false};
    std::thread writer([&] {
        const auto stream =
            open_log_stream("app", options, {.files = *files, .clock = *clock, .housekeeper = housekeeper});
        for (int i = 0; i < k_lines; ++i) {
            (void)stream->write(bytes_of("line " + std::to_string(i) + "\n"));
        }
        is_done = true;
    });
    std::thread servant([&] {
        while (!is_done || housekeeper->run_once()) {
            (void)housekeeper->run_once();
            std::this_thread::yield();
        }
    });
    LogFollower follower(*files, *clock, folder.path(), "app", Format::raw, {});
    int expected = 0;
    int wrong = 0;
    const auto sink = [&](const LogRecord& record) {
        wrong += record.message == "line " + std::to_string(expected) ? 0 : 1;
        ++expected;
    };
    // The first poll may come after the first lines.
    const auto first = follower.last(k_lines);
    REQUIRE(first);
    std::ranges::for_each(*first, sink);
    while (!is_done) {
        REQUIRE(follower.poll(sink));
        const auto last = read_last(*files, *clock, folder.path(), "app", Format::raw, {}, 1);
        REQUIRE(last);
    }
    writer.join();
    REQUIRE(follower.poll(sink));
    servant.join();
    CHECK(wrong == 0);
    CHECK(expected == k_lines);
    LogCursor cursor(*files, folder.path(), "app", Format::raw, {});
    int count = 0;
    for (auto record = cursor.next(); record && *record; record = cursor.next()) {
        REQUIRE((*record)->message == "line " + std::to_string(count++));
    }
    CHECK(count == k_lines);
}

}  // namespace svcwrap::logs

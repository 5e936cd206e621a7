// Watermarks, output that is dropped, and what is brought to the disk when.
#include <catch_amalgamated.hpp>
#include <cstdlib>

#include "log_rig.hpp"
#include "support/sleep_hook.hpp"

namespace svcwrap::logs {

using testing::Operation;
using namespace std::chrono_literals;

namespace {

// The fake volume holds 100 GiB.
constexpr std::uint64_t k_percent = (1_GiB).bytes;

std::uint64_t dropped_in(std::string_view log) {
    std::uint64_t total = 0;
    for (std::size_t at = log.find("svcwrap: "); at != std::string_view::npos; at = log.find("svcwrap: ", at + 1)) {
        total += std::strtoull(log.data() + at + 9, nullptr, 10);
    }
    return total;
}

}  // namespace

TEST_CASE("levels of the disk are left a little below where they were reached") {
    const DiskOptions marks{.warn_above = 80, .compress_above = 85, .prune_above = 90, .stop_above = 95};
    struct Step {
        PerMille used;
        DiskLevel level;
    };
    const Step steps[] = {{799, DiskLevel::normal},   {800, DiskLevel::warn},   {781, DiskLevel::warn},
                          {780, DiskLevel::warn},     {779, DiskLevel::normal}, {950, DiskLevel::stop},
                          {931, DiskLevel::stop},     {929, DiskLevel::prune},  {949, DiskLevel::prune},
                          {860, DiskLevel::compress}, {829, DiskLevel::warn},   {0, DiskLevel::normal}};
    DiskLevel level = DiskLevel::normal;
    for (const Step& step : steps) {
        level = next_disk_level(level, step.used, marks);
        INFO("at " << step.used);
        CHECK(level == step.level);
    }
    CHECK(next_disk_level(DiskLevel::normal, 1000, {.warn_above = 0, .compress_above = 0}) == DiskLevel::normal);
    CHECK(used_part({.total = {1000}, .available = {250}}) == 750);
    CHECK(used_part({.total = {UINT64_MAX}, .available = {0}}) >= 999);
    CHECK(used_part({.total = {0}, .available = {0}}) == 0);
}

TEST_CASE("a volume that fills is told once each way, and nothing is asked of an idle one") {
    LogRig rig;
    rig.options.disk = {.warn_above = 90};
    rig.open();
    for (int i = 0; i < 100; ++i) {
        REQUIRE(rig.write("x\n"));
        rig.clock.advance(1s);
    }
    CHECK(rig.files.count(Operation::disk_space) == 4);
    CHECK(rig.complaints.empty());
    CHECK_FALSE(rig.stream->next_deadline());
    rig.files.set_disk_room(5 * k_percent);
    rig.clock.advance(30s);
    REQUIRE(rig.write("x\n"));
    rig.live(10min);
    REQUIRE(rig.complaints.size() == 1);
    CHECK(rig.complaints[0].contains("95.0 % full"));
    rig.files.set_disk_room(20 * k_percent);
    rig.live(10min);
    REQUIRE(rig.complaints.size() == 2);
    CHECK(rig.complaints[1].contains("again"));
    CHECK_FALSE(rig.stream->next_deadline());
}

TEST_CASE("above the mark to stop, output is dropped, and a record says so when there is room again") {
    LogRig rig;
    rig.options.disk = {.warn_above = 0, .stop_above = 95};
    rig.open();
    REQUIRE(rig.write("before\n"));
    rig.files.set_disk_room(k_percent);
    rig.clock.advance(1min);
    REQUIRE(rig.write("dropped\n"));
    REQUIRE(rig.write("dropped\n"));
    CHECK(rig.current() == "before\n");
    CHECK(rig.stream->counters().dropped_bytes == 16);
    rig.files.set_disk_room(50 * k_percent);
    rig.live(1min);
    CHECK(rig.current() ==
          "before\nsvcwrap: 16 bytes dropped between 2026-11-21T10:01:00.000Z and "
          "2026-11-21T10:01:00.000Z\n");
    REQUIRE(rig.write("after\n"));
    CHECK(rig.current().ends_with("Z\nafter\n"));
    REQUIRE(rig.complaints.size() == 3);
    CHECK(rig.complaints[1].contains("95.0 %"));
    CHECK(rig.complaints[2].contains("16 bytes are missing from the log"));
}

TEST_CASE("above the mark to prune, the oldest files go until it is reached no more") {
    LogRig rig;
    rig.options.disk = {.warn_above = 0, .prune_above = 90};
    for (int i = 0; i < 5; ++i) {
        rig.files.put("/logs/app.2020010" + std::to_string(i + 1) + "T000000.000Z.log", std::string(100, 'x'));
    }
    rig.files.set_disk_room(12 * k_percent - 250);
    rig.open();
    REQUIRE(rig.write("x\n"));
    CHECK(rig.rotated().size() == 5);  // not reached
    rig.files.set_disk_room(10 * k_percent);
    rig.clock.advance(1min);
    // The volume counts 2 % below the mark only: all but the newest go, as they are too small to get there.
    REQUIRE(rig.write("x\n"));
    CHECK(rig.rotated() == std::vector<std::string>{"app.20200105T000000.000Z.log"});
    CHECK(rig.stream->counters().removed_files == 4);
}

TEST_CASE("above the mark to compress, rotated files are compressed though keep does not say so") {
    LogRig rig;
    rig.options.disk = {.warn_above = 0, .compress_above = 80};
    rig.files.put("/logs/app.20200101T000000.000Z.log", std::string(100, 'x'));
    rig.open();
    rig.keep_house();
    CHECK(rig.files.has("/logs/app.20200101T000000.000Z.log"));
    rig.files.set_disk_room(10 * k_percent);
    REQUIRE(rig.write("x\n"));
    rig.keep_house();
    CHECK(rig.rotated() == std::vector<std::string>{"app.20200101T000000.000Z.log.gz"});
}

TEST_CASE("a full disk drops whole lines if the user wants that, and says how many bytes") {
    LogRig rig;
    rig.options.on_full = FullPolicy::drop;
    rig.open();
    rig.files.set_disk_room(20);
    REQUIRE(rig.write("one\ntwo\nthree\nfour\nfive\n"));  // cut in the middle of "four"
    CHECK(rig.clock.slept() == Duration::zero());
    REQUIRE(rig.write("six\nsev"));
    rig.files.set_disk_room(std::nullopt);
    rig.clock.advance(10s);
    REQUIRE(rig.write("en\neight\n"));
    const std::string log = rig.current();
    CHECK(log.starts_with("one\ntwo\nthree\nfour\nf\nsvcwrap: 14 bytes dropped between "));
    CHECK(log.ends_with("Z\neight\n"));
    CHECK(rig.stream->counters().dropped_bytes == 14);
    CHECK(rig.stream->counters().lost_bytes == 0);
    REQUIRE(rig.complaints.size() == 3);
    CHECK(rig.complaints[1].contains("dropped"));
    CHECK(rig.complaints[2].contains("14 bytes are missing from the log"));
}

TEST_CASE("while the disk is full nobody else gets the log, unless somebody removes it to make room") {
    LogRig rig;
    testing::SleepHook clock(rig.clock);
    const auto stream = open_log_stream("app", rig.options, {.files = rig.files, .clock = clock});
    REQUIRE(stream->write(bytes_of("first\n")));
    rig.files.set_disk_room(0);
    const bool is_removed = GENERATE(false, true);
    int sleeps = 0;
    clock.at_sleep = [&] {
        if (++sleeps < 5) {
            CHECK_FALSE(rig.files.open_append("/logs/app.log"));
        } else if (is_removed) {
            rig.files.erase("/logs/app.log");
            rig.files.set_disk_room(sleeps > 6 ? std::nullopt : std::optional<std::uint64_t>(0));
        } else {
            rig.files.set_disk_room(std::nullopt);
        }
    };
    REQUIRE(stream->write(bytes_of("second\n")));
    CHECK(rig.current() == (is_removed ? "second\n" : "first\nsecond\n"));
    CHECK(stream->counters().lost_bytes == 0);
}

TEST_CASE("of raw UTF-16 whole lines are dropped, and the record of it is UTF-16") {
    LogRig rig;
    rig.options.on_full = FullPolicy::drop;
    rig.options.encoding = Encoding::utf16;
    rig.open();
    rig.files.set_disk_room(9);  // cut within a character
    REQUIRE(rig.write(as_utf16_bytes("one\ntwo\n\u010Athree")));
    rig.files.set_disk_room(std::nullopt);
    rig.clock.advance(10s);
    REQUIRE(rig.write(as_utf16_bytes("\u0A00 goes on\nfour\n")));
    const std::string log = rig.current();
    CHECK(
        log.starts_with(as_utf16_bytes("one\n") + 't' + '\0' + as_utf16_bytes("\nsvcwrap: 39 bytes dropped between ")));
    CHECK(log.ends_with(as_utf16_bytes("Z\nfour\n")));
    CHECK(log.size() % 2 == 0);
}

TEST_CASE("the record of a drop comes without new output, too") {
    LogRig rig;
    rig.options.on_full = FullPolicy::drop;
    rig.options.format = Format::json;
    rig.open();
    rig.files.set_disk_room(0);
    REQUIRE(rig.write("gone\n"));
    CHECK(rig.current().empty());
    REQUIRE(rig.stream->next_deadline());
    rig.live(1min);
    CHECK(rig.current().empty());
    rig.files.set_disk_room(std::nullopt);
    rig.live(1min);
    CHECK(rig.current().contains(R"("level":"warn","service":"MyApp","stream":"svcwrap","message":")"));
    CHECK(rig.current().contains("bytes dropped between"));
    CHECK_FALSE(rig.stream->next_deadline());
}

TEST_CASE("a record of drops tells when the last byte was dropped, and the next run begins with its first line") {
    LogRig rig;
    rig.options.on_full = FullPolicy::drop;
    rig.open();
    rig.stream->begin_run(1, 1);
    rig.files.set_disk_room(0);
    REQUIRE(rig.write("no end"));
    rig.live(1h);
    rig.stream->begin_run(2, 2);
    rig.live(1h);  // it tries again all the time
    rig.files.set_disk_room({});
    rig.live(1min);
    REQUIRE(rig.write("first\n"));
    CHECK(rig.current() ==
          "svcwrap: 6 bytes dropped between 2026-11-21T10:00:00.000Z and 2026-11-21T10:00:00.000Z\nfirst\n");
}

TEST_CASE("marks of the disk can change while the stream is open, and count at once") {
    LogRig rig;
    rig.open();
    rig.stream->tick();
    rig.files.set_disk_room(0);
    REQUIRE_FALSE(rig.stream->next_deadline());
    rig.options.disk.stop_above = 95;
    rig.stream->configure(rig.options);
    rig.stream->tick();
    REQUIRE(rig.complaints.size() == 1);  // else the next write would wait for room
    REQUIRE(rig.write("dropped\n"));
    CHECK(rig.stream->counters().dropped_bytes == 8);
    rig.options.disk.stop_above = 0;
    rig.files.set_disk_room({});
    rig.stream->configure(rig.options);
    rig.clock.advance(1min);
    REQUIRE(rig.write("written\n"));
    CHECK(rig.current().ends_with("written\n"));
}

TEST_CASE("of endless output something is written again, though no line ends") {
    LogRig rig;
    rig.options.on_full = FullPolicy::drop;
    rig.open();
    rig.files.set_disk_room(0);
    REQUIRE(rig.write("x"));
    rig.files.set_disk_room(std::nullopt);
    for (int i = 0; i < 40; ++i) {
        rig.clock.advance(10s);
        REQUIRE(rig.write(std::string(65536, 'x')));
    }
    CHECK(rig.current().contains("bytes dropped"));
    CHECK(rig.current().ends_with("xxxx"));
}

TEST_CASE("a disk that fills and empties at random: each byte is written or told as dropped") {
    for (std::uint64_t room = 0; room < 200; room += 7) {
        INFO("room for " << room);
        LogRig rig;
        rig.options.on_full = FullPolicy::drop;
        rig.options.rotate.max_size = {100};
        rig.open();
        std::uint64_t bytes = 0;
        for (int i = 0; i < 40; ++i) {
            rig.files.set_disk_room(i % 10 < 5 ? std::optional(room % (static_cast<std::uint64_t>(i) + 13))
                                               : std::nullopt);
            const std::string line = "line " + std::to_string(i) + "\n";
            bytes += line.size();
            REQUIRE(rig.write(line));
            rig.clock.advance(3s);
        }
        rig.files.set_disk_room(std::nullopt);
        rig.live(1min);
        const StreamCounters counters = rig.stream->counters();
        REQUIRE(counters.bytes_in == bytes);
        REQUIRE(counters.lost_bytes == 0);
        REQUIRE(dropped_in(rig.everything()) >= counters.dropped_bytes);
        REQUIRE(rig.everything().contains("line 39\n"));
    }
}

TEST_CASE("other failures are given a moment before output is dropped") {
    LogRig rig;
    rig.options.on_full = FullPolicy::drop;
    rig.open();
    rig.files.fail_next(Operation::append_write, 2, testing::sharing_violation_error("/logs/app.log"));
    REQUIRE(rig.write("kept\n"));
    CHECK(rig.current() == "kept\n");
    CHECK(rig.stream->counters().dropped_bytes == 0);
    rig.files.fail_next(Operation::append_write, 20, testing::device_gone_error("/logs/app.log"));
    REQUIRE(rig.write("gone\n"));
    CHECK(rig.stream->counters().dropped_bytes == 5);
}

TEST_CASE("files are brought to the disk when the user wants it") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.open();
    REQUIRE(rig.write("aaa\nbbb\n"));
    CHECK(rig.files.count(Operation::append_flush) == 0);

    rig.options.sync = SyncPolicy::rotate;
    rig.stream->configure(rig.options);
    REQUIRE(rig.write("ccc\nddd\n"));
    CHECK(rig.files.count(Operation::append_flush) == 2);

    rig.options.sync = SyncPolicy::interval;
    rig.options.sync_interval = 5s;
    rig.options.rotate.max_size = {};
    rig.stream->configure(rig.options);
    REQUIRE(rig.write("eee\n"));
    const std::size_t before = rig.files.count(Operation::append_flush);
    rig.live(1min);
    CHECK(rig.files.count(Operation::append_flush) == before + 1);
    CHECK_FALSE(rig.stream->next_deadline());
    for (int i = 0; i < 100; ++i) {
        REQUIRE(rig.write("fff\n"));
        rig.clock.advance(100ms);
    }
    CHECK(rig.files.count(Operation::append_flush) == before + 2);
}

TEST_CASE("a file that is lost before its flush is due keeps nobody awake") {
    LogRig rig;
    rig.options.sync = SyncPolicy::interval;
    rig.options.on_full = FullPolicy::drop;
    rig.open();
    REQUIRE(rig.write("a\n"));
    rig.files.fail_every(Operation::append_write, testing::device_gone_error("/logs/app.log"));
    rig.files.fail_every(Operation::open_append, testing::device_gone_error("/logs/app.log"));
    REQUIRE(rig.write("b\n"));
    const std::size_t before = rig.files.calls().size();
    rig.live(10min);
    CHECK(rig.files.calls().size() - before < 1000);
    CHECK(rig.stream->counters().dropped_bytes == 2);
}

TEST_CASE("a disk that can't be flushed is told once and stops nothing") {
    LogRig rig;
    rig.options.sync = SyncPolicy::rotate;
    rig.options.rotate.max_size = {4};
    rig.open();
    rig.files.fail_next(Operation::append_flush, 2, testing::device_gone_error("/logs/app.log"));
    REQUIRE(rig.write("aaa\nbbb\nccc\nddd\n"));
    CHECK(rig.everything() == "aaa\nbbb\nccc\nddd\n");
    CHECK(rig.stream->counters().sync_errors == 2);
    CHECK(rig.complaints.size() == 2);
}

}  // namespace svcwrap::logs

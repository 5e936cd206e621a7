#include "logs/housekeeper.hpp"

#include <catch_amalgamated.hpp>
#include <random>
#include <thread>

#include "log_rig.hpp"
#include "logs/gzip.hpp"
#include "platform/native.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::logs {

using testing::Operation;

namespace {

const std::string k_plain = "/logs/app.20200101T000000.000Z.log";

std::string unzipped(platform::FileSystem& files, const std::string& path) {
    auto file = files.open_read(path);
    REQUIRE(file);
    GzipReader reader(*std::move(file));
    std::string text;
    std::vector<std::byte> block(1000);
    while (true) {
        const auto count = reader.read(block);
        REQUIRE(count);
        if (*count == 0) {
            return text;
        }
        text.append(reinterpret_cast<const char*>(block.data()), *count);
    }
}

// All bytes of the stream, whatever state its files are in; of a plain and a compressed file the plain one.
std::string everything(LogRig& rig) {
    std::string text;
    for (const std::string& name : rig.rotated()) {
        const std::string path = "/logs/" + name;
        if (name.ends_with(".tmp") || (name.ends_with(".gz") && rig.files.has(path.substr(0, path.size() - 3)))) {
            continue;
        }
        text += name.ends_with(".gz") ? unzipped(rig.files, path) : rig.files.contents(path);
    }
    return text + rig.current();
}

std::string some_text(std::size_t size) {
    std::mt19937 random(7);
    std::string text;
    while (text.size() < size) {
        text += "line " + std::to_string(random() % 1000) + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("a rotated file becomes a gzip file in the background") {
    LogRig rig;
    rig.options.rotate.max_size = {1000};
    rig.options.keep.compress = Compression::gzip;
    rig.open();
    const std::string text = some_text(3000);
    REQUIRE(rig.write(text));
    REQUIRE(rig.rotated().size() == 3);
    CHECK(rig.rotated()[0].ends_with(".log"));
    rig.keep_house();
    for (const std::string& name : rig.rotated()) {
        CHECK(name.ends_with(".log.gz"));
    }
    CHECK(everything(rig) == text);
    const HousekeeperCounters counters = rig.housekeeper->counters();
    CHECK(counters.compressed_files == 3);
    CHECK(counters.plain_bytes == text.size() - rig.current().size());
    CHECK(counters.compressed_bytes < counters.plain_bytes);
    CHECK(counters.errors == 0);
    CHECK_FALSE(rig.housekeeper->run_once());
}

TEST_CASE("the newest rotated file can stay plain until the next rotation") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.options.keep.compress = Compression::gzip;
    rig.options.keep.delay_compress = true;
    rig.open();
    REQUIRE(rig.write("aaa\nbbb\nccc\n"));
    rig.keep_house();
    REQUIRE(rig.rotated().size() == 2);
    CHECK(rig.rotated()[0].ends_with(".gz"));
    CHECK(rig.rotated()[1].ends_with(".log"));
}

TEST_CASE("whoever brings work wakes the housekeeper") {
    LogRig rig;
    int woken = 0;
    rig.open();
    rig.housekeeper->on_work([&] { ++woken; });
    rig.files.put(k_plain, "x");
    rig.housekeeper->compress_later(k_plain);
    rig.housekeeper->compress_later(k_plain);
    CHECK(woken == 1);
    CHECK(rig.housekeeper->run_once());
    CHECK_FALSE(rig.housekeeper->run_once());
}

TEST_CASE("retention counts compressed files, and a doubled one once") {
    LogRig rig;
    rig.options.keep.files = 2;
    for (const char* name : {"app.20200101T000000.000Z.log.gz", "app.20200102T000000.000Z.log.gz",
                             "app.20200102T000000.000Z.log", "app.20200103T000000.000Z.log"}) {
        rig.files.put(std::string("/logs/") + name, "x");
    }
    rig.open();
    CHECK(rig.rotated().size() == 3);
    CHECK_FALSE(rig.files.has("/logs/app.20200101T000000.000Z.log.gz"));
    // A rotation gets a name behind all of them.
    rig.clock.set_wall(WallTime{});
    rig.stream->request_rotation();
    REQUIRE(rig.write("a\n"));
    rig.stream->tick();
    CHECK(rig.rotated().back() == "app.20200103T000000.001Z.log");
}

TEST_CASE("a file that is pruned while it is being compressed does not come back") {
    LogRig rig;
    rig.options.rotate.max_size = {4};
    rig.options.keep.files = 1;
    rig.options.keep.compress = Compression::gzip;
    rig.open();
    REQUIRE(rig.write("aaa\nbbb\n"));
    REQUIRE(rig.rotated().size() == 1);
    rig.files.stall(Operation::append_flush);
    std::thread servant([&] { rig.housekeeper->run_once(); });
    while (rig.files.stalled_calls() == 0) {
        std::this_thread::yield();
    }
    CHECK(rig.write("ccc\n"));
    rig.files.resume_all();
    servant.join();
    CHECK(rig.rotated() == std::vector<std::string>{"app.20261121T100000.001Z.log"});
    CHECK(rig.housekeeper->counters().compressed_files == 0);
}

TEST_CASE("what an earlier life left unfinished is repaired at the start") {
    LogRig rig;
    rig.options.keep.compress = Compression::gzip;
    rig.files.put(k_plain, "plain text\n");
    rig.files.put(k_plain + ".gz", "half a gz");
    rig.files.put(k_plain + ".gz.tmp", "half a tmp");
    rig.files.put("/logs/app.20200102T000000.000Z.log.gz.tmp", "its plain file was pruned");
    rig.open();
    rig.keep_house();
    CHECK(rig.rotated() == std::vector<std::string>{"app.20200101T000000.000Z.log.gz"});
    CHECK(everything(rig) == "plain text\n");
    CHECK(rig.housekeeper->counters().repaired_files >= 3);
}

TEST_CASE("a whole compressed file beside the plain one is not made again") {
    LogRig rig;
    rig.options.keep.compress = Compression::gzip;
    rig.files.put(k_plain, "plain text\n");
    rig.open();
    rig.files.hold_file(k_plain);  // a reader without share-delete: the plain file can't go
    rig.keep_house();
    CHECK(rig.rotated().size() == 2);
    CHECK(rig.housekeeper->counters().errors == 1);
    rig.files.hold_file(k_plain, false);
    rig.open();
    rig.keep_house();
    CHECK(rig.housekeeper->counters().compressed_files == 0);
    CHECK(rig.rotated() == std::vector<std::string>{"app.20200101T000000.000Z.log.gz"});
    CHECK(everything(rig) == "plain text\n");
}

TEST_CASE("a cancelled housekeeper leaves the plain file") {
    LogRig rig;
    rig.open();
    rig.files.put(k_plain, "x");
    rig.housekeeper->compress_later(k_plain);
    rig.housekeeper->cancel();
    CHECK_FALSE(rig.housekeeper->run_once());
    CHECK(rig.rotated() == std::vector<std::string>{"app.20200101T000000.000Z.log"});
}

TEST_CASE("whatever call of the housekeeper fails, no byte is lost, and the next round makes it good") {
    const std::string text = some_text(2000);
    bool has_failed = true;
    for (std::size_t number = 1; has_failed; ++number) {
        INFO("call " << number);
        LogRig rig;
        rig.options.keep.compress = Compression::gzip;
        rig.files.put(k_plain, text);
        rig.open();
        const std::size_t before = rig.files.calls().size();
        rig.files.fail_call_number(before + number, testing::disk_full_error(k_plain));
        rig.keep_house();
        has_failed = rig.files.calls().size() >= before + number;
        rig.files.heal();
        REQUIRE(everything(rig) == text);
        rig.open();
        rig.keep_house();
        REQUIRE(everything(rig) == text);
        REQUIRE(rig.rotated() == std::vector<std::string>{"app.20200101T000000.000Z.log.gz"});
        REQUIRE(number < 1000);
    }
}

TEST_CASE("wherever the machine dies, all that was written is there at the next start") {
    const std::string text = some_text(1000);
    bool has_crashed = true;
    for (std::size_t number = 1; has_crashed; ++number) {
        INFO("before call " << number);
        LogRig rig;
        rig.options.rotate = {.max_size = {300}, .on_start = true};
        rig.options.keep.compress = Compression::gzip;
        rig.files.put("/logs/app.log", "earlier\n");
        bool is_dead = false;
        std::size_t acknowledged = 0;
        rig.files.set_fault([&](const testing::FileCall& call) -> std::optional<Error> {
            is_dead = is_dead || call.number >= number;
            return is_dead ? std::optional(testing::device_gone_error(call.path)) : std::nullopt;
        });
        rig.open();
        rig.stream->cancel();  // who is dead does not wait
        for (std::size_t start = 0; start < text.size(); start += 50) {
            const std::string_view chunk = std::string_view(text).substr(start, 50);
            acknowledged += rig.write(chunk) ? chunk.size() : 0;
            rig.keep_house();
            if (is_dead) {
                break;
            }
        }
        has_crashed = is_dead;
        rig.stream.reset();
        rig.files.heal();
        rig.files.spoil_open_handles();
        rig.open();
        rig.keep_house();
        const std::string all = everything(rig);
        REQUIRE(all.starts_with("earlier\n" + text.substr(0, acknowledged)));
        REQUIRE(("earlier\n" + text).starts_with(all));
        for (const std::string& name : rig.rotated()) {
            REQUIRE(name.ends_with(".log.gz"));
        }
        REQUIRE(number < 5000);
    }
}

TEST_CASE("gzip files on a real disk are what gzip says they are") {
    const auto files = platform::make_file_system();
    const testing::TempFolder folder;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65536}, std::size_t{300'000}}) {
        INFO("size " << size);
        const std::string text = some_text(size).substr(0, size);
        REQUIRE(files->write_whole(folder.path_of("plain"), text));
        REQUIRE(files->remove_file(folder.path_of("zipped")));
        auto from = files->open_read(folder.path_of("plain"));
        REQUIRE(from);
        {
            auto to = files->open_append(folder.path_of("zipped"));
            REQUIRE(to);
            const auto result = gzip_into(**from, **to, {});
            REQUIRE(result);
            CHECK(result->plain.bytes == size);
        }
        CHECK(unzipped(*files, folder.path_of("zipped")) == text);
        const std::string zipped = folder.read("zipped");
        CHECK(zipped.starts_with("\x1F\x8B\x08"));
        for (const std::size_t kept : {std::size_t{0}, zipped.size() / 2, zipped.size() - 1}) {
            REQUIRE(files->write_whole(folder.path_of("cut"), zipped.substr(0, kept)));
            CHECK_FALSE(verify_gzip(files->open_read(folder.path_of("cut")).value(), {}));
        }
        std::string spoilt = zipped;
        spoilt[spoilt.size() - 6] ^= 1;
        REQUIRE(files->write_whole(folder.path_of("cut"), spoilt));
        CHECK_FALSE(verify_gzip(files->open_read(folder.path_of("cut")).value(), {}));
    }
}

}  // namespace svcwrap::logs

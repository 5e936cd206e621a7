#include "host/newest_writer.hpp"

#include <catch_amalgamated.hpp>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "support/fake_file_system.hpp"

using namespace svcwrap;
using namespace svcwrap::host;
using namespace svcwrap::testing;
using namespace std::chrono_literals;

namespace {

constexpr const char* k_path = "/data/state.json";

struct World {
    FakeClock clock;
    FakeFileSystem files{clock};
    std::mutex mutex;
    std::vector<bool> told;

    World() { REQUIRE(files.make_folders("/data")); }
    void take(const Status& now) {
        const std::lock_guard lock(mutex);
        told.push_back(now.has_value());
    }
    std::vector<bool> heard() {
        const std::lock_guard lock(mutex);
        return told;
    }
    // What was done to the file.
    std::vector<Operation> operations() {
        std::vector<Operation> all;
        for (const FileCall& call : files.calls()) {
            if (call.path == k_path) all.push_back(call.operation);
        }
        return all;
    }
    template <class Predicate>
    bool wait_until(Predicate holds) {
        const auto limit = std::chrono::steady_clock::now() + 60s;
        while (!holds()) {
            if (std::chrono::steady_clock::now() > limit) return false;
            std::this_thread::sleep_for(2ms);
        }
        return true;
    }
};

// Its thread is done with the world when it goes.
struct Writer : NewestWriter {
    using NewestWriter::NewestWriter;
    ~Writer() {
        (void)close(60s);
        settle(60s);
    }
};

}  // namespace

TEST_CASE("Changes that come together are written once") {
    World world;
    Writer writer(world.files, k_path, Outlives::power_cut, [&](Status now) { world.take(now); }, 1h);
    for (int i = 1; i <= 5; ++i) {
        writer.write([i] { return std::to_string(i); });
        std::this_thread::sleep_for(20ms);  // as much as the other thread needs to write it, if it did not wait
    }
    CHECK(writer.close(60s));
    CHECK(world.files.contents(k_path) == "5");
    CHECK(world.files.count(Operation::write_whole) + world.files.count(Operation::put_whole) == 1);
}

TEST_CASE("Only the newest content is written while the disk is busy") {
    World world;
    Writer writer(world.files, k_path, Outlives::power_cut, [&](Status now) { world.take(now); });
    world.files.stall(Operation::write_whole);
    writer.write([] { return std::string("1"); });
    REQUIRE(world.wait_until([&] { return world.files.stalled_calls() == 1; }));
    for (int i = 2; i <= 50; ++i) writer.write([i] { return std::to_string(i); });
    world.files.resume_all();
    CHECK(writer.close(60s));
    CHECK(world.files.contents(k_path) == "50");
    CHECK(world.operations().front() == Operation::write_whole);
    CHECK(world.files.count(Operation::write_whole) + world.files.count(Operation::put_whole) == 2);
    CHECK(world.heard().empty());
}

TEST_CASE("What cannot be written is tried again until it is, and told once each way") {
    World world;
    world.files.fail_next(Operation::write_whole, 2, disk_full_error(k_path));
    Writer writer(world.files, k_path, Outlives::power_cut, [&](Status now) { world.take(now); });
    writer.write([] { return std::string("kept"); });
    CHECK(world.wait_until([&] { return world.heard().size() == 2; }));
    CHECK(world.heard() == std::vector{false, true});
    CHECK(world.files.contents(k_path) == "kept");
    CHECK(writer.close(60s));
}

TEST_CASE("A content that never could be written ends with a false, and does not hold anybody") {
    World world;
    world.files.fail_every(Operation::write_whole, disk_full_error(k_path));
    world.files.fail_every(Operation::put_whole, disk_full_error(k_path));
    Writer writer(world.files, k_path, Outlives::power_cut, [&](Status now) { world.take(now); });
    writer.write([] { return std::string("never"); });
    REQUIRE(world.wait_until([&] { return world.heard().size() == 1; }));
    CHECK_FALSE(writer.close(60s));
}

TEST_CASE("What was given before the end is written, and nothing that comes after it") {
    World world;
    Writer writer(world.files, k_path, Outlives::power_cut, {});
    writer.write([] { return std::string("last"); });
    writer.finish();
    writer.write([] { return std::string("too late"); });
    CHECK(writer.close(60s));
    CHECK(world.files.contents(k_path) == "last");
}

TEST_CASE(
    "What must outlive a power cut is on the disk before it replaces the file, and the last content right after") {
    World world;
    Writer writer(world.files, k_path, Outlives::power_cut, {});
    world.files.stall(Operation::write_whole);
    writer.write([] { return std::string("first"); });
    REQUIRE(world.wait_until([&] { return world.files.stalled_calls() == 1; }));
    writer.write([] { return std::string("last"); });
    writer.finish();
    world.files.resume_all();
    CHECK(writer.close(60s));
    writer.settle(60s);
    CHECK(world.files.contents(k_path) == "last");
    CHECK(world.operations() == std::vector{Operation::write_whole, Operation::put_whole, Operation::flush_file});
}

TEST_CASE("What need not outlive a power cut never waits for the disk") {
    World world;
    Writer writer(world.files, k_path, Outlives::process, {});
    writer.write([] { return std::string("first"); });
    REQUIRE(world.wait_until([&] { return world.files.contents(k_path) == "first"; }));
    writer.write([] { return std::string("last"); });
    CHECK(writer.close(60s));
    writer.settle(60s);
    CHECK(world.files.contents(k_path) == "last");
    CHECK(world.operations() == std::vector{Operation::put_whole, Operation::put_whole});
}

TEST_CASE("A disk that takes the last content and hangs while it is flushed holds nobody") {
    static World world;  // the thread that hangs there goes on when the test is over
    world.files.fail_every(Operation::write_whole, disk_full_error(k_path));
    world.files.stall(Operation::flush_file);
    {
        NewestWriter writer(world.files, k_path, Outlives::power_cut, [&](Status now) { world.take(now); });
        writer.write([] { return std::string("last"); });
        REQUIRE(world.wait_until([&] { return world.heard().size() == 1; }));
        CHECK(writer.close(60s));
        REQUIRE(world.wait_until([&] { return world.files.stalled_calls() == 1; }));
    }
    CHECK(world.files.contents(k_path) == "last");
    world.files.resume_all();
    CHECK(world.wait_until([&] { return world.files.stalled_calls() == 0; }));
}

TEST_CASE("A writer that had nothing to write closes well") {
    World world;
    Writer writer(world.files, k_path, Outlives::power_cut, {});
    CHECK(writer.close(60s));
    CHECK(writer.close(0ms));
}

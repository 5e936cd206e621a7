#include <algorithm>
#include <catch_amalgamated.hpp>
#include <functional>
#include <thread>

#include "log_rig.hpp"

namespace svcwrap::logs {

using testing::FileCall;
using testing::Operation;

namespace {

// Enough output for some rotations and removals; returns all of it.
std::string write_story(LogRig& rig) {
    std::string all;
    for (int i = 0; i < 40; ++i) {
        const std::string chunk = "line " + std::to_string(i) + "\nand a part";
        all += chunk;
        REQUIRE(rig.write(chunk));
        rig.clock.advance(Duration(700));
    }
    return all;
}

void prepare(LogRig& rig) {
    rig.options.rotate = {.max_size = {64}, .on_start = true};
    rig.files.put("/logs/app.log", "earlier\n");
}

using MakeError = std::function<Error(const std::string&)>;
const std::pair<const char*, MakeError> k_errors[] = {
    {"disk full", testing::disk_full_error},
    {"access denied", testing::access_denied_error},
    {"sharing violation", testing::sharing_violation_error},
    {"device gone", testing::device_gone_error},
};

}  // namespace

TEST_CASE("whichever single call of the file system fails, nothing is lost and the stream recovers") {
    std::size_t calls = 0;
    {
        LogRig rig;
        prepare(rig);
        rig.open();
        write_story(rig);
        calls = rig.files.calls().size();
    }
    REQUIRE(calls > 60);
    for (const auto& [name, make_error] : k_errors) {
        for (std::size_t number = 1; number <= calls; ++number) {
            LogRig rig;
            prepare(rig);
            rig.files.fail_call_number(number, make_error("/logs/app.log"));
            rig.open();
            const std::string all = write_story(rig);
            INFO(name << " at call " << number);
            REQUIRE(rig.everything() == "earlier\n" + all);
            REQUIRE(rig.stream->counters().lost_bytes == 0);
            REQUIRE(rig.stream->counters().rotations > 5);
        }
    }
}

TEST_CASE("a kind of call that fails for a while loses nothing") {
    for (std::size_t kind = 0; kind < testing::k_operation_count; ++kind) {
        for (const auto& [name, make_error] : k_errors) {
            LogRig rig;
            prepare(rig);
            rig.files.fail_next(static_cast<Operation>(kind), 7, make_error("/logs/app.log"));
            rig.open();
            std::string all = write_story(rig);
            for (int i = 0; i < 3; ++i) {  // late enough for every put-off rotation
                rig.clock.advance(k_longest_rotation_pause);
                all += write_story(rig);
            }
            INFO(name << " of " << testing::name_of(static_cast<Operation>(kind)));
            REQUIRE(rig.everything() == "earlier\n" + all);
            REQUIRE(rig.stream->counters().lost_bytes == 0);
            // The troubles end, and each is told once when it begins and once when it is over.
            REQUIRE(rig.complaints.size() % 2 == 0);
            REQUIRE(rig.complaints.size() <= 2);
        }
    }
}

TEST_CASE("a full disk holds the output back until there is room, and says so twice") {
    LogRig rig;
    rig.open();
    rig.files.set_disk_room(10);
    std::thread janitor([&] {
        while (rig.clock.sleeps() < 500) {
            std::this_thread::yield();
        }
        rig.files.set_disk_room(std::nullopt);
    });
    REQUIRE(rig.write("0123456789abcdef\n"));
    janitor.join();
    CHECK(rig.current() == "0123456789abcdef\n");
    CHECK(rig.stream->counters().write_errors >= 2);
    CHECK(rig.stream->counters().lost_bytes == 0);
    REQUIRE(rig.complaints.size() == 2);
    CHECK(rig.complaints[0].contains("the disk is full"));
    CHECK(rig.complaints[1].contains("nothing was lost"));
}

TEST_CASE("the pauses between attempts grow from 100 ms to 5 s") {
    LogRig rig;
    rig.open();
    rig.files.fail_next(Operation::append_write, 8, testing::disk_full_error("/logs/app.log"));
    REQUIRE(rig.write("x\n"));
    CHECK(rig.clock.slept() == Duration(100 + 200 + 400 + 800 + 1600 + 3200 + 5000 + 5000));
    CHECK(rig.stream->counters().write_errors == 8);
}

TEST_CASE("a handle that went bad is replaced by a new one") {
    LogRig rig;
    rig.open();
    REQUIRE(rig.write("before\n"));
    rig.files.spoil_open_handles();
    REQUIRE(rig.write("after\n"));
    CHECK(rig.current() == "before\nafter\n");
    CHECK(rig.files.count(Operation::open_append) >= 2);
}

TEST_CASE("short writes are continued") {
    LogRig rig;
    rig.options.rotate.max_size = {20};
    rig.open();
    rig.files.set_longest_write(3);
    REQUIRE(rig.write("a line\nanother line\na third line\n"));
    CHECK(rig.parts() == std::vector<std::string>{"a line\nanother line\n", "a third line\n"});
    CHECK(rig.stream->counters().write_errors == 0);
}

TEST_CASE("a folder that cannot be used at the start does not end the stream") {
    LogRig rig;
    rig.files.fail_next(Operation::make_folders, 3, testing::access_denied_error("/logs"));
    rig.open();
    CHECK_FALSE(rig.files.has("/logs/app.log"));
    CHECK(rig.complaints.size() == 1);
    REQUIRE(rig.write("in the end\n"));
    CHECK(rig.current() == "in the end\n");
    CHECK(rig.complaints.size() == 2);
}

TEST_CASE("a folder that disappears is made again") {
    LogRig rig;
    rig.open();
    REQUIRE(rig.write("gone\n"));
    rig.files.erase("/logs/app.log");
    REQUIRE(rig.files.remove_folder("/logs"));
    rig.clock.advance(k_name_check_interval);
    REQUIRE(rig.write("here\n"));
    CHECK(rig.current() == "here\n");
}

TEST_CASE("a link in the place of the log is not written through") {
    LogRig rig;
    rig.files.put_link("/logs/app.log");
    rig.open();
    rig.stream->cancel();
    CHECK_FALSE(rig.write("secret\n"));
    CHECK(rig.current().empty());
    CHECK(rig.stream->counters().lost_bytes == 7);
}

TEST_CASE("cancel ends the waiting of another thread and counts what is lost") {
    LogRig rig;
    rig.open();
    REQUIRE(rig.write("kept\n"));
    rig.files.set_disk_room(4);
    Status result;
    std::thread writer([&] { result = rig.write("0123456789"); });
    while (rig.clock.sleeps() < 100) {
        std::this_thread::yield();
    }
    rig.stream->cancel();
    writer.join();
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::io_failed);
    CHECK(rig.current() == "kept\n0123");
    CHECK(rig.stream->counters().lost_bytes == 6);
    CHECK(rig.stream->counters().bytes == 9);
}

TEST_CASE("after cancel a write still goes through as long as it needs no waiting") {
    LogRig rig;
    rig.options.rotate.max_size = {5};
    rig.open();
    rig.stream->cancel();
    REQUIRE(rig.write("last\nwords\n"));
    CHECK(rig.everything() == "last\nwords\n");
    rig.files.set_disk_room(0);
    CHECK_FALSE(rig.write("lost\n"));
    CHECK_FALSE(rig.write("too\n"));
    CHECK(rig.stream->counters().lost_bytes == 9);
    CHECK(rig.clock.slept() == Duration::zero());
}

}  // namespace svcwrap::logs

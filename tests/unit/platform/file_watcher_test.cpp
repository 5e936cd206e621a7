// Being told of changes of a file.
#include <catch_amalgamated.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "platform/native.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::testing {

namespace {

constexpr Duration k_patience = std::chrono::seconds(60);

class Counter {
public:
    void add() {
        const std::lock_guard lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    [[nodiscard]] int count() {
        const std::lock_guard lock(mutex_);
        return count_;
    }
    // Until it is more than that.
    [[nodiscard]] bool wait_beyond(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, k_patience, [&] { return count_ > count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

}  // namespace

TEST_CASE("a file that is written, replaced, removed or created is told of") {
    const TempFolder folder;
    folder.write("a.toml", "one");
    Counter counter;
    const auto watch = platform::make_file_watcher()->watch(folder.path_of("a.toml"), [&] { counter.add(); });
    REQUIRE(watch.has_value());
    int before = counter.count();
    folder.write("a.toml", "one and two");
    CHECK(counter.wait_beyond(before));
    before = counter.count();
    REQUIRE(platform::make_file_system()->write_whole(folder.path_of("a.toml"), "three").has_value());
    CHECK(counter.wait_beyond(before));
    // What comes late of the change before must not be taken for the next one.
    for (const char* step : {"remove", "create"}) {
        INFO(step);
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        before = counter.count();
        if (std::string_view(step) == "remove") {
            REQUIRE(platform::make_file_system()->remove_file(folder.path_of("a.toml")).has_value());
        } else {
            folder.write("a.toml", "four");
        }
        CHECK(counter.wait_beyond(before));
    }
}

TEST_CASE("a file that is not there yet can be watched") {
    const TempFolder folder;
    Counter counter;
    const auto watch = platform::make_file_watcher()->watch(folder.path_of("later.toml"), [&] { counter.add(); });
    REQUIRE(watch.has_value());
    folder.write("later.toml", "now");
    CHECK(counter.wait_beyond(0));
}

TEST_CASE("no folder, no watch; and a watch that has ended tells nothing") {
    const TempFolder folder;
    const auto watcher = platform::make_file_watcher();
    const auto none = watcher->watch(folder.path_of("no-folder/a.toml"), [] {});
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().kind == ErrorKind::not_found);
    Counter counter;
    auto watch = watcher->watch(folder.path_of("a.toml"), [&] { counter.add(); });
    REQUIRE(watch.has_value());
    watch->reset();
    const int before = counter.count();
    folder.write("a.toml", "one");
    Counter other;
    const auto second = watcher->watch(folder.path_of("b.toml"), [&] { other.add(); });
    REQUIRE(second.has_value());
    folder.write("b.toml", "two");
    CHECK(other.wait_beyond(0));
    CHECK(counter.count() == before);
}

TEST_CASE("a watch may be dropped while its file changes") {
    const TempFolder folder;
    const auto watcher = platform::make_file_watcher();
    for (int i = 0; i < 20; ++i) {
        Counter counter;
        auto watch = watcher->watch(folder.path_of("a.toml"), [&] { counter.add(); });
        REQUIRE(watch.has_value());
        folder.write("a.toml", std::string(static_cast<std::size_t>(i), 'x'));
        watch->reset();
    }
    CHECK(folder.names() == std::vector<std::string>{"a.toml"});
}

}  // namespace svcwrap::testing

#include "host/worker.hpp"

#include <atomic>
#include <catch_amalgamated.hpp>
#include <future>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <vector>

using namespace std::chrono_literals;
using svcwrap::host::Worker;

TEST_CASE("A worker runs its tasks one after the other, in their order") {
    std::vector<int> seen;
    Worker worker(100);
    for (int i = 0; i < 50; ++i) REQUIRE(worker.post([&seen, i] { seen.push_back(i); }));
    REQUIRE(worker.stop(60s));
    REQUIRE(seen.size() == 50);
    for (int i = 0; i < 50; ++i) CHECK(seen[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("A worker refuses what does not fit into its queue and counts it") {
    std::promise<void> release;
    auto gate = release.get_future().share();
    std::promise<void> begun;
    Worker worker(2);
    REQUIRE(worker.post([&begun, gate] {
        begun.set_value();
        gate.wait();
    }));
    begun.get_future().wait();
    CHECK(worker.post([] {}));
    CHECK(worker.post([] {}));
    CHECK_FALSE(worker.post([] {}));
    CHECK(worker.refused() == 1);
    release.set_value();
    CHECK(worker.stop(60s));
}

TEST_CASE("A stopped worker takes nothing more") {
    Worker worker(2);
    REQUIRE(worker.stop(60s));
    CHECK_FALSE(worker.post([] {}));
    CHECK(worker.refused() == 0);
    CHECK(worker.stop(0ms));
}

TEST_CASE("A task that hangs is abandoned, and what it owns lives until it returns") {
    struct Owned {
        std::promise<void> release;
        std::promise<void> returned;
        std::atomic<int> value = 7;
    };
    const auto owned = std::make_shared<Owned>();
    {
        Worker worker(2);
        REQUIRE(worker.post([owned] {
            owned->release.get_future().wait();
            owned->value = 8;
            owned->returned.set_value();
        }));
        CHECK_FALSE(worker.stop(20ms));
    }
    CHECK(owned->value == 7);
    owned->release.set_value();
    owned->returned.get_future().wait();
    CHECK(owned->value == 8);
}

TEST_CASE("A worker's thread ends when there is nothing to do, and another one comes for the next task") {
    struct Farewell {
        std::shared_ptr<std::binary_semaphore> gone;
        ~Farewell() {
            if (gone) gone->release();
        }
    };
    const auto gone = std::make_shared<std::binary_semaphore>(0);
    std::promise<void> back;
    Worker worker(2);
    REQUIRE(worker.post([gone] {
        thread_local Farewell farewell;
        farewell.gone = gone;
    }));
    REQUIRE(gone->try_acquire_for(60s));
    REQUIRE(worker.post([&back] { back.set_value(); }));
    CHECK(back.get_future().wait_for(60s) == std::future_status::ready);
    CHECK(worker.stop(60s));
    CHECK_FALSE(worker.post([] {}));
}

TEST_CASE("A worker that never had anything to do stops at once") {
    Worker worker(2);
    CHECK(worker.stop(0ms));
    CHECK_FALSE(worker.post([] {}));
}

TEST_CASE("A task that throws does not end the worker") {
    std::atomic<int> ran = 0;
    Worker worker(4);
    REQUIRE(worker.post([] { throw std::runtime_error("out of something"); }));
    REQUIRE(worker.post([&ran] { ++ran; }));
    REQUIRE(worker.stop(60s));
    CHECK(ran == 1);
}

TEST_CASE("What a task owns may hang while it goes: nobody waits for that longer than he wants to") {
    struct Sticky {
        std::promise<void> begun;
        std::shared_future<void> gate;
        std::promise<void> gone;
        ~Sticky() {
            begun.set_value();
            gate.wait();
            gone.set_value();
        }
    };
    std::promise<void> release;
    auto sticky = std::make_shared<Sticky>();
    sticky->gate = release.get_future().share();
    auto begun = sticky->begun.get_future();
    auto gone = sticky->gone.get_future();
    Worker worker(2);
    REQUIRE(worker.post([kept = std::move(sticky)] {}));
    begun.wait();
    CHECK(worker.post([] {}));  // this needs the lock
    CHECK_FALSE(worker.stop(20ms));
    release.set_value();
    gone.wait();
}

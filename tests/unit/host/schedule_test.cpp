#include "host/schedule.hpp"

#include <boost/asio/io_context.hpp>
#include <catch_amalgamated.hpp>

#include "fake_parts.hpp"

using namespace svcwrap;
using namespace svcwrap::host;
using namespace svcwrap::testing;
using namespace std::chrono_literals;

namespace {

// The clock stands still at 10:00 UTC on the 21st, but for what a test does to it.
struct World : FakeParts {
    std::shared_ptr<boost::asio::io_context> loop = std::make_shared<boost::asio::io_context>();
    int due = 0;
    Schedule schedule{{.parts = parts, .loop = loop, .say = [](Severity, const std::string&) {}}, [this] { ++due; }};
};

}  // namespace

TEST_CASE("A restart by time of day is aimed at local time, and the earlier of both schedules counts") {
    World world;
    world.clock.set_utc_offset([](WallTime) { return Duration(2h); });
    world.schedule.arm({.every = k_forever, .at = TimeOfDay(3h + 30min)}, world.clock.now());
    CHECK(world.schedule.next() == FakeClock::k_start + 15h + 30min);
    world.schedule.arm({.every = 24h, .at = TimeOfDay(3h + 30min)}, world.clock.now());
    CHECK(world.schedule.next() == FakeClock::k_start + 15h + 30min);
    world.schedule.arm({.every = 1h, .at = TimeOfDay(3h + 30min)}, world.clock.now() - 15min);
    CHECK(world.schedule.next() == FakeClock::k_start + 45min);
}

TEST_CASE("Without a child, or without a schedule, nothing is due") {
    World world;
    world.schedule.arm({.every = 1h, .at = TimeOfDay(3h)}, {});
    CHECK_FALSE(world.schedule.next());
    world.schedule.arm({}, world.clock.now());
    CHECK_FALSE(world.schedule.next());
    world.loop->run();
    CHECK(world.due == 0);
}

TEST_CASE("A run that is older than its time is due at once, and only once") {
    World world;
    world.schedule.arm({.every = 1h, .at = {}}, world.clock.now() - 2h);
    world.loop->run();
    CHECK(world.due == 1);
    CHECK_FALSE(world.schedule.next());
}

TEST_CASE("A time of day that has come is due, and the next one is tomorrow's") {
    World world;
    world.clock.set_wall(FakeClock::k_start - 20ms);
    world.schedule.arm({.every = k_forever, .at = TimeOfDay(10h)}, world.clock.now());
    CHECK(world.schedule.next() == FakeClock::k_start);
    world.clock.advance(1min);
    CHECK(world.loop->run_one_for(60s) == 1);
    CHECK(world.due == 1);
    CHECK(world.schedule.next() == FakeClock::k_start + 24h);
}

TEST_CASE("A time of day that was slept through is not made up for") {
    World world;
    world.clock.set_wall(FakeClock::k_start - 20ms);
    world.schedule.arm({.every = k_forever, .at = TimeOfDay(10h)}, world.clock.now());
    world.clock.advance(3h);
    CHECK(world.loop->run_one_for(60s) == 1);
    CHECK(world.due == 0);
    CHECK(world.schedule.next() == FakeClock::k_start + 24h);
}

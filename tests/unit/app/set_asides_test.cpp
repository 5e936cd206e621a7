#include <catch_amalgamated.hpp>
#include <string>
#include <vector>

#include "app_world.hpp"

namespace svcwrap::app {

using testing::AppWorld;
using testing::at;

namespace {

// Beside svcwrap.exe: two that were set aside, of which one still runs, and files that are none of svcwrap's.
std::vector<std::string> left_after_install(AppWorld& world) {
    const std::string folder = at("tools/svc wrap");
    for (const char* name : {"svcwrap.exe.old-1", "svcwrap.exe.OLD-22", "svcwrap.exe.old-x", "svcwrap.exe.old-",
                             "other.exe.old-1", "svcwrap.exe.old-1.bak"}) {
        world.files.put(join_path(folder, name), "MZ");
    }
    world.files.put(join_path(folder, "svcwrap.exe.old-3"), "MZ");
    world.files.hold_file(join_path(folder, "svcwrap.exe.old-3"));
    return {"other.exe.old-1", "svcwrap.exe.old-", "svcwrap.exe.old-1.bak", "svcwrap.exe.old-3", "svcwrap.exe.old-x"};
}

}  // namespace

TEST_CASE("install removes what upgrades have set aside and nobody runs any more, and nothing else") {
    AppWorld world;
    const auto left = left_after_install(world);
    REQUIRE(world.run({"install", "MyApp", "--exe", at("apps/my app/app.exe")}) == 0);
    CHECK(world.files.names_in(at("tools/svc wrap")) == left);
}

TEST_CASE("start removes it too, but only for an administrator") {
    AppWorld world;
    world.put_running("MyApp");
    const auto left = left_after_install(world);
    world.system.elevated = false;
    (void)world.run({"start", "MyApp"});
    CHECK(world.files.names_in(at("tools/svc wrap")).size() == left.size() + 2);
    world.system.elevated = true;
    (void)world.run({"start", "MyApp"});
    CHECK(world.files.names_in(at("tools/svc wrap")) == left);
}

}  // namespace svcwrap::app

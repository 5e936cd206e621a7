#include <catch_amalgamated.hpp>

#include "app/purge.hpp"
#include "app_world.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using platform::ServiceState;
using testing::AppWorld;
using testing::at;
using testing::ManagerCall;
using testing::status_of;

namespace {

// An installed service with a configuration and logs of its own.
testing::FakeService& put_installed(AppWorld& world) {
    auto& service = world.put_running("App");
    service.on_stop = {{2s, status_of(ServiceState::stopped), {}}};
    world.files.put(world.config_of("App"), "schema = 1");
    world.files.put(join_path(world.folder("App"), join_path("logs", "stdout.log")), "line");
    return service;
}

}  // namespace

TEST_CASE("uninstall stops the service, removes the registration and keeps the files") {
    AppWorld world;
    put_installed(world);
    CHECK(world.run({"uninstall", "App"}) == 0);
    CHECK(world.services.find("App") == nullptr);
    CHECK(world.services.count(ManagerCall::stop) == 1);
    CHECK(world.files.has(world.config_of("App")));
    CHECK(world.out.contains("--purge"));
}

TEST_CASE("uninstall --purge removes the service's own folder and nothing beside it") {
    AppWorld world;
    put_installed(world);
    world.files.put(world.config_of("App2"), "of another service");
    CHECK(world.run({"uninstall", "App", "--purge", "--json"}) == 0);
    CHECK_FALSE(platform::exists(world.files, world.folder("App")));
    CHECK(world.files.has(world.config_of("App2")));
    CHECK(world.json().find("purged")->as_bool());
}

TEST_CASE("uninstall --purge says that a configuration in another place stays") {
    AppWorld world;
    put_installed(world);
    CHECK(world.run({"uninstall", "App", "--purge"}) == 0);
    CHECK_FALSE(world.out.contains("stays"));
    const std::string file = at("conf/App.toml");
    world.services
        .put("App", make_image_path({.executable = world.system.executable, .name = "App", .config_file = file}))
        .status = status_of(ServiceState::stopped);
    world.files.put(file, "schema = 1");
    CHECK(world.run({"uninstall", "App", "--purge"}) == 0);
    CHECK(world.out.contains(file + " stays"));
    CHECK(world.files.has(file));
}

TEST_CASE("uninstall needs administrator rights before it stops anything") {
    AppWorld world;
    put_installed(world);
    world.system.elevated = false;
    CHECK(world.run({"uninstall", "App"}) == 7);
    CHECK(world.err.contains("Run as administrator"));
    CHECK(world.services.count(ManagerCall::stop) == 0);
}

TEST_CASE("A service that does not stop is not removed, and its folder stays") {
    AppWorld world;
    put_installed(world).on_stop = {{0ms, status_of(ServiceState::stop_pending, testing::k_wrapper), {}}};
    CHECK(world.run({"uninstall", "App", "--purge", "--timeout", "5s"}) == 9);
    CHECK(world.services.find("App") != nullptr);
    CHECK(world.files.has(world.config_of("App")));
}

TEST_CASE("A folder that can't be purged is told, though the service is gone") {
    AppWorld world;
    put_installed(world);
    world.files.hold_file(join_path(world.folder("App"), join_path("logs", "stdout.log")));
    CHECK(world.run({"uninstall", "App", "--purge"}) == 10);
    CHECK(world.err.contains("App is uninstalled, but"));
    CHECK(world.services.find("App") == nullptr);
}

TEST_CASE("A service folder that is a link itself is not purged") {
    AppWorld world;
    world.files.put_link(at("data/svcwrap/App"));
    const Status purged = purge_folder(world.parts(), at("data/svcwrap/App"));
    REQUIRE_FALSE(purged);
    CHECK(purged.error().kind == ErrorKind::access_denied);
    CHECK(platform::exists(world.files, at("data/svcwrap/App")));
}

TEST_CASE("Nothing that the wrapper has written survives a purge") {
    AppWorld world;
    put_installed(world);
    for (const char* name : {"state.json", "history.json", "history.json.broken"})
        world.files.put(join_path(world.folder("App"), name), "{}");
    CHECK(world.run({"uninstall", "App", "--purge"}) == 0);
    CHECK(world.files.names_in(world.folder("App")).empty());
}

TEST_CASE("A folder that is gone already is purged") {
    AppWorld world;
    CHECK(purge_folder(world.parts(), at("data/svcwrap/None")));
}

}  // namespace svcwrap::app

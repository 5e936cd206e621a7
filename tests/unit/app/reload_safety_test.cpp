// What a running service takes over when its configuration is read again: nothing that others could use.
#include <catch_amalgamated.hpp>
#include <string_view>

#include "app/safety.hpp"
#include "app_world.hpp"
#include "config/service_config.hpp"

namespace svcwrap::app {

using testing::AppWorld;
using testing::at;

namespace {

constexpr std::string_view k_users_write = "O:BAD:(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;BU)";

// A service that runs, and whose file has changed.
struct Reload : AppWorld {
    Reload() {
        access.set_name("S-1-5-32-545", "BUILTIN\\Users");
        access.set(at("apps/open"), k_users_write);
        files.put(at("apps/open/app.exe"), "MZ...");
        files.put(at("apps/open/hook.exe"), "MZ...");
        system.programs.clear();
        now.file = config_of("MyApp");
        files.put(now.file, "the text does not matter");
        now.service.name = "MyApp";
        now.process.executable = at("apps/my app/app.exe");
        now.process.working_directory = at("apps/my app");
        now.logs.directory = join_path(folder("MyApp"), "logs");
        fresh = now;
    }
    Status judge() { return judge_reload(parts(), now.service, now, fresh); }

    config::ServiceConfig now;
    config::ServiceConfig fresh;
};

}  // namespace

TEST_CASE("A changed configuration that others could use is not adopted, whichever setting brings it") {
    Reload world;
    CHECK(world.judge());
    const std::string open = at("apps/open/app.exe");
    SECTION("the program") {
        world.fresh.process.executable = open;
    }
    SECTION("its folder") {
        world.fresh.process.working_directory = at("apps/open");
    }
    SECTION("a script among its arguments") {
        world.files.put(at("apps/open/app.js"), "...");
        world.fresh.process.arguments = {at("apps/open/app.js")};
    }
    SECTION("the environment file") {
        world.fresh.process.environment_file = at("apps/open/app.env");
    }
    SECTION("the folder of the logs") {
        world.fresh.logs.directory = at("apps/open/logs");
    }
    SECTION("a hook") {
        world.fresh.hooks.on_failure = config::Hook{.command = {at("apps/open/hook.exe")}};
    }
    SECTION("a stop command") {
        world.fresh.supervise.stop.steps = {
            {.method = supervise::StopMethod::command, .command = {at("apps/open/hook.exe")}}};
    }
    SECTION("the TOML itself, which others can write by now") {
        world.access.set(world.now.file, k_users_write);
        world.fresh.supervise.restart.limit = 7;
    }
    const Status judged = world.judge();
    REQUIRE_FALSE(judged);
    CHECK(judged.error().kind == ErrorKind::access_denied);
    CHECK(judged.error().message.contains("LocalSystem"));
    CHECK(judged.error().message.contains("BUILTIN\\Users"));
    CHECK(judged.error().remedy.contains("icacls"));
    CHECK(judged.error().remedy.contains("svcwrap reload MyApp"));
}

TEST_CASE("Who allowed a service to be insecure is not asked again, and who allows it now must own its file") {
    Reload world;
    world.fresh.process.executable = at("apps/open/app.exe");
    SECTION("it was allowed when it was started") {
        world.now.service.allow_insecure = true;
        CHECK(world.judge());
    }
    SECTION("the changed file allows it") {
        world.fresh.service.allow_insecure = true;
        CHECK(world.judge());
    }
    SECTION("the changed file allows it, but anybody may have written that") {
        world.fresh.service.allow_insecure = true;
        world.access.set(world.now.file, k_users_write);
        const Status judged = world.judge();
        REQUIRE_FALSE(judged);
        CHECK(judged.error().message.contains("MyApp.toml"));
    }
    SECTION("the account in the file is not the one that it runs as") {
        world.access.set(at("apps/open"), "O:BAD:(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;LS)");
        world.fresh.service.account = "LocalService";
        const Status judged = world.judge();
        REQUIRE_FALSE(judged);
        CHECK(judged.error().message.contains("LocalSystem"));
    }
}

TEST_CASE("What a service may not look at is passed over if it was judged at its start, and refused if it is new") {
    Reload world;
    world.fresh.supervise.restart.limit = 7;
    SECTION("its data folder") {
        world.access.hide(world.system.data);
        CHECK(world.judge());
        world.fresh.process.environment_file = join_path(world.folder("MyApp"), "app.env");
        CHECK(world.judge());
    }
    SECTION("its program") {
        world.access.hide(at("apps/my app"));
        CHECK(world.judge());
    }
    SECTION("its registration") {
        world.access.hide("MyApp");
        CHECK(world.judge());
    }
    SECTION("a new program") {
        world.access.hide(at("apps/open"));
        world.fresh.process.executable = at("apps/open/app.exe");
        const Status judged = world.judge();
        REQUIRE_FALSE(judged);
        CHECK(judged.error().kind == ErrorKind::access_denied);
        CHECK(judged.error().remedy.contains("svcwrap restart MyApp"));
    }
}

}  // namespace svcwrap::app

#include "app/run.hpp"

#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

using testing::AppWorld;
using testing::at;

namespace {

void write_config(AppWorld& world, const std::string& file, const std::string& more = {}) {
    world.files.put(file, "schema = 1\n[service]\nname = \"App\"\n[process]\nexecutable = '" +
                              at("apps/my app/app.exe") + "'\n" + more);
}

}  // namespace

TEST_CASE("run takes its configuration from a service, a file or a program") {
    AppWorld world;
    SECTION("of an installed service, at its registered path") {
        write_config(world, at("my/App.toml"));
        world.services.put("App",
                           make_image_path({.executable = "x", .name = "App", .config_file = at("my/App.toml")}));
        CHECK(resolve_run_config(world.parts(), {.name = "App"})->file == at("my/App.toml"));
    }
    SECTION("of a service that is not installed, in its folder") {
        write_config(world, world.config_of("App"));
        CHECK(resolve_run_config(world.parts(), {.name = "App"})->file == world.config_of("App"));
    }
    SECTION("of a file") {
        write_config(world, at("users/me/App.toml"));
        CHECK(resolve_run_config(world.parts(), {.config_file = "App.toml"})->file == at("users/me/App.toml"));
    }
    SECTION("of a program, whose output is only shown") {
        const auto config = resolve_run_config(
            world.parts(),
            {.executable = at("apps/my app/app.exe"), .environment = {"A=1"}, .arguments = {"-x", "y z"}});
        REQUIRE(config);
        CHECK(config->process.arguments == std::vector<std::string>{"-x", "y z"});
        CHECK(config->process.environment == platform::Environment{{"A", "1"}});
        CHECK(config->logs.standard_output == logs::OutputTarget::inherit);
    }
}

TEST_CASE("run refuses what it can't do") {
    AppWorld world;
    SECTION("nothing to run") {
        CHECK(world.run({"run"}) == 2);
    }
    SECTION("two things to run") {
        CHECK(world.run({"run", "App", "--config", "x.toml"}) == 2);
    }
    SECTION("arguments beside a configuration") {
        CHECK(world.run({"run", "App", "--", "x"}) == 2);
    }
    SECTION("an unknown name") {
        CHECK(world.run({"run", "App"}) == 4);
    }
    SECTION("a missing file") {
        CHECK(world.run({"run", "--config", "x.toml"}) == 4);
    }
    SECTION("a service that runs now") {
        world.put_running("App");
        write_config(world, world.config_of("App"));
        CHECK(world.run({"run", "App"}) == 6);
        CHECK(world.err.contains("svcwrap stop App"));
    }
    CHECK(world.launcher.launches() == 0);
}

TEST_CASE("run refuses a configuration whose logs another run writes, and says which") {
    AppWorld world;
    const auto [more, log] = GENERATE(table<std::string, std::string>(
        {{"", "stdout.log"}, {"[logs]\nstdout = \"discard\"\nstderr = \"file\"\n", "stderr.log"}}));
    write_config(world, at("users/me/App.toml"), more);
    world.launcher.add({.exit = ExitCode{0}});
    const std::string path = at("users/me/logs/" + log);
    REQUIRE(world.files.make_folders(at("users/me/logs")));
    auto other = world.files.open_append(path);
    REQUIRE(other);
    CHECK(world.run({"run", "--config", "App.toml"}) == 6);
    CHECK(world.err.contains("another program writes the log " + path));
    CHECK(world.err.contains("logs.directory"));
    CHECK(world.launcher.launches() == 0);

    other->reset();
    CHECK(world.run({"run", "--config", "App.toml"}) != 6);
    CHECK(world.launcher.launches() == 1);
}

TEST_CASE("run ends with 0 or 1 as the service would have ended well or not") {
    const auto [code, status] = GENERATE(table<std::uint32_t, int>({{0, 0}, {3, 1}, {0xC0000005, 1}}));
    AppWorld world;
    write_config(world, at("users/me/App.toml"), "[restart]\npolicy = \"never\"\n");
    world.launcher.add({.exit = ExitCode{code}});
    CHECK(world.run({"run", "--config", "App.toml"}) == status);
    CHECK(world.launcher.launches() == 1);
    CHECK(world.err.contains("svcwrap: "));
}

TEST_CASE("check finds every error of a file and its place") {
    AppWorld world;
    world.files.put(at("users/me/App.toml"),
                    "schema = 1\n[service]\nname = \"App\"\ncolour = 1\n[process]\nexe = 'x'\n");
    CHECK(world.run({"check", "App.toml"}) == 5);
    CHECK(world.out.empty());
    CHECK(world.err.contains(at("users/me/App.toml") + ":4:1"));
    CHECK(world.err.contains(at("users/me/App.toml") + ":6:1"));
    CHECK(world.run({"check", "App.toml", "--json"}) == 5);
    const Json json = world.json();
    REQUIRE(json.find("errors") != nullptr);
    CHECK(std::get<JsonArray>(json.find("errors")->value()).size() >= 2);
    CHECK(world.err.empty());
}

TEST_CASE("check accepts a good file by path or by the service's name, and warns of what will not work") {
    AppWorld world;
    write_config(world, world.config_of("App"));
    CHECK(world.run({"check", "App"}) == 0);
    CHECK(world.out.starts_with(world.config_of("App") + ": OK\n"));
    CHECK(world.err.empty());
    world.files.erase(at("apps/my app/app.exe"));
    CHECK(world.run({"check", world.config_of("App")}) == 0);
    CHECK(world.err.contains("warning"));
    CHECK(world.err.contains("does not exist"));
    CHECK(world.run({"check", "Other"}) == 4);
}

TEST_CASE("check warns of settings that have no effect, and the file is good all the same") {
    AppWorld world;
    write_config(world, world.config_of("App"));
    const std::string text = world.files.contents(world.config_of("App"));
    world.files.put(world.config_of("App"), text + "[logs]\nencoding = \"oem\"\nsync_interval = \"1s\"\n");
    CHECK(world.run({"check", "App"}) == 0);
    CHECK(world.err.contains("warning: " + world.config_of("App") + ": logs.encoding has no effect"));
    CHECK(world.err.contains("logs.sync_interval has no effect"));
    CHECK(world.run({"check", "App", "--json"}) == 0);
    CHECK(std::get<JsonArray>(world.json().find("warnings")->value()).size() == 2);
}

}  // namespace svcwrap::app

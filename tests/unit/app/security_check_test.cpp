#include "app/security_check.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <set>

#include "support/fake_access_control.hpp"
#include "support/fake_accounts.hpp"

namespace svcwrap::app {

namespace {

using guard::Role;

constexpr std::string_view k_users_write = "O:BAD:(A;;FA;;;BA)(A;;0x1301bf;;;BU)";

// A service as people install it. Paths without drives, so that the same test runs on any system.
struct World {
    testing::FakeAccessControl access;
    testing::FakeAccounts accounts;
    std::set<std::string> files;
    SecurityParts parts{
        .access = access,
        .accounts = accounts,
        .exists = [this](const std::string& path) { return files.contains(path); },
        .find_program = [this](const std::string& name, const std::string& folder) { return find(name, folder); }};
    config::ServiceConfig config;
    SecurityScope scope{.wrapper = "/programs/svcwrap.exe", .folder_to_make = {}, .is_registered = false};

    World() {
        config.file = "/data/svcwrap/MyApp/MyApp.toml";
        config.service.name = "MyApp";
        config.process.executable = "/programs/node/node.exe";
        config.process.working_directory = "/srv/app";
        config.logs.directory = "/data/svcwrap/MyApp/logs";
    }

    Result<std::string> find(const std::string& name, const std::string& folder) {
        std::string path = name.contains('/') ? name : folder + "/" + name;
        if (files.contains(path)) return path;
        return fail(ErrorKind::not_found, "find " + name);
    }

    std::vector<guard::Finding> findings() {
        const auto verdict = check_security(parts, config, scope);
        REQUIRE(verdict);
        return verdict->findings;
    }

    bool judges(Role role, const std::string& path) const {
        return std::ranges::contains(judged_paths(parts, config), std::pair(role, path));
    }
};

}  // namespace

TEST_CASE("a service whose objects belong to administrators has no findings") {
    World world;
    CHECK(world.findings().empty());
}

TEST_CASE("whatever the service runs, reads or writes is judged") {
    for (const std::string path : {"/programs/svcwrap.exe", "/data/svcwrap/MyApp/MyApp.toml", "/programs/node/node.exe",
                                   "/programs/node", "/srv/app", "/data/svcwrap/MyApp/logs", "/data/svcwrap"}) {
        INFO(path);
        World world;
        world.access.set(path, k_users_write);
        CHECK(std::ranges::contains(world.findings(), path, &guard::Finding::path));
    }
}

TEST_CASE("scripts among the arguments count as programs, other files do not") {
    World world;
    world.config.process.arguments = {"--port", "server.js", "/data/input.csv", "missing.py"};
    world.files = {"/srv/app/server.js", "/data/input.csv"};
    CHECK(world.judges(Role::program, "/srv/app/server.js"));
    CHECK_FALSE(world.judges(Role::program, "/data/input.csv"));
    CHECK_FALSE(world.judges(Role::program, "/srv/app/missing.py"));
}

TEST_CASE("the environment file, hooks and stop commands are judged") {
    World world;
    world.config.process.environment_file = "/srv/app/.env";
    world.config.hooks.pre_start = config::Hook{.command = {"prepare.cmd", "x"}};
    world.config.hooks.on_give_up = config::Hook{.command = {"/tools/alarm.exe"}};
    world.config.supervise.stop.steps = {{.method = supervise::StopMethod::command, .command = {"/tools/stop.exe"}}};
    world.files = {"/data/svcwrap/MyApp/prepare.cmd", "/tools/alarm.exe", "/tools/stop.exe"};
    CHECK(world.judges(Role::configuration, "/srv/app/.env"));
    CHECK(world.judges(Role::program, "/data/svcwrap/MyApp/prepare.cmd"));
    CHECK(world.judges(Role::program, "/tools/alarm.exe"));
    CHECK(world.judges(Role::program, "/tools/stop.exe"));
}

TEST_CASE("the file that the program reads as its input is judged") {
    World world;
    world.config.process.standard_input_file = "/srv/app/input.txt";
    CHECK(world.judges(Role::configuration, "/srv/app/input.txt"));
}

TEST_CASE("scripts among the arguments of hooks and stop commands are judged") {
    World world;
    world.config.hooks.pre_start = config::Hook{.command = {"/bin/shell", "-File", "/tools/prepare.ps1", "x.ps1"}};
    world.config.supervise.stop.steps = {
        {.method = supervise::StopMethod::command, .command = {"/bin/shell", "/tools/stop.cmd"}}};
    world.files = {"/bin/shell", "/tools/prepare.ps1", "/tools/stop.cmd", "/srv/app/x.ps1"};
    CHECK(world.judges(Role::program, "/tools/prepare.ps1"));
    CHECK(world.judges(Role::program, "/tools/stop.cmd"));
    CHECK(world.judges(Role::program, "/srv/app/x.ps1"));
}

TEST_CASE("a program or script that is missing is judged where somebody could make it") {
    World world;
    world.config.hooks.on_failure = config::Hook{.command = {"/tools/alarm.exe"}};
    world.config.hooks.on_give_up = config::Hook{.command = {"alarm", "http://host/a.js", "/no/such/place.js"}};
    world.config.process.arguments = {"/tools/later.js", "/tools/*.js"};
    world.files = {"/tools"};
    CHECK(world.judges(Role::program, "/tools/alarm.exe"));
    CHECK(world.judges(Role::program, "/tools/later.js"));
    CHECK_FALSE(world.judges(Role::program, "/tools/*.js"));
    CHECK_FALSE(world.judges(Role::program, "/no/such/place.js"));
    for (const auto& [role, path] : judged_paths(world.parts, world.config)) CHECK_FALSE(path.contains("host"));
    world.access.set("/tools", "O:BAD:(A;;FA;;;BA)(A;;DC;;;BU)");
    world.access.set_missing("/tools/later.js");
    CHECK_FALSE(world.findings().empty());
}

TEST_CASE("the folders that the service keeps for itself are judged") {
    World world;
    world.scope.own_folders = {"/data/svcwrap/MyApp/state"};
    CHECK(world.findings().empty());
    world.access.set("/data/svcwrap/MyApp/state", k_users_write);
    CHECK(std::ranges::contains(world.findings(), "/data/svcwrap/MyApp/state", &guard::Finding::path));
}

TEST_CASE("what will lie in a folder that is yet to be made private is not judged by who could make it instead") {
    World world;
    world.access.set("/data", "O:SYD:(A;;FA;;;BA)(A;CI;DCLC;;;BU)");
    world.access.set_missing("/data/svcwrap");
    CHECK_FALSE(world.findings().empty());
    world.scope.folder_to_make = "/data/svcwrap/MyApp";
    CHECK(world.findings().empty());
    world.config.file = "/data/svcwrap/MyApp2/MyApp.toml";
    CHECK_FALSE(world.findings().empty());
}

TEST_CASE("the service's account and its own SID may change what it runs, but not svcwrap.exe") {
    World world;
    world.config.service.account = "virtual";
    world.access.set("/srv/app", "O:BAD:(A;;FA;;;S-1-5-80-MyApp)");
    CHECK(world.findings().empty());
    world.access.set("/programs/svcwrap.exe", "O:BAD:(A;;FA;;;S-1-5-80-MyApp)");
    CHECK(world.findings().size() == 1);
    world.access.set("/programs/svcwrap.exe", "O:BAD:P");
    world.config.service.account = "LocalService";
    CHECK(world.findings().empty());
    world.config.service.sid_type = platform::SidType::none;
    CHECK_FALSE(world.findings().empty());
}

TEST_CASE("the registration is judged once there is one") {
    World world;
    world.access.set("MyApp", "O:SYD:(A;;DC;;;BU)");
    CHECK(world.findings().empty());
    world.scope.is_registered = true;
    REQUIRE(world.findings().size() == 1);
    CHECK(world.findings()[0].role == Role::registration);
}

TEST_CASE("what can't be judged is an error, and so is an account that does not exist") {
    World world;
    world.access.fail({.kind = ErrorKind::access_denied, .message = "read the permissions"});
    const auto verdict = check_security(world.parts, world.config, world.scope);
    REQUIRE_FALSE(verdict);
    CHECK(verdict.error().kind == ErrorKind::access_denied);
    World other;
    other.config.service.account = ".\\nobody";
    const auto unknown = check_security(other.parts, other.config, other.scope);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::not_found);
}

}  // namespace svcwrap::app

#include "app/security_check.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <set>

#include "base/path.hpp"
#include "support/fake_access_control.hpp"
#include "support/fake_accounts.hpp"

namespace svcwrap::app {

namespace {

using guard::Role;

constexpr std::string_view k_users_write = "O:BAD:(A;;FA;;;BA)(A;;0x1301bf;;;BU)";

// An absolute path of the system at hand.
std::string at(const std::string& path) {
    return normalize_path(k_native_path_style == PathStyle::windows ? "C:" + path : path);
}

// A service as people install it.
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
    SecurityScope scope{.wrapper = at("/programs/svcwrap.exe"), .folder_to_make = {}, .is_registered = false};

    World() {
        config.file = at("/data/svcwrap/MyApp/MyApp.toml");
        config.service.name = "MyApp";
        config.process.executable = at("/programs/node/node.exe");
        config.process.working_directory = at("/srv/app");
        config.logs.directory = at("/data/svcwrap/MyApp/logs");
    }

    Result<std::string> find(const std::string& name, const std::string& folder) {
        std::string path = join_path(folder, name);
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
    for (const std::string& path :
         {at("/programs/svcwrap.exe"), at("/data/svcwrap/MyApp/MyApp.toml"), at("/programs/node/node.exe"),
          at("/programs/node"), at("/srv/app"), at("/data/svcwrap/MyApp/logs"), at("/data/svcwrap")}) {
        INFO(path);
        World world;
        world.access.set(path, k_users_write);
        CHECK(std::ranges::contains(world.findings(), path, &guard::Finding::path));
    }
}

TEST_CASE("scripts among the arguments count as programs, other files do not") {
    World world;
    world.config.process.arguments = {"--port", "server.js", at("/data/input.csv"), "missing.py"};
    world.files = {at("/srv/app/server.js"), at("/data/input.csv")};
    CHECK(world.judges(Role::program, at("/srv/app/server.js")));
    CHECK_FALSE(world.judges(Role::program, at("/data/input.csv")));
    CHECK_FALSE(world.judges(Role::program, at("/srv/app/missing.py")));
}

TEST_CASE("the environment file, hooks and stop commands are judged") {
    World world;
    world.config.process.environment_file = at("/srv/app/.env");
    world.config.hooks.pre_start = config::Hook{.command = {"prepare.cmd", "x"}};
    world.config.hooks.on_give_up = config::Hook{.command = {at("/tools/alarm.exe")}};
    world.config.supervise.stop.steps = {
        {.method = supervise::StopMethod::command, .command = {at("/tools/stop.exe")}}};
    world.files = {at("/data/svcwrap/MyApp/prepare.cmd"), at("/tools/alarm.exe"), at("/tools/stop.exe")};
    CHECK(world.judges(Role::configuration, at("/srv/app/.env")));
    CHECK(world.judges(Role::program, at("/data/svcwrap/MyApp/prepare.cmd")));
    CHECK(world.judges(Role::program, at("/tools/alarm.exe")));
    CHECK(world.judges(Role::program, at("/tools/stop.exe")));
}

TEST_CASE("the file that the program reads as its input is judged") {
    World world;
    world.config.process.standard_input_file = at("/srv/app/input.txt");
    CHECK(world.judges(Role::configuration, at("/srv/app/input.txt")));
}

TEST_CASE("scripts among the arguments of hooks and stop commands are judged") {
    World world;
    world.config.hooks.pre_start =
        config::Hook{.command = {at("/bin/shell"), "-File", at("/tools/prepare.ps1"), "x.ps1"}};
    world.config.supervise.stop.steps = {
        {.method = supervise::StopMethod::command, .command = {at("/bin/shell"), at("/tools/stop.cmd")}}};
    world.files = {at("/bin/shell"), at("/tools/prepare.ps1"), at("/tools/stop.cmd"), at("/srv/app/x.ps1")};
    CHECK(world.judges(Role::program, at("/tools/prepare.ps1")));
    CHECK(world.judges(Role::program, at("/tools/stop.cmd")));
    CHECK(world.judges(Role::program, at("/srv/app/x.ps1")));
}

TEST_CASE("a program or script that is missing is judged where somebody could make it") {
    World world;
    world.config.hooks.on_failure = config::Hook{.command = {at("/tools/alarm.exe")}};
    world.config.hooks.on_give_up = config::Hook{.command = {"alarm", "http://host/a.js", at("/no/such/place.js")}};
    world.config.process.arguments = {at("/tools/later.js"), at("/tools/*.js")};
    world.files = {at("/tools")};
    CHECK(world.judges(Role::program, at("/tools/alarm.exe")));
    CHECK(world.judges(Role::program, at("/tools/later.js")));
    CHECK_FALSE(world.judges(Role::program, at("/tools/*.js")));
    CHECK_FALSE(world.judges(Role::program, at("/no/such/place.js")));
    for (const auto& [role, path] : judged_paths(world.parts, world.config)) CHECK_FALSE(path.contains("host"));
    world.access.set(at("/tools"), "O:BAD:(A;;FA;;;BA)(A;;DC;;;BU)");
    world.access.set_missing(at("/tools/later.js"));
    CHECK_FALSE(world.findings().empty());
}

TEST_CASE("the folders that the service keeps for itself are judged") {
    World world;
    world.scope.own_folders = {at("/data/svcwrap/MyApp/state")};
    CHECK(world.findings().empty());
    world.access.set(at("/data/svcwrap/MyApp/state"), k_users_write);
    CHECK(std::ranges::contains(world.findings(), at("/data/svcwrap/MyApp/state"), &guard::Finding::path));
}

TEST_CASE("what will lie in a folder that is yet to be made private is not judged by who could make it instead") {
    World world;
    world.access.set(at("/data"), "O:SYD:(A;;FA;;;BA)(A;CI;DCLC;;;BU)");
    world.access.set_missing(at("/data/svcwrap"));
    CHECK_FALSE(world.findings().empty());
    world.scope.folder_to_make = at("/data/svcwrap/MyApp");
    CHECK(world.findings().empty());
    world.config.file = at("/data/svcwrap/MyApp2/MyApp.toml");
    CHECK_FALSE(world.findings().empty());
}

TEST_CASE("the service's account and its own SID may change what it runs, but not svcwrap.exe") {
    World world;
    world.config.service.account = "virtual";
    world.access.set(at("/srv/app"), "O:BAD:(A;;FA;;;S-1-5-80-MyApp)");
    CHECK(world.findings().empty());
    world.access.set(at("/programs/svcwrap.exe"), "O:BAD:(A;;FA;;;S-1-5-80-MyApp)");
    CHECK(world.findings().size() == 1);
    world.access.set(at("/programs/svcwrap.exe"), "O:BAD:P");
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

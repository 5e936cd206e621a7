#include <catch_amalgamated.hpp>
#include <string>

#include "app_world.hpp"
#include "config/service_config.hpp"
#include "host/events.hpp"

namespace svcwrap::app {

using platform::StartMode;
using testing::AppWorld;
using testing::at;
using testing::ManagerCall;

namespace {

// Installed with a configuration of svcwrap's own; what was said then is forgotten.
struct Installed : AppWorld {
    Installed() {
        REQUIRE(run({"install", "MyApp", "--exe", at("apps/my app/app.exe"), "--description", "before"}) == 0);
    }
    int update(std::vector<std::string> more = {}) {
        more.insert(more.begin(), {"install", "MyApp", "--update"});
        return run(std::move(more));
    }
    void change_file(const std::string& from, const std::string& to) {
        std::string text = files.contents(config_of("MyApp"));
        const auto place = text.find(from);
        REQUIRE(place != std::string::npos);
        files.put(config_of("MyApp"), text.replace(place, from.size(), to));
    }
    [[nodiscard]] const platform::ServiceDefinition& registered() { return services.find("MyApp")->definition; }
};

}  // namespace

TEST_CASE("An update brings the registration in line with the file and tells each change") {
    Installed world;
    world.change_file("\"before\"", "\"after\"");
    world.change_file("start = \"auto\"", "start = \"manual\"\ndependencies = [\"Tcpip\"]");
    REQUIRE(world.update() == 0);
    CHECK(world.registered().description == "after");
    CHECK(world.registered().start == StartMode::manual);
    CHECK(world.registered().dependencies == std::vector<std::string>{"Tcpip"});
    CHECK(world.out.contains("description: before -> after"));
    CHECK(world.out.contains("start mode: auto -> manual"));
    CHECK(world.out.contains("dependencies: none -> Tcpip"));
    CHECK_FALSE(world.out.contains("restart"));
    CHECK(world.services.count(ManagerCall::create) == 1);
    CHECK(world.services.count(ManagerCall::remove) == 0);
    CHECK(world.events->records().back().id == std::to_underlying(host::EventId::service_updated));
}

TEST_CASE("An update without a change says so") {
    Installed world;
    REQUIRE(world.update() == 0);
    CHECK(world.out.contains("nothing was changed"));
    REQUIRE(world.update({"--json"}) == 0);
    CHECK_FALSE(world.json().find("changed")->as_bool());
}

TEST_CASE("Options of an update are written into the file, and nothing else in it changes") {
    Installed world;
    const std::string before = world.files.contents(world.config_of("MyApp"));
    REQUIRE(world.update({"--start", "delayed-auto", "--description", "new \"words\""}) == 0);
    const auto config = config::load_config(world.files, world.config_of("MyApp"));
    REQUIRE(config);
    CHECK(config->service.start == StartMode::delayed_automatic);
    CHECK(config->service.description == "new \"words\"");
    CHECK(world.registered().start == StartMode::delayed_automatic);
    REQUIRE(world.update({"--start", "auto", "--description", "before"}) == 0);
    CHECK(world.files.contents(world.config_of("MyApp")) == before);
}

TEST_CASE("What a running service keeps until its next start is said") {
    Installed world;
    world.services.find("MyApp")->status = testing::status_of(platform::ServiceState::running, 4);
    world.change_file("account = \"LocalSystem\"", "account = \"virtual\"");
    REQUIRE(world.update() == 0);
    CHECK(world.registered().account == "NT SERVICE\\MyApp");
    CHECK(world.out.contains("svcwrap restart MyApp"));
    CHECK(world.files.guests().at(world.folder("MyApp")) == "S-1-5-80-MyApp:read");
    CHECK(world.services.find("MyApp")->status.state == platform::ServiceState::running);
}

TEST_CASE("The password is asked for when the account changes, and when a new one is to be given") {
    Installed world;
    world.accounts.put("CORP\\svc");
    world.terminal = true;
    world.typed = "one";
    world.change_file("account = \"LocalSystem\"", "account = 'CORP\\svc'");
    REQUIRE(world.update() == 0);
    CHECK(world.services.find("MyApp")->password == "one");
    world.asked.clear();
    REQUIRE(world.update() == 0);
    CHECK(world.asked.empty());
    world.piped = "two";
    REQUIRE(world.update({"--password-stdin"}) == 0);
    CHECK(world.services.find("MyApp")->password == "two");
    CHECK(world.out.contains("password"));
    CHECK_FALSE(world.out.contains("two"));
}

TEST_CASE("An update that fails leaves the file as it was") {
    Installed world;
    const std::string before = world.files.contents(world.config_of("MyApp"));
    world.services.fail(ManagerCall::update, testing::scm_error(ErrorKind::scm_failed, 1072, "marked for deletion"));
    CHECK(world.update({"--start", "manual"}) == exit_status_of(ErrorKind::scm_failed));
    CHECK(world.err.contains("marked for deletion"));
    CHECK(world.files.contents(world.config_of("MyApp")) == before);
}

TEST_CASE("An update is refused where it cannot be what was meant") {
    Installed world;
    SECTION("of a service that is not there") {
        CHECK(world.run({"install", "Other", "--update"}) == exit_status_of(ErrorKind::not_found));
    }
    SECTION("with options of the program") {
        CHECK(world.update({"--env", "A=1"}) == exit_status_of(ErrorKind::usage));
        CHECK(world.err.contains("svcwrap reload"));
    }
    SECTION("without administrator rights") {
        world.system.elevated = false;
        CHECK(world.update() == exit_status_of(ErrorKind::access_denied));
    }
    SECTION("when others can change what it runs") {
        world.access.set(at("apps/my app"), "O:BAD:(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;BU)");
        CHECK(world.update() == exit_status_of(ErrorKind::access_denied));
    }
    SECTION("with a wrong file") {
        world.change_file("start = \"auto\"", "start = \"never\"");
        CHECK(world.update() == exit_status_of(ErrorKind::bad_config));
    }
    CHECK(world.services.count(ManagerCall::update) == 0);
}

}  // namespace svcwrap::app

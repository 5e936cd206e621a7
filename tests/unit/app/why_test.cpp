#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

using platform::ServiceState;
using testing::AppWorld;
using testing::at;
using testing::status_of;

TEST_CASE("why tells the cause, the evidence and what to do") {
    AppWorld world;
    world.put_live("App");
    world.live = world.backoff_state("App", 0xC0000135);
    world.live.control_address = testing::k_address;
    CHECK(world.run({"why", "App"}) == 0);
    CHECK(world.out.starts_with("App waits to start its program again: in 5 s"));
    CHECK(world.out.contains("\n  cause:"));
    CHECK(world.out.contains("0xC0000135"));
    CHECK(world.out.contains("\n  evidence:"));
    CHECK(world.out.contains("\n  what to do:"));
    CHECK(world.run({"why", "App", "--json"}) == 0);
    CHECK(world.json().find("is_problem")->as_bool());
    CHECK(world.json().find("diagnosis")->find("code")->as_string() == "backoff");
    CHECK(world.json().find("diagnosis")->find("cause_code")->as_string() == "missing-dll");
}

TEST_CASE("why checks the configuration that the service refused") {
    AppWorld world;
    auto& service = world.put_service("App");
    service.status = status_of(ServiceState::stopped);
    service.status.win32_exit_code = 1610;
    world.files.put(world.config_of("App"), "schema = 1\n[service]\nname = \"App\"\ncolour = 1\n");
    CHECK(world.run({"why", "App"}) == 0);
    CHECK(world.out.contains("App.toml:4:1"));
    CHECK(world.out.contains("svcwrap check App"));
}

TEST_CASE("why takes its evidence from the history") {
    AppWorld world;
    world.put_live("App");
    world.live = world.backoff_state("App", 3);
    host::RunRecord run{.run = 1, .wrapper_process_id = testing::k_wrapper};
    run.end = world.live.last_end;
    run.why = "exit code 3 (rule 2)";
    run.last_lines = {"cannot open the port", "\x1b]0;owned\x07"};
    world.files.put(host::history_file_path(world.system.data, "App"), host::history_text({run}));
    CHECK(world.run({"why", "App"}) == 0);
    CHECK(world.out.contains("decision: exit code 3 (rule 2)"));
    CHECK(world.out.contains("output: cannot open the port"));
    CHECK(world.out.contains("]0;owned"));
    CHECK_FALSE(world.out.contains('\x1b'));
    CHECK_FALSE(world.out.contains('\x07'));
}

TEST_CASE("why knows a service that is marked for deletion") {
    AppWorld world;
    world.put_service("App");
    world.services.fail(testing::ManagerCall::configuration,
                        testing::scm_error(ErrorKind::scm_failed, 1072, "open App"));
    CHECK(world.run({"why", "App"}) == 0);
    CHECK(world.out.contains("marked for deletion"));
    CHECK(world.out.contains("services.msc"));
}

TEST_CASE("why of a service that is not there fails") {
    AppWorld world;
    CHECK(world.run({"why", "Other"}) == 4);
}

}  // namespace svcwrap::app

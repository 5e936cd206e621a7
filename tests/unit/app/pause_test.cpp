#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using platform::ControlRequest;
using platform::ServiceState;
using testing::AppWorld;
using testing::k_wrapper;
using testing::ManagerCall;
using testing::status_of;

TEST_CASE("pause waits until the service is paused, continue until it runs") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.on_control[ControlRequest::pause] = {{0ms, status_of(ServiceState::pause_pending, k_wrapper), {}},
                                                 {2s, status_of(ServiceState::paused, k_wrapper), {}}};
    service.on_control[ControlRequest::resume] = {{0ms, status_of(ServiceState::continue_pending, k_wrapper), {}},
                                                  {1s, status_of(ServiceState::running, k_wrapper), {}}};
    CHECK(world.run({"pause", "App"}) == 0);
    CHECK(world.out == "App is paused.\n");
    CHECK(service.status.state == ServiceState::paused);
    CHECK(world.run({"pause", "App"}) == 0);
    CHECK(world.out == "App is already paused.\n");
    CHECK(world.run({"continue", "App", "--json"}) == 0);
    CHECK(world.json().find("command")->as_string() == "continue");
    CHECK(world.json().find("changed")->as_bool());
    CHECK(service.status.state == ServiceState::running);
    CHECK(service.controls == std::vector<ControlRequest>{ControlRequest::pause, ControlRequest::resume});
}

TEST_CASE("A service that refuses to be paused is explained by its setting") {
    AppWorld world;
    world.put_running("App").refused = {ControlRequest::pause};
    CHECK(world.run({"pause", "App"}) == 11);
    CHECK(world.err.contains("service.pause is \"refuse\""));
    CHECK(world.err.contains(world.config_of("App")));
}

TEST_CASE("pause and continue need a service in the right state") {
    AppWorld world;
    auto& service = world.put_running("App");
    SECTION("stopped") {
        service.status = status_of(ServiceState::stopped);
        CHECK(world.run({"pause", "App"}) == 11);
        CHECK(world.err.contains("svcwrap start App"));
        CHECK(world.run({"continue", "App"}) == 11);
    }
    SECTION("stopping") {
        service.status = status_of(ServiceState::stop_pending, k_wrapper);
        CHECK(world.run({"pause", "App"}) == 11);
        CHECK(world.err.contains("stop-pending"));
    }
    SECTION("not there") {
        CHECK(world.run({"pause", "Other"}) == 4);
    }
    CHECK(world.services.count(ManagerCall::send_control) == 0);
}

TEST_CASE("A pause that the wrapper could not carry out is an error") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.on_control[ControlRequest::pause] = {{0ms, status_of(ServiceState::pause_pending, k_wrapper), {}},
                                                 {1s, status_of(ServiceState::running, k_wrapper), {}}};
    CHECK(world.run({"pause", "App"}) == 11);
    CHECK(world.err.contains("journal"));
}

TEST_CASE("A pause that failed between two looks is not waited for") {
    AppWorld world;
    world.put_running("App").on_control[ControlRequest::pause] = {
        {0ms, status_of(ServiceState::running, k_wrapper), {}}};
    CHECK(world.run({"pause", "App"}) == 11);
    CHECK(world.err.contains("could not do it"));
    CHECK(world.clock.slept() < 10s);
}

TEST_CASE("A pause that never comes ends with its timeout") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.on_control[ControlRequest::pause] = {{0ms, status_of(ServiceState::pause_pending, k_wrapper), {}}};
    CHECK(world.run({"pause", "App", "--timeout", "5s"}) == 9);
    CHECK(world.err.contains("pause-pending"));
}

TEST_CASE("A control that can't be taken now is sent again") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.on_control[ControlRequest::pause] = {{0ms, status_of(ServiceState::paused, k_wrapper), {}}};
    world.services.fail(ManagerCall::send_control, testing::scm_error(ErrorKind::scm_failed, 1061, "not now"), 3);
    CHECK(world.run({"pause", "App"}) == 0);
    CHECK(world.services.count(ManagerCall::send_control) == 4);
}

}  // namespace svcwrap::app

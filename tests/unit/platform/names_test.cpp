#include <catch_amalgamated.hpp>
#include <set>

#include "platform/process.hpp"
#include "platform/service_manager.hpp"
#include "platform/service_session.hpp"

namespace svcwrap::platform {

TEST_CASE("the service controls have the numbers of winsvc.h") {
    CHECK(control_from_code(1) == ServiceControl::stop);
    CHECK(control_from_code(2) == ServiceControl::pause);
    CHECK(control_from_code(3) == ServiceControl::resume);
    CHECK(control_from_code(4) == ServiceControl::interrogate);
    CHECK(control_from_code(5) == ServiceControl::shutdown);
    CHECK(control_from_code(6) == ServiceControl::parameter_change);
    CHECK(control_from_code(15) == ServiceControl::preshutdown);
}

TEST_CASE("a control that the wrapper does not handle has no name") {
    // 0 is none, 7-10 are the old bind controls, 11 device event, 13 power event, 14 session change, 128-255 the
    // user's.
    for (const std::uint32_t code : {0U, 7U, 10U, 11U, 13U, 14U, 16U, 128U, 255U, 0xFFFFFFFFU}) {
        INFO(code);
        CHECK_FALSE(control_from_code(code).has_value());
    }
}

TEST_CASE("service states have a name of their own each") {
    std::set<std::string_view> names;
    for (std::uint32_t number = 1; number <= 7; ++number) {
        names.insert(name_of(static_cast<ServiceState>(number)));
    }
    CHECK(names.size() == 7);
    CHECK(names.contains("start-pending"));
    CHECK(names.contains("running"));
}

TEST_CASE("start modes are named as the configuration spells them") {
    CHECK(name_of(StartMode::automatic) == "auto");
    CHECK(name_of(StartMode::delayed_automatic) == "delayed-auto");
    CHECK(name_of(StartMode::manual) == "manual");
    CHECK(name_of(StartMode::disabled) == "disabled");
}

TEST_CASE("launch stages are named in words") {
    CHECK(name_of(LaunchStage::resolve_executable) == "resolve executable");
    CHECK(name_of(LaunchStage::create_process) == "create process");
    CHECK(name_of(LaunchStage::resume) == "resume");
}

}  // namespace svcwrap::platform

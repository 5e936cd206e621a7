// This process and this machine.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <set>

#include "base/path.hpp"
#include "base/utf8.hpp"
#include "integration/child_run.hpp"

namespace svcwrap::testing {

TEST_CASE("this process knows its exe, its folder and its data folder") {
    const auto system = platform::make_system();
    const auto exe = system->executable_path();
    REQUIRE(exe.has_value());
    CHECK(is_absolute_path(*exe));
    CHECK(platform::exists(*platform::make_file_system(), *exe));
    CHECK(is_absolute_path(system->current_folder()));
    const auto data = system->data_folder();
    REQUIRE(data.has_value());
    CHECK(is_absolute_path(*data));
#ifdef _WIN32
    CHECK(equals_ignoring_case(*data, "C:\\ProgramData\\svcwrap"));
#endif
}

TEST_CASE("the environment has PATH and no hidden entries") {
    const auto environment = platform::make_system()->environment();
    CHECK(std::ranges::any_of(environment,
                              [](const auto& variable) { return equals_ignoring_case(variable.first, "PATH"); }));
    CHECK(std::ranges::none_of(environment, [](const auto& variable) { return variable.first.empty(); }));
}

TEST_CASE("processes are alive until they have ended") {
    const auto system = platform::make_system();
    CHECK(system->is_process_alive(system->process_id()));
    LiveChild child(spec_of("sleep_ms", {"600000"}));
    child.read_until("sleeping\n");
    CHECK(system->is_process_alive(child.process().id()));
    REQUIRE(child.process().terminate_tree(ExitCode{1}).has_value());
    CHECK(child.wait().has_value());
    CHECK(is_gone(child.process().id()));
    CHECK_FALSE(system->is_process_alive(0x7FFFFFF0));
}

TEST_CASE("a program is found by its path, in the folder, or on PATH") {
    const auto system = platform::make_system();
    const std::string exe = fixture_path("echo_args");
    CHECK(system->find_program(exe, "").value_or("") == normalize_path(exe));
    CHECK(system->find_program("../fixtures/echo_args", fixture_folder()).value_or("") == normalize_path(exe));
#ifdef _WIN32
    CHECK(system->find_program("cmd", "").value_or("").ends_with("\\cmd.exe"));
#else
    CHECK(system->find_program("sh", "").value_or("").ends_with("/sh"));
#endif
    for (const auto* name : {"no-such-program", "./no-such-program"}) {
        const auto missing = system->find_program(name, fixture_folder());
        REQUIRE_FALSE(missing.has_value());
        CHECK(missing.error().kind == ErrorKind::not_found);
    }
}

TEST_CASE("the clocks go forward, and the system has words for its codes") {
    const auto clock = platform::make_clock();
    const auto before = clock->now();
    clock->sleep(Duration(5));
    CHECK(clock->now() > before);
    CHECK_FALSE(platform::system_error_text(2).empty());
    CHECK_FALSE(platform::system_error_text(2).ends_with('\n'));
}

TEST_CASE("local time is ahead of UTC by whole minutes, by less than a day") {
    const auto clock = platform::make_clock();
    const WallTime now = clock->wall_now();
    for (int month = 0; month < 24; ++month) {
        const Duration offset = clock->utc_offset(now + std::chrono::days(30 * month));
        CHECK(offset % std::chrono::minutes(1) == Duration{});
        CHECK(std::chrono::abs(offset) <= std::chrono::hours(14));
    }
}

}  // namespace svcwrap::testing

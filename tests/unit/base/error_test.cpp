#include "base/error.hpp"

#include <catch_amalgamated.hpp>
#include <set>

#include "base/exit_status.hpp"
#include "base/windows_error.hpp"

using namespace svcwrap;

TEST_CASE("Each kind of error has its name and its exit status, never renumbered") {
    struct Row {
        ErrorKind kind;
        std::string_view name;
        int status;
    };
    const auto row = GENERATE(values<Row>({
        {ErrorKind::usage, "usage", 2},
        {ErrorKind::not_found, "not_found", 4},
        {ErrorKind::bad_config, "bad_config", 5},
        {ErrorKind::already_exists, "already_exists", 6},
        {ErrorKind::access_denied, "access_denied", 7},
        {ErrorKind::launch_failed, "launch_failed", 8},
        {ErrorKind::timed_out, "timed_out", 9},
        {ErrorKind::io_failed, "io_failed", 10},
        {ErrorKind::scm_failed, "scm_failed", 11},
        {ErrorKind::internal, "internal", 70},
    }));
    CHECK(name_of(row.kind) == row.name);
    CHECK(exit_status_of(row.kind) == row.status);
}

TEST_CASE("An error's text says where, what, which code and what to do") {
    Error error{.kind = ErrorKind::io_failed, .message = "open x", .os_code = {}, .where = {}, .remedy = {}};
    CHECK(to_text(error) == "open x");
    error.where = "a.toml:3:1";
    error.remedy = "do this";
    CHECK(to_text(error) == "a.toml:3:1: open x\n  do this");
    error.os_code = 2;
    CHECK(to_text(error).starts_with("a.toml:3:1: open x (error 2: "));
    CHECK(to_text(error).ends_with(")\n  do this"));
    CHECK(to_text(with_context(error, "start MyApp")).contains(": start MyApp: open x (error 2"));
}

TEST_CASE("The words of a code are not said twice") {
    Error error{.kind = ErrorKind::io_failed, .message = "open x", .os_code = 2, .where = {}, .remedy = "r"};
    const auto once = to_text(error);
    const auto words =
        once.substr(sizeof("open x (error 2: ") - 1, once.rfind(")\n") - sizeof("open x (error 2: ") + 1);
    REQUIRE_FALSE(words.empty());
    error.message = "open x: " + words;
    CHECK(to_text(error) == "open x: " + words + " (error 2)\n  r");
}

TEST_CASE("The Windows codes that users meet around services are known") {
    for (const std::uint32_t code : {2u, 3u, 5u, 32u, 193u, 206u, 740u, 1314u, 1326u, 1332u, 1385u}) {
        INFO(code);
        REQUIRE(find_windows_error(code));
        CHECK_FALSE(find_windows_error(code)->remedy.empty());
    }
    for (std::uint32_t code = 1051; code <= 1083; ++code) {
        INFO(code);
        REQUIRE(find_windows_error(code));
        CHECK(find_windows_error(code)->code == code);
        CHECK_FALSE(find_windows_error(code)->meaning.ends_with('.'));
    }
    CHECK(find_windows_error(0) == nullptr);
    CHECK(find_windows_error(1050) == nullptr);
    CHECK(find_windows_error(0xFFFFFFFF) == nullptr);
    CHECK(find_windows_error(1060)->meaning == "the service is not installed");
}

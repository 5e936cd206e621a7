// Launches that failed, and what svcwrap makes of them.
#include <catch_amalgamated.hpp>
#include <optional>
#include <string>
#include <vector>

#include "diagnosis_cases.hpp"

namespace svcwrap::app {

namespace {

supervise::RunEnd not_launched(std::optional<std::uint32_t> code,
                               std::string message = "cannot start C:\\apps\\app.exe") {
    const Error error{.kind = ErrorKind::launch_failed, .message = std::move(message), .os_code = code};
    return {.kind = EndKind::launch_failed, .code = {}, .detail = to_text(error), .when = k_now - 1min};
}

Case at_path(std::string name, std::string path, std::uint32_t code, std::string cause_code, std::string remedy) {
    Case row = ended(std::move(name), not_launched(code, "cannot start " + path), std::move(cause_code), "",
                     std::move(remedy));
    row.facts.view.published->program = std::move(path);
    return row;
}

std::vector<Case> launch_cases() {
    std::vector<Case> rows;
    rows.push_back(ended("the program is missing", not_launched(2), "launch-not-found", "error 2", "Check the path"));
    rows.push_back(ended("the program may not be read", not_launched(5), "launch-access-denied", "error 5",
                         "NT AUTHORITY\\LocalService"));
    rows.push_back(ended("no program at all", not_launched(193), "launch-bad-image", "error 193", "interpreter"));
    rows.push_back(ended("for another processor", not_launched(216), "launch-bad-image", "error 216", "build"));
    rows.push_back(ended("it wants elevation", not_launched(740), "launch-elevation", "error 740", "administrative"));
    rows.push_back(ended("a policy forbids it", not_launched(1260), "launch-blocked", "error 1260", "AppLocker"));
    rows.push_back(ended("no code", not_launched(std::nullopt, "hooks.pre_start failed"), "launch-failed",
                         "hooks.pre_start", "svcwrap run App"));
    rows.push_back(at_path("a mapped drive", "X:\\apps\\app.exe", 3, "launch-mapped-drive", "\\\\server\\share"));
    rows.push_back(at_path("a share", "\\\\files\\apps\\app.exe", 5, "launch-share", "may read the share"));
    rows.push_back(at_path("another's profile", "C:\\Users\\me\\app.exe", 5, "launch-profile", "out of the profile"));
    rows.push_back(
        at_path("a public folder", "C:\\Users\\Public\\app.exe", 5, "launch-access-denied", "read and execute"));
    rows.push_back(at_path("a file that only this prompt sees", "C:\\Users\\me\\app.exe", 2, "launch-profile",
                           "out of the profile"));
    rows.back().facts.program_is_visible = true;
    rows.back().cause = "This prompt sees";
    rows.push_back(at_path("a file on a local disk that only this prompt sees", "C:\\apps\\app.exe", 2,
                           "launch-not-found", "Check the path"));
    rows.back().facts.program_is_visible = true;
    rows.back().cause = "This prompt sees the file";
    return rows;
}

// What fails before the program, with codes that would mean something else there.
std::vector<Case> other_launch_cases() {
    const auto row = [](std::string name, supervise::RunEnd end, std::string program, std::string remedy) {
        Case made = ended(std::move(name), std::move(end), "launch-failed", "", std::move(remedy));
        made.cause = made.facts.view.published->last_end->detail;
        made.cause = made.cause.substr(0, made.cause.find('\n'));
        made.facts.view.published->program = std::move(program);
        made.facts.program_is_visible = true;
        return made;
    };
    const auto error = [](std::uint32_t code, std::string message, std::string where = {}, std::string remedy = {}) {
        const Error failed{.kind = ErrorKind::launch_failed,
                           .message = std::move(message),
                           .os_code = code,
                           .where = std::move(where),
                           .remedy = std::move(remedy)};
        return supervise::RunEnd{.kind = EndKind::launch_failed, .detail = to_text(failed), .when = k_now - 1min};
    };
    return {
        row("no working folder",
            error(3, "start the child in folder D:\\work: it is not there", "resolve executable",
                  "set process.working_directory"),
            "D:\\work\\app.exe", "set process.working_directory."),
        row("no environment file",
            error(2, "read process.environment_file: open D:\\work\\app.exe.env", {}, "create the file"),
            "D:\\work\\app.exe", "create the file."),
        row("a hook that is missing", error(2, "hook pre_start (D:\\h.exe): not there", "pre_start", "run D:\\h.exe"),
            "C:\\Users\\me\\app.exe", "run D:\\h.exe."),
        row("a hook that is the program itself",
            error(5, "hook pre_start (C:\\Users\\me\\app.exe): denied", "pre_start", "run it by hand"),
            "C:\\Users\\me\\app.exe", "run it by hand."),
        row("no remedy at all", error(4242, "open the pipes"), "D:\\work\\app.exe", "svcwrap run App")};
}

}  // namespace

TEST_CASE("A launch that failed is explained by Windows' code, the path and the account") {
    for (const Case& row : launch_cases()) check_case(row);
}

TEST_CASE("A launch that failed before the program is not blamed on the program's path or account") {
    for (const Case& row : other_launch_cases()) check_case(row);
}

TEST_CASE("Windows' code is found in the text of an error, and nowhere else") {
    const auto [text, code] = GENERATE(table<std::string, std::optional<std::uint32_t>>({
        {to_text({.kind = ErrorKind::launch_failed, .message = "create C:\\x", .os_code = 193}), 193},
        {to_text({.kind = ErrorKind::launch_failed, .message = "create C:\\x (error 7)", .os_code = 5}), 5},
        {"create C:\\x (error 2: the file was not found)\n  Check it", 2},
        {"create C:\\x", std::nullopt},
        {"(error ", std::nullopt},
        {"(error x)", std::nullopt},
        {"(error 12", std::nullopt},
        {"(error 99999999999)", std::nullopt},
        {"", std::nullopt},
    }));
    CAPTURE(text);
    CHECK(error_code_in(text) == code);
}

}  // namespace svcwrap::app
